"""`culturefit check RUN --policy FILE`: does a run hold what a policy demands?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from culturefit.errors import CulturefitError, UsageError

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Print what does not hold; 0 all holds, 1 a rule is broken, 2 wrong use, 3 a rule cannot be judged."""
    parser = argparse.ArgumentParser(prog="culturefit check", description=__doc__, epilog=(
        "Exit codes: 0 every rule holds, 1 a rule is broken, 2 wrong use or no such run, 3 none is broken but some cannot be "
        "judged (`cannot_tell: warn` in the policy makes that 0). Example: culturefit check outputs/2026-11-22/10-30-00-000000 "
        "--policy policy.yaml --junit check.xml --markdown check.md"
    ))  # fmt: skip
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="a run's folder, or a sweep's")
    parser.add_argument("--policy", type=Path, required=True, metavar="FILE", help="what must hold (docs/ci.md)")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="also write JUnit XML")
    parser.add_argument("--sarif", type=Path, metavar="FILE", help="also write SARIF 2.1.0")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="also write a Markdown summary")
    options = parser.parse_args(argv)
    try:
        return _check(options)
    except CulturefitError as error:
        # 1 says that a rule is broken, so nothing else may.
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"'{error.filename}': {error.strerror}; check that it may be read and written.") from None


def _check(options: argparse.Namespace) -> int:
    from culturefit.check.formats import as_junit, as_markdown, as_sarif, as_text
    from culturefit.check.policy import read_policy
    from culturefit.check.rules import check_runs, refuse_unknown, without_tables
    from culturefit.files import write_whole
    from culturefit.gap import compute
    from culturefit.report.data import load_runs, split_runs
    from culturefit.report.words import uncalibrated

    policy, document = read_policy(options.policy)
    if all(part is None for part in (policy.gaps, policy.findings, policy.safety, policy.review, policy.delivery)):
        raise UsageError(f"{options.policy} has no rule; write one of gaps, findings, safety, review, delivery.")
    whole, ended = split_runs(options.runs)
    outcomes, notes = [without_tables(run) for run in ended], []
    if whole:
        data = load_runs(whole)
        gap = compute(data.scores, data.replies, data.runs)
        if policy.gaps is not None:
            refuse_unknown(policy.gaps, gap)
        outcomes += check_runs(policy, data, gap)
        notes = [note for model in gap["models"] if (note := uncalibrated(gap, model))]
    strict = policy.cannot_tell == "fail"
    files: tuple[tuple[Path | None, str], ...] = (
        (options.junit, as_junit(outcomes, strict=strict)),
        (options.sarif, as_sarif(outcomes, document)),
        (options.markdown, as_markdown(outcomes, notes)),
    )
    for path, text in files:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, text)
    sys.stdout.write(as_text(outcomes, notes))
    verdicts = {each.verdict for each in outcomes}
    return 1 if "broken" in verdicts else 3 if strict and "cannot tell" in verdicts else 0
