"""The rule missing-text: a text that its neighbours have and without which cells of the default arms are not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from culturefit.lint.problem import File, Problem
from culturefit.locales import parse_locale
from culturefit.schema import Rendering
from culturefit.schema.rendering import SLOT

__all__ = ["missing_texts"]


def missing_texts(files: Sequence[File], pivots: Mapping[Path, str]) -> Iterator[Problem]:
    """Find cues and placebos that are left out; `pivots` holds the paired suites, and no other suite asks for them.

    A scenario in which no text has a cue is one that wants none, and so with placebos.
    """
    groups: dict[Path, list[tuple[File, Rendering]]] = {}
    for file in files:
        if isinstance(file.content, Rendering) and file.path.parent.parent in pivots:
            groups.setdefault(file.path.parent, []).append((file, file.content))
    for folder, group in groups.items():
        pivot = parse_locale(pivots[folder.parent]).language
        cued = any(own.cue.local or own.cue.pivot for _, own in group)
        held = any(own.placebo.local or own.placebo.pivot for _, own in group)
        for file, own in group:
            if SLOT not in own.messages[0]:
                continue
            at_home = parse_locale(own.locale).language == pivot
            due = [("placebo", "local", "local+placebo")] if held else []
            if cued:
                # A cue that is there without its pivot is no-cue-pivot's matter.
                due += [("cue", "local", "local+culture")]
            if at_home:
                # One text serves as both where the locale speaks the pivot language.
                due = [("placebo", "pivot", "pivot+placebo")] if held else []
                due += [("cue", "pivot", "pivot+culture")] if cued else []
            for name, side, arm in due:
                part = getattr(own, name)
                if getattr(part, side) or (at_home and part.local):
                    continue
                none = not (part.local or part.pivot)
                # Told at the part where nothing of it is there, else at the side that is missing.
                where = (name,) if none and (at_home or name == "placebo") else (name, side)
                yield file.problem(
                    "missing-text", where, f"is missing, so the arm {arm} is not asked in {own.locale}; write it"
                )
