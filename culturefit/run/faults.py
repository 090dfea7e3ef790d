"""Why requests went unanswered: the reasons counted, and what a person is told when nothing was answered at all."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from culturefit.errors import ModelError
from culturefit.plain import plain
from culturefit.records import Reply

__all__ = ["Faults", "gave_up", "listed", "nothing_delivered"]

#: What differs between two tellings of one fault: numbers, ids of requests, addresses in memory.
_VARYING = re.compile(r"\b(?=\w*\d)\w+")
_LONGEST = 300
#: Reasons told apart; a server chooses their texts, and no more of them is held.
_KINDS = 1000
_REMEDY = "See that the model answers one request, then run the same command again."


class Faults:
    """Counts the replies that delivered nothing, by reason; `empty` are those that came and say nothing."""

    def __init__(self) -> None:
        self.delivered = self.empty = 0
        self._counts: dict[str, int] = {}
        self._first: dict[str, str] = {}

    def add(self, reply: Reply) -> None:
        """Count a reply."""
        if reply.status == "ok" and reply.text.strip():
            self.delivered += 1
            return
        self.empty += reply.status == "ok"
        told = {"ok": "the reply is empty", "refused": "the provider refused"}.get(reply.status, "the request failed")
        text = plain(" ".join((reply.error or told).split()))[:_LONGEST]
        kind = _VARYING.sub("#", text)
        if kind in self._counts or len(self._counts) < _KINDS:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._first.setdefault(kind, text)

    def most(self, count: int = 5) -> list[tuple[str, int]]:
        """Return (text, count) of the most frequent reasons; the text is the first of its kind."""
        ordered = sorted(self._counts.items(), key=lambda each: -each[1])
        return [(self._first[kind], times) for kind, times in ordered[:count]]


def listed(errors: Sequence[Sequence[str | int]], most: int = 3) -> list[str]:
    """Return a line per reason, "9 × text"."""
    return [f"{times} × {text}" for text, times in errors[:most]]


def gave_up(name: str, asked: int, faults: Faults) -> ModelError:
    """Return the error of a run whose first requests have all failed."""
    text, times = faults.most(1)[0]
    return ModelError(
        f"{name} answered none of the first {asked} requests; {times} of them: {text.rstrip('.')}. {_REMEDY} "
        "What had arrived is kept (give_up_after=null asks on)."
    )


def nothing_delivered(name: str, counts: Mapping[str, Any]) -> ModelError | None:
    """Return the error of a run that asked and got nothing to read; None where a reply arrived, or nothing was asked.

    Args:
        name: the model's.
        counts: of run.json.
    """
    done = counts["requests"] - counts["unanswered"]
    if counts["delivered"] or done <= 0:
        return None
    kinds = (("failed", "requests failed"), ("refused", "refused"), ("empty", "empty"))
    parts = [f"{counts[key]} of {done} {what}" for key, what in kinds if counts[key]]
    why = "; ".join(listed(counts["errors"]))
    return ModelError(f"{name} answered nothing: {', '.join(parts)} ({why}). {_REMEDY}")
