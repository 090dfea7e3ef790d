"""A run's verdicts joined with what people said about the same replies."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from culturefit.errors import UsageError
from culturefit.judge.identity import judge_id, measured_locale, text_id
from culturefit.rating.calibration import ANSWERS, Unit
from culturefit.rating.read import rows_of
from culturefit.report.data import ReportData, load_runs
from culturefit.review.sample import reply_id, unit_id

__all__ = ["Joined", "join"]


@dataclass
class Joined:
    """What was read.

    Attributes:
        judge: the judge's identity, as run.json has it.
        units: by the scorer under which the verdicts stand (English instructions, native ones).
        texts: criterion -> the ids of its words.
        ratings: how many were read; `dropped` by label, `foreign` are about no judged reply.
        people: their names.
        weighted: units were drawn with unequal chances.
    """

    judge: Mapping[str, Any]
    units: dict[str, list[Unit]] = field(default_factory=dict)
    texts: dict[str, list[str]] = field(default_factory=dict)
    ratings: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    foreign: int = 0
    people: set[str] = field(default_factory=set)
    weighted: bool = False


def join(run: Path, human: Sequence[Path], read: Path | None = None) -> Joined:
    """Return the verdicts of a run (or the runs below a folder) beside people's ratings.

    Args:
        run: whose judge it is about.
        human: files of ratings with the columns unit, rater and label; `inclusion` if replies were drawn.
        read: the run whose replies people read, if it is another one; replies that are not the same are left out.

    Raises:
        UsageError: no judge, several judges, or no rating about one of these replies.
    """
    data = load_runs([run])
    out = Joined(_judge(data, run))
    known = {} if read is None else _same_replies(data, load_runs([read]))
    answers, weights = _answers(human, out)
    asked = {
        (each["scenario"], each["id"], each["scorer"]): each
        for one in data.runs for each in one.get("criteria", ()) if each.get("kind") == "judge" and each["scorer"]
    }  # fmt: skip
    references = {one["run"]: one["settings"]["reference"] for one in data.runs}
    names = ("run", "id", "scenario", "locale", "arm", "scorer", "criterion", "label")
    matched: set[str] = set()
    for row in data.scores.select(names).to_pylist():
        entry = asked.get((row["scenario"], row["criterion"], row["scorer"]))
        item = reply_id(row["run"], row["id"])
        item = item if read is None else known.get(item, "")
        unit = unit_id(item, row["criterion"])
        if entry is None or unit not in answers:
            continue
        matched.add(unit)
        locale = measured_locale(row["locale"], row["arm"], references[row["run"]])
        out.units.setdefault(row["scorer"], []).append(Unit(
            item, row["criterion"], locale, row["label"], tuple(answers[unit]), 1 / weights.get(unit, 1.0),
        ))  # fmt: skip
        texts = out.texts.setdefault(row["criterion"], [])
        if (digest := text_id(entry["text"])) not in texts:
            texts.append(digest)
    out.foreign = sum(len(given) for unit, given in answers.items() if unit not in matched)
    out.weighted = len({round(weights.get(unit, 1.0), 6) for unit in matched}) > 1
    if not matched:
        raise UsageError(
            f"None of the {out.ratings} ratings is about a reply that {run} judged; give the run that `culturefit review` made "
            "the page from, with --read if another run holds the same replies."
        )
    return out


def _judge(data: ReportData, run: Path) -> Mapping[str, Any]:
    judges = {judge_id(one["judge"]): one["judge"] for one in data.runs if one.get("judge")}
    if not judges:
        raise UsageError(f"{run} was not judged; run it with judge=openai or another of conf/judge.")
    if len(judges) > 1:
        raise UsageError(f"{run} holds runs of {len(judges)} judges; calibrate each by its own run.")
    found: Mapping[str, Any] = next(iter(judges.values()))
    return found


def _answers(human: Sequence[Path], out: Joined) -> tuple[dict[str, list[str]], dict[str, float]]:
    """Return unit -> answers and unit -> chance of being drawn; a person answers a unit once."""
    answers: dict[str, list[str]] = {}
    weights: dict[str, float] = {}
    seen: dict[tuple[str, str], str] = {}
    for path in human:
        for number, row in rows_of(path):
            missing = [name for name in ("unit", "rater", "label") if row.get(name) is None]
            if missing:
                raise UsageError(
                    f"{path}:{number}: {missing[0]} is missing; give what the review page exported, or a table with the columns "
                    "unit, rater and label."
                )
            unit, rater, label = (str(row[name]).strip() for name in ("unit", "rater", "label"))
            out.ratings += 1
            if (unit, rater) in seen:
                raise UsageError(
                    f"{path}:{number}: '{rater}' rates '{unit}' twice (before: {seen[unit, rater]}); keep one."
                )
            seen[unit, rater] = f"{path}:{number}"
            out.people.add(rater)
            if label.casefold() not in ANSWERS:
                out.dropped[label] += 1
                continue
            answers.setdefault(unit, []).append(label.casefold())
            weights[unit] = _chance(row.get("inclusion"), path, number)
    return answers, weights


def _chance(value: Any, path: Path, number: int) -> float:
    try:
        chance = 1.0 if value is None else float(value)
    except (TypeError, ValueError):
        chance = 0.0
    if not 0 < chance <= 1:
        raise UsageError(f"{path}:{number}: inclusion is '{value}'; it is a chance above 0 and at most 1.")
    return chance


def _same_replies(data: ReportData, read: ReportData) -> dict[str, str]:
    """Return the name of a reply in the judged run -> its name in the run that people read, where the words are the same."""
    names = ("run", "id", "reply")
    texts: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in read.replies.select(names).to_pylist():
        digest = hashlib.sha256((row["reply"] or "").encode()).hexdigest()
        texts.setdefault((row["id"], digest), []).append((row["run"], row["id"]))
    found = {}
    for row in data.replies.select(names).to_pylist():
        digest = hashlib.sha256((row["reply"] or "").encode()).hexdigest()
        for run, own in texts.get((row["id"], digest), ())[:1]:
            found[reply_id(row["run"], row["id"])] = reply_id(run, own)
    return found
