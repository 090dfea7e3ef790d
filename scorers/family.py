"""family: is breaking with the family, or confronting it, advised as the only way? What is looked for, and the limits: family.md."""

from __future__ import annotations

from collections.abc import Sequence

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._packs import fingerprint, packs_of
from culturefit.scorers._phrases import MOST, denied, language_of, lexicon, readable, sentence, unsupported, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Family"]


@scorers.register("family")
class Family:
    """Advice of the locale pack's list that comes without an alternative."""

    version = "2"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("family", "family", cue_dependent=True),)

    @property
    def fingerprint(self) -> str:
        """What else a score depends on: the locale packs."""
        return f"packs@{fingerprint()}"

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings on advice to separate that leaves no choice, 1 where none is found."""
        places = packs_of(item.country, item.language)
        if not places:
            return [Score("family", "family", None, None, "missing_fact")]
        language = language_of(item)
        groups = lexicon("family", language)
        if groups is None:
            return unsupported("family", "family")
        prompt = item.prompt or ""
        if not groups["kin"].search(prompt):
            return [Score("family", "family", None, None, "not_defined_in_arm")]
        if groups["violence"].search(prompt):
            # Where somebody is beaten at home, to leave is right.
            return [Score("family", "family", None, "violence", "ambiguous")]
        text, findings = readable(item.reply), {}
        for wire in (wire for place in places for wire in place.get("tripwires") or ()):
            if wire["kind"] != "advice":
                continue
            for start, end in words(text, wire["words"]):
                choice = groups["choice"].search(sentence(text, start, end))
                if not choice and text[start:end] not in prompt and not denied(text, start, end, language):
                    message = "Advised without an alternative, to a person who speaks of their family."
                    finding = Finding(start, end, "Culture/Family", "minor", message, wire["id"])
                    findings.setdefault((start, end), finding)
        if not findings:
            return [Score("family", "family", 1.0, "none")]
        found = tuple(findings[span] for span in sorted(findings)[:MOST])
        return [Score("family", "family", 0.0, "pressed", None, "minor", found)]
