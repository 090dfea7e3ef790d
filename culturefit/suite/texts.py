"""Which text of a rendering speaks which language, and the prompt of an arm made from it.

A rendering holds texts in two languages: its locale's (`prompt`, `*.local`) and the suite's pivot language (`*.pivot`).
Where the locale speaks the pivot language, one text serves as both. The reference locale of a run is config: with
`reference: ja-JP` the pivot arms are asked in Japanese, and a cue that exists in English only counts as missing.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from culturefit.locales import parse_locale
from culturefit.schema import Rendering
from culturefit.schema.rendering import SLOT
from culturefit.suite.load import Case
from culturefit.vocabulary import ARMS, CueKind

__all__ = ["Missing", "is_stale", "source_hash", "turns_for"]


class Missing(NamedTuple):
    """A text that an arm needs and the suite does not have."""

    scenario: str
    locale: str
    arm: str
    #: What to add, as a contributor would say it: "ja-JP.yaml: cue.local".
    what: str
    #: Whether the text is there, but machine-made and held back by the gate.
    held: bool = False


def source_hash(rendering: Rendering) -> str:
    """Return the sha256 of a rendering's messages, joined by newlines: what a translation of it was made from."""
    return hashlib.sha256("\n".join(rendering.messages).encode()).hexdigest()


def is_stale(rendering: Rendering, pivot: Rendering) -> bool:
    """Return whether a text says that it was made from another version of the pivot's; one that does not say is not stale."""
    return rendering.source_hash is not None and rendering.source_hash != source_hash(pivot)


def turns_for(
    case: Case, renderings: dict[str, Rendering], locale: str, arm: str, reference: str, pivot: str
) -> tuple[str, ...] | Missing:
    """Return the messages of `arm` for one locale, or what is missing.

    Args:
        case: the scenario.
        renderings: the renderings to use, as the translate stage gave them, by locale.
        locale: the cell's locale.
        arm: one of vocabulary.ARMS.
        reference: the run's reference locale; its language is the pivot language of the arms.
        pivot: the locale whose language the suite's `*.pivot` texts are in.
    """
    language, cue_kind = ARMS[arm].language, ARMS[arm].cue
    asked_in = reference if language == "pivot" else locale
    base = renderings.get(asked_in)
    if base is None:
        return Missing(case.scenario.id, locale, arm, f"{asked_in}.yaml")
    if cue_kind == "none":
        return _fill(base, "")
    # A culture cue belongs to the cell's locale; a placebo is the same for all, so it comes with the language.
    owner = base if cue_kind.startswith("placebo") else renderings.get(locale)
    if owner is None:
        return Missing(case.scenario.id, locale, arm, f"{locale}.yaml")
    text = _text(owner, cue_kind, parse_locale(asked_in).language, parse_locale(pivot).language)
    if text is None:
        side = "local" if parse_locale(owner.locale).language == parse_locale(asked_in).language else "pivot"
        name = f"cue.name_{side}" if cue_kind == "name" else f"{'cue' if cue_kind == 'culture' else cue_kind}.{side}"
        return Missing(case.scenario.id, locale, arm, f"{owner.locale}.yaml: {name}")
    return _fill(base, text)


def _text(rendering: Rendering, kind: CueKind, language: str, pivot_language: str) -> str | None:
    """Return the text of `kind` in `language`, if the rendering has it."""
    local, pivot = {
        "culture": (rendering.cue.local, rendering.cue.pivot),
        "name": (rendering.cue.name_local, rendering.cue.name_pivot),
        "placebo": (rendering.placebo.local, rendering.placebo.pivot),
        "placebo_b": (rendering.placebo_b.local, rendering.placebo_b.pivot),
    }[kind]
    if parse_locale(rendering.locale).language == language and local is not None:
        return local
    return pivot if language == pivot_language else None


def _fill(rendering: Rendering, cue: str) -> tuple[str, ...]:
    # An empty slot can leave a space before punctuation's neighbour; prompts are joined by the cue's own space.
    first, *later = rendering.messages
    return (first.replace(SLOT, cue).strip(), *later)
