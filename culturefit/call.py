"""Scorers as a Python call on texts, without a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from culturefit.locales import parse_locale
from culturefit.records import Score, ScoreInput
from culturefit.scoring import score_reply, scorers
from culturefit.vocabulary import OWN_ARM

__all__ = ["score_many", "score_text"]


def score_text(text: str, locale: str, names: Sequence[str] | None = None, **fields: Any) -> dict[str, list[Score]]:
    """Return what scorers say of one reply, by scorer.

    Args:
        text: the reply.
        locale: BCP-47 tag of the language, script and variety it is due in.
        names: scorers; None = all there are.
        fields: other fields of ScoreInput: `prompt`, `country` (default: the region of the locale), `risk`, `role`, ...

    Raises:
        UsageError: no scorer of that name, or no such locale.
    """
    names = [names] if isinstance(names, str) else names
    item = ScoreInput(text, locale, **{"country": parse_locale(locale).region, "arm": OWN_ARM, **fields})
    return {name: list(score_reply(scorers.create(name), item)) for name in names or scorers.names()}


def score_many(
    names: Sequence[str], texts: Sequence[str], locales: Sequence[str], prompts: Sequence[str | None]
) -> dict[str, Any]:
    """Return per criterion its mean over the scored texts, how many were scored, and all values and labels.

    Args:
        names: scorers.
        texts: n replies.
        locales: n tags.
        prompts: n turns of the person, or None.
    """
    found: dict[str, Any] = {}
    for scorer in map(scorers.create, names):
        rows = [
            score_reply(scorer, ScoreInput(text, locale, parse_locale(locale).region, prompt, arm=OWN_ARM))
            for text, locale, prompt in zip(texts, locales, prompts, strict=True)
        ]
        for place, spec in enumerate(scorer.criteria):
            column = [row[place] for row in rows]
            told = [each.value for each in column if each.value is not None]
            found[spec.id] = sum(told) / len(told) if told else None
            found[f"{spec.id}_scored"] = len(told)
            found[f"{spec.id}_values"] = [each.value for each in column]
            found[f"{spec.id}_labels"] = [each.unscored or each.label for each in column]
    return found
