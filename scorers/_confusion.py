"""Line and word pass rate of the Language Confusion Benchmark, as its authors count them.

Source of the rules: Marchisio et al. 2024, "Understanding and Mitigating Language Confusion in LLMs", and the tables
published with the benchmark, which these functions reproduce within 0.1 percentage points with fastText's lid.176 model.

A reply is cut at a line "Q:" (a base model that goes on asking). ASCII punctuation is removed; lines of fewer than five
tokens are not judged, and replies without a line to judge are left out. A reply passes on lines if every judged line is in
the language asked for. Among those, in the languages of `WORD_LANGUAGES`, it passes on words if none of its tokens is an
English word of four letters or more that is written small. Rates are averaged over sources within a language, then over
languages; where no reply of a source is left to judge, its word pass rate is 1.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean
from typing import Final, NamedTuple

import numpy as np

from culturefit.locales import parse_locale
from culturefit.scorers._identify import NGrams
from culturefit.scorers._languages import HAN, NAMED, base, close, family, of_han
from culturefit.scorers._scripts import SCRIPTS, WEIGHTS, letters

__all__ = [
    "WORD_LANGUAGES", "Judged", "Rates", "english_words", "judge", "judged_lines", "lines_right", "pass_rates",
    "word_tokeniser",
]  # fmt: skip

#: Where a Latin word is a word error: languages of the benchmark in other scripts.
WORD_LANGUAGES: Final = frozenset({"ar", "hi", "ja", "ko", "ru", "zh"})
_LEAST_TOKENS: Final = 5
_LEAST_LETTERS: Final = 4
# A dash parts words, so it leaves a space; an Arabic comma goes as the ASCII one does.
_STRIP: Final = str.maketrans({**dict.fromkeys(string.punctuation + "،", ""), "—": " "})

Tokenise = Callable[[str], Sequence[str]]


class Judged(NamedTuple):
    """A reply's result: None where it has no line to judge, or no word error can be counted."""

    source: str
    language: str
    lines: bool | None
    words: bool | None


class Rates(NamedTuple):
    """Line and word pass rate in per cent; `words` is None without a language it is defined for."""

    lines: float | None
    words: float | None


def judged_lines(reply: str, tokenise: Tokenise) -> list[tuple[str, Sequence[str]]]:
    """Return the lines of a reply that are long enough to judge, without punctuation, each with its tokens."""
    text = reply.split("\nQ:", maxsplit=1)[0].strip().translate(_STRIP)
    lines = [(line, tokenise(line)) for line in text.split("\n")]
    return [(line, tokens) for line, tokens in lines if len(tokens) >= _LEAST_TOKENS]


def english_words(words: Iterable[str]) -> frozenset[str]:
    """Return the words of a word list that count as word errors."""
    stripped = (word.strip() for word in words)
    return frozenset(word for word in stripped if len(word) >= _LEAST_LETTERS and word.islower())


def judge(
    reply: str,
    source: str,
    language: str,
    tokenise: Tokenise,
    right: Callable[[list[str]], bool],
    english: frozenset[str],
) -> Judged:
    """Judge one reply; `right` says whether all lines it is given are in the language."""
    lines = judged_lines(reply, tokenise)
    if not lines:
        return Judged(source, language, None, None)
    passed = right([line for line, _ in lines])
    words = None
    if passed and language in WORD_LANGUAGES:
        words = not any(token.strip() in english for _, tokens in lines for token in tokens)
    return Judged(source, language, passed, words)


def pass_rates(judged: Iterable[Judged]) -> Rates:
    """Return the rates over sources within languages, then over languages, in per cent."""
    groups: dict[str, dict[str, list[Judged]]] = {}
    for each in judged:
        groups.setdefault(each.language, {}).setdefault(each.source, []).append(each)
    lines, words = [], []
    for language, sources in groups.items():
        lines.append(fmean(_share([each.lines for each in found]) for found in sources.values()))
        if language in WORD_LANGUAGES:
            words.append(fmean(_share([each.words for each in found]) for found in sources.values()))
    return Rates(100 * fmean(lines) if lines else None, 100 * fmean(words) if words else None)


def _share(passed: Sequence[bool | None]) -> float:
    told = [each for each in passed if each is not None]
    return sum(told) / len(told) if told else 1.0


def word_tokeniser(language: str) -> Tokenise:
    """Return the tokeniser of a language: jieba for Chinese, fugashi (MeCab) for Japanese, white space else.

    Raises:
        ImportError: the library is not installed (extra `bench`).
    """
    if language == "zh":
        import jieba

        jieba.setLogLevel("ERROR")
        return jieba.lcut  # type: ignore[no-any-return]
    if language == "ja":
        from fugashi import Tagger

        tagger = Tagger("-O wakati -b 50000")
        return lambda line: tagger.parse(line).split()
    return str.split


def lines_right(lines: list[str], language: str) -> bool:
    """Return whether our own identifier (scripts, then n-grams) says that every line is in the language.

    A line is judged by the script due where a third of its letters are in it (names and terms stand in other scripts), else
    by the script most of its letters are in. Languages too close to call (Indonesian and Malay) count as one, and weak
    evidence against the language does not fail a line.
    """
    locale = parse_locale(language)
    asked, due = base(locale.language), family(locale.script)
    groups: dict[str, list[list[str]]] = {}
    for line in lines:
        script = _script(line, due)
        if script in NAMED:
            said = of_han(line, asked) if script == HAN else NAMED[script][0]
            if said not in ("und", asked) and not close(said, asked):
                return False
        elif script:
            groups.setdefault(script, []).append([line])
    for script, group in groups.items():
        for (guess,) in _ngrams.identify(script, group, asked):
            if guess.against > _WEAK and not close(guess.language, asked):
                return False
    return True


def _script(line: str, due: str) -> str:
    """Return the family of scripts to judge a line by; empty where it has no letters."""
    counts = np.bincount(letters(line), minlength=len(SCRIPTS)) * WEIGHTS
    counts[0] = 0
    total = int(counts.sum())
    if not total:
        return ""
    if (
        sum(int(count) for script, count in zip(SCRIPTS, counts, strict=True) if count and family(script) == due) * 3
        >= total
    ):
        return due
    return family(SCRIPTS[int(counts.argmax())])


_ngrams: Final = NGrams()
#: Evidence (`Guess.against`) up to which a line is given the benefit of the doubt; the scorer itself asks for more.
_WEAK: Final = 0.3
