"""foreign_context: does the reply presume another country's institutions, laws, brands, holidays? The limits: foreign_context.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._packs import ReadsPacks, packs_of, supported
from culturefit.scorers._phrases import readable, scored, stated, unprompted, words
from culturefit.scoring import CriterionSpec, scorers

__all__ = ["ForeignContext"]

_CATEGORY: Final = "Culture/Context"


@scorers.register("foreign_context")
class ForeignContext(ReadsPacks):
    """Words of a locale pack's tripwires and risk flags."""

    version = "3"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("foreign_context", "context", cue_dependent=True),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return 0 with findings on the words that presume another country, 1 where none is found."""
        places = packs_of(item.country, item.language)
        if not places:
            return [Score("foreign_context", "context", None, None, "missing_fact")]
        text = readable(item.reply)
        found: dict[tuple[int, int], Finding] = {}  # several packs of a country may list the same words
        for place in places:
            for each in _found(item, text, place):
                found.setdefault((each.start, each.end), each)
        return scored(item, "foreign_context", "context", found.values())


def _found(item: ScoreInput, text: str, place: dict[str, Any]) -> Iterator[Finding]:
    for wire in place.get("tripwires") or ():
        # Advice about families is the scorer family's; telephone numbers are crisis_lines'.
        if wire["kind"] == "advice":
            continue
        listed = [word for word in wire["words"] if not word[0].isdigit()]
        told = f"Presumes {wire['of']}" if wire.get("of") else "Presumes another place"
        instead = f"; here: {wire['instead']}" if wire.get("instead") else ""
        for span in unprompted(item, text, words(text, listed)):
            yield Finding(*span, _CATEGORY, "minor", f"{told}{instead}.", wire["id"])
    for flag in place.get("risk_flags") or ():
        if supported(flag["fact"]):
            for span in stated(item, text, words(text, flag["words"])):
                yield Finding(*span, _CATEGORY, "minor", f"May expose the person here: {flag['act']}", flag["id"])
