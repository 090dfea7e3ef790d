"""Loops in a text: letters that were said before, and phrases said over and over. Used by degeneration and fluency."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from culturefit.scorers._scripts import WEIGHTS, letters

__all__ = ["CYCLED", "NONE", "REPEATED", "Letters", "Loop", "edges", "find_loop", "fold", "pieces", "share", "spread"]

_IS_DENSE = WEIGHTS > 1
NONE = np.zeros(0, dtype=bool)
#: Length of the pieces that are compared, in letters: long enough that everyday text hardly repeats one.
_LOOP_PIECE: Final = {False: 24, True: 9}
#: Letters said again that make a loop at all: a sentence, said twice, may be emphasis.
_SAID_AGAIN: Final = {False: 80, True: 32}
#: A cycle: something said at least so often back to back, over at least so many letters; tried for so many lengths of
#: the phrase, the commonest distances between equal pieces.
_TURNS: Final = 4
_PERIODS: Final = 8
_CYCLE: Final = {False: 40, True: 16}
#: Shares of the letters from which a text is a loop: said before at all, said back to back.
REPEATED: Final = 0.5
CYCLED: Final = 0.3
# What shifts a hash by so many letters: an odd constant to that power, modulo 2**64.
_SHIFT: Final = {length: np.uint64(pow(0x9E3779B97F4A7C15, length, 1 << 64)) for length in (1, 2, 4, 8, 16, 32)}


class Letters(NamedTuple):
    """The letters of a text in lower case: code points, where they stand in the text, and whether one is much of a word."""

    codes: np.ndarray
    places: np.ndarray
    dense: bool


class Loop(NamedTuple):
    """What a text says again: marks over its letters (each (n,) or empty), and their shares of the letters."""

    text: Letters
    repeats: np.ndarray
    cycles: np.ndarray
    repeated: float
    cycled: float


@lru_cache(maxsize=8)  # two scorers look at the same reply, one after the other
def find_loop(text: str) -> Loop:
    """Return what the text says again."""
    reply = fold(text)
    size, total = _LOOP_PIECE[reply.dense], len(reply.codes)
    back = _before(pieces(reply.codes, size))
    repeats = cycles = NONE
    if back.any():  # in everyday text no piece stands twice
        repeats, cycles = spread(back > 0, size, total), _cycles(reply, back)
        if np.count_nonzero(repeats) < _SAID_AGAIN[reply.dense]:
            repeats = NONE
    return Loop(reply, repeats, cycles, share(repeats, total), share(cycles, total))


def loops(text: str) -> bool:
    """Return whether a text is a loop: what it leaves out says nothing then."""
    found = find_loop(text)
    return found.cycled >= CYCLED or found.repeated >= REPEATED


def fold(text: str) -> Letters:
    """Return the letters of a text; all that is not white space where letters are few, as in a row of digits."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few capitals become two letters, such as the Turkish İ
        lowered = "".join(each.lower()[0] for each in text)
    codes = np.frombuffer(lowered.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    scripts = letters(text)
    places = np.flatnonzero(scripts)
    visible = np.flatnonzero(codes > 32) if 3 * len(places) < len(codes) else places
    if 3 * len(places) < len(visible):
        places = visible
    dense = bool(2 * np.count_nonzero(_IS_DENSE.take(scripts)) > len(places))
    return Letters(codes[places].astype(np.uint64), places, dense)


def pieces(codes: np.ndarray, size: int) -> np.ndarray:
    """Return a hash of each run of `size` letters (len - size + 1 of them, uint64), none for a shorter text."""
    if len(codes) < size:
        return np.zeros(0, dtype=np.uint64)
    # Hashes of 1, 2, 4, ... letters, each from two of the one before, put together to the size by its binary digits.
    power, length, covered = codes, 1, 0
    joined = codes[:0]
    while covered < size:
        if size & length:
            part = power[covered : covered + len(codes) - size + 1]
            joined = joined * _SHIFT[length] + part if covered else part
            covered += length
        if covered < size:
            power, length = power[:-length] * _SHIFT[length] + power[length:], 2 * length
    return joined


def _before(pieces: np.ndarray) -> np.ndarray:
    """Return how many letters back each piece stood last, 0 where it is new."""
    back = np.zeros(len(pieces), dtype=np.int64)
    ordered = np.sort(pieces)
    if not (ordered[1:] == ordered[:-1]).any():
        return back
    order = np.argsort(pieces, kind="stable")
    ordered = pieces[order]
    same = np.flatnonzero(ordered[1:] == ordered[:-1])
    back[order[same + 1]] = order[same + 1] - order[same]
    return back


def spread(starts: np.ndarray, size: int, total: int) -> np.ndarray:
    """Mark the letters of the pieces that start where `starts` is true; nothing at all where none does."""
    places = np.flatnonzero(starts)
    if not len(places):
        return NONE
    ends = np.bincount(places, minlength=total + 1) - np.bincount(places + size, minlength=total + 1)
    return np.cumsum(ends[:total]) > 0


def _cycles(reply: Letters, back: np.ndarray) -> np.ndarray:
    """Mark the letters of phrases that are said `_TURNS` times or more in a row.

    Their length is among the distances between equal pieces: a cycle of `_CYCLE` letters repeats at least one whole piece.
    """
    codes = reply.codes
    found = np.zeros(len(codes), dtype=bool)
    periods, counts = np.unique(back[back > 0], return_counts=True)
    for period in periods[np.argsort(-counts, kind="stable")[:_PERIODS]].tolist():
        # Letters that equal those one period before, in a run: the first turn ends where the run starts.
        runs = edges(codes[period:] == codes[:-period])
        long = runs[:, 1] - runs[:, 0] + period >= max(_TURNS * period, _CYCLE[reply.dense])
        for start, end in runs[long].tolist():
            found[start : end + period] = True
    return found


def share(marked: np.ndarray, total: int) -> float:
    return round(int(np.count_nonzero(marked)) / total, 3) if len(marked) else 0.0


def edges(marked: np.ndarray) -> np.ndarray:
    """Return starts and ends, (n, 2), of the runs of true."""
    return np.flatnonzero(np.diff(np.concatenate(([False], marked, [False])))).reshape(-1, 2)
