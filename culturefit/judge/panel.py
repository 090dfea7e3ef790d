"""Who judges and how: one model or several, in which language, with how many votes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from culturefit.errors import UsageError
from culturefit.judge.prompt import prompt_id
from culturefit.models.base import Model, Sampling

__all__ = ["Panel", "no_judge"]

JudgeLanguage = Literal["pivot", "native", "both"]


def no_judge() -> None:
    """Judge nothing: criteria that need a judge wait."""


class Panel:
    """One or several judges.

    Args:
        models: name -> model; several decide by strict majority of all their votes.
        language: the judge's instructions in English (`pivot`), in the reply's language (`native`, English where there are none),
            or both, of which the pivot's verdict counts and the other stands beside it.
        votes: questions per judge and criterion; more than one needs a temperature above 0.
        temperature: of the judges.
        max_tokens: of an answer.
        max_calls: judge questions of a run beyond which it refuses to start; None = as many as it takes.
        calibration: what `culturefit calibrate --json` wrote about this judge; None = its results are labelled uncalibrated.
    """

    version = "1"

    def __init__(
        self, models: Mapping[str, Model], language: JudgeLanguage = "pivot", votes: int = 1, temperature: float = 0.0,
        max_tokens: int = 200, max_calls: int | None = None, calibration: str | None = None,
    ) -> None:  # fmt: skip
        if not models:
            raise UsageError("judge.models names no model; give at least one.")
        if language not in ("pivot", "native", "both"):
            raise UsageError(f"judge.language is '{language}'; use pivot, native or both.")
        if votes < 1:
            raise UsageError(f"judge.votes is {votes}; it must be 1 or more.")
        if votes > 1 and temperature <= 0:
            raise UsageError(
                f"judge.votes is {votes} at temperature 0, which asks the same thing again; set judge.temperature=0.7."
            )
        self.models, self.language, self.votes = dict(models), language, votes
        self.temperature, self.max_tokens, self.max_calls = temperature, max_tokens, max_calls
        self.calibration = Path(calibration) if calibration else None

    def sampling(self, vote: int) -> Sampling:
        """Return the sampling of a vote: each has its own seed."""
        return Sampling(self.temperature, 1.0, self.max_tokens, vote - 1)

    def identity(self) -> dict[str, Any]:
        """Return what makes the verdicts its own, for run.json and signatures."""
        return {
            "version": self.version, "prompt": prompt_id(), "models": {name: model.identity() for name, model in self.models.items()},
            "language": self.language, "votes": self.votes, "temperature": self.temperature, "max_tokens": self.max_tokens,
        }  # fmt: skip

    def secrets(self) -> list[str]:
        """Return the secret values the judges use."""
        return [secret for model in self.models.values() for secret in model.secrets()]

    def related_to(self, judged: str) -> list[str]:
        """Return the judges whose name is of the judged model's family: the same letters before the first digit or dash."""
        return [model.name for model in self.models.values() if family(model.name) == family(judged)]


def family(name: str) -> str:
    """Return the family of a model's name: `openai/gpt-4o` and `gpt-5` are both `gpt`."""
    found = re.match(r"[a-z]+", name.casefold().rpartition("/")[2])
    return found[0] if found else name.casefold()
