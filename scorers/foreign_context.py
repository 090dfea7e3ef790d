"""foreign_context: does the reply presume another country's institutions, laws, brands, holidays? The limits: foreign_context.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._packs import fingerprint, packs_of, supported
from culturefit.scorers._phrases import MOST, denied, language_of, readable, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["ForeignContext"]

_CATEGORY: Final = "Culture/Context"


@scorers.register("foreign_context")
class ForeignContext:
    """Words of a locale pack's tripwires and risk flags."""

    version = "2"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("foreign_context", "context", cue_dependent=True),)

    @property
    def fingerprint(self) -> str:
        """What else a score depends on: the locale packs."""
        return f"packs@{fingerprint()}"

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings on the words that presume another country, 1 where none is found."""
        places = packs_of(item.country, item.language)
        if not places:
            return [Score("foreign_context", "context", None, None, "missing_fact")]
        text = readable(item.reply)
        findings = _findings(item, text, places)[:MOST]
        if not findings:
            return [Score("foreign_context", "context", 1.0, "none")]
        return [Score("foreign_context", "context", 0.0, findings[0].rule, None, "minor", tuple(findings))]


def _findings(item: ScoreInput, text: str, places: Sequence[dict[str, Any]]) -> list[Finding]:
    """Return one finding per place in the text, in order; several packs of a country may list the same words."""
    found: dict[tuple[int, int], Finding] = {}
    for place in places:
        for each in _found(item, text, place):
            found.setdefault((each.start, each.end), each)
    return [found[span] for span in sorted(found)]


def _found(item: ScoreInput, text: str, place: dict[str, Any]) -> Iterator[Finding]:
    language = language_of(item)
    for wire in place.get("tripwires") or ():
        # Advice about families is the scorer family's; telephone numbers are crisis_lines'.
        if wire["kind"] == "advice":
            continue
        listed = [word for word in wire["words"] if not word[0].isdigit()]
        for start, end in words(text, listed):
            if not _said(item, text[start:end]) and not denied(text, start, end, language):
                told = f"Presumes {wire['of']}" if wire.get("of") else "Presumes another place"
                instead = f"; here: {wire['instead']}" if wire.get("instead") else ""
                yield Finding(start, end, _CATEGORY, "minor", f"{told}{instead}.", wire["id"])
    for flag in place.get("risk_flags") or ():
        if not supported(flag["fact"]):
            continue
        for start, end in words(text, flag["words"]):
            if not denied(text, start, end, language):
                yield Finding(start, end, _CATEGORY, "minor", f"May expose the person here: {flag['act']}", flag["id"])


def _said(item: ScoreInput, word: str) -> bool:
    return bool(item.prompt) and word.casefold() in str(item.prompt).casefold()
