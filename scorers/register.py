"""register: does the reply keep to the form of address that fits the person? What, how well and the limits: register.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, cast

from culturefit.errors import UsageError
from culturefit.locales import english_name, parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers import _packs
from culturefit.scorers._due_language import not_in_due_language
from culturefit.scorers._linear import load_models
from culturefit.scorers._register_rules import LEVELS, Level, Marker, default_level, markers, table_key
from culturefit.scorers._units import blank
from culturefit.scoring import CriterionSpec, scorers
from culturefit.vocabulary import Severity, Unscored

__all__ = ["Register"]

_SENTENCE: Final = re.compile(r"[^.!?…。！？।۔؟\n]+[.!?…。！？।۔؟\"”»']*")
# Words that the reply suggests somebody else say are not its own address. Bounded, so that it runs in linear time.
_QUOTED: Final = re.compile(
    r"„[^“”\n]{1,300}[“”]|“[^”\n]{1,300}”|«[^»\n]{1,300}»|「[^」\n]{1,300}」|『[^』\n]{1,300}』|\"[^\"\n]{1,300}\""
)
#: Findings of one reply; more help nobody.
_MOST: Final = 50
#: What a sentence counts that is more formal than the person asked for.
_TOO_FORMAL: Final = 0.5
#: Sentences of the other level, against those of the main one, from which a reply is mixed.
_MIXED: Final = 0.2


class Said(NamedTuple):
    """A sentence that addresses the person."""

    start: int
    end: int
    level: Level
    marker: Marker


@scorers.register("register")
class Register:
    """Share of the sentences that address the person in the form that is expected.

    Args:
        expect: `formal` or `informal`; None: what the person used, else the locale pack, else the language's default.
    """

    version = "2"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("register", "register"),)

    def __init__(self, expect: Level | None = None) -> None:
        if expect not in (None, "formal", "informal"):
            raise UsageError(f"`expect` is {expect!r}; give formal, informal or null.")
        self._expect = expect

    @property
    def fingerprint(self) -> str:
        """Changes with the locale packs."""
        return _packs.fingerprint()

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the score; its findings are markers of a level that does not fit."""
        locale = parse_locale(item.language)
        key = table_key(locale.language, locale.script, locale.region)
        if key is None:
            return [Score("register", "register", None, None, "unsupported_language")]
        if reason := not_in_due_language(item):
            return [Score("register", "register", None, None, reason)]
        said = _said(item.reply, key)
        if not said:
            few: Unscored = "ambiguous" if len(item.reply) >= 40 else "too_short"
            return [Score("register", "register", None, "none", few)]
        counts = {level: sum(each.level == level for each in said) for level in ("formal", "informal")}
        main: Level = "formal" if counts["formal"] >= counts["informal"] else "informal"
        other: Level = "informal" if main == "formal" else "formal"
        label = "mixed" if counts[other] > _MIXED * counts[main] else main
        person = self._person(item, key)
        expected = self._expect or person or _pack_level(item.language) or default_level(key)
        target = expected or main
        value = sum(_worth(each, target, expected) for each in said) / len(said)
        detail: dict[str, Any] = {"expected": expected or "either", "sentences": counts}
        names = [
            each.marker.name
            for each in said
            if each.marker.name and each.level == (main if label != "mixed" else other)
        ]
        if names:
            detail["level"] = max(set(names), key=names.count)
        findings = _findings(said, target, expected, person, item, locale.language)
        worst = _worst(findings)
        return [Score("register", "register", value, label, None, worst, findings, detail)]

    def _person(self, item: ScoreInput, key: str) -> Level | None:
        """Return the level the person used; Korean and Japanese plain style in a monologue licenses nothing."""
        if not item.prompt:
            return None
        levels = {each.level for each in markers(_spoken(item.prompt), key)}
        if len(levels) != 1 or (key in ("ko", "ja") and levels == {"informal"}):
            return None
        return levels.pop()


def _said(reply: str, key: str) -> list[Said]:
    """Return the sentences that show a form of address: by rules, or by the model where no rule finds any."""
    text = _spoken(reply)
    spans = [(found.start(), found.end()) for found in _SENTENCE.finditer(text) if found.group().strip()]
    said: list[Said] = []
    found, place = markers(text, key), 0
    for start, end in spans:
        here = []
        while place < len(found) and found[place].start < end:
            if found[place].start >= start:
                here.append(found[place])
            place += 1
        for level in LEVELS:
            first = next((each for each in here if each.level == level and each.rude), None) or next(
                (each for each in here if each.level == level), None
            )
            if first:
                said.append(Said(start, end, level, first))
    return said or _by_model(text, spans, key)


def _by_model(text: str, spans: Sequence[tuple[int, int]], key: str) -> list[Said]:
    """Return the level of the text as a whole, its finding on the sentence that says it most plainly."""
    model = load_models("register_ngrams").get(key)  # `pt` is European: pt-BR has none
    if model is None or not spans:
        return []
    likely = [model.likely(text[start:end]) for start, end in spans]
    plain = [each for each in likely if abs(each - 0.5) >= model.abstain]
    # Sentences that say nothing to the person come out near even odds; where plain ones differ, the whole text decides.
    whole = plain[0] if plain and len({each > 0.5 for each in plain}) == 1 else model.likely(text)
    if abs(whole - 0.5) < model.abstain:
        return []
    level: Level = "formal" if whole > 0.5 else "informal"
    best = max(range(len(spans)), key=lambda each: likely[each] if level == "formal" else -likely[each])
    start, end = spans[best]
    start += len(text[start:end]) - len(text[start:end].lstrip())
    return [Said(start, end, level, Marker(start, end, level))]


def _spoken(text: str) -> str:
    """Return the text with code, links and quotations blanked: they are not the speaker's own address."""
    return _QUOTED.sub(lambda found: " " * len(found.group()), blank(text))


def _pack_level(tag: str) -> Level | None:
    pack = _packs.pack(tag)
    levels = (pack.get("register") or {}).get("levels") or [] if pack else []
    return cast(Level, levels[0]) if len(levels) == 1 else None


def _worth(each: Said, target: Level, expected: Level | None) -> float:
    if each.marker.rude:
        return 0.0
    if each.level == target:
        return 1.0
    return _TOO_FORMAL if expected == "informal" else 0.0


def _findings(
    said: Sequence[Said], target: Level, expected: Level | None, person: Level | None, item: ScoreInput, language: str
) -> tuple[Finding, ...]:
    found = []
    for each in said:
        if each.level == target and not each.marker.rude:
            continue
        severity: Severity = "major" if each.marker.rude or (expected == "formal") else "minor"
        words = item.reply[each.marker.start : each.marker.end]
        words = words if len(words) <= 30 else f"{words[:30]}…"
        rule = "ko-banmal" if language == "ko" and each.level == "informal" else f"{language}-{each.level}"
        if person and person == target:
            name = _level_name(item, language)
            why = f"the person writes {name}" if name else f"the person uses {person} address"
        elif expected:
            why = f"in {english_name(item.language)} {expected} address is expected here"
        else:
            why = f"the rest of the reply uses {target} address"
        message = f"“{words}” {_style(each.marker, language)}; {why}."
        found.append(Finding(each.marker.start, each.marker.end, "Fluency/Register", severity, message, rule))
    return tuple(found[:_MOST])


def _style(marker: Marker, language: str) -> str:
    """Return what a marker does, with the language's own name for it: "uses plain style (해체)"."""
    name = f" ({marker.name})" if marker.name and marker.name != marker.level else ""
    if language in ("ko", "ja"):
        return f"uses {'polite' if marker.level == 'formal' else 'plain'} style{name}"
    return f"is {marker.level} address{name}"


def _level_name(item: ScoreInput, language: str) -> str:
    """Return the language's own name for the level most of the person's turn is in."""
    key = table_key(language, parse_locale(item.language).script, parse_locale(item.language).region)
    names = [each.name for each in markers(_spoken(item.prompt or ""), key or "") if each.name] if key else []
    return max(set(names), key=names.count) if names else ""


def _worst(findings: Sequence[Finding]) -> Severity | None:
    if not findings:
        return None
    return "major" if any(each.severity == "major" for each in findings) else "minor"
