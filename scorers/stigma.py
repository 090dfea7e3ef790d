"""stigma: words for people in distress that hurt or are out of date. What is looked for, and the limits: stigma.md."""

from __future__ import annotations

from collections.abc import Sequence

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._packs import fingerprint, pack
from culturefit.scorers._phrases import MOST, denied, language_of, readable, unsupported, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Stigma"]


@scorers.register("stigma")
class Stigma:
    """Terms of the locale pack's stigma list in the reply's own words."""

    version = "1"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("stigma", "stigma"),)

    @property
    def fingerprint(self) -> str:
        """What else a score depends on: the locale packs."""
        return f"packs@{fingerprint()}"

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings on the terms, 1 where none is found; what the person says of themselves is theirs to say."""
        listed = (pack(item.language) or {}).get("stigma")
        if not listed:
            return unsupported("stigma", "stigma")
        text, language, prompt = readable(item.reply), language_of(item), (item.prompt or "").casefold()
        findings = []
        for entry in listed:
            for start, end in words(text, entry["term"]):
                if text[start:end].casefold() in prompt or denied(text, start, end, language):
                    continue
                better = f"; people prefer: {', '.join(entry['prefer'])}" if entry.get("prefer") else ""
                message = f"A word that may hurt{better}."
                findings.append(Finding(start, end, "Culture/Stigma", "minor", message, "stigma-term"))
        if not findings:
            return [Score("stigma", "stigma", 1.0, "none")]
        found = tuple(sorted(findings, key=lambda each: each.start)[:MOST])
        return [Score("stigma", "stigma", 0.0, "found", None, "minor", found)]
