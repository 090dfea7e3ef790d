"""degeneration: was there an answer, and is it more than a loop or an echo? What is measured, how, limits: degeneration.md."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np

from culturefit.errors import UsageError
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._loops import CYCLED, NONE, REPEATED, Letters, edges, find_loop, fold, pieces, share, spread
from culturefit.scoring import CriterionSpec, scorers, undelivered

__all__ = ["Degeneration"]

_ECHO_PIECE: Final = {False: 14, True: 6}
#: Half pieces looked up before anything is compared, and how many must be found.
_LOOKS: Final = 16
_HITS: Final = 3
#: Letters a reply needs before it can be an echo: "Really?" is an answer.
_LEAST: Final = {False: 24, True: 10}


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

    def __init__(self, repeated: float = REPEATED, cycled: float = CYCLED, echoed: float = 0.75) -> None:
        for name, value in (("repeated", repeated), ("cycled", cycled), ("echoed", echoed)):
            if not 0 < value <= 1:
                raise UsageError(f"`{name}` is {value}; give a share of the reply above 0, at most 1.")
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
        loop = find_loop(item.reply)
        reply, total = loop.text, len(loop.text.codes)
        echo = _echo(reply, item.prompt) if item.prompt and total >= _LEAST[reply.dense] else NONE
        shares = {"repeated": loop.repeated, "cycled": loop.cycled, "echoed": share(echo, total)}
        if shares["cycled"] >= self._cycled or shares["repeated"] >= self._repeated:
            marked = loop.cycles if shares["cycled"] >= self._cycled else loop.repeats
            message = f"{share(marked, total):.0%} of the reply says the same again and again."
            return _degenerate("loop", marked, reply, message, shares)
        if shares["echoed"] >= self._echoed:
            message = f"{shares['echoed']:.0%} of the reply stands word for word in the prompt."
            return _degenerate("echo", echo, reply, message, shares)
        return Score("coherent", "coherent", 1.0, "ok", detail=shares)


def _degenerate(label: str, marked: np.ndarray, reply: Letters, message: str, detail: dict[str, float]) -> Score:
    runs = edges(marked)
    start, end = runs[int((runs[:, 1] - runs[:, 0]).argmax())].tolist()
    span = int(reply.places[start]), int(reply.places[end - 1]) + 1
    finding = Finding(*span, f"Fluency/{label.title()}", "critical", message, label)
    return Score("coherent", "coherent", 0.0, label, None, "critical", (finding,), detail)


def _echo(reply: Letters, prompt: str) -> np.ndarray:
    """Mark the letters of pieces that stand in the prompt."""
    size = _ECHO_PIECE[reply.dense]
    # An echo is found at most places one looks; where hardly any is, the full comparison is spared.
    mine, theirs, step = _string(reply), _prompt_string(prompt), max(1, len(reply.codes) // _LOOKS)
    if sum([mine[at : at + size // 2] in theirs for at in range(0, len(mine) - size // 2, step)]) < _HITS:
        return NONE
    asked = np.sort(pieces(fold(prompt).codes, size))
    if not len(asked):
        return NONE
    own = pieces(reply.codes, size)
    return spread(asked.take(np.searchsorted(asked, own), mode="clip") == own, size, len(reply.codes))


def _string(text: Letters) -> str:
    return text.codes.astype(np.uint32).tobytes().decode("utf-32-le", "surrogatepass")


@lru_cache(maxsize=64)
def _prompt_string(prompt: str) -> str:
    return _string(fold(prompt))
