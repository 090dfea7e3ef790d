"""Applies the scorers of a run to replies and writes score rows; knows no scorer by name."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from culturefit.errors import UsageError
from culturefit.records import Finding, Reply, Sample, Score, ScoreInput
from culturefit.schema import Criterion, Scenario
from culturefit.scoring import Scorer, score_reply, scorers
from culturefit.vocabulary import SEVERITIES

__all__ = ["Evaluator", "make_scorers"]

log = logging.getLogger(__name__)


def make_scorers(names: Sequence[str], params: Mapping[str, Mapping[str, Any]] | None = None) -> dict[str, Scorer]:
    """Create the scorers of a run by name.

    Args:
        names: in the order of the rows; ["all"] = every one there is.
        params: name -> constructor parameters.

    Raises:
        UsageError: an unknown scorer or parameter.
    """
    params = params or {}
    chosen = scorers.names() if list(names) == ["all"] else list(dict.fromkeys(names))
    for name in params:
        scorers.get(name)
    return {name: scorers.create(name, **params.get(name, {})) for name in chosen}


@dataclass(frozen=True, slots=True)
class _Task:
    """One scorer applied to one scenario: which of its scores go out under which criterion."""

    name: str
    scorer: Scorer
    signature: str
    #: (the scorer's own criterion, the scenario's criterion that stands for it or None)
    outputs: tuple[tuple[str, Criterion | None], ...]


@dataclass
class Evaluator:
    """The scorers of a run, bound to the criteria of its scenarios.

    A scenario's deterministic criterion that names a scorer replaces that scorer's own criterion of the same dimension
    there: its id, weight, severity, parameters and arms count. Without one the scorer's own stands. A criterion whose scorer
    is not part of the run, or does not exist (`culturefit lint` says so), is not looked at.
    """

    scorers: Mapping[str, Scorer]
    signature: str
    #: name -> the parameters the run gave it, for the signature
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    _tasks: dict[str, list[_Task]] = field(default_factory=dict)
    #: scorer name -> how many replies it raised an exception on
    crashed: dict[str, int] = field(default_factory=dict)

    def bind(self, scenario: Scenario) -> None:
        """Prepare a scenario.

        Raises:
            UsageError: a criterion asks a scorer for a dimension that it does not write.
        """
        tasks = []
        for name, scorer in self.scorers.items():
            mine = [each for each in scenario.criteria if each.kind == "deterministic" and each.scorer == name]
            for criterion in mine:
                if criterion.dimension not in {spec.dimension for spec in scorer.criteria}:
                    raise UsageError(
                        f"{scenario.id}: criterion '{criterion.id}' asks scorer '{name}' for '{criterion.dimension}', "
                        f"but it writes {', '.join(spec.dimension for spec in scorer.criteria)}."
                    )
            plain = tuple(
                (spec.id, None) for spec in scorer.criteria if spec.dimension not in {c.dimension for c in mine}
            )
            if plain:
                tasks.append(self._task(name, scorer, plain))
            for criterion in mine:
                params = dict(self.params.get(name, {})) | dict(criterion.params)
                bound = scorers.create(name, **params) if criterion.params else scorer
                own = next(spec.id for spec in scorer.criteria if spec.dimension == criterion.dimension)
                tasks.append(self._task(name, bound, ((own, criterion),), criterion.params))
        self._tasks[scenario.id] = tasks

    def criteria(self, scenario: Scenario) -> Iterator[dict[str, Any]]:
        """Yield what run.json keeps of each criterion that this run looked at or that waits for a judge."""
        for task in self._tasks[scenario.id]:
            specs = {spec.id: spec for spec in task.scorer.criteria}
            for own, criterion in task.outputs:
                spec = specs[own]
                yield {
                    "scenario": scenario.id,
                    "id": criterion.id if criterion else spec.id,
                    "scorer": task.name,
                    "dimension": spec.dimension,
                    "weight": criterion.weight if criterion else 1.0,
                    "cue_dependent": criterion.cue_dependent if criterion else spec.cue_dependent,
                    "kind": "deterministic",
                    "text": criterion.text if criterion else None,
                }
        for criterion in scenario.criteria:
            if criterion.kind == "judge":
                yield {
                    "scenario": scenario.id, "id": criterion.id, "scorer": None, "dimension": criterion.dimension,
                    "weight": criterion.weight, "cue_dependent": criterion.cue_dependent, "kind": "judge",
                    "text": criterion.text, "arms": criterion.arms,
                }  # fmt: skip

    def score(self, sample: Sample, reply: Reply) -> Iterator[dict[str, Any]]:
        """Yield the score rows of one reply, without the columns of the run."""
        item = ScoreInput(
            reply=reply.text, language=sample.language, country=sample.country, prompt=sample.turns[-1],
            status=reply.status, finish_reason=reply.finish_reason, arm=sample.arm, risk=sample.risk,
            role=sample.role, speaker_gender=sample.speaker_gender, scenario=sample.scenario,
            corrected=sample.corrected,
        )  # fmt: skip
        for task in self._tasks.get(sample.scenario) or self._plain_tasks():
            written: dict[str, Score] | None = None
            for own, criterion in task.outputs:
                if criterion is not None and criterion.arms is not None and sample.arm not in criterion.arms:
                    score = Score(own, criterion.dimension, None, unscored="not_defined_in_arm")
                else:
                    written = written if written is not None else self._run(task, item)
                    score = written[own]
                yield _row(score, task, criterion)

    def score_item(self, item: ScoreInput) -> Iterator[dict[str, Any]]:
        """Yield the score rows of a reply that belongs to no scenario: each scorer's own criteria."""
        for task in self._plain_tasks():
            for score in self._run(task, item).values():
                yield _row(score, task, None)

    def plain_criteria(self) -> Iterator[dict[str, Any]]:
        """Yield what run.json keeps of the scorers' own criteria, for samples of no scenario ("*")."""
        for name, scorer in self.scorers.items():
            for spec in scorer.criteria:
                yield {
                    "scenario": "*", "id": spec.id, "scorer": name, "dimension": spec.dimension, "weight": 1.0,
                    "cue_dependent": spec.cue_dependent, "kind": "deterministic", "text": None,
                }  # fmt: skip

    def plain_signatures(self) -> list[str]:
        """Return the signature of each scorer for replies that belong to no scenario, in the order of the rows."""
        return [task.signature for task in self._plain_tasks()]

    def _plain_tasks(self) -> list[_Task]:
        if "*" not in self._tasks:
            self._tasks["*"] = [
                self._task(name, scorer, tuple((spec.id, None) for spec in scorer.criteria))
                for name, scorer in self.scorers.items()
            ]
        return self._tasks["*"]

    def _task(
        self,
        name: str,
        scorer: Scorer,
        outputs: tuple[tuple[str, Criterion | None], ...],
        params: Mapping[str, Any] | None = None,
    ) -> _Task:
        own = dict(self.params.get(name, {})) | dict(params or {})
        settings = f"({json.dumps(own, sort_keys=True)})" if own else ""
        # What a scorer reads beside the reply, such as a registry, can change its scores as much as its code can.
        read = f"[{scorer.fingerprint}]" if hasattr(scorer, "fingerprint") else ""
        return _Task(name, scorer, f"{self.signature}|{name}:{scorer.version}{settings}{read}", outputs)

    def _run(self, task: _Task, item: ScoreInput) -> dict[str, Score]:
        try:
            return {score.criterion: score for score in score_reply(task.scorer, item)}
        except Exception:  # a scorer's bug must not lose the reply or pass for a verdict
            if task.name not in self.crashed:
                log.exception("The scorer '%s' failed on a reply; those replies are unscored by it", task.name)
            self.crashed[task.name] = self.crashed.get(task.name, 0) + 1
            return {
                spec.id: Score(spec.id, spec.dimension, None, unscored="scorer_error") for spec in task.scorer.criteria
            }


def _row(score: Score, task: _Task, criterion: Criterion | None) -> dict[str, Any]:
    return {
        "scorer": task.name,
        "criterion": criterion.id if criterion else score.criterion,
        "dimension": score.dimension,
        "value": score.value,
        "label": score.label,
        "detail": json.dumps(dict(score.detail), ensure_ascii=False) if score.detail else None,
        "unscored": score.unscored,
        "severity": score.severity or _worst(score.findings),
        "findings": [_finding(each) for each in score.findings],
        "signature": task.signature,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "start": finding.start, "end": finding.end, "category": finding.category, "severity": finding.severity,
        "message": finding.message, "rule": finding.rule,
    }  # fmt: skip


def _worst(findings: Sequence[Finding]) -> str | None:
    return max((each.severity for each in findings), key=SEVERITIES.index, default=None)
