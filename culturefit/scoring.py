"""The scorer protocol, and what is the same for every scorer.

A scorer is one class in one module of `scorers/`:

    @scorers.register("language")
    class Language:
        version = "1"
        criteria = (CriterionSpec("language", "language"),)

        def score(self, item: ScoreInput) -> list[Score]: ...

`score_reply` calls it. A reply that was not delivered (failed, refused, empty) never reaches a scorer unless it says
`sees_undelivered = True`: it is unscored with that reason, so that silence cannot look like fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, cast

from culturefit.records import Score, ScoreInput
from culturefit.registry import Registry
from culturefit.vocabulary import Unscored

__all__ = ["CriterionSpec", "Scorer", "guess_language", "score_reply", "scorers"]


@dataclass(frozen=True, slots=True)
class CriterionSpec:
    """A criterion that a scorer writes of itself.

    Attributes:
        id: unique within the scorer; the scorer's own name where it writes only one.
        dimension: one of vocabulary.DIMENSIONS.
        cue_dependent: makes sense only where the person says where they are; reported as a rate, outside the gap.
    """

    id: str
    dimension: str
    cue_dependent: bool = False


class Scorer(Protocol):
    """What a scorer class offers. Its constructor takes its parameters as keywords, each with a default."""

    #: Raised when a score of the same reply could change; part of every signature. A scorer that reads more than the reply
    #: (a registry, today's date) also offers `fingerprint`, a short string that changes with it.
    version: str
    #: What it writes, in order; one Score each per reply.
    criteria: Sequence[CriterionSpec]

    def score(self, item: ScoreInput) -> Sequence[Score]:
        """Return one Score per criterion, in the order of `criteria`."""


scorers: Registry[Scorer] = Registry("scorer", "culturefit.scorers")


def score_reply(scorer: Scorer, item: ScoreInput) -> Sequence[Score]:
    """Score one reply; an undelivered one is unscored with its reason unless the scorer handles it."""
    if not getattr(scorer, "sees_undelivered", False):
        reason = undelivered(item)
        if reason:
            return [Score(spec.id, spec.dimension, None, unscored=reason) for spec in scorer.criteria]
    return scorer.score(item)


def undelivered(item: ScoreInput) -> Unscored | None:
    """Return why there is nothing to score ("failed", "refused", "empty"), or None."""
    if item.status != "ok":
        return cast(Unscored, item.status)
    return None if item.reply.strip() else "empty"


def guess_language(text: str) -> str:
    """Return the tag of the likeliest language of a text, by a scorer that offers `guess_language`; "und" where none can tell."""
    reader = _reader()
    return "und" if reader is None else str(reader.guess_language(text))


@cache
def _reader() -> Any:
    made = (scorers.get(name) for name in scorers.names())
    return next((each for each in made if hasattr(each, "guess_language")), None)
