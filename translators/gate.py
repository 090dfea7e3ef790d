"""The gate: is a translation fit to be sent to a model? What each check looks at, and its limits: docs/gate.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import log, log10, sqrt
from pathlib import Path
from typing import Any, Final, Literal

from culturefit.errors import UsageError
from culturefit.locales import english_name, parse_locale
from culturefit.records import Finding, ScoreInput
from culturefit.scorers._scripts import letters, members, number
from culturefit.scorers.language import Language
from culturefit.translators import _texts
from culturefit.translators._manners import manners
from culturefit.translators._meaning import returned, similar
from culturefit.vocabulary import Severity

__all__ = ["Gate", "Judged", "Verdict"]

Verdict = Literal["pass", "review", "block"]

#: How far a converted number may be rounded: a twelfth.
_ROUNDED: Final = log10(13 / 12)
_LATIN: Final = re.compile(r"[A-Za-z][\w'’.-]*")
#: Languages whose day of twelve hours starts at six, and those that hardly mark the end of a sentence.
_FROM_SIX: Final = frozenset({"sw", "am"})
_UNMARKED: Final = frozenset({"th", "lo", "km"})
#: Marks that Apertium puts before words it does not know or cannot inflect.
_UNKNOWN: Final = re.compile(r"(?<!\S)[*@#][^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Judged:
    """The gate's word on one text; a critical finding blocks, a major one asks for review, the others are notes."""

    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Gate:
    """Compares a translation with its source.

    Args:
        thresholds: values that replace those of data/gate.yaml, by name.
        keep: terms that must stand in the translation as they stand in the source.
        semantic: whether vectors are compared as well (extra `semantic`).
        glossary: source term -> the translations allowed.

    Raises:
        UsageError: a threshold of a name that does not exist.
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)
    keep: Sequence[str] = ()
    semantic: bool = False
    glossary: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = _data()["thresholds"]
        for name in self.thresholds:
            if name not in known:
                raise UsageError(f"The gate has no threshold '{name}'; there are {', '.join(sorted(known))}.")

    def judge(
        self, source: str, target: str, source_locale: str, target_locale: str, *, speaker_gender: str | None = "any",
        back: str | None = None,
    ) -> Judged:  # fmt: skip
        """Return the verdict on `target` as a translation of `source`.

        Args:
            source: the text translated, in `source_locale`.
            target: the translation; offsets of findings are in it.
            source_locale: BCP-47 tag.
            target_locale: BCP-47 tag.
            speaker_gender: of the person who speaks, as in a rendering: f, m, x; None where the text must not show it; any:
                do not look.
            back: `target` as an engine translated it back; None: nobody did.
        """
        limits = {**_data()["thresholds"], **self.thresholds}
        found = list(_checks(source, target, source_locale, target_locale, limits))
        if self.semantic and target.strip():
            found += similar(source, target, source_locale, target_locale, limits)
        if back is not None:
            found += returned(source, target, back, limits)
        found += manners(source, target, source_locale, target_locale, speaker_gender)
        found += self._terms(source, target)
        worst = {each.severity for each in found}
        verdict: Verdict = "block" if "critical" in worst else "review" if "major" in worst else "pass"
        return Judged(verdict, tuple(found))

    def _terms(self, source: str, target: str) -> Iterator[Finding]:
        for term in self.keep:
            if term in source and term not in target:
                yield _whole(target, "Terminology", "major", f"'{term}' is to stay as it is.", "keep")
        low_source, low_target = source.casefold(), target.casefold()
        for term, allowed in self.glossary.items():
            present = re.search(rf"\b{re.escape(term.casefold())}\b", low_source)
            if present and not any(each.casefold() in low_target for each in allowed):
                say = f"'{term}' is to be {' or '.join(allowed)}."
                yield _whole(target, "Terminology/Inconsistent with terminology resource", "major", say, "glossary")


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    import yaml

    read: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "data" / "gate.yaml").read_text(encoding="utf-8"))
    return read


@lru_cache(maxsize=1)
def _language() -> Language:
    return Language()


def _whole(target: str, category: str, severity: Severity, message: str, rule: str) -> Finding:
    return Finding(0, len(target), category, severity, message, rule)


def _checks(source: str, target: str, of: str, into: str, limits: Mapping[str, float]) -> Iterator[Finding]:
    if not target.strip():
        yield _whole(target, "Accuracy/Omission", "critical", "The translation is empty.", "empty")
        return
    yield from _slots(source, target)
    plain = _texts.PLACEHOLDER.sub(" ", target)
    yield from _script(source, plain, into, limits)
    yield from _in_language(plain, into, limits)
    if parse_locale(of).language != parse_locale(into).language:
        yield from _left(source, target, limits)
    yield from _numbers(source, target, into)
    yield from _amount(source, target, of, into, limits)
    share = _texts.repeated(target) - _texts.repeated(source)
    if share > limits["repeated"]:
        yield _whole(target, "Fluency/Duplication", "major", f"{share:.0%} of it is said twice.", "repetition")


def _slots(source: str, target: str) -> Iterator[Finding]:
    due, there = _texts.placeholders(source), _texts.placeholders(target)
    for each in sorted(due.keys() | there.keys()):
        if due[each] != there[each]:
            say = f"{each} stands {there[each]} times here and {due[each]} times in the source."
            yield _whole(target, "Accuracy/Omission", "critical", say, "placeholder")
    for each in _texts.LINK.findall(source):
        if each not in target:
            yield _whole(target, "Accuracy/Omission", "major", f"'{each}' is missing.", "link")


def _script(source: str, target: str, into: str, limits: Mapping[str, float]) -> Iterator[Finding]:
    due = parse_locale(into).script
    found = letters(target)
    found = found[found > 0]
    allowed = {number(each) for each in members(due)}
    if not len(found) or not any(allowed):
        return
    share = sum(int((found == each).sum()) for each in allowed) / len(found)
    if limits["script_block"] <= share < limits["script_review"]:
        # Names that stand as in the source are no fault; if all of it stands so, `untranslated` says it.
        kept = set(_texts.words(source))
        found = letters(
            " ".join(each for each in _LATIN.sub(lambda m: "" if m[0].casefold() in kept else m[0], target).split())
        )
        found = found[found > 0]
        share = sum(int((found == each).sum()) for each in allowed) / max(1, len(found))
    if share < limits["script_block"]:
        yield _whole(target, "Fluency/Script", "critical", f"Only {share:.0%} of the letters are {due}.", "script")
    elif share < limits["script_review"]:
        yield _whole(target, "Fluency/Script", "major", f"Only {share:.0%} of the letters are {due}.", "script")


def _in_language(target: str, into: str, limits: Mapping[str, float]) -> Iterator[Finding]:
    (score,) = _language().score(ScoreInput(target, into))
    if score.value is None:
        if score.label not in ("und", "mixed", None) and score.unscored == "ambiguous":
            say = f"It may be {english_name(score.label or '')}, not {english_name(into)}."
            yield _whole(target, "Fluency/Language", "minor", say, "language")
        return
    severity: Severity | None = "critical" if score.value < limits["language_block"] else None
    if severity is None and score.value < limits["language_review"]:
        severity = "major"
    for each in score.findings:
        yield Finding(each.start, each.end, each.category, severity or "minor", each.message, "language")


def _left(source: str, target: str, limits: Mapping[str, float]) -> Iterator[Finding]:
    theirs = set(_texts.shingles(source))
    ours = _texts.shingles(target)
    share = sum(each in theirs for each in ours) / len(ours) if ours else float(source.strip() == target.strip())
    if share >= limits["left_review"]:
        severity: Severity = "critical" if share >= limits["left_block"] else "major"
        yield _whole(
            target, "Accuracy/Untranslated", severity, f"{share:.0%} of it stands as in the source.", "untranslated"
        )
    for found in _UNKNOWN.finditer(target):
        if found.group().casefold() not in source.casefold() and not (found.group()[0] == "@" and "@" in source):
            yield Finding(
                found.start(),
                found.end(),
                "Accuracy/Untranslated",
                "major",
                "The engine did not know this word.",
                "unknown-word",
            )


def _numbers(source: str, target: str, into: str) -> Iterator[Finding]:
    due, there = _texts.numbers(source), _texts.numbers(target)
    missing, extra = due - there, there - due
    # One that is only missing may be written in words. One that is only extra may stand in words in the source; beside a
    # missing one it is taken for a change.
    spelt = frozenset[str]() if missing else _texts.worded(source)
    shift = 6 if parse_locale(into).language in _FROM_SIX else 0
    metric = _texts.metric(source)
    new = sorted(
        each
        for each in extra
        if each not in spelt and not _converted(each, missing, shift) and not _measured(each, metric)
    )
    if new:
        say = f"{', '.join(sorted(missing)) or 'nothing'} became {', '.join(new)} (digits only, without zeros at the end)."
        yield _whole(target, "Accuracy/Number", "major", say, "number")


def _measured(each: str, metric: Sequence[float]) -> bool:
    """Tell whether a number is one of the measures, whatever its power of ten and rounded to a twelfth."""
    return any(abs((log10(int(each) / value) + 0.5) % 1 - 0.5) < _ROUNDED for value in metric if int(each))


def _converted(each: str, missing: Mapping[str, int], shift: int) -> bool:
    """Tell whether a number is one of the source's on another clock, a decade or a part of one."""
    value = int(each)
    for other in missing:
        there = int(other)
        if value in {there + 12, there + 1200, 10 * there + 1200, (there + 12) // 10 if not (there + 12) % 10 else -1}:
            return True
        if shift and shift in (abs(value - there), abs(value - 10 * there), abs(10 * value - there)):
            return True
        if re.fullmatch(r"1[6-9]\d|20\d", other) and other.endswith(each):  # the 1980s, the 80s
            return True
        if other != each and len(other) > len(each) > 1 and (other.endswith(each) or other.startswith(each)):
            return True
    return False


def _amount(source: str, target: str, of: str, into: str, limits: Mapping[str, float]) -> Iterator[Finding]:
    """Compare length and the number of sentences: what is dropped or added shows in both."""
    table: dict[str, list[float]] = _data()["lengths"]
    one, two = (table.get(parse_locale(each).tag) or table.get(parse_locale(each).language) for each in (of, into))
    less = _texts.sentences(source) - _texts.sentences(target)
    if parse_locale(into).language in _UNMARKED:
        less = 0
    lines = source.strip().count("\n") - target.strip().count("\n")
    if one is None or two is None:
        return
    spread = sqrt(one[1] ** 2 + two[1] ** 2) / sqrt(max(0.25, len(source) / 100)) + limits["length_floor"]
    off = (log(max(1, len(target)) / max(1, len(source))) - (two[0] - one[0])) / spread
    short = off < -limits["length"] or (less > 0 and off < -limits["length_and_sentence"])
    long = off > limits["length"] or (less < 0 and off > limits["length_and_sentence_long"])
    if short or long or lines:
        what = "Omission" if short or lines > 0 else "Addition"
        size = "shorter" if off < 0 else "longer"
        sentences = f"{_texts.sentences(target)} sentences for {_texts.sentences(source)}"
        say = (
            f"Much {size} than translations of such a text are ({len(target)} characters for {len(source)}, {sentences})."
            if short or long
            else f"Has {target.strip().count(chr(10)) + 1} lines where the source has {source.strip().count(chr(10)) + 1}."
        )
        yield _whole(target, f"Accuracy/{what}", "major", say, "length")
