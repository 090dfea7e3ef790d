"""Finds a clause in another language of the same script inside a line that is else in the language asked for.

Windows of five words go through the identifier; a window counts that fits another language much better (`_SURE`, in the unit of
`Guess.against`). On 4,533 human lines of 19 languages no window does, and of English clauses of seven words put into them 99 %
and more are found (`python benchmarks/language_id.py`). Names do not count: four of the five words begin with a small letter.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from culturefit.scorers._identify import NGrams
from culturefit.scorers._languages import close

__all__ = ["Intruder", "intruders"]

_WORDS: Final = 5
_STEP: Final = 3
_SURE: Final = 4.0
_LEAST_SMALL: Final = 4
#: Words at each edge of a span that may belong to the line instead.
_EDGE: Final = 7
_WORD: Final = re.compile(r"\S+")
_QUOTED: Final = re.compile(
    r"„[^“”\n]{1,200}[“”]|“[^”\n]{1,200}”|«[^»\n]{1,200}»|‘[^’\n]{1,200}’|\"[^\"\n]{1,200}\"|\*[^*\n]{1,200}\*|\([^()\n]{1,200}\)"
)
_ngrams: Final = NGrams()


class Intruder(NamedTuple):
    """A clause in another language."""

    start: int
    end: int
    language: str


def intruders(text: str, spans: Sequence[tuple[int, int]], script: str, asked: str) -> list[Intruder]:
    """Return the clauses in another language inside spans of a text whose links and code are blanked.

    Args:
        text: the reply.
        spans: where its lines in the language asked for are.
        script: their script (one with capitals).
        asked: the base tag of that language.
    """
    return list(_intruders(text, tuple(spans), script, asked))


# Two scorers ask about the same reply, one after the other; what was found is small and does not change.
@lru_cache(maxsize=4)
def _intruders(text: str, spans: tuple[tuple[int, int], ...], script: str, asked: str) -> tuple[Intruder, ...]:
    if asked not in _ngrams.languages(script):
        return ()
    bare = _QUOTED.sub(lambda found: " " * len(found.group()), text)
    lines = [[word.span() for word in _WORD.finditer(bare, start, end)] for start, end in spans]
    windows = [
        (words, place)
        for words in lines
        if len(words) > _WORDS
        for place in range(0, len(words) - _WORDS + 1, _STEP)
        if sum(bare[start].islower() for start, _ in words[place : place + _WORDS]) >= _LEAST_SMALL
    ]
    if not windows:
        return ()
    texts = [[bare[words[place][0] : words[place + _WORDS - 1][1]]] for words, place in windows]
    guesses = _ngrams.identify(script, texts, asked)
    found: list[tuple[list[tuple[int, int]], int, int]] = []
    for (words, place), (guess,) in zip(windows, guesses, strict=True):
        if guess.fits and guess.against >= _SURE and not close(guess.language, asked):
            if found and found[-1][0] is words and place <= found[-1][2]:
                found[-1] = (words, found[-1][1], place + _WORDS)
            else:
                found.append((words, place, place + _WORDS))
    # A clause begins and ends between windows: the words beside it are tried too.
    return tuple(
        _trimmed(bare, words[max(0, first - _STEP) : stop + _STEP], script, asked) for words, first, stop in found
    )


def _trimmed(text: str, words: Sequence[tuple[int, int]], script: str, asked: str) -> Intruder:
    """Return the part of some words with the most evidence against the language asked for."""
    tries = [
        (words[first][0], words[-1 - last][1])
        for first in range(min(_EDGE, len(words)))
        for last in range(min(_EDGE, len(words) - first))
        if len(words) - first - last >= _WORDS - 2
    ]
    guesses = _ngrams.identify(script, [[text[start:end]] for start, end in tries], asked)
    # `against` is over the square root of the bytes; the whole evidence is largest on the clause itself.
    worth = [
        guess.against * math.sqrt(len(text[start:end].encode()))
        for (start, end), (guess,) in zip(tries, guesses, strict=True)
    ]
    best = max(range(len(tries)), key=worth.__getitem__)
    return Intruder(*tries[best], guesses[best][0].language)
