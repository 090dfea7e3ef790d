"""`culturefit new`: starts a suite, a scenario, a case, a locale pack or a crisis line, and says which command comes next."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Ask for what is not given as an option, write the file if it fits its schema, and say what to do next."""
    from culturefit.cli.asked import Kind, ask
    from culturefit.cli.new_cases import CASE, SCENARIO, SUITE
    from culturefit.cli.new_facts import CRISIS_LINE, LOCALE

    known: dict[str, Kind] = {
        "case": CASE, "scenario": SCENARIO, "suite": SUITE, "locale": LOCALE, "crisis-line": CRISIS_LINE,
    }  # fmt: skip
    parser = argparse.ArgumentParser(prog="culturefit new", description=__doc__, epilog=(
        "In a terminal it asks for what is missing; elsewhere every option without a default is needed. Example: "
        "culturefit new case --suite suites/core --scenario leaving_home --locale sw-KE --prompt '…{cue}…' --cue '… ' "
        "--cue-pivot '… ' --placebo '… '"
    ))  # fmt: skip
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, kind in known.items():
        own = kinds.add_parser(name, help=kind.about, description=kind.about)
        for option in kind.options:
            default = f" (default: {option.default})" if isinstance(option.default, str) and option.default else ""
            own.add_argument(f"--{option.name}", help=option.text + default)
        own.add_argument("--force", action="store_true", help="write over a file that is there")
    given = vars(parser.parse_args(argv))
    kind = known[given["kind"]]
    draft = kind.write(ask(kind.options, given))
    _fits(draft.path, draft.content, kind.file)
    _save(draft.path, draft.content, force=given["force"] or draft.adds)
    return _check(draft.path, draft.then)


def _fits(path: Path, content: str, kind: str) -> None:
    """Hold the file against its schema before it is written."""
    from culturefit.errors import SuiteError, UsageError
    from culturefit.suite.parse import KINDS, parse
    from culturefit.suite.yamlfile import parse_yaml

    try:
        found = parse(parse_yaml(path, content.encode()), KINDS[kind])
    except SuiteError as error:
        found = [error]
    if isinstance(found, list):
        told = "; ".join(": ".join(part for part in (each.field, each.message) if part) for each in found)
        raise UsageError(f"Nothing was written to '{path}', for it would not be right: {told}.")


def _save(path: Path, content: str, *, force: bool) -> None:
    from culturefit.errors import UsageError
    from culturefit.files import write_whole

    if path.exists() and not force:
        raise UsageError(f"'{path}' is there already; edit it, or add --force to write over it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def _check(path: Path, then: str) -> int:
    """Lint what was written, and say so; what the next command puts right is no problem of this one."""
    from culturefit.lint import lint
    from culturefit.plain import plain

    problems, _ = lint(path, datetime.datetime.now(datetime.UTC).date())
    problems = [each for each in problems if each.rule not in ("no-pivot", "no-scenario")]
    for problem in problems:
        sys.stdout.write(plain(f"{problem}\n"))
    errors = sum(each.severity == "error" for each in problems)
    after = (
        f" Mend what is said above, then run culturefit lint {path}"
        if problems
        else f" Check it with culturefit lint {path}"
    )
    sys.stdout.write(plain(f"Wrote {path}.{after}\n" + (f"Next: {then}\n" if then else "")))
    return int(errors > 0)
