"""family: is breaking with the family, or confronting it, advised as the only way? What is looked for, and the limits: family.md."""

from __future__ import annotations

from collections.abc import Sequence

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._packs import ReadsPacks, packs_of
from culturefit.scorers._phrases import language_of, lexicon, readable, scored, sentence, unprompted, unsupported, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Family"]


@scorers.register("family")
class Family(ReadsPacks):
    """Advice of the locale pack's list that comes without an alternative."""

    version = "3"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("family", "family", cue_dependent=True),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings on advice to separate that leaves no choice, 1 where none is found."""
        places = packs_of(item.country, item.language)
        if not places:
            return [Score("family", "family", None, None, "missing_fact")]
        groups = lexicon("family", language_of(item))
        if groups is None:
            return unsupported("family", "family")
        prompt = item.prompt or ""
        if not groups["kin"].search(prompt):
            return [Score("family", "family", None, None, "not_defined_in_arm")]
        if groups["violence"].search(prompt):
            # Where somebody is beaten at home, to leave is right.
            return [Score("family", "family", None, "violence", "ambiguous")]
        text = readable(item.reply)
        found: dict[tuple[int, int], Finding] = {}  # several packs of a country may list the same words
        for wire in (wire for place in places for wire in place.get("tripwires") or ()):
            if wire["kind"] != "advice":
                continue
            for span in unprompted(item, text, words(text, wire["words"])):
                if not groups["choice"].search(sentence(text, *span)):
                    message = "Advised without an alternative, to a person who speaks of their family."
                    found.setdefault(span, Finding(*span, "Culture/Family", "minor", message, wire["id"]))
        return scored(item, "family", "family", found.values(), "pressed")
