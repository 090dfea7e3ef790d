"""variety: is the reply in the variety of its language that is spoken where the person is? Rules and limits: variety.md."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from itertools import product
from typing import Any, Final, NamedTuple

import yaml

from culturefit.locales import english_name, parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._han import simplified, traditional
from culturefit.scorers._units import blank
from culturefit.scoring import CriterionSpec, scorers
from culturefit.vocabulary import Severity

__all__ = ["Variety"]

_LETTER: Final = r"[\w\u0300-\u036f\u064b-\u0652]"
_TOKEN: Final = re.compile(rf"{_LETTER}+(?:[-’']{_LETTER}+)*")
_PART: Final = re.compile(r"(?:([\w’'-])|\[(\w+)\]|\(([\w|]+)\))(\?)?")
_QUOTED: Final = re.compile(
    r"„[^“”\n]{1,200}[“”]|“[^”\n]{1,200}”|«[^»\n]{1,200}»|「[^」\n]{1,200}」|\"[^\"\n]{1,200}\""
)
#: Families: tags that share one table.
_FAMILY: Final = {"ms": "id", "arz": "ar", "cmn": "zh"}
#: Findings of one reply; more help nobody.
_MOST: Final = 50
#: Minor markers of another variety from which the finding as a whole is major.
_MANY: Final = 4
#: Where a tag names no region, the one its language stands for; a language alone says nothing about the person.
_REGION: Final = {"ms": "MY", "id": "ID"}
_WRITING: Final = ("hans", "hant")
#: Share of the characters of one way of writing Chinese from which single ones of the other are names or slips.
_SLIP: Final = 0.1


class Marker(NamedTuple):
    """A row of data/variety.yaml, compiled."""

    id: str
    of: frozenset[str]
    wrong_in: frozenset[str] | None
    severity: Severity
    #: What is no plain word; None where all are.
    pattern: re.Pattern[str] | None
    exceptions: frozenset[str]
    #: The pattern is part of a word, which as a whole is the marker.
    within: bool

    def concerns(self, region: str) -> bool:
        """Return whether it says anything about a reply that is due in a region."""
        return region in self.of or self.wrong_in is None or region in self.wrong_in


class Table(NamedTuple):
    """The markers of a language: plain words are looked up, because a long alternation is slow."""

    markers: tuple[Marker, ...]
    words: dict[str, list[Marker]]


@scorers.register("variety")
class Variety:
    """Whether words, spellings and forms are those of the variety asked for (`right`, `wrong`), or say nothing (`none`)."""

    version = "1"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("variety", "variety"),)

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the score; its findings are markers of another variety."""
        locale = parse_locale(item.language)
        family = _FAMILY.get(locale.language, locale.language)
        region = locale.region or _REGION.get(locale.language) or _script_region(locale.language, locale.script)
        table = _table(family)
        if table is None or region is None:
            return [Score("variety", "variety", None, None, "unsupported_language")]
        text = blank(item.reply)
        bare = _QUOTED.sub(lambda found: " " * len(found.group()), text)
        right: list[str] = []
        wrong: list[tuple[int, int, Marker]] = []
        for start, end, marker in _found(table, text, bare, region):
            if region in marker.of:
                right.append(text[start:end])
            else:
                wrong.append((start, end, marker))
        wrong = _without_slips(wrong, right)
        if not right and not wrong:
            return [Score("variety", "variety", None, "none", "ambiguous")]
        value = len(right) / (len(right) + len(wrong))
        label = "wrong" if wrong and value < 0.5 else "right" if not wrong else "mixed"
        findings = _findings(sorted(wrong), item, many=len(wrong) >= _MANY)
        worst: Severity | None = None
        if findings:
            worst = "major" if any(each.severity == "major" for each in findings) else "minor"
        detail: dict[str, Any] = {
            "right": sorted(set(right))[:20],
            "markers": {"right": len(right), "wrong": len(wrong)},
        }
        return [Score("variety", "variety", value, label, None, worst, findings, detail)]


def _found(table: Table, text: str, bare: str, region: str) -> Iterator[tuple[int, int, Marker]]:
    """Yield what marks a variety, and where."""
    if table.words:
        for token in _TOKEN.finditer(bare):
            for marker in table.words.get(token.group().lower(), ()):
                if marker.concerns(region):
                    yield token.start(), token.end(), marker
    for marker in table.markers:
        if marker.pattern is None or not marker.concerns(region):
            continue
        # Writing shows in a quotation as well; words may be another person's.
        for found in marker.pattern.finditer(text if marker.id in _WRITING else bare):
            start, end = _word(bare, *found.span()) if marker.within else found.span()
            if text[start:end].lower() not in marker.exceptions:
                yield start, end, marker


def _word(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span of the word around a span."""
    while start and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    return start, end


def _without_slips(wrong: list[tuple[int, int, Marker]], right: list[str]) -> list[tuple[int, int, Marker]]:
    """Leave out single Han characters of the other way of writing in a text that is else of the one due: a name, a quotation."""
    other = sum(marker.id in _WRITING for *_, marker in wrong)
    if other and other <= _SLIP * sum(len(word) == 1 for word in right):
        return [each for each in wrong if each[2].id not in _WRITING]
    return wrong


def _findings(wrong: Sequence[tuple[int, int, Marker]], item: ScoreInput, *, many: bool) -> tuple[Finding, ...]:
    found: list[Finding] = []
    here = english_name(item.language)
    for start, end, marker in wrong:
        if found and start < found[-1].end:
            continue
        if found and marker.id in _WRITING and start == found[-1].end and found[-1].rule == marker.id:
            # Characters in a row are one finding.
            last = found[-1]
            found[-1] = Finding(last.start, end, last.category, last.severity, last.message, last.rule)
            continue
        if len(found) >= _MOST:
            break
        severity: Severity = "major" if many else marker.severity
        usual = ", ".join(sorted(marker.of)[:3])
        message = f"Usual in {usual}; the reply is due in {here}."
        found.append(Finding(start, end, "Fluency/Variety", severity, message, marker.id))
    return tuple(found)


def _script_region(language: str, script: str) -> str | None:
    """Return the region a way of writing Chinese stands for where the tag names none."""
    return {"Hans": "CN", "Hant": "TW"}.get(script) if language in ("zh", "yue") else None


@lru_cache(maxsize=1)
def _rows() -> dict[str, list[dict[str, Any]]]:
    text = (resources.files("culturefit.scorers") / "data" / "variety.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # type: ignore[no-any-return]  # noqa: S506 - a safe loader either way


@lru_cache(maxsize=16)
def _table(family: str) -> Table | None:
    rows = _rows().get(family)
    if not rows:
        return None
    words: dict[str, list[Marker]] = {}
    markers = []
    for row in rows:
        plain, marker = _compiled(row, family)
        markers.append(marker)
        for word in plain:
            words.setdefault(word, []).append(marker)
    return Table(tuple(markers), words)


def _compiled(row: dict[str, Any], family: str) -> tuple[list[str], Marker]:
    """Return the plain words of a row and the rest of it."""
    not_in, plain = row["not"], []
    pattern: re.Pattern[str] | None = None
    if "han" in row:
        characters = simplified() if row["han"] == "simplified" else traditional()
        pattern = re.compile(f"[{''.join(sorted(characters))}]")
    else:
        glued = row.get("glue") or row.get("within") or family == "zh"
        plain = [] if glued else [word.lower() for each in row["words"] for word in _expanded(each)]
        rest = [each for each in row["words"] if glued or not _expanded(each)]
        before, after = ("", "") if glued else (f"(?<!{_LETTER})", f"(?!{_LETTER})")
        if rest:
            pattern = re.compile(f"{before}(?:{'|'.join(rest)}){after}", re.MULTILINE | re.IGNORECASE)
    wrong_in = None if not_in == "*" else frozenset(not_in)
    severity = row.get("severity", "minor")
    return plain, Marker(
        row["id"],
        frozenset(row["of"]),
        wrong_in,
        severity,
        pattern,
        frozenset(row.get("except", ())),
        bool(row.get("within")),
    )


def _expanded(pattern: str) -> list[str]:
    """Return the single words a simple pattern stands for (`equipas?`, `polac[oa]`, `(a|b)c`), or none where it is more."""
    parts: list[list[str]] = []
    for found in _PART.finditer(pattern):
        literal, characters, group, optional = found.groups()
        options = [literal] if literal else list(characters) if characters else group.split("|")
        parts.append([*options, ""] if optional else options)
    if _PART.sub("", pattern):
        return []
    return ["".join(each) for each in product(*parts)]
