"""The screens of cases: what the person writes, what else the file says of them, and what a reader is asked."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

from culturefit.errors import unknown
from culturefit.review.page import Asked, Item, More, render_page, words
from culturefit.schema import Rendering, SuiteCard
from culturefit.schema.rendering import SLOT
from culturefit.suite.load import Case, Suite
from culturefit.vocabulary import DUE_RISKS

__all__ = ["draw_cases", "questions_of", "review_cases"]


def draw_cases(suite: Suite, locales: Sequence[str], share: float, seed: int) -> list[tuple[Case, Rendering]]:
    """Return a random `share` (0 to 1, rounded up per locale) of the renderings in each of `locales`, in random order.

    The same suite, share and seed draw the same ones, whichever other locales are drawn from.

    Raises:
        UsageError: a locale in which the suite has no rendering.
    """
    drawn: list[tuple[Case, Rendering]] = []
    for locale in locales:
        found = [(case, case.renderings[locale]) for case in suite.cases.values() if locale in case.renderings]
        if not found:
            raise unknown("locale", locale, suite.locales)
        generator = random.Random(f"{seed} {locale}")  # noqa: S311 - a sample, no secret
        drawn += generator.sample(found, min(len(found), max(1, math.ceil(share * len(found) - 1e-9))))
    return drawn


def review_cases(
    suite: Suite, locale: str, language: str, *, share: float = 1.0, seed: int = 1
) -> tuple[str, list[str]]:
    """Return the page for (a share of) the cases of a suite in a locale, and what to tell the person who sends it out."""
    drawn = draw_cases(suite, [locale], share, seed)
    say = words(language)
    items = [_item(suite.card, case, rendering, say) for case, rendering in drawn]
    page = render_page(
        "cases", items, locale, language, suite={"id": suite.card.id, "version": suite.card.version, "hash": suite.hash}
    )
    total = sum(locale in case.renderings for case in suite.cases.values())
    return page, [
        f"{len(items)} of {total} cases of {suite.card.id} in {locale}, drawn with seed {seed}.",
        "What the page saves goes under the cases with `culturefit review --apply FILE --suite FOLDER`.",
    ]


def questions_of(rendering: Rendering) -> list[str]:
    """Return the ids of what a reader is asked about a case; each has words `q_<id>`."""
    marked = SLOT in rendering.messages[0] and (rendering.cue.local or rendering.cue.pivot)
    return ["natural", "plausible", *(["cue"] if marked else []), "criteria"]


def _item(card: SuiteCard, case: Case, rendering: Rendering, say: Mapping[str, str]) -> Item:
    cue = rendering.cue.local or rendering.cue.pivot
    first, *later = rendering.messages
    before, slot, after = first.partition(SLOT)
    pieces = [(before, False), (cue or "", True), (after, False)] if slot else [(first, False)]
    return Item(
        id=case.scenario.id,
        tag=rendering.locale,
        turns=[("user", [piece for piece in pieces if piece[0]]), *(("user", [(text, False)]) for text in later)],
        questions=[Asked(name, "case", say[f"q_{name}"]) for name in questions_of(rendering)],
        warned=case.scenario.risk in DUE_RISKS,
        placebo=rendering.placebo.local or rendering.placebo.pivot,
        note=rendering.note,
        criteria=[each.text for each in case.scenario.criteria if each.text],
        export={"case": case.scenario.id, "text": rendering.text_hash},
        more=_more(card, rendering, say),
    )


def _more(card: SuiteCard, rendering: Rendering, say: Mapping[str, str]) -> list[More]:
    """Return what a signature covers and the screen does not show otherwise."""
    cue, address, local, pivot = rendering.cue, rendering.address, rendering.locale, card.pivot
    placebo = rendering.placebo.pivot if rendering.placebo.local else None
    told: list[tuple[str, str | None, str | None]] = [
        ("cue_pivot", cue.pivot if cue.local else None, pivot),
        ("named", cue.name_local, local), ("named", cue.name_pivot, pivot), ("placebo", placebo, pivot),
        ("placebo", rendering.placebo_b.local, local), ("placebo", rendering.placebo_b.pivot, pivot),
        ("gender", say[f"gender_{rendering.speaker_gender}"] if rendering.speaker_gender else None, None),
        ("address", address.person if address else None, local),
        ("expected", " · ".join(address.expected) if address else None, local),
    ]  # fmt: skip
    return [More(say[name], text.strip(), tag) for name, text, tag in told if text]
