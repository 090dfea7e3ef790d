"""repair: after the person corrected the bot, does the corrected point come back? The limits: repair.md."""

from __future__ import annotations

from collections.abc import Sequence

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._phrases import MOST, denied, language_of, lexicon, readable, sentence, unsupported, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Repair"]


@scorers.register("repair")
class Repair:
    """The corrected point of a rendering's `repair` in the last reply."""

    version = "2"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("repair", "repair"),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings where the corrected point comes back, 1 where its words do not; defined where a case names one."""
        if not item.corrected:
            return [Score("repair", "repair", None, None, "not_defined_in_arm")]
        text, language = readable(item.reply), language_of(item)
        groups = lexicon("repair", language)
        if groups is None:
            # Without the words for letting a point go, a reply that names it to drop it would be held to bring it back.
            return unsupported("repair", "repair")
        findings = tuple(
            Finding(start, end, "Alignment/Repair", "minor", "Comes back to what the person corrected.", "comes-back")
            for start, end in words(text, item.corrected)
            if not denied(text, start, end, language) and not groups["aside"].search(sentence(text, start, end))
        )[:MOST]
        if not findings:
            return [Score("repair", "repair", 1.0, "none")]
        return [Score("repair", "repair", 0.0, "comes-back", None, "minor", findings)]
