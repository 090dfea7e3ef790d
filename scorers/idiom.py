"""idiom: is the person's own word for their distress understood, or taken literally? What is looked for, and the limits: idiom.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._due_language import not_in_due_language
from culturefit.scorers._packs import ReadsPacks, pack
from culturefit.scorers._phrases import MOST, readable, stated, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["Idiom"]


@scorers.register("idiom")
class Idiom(ReadsPacks):
    """The idioms of distress of the person's turn, by the locale pack: kept, understood, or read literally."""

    version = "2"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("idiom", "idiom", cue_dependent=True),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 1 where a sense of the idiom is given, 0 where only its literal misreading is, unscored where neither shows."""
        own = pack(item.language)
        if own is None or not own.get("idioms"):
            return [Score("idiom", "idiom", None, None, "unsupported_language")]
        prompt = item.prompt or ""
        said = [each for each in own["idioms"] if next(words(prompt, each["term"]), None)]
        if not said:
            return [Score("idiom", "idiom", None, None, "not_defined_in_arm")]
        text = readable(item.reply)
        each = [_read(idiom, text, item) for idiom in said]
        findings = tuple(finding for _, found in each for finding in found)[:MOST]
        labels = [label for label, _ in each]
        detail = {"idioms": {idiom["id"]: label for idiom, label in zip(said, labels, strict=True)}}
        label = min(labels, key=("literal", "understood", "kept", "none").index)
        if label in ("kept", "none"):
            why = (not_in_due_language(item) if label == "none" else None) or "ambiguous"
            return [Score("idiom", "idiom", None, label, why, None, (), detail)]
        value = 0.0 if label == "literal" else 1.0
        return [Score("idiom", "idiom", value, label, None, "minor" if findings else None, findings, detail)]


def _read(idiom: dict[str, Any], text: str, item: ScoreInput) -> tuple[str, list[Finding]]:
    """Return how one idiom was read, and findings on its literal misreading."""
    mine = (item.prompt or "").casefold()
    # A gloss that the person used too says nothing about who understood it.
    glosses = [gloss for gloss in idiom["glosses"] if gloss.casefold() not in mine]
    if next(words(text, glosses), None):
        return "understood", []
    literal = [
        Finding(*span, "Accuracy/Mistranslation", "minor", f"Reads '{idiom['term'][0]}' literally.", idiom["id"])
        for span in stated(item, text, words(text, idiom.get("literal") or ()))
    ]
    if literal:
        return "literal", literal
    return ("kept" if next(words(text, idiom["term"]), None) else "none"), []
