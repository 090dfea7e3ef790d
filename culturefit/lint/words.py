"""The texts of a rendering as rules read them, and whether a text says a word."""

from __future__ import annotations

import re
from typing import Final

from culturefit.schema import Rendering
from culturefit.suite.yamlfile import Where

__all__ = ["SPACELESS", "says", "texts"]

#: Scripts that put no space between words.
SPACELESS: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def texts(content: Rendering, *, cues: bool = True) -> list[tuple[Where, str, str]]:
    """Return (place, text, side) of what a person is said to write; side is "local" or "pivot"."""
    found: list[tuple[Where, str | None, str]] = [
        (("prompt",), content.prompt, "local"),
        *((("turns", index), text, "local") for index, text in enumerate(content.turns or ())),
        (("placebo", "local"), content.placebo.local, "local"), (("placebo", "pivot"), content.placebo.pivot, "pivot"),
        (("placebo_b", "local"), content.placebo_b.local, "local"), (("placebo_b", "pivot"), content.placebo_b.pivot, "pivot"),
    ]  # fmt: skip
    if cues:
        found += [(("cue", "local"), content.cue.local, "local"), (("cue", "pivot"), content.cue.pivot, "pivot")]
    return [(where, text.replace("{cue}", " "), side) for where, text, side in found if text]


def says(text: str, term: str) -> bool:
    """Whether a text says a term: as a whole word where the script has spaces, else anywhere; both in the same case."""
    if SPACELESS.search(term):
        return term in text
    # \w leaves out the vowel signs of Indic scripts.
    return re.search(rf"(?<![\w\u0900-\u0dff]){re.escape(term)}(?![\w\u0900-\u0dff])", text) is not None
