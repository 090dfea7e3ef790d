"""Han characters that are written in one way only: simplified or traditional.

The lists are characters that OpenCC's tables (data/han.txt, NOTICE-opencc.md) map in one direction only; a character that
both ways of writing use (台, 里, 后, 只) is in neither.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

__all__ = ["han_variant", "simplified", "traditional"]


@lru_cache(maxsize=1)
def _lists() -> tuple[frozenset[str], frozenset[str]]:
    text = (resources.files("culturefit.scorers") / "data" / "han.txt").read_text(encoding="utf-8")
    rows = dict(line.split(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return frozenset(rows["simplified"]), frozenset(rows["traditional"])


def simplified() -> frozenset[str]:
    """Return the characters of simplified writing only."""
    return _lists()[0]


def traditional() -> frozenset[str]:
    """Return the characters of traditional writing only."""
    return _lists()[1]


def han_variant(text: str) -> tuple[list[int], list[int]]:
    """Return the offsets of simplified-only and of traditional-only characters."""
    hans, hant = _lists()
    return (
        [place for place, character in enumerate(text) if character in hans],
        [place for place, character in enumerate(text) if character in hant],
    )
