"""degeneration: was there an answer, and is it more than a loop or an echo? What is measured, how, limits: degeneration.md."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from culturefit.errors import UsageError
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._scripts import WEIGHTS, letters
from culturefit.scoring import CriterionSpec, scorers, undelivered

__all__ = ["Degeneration"]

_IS_DENSE = WEIGHTS > 1
_NONE = np.zeros(0, dtype=bool)
#: Length of the pieces that are compared, in letters: long enough that everyday text hardly repeats one.
_LOOP_PIECE: Final = {False: 24, True: 9}
_ECHO_PIECE: Final = {False: 14, True: 6}
#: Letters said again that make a loop at all: a sentence, said twice, may be emphasis.
_SAID_AGAIN: Final = {False: 80, True: 32}
#: A cycle: something said at least so often back to back, over at least so many letters; tried for so many lengths of
#: the phrase, the commonest distances between equal pieces.
_TURNS: Final = 4
_PERIODS: Final = 8
_CYCLE: Final = {False: 40, True: 16}
#: Half pieces looked up before anything is compared, and how many must be found.
_LOOKS: Final = 16
_HITS: Final = 3
#: Letters a reply needs before it can be an echo: "Really?" is an answer.
_LEAST: Final = {False: 24, True: 10}
# What shifts a hash by so many letters: an odd constant to that power, modulo 2**64.
_SHIFT: Final = {length: np.uint64(pow(0x9E3779B97F4A7C15, length, 1 << 64)) for length in (1, 2, 4, 8, 16, 32)}


class Letters(NamedTuple):
    """The letters of a text in lower case: code points, where they stand in the text, and whether one is much of a word."""

    codes: np.ndarray
    places: np.ndarray
    dense: bool


@scorers.register("degeneration")
class Degeneration:
    """Two criteria: `answered` (something was delivered) and `coherent` (it neither loops nor echoes the prompt).

    Args:
        repeated: share of the letters in pieces that stood in the reply before, from which it is a loop.
        cycled: share of the letters in phrases said four times or more back to back, from which it is a loop.
        echoed: share of the letters in pieces of the prompt, from which the reply is an echo.
    """

    version = "1"
    criteria: Sequence[CriterionSpec] = (
        CriterionSpec("answered", "answered"),
        CriterionSpec("coherent", "coherent"),
    )
    sees_undelivered = True

    def __init__(self, repeated: float = 0.5, cycled: float = 0.3, echoed: float = 0.75) -> None:
        for name, share in (("repeated", repeated), ("cycled", cycled), ("echoed", echoed)):
            if not 0 < share <= 1:
                raise UsageError(f"`{name}` is {share}; give a share of the reply above 0, at most 1.")
        self._repeated, self._cycled, self._echoed = repeated, cycled, echoed

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the two scores, in the order of `criteria`."""
        reason = undelivered(item)
        if reason:
            label = "empty" if reason == "empty" else None
            return [
                Score("answered", "answered", 0.0, label, None, "critical", detail={"status": reason}),
                Score("coherent", "coherent", None, unscored=reason),
            ]
        cut = item.finish_reason == "length"
        return [Score("answered", "answered", 1.0, "cut" if cut else "ok"), self._coherent(item)]

    def _coherent(self, item: ScoreInput) -> Score:
        reply = _letters(item.reply)
        size, total = _LOOP_PIECE[reply.dense], len(reply.codes)
        back = _before(_pieces(reply.codes, size))
        repeats = cycles = _NONE
        if back.any():  # in everyday text no piece stands twice
            repeats, cycles = _spread(back > 0, size, total), _cycles(reply, back)
            if np.count_nonzero(repeats) < _SAID_AGAIN[reply.dense]:
                repeats = _NONE
        echo = _echo(reply, item.prompt) if item.prompt and total >= _LEAST[reply.dense] else _NONE
        shares = {"repeated": _share(repeats, total), "cycled": _share(cycles, total), "echoed": _share(echo, total)}
        if shares["cycled"] >= self._cycled or shares["repeated"] >= self._repeated:
            marked = cycles if shares["cycled"] >= self._cycled else repeats
            message = f"{_share(marked, total):.0%} of the reply says the same again and again."
            return _degenerate("loop", marked, reply, message, shares)
        if shares["echoed"] >= self._echoed:
            message = f"{shares['echoed']:.0%} of the reply stands word for word in the prompt."
            return _degenerate("echo", echo, reply, message, shares)
        return Score("coherent", "coherent", 1.0, "ok", detail=shares)


def _degenerate(label: str, marked: np.ndarray, reply: Letters, message: str, detail: dict[str, float]) -> Score:
    edges = _edges(marked)
    start, end = edges[int((edges[:, 1] - edges[:, 0]).argmax())].tolist()
    span = int(reply.places[start]), int(reply.places[end - 1]) + 1
    finding = Finding(*span, f"Fluency/{label.title()}", "critical", message, label)
    return Score("coherent", "coherent", 0.0, label, None, "critical", (finding,), detail)


def _letters(text: str) -> Letters:
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


def _pieces(codes: np.ndarray, size: int) -> np.ndarray:
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


def _spread(starts: np.ndarray, size: int, total: int) -> np.ndarray:
    """Mark the letters of the pieces that start where `starts` is true; nothing at all where none does."""
    places = np.flatnonzero(starts)
    if not len(places):
        return _NONE
    edges = np.bincount(places, minlength=total + 1) - np.bincount(places + size, minlength=total + 1)
    return np.cumsum(edges[:total]) > 0


def _cycles(reply: Letters, back: np.ndarray) -> np.ndarray:
    """Mark the letters of phrases that are said `_TURNS` times or more in a row.

    Their length is among the distances between equal pieces: a cycle of `_CYCLE` letters repeats at least one whole piece.
    """
    codes = reply.codes
    found = np.zeros(len(codes), dtype=bool)
    periods, counts = np.unique(back[back > 0], return_counts=True)
    for period in periods[np.argsort(-counts, kind="stable")[:_PERIODS]].tolist():
        # Letters that equal those one period before, in a run: the first turn ends where the run starts.
        runs = _edges(codes[period:] == codes[:-period])
        long = runs[:, 1] - runs[:, 0] + period >= max(_TURNS * period, _CYCLE[reply.dense])
        for start, end in runs[long].tolist():
            found[start : end + period] = True
    return found


def _echo(reply: Letters, prompt: str) -> np.ndarray:
    """Mark the letters of pieces that stand in the prompt."""
    size = _ECHO_PIECE[reply.dense]
    # An echo is found at most places one looks; where hardly any is, the full comparison is spared.
    mine, theirs, step = _string(reply), _prompt_string(prompt), max(1, len(reply.codes) // _LOOKS)
    if sum([mine[at : at + size // 2] in theirs for at in range(0, len(mine) - size // 2, step)]) < _HITS:
        return _NONE
    asked = np.sort(_pieces(_letters(prompt).codes, size))
    if not len(asked):
        return _NONE
    pieces = _pieces(reply.codes, size)
    return _spread(asked.take(np.searchsorted(asked, pieces), mode="clip") == pieces, size, len(reply.codes))


def _string(text: Letters) -> str:
    return text.codes.astype(np.uint32).tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=64)
def _prompt_string(prompt: str) -> str:
    return _string(_letters(prompt))


def _share(marked: np.ndarray, total: int) -> float:
    return round(int(np.count_nonzero(marked)) / total, 3) if len(marked) else 0.0


def _edges(marked: np.ndarray) -> np.ndarray:
    """Return starts and ends, (n, 2), of the runs of true."""
    return np.flatnonzero(np.diff(np.concatenate(([False], marked, [False])))).reshape(-1, 2)
