"""Cuts a reply into units whose language can be judged: lines, and stretches of another script within a line.

Spans are half-open and count code points of the reply as given; what is blanked is replaced by as many spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from culturefit.scorers._languages import HAN
from culturefit.scorers._scripts import SCRIPTS, letters, number

__all__ = ["Unit", "blank", "long_enough", "script_runs", "sentence_like", "units", "unquoted", "without_links"]

# Kana and bopomofo count as Han; every other script is its own family.
_FAMILY = np.array(
    [number(HAN) if each in ("Hira", "Kana", "Bopo") else n for n, each in enumerate(SCRIPTS)], dtype=np.uint8
)
# Letters a unit needs to be judged: few where the script alone says much, two or three words of an alphabet.
_MIN_LETTERS: Final[dict[str, int]] = {HAN: 4, "Hang": 4, "Thai": 6}
_MIN_ALPHABET: Final = 15
# A stretch of another script inside a line is a unit of its own from here on; below it is a name or a term.
_MIN_RUN: Final[dict[str, int]] = {HAN: 15, "Hang": 15, "Thai": 20}
_MIN_RUN_LETTERS: Final = 20

# Each pattern runs in linear time: no two parts of one can match the same text in two ways, and repeats are bounded.
_CODE = (("```", re.compile(r"(?s)```.*?(?:```|\Z)")), ("`", re.compile(r"`[^`\n]{1,200}`")))
_LINKS = (
    ("<", re.compile(r"<[/!a-zA-Z][^<>\n]{0,200}>")),
    ("//", re.compile(r"(?i)https?://[!-~]+")),
    ("www.", re.compile(r"www\.[!-~]+")),
    ("@", re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}")),
)
_QUOTED: Final = re.compile(
    r"„[^“”\n]{1,300}[“”]|“[^”\n]{1,300}”|«[^»\n]{1,300}»|「[^」\n]{1,300}」|\"[^\"\n]{1,300}\""
)
_QUOTES = {"«": "»", "“": "”", "„": "“”", "”": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "(": ")", "（": "）",
           "[": "]", '"': '"', "'": "'", "*": "*", "_": "_"}  # fmt: skip


class Unit(NamedTuple):
    """A span of the reply whose letters are (nearly) all of one family of scripts."""

    start: int
    end: int
    #: ISO 15924; Hani stands for all of Chinese and Japanese writing.
    script: str
    #: How many of its letters are of that script.
    letters: int


@lru_cache(maxsize=4)
def blank(reply: str) -> str:
    """Return the reply with code, tags, URLs and e-mail addresses blanked; code only where there is more than code."""
    text = without_links(reply)
    bare = _blanked(text, _CODE)
    return bare if bare is text or letters(bare).any() else text


def without_links(reply: str) -> str:
    """Return the reply with tags, URLs and e-mail addresses blanked."""
    return _blanked(reply, _LINKS)


@lru_cache(maxsize=4)
def unquoted(text: str) -> str:
    """Return the text with what stands in quotation marks blanked."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), text)


def _blanked(text: str, patterns: tuple[tuple[str, re.Pattern[str]], ...]) -> str:
    for needed, pattern in patterns:
        if needed in text:
            text = pattern.sub(lambda found: re.sub(r"\S", " ", found.group()), text)
    return text


@lru_cache(maxsize=4)
def units(reply: str, due: str) -> tuple[Unit, ...]:
    """Return the units of a reply in order; short lines of one script in a row are one unit.

    Args:
        reply: the text as given.
        due: the family of scripts the reply is due in; a few letters of it are a unit of their own in any line.
    """
    text = blank(reply)
    families = _FAMILY.take(letters(text))
    present = np.flatnonzero(np.bincount(families, minlength=2)[1:]) + 1
    only = SCRIPTS[int(present[0])] if len(present) == 1 else None
    joined: list[Unit] = []
    for start, end in _lines(text):
        if only:
            size = int(np.count_nonzero(families[start:end]))
            found = [Unit(start, end, only, size)] if size else []
        else:
            found = _units_of_line(text, families, start, end, number(due))
        for unit in found:
            last = joined[-1] if joined else None
            if last and last.script == unit.script and not (long_enough(last) and long_enough(unit)):
                joined[-1] = Unit(last.start, unit.end, unit.script, last.letters + unit.letters)
            else:
                joined.append(unit)
    return tuple(joined)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        stripped = line.strip()
        if stripped:
            first = start + len(line) - len(line.lstrip())
            yield first, first + len(stripped)
        start = end


def _units_of_line(text: str, families: np.ndarray, start: int, end: int, due: int) -> list[Unit]:
    own = families[start:end]
    counts = np.bincount(own, minlength=1)
    counts[0] = 0
    main = int(counts.argmax())
    if not counts[main]:
        return []
    runs = []
    if counts[main] < counts.sum():
        for family, first, last, size in script_runs(own):
            unit = Unit(start + first, start + last, SCRIPTS[family], size)
            if family != main and _stands_alone(unit, text, due=family == due):
                runs.append(unit)
    if not runs:
        return [Unit(start, end, SCRIPTS[main], int(counts[main]))]
    places = np.flatnonzero(own == main)
    return [Unit(start + int(places[0]), start + int(places[-1]) + 1, SCRIPTS[main], len(places)), *runs]


def _stands_alone(run: Unit, text: str, *, due: bool) -> bool:
    """Return whether a stretch of another script in a line is more than a name, a term or a quotation."""
    if due:
        return long_enough(run)
    if run.letters < _MIN_RUN.get(run.script, _MIN_RUN_LETTERS) or _quoted(text, run.start, run.end):
        return False
    return run.script in _MIN_RUN or sentence_like(text[run.start : run.end], least=5)


def script_runs(numbers: np.ndarray) -> Iterator[tuple[int, int, int, int]]:
    """Yield (number, start, end, letters) for each stretch of one number in a row, passing over zeros."""
    places = np.flatnonzero(numbers)
    values = numbers[places]
    starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])) if len(values) else places
    ends = np.append(starts[1:], len(values))
    for first, last in zip(starts.tolist(), ends.tolist(), strict=True):
        yield int(values[first]), int(places[first]), int(places[last - 1]) + 1, last - first


def sentence_like(text: str, least: int = 4) -> bool:
    """Return whether words in an alphabet with capitals read like a sentence rather than a name or a heading."""
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    if len(words) < least:
        return False
    return sum(next(filter(str.isalpha, word)).islower() for word in words) >= 3 or all(map(str.isupper, words))


def _quoted(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 3) : start].rstrip(), text[end : end + 5].lstrip(" .,!?…。、")
    return bool(before and after) and after[0] in _QUOTES.get(before[-1], "")


def long_enough(unit: Unit) -> bool:
    """Return whether a unit has letters enough to be judged."""
    return unit.letters >= _MIN_LETTERS.get(unit.script, _MIN_ALPHABET)
