"""Patterns from suite files, compiled by RE2 only: linear in the text, whatever a contributor wrote.

RE2 knows no lookaround and no backreferences; a pattern that needs them is refused when its file is read.
"""

from __future__ import annotations

from typing import Any

from culturefit.errors import UsageError

__all__ = ["MAX_PATTERN", "PATTERN_FIELDS", "compile_pattern"]

MAX_PATTERN = 1000
#: Names of parameters that hold patterns, in the `params` of a criterion.
PATTERN_FIELDS = frozenset({"pattern", "patterns"})


def compile_pattern(pattern: str) -> Any:
    """Return the compiled pattern, with the methods of `re.Pattern`.

    Raises:
        UsageError: too long, or nothing RE2 takes.
    """
    import re2

    if len(pattern) > MAX_PATTERN:
        raise UsageError(f"a pattern has {len(pattern)} characters; write at most {MAX_PATTERN}")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 20
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        told = error.args[0].decode() if error.args and isinstance(error.args[0], bytes) else str(error)
        raise UsageError(
            f"'{pattern[:80]}' is no pattern for RE2 ({told}); it has no lookaround and no backreferences"
        ) from None
