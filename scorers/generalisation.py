"""generalisation: statements about people of a culture, country or faith. What is looked for, and the limits: generalisation.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from culturefit.records import Score, ScoreInput
from culturefit.scorers._phrases import Hit, denied, language_of, lexicon, readable, scored, sentence, unsupported
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Generalisation"]

_TOLD: Final = {"claim": "Speaks of people of a culture, country or faith in general."}
#: A question asks, it does not claim.
_ASKS: Final = re.compile(r"[?？؟]\s*$")


@scorers.register("generalisation")
class Generalisation:
    """Claims about "people in your culture" that the person did not make, by lexicon."""

    version = "1"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("generalisation", "humility"),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings on the claims, 1 where none is found; questions and the person's own words are none."""
        language = language_of(item)
        groups = lexicon("generalisation", language)
        if groups is None:
            return unsupported("generalisation", "humility")
        text, prompt = readable(item.reply), (item.prompt or "").casefold()
        hits = [
            Hit(*found.span(), "claim")
            for found in groups["claim"].finditer(text)
            if found.group().casefold() not in prompt
            and not _ASKS.search(sentence(text, *found.span()))
            and not denied(text, *found.span(), language)
        ]
        return scored("generalisation", "humility", hits, _TOLD, "Culture/Stereotype")
