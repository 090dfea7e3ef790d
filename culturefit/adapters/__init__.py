"""Suites in other people's harnesses: for_inspect.py (Inspect) and for_lm_eval.py (lm-evaluation-harness).

The harness asks, culturefit scores: the same replies get the same score rows as in a run. Each module imports its harness,
which culturefit does not install; nothing else imports these modules. docs/adapters.md has the commands.
"""
