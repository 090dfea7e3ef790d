"""`culturefit list`: what there is, one item per line, id first."""

from __future__ import annotations

import argparse
import datetime
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from culturefit.suite import Suite

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Print the items of one kind."""
    parser = argparse.ArgumentParser(prog="culturefit list", description=__doc__, epilog=(
        "Examples: culturefit list suites --coverage; culturefit list crisis-lines --due"
    ))  # fmt: skip
    parser.add_argument("kind", choices=sorted(_KINDS))
    parser.add_argument("--coverage", action="store_true", help="of suites: locale × dimension × risk")
    parser.add_argument(
        "--due",
        action="store_true",
        help="of crisis-lines: only what is expired, expires within 30 days, or has fewer than two publishers that can be opened",
    )
    options = parser.parse_args(argv)
    from culturefit.plain import plain

    if options.kind == "suites" and options.coverage:
        from culturefit.suite import load_suite, shipped_suites

        for name in shipped_suites():
            sys.stdout.write(plain(_covered(load_suite(name, begun=True))))
        return 0
    rows = list(_crisis_lines(due=options.due) if options.kind == "crisis-lines" else _KINDS[options.kind]())
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        sys.stdout.write(plain(f"{name:<{width}}  {text}".rstrip()) + "\n")
    return 0


def _suites() -> Iterator[tuple[str, str]]:
    from culturefit.suite import load_suite, shipped_suites

    for name in shipped_suites():
        suite = load_suite(name, begun=True)
        yield name, f"{suite.card.title} ({_size(suite)})"


def _size(suite: Suite) -> str:
    """Return how many scenarios stand in how many locales; a locale that has some of them only is named with its number."""
    from collections import Counter

    number = len(suite.cases)
    if suite.card.design == "native":
        return f"{number} scenarios, each in one of {len(suite.locales)} locales"
    counts = Counter(locale for case in suite.cases.values() for locale in case.renderings)
    begun = [f"{locale} {counts[locale]}" for locale in suite.locales if counts[locale] < number]
    told = f"{number} scenarios × {len(suite.locales) - len(begun)} locales"
    return told + (f"; begun: {', '.join(begun)}" if begun else "")


def _covered(suite: Suite) -> str:
    """Return the coverage of a suite as Markdown tables."""
    from culturefit.suite.coverage import coverage
    from culturefit.vocabulary import DIMENSIONS, Risk

    found = coverage(suite)
    risks: tuple[str, ...] = Risk.__args__  # type: ignore[attr-defined]
    lines = [f"## {suite.card.id}: {len(suite.cases)} scenarios, {len(suite.locales)} locales", ""]
    lines += ["| locale | cases | " + " | ".join(risks) + " | reviewed |", "|---|" + "---|" * (len(risks) + 2)]
    for locale in suite.locales:
        counts = found.risks[locale]
        cells = " | ".join(str(counts[risk]) for risk in risks)
        lines.append(f"| {locale} | {counts.total()} | {cells} | {found.reviewed[locale]} |")
    used = [dimension for dimension in DIMENSIONS if any(found.eligible[locale][dimension] for locale in suite.locales)]
    lines += ["", "Scenarios per dimension that can enter the gap (deterministic or judged):", ""]
    lines += ["| dimension | " + " | ".join(suite.locales) + " |", "|---|" + "---|" * len(suite.locales)]
    for dimension in used:
        lines.append(
            f"| {dimension} | " + " | ".join(str(found.eligible[each][dimension]) for each in suite.locales) + " |"
        )
    for title, counts in (("Roles", found.roles), ("Themes", found.themes), ("Bernal's dimensions", found.bernal),
                          ("Heim and Kohrt's layers", found.layers)):  # fmt: skip
        lines.append(
            f"\n{title}: " + (", ".join(f"{name} {count}" for name, count in counts.most_common()) or "none") + "."
        )
    return "\n".join(lines) + "\n\n"


def _locales() -> Iterator[tuple[str, str]]:
    from culturefit.locales import english_name
    from culturefit.suite.packs import load_packs

    for tag, pack in load_packs().items():
        yield tag, f"{english_name(tag)}; {'reviewed' if pack.review else 'unreviewed'}"


def _crisis_lines(*, due: bool = False) -> Iterator[tuple[str, str]]:
    from culturefit.lint.rules_facts import publishers
    from culturefit.suite.packs import load_crisis_files

    today = datetime.datetime.now(datetime.UTC).date()
    for country, file in load_crisis_files().items():
        for line in file.lines:
            notes = []
            if line.expires < today:
                notes.append(f"expired {line.expires}")
            elif line.expires <= today + datetime.timedelta(days=30):
                notes.append(f"expires {line.expires}")
            opened = len(publishers(line.sources))
            if opened < 2:
                notes.append("single-sourced" if opened else "no source that can be opened")
            if notes or not due:
                told = "; ".join([line.status, *notes, f"checked {line.checked}"])
                yield f"{country} {line.number}", f"{line.name} ({told})"


def _scorers() -> Iterator[tuple[str, str]]:
    from culturefit.scoring import scorers

    for name in scorers.names():
        yield name, _headline(scorers.card(name))


def _translators() -> Iterator[tuple[str, str]]:
    from culturefit.translation import translators

    for name in translators.names():
        yield name, _headline(translators.card(name))


def _models() -> Iterator[tuple[str, str]]:
    for entry in sorted((resources.files("culturefit.conf") / "model").iterdir(), key=lambda each: each.name):
        if entry.name.endswith(".yaml"):
            first = entry.read_text(encoding="utf-8").partition("\n")[0]
            yield entry.name[:-5], first.lstrip("# ")


def _headline(card: str) -> str:
    """Return what the first line of a card says after the name."""
    return re.sub(r"^#\s*`?\w+`?\s*[:—-]*\s*", "", card.partition("\n")[0]).strip()


_KINDS: dict[str, Callable[[], Iterator[tuple[str, str]]]] = {
    "suites": _suites, "locales": _locales, "scorers": _scorers, "translators": _translators, "models": _models,
    "crisis-lines": _crisis_lines,
}  # fmt: skip
