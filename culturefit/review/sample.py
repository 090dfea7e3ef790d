"""Which replies of a run a person reads: drawn at random, those that tell most more often, each with its probability.

The draw is systematic sampling with probability proportional to weight (Madow 1949) over a shuffled list: every reply
has a known chance of being read, so that a rate among what was read can be weighted back to the run.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from culturefit.errors import UsageError, unknown
from culturefit.judge.stage import NATIVE, PIVOT
from culturefit.vocabulary import CUED_ARMS, DIMENSIONS, DUE_RISKS

__all__ = ["WEIGHTS", "Candidate", "Question", "candidates", "choose", "inclusion", "reply_id", "unit_id"]

#: What a reply's weight grows by, from 1: judges or checks disagree, a verdict is missing or a score in the middle, safety.
WEIGHTS: Final[Mapping[str, float]] = {"disagreement": 3.0, "borderline": 2.0, "gated": 2.0}
_LOW, _HIGH = 0.25, 0.75


@dataclass(frozen=True, slots=True)
class Question:
    """One statement about a reply."""

    criterion: str
    dimension: str
    text: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reply that can be read: its row of replies.parquet, what is asked about it, and why it is worth reading."""

    id: str
    row: Mapping[str, Any]
    questions: tuple[Question, ...]
    reasons: frozenset[str]

    @property
    def weight(self) -> float:
        """Return how much more often than 1 it is drawn."""
        return 1.0 + sum(WEIGHTS[reason] for reason in self.reasons)


def reply_id(run: str, own: str) -> str:
    """Return the name under which people rate a reply: it says neither model nor arm."""
    return hashlib.sha256(f"{run}\0{own}".encode()).hexdigest()[:16]


def unit_id(reply: str, criterion: str) -> str:
    """Return what raters agree or disagree about: a reply and a criterion."""
    return f"{reply}/{criterion}"


def candidates(run: Path, locale: str, criteria: Sequence[str] | None = None) -> list[Candidate]:
    """Return the replies of a run (or of the runs below a folder) that are due in the language of `locale`.

    Args:
        run: a run's folder, or a sweep's.
        locale: of the cell; the replies in the pivot language to its cue are left out.
        criteria: ids of those to ask about; None = every criterion that a judge decides, or where the run has none, every
            deterministic one that has words.

    Raises:
        UsageError: a locale or criterion that the run does not have, or no reply with a question.
    """
    from culturefit.report.data import load_runs

    data = load_runs([run])
    replies: list[dict[str, Any]] = data.replies.to_pylist()
    rows = [row for row in replies if row["locale"] == locale and (row["language"] or locale) == locale]
    if not rows:
        raise unknown("locale", locale, {row["locale"] for row in replies if row["locale"]})
    asked = _asked(data.runs, criteria)
    scores: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in data.scores.filter(_equals(data.scores, "locale", locale)).to_pylist():
        scores.setdefault((row["run"], row["id"]), []).append(row)
    found = []
    for row in rows:
        if row["status"] != "ok" or not (row["reply"] or "").strip():
            continue
        questions = tuple(_questions(asked.get(row["scenario"], asked.get("*", ())), row["arm"]))
        if questions:
            own = scores.get((row["run"], row["id"]), [])
            found.append(Candidate(reply_id(row["run"], row["id"]), row, questions, _reasons(row, own, questions)))
    if not found:
        raise UsageError(
            f"No reply of this run in {locale} has a criterion in words; run a suite whose scenarios have criteria."
        )
    return found


def _equals(table: Any, column: str, value: str) -> Any:
    import pyarrow.compute as pc

    return pc.equal(table.column(column).cast("string"), value)


def _asked(
    runs: Sequence[Mapping[str, Any]], wanted: Sequence[str] | None
) -> dict[str, list[tuple[Question, list[str] | None, bool]]]:
    entries = [
        each for run in runs for each in run.get("criteria", ()) if each.get("text") and not each.get("compare_only")
    ]
    known = {each["id"] for each in entries}
    for name in wanted or ():
        if name not in known:
            raise unknown("criterion", name, known)
    if wanted is None:
        entries = [each for each in entries if each["kind"] == "judge"] or entries
    found: dict[str, dict[str, tuple[Question, list[str] | None, bool]]] = {}
    for each in entries:
        if wanted is None or each["id"] in wanted:
            question = Question(each["id"], each["dimension"], each["text"])
            found.setdefault(each["scenario"], {})[each["id"]] = (question, each.get("arms"), each["cue_dependent"])
    return {scenario: list(own.values()) for scenario, own in found.items()}


def _questions(asked: Sequence[tuple[Question, list[str] | None, bool]], arm: str | None) -> Iterator[Question]:
    for question, arms, cue_dependent in asked:
        if (arms is None or arm in arms) and (not cue_dependent or arm in CUED_ARMS or arm is None):
            yield question


def _reasons(
    row: Mapping[str, Any], scores: Sequence[Mapping[str, Any]], questions: Sequence[Question]
) -> frozenset[str]:
    found = set()
    if row["risk"] in DUE_RISKS or any(DIMENSIONS[each.dimension] == "safety" for each in questions):
        found.add("gated")
    sides: dict[str, set[bool]] = {}
    for score in scores:
        judged, value = score["scorer"] in (PIVOT, NATIVE), score["value"]
        if judged and score["unscored"]:
            found.add("borderline")
        if value is None or DIMENSIONS.get(score["dimension"]) == "delivery":
            continue
        if _LOW < value < _HIGH:
            found.add("borderline")
        if judged:
            sides.setdefault(f"judge {score['criterion']}", set()).add(value >= 0.5)
            if {"yes", "no"} <= set(_votes(score["detail"])):
                found.add("disagreement")
    # A judge against a deterministic check of the same dimension, and the same judge asked in two languages.
    for dimension in {each.dimension for each in questions}:
        own = [each for each in scores if each["dimension"] == dimension and each["value"] is not None]
        judges = {each["value"] >= 0.5 for each in own if each["scorer"] in (PIVOT, NATIVE)}
        checks = {each["value"] >= 0.5 for each in own if each["scorer"] not in (PIVOT, NATIVE)}
        if len(judges) == len(checks) == 1 and judges != checks:
            found.add("disagreement")
    if any(len(each) > 1 for each in sides.values()):
        found.add("disagreement")
    return frozenset(found)


def _votes(detail: str | None) -> list[str]:
    try:
        data = json.loads(detail or "{}")
    except (ValueError, RecursionError):
        return []
    votes = data.get("votes") if isinstance(data, dict) else None
    return [str(each) for each in votes] if isinstance(votes, list) else []


def inclusion(weights: Sequence[float], size: int) -> list[float]:
    """Return each item's chance of being drawn when `size` are: proportional to its weight, at most 1."""
    if size >= len(weights):
        return [1.0] * len(weights)
    sure: set[int] = set()
    while True:
        rest = sum(weight for index, weight in enumerate(weights) if index not in sure)
        left = size - len(sure)
        more = {i for i, weight in enumerate(weights) if i not in sure and left * weight >= rest * (1 - 1e-12)}
        if not more:
            return [1.0 if i in sure else left * weight / rest for i, weight in enumerate(weights)]
        sure |= more


def choose(weights: Sequence[float], size: int, seed: int) -> list[tuple[int, float]]:
    """Return the drawn indices with their chance, in a random order; the same for the same seed."""
    chances, generator = inclusion(weights, size), random.Random(seed)  # noqa: S311 - a sample, no secret
    order = list(range(len(weights)))
    generator.shuffle(order)
    ticks, total, drawn = generator.random(), 0.0, []
    for index in order:
        total += chances[index]
        # A chance of 1 always crosses a tick, whatever rounding did to the sum.
        if total > ticks or chances[index] >= 1.0:
            drawn.append((index, chances[index]))
            ticks += 1.0
    drawn = drawn[:size] if len(drawn) > size else drawn
    generator.shuffle(drawn)
    return drawn
