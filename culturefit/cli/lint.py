"""`culturefit lint`: checks suite files, and says file, line, field and remedy."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]

_ROUNDS = 5


def main(argv: Sequence[str]) -> int:
    """Print the problems and return 0 without errors, 1 with."""
    parser = argparse.ArgumentParser(
        prog="culturefit lint", description=__doc__,
        epilog="Exit codes: 0 no errors (warnings allowed), 1 errors, 2 wrong use. Waive a rule with its reason, on the line or the "
        "line above: # lint: allow RULE because REASON. Example: culturefit lint suites/quickstart",
    )  # fmt: skip
    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        help="files, folders or names of suites (default: ./suites, else the shipped suites)",
    )
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.add_argument("--fix", action="store_true", help="mend what is certain, then check again")
    parser.add_argument("--explain", metavar="RULE", help="print the page of a rule ('all': of every rule) and end")
    options = parser.parse_args(argv)
    if options.explain:
        return _explain(options.explain)
    from culturefit.lint.formats import told
    from culturefit.lint.walk import apply_fixes, lint, renamed
    from culturefit.suite.load import suites_root

    paths = [_place(path) for path in options.paths]
    paths = paths or [Path("suites") if Path("suites").is_dir() else suites_root()]
    today = datetime.datetime.now(datetime.UTC).date()
    problems, files = lint(paths, today)
    mended = 0
    # A round changes a line once; rounds are few, so that a change that does not help ends.
    for _ in range(_ROUNDS if options.fix else 0):
        if not (done := apply_fixes(problems)):
            break
        mended += len(done)
        paths = [path if path.exists() else renamed(path) for path in paths]
        problems, files = lint(paths, today)
    if mended:
        sys.stderr.write(f"Mended: {mended} problems.\n")
    sys.stdout.write(told(problems, files, options.format))
    return int(any(problem.severity == "error" for problem in problems))


def _place(path: Path) -> Path:
    """Return a path as it is, or the folder of the suite whose name it is."""
    from culturefit.suite.load import suite_folder

    return path if path.exists() else suite_folder(path) or path


def _explain(name: str) -> int:
    from culturefit.errors import unknown
    from culturefit.lint.catalogue import RULES, page

    if name != "all" and name not in RULES:
        raise unknown("rule", name, RULES)
    chosen = RULES.values() if name == "all" else [RULES[name]]
    sys.stdout.write("\n".join(page(rule) for rule in chosen))
    return 0
