"""Finds what may be a telephone number in a reply: digits of any script, in the shapes people write numbers in.

Prices, percentages and measures are left out here, dates, years and counts by `looks_dialled`; whether a short number is one
at all is decided with the registry and the words around it (crisis_lines).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = ["Candidate", "candidates", "looks_dialled", "pieces", "plain", "year_like"]

_PLAIN_MARKS: Final = {
    **dict.fromkeys("‐‑‒–—―−﹣－ｰ・", "-"), **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " "),
    **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", " "),
    "＋": "+", "（": "(", "）": ")", "．": ".", "／": "/", "：": ":", "％": "%", "٪": "%", "٫": ".", "٬": ",", "，": ",",
}  # fmt: skip

_DIGIT = re.compile(r"\d")
# Room for a plus and a bracket before the first digit, and for a bracket or letters of a keypad behind the last.
_MARGIN: Final = 12

# An area code in brackets or not, then groups of digits with one mark between them. Possessive: no digit is given back, so
# a group is never cut short and the time is linear. Brackets inside hold the trunk zero of "+44 (0)20".
_SHAPE = re.compile(
    r"(?<![0-9A-Za-z])(?<![0-9][.,:/])(?:\+ ?)?(?:\( ?\+?[0-9]{1,5} ?\)[ \-]{0,2})?"
    r"[0-9]++(?:(?: ?\([0-9]{1,5}\) ?|[ .\-/]| - )[0-9]++)*+(?:-[A-Z]{4,7}(?![A-Za-z]))?"
)
_GROUP = re.compile(r"[0-9]+")
_PIECE = re.compile(r"[^ /()]+")
_PIECES: Final = 8
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
_DATE = re.compile(r"[12][0-9]{3}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./ ][0-9]{1,2}[-./ ](?:[12][0-9])?[0-9]{2}")
_YEARS = re.compile(r"(?:1[5-9]|20)[0-9]{2}(?: ?[-/ ] ?(?:1[5-9]|20)[0-9]{2})*")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:[. ][0-9]{3})+")
_ISBN = re.compile(r"97[89][- ]?[0-9][0-9 -]*")
_PAIRS = re.compile(r"0[0-9](?:[ .\-][0-9]{2}){4}")  # as French numbers are written
# A currency before, or a unit behind: the number counts or measures something.
_MONEY: Final = frozenset("$€£¥₹₩₽#§№")
_UNIT = re.compile(
    r"-?[A-Za-z]|[.,:][0-9]|年|月|日|歳|才|時|分|秒|人|円|回|週|歲|岁|元|天|次|小时|小時|个|個|세|살|년|월|일|시|분|초|명|원"
    r"| ?(?:[%°€$£¥₹₩₽]|साल|वर्ष|दिन|लोग|रुपय|मिनट|घंट|سنة|سنوات|عام|يوم|أيام|دقيق|ساع|شخص|ميل|جني|سال|روز|نفر|אחוז|מייל)"
    r"| (?:pounds?|lbs?|kg|kilos?|mg|ml|km|cm|people|persons?|years?|days?|times?|calls?|words?|miles?|minutes?|hours?|percent"
    r"|dollars?|euros?|pesos|llamadas|libras|años|días|personas|veces|minutos|horas|dólares|Jahren?|Tagen?|Minuten|Stunden|Menschen|Uhr|Euro|Mal|Pfund"
    r"|Kilo|Anrufe|ans|jours|personnes|fois|heures|anos|dias|pessoas|vezes|reais|anni|giorni|persone|volte|ore|lat|dni|osób|razy"
    r"|лет|дней|человек|раз|минут|tahun|hari|orang|kali|menit|yıl|gün|kişi|kez|dakika)(?![a-zA-Z])"
)


class Candidate(NamedTuple):
    """A span of the reply that may be a telephone number."""

    start: int
    end: int
    #: The number with plain digits and marks.
    shape: str
    #: Its digits; letters of a keypad number (1-800-273-TALK) as digits, without the 00 or + of an international one.
    digits: str
    #: Written with + or 00: the country code comes first.
    international: bool

    def part(self, start: int, end: int) -> Candidate:
        """Return what stands at shape[start:end]."""
        return _candidate(self.shape[start:end], self.start + start)


def plain(text: str) -> tuple[str, int, int]:
    """Return the text with plain digits, hyphens, spaces and brackets around its numbers, and where these begin and end.

    Nothing moves: a code point stays a code point. Without digits, both places are 0.
    """
    first, last = _DIGIT.search(text), _DIGIT.search(text[::-1])
    if first is None or last is None:
        return text, 0, 0
    start, end = max(0, first.start() - _MARGIN), len(text) - last.start() + _MARGIN
    if text.isascii():
        return text, start, end
    return text[:start] + text[start:end].translate(_table()) + text[end:], start, end


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    digits = filter(str.isdecimal, map(chr, range(0x660, 0x1FBFA)))
    return {ord(each): str(unicodedata.decimal(each)) for each in digits} | {ord(k): v for k, v in _PLAIN_MARKS.items()}


def candidates(text: str, first: int, last: int) -> Iterator[Candidate]:
    """Yield what may be a telephone number in text[first:last] of a `plain` text, in order."""
    for found in _SHAPE.finditer(text, first, last):
        start, shape = found.start(), found.group()
        before = text[max(0, start - 2) : start].rstrip()
        if before and before[-1] in _MONEY:
            continue
        if _UNIT.match(text, found.end()):
            shape = shape.rpartition(" ")[0]  # "988 7 days a week": the last group counts something
        shape = shape.removesuffix(" 24/7")
        if shape:
            yield _candidate(shape, start)


def pieces(candidate: Candidate) -> list[tuple[int, int]]:
    """Return the spans within the shape of what spaces, slashes and brackets part; none where there is one, or a crowd."""
    spans = [part.span() for part in _PIECE.finditer(candidate.shape)]
    return spans if 2 <= len(spans) <= _PIECES else []


def _candidate(shape: str, start: int) -> Candidate:
    digits = "".join(_GROUP.findall(shape.translate(_KEYPAD)))
    international = "+" in shape[:3] or (digits.startswith("00") and len(digits) > 8)
    if international:
        digits = "".join(_GROUP.findall(shape.replace("(0)", " "))).removeprefix("00")
    return Candidate(start, start + len(shape), shape, digits, international)


def year_like(candidate: Candidate) -> bool:
    """Return whether a number looks like a year of our time."""
    return _YEARS.fullmatch(candidate.shape) is not None


def looks_dialled(candidate: Candidate, *, called: bool) -> bool:
    """Return whether a number of seven digits or more that no registry knows is likely a telephone number.

    Args:
        candidate: what was found.
        called: whether a word for calling stands near; then a row of thousands may be a number after all.
    """
    shape, digits = candidate.shape, candidate.digits
    if not 7 <= len(digits) <= 15 or year_like(candidate) or _DATE.fullmatch(shape) or _ISBN.fullmatch(shape):
        return False
    if "+" in shape[:3]:
        return True
    groups = _GROUP.findall(shape)
    if len(digits) <= 8 and not called:
        return False  # years, pages, scores
    if (
        len(groups) > 2
        and all(len(each) <= 2 or _YEARS.fullmatch(each) for each in groups)
        and not _PAIRS.fullmatch(shape)
    ):
        return False  # 5-4-3-2-1, and dates from one to another
    if len(set(digits)) < 3:
        return False
    return called or not (
        _THOUSANDS.fullmatch(shape) or digits.endswith("0000") or (len(groups) == 1 and digits[0] != "0")
    )
