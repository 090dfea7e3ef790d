"""language: is each line of the reply in the language asked for? What is measured, how well, and the limits: language.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import inf
from typing import Any, Final, Literal, NamedTuple, cast

from culturefit.errors import UsageError
from culturefit.locales import english_name, parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers import _guess, _identify
from culturefit.scorers._identify import Guess
from culturefit.scorers._intruders import intruders
from culturefit.scorers._languages import CASED, HAN, NAMED, base, close, family, of_han
from culturefit.scorers._romanised import LIKELY, ROMANISED, likely, typed_romanised
from culturefit.scorers._scripts import weight
from culturefit.scorers._units import Unit, blank, long_enough, sentence_like, units
from culturefit.scoring import CriterionSpec, scorers
from culturefit.vocabulary import Severity, Unscored

__all__ = ["FOREIGN", "Language"]

#: `short`: too few letters to tell, or names only; `ambiguous`: letters enough, and still not told.
Outcome = Literal["right", "wrong", "ambiguous", "short"]

_SENTENCE_END: Final = re.compile(r"[.!?…][\"'”’»)*]{0,3}\s")
#: A line is cut at sentences of so many code points; a sentence of so many is judged wrong by itself, on more evidence.
_CUT: Final = 18
_SENTENCE: Final = 30
_STRICTER: Final = 2.0
#: Findings of one reply; more help nobody.
_MOST: Final = 50
#: Share of letters in the language below which a text is taken for another one's.
FOREIGN: Final = 0.5
_QUOTES: Final = "\"'“”„«‘(*_"
#: Share of the letters from which one language names the reply; below, it is `mixed`.
_MAIN: Final = 0.9


class Part(NamedTuple):
    """A span of the reply, its letters (weighted by `_scripts.weight`) and what was made of it."""

    start: int
    end: int
    letters: int
    language: str
    outcome: Outcome
    rule: str = "wrong-language"


@scorers.register("language")
class Language:
    """Share of the letters in the language asked for, among the lines that can be told.

    Args:
        identifier: `ngrams` (ours), or `py3langid`, `pycld2`, `langdetect` where installed.
        sure: evidence against the language asked for from which a line counts as wrong (`Guess.against`).
        second: an identifier that is asked about lines left undecided; it can clear a line, not fail it.
    """

    version = "2"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("language", "language"),)

    def __init__(self, identifier: str = "ngrams", sure: float = 2.0, second: str | None = None) -> None:
        if not 0 < sure < inf:
            raise UsageError(f"`sure` is {sure}; give a number above 0, such as 2.0.")
        self._identifier = _identify.identifier(identifier)
        self._second = _identify.identifier(second) if second else None
        self._sure = sure

    @staticmethod
    def guess_language(text: str) -> str:
        """Return the tag of the likeliest language, "und" where no letters of a known script stand."""
        return _guess.guess(text)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the score of the reply; its findings are the lines and sentences in another language."""
        locale = parse_locale(item.language)
        asked, due = base(locale.language), family(locale.script)
        romanised = (due == "Latn" and asked in ROMANISED) or typed_romanised(item.prompt, asked)
        parts = self._romanised(item.reply, asked) if romanised else self._parts(item.reply, asked, due)
        label = _label(parts, {asked: locale.language})
        sums: dict[Outcome, int] = dict.fromkeys(("right", "wrong", "ambiguous", "short"), 0)
        for part in parts:
            sums[part.outcome] += part.letters
        decided = sums["right"] + sums["wrong"]
        unscored: Unscored | None = None
        known = NAMED[due] if due in NAMED else self._identifier.languages(due)
        if not romanised and asked not in known:
            unscored = "unsupported_language"
        elif decided + sums["ambiguous"] == 0:
            unscored = "too_short"
        elif decided <= sums["ambiguous"]:
            unscored = "ambiguous"
        detail: dict[str, Any] = {"letters": sums}
        if unscored:
            return [Score("language", "language", None, label, unscored, detail=detail)]
        severity: Severity = "major" if sums["right"] else "critical"
        lines = [
            not any(part.outcome == "wrong" for part in parts if start <= part.start < end)
            for start, end in _lines(item.reply)
        ]
        detail["lines"] = {"all": len(lines), "right": sum(lines)}
        findings = tuple(
            Finding(part.start, part.end, "Fluency/Language", severity, _message(part, locale.language), part.rule)
            for part in [part for part in parts if part.outcome == "wrong"][:_MOST]
        )
        worst = severity if findings else None
        return [Score("language", "language", sums["right"] / decided, label, None, worst, findings, detail)]

    def check_text(self, text: str, language: str, speaker_gender: str | None) -> str | None:
        """Return what is wrong with a text that a person is said to have written in `language`, or None."""
        del speaker_gender
        (found,) = self.score(ScoreInput(text, language))
        if found.value is None or found.value >= FOREIGN:
            return None
        return f"is mostly not in {english_name(language)} (it looks like {found.label}); write it in the locale's language"

    def _parts(self, reply: str, asked: str, due: str) -> list[Part]:
        """Judge every unit of the reply; those of one script together, because identifiers are faster on many texts."""
        text = blank(reply)
        parts: list[Part] = []
        groups: dict[str, list[Unit]] = {}
        for unit in units(reply, due):
            if not long_enough(unit):
                parts.append(Part(unit.start, unit.end, _weighed(unit), "und", "short"))
            elif unit.script in NAMED:
                parts.append(_by_script(unit, text, asked))
            else:
                groups.setdefault(unit.script, []).append(unit)
        for script, group in groups.items():
            parts += self._identified(script, group, text, asked, foreign=script != due)
        return sorted(self._with_intruders(parts, text, asked, due) if due in CASED else parts)

    def _romanised(self, reply: str, asked: str) -> list[Part]:
        """Judge the lines of a reply that is due in Latin letters in a language usually written otherwise."""
        text = blank(reply)
        parts: list[Part] = []
        for unit in units(reply, "Latn"):
            piece = text[unit.start : unit.end]
            language, outcome = "und", "short"
            if unit.script != "Latn":
                # The right language in its own script is for the scorer `script` to judge.
                language, outcome = (asked, "right") if _at_home(unit.script, asked) else ("und", "wrong")
            elif long_enough(unit):
                if likely(piece, asked) >= LIKELY:
                    language, outcome = asked, "right"
                else:
                    ((guess,),) = self._identifier.identify("Latn", [[piece]], asked)
                    language, outcome = guess.language, "wrong" if guess.fits else "ambiguous"
            parts.append(Part(unit.start, unit.end, _weighed(unit), language, cast(Outcome, outcome)))
        return sorted(parts)

    def _identified(self, script: str, group: list[Unit], text: str, asked: str, *, foreign: bool) -> list[Part]:
        """Judge units of one script; a line of several sentences is judged as a whole and sentence by sentence."""
        cuts = [_sentences(text, unit) if script in CASED else [(unit.start, unit.end)] for unit in group]
        lines = [[text[start:end] for start, end in cut] for cut in cuts]
        parts: list[Part] = []
        for unit, cut, (guess, *guesses) in zip(
            group, cuts, self._identifier.identify(script, lines, asked), strict=True
        ):
            whole = self._whole(unit, guess, text, asked, foreign=foreign)
            pieces = [self._sentence(*each, text, asked, whole) for each in zip(cut, guesses, strict=False)]
            parts += _merged(pieces, text) if any(each.outcome != whole.outcome for each in pieces) else [whole]
        return parts

    def _whole(self, unit: Unit, guess: Guess, text: str, asked: str, *, foreign: bool) -> Part:
        piece = text[unit.start : unit.end]
        outcome = self._outcome(guess, asked, self._sure)
        if outcome != "right" and foreign and unit.script in CASED and not sentence_like(piece):
            outcome = "short"  # the names of services in a list
        if outcome == "ambiguous" and self._second and not close(guess.language, asked):
            ((other,),) = self._second.identify(unit.script, [[piece]], asked)
            if other.fits and not other.against:
                outcome = "right"
        return Part(unit.start, unit.end, _weighed(unit), asked if outcome == "right" else guess.language, outcome)

    def _sentence(self, span: tuple[int, int], guess: Guess, text: str, asked: str, whole: Part) -> Part:
        """Judge a sentence by itself where it is plain, else as the line it stands in."""
        language, outcome = whole.language, whole.outcome
        if guess.fits and not guess.against:
            language, outcome = asked, "right"
        elif guess.fits and self._outcome(guess, asked, _STRICTER * self._sure) == "wrong":
            piece = text[slice(*span)]
            if len(piece) >= _SENTENCE and sentence_like(piece) and piece[0] not in _QUOTES:
                language, outcome = guess.language, "wrong"
        return Part(*span, 0, language, outcome)

    def _outcome(self, guess: Guess, asked: str, sure: float) -> Outcome:
        if not guess.against:
            return "right" if guess.fits else "ambiguous"
        if close(guess.language, asked) or guess.against < (sure if guess.fits else _STRICTER * sure):
            return "ambiguous"
        # Where the language asked for is not written so, a text that fits no language may be it in borrowed letters.
        return "wrong" if guess.fits or guess.against < inf else "ambiguous"

    def _with_intruders(self, parts: list[Part], text: str, asked: str, script: str) -> list[Part]:
        """Cut clauses in another language out of parts that are else in the one asked for."""
        whole = [part for part in parts if part.outcome in ("right", "ambiguous")]
        found = intruders(text, [(part.start, part.end) for part in whole], script, asked)
        if not found:
            return parts
        cut = [part for part in parts if part not in whole]
        for part in whole:
            inside = [each for each in found if part.start <= each.start < part.end]
            rest = "".join(
                text[start:end]
                for start, end in zip(
                    [part.start, *(e.end for e in inside)], [*(e.start for e in inside), part.end], strict=True
                )
            )
            if part.outcome == "ambiguous" and inside:
                ((guess, *_),) = self._identifier.identify(script, [[rest]], asked)
                if not guess.fits or guess.against:
                    cut.append(part)  # what is left is not told either
                    continue
            letters = [sum(map(str.isalpha, text[each.start : each.end])) for each in inside]
            cut += [
                Part(each.start, each.end, count, each.language, "wrong", "intruder")
                for each, count in zip(inside, letters, strict=True)
            ]
            left = max(0, part.letters - sum(letters))
            cut.append(part._replace(letters=left, language=asked if inside else part.language,
                                     outcome="right" if inside else part.outcome))  # fmt: skip
        return cut


def _at_home(script: str, language: str) -> bool:
    return {"hi": "Deva", "ur": "Arab", "ar": "Arab"}.get(language) == script


def _lines(reply: str) -> list[tuple[int, int]]:
    """Return the spans of the lines that have a letter."""
    spans, start = [], 0
    for line in reply.split("\n"):
        if any(map(str.isalpha, line)):
            spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _by_script(unit: Unit, text: str, asked: str) -> Part:
    found = of_han(text[unit.start : unit.end], asked) if unit.script == HAN else NAMED[unit.script][0]
    outcome: Outcome = "wrong"
    if found in ("und", asked):
        outcome = "right" if found == asked else "short"
    elif close(found, asked):
        outcome = "ambiguous"
    return Part(unit.start, unit.end, _weighed(unit), found, outcome)


def _sentences(text: str, unit: Unit) -> list[tuple[int, int]]:
    """Cut a unit at sentence ends into spans that are long enough to be judged."""
    spans, start = [], unit.start
    for found in _SENTENCE_END.finditer(text, unit.start, unit.end):
        if min(found.end() - start, unit.end - found.end()) >= _CUT:
            spans.append((start, found.start() + len(found.group().rstrip())))
            start = found.end()
    return [*spans, (start, unit.end)]


def _merged(parts: list[Part], text: str) -> list[Part]:
    """Join neighbouring sentences of one outcome and language, and count their letters."""
    joined: list[Part] = []
    for part in parts:
        if joined and joined[-1][3:] == part[3:]:
            joined[-1] = joined[-1]._replace(end=part.end)
        else:
            joined.append(part)
    return [part._replace(letters=sum(map(str.isalpha, text[part.start : part.end]))) for part in joined]


def _weighed(unit: Unit) -> int:
    return unit.letters * weight(unit.script)


def _label(parts: Sequence[Part], ours: dict[str, str]) -> str:
    """Return the tag of the language most letters are in, `mixed` or `und`."""
    sums: dict[str, int] = {}
    for part in parts:
        if part.language != "und":
            tag = ours.get(part.language, part.language)
            sums[tag] = sums.get(tag, 0) + part.letters
    tag = max(sums, key=lambda each: (sums[each], each), default="und")
    return tag if tag == "und" or sums[tag] >= _MAIN * sum(sums.values()) else "mixed"


def _message(part: Part, due: str) -> str:
    due = english_name(due)
    return (
        f"This is not {due}."
        if part.language == "und"
        else f"This looks like {english_name(part.language)}, not {due}."
    )
