"""What a locale's tag owes a suite: a language and a country that there are, written as suites write them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from culturefit.errors import UsageError
from culturefit.locales import parse_locale

__all__ = ["languages", "likely_tag", "settled_tag", "territories"]


def settled_tag(tag: str) -> str:
    """Return a tag that a new file may carry.

    Raises:
        UsageError: it is no tag, is written another way, has no region, or CLDR knows no such language or region.
    """
    from babel.core import get_global

    parsed = parse_locale(tag)
    if parsed.tag != tag:
        raise UsageError(f"'{tag}' is not written as suites write it; write '{parsed.tag}'.")
    if parsed.language not in languages():
        raise UsageError(
            f"'{tag}': '{parsed.language}' is no language that CLDR knows; write its ISO 639 code, such as sw."
        )
    likely = likely_tag(parsed.language, parsed.script)
    if parsed.region is None:
        hint = f"did you mean '{likely}'?" if likely else "write the country too, as in sw-KE."
        raise UsageError(f"'{tag}' has no region, and a cue needs a place; {hint}")
    if parsed.region not in territories() or parsed.region in _NO_PLACE:
        alias = get_global("territory_aliases").get(parsed.region, [])
        meant = tag.removesuffix(parsed.region) + alias[0] if len(alias) == 1 else likely
        hint = f"did you mean '{meant}'?" if meant else "write the two letters of ISO 3166, such as KE."
        raise UsageError(f"'{tag}': {parsed.region} is no country; {hint}")
    return tag


#: Codes that CLDR names, but that are no place a person lives in: the euro area and unions, and what is not known.
_NO_PLACE = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"})


@cache
def languages() -> Mapping[str, str]:
    """Return code -> English name of the languages that CLDR names: all of two letters, of those of three some."""
    from babel import Locale

    return dict(Locale("en").languages)


@cache
def territories() -> Mapping[str, str]:
    """Return code -> English name of the territories that CLDR names."""
    from babel import Locale

    return dict(Locale("en").territories)


def likely_tag(language: str, script: str) -> str | None:
    """Return the tag with the region where CLDR says that most people write the language so."""
    from babel.core import get_global

    likely = get_global("likely_subtags")
    full = likely.get(f"{language}_{script}") or likely.get(language) or ""
    parts = full.split("_")
    if len(parts) != 3:
        return None
    plain = likely.get(language, "").split("_")
    return "-".join([language, *([script] if script not in plain else []), parts[2]])
