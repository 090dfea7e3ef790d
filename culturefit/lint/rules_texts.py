"""Rules about the words of a case: what a prompt must not hold, and whether it is what its file says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from culturefit.lint.means import means_in
from culturefit.lint.problem import File, Problem
from culturefit.lint.rules_leak import cue_leak
from culturefit.lint.words import texts
from culturefit.locales import parse_locale
from culturefit.schema import Rendering
from culturefit.scoring import scorers

__all__ = ["OF_TEXTS"]

#: A cue and its placebo may differ by this factor in characters before the comparison carries their length.
_BALANCE = 1.5
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d \-().]{5,}\d(?!\w)")
_PERSONAL = re.compile(
    r"(?P<e>[\w.+-]+@[\w-]+\.\w{2,})|(?P<u>https?://\S+|\bwww\.\S+)|(?P<n>(?<!\w)@\w{3,})|(?P<d>(?<!\d)\d{9,}(?!\d))"
)
#: A street with a house number, as written in the languages of the shipped suites and a few beside.
_HOME = re.compile(
    r"(?i:\b(?:ul|al|os)\.|\b(?:ulica|ulicy|aleja|alei|osiedle))\s[A-ZĄĆĘŁŃÓŚŹŻ]\w+(?:\s[A-ZĄĆĘŁŃÓŚŹŻ]\w+)?\s\d+"
    r"|\b[A-ZÄÖÜ]\w+(?:straße|strasse|str\.|gasse|allee|weg|platz)\s\d+"
    r"|\b\d+\s(?:[A-Z]\w+\s){1,2}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Way)\b"
    r"|\b\d+,?\s(?:bis,?\s)?(?:rue|avenue|boulevard|impasse)\s(?:d\w*['’ ]\s?)?(?:l[ae]\s)?[A-ZÀ-Ž]\w+"
    r"|(?i:\b(?:calle|avenida|av\.|avda\.|rua|via|viale|corso|piazza|jalan|jl\.|str\.))\s(?:d\w{1,2}\s)?[A-ZÀ-Ž]\w+(?:\s[A-ZÀ-Ž]\w+)?,?\s(?:[Nn][.oº°]*\s?)?\d+"
    r"|(?i:\b(?:ул\.|улица|улице|вул\.|вулиця|вулиці))\s[А-ЯҐЄІЇ]\w+,?\s(?:д\.|буд\.)?\s?\d+"
    r"|\b\w+\s(?:[Ss]okağı|[Ss]okak|[Ss]k\.|[Cc]addesi|[Cc]ad\.),?\s[Nn]o:?\s?\d+"
    r"|\d+丁目\d+|[路街巷]\d+[号號]"
)
_NAMED = {"e": "an e-mail address", "u": "a web address", "n": "a user name", "d": "a long number"}
_SCRIPT_NAMES: dict[str, tuple[str, ...]] = {
    "Latn": ("LATIN",), "Deva": ("DEVANAGARI",), "Arab": ("ARABIC",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Hans": ("CJK",), "Hant": ("CJK",), "Kore": ("HANGUL", "CJK"), "Cyrl": ("CYRILLIC",), "Thai": ("THAI",),
    "Hebr": ("HEBREW",), "Beng": ("BENGALI",), "Taml": ("TAMIL",), "Ethi": ("ETHIOPIC",), "Grek": ("GREEK",),
}  # fmt: skip


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


def _forbidden(file: File) -> Iterator[Problem]:
    """Phone numbers, personal data, means of self-harm."""
    assert isinstance(file.content, Rendering)
    language = parse_locale(file.content.locale).language
    for where, text, side in texts(file.content):
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
        elif found := _HOME.search(digits):
            yield file.problem(
                "personal-data", where, f"holds what looks like a home address ('{found[0][:40]}'); remove it"
            )
        if term := means_in(digits, language if side == "local" else "en"):
            yield file.problem("method-detail", where, f"says '{term[:60]}'; say what the person feels, not how")


def _script(file: File) -> Iterator[Problem]:
    assert isinstance(file.content, Rendering)
    script = parse_locale(file.content.locale).script
    names = _SCRIPT_NAMES.get(script)
    if names is None:
        return
    for where, text, side in texts(file.content):
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
    for where, text, side in texts(content):
        # Pivot texts are checked where they are written down as local ones, in the pivot locale's own file.
        if side == "local":
            for scorer in _readers():
                if message := scorer.check_text(text, content.locale, content.speaker_gender):
                    yield file.problem("text-check", where, message)


@cache
def _readers() -> tuple[Any, ...]:
    made = (scorers.get(name) for name in scorers.names())
    return tuple(each() for each in made if hasattr(each, "check_text"))


OF_TEXTS = (_cue_balance, cue_leak, _forbidden, _script, _checked)
