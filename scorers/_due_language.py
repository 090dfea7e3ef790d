"""Is a reply in the language it is due in? Asked where a list of that language found nothing: of another language that says nothing.

What a list *finds* stands whatever the reply is in. The answer: its script where a script is one language's; else words that are
common in the language due (data/common_words.yaml) against those of others; else what the scorer `language` decides.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

import numpy as np
import yaml

from culturefit.locales import parse_locale
from culturefit.records import ScoreInput
from culturefit.scorers._languages import HAN, NAMED, base, close, family, of_han
from culturefit.scorers._romanised import LIKELY, ROMANISED, likely, typed_romanised
from culturefit.scorers._scripts import SCRIPTS, WEIGHTS, letters, members, number
from culturefit.scorers._units import blank, unquoted
from culturefit.scorers.language import FOREIGN, Language
from culturefit.vocabulary import Unscored

__all__ = ["not_in_due_language"]

#: Fewer letters than this, none of them in the script due, are an "OK" (as in `script`).
_FEW: Final = 10
#: Times as many words of the language due as of another, or words more of another, from which nothing else is asked.
_CLEAR: Final = 2
#: More of a reply does not change the answer.
_MOST: Final = 6000
#: Joins two parts of a name: "Línea de la Vida" makes no reply Spanish.
_PARTICLE: Final = 3
_ENDS: Final = '.,!?…:;()[]{}*_~"«»“”„‹›–—-¿¡।॥،؛؟。、・/|#>\u200e\u200f'
_ARABIC: Final = str.maketrans("أإآٱىة", "اااايه", "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652")
_language: Final = Language()


class _Said(NamedTuple):
    """What common words say."""

    #: The language due, clearly or just so.
    clear: bool
    due: bool
    #: Another language; English, and not one word of the language due: "please call … at …" and a name.
    other: bool
    english: bool


_NOTHING: Final = _Said(clear=False, due=False, other=False, english=False)


def not_in_due_language(item: ScoreInput) -> Unscored | None:
    """Return why a list that found nothing in the reply says nothing of it, or None: the reply is in the language due.

    `wrong_language`: it is in another one; `too_short`: nothing shows which it is in; `ambiguous`: letters enough, and still not told.
    """
    return _reason(item.reply, item.language, item.prompt)


# All scorers of one reply ask, one after the other.
@lru_cache(maxsize=4)
def _reason(reply: str, tag: str, prompt: str | None) -> Unscored | None:
    locale = parse_locale(tag)
    asked, due = base(locale.language), family(locale.script)
    text = unquoted(blank(reply)[:_MOST])
    if not letters(text).any():
        text = blank(reply)[:_MOST]  # all of it stands in quotation marks
    counts = np.bincount(letters(text), minlength=len(SCRIPTS)) * WEIGHTS
    counts[0] = 0
    total = int(counts.sum())
    romanised = (due == "Latn" and asked in ROMANISED) or typed_romanised(prompt, asked)
    inside = int(counts[[number(each) for each in _written(locale.script, due, romanised=romanised)]].sum())
    mainly = 2 * inside > total
    if mainly and asked in NAMED.get(due, ()):
        found = of_han(text, asked) if due == HAN else asked
        return None if found in ("und", asked) or close(found, asked) else "wrong_language"
    said = _words(text, "hi-Latn" if romanised and asked in ("hi", "ur") else asked, asked) if mainly else _NOTHING
    if said.clear or said.english:
        return "wrong_language" if said.english else None
    if not inside and _romanised(text, asked):
        return "ambiguous"
    (score,) = _language.score(ScoreInput(reply, tag, prompt=prompt))
    if score.value is not None:
        return None if score.value >= FOREIGN else "wrong_language"
    # No list here knows a language that the identifiers do not know either.
    unknown = score.unscored == "unsupported_language" and mainly
    if not said.other and (said.due or unknown or close(score.label or "und", asked)):
        return None
    return _undecided(said, foreign=not inside and total >= _FEW, long=score.unscored == "ambiguous")


def _undecided(said: _Said, *, foreign: bool, long: bool) -> Unscored:
    """Return the reason where `language` decides nothing; `foreign`: a few letters, and none in the script due."""
    if foreign or said.other:
        return "wrong_language"
    return "ambiguous" if long else "too_short"


def _romanised(text: str, asked: str) -> bool:
    """Return whether a text in Latin letters is in a language due in its own script: that is no other language, and no list reads it."""
    spelled = asked in ("hi", "ur") and _words(text, "hi-Latn", asked).due
    return spelled or (asked in ROMANISED and likely(text, asked) >= LIKELY)


def _written(script: str, due: str, *, romanised: bool) -> frozenset[str]:
    """Return the scripts whose letters are in the language due; Han characters alone are no Korean."""
    if romanised:
        return frozenset({"Latn"})
    return {HAN: frozenset({"Hani", "Hira", "Kana", "Bopo"}), "Hang": frozenset({"Hang"})}.get(due) or members(script)


def _words(text: str, key: str, asked: str) -> _Said:
    """Hold the common words of a text in the language due against those of each other language of the list."""
    keys, rows, table = _table()
    if key not in keys:
        return _NOTHING
    text = unicodedata.normalize("NFC", text.replace("İ", "i").replace("’", " ").replace("'", " "))
    if key == "ar":
        text = text.translate(_ARABIC)
    tokens = text.split()
    found = []
    for place, token in enumerate(tokens):
        row = _row(rows, token.strip(_ENDS).casefold())
        if row is not None and not (len(token) <= _PARTICLE and _in_name(tokens, place)):
            found.append(row)
    if not found:
        return _NOTHING
    column, others, english = _columns(key, asked)
    hits = table.take(found, axis=0)
    mine = hits[:, column]
    both = mine @ hits
    # What two languages share counts for neither.
    theirs = hits.sum(axis=0) - both
    ahead = mine.sum() - both - theirs
    due = bool(mine.any() and ahead[others].min() >= 0 and (english is None or ahead[english] > 0))
    clear = due and bool((ahead >= (_CLEAR - 1) * theirs)[others].all())
    alone = english is not None and bool(theirs[english] >= _CLEAR and ahead[english] == -theirs[english])
    return _Said(clear, due, bool(ahead[others].min() <= -_CLEAR), alone)


@lru_cache(maxsize=64)
def _columns(key: str, asked: str) -> tuple[int, np.ndarray, int | None]:
    """Return the columns of a language, of those it is held against, and of English among them."""
    keys, _, _ = _table()
    others = [place for place, each in enumerate(keys) if each != key and not close(each, asked)]
    english = keys.index("en")
    return keys.index(key), np.array(others), english if english in others else None


def _row(rows: dict[str, int], word: str) -> int | None:
    row = rows.get(word)
    # The Arabic "and" is written with its word.
    return rows.get(word[1:]) if row is None and word.startswith("و") else row


def _in_name(tokens: list[str], place: int) -> bool:
    """Return whether a short word joins words with capitals: "de la" of a name."""
    if not tokens[place].islower():
        return False
    before = next((each for each in reversed(tokens[max(0, place - 2) : place]) if len(each) > _PARTICLE), "")
    after = next((each for each in tokens[place + 1 : place + 3] if len(each) > _PARTICLE), "")
    return before[:1].isupper() and after[:1].isupper()


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[str, ...], dict[str, int], np.ndarray]:
    """Return the languages, word -> row, and rows × languages: 1 where the word is common in the language."""
    text = (resources.files("culturefit.scorers") / "data" / "common_words.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data: dict[str, str] = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader either way
    keys = tuple(data)
    listed = {
        key: set(unicodedata.normalize("NFC", each.translate(_ARABIC) if key == "ar" else each).split())
        for key, each in data.items()
    }
    rows = {word: row for row, word in enumerate(sorted(set().union(*listed.values())))}
    table = np.zeros((len(rows), len(keys)), dtype=np.float32)
    for column, key in enumerate(keys):
        for word in listed[key]:
            table[rows[word], column] = 1
    return keys, rows, table
