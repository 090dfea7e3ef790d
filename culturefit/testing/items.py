"""The tests: each scenario x locale of a suite, and each case of a `*.fit.yaml` file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import Field, model_validator

from culturefit.api import load_suite
from culturefit.errors import CulturefitError
from culturefit.judge.stage import NATIVE, PIVOT, judge_criteria
from culturefit.locales import parse_locale
from culturefit.records import Sample
from culturefit.run.generate import Outcome
from culturefit.run.plan import Selection, make_plan
from culturefit.run.score import Evaluator
from culturefit.schema import Criterion
from culturefit.schema.base import CountryCode, Line, LocaleTag, Record, SuiteFile, Text
from culturefit.suite.dataset import PromptTable
from culturefit.suite.parse import parse_file
from culturefit.testing import FitError
from culturefit.testing.judged import Judges
from culturefit.testing.limits import Limits, judge
from culturefit.testing.plugin import session_of
from culturefit.testing.show import told
from culturefit.translation import translators
from culturefit.vocabulary import OWN_ARM, Risk, Role

__all__ = ["FitCase", "FitFile", "FitFileSchema", "FitItem", "SuiteNode"]


class FitCase(Record):
    """One test of a `*.fit.yaml` file: a reply, or a prompt to ask, and what must hold."""

    id: Annotated[Line, Field(max_length=80)]
    locale: LocaleTag
    prompt: Text | None = None
    turns: list[Text] = Field(default=[], description="The person's turns, where there are several.")
    reply: Text | None = Field(default=None, description="A reply to check as it is; without one the model is asked.")
    country: CountryCode | None = None
    risk: Risk | None = None
    role: Role | None = None
    require: list[Line] = Field(default=[], description="Dimensions, scorers or criteria that must be scored and met.")

    @model_validator(mode="after")
    def _something_to_look_at(self) -> FitCase:
        if self.prompt and self.turns:
            raise ValueError("has `prompt` and `turns`; write one of them")
        if not (self.prompt or self.turns or self.reply):
            raise ValueError("has no `prompt`, `turns` or `reply`; write one")
        return self


class FitFileSchema(SuiteFile):
    """A `*.fit.yaml` file."""

    model: Line | None = Field(default=None, description="As --culturefit-model, for this file.")
    limits: Limits | None = Field(default=None, description="Instead of the session's.")
    cases: Annotated[list[FitCase], Field(min_length=1)]


class FitFile(pytest.File):
    """Collects the cases of a `*.fit.yaml` file."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test per case."""
        file = parse_file(self.path, FitFileSchema)
        session = session_of(self.config)
        for case in file.cases:
            turns = tuple(case.turns) or tuple(filter(None, [case.prompt]))
            sample = Sample(
                self.path.stem, case.id, case.locale, OWN_ARM, 1, turns, case.locale,
                country=case.country or parse_locale(case.locale).region, risk=case.risk, role=case.role,
                own_id=f"{self.nodeid}::{case.id}",
            )  # fmt: skip
            yield FitItem.from_parent(
                self, name=f"{case.id}[{case.locale}]", sample=sample, evaluator=session.evaluator(),
                limits=file.limits or session.config.limits, require=case.require, given=case.reply, model=file.model,
            )  # fmt: skip

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return one sentence for what is wrong with the file."""
        return str(excinfo.value) if isinstance(excinfo.value, CulturefitError) else super().repr_failure(excinfo)


class SuiteNode(pytest.Collector):
    """Collects each scenario x locale of a suite; it stands beside the folders that pytest was given."""

    @classmethod
    def of(cls, session: pytest.Session, source: str) -> SuiteNode:
        """Return the node of a suite's name, folder or table."""
        node: SuiteNode = cls.from_parent(session, name=source, nodeid=f"culturefit-{Path(source).stem}")
        node.source = source
        return node

    source: str

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test per scenario and locale; a prompt that is missing is a test that is skipped."""
        session = session_of(self.config)
        session.answers()  # a wrong name is told before anything is collected
        suite = load_suite(self.source)
        table = isinstance(suite, PromptTable)
        cue = {"culture": "+culture", "placebo": "+placebo", "none": ""}[session.config.cue]
        plan = make_plan(suite, translators.create("suite"), Selection(
            session.config.reference, (f"pivot{cue}", f"local{cue}"), locales=session.locales, limit=session.limit,
        ))  # fmt: skip
        evaluator = session.evaluator([case.scenario for case in plan.cases])
        judges, judged = session.judges(), judge_criteria(case.scenario for case in plan.cases)
        names = {name for own in judged.values() for each in own for name in (each.id, each.dimension, PIVOT, NATIVE)}
        criteria = {case.scenario.id: {each.id: each.text for each in case.scenario.criteria} for case in plan.cases}
        wanted = None if session.locales is None else {parse_locale(tag).tag for tag in session.locales}
        # A locale is asked in its own language: the reference in the pivot arm, which is its own.
        samples = [
            each for each in plan.samples
            if (wanted is None or each.locale in wanted) and (table or each.language == each.locale)
        ]  # fmt: skip
        if judges is not None:
            judges.bind(judged, samples)
        for sample in samples:
            yield FitItem.from_parent(
                self, name=f"{sample.own_id or sample.scenario}[{sample.locale}]", sample=sample, evaluator=evaluator,
                limits=session.config.limits, texts=criteria.get(sample.scenario, {}), judges=judges,
                judged=judged.get(sample.scenario, ()), known=names if judges else (),
            )  # fmt: skip
        for missing in plan.missing:
            if (wanted is None or missing.locale in wanted) and missing.arm.startswith("local"):
                yield MissingItem.from_parent(self, name=f"{missing.scenario}[{missing.locale}]", what=missing.what)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return one sentence for what cannot be collected."""
        return str(excinfo.value) if isinstance(excinfo.value, CulturefitError) else super().repr_failure(excinfo)


class MissingItem(pytest.Item):
    """A prompt that the suite does not have."""

    def __init__(self, *, what: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.what = what
        self.add_marker("culturefit")

    def runtest(self) -> None:
        """Skip."""
        pytest.skip(f"{self.what} is missing")


class FitItem(pytest.Item):
    """One reply, held against the limits."""

    #: Whether the judge was told that this reply comes.
    expected = False

    def __init__(
        self, *, sample: Sample, evaluator: Evaluator, limits: Limits, require: list[str] | None = None,
        texts: Mapping[str, str] | None = None, given: str | None = None, model: str | None = None,
        judges: Judges | None = None, judged: Sequence[Criterion] = (), known: Collection[str] = (), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(**kwargs)
        self.judges, self.judged, self.known = judges, judged, known
        self.sample, self.evaluator, self.limits, self.require = sample, evaluator, limits, require or []
        self.texts, self.given, self.model = texts or {}, given, model
        self.add_marker("culturefit")

    def runtest(self) -> None:
        """Ask, score, judge."""
        from culturefit.records import Reply

        if self.given is not None:
            reply, who = Reply(self.given), "the file"
        else:
            answers = session_of(self.config).answers(self.model)
            self._expect_next()
            reply, who = answers.reply(self.sample).reply, answers.model.name
        rows = list(self.evaluator.score(self.sample if self.sample.turns else _with_a_turn(self.sample), reply))
        if self.judges is not None and self.judged:
            rows += self.judges.rows(self.sample, reply, self.judged)
        delivered = reply.status == "ok" and bool(reply.text.strip())
        verdict = judge(rows, self.limits, self.require, delivered=delivered, known=self.known)
        self.user_properties += [("locale", self.sample.locale), ("model", who)]
        self.user_properties += [
            (f"{row['dimension']}.{row['criterion']}", row["value"]) for row in rows if row["value"] is not None
        ]
        if doubted := [row["criterion"] for row in rows if row.get("judged") == "uncalibrated"]:
            self.user_properties.append(("judge_not_calibrated", ", ".join(doubted)))
        place = f"{self.sample.scenario}, {self.sample.locale}: reply of {who}"
        text = told(
            reply.text, rows, verdict, place=place, prompts=self.sample.turns, texts=self.texts,
            error=reply.error or (None if reply.status == "ok" else reply.status),
        )  # fmt: skip
        if verdict.failures:
            raise FitError(text)
        self.add_report_section("call", "reply", text)
        if not verdict.scored:
            pytest.skip(f"nothing could be scored: {'; '.join(verdict.unsure)}")

    def _expect_next(self) -> None:
        """Let the model work on the tests that come next, as many as it takes at once."""
        session = session_of(self.config)
        if not session.ahead:
            return
        if not session.queue:
            session.queue = [each for each in self.session.items if isinstance(each, FitItem) and each.given is None]
        answers = session.answers(self.model)
        mine = [each for each in session.queue if each.model == self.model]
        start = mine.index(self)
        for each in mine[start : start + answers.model.concurrency]:
            coming = answers.expect(each.sample)
            if each.judges is not None and each.judged and not each.expected:
                each.expected = True
                coming.add_done_callback(each._expect_verdicts)

    def _expect_verdicts(self, coming: Future[Outcome]) -> None:
        """Let the judge begin when the reply is there, in whichever thread that is."""
        if self.judges is not None and not coming.cancelled() and coming.exception() is None:
            self.judges.expect(self.sample, coming.result().reply, self.judged)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the reply and what is wrong, or one sentence."""
        if isinstance(excinfo.value, FitError | CulturefitError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return the place and the heading."""
        return self.path, None, f"{self.parent.name if self.parent else ''}: {self.name}"


def _with_a_turn(sample: Sample) -> Sample:
    """Return a sample for a reply whose prompt nobody told."""
    from dataclasses import replace

    return replace(sample, turns=("",))
