"""typography: the locale's own punctuation, quotation marks, spacing and marks. What counts, and the limits: typography.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

import yaml

from culturefit.locales import Locale, parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._languages import base
from culturefit.scorers._units import blank
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Typography"]

_MOST: Final = 50
#: Marks that must be expected before their absence says anything, and the share of them below which they are lost.
_EXPECTED: Final = 6.0
_LOST: Final = 0.1
#: Conventions that professional translators miss now and then: one miss in a reply is a slip.
_SLIPS: Final = ("danda", "full-width", "zwnj")


class Place(NamedTuple):
    """A place where a convention is due, and whether it is kept."""

    start: int
    end: int
    kept: bool
    rule: str
    message: str


Convention = Callable[[str, Locale], Iterator[Place]]


@scorers.register("typography")
class Typography:
    """Share of the places that keep the locale's convention, among those where one is due."""

    version = "1"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("typography", "typography"),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the score; its findings are places where the convention is not kept, unless the person does the same."""
        locale = parse_locale(item.language)
        text = blank(item.reply)
        places = list(_places(text, locale))
        if not places:
            return [Score("typography", "typography", None, None, "too_short")]
        habits = (
            {place.rule for place in _places(blank(item.prompt), locale) if not place.kept} if item.prompt else set()
        )
        missed = [place for place in places if not place.kept and place.rule not in habits]
        often = Counter(place.rule for place in missed)
        slips = {rule for rule in _SLIPS if often[rule] == 1}
        missed = [place for place in missed if place.rule not in slips]
        counted = [place for place in places if place.kept or place.rule not in habits]
        if not counted:
            return [Score("typography", "typography", None, "as the person", "ambiguous")]
        shown = list(dict.fromkeys(missed))
        findings = tuple(
            Finding(place.start, place.end, "Locale convention/Typography", "minor", place.message, place.rule)
            for place in shown[:_MOST]
        )
        value = 1 - len(missed) / len(counted)
        detail = {"places": len(counted), "missed": len(missed), "as_the_person": sorted(habits)}
        return [Score("typography", "typography", value, None, None, "minor" if findings else None, findings, detail)]


def _places(text: str, locale: Locale) -> Iterator[Place]:
    language = base(locale.language)
    for convention in _CONVENTIONS.get(language, ()):
        yield from convention(text, locale)
    if locale.script == "Latn":
        yield from _marks(text, locale)


def _opening(text: str, _: Locale) -> Iterator[Place]:
    """Spanish questions and exclamations open with ¿ and ¡ (Ortografía de la lengua española, RAE 2010)."""
    for found in re.finditer(r"[?!]+", text):
        start = max(text.rfind(each, 0, found.start()) for each in ".?!\n…")
        sentence = text[start + 1 : found.start()]
        if any(map(str.isalpha, sentence)):
            yield Place(
                found.start(),
                found.end(),
                "¿" in sentence or "¡" in sentence,
                "es-opening",
                "No ¿ or ¡ opens this sentence.",
            )


def _french(text: str, locale: Locale) -> Iterator[Place]:
    """A space before ? ! ; : in France (a narrow or plain one); none before ? ! ; in Canada (Office québécois)."""
    canada = locale.region == "CA"
    for found in re.finditer(r"(?<=[\wÀ-ÿ»)])([\s\u202f\u00a0]?)([?!;:])(?=\s|$)", text):
        if canada and found[2] == ":":
            continue
        kept = bool(found[1]) != canada
        message = "A space stands before this mark." if canada else "No space before this mark."
        yield Place(found.start(2), found.end(2), kept, "fr-spacing", message)


def _cjk(text: str, locale: Locale) -> Iterator[Place]:
    """Full-width stops and commas after Han, kana (JIS X 4051; GB/T 15834); half-width ? and ! pass in Japanese chats."""
    half = ",." if base(locale.language) == "ja" else ",.?!;:"
    for found in re.finditer(
        r"(?<=[\u3040-\u30ff\u3400-\u9fff])([,.?!;:、。，．？！；：])(?=[\s\u3040-\u30ff\u3400-\u9fff]|$)", text
    ):
        kept = found[1] not in ",.?!;:"
        if kept or found[1] in half:
            yield Place(found.start(), found.end(), kept, "full-width", "A half-width mark after Han or kana.")


def _cjk_quotes(text: str, locale: Locale) -> Iterator[Place]:
    """「」 in Japanese and in traditional Chinese; in simplified Chinese “ ” are right."""
    for found in re.finditer(
        r"([「“\"])[^「」“”\"\n]{1,80}[\u3040-\u30ff\u3400-\u9fff][^「」“”\"\n]{0,80}[」”\"]", text
    ):
        yield Place(found.start(), found.end(), found[1] == "「", "cjk-quotes", "Other quotation marks than 「」.")


def _danda(text: str, _: Locale) -> Iterator[Place]:
    """Sentences end in a danda; a full stop is common in chats, so it counts only where the person does otherwise."""
    # Three letters and more before a full stop: डॉ. is an abbreviation.
    for found in re.finditer(r"(?<=[\u0900-\u09ff])\s?।|(?<=[\u0900-\u09ff]{3})\.(?=\s|$)", text):
        yield Place(
            found.end() - 1, found.end(), found.group()[-1] == "।", "danda", "A full stop where a danda is usual."
        )


def _arabic(text: str, _: Locale) -> Iterator[Place]:
    """The comma, semicolon and question mark of Arabic writing after its letters."""
    for found in re.finditer(r"(?<=[\u0620-\u064a\u066e-\u06d3])([,;?،؛؟])(?!\d)", text):
        yield Place(found.start(), found.end(), found[1] in "،؛؟", "arabic-marks", "A Latin mark after Arabic letters.")


def _zwnj(text: str, _: Locale) -> Iterator[Place]:
    """The prefix می joins its verb with a zero-width non-joiner (Academy of Persian Language and Literature)."""
    for found in re.finditer(r"(?<![\u0620-\u06ff\u200c])(ن?می)([ \u200c])(?=[\u0620-\u06ff]{2})", text):
        yield Place(found.start(), found.end(), found[2] != " ", "zwnj", "A space where می joins its verb.")


def _korean(text: str, _: Locale) -> Iterator[Place]:
    """Korean takes half-width stops and commas, unlike its neighbours."""
    for found in re.finditer(r"(?<=[\uac00-\ud7a3])([.,?!。，、？！])", text):
        yield Place(found.start(), found.end(), found[1] in ".,?!", "half-width", "A full-width mark after Hangul.")


def _marks(text: str, locale: Locale) -> Iterator[Place]:
    """Diacritics and tone marks, held against how often they stand in human text."""
    rate = _rates().get(locale.language)
    if rate is None:
        return
    letters = [place for place, character in enumerate(text) if character.isalpha()]
    if len(letters) * rate < _EXPECTED:
        return
    kept = sum(ord(text[place]) > 127 for place in letters) + sum("\u0300" <= each <= "\u036f" for each in text)
    lost = kept < _LOST * rate * len(letters)
    message = "The text has lost its diacritics or tone marks."
    first, last = letters[0], letters[-1] + 1
    # As heavy as a few places: one mark missing is a slip, all of them are another way of writing.
    for _ in range(4):
        yield Place(first, last, not lost, "marks", message)


@lru_cache(maxsize=1)
def _rates() -> dict[str, float]:
    text = (resources.files("culturefit.scorers") / "data" / "typography.yaml").read_text(encoding="utf-8")
    return dict(yaml.safe_load(text)["marks"])


def _traditional_quotes(text: str, locale: Locale) -> Iterator[Place]:
    if locale.script == "Hant":
        yield from _cjk_quotes(text, locale)


_CONVENTIONS: Final[dict[str, tuple[Convention, ...]]] = {
    "es": (_opening,),
    "fr": (_french,),
    "ja": (_cjk, _cjk_quotes),
    "zh": (_cjk, _traditional_quotes),
    "yue": (_cjk, _traditional_quotes),
    "hi": (_danda,),
    "bn": (_danda,),
    "ne": (_danda,),
    "ar": (_arabic,),
    "fa": (_arabic, _zwnj),
    "ur": (_arabic,),
    "ko": (_korean,),
}
