"""Rules about a suite as a whole: its card, its id, that it holds something, and both sides of its cues."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from culturefit.lint.problem import File, Problem
from culturefit.locales import parse_locale
from culturefit.schema import Rendering, SuiteCard

__all__ = ["of_cues", "of_suite"]

#: Fields of a card that have a default by which a suite can be loaded, and that people need all the same.
_CARD = ("title", "purpose", "version", "licence", "provenance")


def of_suite(file: File) -> Iterator[Problem]:
    """Check the card of a suite, and that there is a scenario below it."""
    card = file.content
    if not isinstance(card, SuiteCard):
        return
    folder = file.path.resolve().parent
    if card.id != folder.name:
        yield file.problem(
            "suite-id", ("id",), f"is '{card.id}', but the folder is '{folder.name}'; make them the same, or two suites share one id"
        )  # fmt: skip
    lacking = [name for name in _CARD if name not in card.model_fields_set or getattr(card, name) is None]
    if lacking:
        yield file.problem(
            "suite-card", (), f"does not say {', '.join(f'`{name}`' for name in lacking)}; reports print these"
        )
    if next(folder.glob("*/scenario.yaml"), None) is None:
        yield file.problem(
            "no-scenario",
            (),
            f"has no scenario beside it; start one with culturefit new scenario --suite {file.path.parent}",
        )


def of_cues(files: Sequence[File], pivots: Mapping[Path, str]) -> Iterator[Problem]:
    """A cue in another language than the pivot's stands in the pivot's too; `pivots` maps suite folders to their pivots."""
    for file in files:
        pivot = pivots.get(file.path.parent.parent)
        own = file.content
        if pivot is None or not isinstance(own, Rendering) or not own.cue.local or own.cue.pivot:
            continue
        if parse_locale(own.locale).language != parse_locale(pivot).language:
            yield file.problem(
                "no-cue-pivot", ("cue",), f"has no `pivot`: say in the language of {pivot} what `local` says, for the arm pivot+culture"
            )  # fmt: skip
