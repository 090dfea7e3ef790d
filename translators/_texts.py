"""What the gate's checks count in a text: numbers, placeholders, links, sentences, shingles."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Final

__all__ = [
    "LINK",
    "PLACEHOLDER",
    "metric",
    "numbers",
    "placeholders",
    "repeated",
    "sentences",
    "shingles",
    "worded",
    "words",
]

PLACEHOLDER: Final = re.compile(r"\{[A-Za-z_][\w.]*\}|%\([a-z_]+\)[sd]|%[sd]\b")
LINK: Final = re.compile(r"https?://[^\s<>\"')\]]+|[\w.+-]+@[\w-]+\.[\w.]+\w")
_NUMBER: Final = re.compile(r"\d+(?:[.,:\u066b\u066c\u00a0\u202f' ](?=\d{3}(?!\d))\d{3}|[.,:\u066b\u066c]\d+)*")
_END: Final = re.compile(r"[.!?…؟۔][\"'”’»)\]]*(?=\s|$)|[。！？।॥።။។]")
_WORDS: Final = [
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
]
_MONTHS: Final = [
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    "december",
]
#: What stands around words. Not "all but letters": vowel signs of Indic scripts are no letters.
_AROUND: Final = "".join(c for c in map(chr, range(0x3100)) if unicodedata.category(c)[0] in "PS")
#: English units that translators convert, with their metric values, powers of ten apart; degrees Fahrenheit by a formula.
_FACTORS: Final[dict[str, tuple[float, ...]]] = {
    "mile": (1.609,), "mph": (1.609,), "inch": (2.54,), "foot": (3.048, 9.29), "feet": (3.048, 9.29), "pound": (4.536,),
    "lb": (4.536,), "yard": (9.144,), "acre": (4.047,), "gallon": (3.785,), "ounce": (2.835,), "degree": (), "fahrenheit": (),
}  # fmt: skip
#: A number with its unit, perhaps the first of two ("2 to 3 miles").
_MEASURE: Final = re.compile(
    rf"(\d[\d.,]*)(?=[^\d\n]{{0,15}}?(?:\d[\d.,]*[^\d\n]{{0,15}}?)?(?<![a-z])({'|'.join(_FACTORS)}))", re.IGNORECASE
)
#: Scripts written without spaces between words: shingles of letters stand for shingles of words.
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def placeholders(text: str) -> Counter[str]:
    """Return how often each placeholder stands in `text`."""
    return Counter(PLACEHOLDER.findall(text))


def numbers(text: str) -> Counter[str]:
    """Return the numbers of `text` as ASCII digits, without separators and without zeros at the end (1.5 million = 1 500 000)."""
    found: Counter[str] = Counter()
    for each in _NUMBER.findall(LINK.sub(" ", text)):
        digits = "".join(str(unicodedata.digit(c)) for c in each if c.isdigit() and unicodedata.digit(c, -1) >= 0)
        if digits:
            if len(digits) == 2:
                digits = digits.lstrip("0")  # an hour
            found[digits.rstrip("0") or "0"] += 1
    return found


def metric(text: str) -> list[float]:
    """Return the positive values that the measures of an English `text` may have in metric units, powers of ten apart."""
    values: list[float] = []
    for written, unit in _MEASURE.findall(text):
        value = float(next(iter(numbers(written))))
        # Degrees: a difference, a temperature, a temperature whose zero at the end `numbers` dropped.
        values += [value * each for each in _FACTORS[unit.casefold()]] or [
            value * 5 / 9,
            (value - 32) * 5 / 9,
            (value * 10 - 32) * 5 / 9,
        ]
    return [each for each in values if each > 0]


def worded(text: str) -> frozenset[str]:
    """Return the numbers that English words of `text` stand for, months as well."""
    low = set(re.findall(r"[a-z]+", text.casefold()))
    values = [i for names in (_WORDS, _MONTHS) for i, name in enumerate(names, 1) if name in low]
    return frozenset(str(value).rstrip("0") for value in values)


def sentences(text: str) -> int:
    """Return how many sentences end in `text`, as far as its punctuation says."""
    return len(_END.findall(text))


def words(text: str) -> list[str]:
    """Return the words of `text` in lower case, without the marks around them; runs of letters without spaces count as one."""
    parts = (each.strip(_AROUND) for each in PLACEHOLDER.sub(" ", text).casefold().split())
    return [each for each in parts if any(map(str.isalpha, each))]


def shingles(text: str, size: int = 4) -> Sequence[tuple[str, ...]]:
    """Return the runs of `size` words, of three times as many letters where words are not spaced."""
    if len(_UNSPACED.findall(text)) > len(text) / 3:
        units, size = [c for c in text if c.isalnum()], 3 * size
    else:
        units = words(text)
    return [tuple(units[i : i + size]) for i in range(len(units) - size + 1)]


def repeated(text: str) -> float:
    """Return the share of shingles that stand in `text` more than once."""
    counts = Counter(shingles(text, 3))
    total = sum(counts.values())
    return sum(n for n in counts.values() if n > 1) / total if total else 0.0
