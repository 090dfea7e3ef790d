"""The judge criteria of a test session: asked as a run asks them (judge/stage.py), kept in the same journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError
from culturefit.judge.identity import calibration_record
from culturefit.judge.panel import Panel
from culturefit.judge.stage import (
    check_size,
    conversations_of,
    judge_scorers,
    judged_cells,
    questions_of,
    row_of,
    signed,
    vote_of,
)
from culturefit.judge.verdict import Vote
from culturefit.records import Reply, Sample
from culturefit.report.words import UNCALIBRATED
from culturefit.schema import Criterion
from culturefit.testing.answers import Answers
from culturefit.testing.limits import Config

__all__ = ["Judges"]

Cell = tuple[str, str, str]


class Judges:
    """Gives the verdicts on a reply; several are under way at once where more are announced by `expect`.

    Args:
        panel: who judges, and how.
        config: of the session: its budget, the journal's place, the reference locale.
        root: the folder from which the journal's place counts.
        scope: what shares the budget.
    """

    def __init__(self, panel: Panel, config: Config, root: Path, scope: str) -> None:
        self.panel, self._reference = panel, config.reference
        self._answers = [
            Answers(model, config, root, scope, sampling=panel.sampling, system=()) for model in panel.models.values()
        ]
        self._signature = signed("pytest", panel)
        self._calibrated: set[Cell] = set()

    def bind(self, criteria: Mapping[str, Sequence[Criterion]], samples: Sequence[Sample]) -> None:
        """Prepare for the samples of a suite: is it more than may be asked, and what of it is the judge calibrated on?

        Raises:
            UsageError: more questions than `max_calls`, or a calibration of another judge.
        """
        check_size(self.panel, len(samples), max(map(len, criteria.values()), default=0))
        if self.panel.calibration is not None:
            asked = judged_cells(criteria, samples, self._reference)
            cells = calibration_record(self.panel.calibration, self.panel.identity(), asked)["cells"]
            self._calibrated |= {each for each in asked if [each[0], each[2]] in cells}

    def expect(self, sample: Sample, reply: Reply, criteria: Sequence[Criterion]) -> None:
        """Start asking about a reply."""
        todo, _ = conversations_of(self._questions(sample, reply, criteria), self.panel)
        for answers in self._answers:
            for each in todo:
                answers.start(each)

    def rows(self, sample: Sample, reply: Reply, criteria: Sequence[Criterion]) -> list[dict[str, Any]]:
        """Return a score row per criterion; `judged` is "calibrated" or "uncalibrated", as in gap.json.

        A reply that was not delivered has none. A question that a judge did not answer leaves its criterion unscored.

        Raises:
            ModelError: a judge cannot be asked.
            CulturefitError: the budget is used up, or the journal cannot be written.
        """
        self.expect(sample, reply, criteria)
        questions = self._questions(sample, reply, criteria)
        todo, places = conversations_of(questions, self.panel)
        votes: list[list[Vote]] = [[] for _ in questions]
        for answers in self._answers:
            for each in todo:
                try:
                    outcome = answers.start(each).result()
                except CulturefitError as error:
                    raise type(error)(f"The judge {answers.model.name} cannot be asked: {error}") from None
                for index in places[id(each)]:
                    votes[index].append(vote_of(outcome, questions[index]))
        return [
            self._labelled(row_of(question, own, self._signature, ()), question.criterion, sample)
            for question, own in zip(questions, votes, strict=True)
        ]

    def close(self) -> None:
        """Let go of every judge."""
        for each in self._answers:
            each.close()

    def _questions(self, sample: Sample, reply: Reply, criteria: Sequence[Criterion]) -> list[Any]:
        row = {
            "suite": sample.suite, "scenario": sample.scenario, "locale": sample.locale, "arm": sample.arm, "id": sample.id,
            "language": sample.language, "prompt": sample.turns[-1], "reply": reply.text, "status": reply.status,
        }  # fmt: skip
        # With `language: both` the second verdict counts nowhere, so a test does not ask for it.
        first = judge_scorers(self.panel)[0]
        return [each for each in questions_of(row, {sample.scenario: criteria}, self.panel) if each.scorer == first]

    def _labelled(self, row: dict[str, Any], criterion: Criterion, sample: Sample) -> dict[str, Any]:
        [cell] = judged_cells({sample.scenario: [criterion]}, [sample], self._reference)
        if cell in self._calibrated:
            return row | {"judged": "calibrated"}
        findings = [each | {"message": f"{each['message']} ({UNCALIBRATED})"} for each in row["findings"]]
        return row | {"judged": "uncalibrated", "findings": findings}
