"""Cut a text at the borders of its findings, and show what a reader could not see.

Findings come from scorers, may nest and overlap, and are not trusted to lie within the text. Offsets are code points.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["markdown", "segments", "visible"]

# Controls but tab and newline, line and paragraph separators, bidi embeddings, overrides and isolates, interlinear
# marks, surrogates, non-characters and tag characters. LRM, RLM, ZWNJ, ZWJ and variation selectors stay: Arabic,
# Persian, the Indic scripts and emoji need them, and none of them reaches beyond its neighbours.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\U000e0000-\U000e007f]"
)


def segments(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[str, tuple[int, ...]]]:
    """Cut `text` into pieces, each with the indices of the spans that cover it.

    The pieces joined are the text, always; the pieces of one span joined are the slice it names. Spans are clamped to
    the text, and empty ones cover nothing.

    Args:
        text: the reply.
        spans: half-open (start, end) in code points.
    """
    inside = [(max(0, start), min(len(text), end)) for start, end in spans]
    borders = sorted({0, len(text), *(border for start, end in inside if start < end for border in (start, end))})
    return [
        (text[left:right], tuple(index for index, (start, end) in enumerate(inside) if start <= left and right <= end))
        for left, right in pairwise(borders)
    ]


def visible(text: str) -> str:
    """Return `text` with every character that hides or reorders others written out, such as ⟨U+202E⟩.

    Nothing of it can then reorder what stands around it, break an attribute or be refused by an encoder.
    """
    if text.isprintable():
        return text
    return _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text.replace("\r\n", "\n"))


def markdown(text: str) -> str:
    """Return text that Markdown shows as it is: one line, no markup, no new cell, no mention, nothing hidden."""
    return re.sub(r"([\\`*_{}\[\]<>|#@])", r"\\\1", visible(" ".join(text.split())))
