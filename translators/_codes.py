"""From BCP-47 tags to the language codes of each engine; the one table is data/languages.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from culturefit.errors import UsageError
from culturefit.locales import parse_locale

__all__ = ["FAMILIES", "apertium_codes", "code_of", "marian_of", "row_of"]

#: Families of models that name languages by a code, as the columns of the table.
FAMILIES = ("nllb", "m2m100", "mbart50", "madlad")


def code_of(family: str, tag: str) -> str:
    """Return the code of a locale's language in one of FAMILIES.

    Raises:
        UsageError: the family has none; names those it has.
    """
    languages = _table()["languages"]
    found: str | None = row_of(languages, tag).get(family)
    if found is None:
        known = sorted(each for each, row in languages.items() if family in row)
        raise UsageError(f"{family} has no language code for {tag}; the table has {', '.join(known)}.")
    return found


def apertium_codes(tag: str) -> list[str]:
    """Return the codes that Apertium's pairs may name a locale's language with; its language subtag where the table has none."""
    found: list[str] = row_of(_table()["languages"], tag).get("apertium") or [parse_locale(tag).language]
    return found


def marian_of(of: str, into: str) -> tuple[str, str]:
    """Return the Marian model for a pair of locales, and the mark that stands before each text ("" = none).

    Raises:
        UsageError: the table has no model for the pair; names the targets it has.
    """
    pairs: Mapping[str, Any] = _table()["marian"]
    targets = row_of(pairs, of)
    found = row_of(targets, into)
    if not found:
        known = [f"{source} to {', '.join(sorted(row))}" for source, row in pairs.items()]
        raise UsageError(f"No Marian model is known for {of} to {into}; the table has {'; '.join(known)}.")
    return found["model"], found.get("mark", "")


def row_of(table: Mapping[str, Any], tag: str) -> Mapping[str, Any]:
    """Return a locale's row: under its tag, its language in its script, or its language in the script it usually has."""
    for each in _names(tag):
        if each in table:
            row: Mapping[str, Any] = table[each]
            return row
    return {}


def _names(tag: str) -> Iterable[str]:
    locale = parse_locale(tag)
    yield locale.tag
    yield f"{locale.language}-{locale.script}"
    if locale.region:
        yield f"{locale.language}-{locale.region}"
    # zh-TW is written in another script than zh: the bare row is not its own.
    if locale.script == parse_locale(locale.language).script:
        yield locale.language


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    import yaml

    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "languages.yaml").read_text("utf-8"))
    return read
