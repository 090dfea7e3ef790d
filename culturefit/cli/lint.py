"""`culturefit lint`: checks suite files, and says file, line, field and remedy."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Print the problems and return 0 without errors, 1 with."""
    parser = argparse.ArgumentParser(
        prog="culturefit lint", description=__doc__,
        epilog="Exit codes: 0 no errors (warnings allowed), 1 errors, 2 wrong use. Example: culturefit lint suites/quickstart",
    )  # fmt: skip
    parser.add_argument(
        "path", nargs="?", type=Path, help="a file or folder (default: ./suites, else the shipped suites)"
    )
    options = parser.parse_args(argv)
    from culturefit.suite.lint import lint
    from culturefit.suite.load import suites_root

    path = options.path or (Path("suites") if Path("suites").is_dir() else suites_root())
    problems, files = lint(path, datetime.datetime.now(datetime.UTC).date())
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    errors = sum(problem.severity == "error" for problem in problems)
    warnings = len(problems) - errors
    sys.stdout.write(f"{files} files: {errors} errors, {warnings} warnings.\n")
    return 1 if errors else 0
