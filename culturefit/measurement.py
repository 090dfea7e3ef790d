"""Scorers as measurements of the library `evaluate`, for those who compute their metrics there.

    from culturefit.measurement import measurement
    measurement("language").compute(predictions=["Hola.", "Hello."], locales=["es-MX", "es-MX"])

`evaluate.load(culturefit.measurement.__file__, "language")` does the same offline, and `evaluate.combine` takes several.
Importing `evaluate` takes seconds, so nothing else of the package imports this module.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# `evaluate.load` reads the imports of this file line by line: one name each.
import datasets
import evaluate

from culturefit.call import score_many
from culturefit.scoring import scorers

__all__ = ["Culturefit", "measurement"]


class Culturefit(evaluate.Measurement):  # type: ignore[misc]
    """A scorer, or all of them: per criterion the mean of the scored replies, how many were scored, values and labels."""

    def _info(self) -> evaluate.MeasurementInfo:
        text = datasets.Value("string")
        features = {"predictions": text, "locales": text}
        return evaluate.MeasurementInfo(
            description=f"culturefit scorer {self.config_name}",
            citation="",
            inputs_description="predictions: replies; locales: a BCP-47 tag each; prompts: the person's turns (optional).",
            features=[datasets.Features(features), datasets.Features({**features, "prompts": text})],
        )

    def _compute(
        self, predictions: Sequence[str], locales: Sequence[str], prompts: Sequence[str] | None = None
    ) -> dict[str, Any]:
        names = scorers.names() if self.config_name == "default" else [str(self.config_name)]
        return score_many(names, predictions, locales, prompts or [None] * len(predictions))


def measurement(scorer: str) -> Culturefit:
    """Return the scorer of a name as an `evaluate.Measurement`; its compute takes `predictions`, `locales` and `prompts`.

    Raises:
        UsageError: no scorer of that name.
    """
    scorers.get(scorer)
    return Culturefit(config_name=scorer)
