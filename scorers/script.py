"""script: is the reply written in the script its language is due in? What is measured, how, and the limits: script.md."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._han import han_variant
from culturefit.scorers._languages import CASED, base
from culturefit.scorers._romanised import typed_romanised
from culturefit.scorers._scripts import SCRIPTS, WEIGHTS, letters, members, number, weight
from culturefit.scorers._units import blank, script_runs
from culturefit.scoring import CriterionSpec, scorers
from culturefit.vocabulary import Severity

__all__ = ["Script"]

_HAN, _KANA, _HANG = number("Hani"), (number("Hira"), number("Kana")), number("Hang")
#: Han characters that may stand for each kana or Hangul letter, and how many (weighted) without any: a heading.
_HAN_PER_LETTER: Final = 9
_HAN_ALONE: Final = 24
#: Fewer letters than this in a script that is not due are an "OK", not a reply.
_FEW: Final = 10
#: Latin letters that are tolerated in a reply however short: two names of services.
_LATIN: Final = 20
#: Weighted letters from which a stretch in a script without spaces is no single word.
_SPACELESS: Final[dict[str, int]] = {"Hani": 16, "Hira": 20, "Kana": 24, "Thai": 15, "Laoo": 15, "Khmr": 15, "Mymr": 15}
_NAME_WORDS: Final = 4
#: Scripts whose letters look alike.
_ALIKE: Final = [number("Latn"), number("Cyrl"), number("Grek")]
#: Languages that people write in either of two scripts.
_DIGRAPHIC: Final[dict[str, frozenset[str]]] = {
    "sr": frozenset({"Cyrl", "Latn"}), "bs": frozenset({"Cyrl", "Latn"}), "uz": frozenset({"Cyrl", "Latn"}),
    "kk": frozenset({"Cyrl", "Latn"}), "pa": frozenset({"Guru", "Arab"}), "ku": frozenset({"Latn", "Arab"}),
}  # fmt: skip
#: Share of characters of the other way of writing Chinese that are taken for names.
_HAN_SLIP: Final = 0.1
#: Findings of one reply; more help nobody.
_MOST: Final = 50
_SENTENCE_WORDS: Final = 5


class Stretch(NamedTuple):
    """Letters of other scripts in a row: the span, how many, of which script (the first one's), and in how many words."""

    start: int
    end: int
    letters: int
    script: str
    words: int


@scorers.register("script")
class Script:
    """Share of the letters that are in the script due; single words and names of other scripts are tolerated.

    Args:
        tolerance: share of the letters that may be single words and names in other scripts; in Latin script, 20 letters
            are tolerated in a reply however short.
    """

    version = "3"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("script", "script"),)

    def __init__(self, tolerance: float = 0.1) -> None:
        if not 0 <= tolerance < 1:
            raise UsageError(f"`tolerance` is {tolerance}; give a share of the letters from 0 up to 1, such as 0.1.")
        self._tolerance = tolerance

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the score; its findings are stretches of two words or more in another script."""
        due = parse_locale(item.language).script
        text = blank(item.reply)
        numbers = letters(text)
        counts = np.bincount(numbers, minlength=len(SCRIPTS)) * WEIGHTS
        counts[0] = 0
        total = int(counts.sum())
        label = _main(counts) if total else None
        if due == "Zzzz":
            return [Score("script", "script", None, label, "unsupported_language")]
        expected = _expected(due, counts)
        for each in _of_the_person(item, parse_locale(item.language).language):
            expected[number(each)] = True
        inside = int(counts[expected].sum())
        other, told = _other_han(text, due)
        words = _mixed_words(text, numbers)
        if not other and not words and (total == inside or total < _FEW):
            return [
                Score("script", "script", 1.0, label) if inside else Score("script", "script", None, label, "too_short")
            ]
        detail = {"due": due, "letters": {SCRIPTS[each]: int(counts[each]) for each in np.flatnonzero(counts).tolist()}}
        tolerated = dict.fromkeys(detail["letters"], self._tolerance * total)
        tolerated["Latn"] = max(self._tolerance * total, _LATIN)
        findings: list[Finding] = [*other, *words][:_MOST]
        outside = 0.0
        for stretch in _stretches(text, numbers, expected):
            excess = float(stretch.letters)
            if inside and _set_aside(stretch, text):
                excess = max(0.0, stretch.letters - tolerated[stretch.script])
                tolerated[stretch.script] = max(0.0, tolerated[stretch.script] - stretch.letters)
            outside += excess
            if excess and len(findings) < _MOST:
                findings.append(_finding(stretch, due, alone=not inside))
        value = min(inside / (inside + outside), told) if inside + outside else told
        findings.sort(key=lambda each: each.start)
        return [Score("script", "script", value, label, None, _severity(value, findings), tuple(findings), detail)]


def _of_the_person(item: ScoreInput, language: str) -> tuple[str, ...]:
    """Return the script the person typed in, where their language is written in both: a reply may do the same."""
    if typed_romanised(item.prompt, base(language)):
        return ("Latn",)
    scripts = _DIGRAPHIC.get(language)
    if not scripts or not item.prompt:
        return ()
    main = SCRIPTS[int(np.bincount(letters(item.prompt), minlength=len(SCRIPTS))[1:].argmax()) + 1]
    return (main,) if main in scripts else ()


def _other_han(text: str, due: str) -> tuple[list[Finding], float]:
    """Return findings on Han characters of the other way of writing, and the share of those that are right."""
    if due not in ("Hans", "Hant"):
        return [], 1.0
    hans, hant = han_variant(text)
    mine, other = (hans, hant) if due == "Hans" else (hant, hans)
    # A few are names, or slips of a keyboard.
    if len(other) <= _HAN_SLIP * len(mine) or len(other) < 2:
        return [], 1.0
    findings: list[Finding] = []
    message = f"Characters of {'traditional' if due == 'Hans' else 'simplified'} writing where {_name(due)} is due."
    for place in other:
        if findings and findings[-1].end == place:
            findings[-1] = Finding(findings[-1].start, place + 1, "Fluency/Script", "major", message, "han-variant")
        else:
            findings.append(Finding(place, place + 1, "Fluency/Script", "major", message, "han-variant"))
    return findings, len(mine) / (len(mine) + len(other))


def _mixed_words(text: str, numbers: np.ndarray) -> list[Finding]:
    """Return findings on words that mix Latin, Cyrillic and Greek letters: look-alikes that no search and no screen reader knows."""
    among = np.isin(numbers, _ALIKE)
    places = np.flatnonzero(among)
    if not len(places) or (numbers[places] == numbers[places[0]]).all():
        return []
    findings, start = [], 0
    for stop in [*(np.flatnonzero(np.diff(places) > 1) + 1).tolist(), len(places)]:
        word = places[start:stop]
        start = stop
        if len(set(numbers[word].tolist())) > 1:
            first, last = int(word[0]), int(word[-1]) + 1
            findings.append(
                Finding(first, last, "Fluency/Script", "minor", "Letters of two scripts in one word.", "mixed-word")
            )
    return findings


def _severity(value: float, findings: Sequence[Finding]) -> Severity | None:
    # The other way of writing Han is read with effort; another script is not read at all.
    if not value and not any(each.rule == "han-variant" for each in findings):
        return "critical"
    if value < 0.5 or any(each.severity == "major" for each in findings):
        return "major"
    return "minor" if value < 1 or findings else None


def _main(counts: np.ndarray) -> str:
    """Return the main script: Jpan where kana are at least a tenth of Han and kana together, Kore never (it is Hang)."""
    kana = int(counts[list(_KANA)].sum())
    joined = counts.copy()
    if kana and 9 * kana >= counts[_HAN]:
        joined[_HAN] += kana
        joined[list(_KANA)] = 0
        top = int(joined.argmax())
        return "Jpan" if top == _HAN else SCRIPTS[top]
    return SCRIPTS[int(joined.argmax())]


def _expected(due: str, counts: np.ndarray) -> np.ndarray:
    """Return which script numbers are expected; Han characters in Japanese and Korean only beside kana and Hangul."""
    wanted = np.zeros(len(SCRIPTS), dtype=bool)
    wanted[[number(each) for each in members(due)]] = True
    wanted[0] = False
    if wanted[_HAN] and (wanted[list(_KANA)].any() or wanted[_HANG]):
        beside = int(counts[[*_KANA, _HANG]][wanted[[*_KANA, _HANG]]].sum())
        wanted[_HAN] = counts[_HAN] <= max(_HAN_ALONE, _HAN_PER_LETTER * beside)
    return wanted


def _stretches(text: str, numbers: np.ndarray, expected: np.ndarray) -> list[Stretch]:
    sides = np.where(numbers > 0, np.where(expected.take(numbers), 1, 2), 0)
    found = []
    for side, start, end, size in script_runs(sides):
        if side == 2:
            script = SCRIPTS[int(numbers[start])]
            words = sum(any(map(str.isalpha, word)) for word in text[start:end].split())
            found.append(Stretch(start, end, size * weight(script), script, words))
    return found


def _set_aside(stretch: Stretch, text: str) -> bool:
    """Return whether a stretch is a single word, or a name: up to four words that all begin with a capital."""
    if stretch.script in _SPACELESS:
        return stretch.letters < _SPACELESS[stretch.script]
    if stretch.words < 2:
        return True
    words = [word for word in text[stretch.start : stretch.end].split() if word[0].isalpha()]
    return stretch.script in CASED and len(words) <= _NAME_WORDS and all(word[0].isupper() for word in words)


def _finding(stretch: Stretch, due: str, *, alone: bool) -> Finding:
    """Return the finding on a stretch; `alone`: no letter of the reply is in the script due, so the person can read none of it."""
    long = stretch.words >= _SENTENCE_WORDS or stretch.letters >= 2 * _SPACELESS.get(stretch.script, stretch.letters)
    message = f"{_name(stretch.script)} script where {_name(due)} is due."
    severity: Severity = "critical" if alone else "major" if long else "minor"
    return Finding(stretch.start, stretch.end, "Fluency/Script", severity, message, "foreign-script")


@lru_cache(maxsize=256)
def _name(script: str) -> str:
    from babel import Locale

    return str(Locale("en").scripts.get(script, script))
