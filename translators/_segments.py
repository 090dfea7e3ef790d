"""Cuts a text into what an engine translates and what must come through as it is: placeholders, links, line breaks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from culturefit.translators._texts import LINK, PLACEHOLDER

__all__ = ["cut", "joined"]

_KEPT: Final = re.compile(rf"({LINK.pattern}|{PLACEHOLDER.pattern}|\n)")
_SENTENCE: Final = re.compile(r"(?<=[.!?…؟])\s+|(?<=[。！？।])\s*")
_WORD: Final = re.compile(r"\w")


def cut(text: str, sentences: bool = False) -> list[tuple[str, bool]]:
    """Return the parts of `text` in order, each with whether it is translated; joined they are `text`.

    Args:
        text: what is to be translated.
        sentences: also cut after sentences, for engines that were trained on single ones.
    """
    parts: list[tuple[str, bool]] = []
    for index, part in enumerate(_KEPT.split(text)):
        if index % 2:
            parts.append((part, False))
            continue
        pieces = _pieces(part) if sentences else [part]
        for piece in pieces:
            core = piece.strip()
            if not _WORD.search(core):
                parts.append((piece, False))
                continue
            start = piece.index(core)
            parts += [(piece[:start], False), (core, True), (piece[start + len(core) :], False)]
    return [(part, translated) for part, translated in parts if part]


def _pieces(text: str) -> list[str]:
    ends = [found.end() for found in _SENTENCE.finditer(text) if found.end() < len(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


def joined(parts: Sequence[tuple[str, bool]], made: Sequence[str]) -> str:
    """Return the parts with the translated ones replaced by `made`, in order."""
    translations = iter(made)
    return "".join(next(translations) if translated else part for part, translated in parts)
