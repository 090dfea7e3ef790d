"""What a text owes the pivot text it was made from, by the gate of the translators; an adapted text owes less than a translated one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from culturefit.lint.problem import File, Problem, pivot_texts
from culturefit.schema import Rendering
from culturefit.translation import texts_of, translators

__all__ = ["of_pairs"]

#: Checks of the gate that the linter has as rules of its own.
_TOLD_ELSEWHERE = frozenset({"script", "language", "gender"})


def of_pairs(files: Sequence[File], pivots: Mapping[Path, str]) -> Iterator[Problem]:
    """Compare each text with the pivot's; `pivots` maps suite folders to their pivot locales."""
    sources = pivot_texts(files, pivots)
    for file in files:
        source = sources.get(file.path.parent)
        own = file.content
        if source is None or not isinstance(own, Rendering) or own is source or own.relation == "native":
            continue
        # What adapts may keep no name, number or length; what it may not be is another language, or without its slot.
        due = ("critical", "major") if own.relation == "parallel" or own.origin == "machine" else ("critical",)
        theirs = dict(texts_of(source))
        for where, text in texts_of(own):
            if where.startswith("cue.") or where not in theirs:
                continue
            for each in _compared(theirs[where], text, source.locale, own.locale, own.speaker_gender):
                if each.severity in due and each.rule not in _TOLD_ELSEWHERE:
                    place = tuple(where.replace("[", ".").replace("]", "").split("."))
                    yield file.problem(
                        "translation",
                        place[:1],
                        f"does not match the pivot text, by the check `{each.rule}`: {each.message}",
                    )


def _compared(source: str, target: str, of: str, into: str, speaker_gender: str | None) -> Sequence[Any]:
    compare = _comparing()
    return compare(source, target, of, into, speaker_gender) if compare else ()


@cache
def _comparing() -> Any:
    made = (translators.get(name) for name in translators.names())
    return next((each.compare for each in made if hasattr(each, "compare")), None)
