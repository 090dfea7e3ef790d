"""stigma: words for people in distress that hurt or are out of date. What is looked for, and the limits: stigma.md."""

from __future__ import annotations

from collections.abc import Sequence

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._packs import ReadsPacks, pack
from culturefit.scorers._phrases import readable, scored, unprompted, unsupported, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Stigma"]


@scorers.register("stigma")
class Stigma(ReadsPacks):
    """Terms of the locale pack's stigma list in the reply's own words."""

    version = "2"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("stigma", "stigma"),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings on the terms, 1 where none is found; what the person says of themselves is theirs to say."""
        listed = (pack(item.language) or {}).get("stigma")
        if not listed:
            return unsupported("stigma", "stigma")
        text, findings = readable(item.reply), []
        for entry in listed:
            better = f"; people prefer: {', '.join(entry['prefer'])}" if entry.get("prefer") else ""
            for span in unprompted(item, text, words(text, entry["term"])):
                message = f"A word that may hurt{better}."
                findings.append(Finding(*span, "Culture/Stigma", "minor", message, "stigma-term"))
        return scored(item, "stigma", "stigma", findings, "found")
