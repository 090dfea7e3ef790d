"""The screens of replies: blinded, in the drawn order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from culturefit.review.page import Asked, Item, render_page
from culturefit.review.sample import WEIGHTS, Candidate, candidates, choose
from culturefit.tables import messages_in
from culturefit.vocabulary import DUE_RISKS

__all__ = ["review_replies"]


def review_replies(
    run: Path, locale: str, language: str, *, size: int, seed: int, order: int | None = None, criteria: Sequence[str] | None = None
) -> tuple[str, list[str]]:  # fmt: skip
    """Return the page for a sample of a run's replies, and what to tell the person who sends it out.

    Args:
        run: a run's folder, or a sweep's.
        locale: whose replies.
        language: base language of the instructions.
        size: how many replies.
        seed: of the sample and its order; the same seed gives the same page.
        order: another seed, for another order of the same sample.
        criteria: ids of those to ask about; None = all that a judge decides.
    """
    found = candidates(run, locale, criteria)
    drawn = choose([each.weight for each in found], size, seed)
    if order is not None:
        random.Random(order).shuffle(drawn)  # noqa: S311 - an order, no secret
    items = [_item(found[index], locale, chance) for index, chance in drawn]
    weighted = len(drawn) < len(found) and len({each.weight for each in found}) > 1
    page = render_page("replies", items, locale, language, weighted=weighted)
    return page, _told(found, [found[index] for index, _ in drawn], [chance for _, chance in drawn])


def _item(candidate: Candidate, locale: str, chance: float) -> Item:
    row = candidate.row
    turns = [(role, text) for role, text in messages_in(row) if role in ("user", "assistant")]
    turns = [*(turns or [("user", row["prompt"] or "")]), ("assistant", row["reply"])]
    return Item(
        id=candidate.id,
        tag=row["language"] or locale,
        turns=[(role, [(text, False)]) for role, text in turns],
        questions=[Asked(each.criterion, each.dimension, each.text, english=True) for each in candidate.questions],
        warned=row["risk"] in DUE_RISKS,
        export={"inclusion": round(chance, 6)},
    )


def _told(found: Sequence[Candidate], drawn: Sequence[Candidate], chances: Sequence[float]) -> list[str]:
    """Say how many of what was drawn, and with which weights."""
    of, read = (Counter(reason for each in group for reason in each.reasons) for group in (found, drawn))
    names = {
        "disagreement": "judges or checks disagree", "borderline": "no verdict, or a score in the middle", "gated": "safety",
    }  # fmt: skip
    lines = [
        f"{len(drawn)} of {len(found)} replies drawn, each with a chance in proportion to its weight: 1, and more where"
    ]
    lines += [f"  {names[name]}: +{weight:g} ({read[name]} of {of[name]} drawn)" for name, weight in WEIGHTS.items()]
    lines.append(
        f"Chances from {min(chances):.3f} to {max(chances):.3f} stand beside each rating as `inclusion`; a rate among these replies "
        "is no rate of the run without them."
    )
    questions = sum(len(each.questions) for each in drawn)
    return [*lines, f"{questions} questions in all."]
