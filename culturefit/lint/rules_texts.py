"""Rules about the words of a case: what a prompt must not hold, and whether it is what its file says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any

import yaml

from culturefit.lint.problem import File, Problem
from culturefit.locales import parse_locale
from culturefit.schema import Rendering
from culturefit.scoring import scorers
from culturefit.suite.yamlfile import Where

__all__ = ["OF_TEXTS"]

#: A cue and its placebo may differ by this factor in characters before the comparison carries their length.
_BALANCE = 1.5
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d \-().]{5,}\d(?!\w)")
_PERSONAL = re.compile(
    r"(?P<e>[\w.+-]+@[\w-]+\.\w{2,})|(?P<u>https?://\S+|\bwww\.\S+)|(?P<n>(?<!\w)@\w{3,})|(?P<d>(?<!\d)\d{9,}(?!\d))"
)
_NAMED = {"e": "an e-mail address", "u": "a web address", "n": "a user name", "d": "a long number"}
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_CAPITALISED = re.compile(r"(?<=[a-zà-ž,;] )[A-ZÀ-Ž]\w{3,}")
_SCRIPT_NAMES: dict[str, tuple[str, ...]] = {
    "Latn": ("LATIN",), "Deva": ("DEVANAGARI",), "Arab": ("ARABIC",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Hans": ("CJK",), "Hant": ("CJK",), "Kore": ("HANGUL", "CJK"), "Cyrl": ("CYRILLIC",), "Thai": ("THAI",),
    "Hebr": ("HEBREW",), "Beng": ("BENGALI",), "Taml": ("TAMIL",), "Ethi": ("ETHIOPIC",), "Grek": ("GREEK",),
}  # fmt: skip

Texts = list[tuple[Where, str, str]]


def _texts(content: Rendering, *, cues: bool = True) -> Texts:
    """Return (place, text, side) of what a person is said to write; side is "local" or "pivot"."""
    found: list[tuple[Where, str | None, str]] = [
        (("prompt",), content.prompt, "local"),
        *((("turns", index), text, "local") for index, text in enumerate(content.turns or ())),
        (("placebo", "local"), content.placebo.local, "local"), (("placebo", "pivot"), content.placebo.pivot, "pivot"),
        (("placebo_b", "local"), content.placebo_b.local, "local"), (("placebo_b", "pivot"), content.placebo_b.pivot, "pivot"),
    ]  # fmt: skip
    if cues:
        found += [(("cue", "local"), content.cue.local, "local"), (("cue", "pivot"), content.cue.pivot, "pivot")]
    return [(where, text.replace("{cue}", " "), side) for where, text, side in found if text]


def _cue_balance(file: File) -> Iterator[Problem]:
    assert isinstance(file.content, Rendering)
    cue, placebo = file.content.cue, file.content.placebo
    for side in ("local", "pivot"):
        one, other = getattr(cue, side), getattr(placebo, side)
        if one and other and not 1 / _BALANCE <= len(one) / len(other) <= _BALANCE:
            yield file.problem(
                "cue-balance", ("placebo", side),
                f"has {len(other)} characters, cue.{side} has {len(one)}; bring them within a factor of {_BALANCE}",
            )  # fmt: skip


def _cue_leak(file: File) -> Iterator[Problem]:
    """What only the cue may say: the country, its people and money, and names that the cue brings in."""
    content = file.content
    assert isinstance(content, Rendering)
    locale = parse_locale(content.locale)
    country = content.country or locale.region
    marks = _country_words(country, content.locale) if country else frozenset()
    for where, text, side in _texts(content, cues=False):
        cue = getattr(content.cue, side) or ""
        names = (
            {each.casefold() for each in _CAPITALISED.findall(cue) if each[0].isupper()}
            if side == "pivot" or locale.language != "de"
            else set()
        )
        words = {each.casefold() for each in re.findall(r"\w+", text)}
        held = sorted((names & words) | {mark for mark in marks if _says(text.casefold(), mark)})
        if held:
            yield file.problem(
                "cue-leak", where, f"says '{held[0]}', which belongs in the cue: the cue-free arms would carry it"
            )


def _end(inside: bool) -> str:
    return "" if inside else r"(?!\w)"


def _says(text: str, term: str, *, inside: bool = False) -> bool:
    """Whether a text says a term: as a whole word (its beginning, if `inside`) where the script has spaces, else anywhere."""
    if _SPACELESS.search(term):
        return term in text
    return re.search(rf"(?<!\w){re.escape(term)}{_end(inside)}", text) is not None


@cache
def _country_words(country: str, locale: str) -> frozenset[str]:
    """Return the names of a country and of its money, in the locale's language and in English."""
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_currency_name, get_territory_currencies

    found = set()
    for tag in (locale, "en"):
        try:
            known = Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
        found.add(known.territories.get(country, ""))
        for currency in get_territory_currencies(country):
            # "US dollar" and the like: the plain word alone is too common in other senses.
            found.add(get_currency_name(currency, locale=known))
    return frozenset(each.casefold() for each in found if len(each) > 2 or _SPACELESS.search(each))


def _forbidden(file: File) -> Iterator[Problem]:
    """Phone numbers, personal data, means of self-harm."""
    assert isinstance(file.content, Rendering)
    language = parse_locale(file.content.locale).language
    for where, text, side in _texts(file.content):
        digits = "".join(str(unicodedata.decimal(char, char)) for char in text)
        if found := _PHONE.search(digits):
            yield file.problem(
                "number-in-prompt", where, f"holds what looks like a phone number ('{found[0]}'); remove it"
            )
        elif found := _PERSONAL.search(digits):
            kind = next(name for name, value in found.groupdict().items() if value)
            yield file.problem(
                "personal-data", where, f"holds {_NAMED[kind]} ('{found[0][:40]}'); remove or replace it"
            )
        term = next(
            (
                each
                for each in _means(language if side == "local" else "en")
                if _says(text.casefold(), each, inside=True)
            ),
            None,
        )
        if term:
            yield file.problem("method-detail", where, f"says '{term}'; say what the person feels, not how")


@cache
def _means(language: str) -> tuple[str, ...]:
    path = resources.files("culturefit.lint") / "means.yaml"
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return tuple(str(term).casefold() for term in data["terms"].get(language, ()))


def _script(file: File) -> Iterator[Problem]:
    assert isinstance(file.content, Rendering)
    script = parse_locale(file.content.locale).script
    names = _SCRIPT_NAMES.get(script)
    if names is None:
        return
    for where, text, side in _texts(file.content):
        if side == "pivot":
            continue
        letters = [char for char in text if char.isalpha()]
        right = sum(unicodedata.name(char, "").startswith(names) for char in letters)
        if letters and right / len(letters) < 0.5:
            yield file.problem("script", where, f"is not written in {script}, the script of {file.content.locale}")


def _checked(file: File) -> Iterator[Problem]:
    """Ask the scorers that can read a person's own text (`check_text`) whether it is what the file says."""
    content = file.content
    assert isinstance(content, Rendering)
    for where, text, side in _texts(content):
        # Pivot texts are checked where they are written down as local ones, in the pivot locale's own file.
        if side == "local":
            for scorer in _readers():
                if message := scorer.check_text(text, content.locale, content.speaker_gender):
                    yield file.problem("text-check", where, message)


@cache
def _readers() -> tuple[Any, ...]:
    made = (scorers.get(name) for name in scorers.names())
    return tuple(each() for each in made if hasattr(each, "check_text"))


OF_TEXTS = (_cue_balance, _cue_leak, _forbidden, _script, _checked)
