"""The rule cue-leak: what only the cue may say, the country, its people and money, and names that the cue brings in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from culturefit.lint.problem import File, Problem
from culturefit.lint.words import SPACELESS, says, texts
from culturefit.locales import parse_locale
from culturefit.schema import Rendering

__all__ = ["cue_leak"]

_CAPITALISED: Final = re.compile(r"(?<=[a-zà-ž,;] )[A-ZÀ-Ž]\w{3,}")
#: Languages that put endings on names and write names, but not what is derived from them, with a capital.
_INFLECTED: Final = frozenset(
    {"be", "bg", "cs", "et", "fi", "hr", "hu", "lt", "lv", "pl", "ro", "ru", "sk", "sl", "sr", "uk"}
)
#: Words for money that are as often a weight, or plain words.
_ALSO_ELSE: Final = frozenset({"pound", "pounds", "libra", "libras", "livre", "livres", "real", "rand"})
_VOWELS: Final = "aąeęiouyоаеиіїуыэюяьйāēīūėų"


def cue_leak(file: File) -> Iterator[Problem]:
    """Find what places the person where no cue does."""
    content = file.content
    assert isinstance(content, Rendering)
    locale = parse_locale(content.locale)
    country = content.country or locale.region
    marks = _country_words(country, content.locale) if country else frozenset()
    for where, text, side in texts(content, cues=False):
        cue = getattr(content.cue, side) or ""
        names = (
            {each.casefold() for each in _CAPITALISED.findall(cue) if each[0].isupper()}
            if side == "pivot" or locale.language != "de"
            else set()
        )
        words = {each.casefold() for each in re.findall(r"\w+", text)}
        held = sorted((names & words) | {mark for mark in marks if says(text.casefold(), mark)})
        if not held and country:
            # Pivot texts are in another language; its own file is checked with that language's words.
            tag = content.locale if side == "local" else "en"
            held = [found[0] for pattern in _patterns(country, tag) if (found := pattern.search(text))]
        if held:
            yield file.problem(
                "cue-leak", where, f"says '{held[0]}', which belongs in the cue: the cue-free arms would carry it"
            )


@cache
def _country_words(country: str, locale: str) -> frozenset[str]:
    """Return the names of a country and of its money, in the locale's language and in English."""
    from babel.numbers import get_currency_name, get_territory_currencies

    found = set()
    for tag in (locale, "en"):
        if known := _cldr(tag):
            found.add(known.territories.get(country, ""))
            for currency in get_territory_currencies(country):
                # "US dollar" and the like: the plain word alone is too common in other senses.
                found.add(get_currency_name(currency, locale=known))
    return frozenset(each.casefold() for each in found if len(each) > 2 or SPACELESS.search(each))


def _cldr(tag: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


@cache
def _patterns(country: str, tag: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns of sums of the country's money and of its names with endings; CLDR's words, so not every form."""
    from babel.core import get_global
    from babel.numbers import get_currency_name, get_currency_symbol, get_territory_currencies

    known = _cldr(tag)
    if known is None:
        return ()
    inflected = parse_locale(tag).language in _INFLECTED
    money: set[str] = set()
    for currency in get_territory_currencies(country):
        money |= {currency, get_currency_symbol(currency, locale=known).strip("\u200e\u200f\xa0 ")}
        for count in (1, 2, 5, 0.5):
            # The word for the money, not the adjective beside it; words of two or three letters mean much else.
            name = get_currency_name(currency, count=count, locale=known)
            money |= {word for word in name.split() if len(word) > 3 or SPACELESS.search(word)}
    money -= _ALSO_ELSE
    money -= set(known.territories.get(country, "").split())
    patterns = []
    if money:
        words = "|".join(re.escape(each) for each in sorted(money, key=len, reverse=True))
        after = r"(?!\w)" if not SPACELESS.search(words) else ""
        patterns.append(re.compile(rf"(?<!\w)(?:{words})\s?\d[\d.,]*|\d[\d.,]*\s?(?:{words}){after}", re.IGNORECASE))
    zones = get_global("territory_zones").get(country, [])
    # Where a country has one time zone or two, CLDR names it by its largest city.
    cities = [known.time_zones.get(zone, {}).get("city", "") for zone in zones] if len(zones) <= 2 else []
    for name in (known.territories.get(country, ""), *cities):
        stem = name.rstrip(_VOWELS) if inflected else name
        if len(stem) >= 4 and name[:1].isupper():
            ending = "[kc]" if inflected and stem.endswith("k") else re.escape(stem[-1])
            more = r"\w{0,6}" if inflected else ""
            patterns.append(re.compile(rf"(?<!\w){re.escape(stem[:-1])}{ending}{more}(?!\w)"))
    return tuple(patterns)
