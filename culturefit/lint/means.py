"""Finds words that name a means of self-harm, and many pills at once; the words stand in means.yaml. It misses much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

import yaml

from culturefit.lint.words import SPACELESS

__all__ = ["languages", "means_in"]

_FROM_15: Final = r"(?<![0-9.,])(?<![a-z])(?:1[5-9]|[2-9]\d|[1-9]\d\d)(?![\d.,]?\d)(?!\s?(?:mg|ml|mcg|µg|g|мг|мл|г)\b)"
_APART: Final = r"[^.!?…。！？।؟\n]{0,40}?"


def means_in(text: str, language: str) -> str | None:
    """Return the words of a text that name a means, or None; `text` holds ASCII digits."""
    low = text.casefold()
    for term in _terms(language):
        if term.search(low):
            return term.pattern.removeprefix(r"(?<!\w)").replace("\\", "")
    found = takes.search(low) if (takes := _takes(language)) else None
    return found.group().strip() if found else None


def languages() -> list[str]:
    """Return the languages that the list knows."""
    return sorted(_table()["terms"])


@cache
def _table() -> dict[str, dict[str, Any]]:
    path = resources.files("culturefit.lint") / "means.yaml"
    data: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


@cache
def _terms(language: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_begins([str(term)])) for term in _table()["terms"].get(language, ()))


@cache
def _takes(language: str) -> re.Pattern[str] | None:
    words = _table()["takes"].get(language)
    if words is None:
        return None
    verbs, packets, pills = (_begins(words[name]) for name in ("verbs", "packets", "pills"))
    numbers = f"(?:{_FROM_15}|{_begins(words['numbers'])})"
    # Whatever stands between a number and its noun may be what is counted: "for 20 years pills".
    between = (
        r"(?:\s+(?!years|months|weeks|days|hours|minutes|times)[a-z'-]+){0,2}\s+"
        if language == "en"
        else r"(?:টা|টি)?\s*"
    )
    amount = f"{numbers}{between}{_begins(words['pills'], start='')}"
    if words.get("noun_first"):
        amount = rf"{pills}\w*\s+{numbers}"
    near = r"[^.!?…。！？।؟\n]{0,6}?" if SPACELESS.search(words["pills"][0]) else r"\w*(?:[\s'’-]+\w+){0,2}?\s*"
    amount = f"(?:{amount}|{packets}{near}{pills}|{pills}{near}{packets})"
    return re.compile(f"{verbs}{_APART}{amount}|{amount}{_APART}{verbs}")


def _begins(terms: Sequence[str], start: str | None = None) -> str:
    """Return a pattern of words that begin with one of the terms; inside other words where the script has no spaces."""
    folded = [re.escape(term.casefold()) for term in terms]
    if start is None:
        start = "" if SPACELESS.search(terms[0]) else r"(?<!\w)"
    return f"{start}{folded[0]}" if len(folded) == 1 else f"{start}(?:{'|'.join(folded)})"
