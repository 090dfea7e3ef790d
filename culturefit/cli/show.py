"""`culturefit show CASE`: a case in all its locales side by side, or its criteria as a rubric for people."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from culturefit.schema import Rendering
    from culturefit.suite.load import Case, Suite

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Print a case, or the rubric of a case or a whole suite."""
    parser = argparse.ArgumentParser(prog="culturefit show", description=__doc__, epilog=(
        "Examples: culturefit show quickstart/hidden_debt --locales es-MX,ja-JP; culturefit show quickstart --rubric; "
        "culturefit show core --rubric --locales es-MX > rubric-es-MX.md"
    ))  # fmt: skip
    parser.add_argument("case", help="SUITE/CASE, a case's id, or with --rubric a suite; SUITE may be a folder")
    parser.add_argument(
        "--locales",
        help=(
            "only these, such as es-MX,ja-JP (default: all); with --rubric, one rubric each (default: the criteria alone)"
        ),
    )
    parser.add_argument("--rubric", action="store_true", help="print the criteria as Markdown for people to criticise")
    options = parser.parse_args(argv)
    suite, cases = _find(options.case, whole=options.rubric)
    if options.rubric:
        from culturefit.plain import plain

        sys.stdout.write(plain(_rubrics(suite, cases, options.locales)))
        return 0
    chosen = options.locales.split(",") if options.locales else suite.locales
    _print_case(suite, cases[0], _known(chosen, suite))
    return 0


def _rubrics(suite: Suite, cases: Sequence[Case], locales: str | None) -> str:
    """Return the rubric, one per locale where any are named."""
    from culturefit.suite.packs import load_packs
    from culturefit.suite.rubric import rubric

    if locales is None:
        return rubric(suite, cases)
    chosen, packs = _known(suite.locales if locales == "all" else locales.split(","), suite), load_packs()
    return "\n".join(rubric(suite, cases, locale, packs.get(locale)) for locale in chosen)


def _known(chosen: Sequence[str], suite: Suite) -> list[str]:
    from culturefit.errors import unknown

    for tag in chosen:
        if tag not in suite.locales:
            raise unknown("locale", tag, suite.locales)
    return list(chosen)


def _find(name: str, *, whole: bool) -> tuple[Suite, list[Case]]:
    """Return the suite and case that `name` means."""
    from pathlib import Path

    from culturefit.errors import UsageError, unknown
    from culturefit.suite import load_suite, shipped_suites

    if name in shipped_suites() or (Path(name) / "suite.yaml").is_file():
        suite = load_suite(name)
        if not whole:
            raise UsageError(
                f"'{name}' is a suite; name a case of it: {name}/{next(iter(suite.cases))}, or add --rubric."
            )
        return suite, list(suite.cases.values())
    before, _, last = name.rpartition("/")
    if before:
        suite = load_suite(before)
        if last not in suite.cases:
            raise unknown("case", last, suite.cases)
        return suite, [suite.cases[last]]
    suites = [load_suite(each, begun=True) for each in shipped_suites()]
    found = [suite for suite in suites if name in suite.cases]
    if len(found) == 1:
        return found[0], [found[0].cases[name]]
    if found:
        raise UsageError(f"'{name}' stands in {' and '.join(each.card.id for each in found)}; write SUITE/{name}.")
    raise unknown("case", name, [case for suite in suites for case in suite.cases])


def _print_case(suite: Suite, case: Case, locales: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from culturefit.locales import english_name
    from culturefit.plain import plain

    console, scenario = Console(file=sys.stdout), case.scenario
    if suite.card.content_warning and scenario.risk in ("veiled", "acute"):
        console.print(Text(f"Content: this case speaks of {scenario.risk} risk.", style="bold"))
    console.print(Text(plain(f"{suite.card.id}/{scenario.id}: {scenario.title or ''}"), style="bold"))
    console.print(Text(plain(f"theme {scenario.theme}, role {scenario.role}, risk {scenario.risk}")))
    table = Table(show_lines=True)
    table.add_column("", no_wrap=True)
    shown = [tag for tag in locales if tag in case.renderings]
    # Two or three locales stand beside each other; more stand below each other, or the columns would hold a word each.
    if len(shown) <= 3:
        for tag in shown:
            table.add_column(f"{tag} ({english_name(tag)})", ratio=1, overflow="fold")
        parts = [_parts(case.renderings[tag]) for tag in shown]
        for name in dict.fromkeys(name for part in parts for name in part):
            table.add_row(name, *(Text(part.get(name, "–")) for part in parts))
    else:
        for name in ("prompt", "cue", "placebo"):
            table.add_column(name, ratio=2 if name == "prompt" else 1, overflow="fold")
        for tag in shown:
            part = _parts(case.renderings[tag])
            table.add_row(tag, *(Text(part.get(name, "–")) for name in ("prompt", "cue", "placebo")))
    console.print(table)
    if missing := [tag for tag in locales if tag not in case.renderings]:
        console.print(Text(f"Not rendered: {', '.join(missing)}."))


def _state(rendering: Rendering) -> str:
    if rendering.reviewed:
        return "reviewed"
    return "unreviewed, changed since it was signed" if rendering.review else "unreviewed"


def _parts(rendering: Rendering) -> dict[str, str]:
    from culturefit.plain import plain

    cue, placebo = rendering.cue, rendering.placebo
    parts = {
        "prompt": "\n→ ".join(rendering.messages), "cue": cue.local or cue.pivot, "cue, pivot": cue.pivot if cue.local else None,
        "name": cue.name_local or cue.name_pivot, "placebo": placebo.local or placebo.pivot,
        "origin": f"{rendering.origin}, {rendering.relation}, {_state(rendering)}",
        "note": rendering.note,
    }  # fmt: skip
    return {name: plain(text) for name, text in parts.items() if text}
