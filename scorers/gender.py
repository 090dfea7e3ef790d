"""gender: does the reply assume the person's gender, or contradict it? What is looked for, and the limits: gender.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Literal, NamedTuple

import yaml

from culturefit.locales import parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._languages import base
from culturefit.scorers._units import blank
from culturefit.scoring import CriterionSpec, scorers
from culturefit.vocabulary import Severity

__all__ = ["Gender"]

_QUOTED: Final = re.compile(r"„[^“”\n]{1,300}[“”]|“[^”\n]{1,300}”|«[^»\n]{1,300}»|\"[^\"\n]{1,300}\"")
_MOST: Final = 50
#: What a form counts where the person's gender is not known: a masculine may be meant as generic.
_GENERIC_MASCULINE: Final = 0.75

Side = Literal["f", "m"]


class Rules(NamedTuple):
    """A language's patterns."""

    split: re.Pattern[str]
    you: tuple[re.Pattern[str], ...]
    me: tuple[re.Pattern[str], ...]


@scorers.register("gender")
class Gender:
    """Forms that address the person as a woman or as a man, against what is known of them."""

    version = "1"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("gender", "gender"),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the score; its findings are forms that contradict the person's gender, or guess it."""
        rules = _rules(base(parse_locale(item.language).language))
        if rules is None:
            return [Score("gender", "gender", None, None, "unsupported_language")]
        text = _QUOTED.sub(lambda found: " " * len(found.group()), blank(item.reply))
        open_forms = [found.span() for found in rules.split.finditer(text)]
        forms = _forms(text, rules.you, open_forms)
        known = item.speaker_gender or _own(item.prompt, rules)
        sides = {side for *_, side in forms}
        if not forms:
            if open_forms:
                return [Score("gender", "gender", 1.0, "neutral", detail={"person": known})]
            return [Score("gender", "gender", None, "none", "ambiguous", detail={"person": known})]
        label = sides.pop() if len(sides) == 1 else "mixed"
        value = sum(_worth(side, known) for *_, side in forms) / len(forms)
        findings = tuple(_finding(*form, known) for form in forms if _worth(form[2], known) < 1)[:_MOST]
        worst: Severity | None = None
        if findings:
            worst = "major" if any(each.severity == "major" for each in findings) else "minor"
        detail: dict[str, Any] = {"person": known, "forms": len(forms)}
        return [Score("gender", "gender", value, label, None, worst, findings, detail)]

    def check_text(self, text: str, language: str, speaker_gender: str | None) -> str | None:
        """Return what a prompt gives away about its speaker that the file does not say, or None."""
        rules = _rules(base(parse_locale(language).language))
        if rules is None:
            return None
        shown = _own(text, rules)
        if shown is None and speaker_gender in ("f", "m"):
            # Somebody else may be heard in a text, too; mostly the other forms is another matter.
            plain = _QUOTED.sub(lambda found: " " * len(found.group()), text)
            sides = [
                side for *_, side in _forms(plain, rules.me, [each.span() for each in rules.split.finditer(plain)])
            ]
            shown = "m" if speaker_gender == "f" else "f"
            if sides.count(shown) < 2 or sides.count(shown) <= len(sides) - sides.count(shown):
                return None
        if shown is None or speaker_gender == shown:
            return None
        if speaker_gender in ("f", "m"):
            return f"shows a speaker of the other gender ({shown}) than `speaker_gender: {speaker_gender}`"
        name = {"f": "a woman", "m": "a man"}[shown]
        return f"shows that {name} is speaking; rephrase it, or write `speaker_gender: {shown}`"


def _forms(
    text: str, patterns: Sequence[re.Pattern[str]], open_forms: Sequence[tuple[int, int]]
) -> list[tuple[int, int, Side]]:
    found: dict[int, tuple[int, int, Side]] = {}
    for pattern in patterns:
        for match in pattern.finditer(text):
            side: Side = "f" if match.group("f") is not None else "m"
            end = match.end()
            if not any(start <= match.start(side) < stop for start, stop in open_forms):
                found.setdefault(match.start(), (match.start(), end, side))
    return [found[place] for place in sorted(found)]


def _own(prompt: str | None, rules: Rules) -> Side | None:
    """Return the gender that the person's own words show, if they show just one."""
    if not prompt:
        return None
    sides = {side for *_, side in _forms(prompt, rules.me, [found.span() for found in rules.split.finditer(prompt)])}
    return sides.pop() if len(sides) == 1 else None


def _worth(side: Side, known: str | None) -> float:
    if known in ("f", "m"):
        return float(side == known)
    return _GENERIC_MASCULINE if side == "m" and known is None else 0.0


def _finding(start: int, end: int, side: Side, known: str | None) -> Finding:
    name = {"f": "a woman", "m": "a man"}[side]
    if known in ("f", "m"):
        return Finding(
            start, end, "Fluency/Gender", "major", f"Addresses the person as {name}; they are not.", "wrong-gender"
        )
    if known == "x":
        return Finding(start, end, "Fluency/Gender", "minor", f"Addresses the person as {name}.", "assumed-gender")
    severity: Severity = "minor" if side == "m" else "major"
    why = "nothing shows that" if side == "f" else "nothing shows that; it may be meant for anybody"
    return Finding(start, end, "Fluency/Gender", severity, f"Addresses the person as {name}; {why}.", "assumed-gender")


@lru_cache(maxsize=32)
def _rules(language: str) -> Rules | None:
    row = _table().get(language)
    if row is None:
        return None

    def compiled(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
        found = []
        for pattern in patterns:
            missing = "".join(f"(?P<{side}>(?!))?" for side in "fm" if f"(?P<{side}>" not in pattern)
            found.append(re.compile(missing + pattern, re.IGNORECASE))
        return tuple(found)

    return Rules(re.compile("|".join(row["split"]), re.IGNORECASE), compiled(row["you"]), compiled(row["me"]))


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Any]]:
    text = (resources.files("culturefit.scorers") / "data" / "gender.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # type: ignore[no-any-return]  # noqa: S506 - a safe loader either way
