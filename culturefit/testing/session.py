"""What the tests of one pytest session share: the config, the scorers, and the model with its replies."""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.api.judges import as_panel
from culturefit.api.models import as_model, named_model
from culturefit.errors import RequestFailed, UsageError
from culturefit.records import Sample
from culturefit.run.score import Evaluator, make_scorers
from culturefit.testing.answers import Answers
from culturefit.testing.judged import Judges
from culturefit.testing.limits import read_config
from culturefit.vocabulary import OWN_ARM

if TYPE_CHECKING:
    import pytest

    from culturefit.schema import Scenario
    from culturefit.testing.items import FitItem

__all__ = ["Session"]


class Session:
    """Made when a test of culturefit is first collected, or a fixture is first used."""

    def __init__(self, config: pytest.Config) -> None:
        self.root = config.rootpath
        named = config.getoption("culturefit_config") or config.getini("culturefit_config")
        self.config = read_config(self._place(named) if named else None)
        self.locales = _listed(config.getoption("culturefit_locales"))
        self.limit: int | None = config.getoption("culturefit_limit")
        self.scorers = make_scorers(_listed(config.getoption("culturefit_scorers")) or ["all"])
        self._model: str | None = config.getoption("culturefit_model")
        self._answers: dict[str | None, Answers] = {}
        self._judge = config.getoption("culturefit_judge") or self.config.judge
        self._judges: Judges | None = None
        # The workers of one xdist session share its budget.
        self._scope = f"pytest {os.environ.get('PYTEST_XDIST_TESTRUNUID') or uuid.uuid4().hex}"
        #: The tests that will run and ask, in order; known when the first one runs.
        self.queue: list[FitItem] = []
        # Under xdist the workers are what runs at once.
        self.ahead = not hasattr(config, "workerinput")

    def evaluator(self, scenarios: Sequence[Scenario] = ()) -> Evaluator:
        """Return the session's scorers, bound to the criteria of scenarios."""
        evaluator = Evaluator(self.scorers, "pytest")
        for each in scenarios:
            evaluator.bind(each)
        return evaluator

    def answers(self, model: str | None = None) -> Answers:
        """Return the replies of the session's model, or of one that a file names.

        Raises:
            UsageError: no model is named anywhere, or none of that name.
        """
        if model not in self._answers:
            chosen = model or self._model or self.config.model
            if chosen is None:
                raise UsageError("There is no model to ask: give --culturefit-model NAME, or `model:` in the config.")
            if isinstance(chosen, str):
                made = as_model(self._from_root(chosen))
            else:
                settings = dict(chosen)
                made = named_model(str(settings.pop("use", "")), settings)
            self._answers[model] = Answers(made, self.config, self.root, self._scope)
        return self._answers[model]

    def judges(self) -> Judges | None:
        """Return who is asked about criteria that need a judge, None where nobody is.

        Raises:
            UsageError: no judge of that name, or settings that do not go together.
        """
        if self._judges is None and self._judge is not None:
            panel = as_panel(self._placed(self._judge))
            self._judges = None if panel is None else Judges(panel, self.config, self.root, self._scope)
        return self._judges

    def ask(self, *turns: str, locale: str = "und", model: str | None = None) -> str:
        """Return the reply to a conversation's last turn.

        Raises:
            RequestFailed: it was not answered.
        """
        if not turns:
            raise UsageError("There is nothing to ask: give the person's turn, or several.")
        sample = Sample("ask", "ask", locale, OWN_ARM, 1, turns, locale, own_id="\n".join(turns))
        reply = self.answers(model).reply(sample).reply
        if reply.status != "ok":
            raise RequestFailed(reply.error or f"The reply is {reply.status}.")
        return reply.text

    def close(self) -> None:
        """Let go of every model; of the judges last, because replies that arrive start them."""
        for each in self._answers.values():
            each.close()
        if self._judges is not None:
            self._judges.close()

    def _place(self, named: str) -> Path:
        path = self.root / named
        if not path.is_file():
            raise UsageError(f"--culturefit-config {named}: {path} is no file.")
        return path

    def _placed(self, judge: Any) -> Any:
        """Return what names a judge, with functions and the calibration from the root of the tests."""
        if isinstance(judge, str):
            return self._from_root(judge)
        if not isinstance(judge, dict):
            return judge
        placed = {name: self._placed(each) if name == "use" else each for name, each in judge.items()}
        if isinstance(models := judge.get("models"), dict):
            placed["models"] = {name: self._placed(each) for name, each in models.items()}
        if isinstance(file := judge.get("calibration"), str):
            placed["calibration"] = str(self.root / file)
        return placed

    def _from_root(self, name: str) -> str:
        """Return a function's file from the root of the tests, wherever pytest was started."""
        file, colon, function = name.rpartition(":")
        return f"{self.root / file}{colon}{function}" if colon and (self.root / file).is_file() else name


def _listed(text: str | None) -> list[str] | None:
    return [each.strip() for each in text.split(",") if each.strip()] if text else None
