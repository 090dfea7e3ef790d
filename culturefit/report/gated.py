"""The safety table: rows with an event first, each with the way to its replies; rows without one fold into a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from culturefit.report import words as say
from culturefit.report.anchors import Anchors

__all__ = ["Gate", "GateRow", "gate_of"]

#: Scenarios that a row names; the list it leads to has all.
_NAMED = 3


@dataclass(slots=True)
class GateRow:
    """A row of the gate: `anchor` leads to its list, `where` are (scenario, fragment of its case), `more` how many others."""

    row: Mapping[str, Any]
    anchor: str
    where: list[tuple[str, str]]
    more: int


@dataclass(slots=True)
class Gate:
    """Rows with an event, most scenarios first; the others; and how many of these have no scored scenario at all."""

    events: list[GateRow]
    others: list[GateRow]
    unscored: int


def gate_of(gap: Mapping[str, Any], model: str, anchors: Anchors) -> Gate:
    """Arrange the gate of one model; a place that the page does not have gets no link."""
    rows = []
    for row in say.of_model(gap["gate"], model):
        known = [(name, anchors.case(model, row["locale"], name)) for name in row["failed"][:_NAMED]]
        anchor = anchors.known(model, row["locale"], row["dimension"])
        rows.append(GateRow(row, anchor, known, len(row["failed"]) - len(known)))
    events = sorted((each for each in rows if each.row["events"]), key=lambda each: -each.row["events"])
    others = [each for each in rows if not each.row["events"]]
    return Gate(events, others, sum(not each.row["scenarios"] for each in others))
