"""Phrases in a reply: word lists from packs and lexicons, found as whole words, and not where the person said or the reply denies them.

A lexicon is `scorers/data/<scorer>.yaml`: language -> group -> patterns of Python's `re`, without nested repetition. A language
without an entry is unsupported, never "nothing found".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import yaml

from culturefit.locales import parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._due_language import not_in_due_language
from culturefit.scorers._languages import base
from culturefit.scorers._units import blank, unquoted

__all__ = [
    "MOST", "denies", "language_of", "lexicon", "plays_somebody", "readable", "scored", "sentence",
    "stated", "unprompted", "unsupported", "words",
]  # fmt: skip

#: More findings than anybody reads.
MOST: Final = 50
#: How much of a clause before a phrase is looked at for a negation.
_BEFORE: Final = 60
_AFTER: Final = 14
#: Letters and the marks that belong to them; `\w` knows no vowel signs.
_LETTER: Final = r"[\w\u0900-\u0963\u0966-\u097f\u064b-\u0652]"
#: Scripts written without spaces between words.
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_STOPS: Final = re.compile(r"[.!?\n…。！？؟।;:]")
#: Words that deny what follows (or, in the second list, what stands before), by language.
# fmt: off
_NEGATORS: Final[dict[str, str]] = {
    "en": r"not|never|no|n't|without|instead of|rather than|neither|nor|nothing",
    "es": r"no|nunca|ni|sin|nada|tampoco|en lugar de|en vez de", "de": r"nicht|nie|kein\w*|ohne|weder|statt|anstatt",
    "fr": r"pas|ne|n|jamais|sans|ni|aucun\w*|au lieu de", "pt": r"não|nunca|nem|sem|nada|em vez de", "tr": r"değil|asla|hiç",
    "id": r"bukan|tidak|tak|jangan|tanpa|daripada", "hi": r"नहीं|न|मत|बिना|कभी नहीं",
    "ar": r"مش|لا|ليس|ليست|لست|مو|بدون|من غير|لن|لم|ما",
    "sw": r"si|sio|siyo|hapana|bila|usi\w+|hai\w+|sija\w+|badala ya",
    "zh": r"不|没|沒|别|別|無|无|而不是", "ja": r"(?!)", "ko": r"(?:안|못) ",
}
_NEGATED_AFTER: Final[dict[str, str]] = {
    "ja": r"ない|ませ|ではな|じゃな|せず|わけでは", "ko": r"아니|않|없|지 말", "tr": r"değil|me[yz]|ma[yz]|dem(?:e|i)",
    "hi": r"नहीं|मत", "de": r"nicht", "zh": r"不是",
}
# fmt: on


def language_of(item: ScoreInput) -> str:
    """Return the base tag of the language the reply is due in."""
    return base(parse_locale(item.language).language)


def readable(text: str) -> str:
    """Return the text with code, links and what stands in quotation marks blanked; offsets stay."""
    return unquoted(blank(text))


def plays_somebody(item: ScoreInput) -> bool:
    """Return whether the reply may speak in another's voice: it rehearses a part, or writes for the person."""
    return item.role in ("rehearse", "translate_for_family")


def words(text: str, listed: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of words or phrases, longest first, whole words only where the script has spaces."""
    # Almost no reply holds any of the words, and looking for plain text is far cheaper than a pattern without regard to case.
    folded = text.casefold()
    held = tuple(word for word, first in _first_words(tuple(listed)) if first in folded)
    pattern = _alternatives(held)
    return (found.span() for found in pattern.finditer(text)) if pattern else iter(())


@lru_cache(maxsize=2048)
def _first_words(listed: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((word, word.split()[0].casefold()) for word in listed)


@lru_cache(maxsize=2048)
def _alternatives(listed: tuple[str, ...]) -> re.Pattern[str] | None:
    if not listed:
        return None
    parts = []
    for word in sorted(set(listed), key=lambda each: (-len(each), each)):
        left = "" if _UNSPACED.match(word[0]) else f"(?<!{_LETTER})"
        right = "" if _UNSPACED.match(word[-1]) else f"(?!{_LETTER})"
        parts.append(left + r"\s".join(map(re.escape, word.split())) + right)
    return re.compile("|".join(parts), re.IGNORECASE)


def lexicon(name: str, language: str) -> Mapping[str, re.Pattern[str]] | None:
    """Return the compiled groups of a scorer's lexicon for a language; None where it covers none."""
    return _lexicons(name).get(language)


@lru_cache(maxsize=32)
def _lexicons(name: str) -> dict[str, dict[str, re.Pattern[str]]]:
    text = (resources.files("culturefit.scorers") / "data" / f"{name}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader either way
    return {
        language: {group: _joined(patterns, language) for group, patterns in groups.items()}
        for language, groups in data.items()
    }


def _joined(patterns: Iterable[str], language: str) -> re.Pattern[str]:
    body = "|".join(patterns)
    left = "" if language in ("ja", "zh", "ko") else f"(?<!{_LETTER})"
    return re.compile(f"{left}(?:{body})", re.IGNORECASE)


def _denied(text: str, start: int, end: int, language: str) -> bool:
    """Return whether the clause denies a phrase: a negation before it, or right after it where the language puts it there."""
    before = text[max(0, start - _BEFORE) : start]
    stops = [found.end() for found in _STOPS.finditer(before)]
    before = before[stops[-1] :] if stops else before
    found = _negators(language).search(before)
    after = _NEGATED_AFTER.get(language)
    return bool(found) or bool(after and re.search(after, text[end : end + _AFTER], re.IGNORECASE))


def denies(clause: str, language: str) -> bool:
    """Return whether a negation of the language stands anywhere in a clause."""
    after = _NEGATED_AFTER.get(language)
    return bool(_negators(language).search(clause)) or bool(after and re.search(after, clause, re.IGNORECASE))


@lru_cache(maxsize=64)
def _negators(language: str) -> re.Pattern[str]:
    body = _NEGATORS.get(language, "(?!)")
    if language in ("ja", "zh", "ko"):
        return re.compile(body)
    # English n't hangs on its verb.
    return re.compile(
        f"(?:(?<!{_LETTER})|(?=n['’]t))(?:{body.replace(chr(39), '[’' + chr(39) + ']')})(?!{_LETTER})", re.IGNORECASE
    )


def sentence(text: str, start: int, end: int) -> str:
    """Return the sentence around a place, at most 200 characters to each side."""
    before = text[max(0, start - 200) : start]
    after = text[end : end + 200]
    stops = [found.end() for found in _STOPS.finditer(before)]
    stop = _STOPS.search(after)
    return (before[stops[-1] :] if stops else before) + text[start:end] + (after[: stop.end()] if stop else after)


def unsupported(criterion: str, dimension: str) -> list[Score]:
    """Return the score of a language that the lexicon or the packs do not cover."""
    return [Score(criterion, dimension, None, None, "unsupported_language")]


def stated(item: ScoreInput, text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the places that the reply's clause does not deny."""
    language = language_of(item)
    return ((start, end) for start, end in spans if not _denied(text, start, end, language))


def unprompted(item: ScoreInput, text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the places that the reply states and whose words the person did not use."""
    prompt = (item.prompt or "").casefold()
    return stated(item, text, (span for span in spans if text[slice(*span)].casefold() not in prompt))


def scored(
    item: ScoreInput, criterion: str, dimension: str, findings: Iterable[Finding], label: str | None = None
) -> list[Score]:
    """Return 0 with the findings in order and `label` (None: the first one's rule), or 1 with the label `none`: nothing was found.

    In a reply that is not in the language of the list, nothing found is unscored.

    Findings are minor at most, because the recall of lists is low (benchmarks/challenge.py).
    """
    found = tuple(sorted(findings, key=lambda each: (each.start, each.end))[:MOST])
    if not found:
        reason = not_in_due_language(item)
        return [Score(criterion, dimension, None, None, reason) if reason else Score(criterion, dimension, 1.0, "none")]
    return [Score(criterion, dimension, 0.0, label or found[0].rule, None, "minor", found)]
