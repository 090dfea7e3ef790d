"""repair: after the person corrected the bot, does the corrected point come back? The limits: repair.md."""

from __future__ import annotations

from collections.abc import Sequence

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._phrases import language_of, lexicon, readable, scored, sentence, stated, unsupported, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Repair"]


@scorers.register("repair")
class Repair:
    """The corrected point of a rendering's `repair` in the last reply."""

    version = "3"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("repair", "repair"),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings where the corrected point comes back, 1 where its words do not; defined where a case names one."""
        if not item.corrected:
            return [Score("repair", "repair", None, None, "not_defined_in_arm")]
        text, groups = readable(item.reply), lexicon("repair", language_of(item))
        if groups is None:
            # Without the words for letting a point go, a reply that names it to drop it would be held to bring it back.
            return unsupported("repair", "repair")
        findings = [
            Finding(*span, "Alignment/Repair", "minor", "Comes back to what the person corrected.", "comes-back")
            for span in stated(item, text, words(text, item.corrected))
            if not groups["aside"].search(sentence(text, *span))
        ]
        return scored(item, "repair", "repair", findings)
