"""code_mix: does the reply mix languages more than the person does? How it is counted, and the limits: code_mix.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from culturefit.errors import UsageError
from culturefit.locales import english_name, parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._identify import NGrams
from culturefit.scorers._intruders import intruders
from culturefit.scorers._languages import base, family
from culturefit.scorers._romanised import ROMANISED, likely
from culturefit.scorers._scripts import letters, number
from culturefit.scorers._units import blank, long_enough, units
from culturefit.scoring import CriterionSpec, scorers
from culturefit.vocabulary import Unscored

__all__ = ["CodeMix"]

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Words that a text needs before its mixing can be told.
_LEAST: Final = 5
#: Share of words mixed in from which a reply is in another language.
_OTHER: Final = 0.9
#: Words of a window in which romanised Hindi is told from English.
_WINDOW: Final = 6
#: Probability below which a window is not romanised Hindi: a few words say less than a line.
_LIKELY_PART: Final = 0.2
_MOST: Final = 50
_ngrams: Final = NGrams()


class Mix(NamedTuple):
    """Words of a text, and the spans that are in another language."""

    words: int
    spans: list[tuple[int, int]]
    mixed: int

    @property
    def share(self) -> float:
        """Share of words mixed in, at most a half: the code-mixing index of two languages (Gambäck and Das 2014)."""
        return min(self.mixed / self.words, 0.5) if self.words else 0.0


@scorers.register("code_mix")
class CodeMix:
    """Whether the reply mixes in another language more than the person did.

    Args:
        tolerance: how much larger the reply's mixing index may be than the person's.
    """

    version = "1"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("code_mix", "code_mix"),)

    def __init__(self, tolerance: float = 0.15) -> None:
        if not 0 <= tolerance <= 0.5:
            raise UsageError(f"`tolerance` is {tolerance}; give a difference of mixing indices from 0 to 0.5.")
        self._tolerance = tolerance

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the score: 1 where the reply mixes no more than the person, however little it mixes."""
        reply = mixing(item.reply, item.language)
        unscored: Unscored | None = None
        if reply is None:
            unscored = "unsupported_language"
        elif reply.words < _LEAST:
            unscored = "too_short"
        elif reply.mixed > _OTHER * reply.words:
            unscored = "ambiguous"  # a reply in another language is no mixture: the scorer `language` says so
        if reply is None or unscored:
            return [Score("code_mix", "code_mix", None, None, unscored)]
        person = mixing(item.prompt, item.language) if item.prompt else None
        theirs = person.share if person and person.words >= _LEAST else 0.0
        excess = max(0.0, reply.share - theirs - self._tolerance)
        label = "more" if excess else "none" if not reply.mixed else "mirrored" if theirs else "some"
        if not item.prompt and excess:
            # Without the person's own words nobody can say what would be too much.
            return [Score("code_mix", "code_mix", None, label, "no_reference", detail={"index": round(reply.share, 3)})]
        value = 1.0 - min(1.0, excess / (0.5 - self._tolerance)) if excess else 1.0
        name = english_name(parse_locale(item.language).language)
        findings = tuple(
            Finding(
                start, end, "Fluency/Code-mixing", "minor", f"Not {name}; the person does not mix so.", "more-mixed"
            )
            for start, end in (reply.spans[:_MOST] if excess else [])
        )
        detail = {"index": round(reply.share, 3), "person": round(theirs, 3) if person else None}
        return [Score("code_mix", "code_mix", value, label, None, "minor" if findings else None, findings, detail)]


def mixing(text: str, tag: str) -> Mix | None:
    """Return what of a text is in another language than its locale's; None where that cannot be told."""
    locale = parse_locale(tag)
    language, script = base(locale.language), family(locale.script)
    bare = blank(text)
    words = [found.span() for found in _WORD.finditer(bare)]
    if script == "Latn" and language in ROMANISED and words:
        return _windows(bare, words, language)
    if script == "Latn":
        if language not in _ngrams.languages(script):
            return None
        # The scorer `language` looks into the same spans where it finds nothing wrong with them.
        own = [(each.start, each.end) for each in units(text, script) if each.script == script and long_enough(each)]
        spans = [(each.start, each.end) for each in intruders(bare, own, script, language)]
        return Mix(len(words), spans, sum(any(a <= start < b for a, b in spans) for start, _ in words))
    return _by_script(bare, words, script)


def _by_script(text: str, words: list[tuple[int, int]], script: str) -> Mix:
    """Latin words with a small first letter among words of another script; names and abbreviations are no mixing."""
    numbers = letters(text)
    latin = [
        (start, end)
        for start, end in words
        if numbers[start] == number("Latn") and text[start].islower() and end - start > 1
    ]
    # Languages without spaces have no words to count; their letters are weighed at two to the word.
    counted = len(words)
    if script in ("Hani", "Thai", "Khmr", "Laoo", "Mymr"):
        counted = len(latin) + int(np.count_nonzero(numbers) - sum(end - start for start, end in latin)) // 2
    return Mix(counted, latin, len(latin))


def _windows(text: str, words: list[tuple[int, int]], language: str) -> Mix:
    """Romanised Hindi, Urdu, Arabic: windows of words that are not told as the language are mixed in."""
    spans = []
    cuts = list(range(0, max(1, len(words) - _WINDOW + 2), _WINDOW))  # what is left over joins the last window
    for place, stop in zip(cuts, [*cuts[1:], len(words)], strict=True):
        start, end = words[place][0], words[stop - 1][1]
        if likely(text[start:end], language) < _LIKELY_PART:
            spans.append((start, end))
    return Mix(len(words), spans, sum(any(a <= start < b for a, b in spans) for start, _ in words))
