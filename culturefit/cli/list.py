"""`culturefit list`: what there is, one item per line, id first."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import resources

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Print the items of one kind."""
    parser = argparse.ArgumentParser(prog="culturefit list", description=__doc__)
    parser.add_argument("kind", choices=sorted(_KINDS))
    options = parser.parse_args(argv)
    rows = list(_KINDS[options.kind]())
    width = max((len(name) for name, _ in rows), default=0)
    for name, text in rows:
        sys.stdout.write(f"{name:<{width}}  {text}".rstrip() + "\n")
    return 0


def _suites() -> Iterator[tuple[str, str]]:
    from culturefit.suite import load_suite, shipped_suites

    for name in shipped_suites():
        suite = load_suite(name)
        yield name, f"{suite.card.title} ({len(suite.cases)} scenarios × {len(suite.locales)} locales)"


def _locales() -> Iterator[tuple[str, str]]:
    from culturefit.locales import english_name
    from culturefit.suite.packs import load_packs

    for tag, pack in load_packs().items():
        yield tag, f"{english_name(tag)}; {'reviewed' if pack.review else 'unreviewed'}"


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
}  # fmt: skip
