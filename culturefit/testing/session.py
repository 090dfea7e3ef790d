"""What the tests of one pytest session share: the config, the scorers, and the model with its replies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from culturefit.api.models import as_model, named_model
from culturefit.errors import RequestFailed, UsageError
from culturefit.records import Sample
from culturefit.run.score import Evaluator, make_scorers
from culturefit.testing.answers import Answers
from culturefit.testing.limits import read_config
from culturefit.vocabulary import OWN_ARM

if TYPE_CHECKING:
    import pytest

    from culturefit.schema import Scenario

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
        #: Samples of the tests that will run, in order; known when the first one runs.
        self.queue: list[tuple[str | None, Sample]] = []
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
            self._answers[model] = Answers(made, self.config, self.root)
        return self._answers[model]

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
        """Let go of every model."""
        for each in self._answers.values():
            each.close()

    def _place(self, named: str) -> Path:
        path = self.root / named
        if not path.is_file():
            raise UsageError(f"--culturefit-config {named}: {path} is no file.")
        return path

    def _from_root(self, name: str) -> str:
        """Return a function's file from the root of the tests, wherever pytest was started."""
        file, colon, function = name.rpartition(":")
        return f"{self.root / file}{colon}{function}" if colon and (self.root / file).is_file() else name


def _listed(text: str | None) -> list[str] | None:
    return [each.strip() for each in text.split(",") if each.strip()] if text else None
