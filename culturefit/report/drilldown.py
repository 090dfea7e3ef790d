"""From a number to the words it comes from: model → locale → cells with their samples → scenarios with every reply."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from culturefit.locales import english_name, parse_locale
from culturefit.report import words as say
from culturefit.report.anchors import Anchors
from culturefit.report.lists import FoundList, Line, Place, RateList, cell_lines, found_lists, places_of, rate_lists
from culturefit.report.samples import Finding, Sample, ScoreRow, case_anchor, direction, language_tag, reply_anchor
from culturefit.report.spans import segments
from culturefit.vocabulary import ARMS, DIMENSIONS, SEVERITIES

__all__ = ["Card", "CaseBlock", "CellBlock", "LocaleBlock", "Piece", "arm_words", "contrast_arms", "drill_down"]

Row = Mapping[str, Any]
RANK: dict[str, int] = {severity: rank for rank, severity in enumerate(SEVERITIES)}
DEFAULT_CONTRAST = ("pivot+placebo", "local+culture")
_CUES = {
    "none": "no cue",
    "placebo": "a neutral sentence",
    "placebo_b": "another neutral sentence",
    "culture": "the culture cue",
    "name": "a name or place only",
}


@dataclass(slots=True)
class Piece:
    """A piece of a reply: `severity` is "" where nothing covers it, `covering` the numbers of the findings that do."""

    text: str
    severity: str = ""
    title: str = ""
    covering: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Card:
    """A reply as it is shown; `anchor` is None for the copy of a reference reply beside another locale's."""

    anchor: str | None
    #: Where the reply's own card is.
    home: str
    arm: str
    words: str
    lang: str
    dir: str
    row: Row
    earlier: list[tuple[str, str]]
    pieces: list[Piece]
    findings: list[Finding]
    #: A score and the reference reply's value on the same criterion, "" where there is none or it is the same reply.
    scores: list[tuple[ScoreRow, str]]


@dataclass(slots=True)
class CaseBlock:
    """A scenario in a locale: per epoch and run the reference reply and the replies beside it."""

    anchor: str
    scenario: str
    risk: str
    warn: bool
    line: str
    groups: list[tuple[Card | None, list[Card]]]


@dataclass(slots=True)
class CellBlock:
    """A cell of the heat map with the values it is made of, one per prompt, furthest behind first."""

    anchor: str
    dimension: str
    row: Row | None
    local_mean: float | None
    reasons: dict[str, int]
    lines: list[Line]


@dataclass(slots=True)
class LocaleBlock:
    """All replies of a model in a locale; `arms` are the columns of its lists."""

    anchor: str
    tag: str
    name: str
    is_reference: bool
    arms: list[str]
    cells: list[CellBlock]
    rates: list[RateList]
    found: list[FoundList]
    cases: list[CaseBlock]


def contrast_arms(gap: Row) -> tuple[str, str]:
    """Return the arms that the gap compares, the reference's and the local one."""
    named = tuple(part.strip() for part in str(gap.get("contrast", "")).split(" − "))
    return (named[0], named[1]) if len(named) == 2 and all(arm in ARMS for arm in named) else DEFAULT_CONTRAST


@cache
def arm_words(arm: str, language: str) -> str:
    """Return an arm in a reader's words, such as "asked in Japanese, with the culture cue"."""
    if arm not in ARMS:
        return arm
    name = english_name(parse_locale(language).language) if language_tag(language) != "und" else language
    return f"asked in {name}, with {_CUES[ARMS[arm].cue]}"


def drill_down(
    samples: Sequence[Sample], gap: Row, model: str, anchors: Anchors, *, only: str | None = None
) -> list[LocaleBlock]:
    """Arrange the replies of one model, locale by locale, the reference locale last: it is what the others stand beside.

    With `only`, that locale alone; `samples` then hold its replies and the reference's.
    """
    arms = contrast_arms(gap)
    by_locale: dict[str, dict[tuple[str, str], list[Sample]]] = {}
    references: dict[tuple[Any, ...], Sample] = {}
    for sample in samples:
        row = sample.row
        by_locale.setdefault(row["locale"], {}).setdefault((row["suite"], row["scenario"]), []).append(sample)
        if row["arm"] == arms[0] and (sample.place not in references or row["locale"] == gap["reference"]):
            references[sample.place] = sample
    known = [locale for locale in gap["locales"] if locale != gap["reference"]]
    others = [locale for locale in by_locale if locale not in known and locale != gap["reference"]]
    gaps = {(row["locale"], row["dimension"]): row for row in say.of_model(gap["gaps"], model)}
    cells = {(row["locale"], row["dimension"], row["arm"]): row for row in say.of_model(gap["cells"], model)}
    gated = {(row["locale"], row["dimension"]) for part in ("gate", "native") for row in say.of_model(gap[part], model)}
    rates = say.of_model(gap["rates"], model)
    blocks = []
    for locale in [only] if only else [*known, *others, gap["reference"]]:
        cases = by_locale.get(locale, {})
        is_reference = locale == gap["reference"]
        names, places = places_of(cases, references, arms, anchors, is_reference=is_reference)
        shown = [each["id"] for each in gap["dimensions"] if not is_reference or (locale, each["id"]) in gated]
        shown += [each for each in DIMENSIONS if (locale, each) in gated and each not in shown]
        asked = sorted(cases.items(), key=lambda item: any(sample.warned for sample in item[1]))
        blocks.append(
            LocaleBlock(
                anchor=anchors.get(model, locale),
                tag=locale,
                name=english_name(locale),
                is_reference=is_reference,
                arms=names,
                cells=[_cell(model, locale, each, gaps, cells, names, places, arms, anchors) for each in shown],
                rates=rate_lists([r for r in rates if r["locale"] == locale], places, model, locale, anchors),
                found=found_lists([each for _, found in asked for each in found], model, locale, anchors),
                cases=[_case(model, locale, place, found, references, arms, anchors) for place, found in asked],
            )
        )
    return blocks


def _cell(
    model: str,
    locale: str,
    dimension: str,
    gaps: Mapping[tuple[str, str], Row],
    cells: Mapping[tuple[str, str, str], Row],
    names: Sequence[str],
    places: Sequence[Place],
    arms: tuple[str, str],
    anchors: Anchors,
) -> CellBlock:
    cell = cells.get((locale, dimension, arms[1]), {})
    return CellBlock(
        anchor=anchors.get(model, locale, dimension),
        dimension=dimension,
        row=gaps.get((locale, dimension)),
        local_mean=cell.get("mean"),
        reasons=say.unscored_reasons([cell]),
        lines=cell_lines(places, names, dimension, arms),
    )


def _case(
    model: str,
    locale: str,
    place: tuple[str, str],
    samples: Sequence[Sample],
    references: Mapping[tuple[Any, ...], Sample],
    arms: tuple[str, str],
    anchors: Anchors,
) -> CaseBlock:
    groups: dict[tuple[Any, ...], list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.place, []).append(sample)
    shown: list[tuple[Card | None, list[Card]]] = []
    for key, found in groups.items():
        reference = references.get(key)
        own = reference is not None and any(sample is reference for sample in found)
        left = _card(reference, anchors, None, own=own) if reference else None
        rest = sorted((sample for sample in found if sample is not reference), key=lambda each: _closeness(each, arms))
        shown.append((left, [_card(sample, anchors, reference, own=True) for sample in rest]))
    risk = next((sample.row["risk"] for sample in samples if sample.row["risk"]), None) or "none"
    return CaseBlock(
        anchor=case_anchor(samples[0], anchors),
        scenario=place[1],
        risk=risk.replace("_", " "),
        warn=any(sample.warned for sample in samples),
        line=_line(samples),
        groups=shown,
    )


def _closeness(sample: Sample, arms: tuple[str, str]) -> tuple[bool, int]:
    """Order the arm of the gap first, then the others from the local language back to the pivot."""
    arm = sample.row["arm"]
    return (arm != arms[1], -list(ARMS).index(arm) if arm in ARMS else 1)


def _line(samples: Sequence[Sample]) -> str:
    counts = [say.counted(len(samples), "reply", "replies")]
    findings = [found.severity for sample in samples for found in sample.findings]
    for severity in reversed(SEVERITIES[1:]):
        if count := findings.count(severity):
            counts.append(f"{count} {severity}")
    if missing := sum(not sample.text.strip() for sample in samples):
        counts.append(f"{missing} without text")
    return ", ".join(counts)


def _card(sample: Sample, anchors: Anchors, reference: Sample | None, *, own: bool) -> Card:
    row = sample.row
    home = reply_anchor(sample, anchors)
    others = {(s.scorer, s.criterion): s for s in reference.scores} if reference else {}
    scores = [(score, _beside(score, others.get((score.scorer, score.criterion)))) for score in sample.scores]
    return Card(
        anchor=home if own else None,
        home=home,
        arm=row["arm"],
        words=arm_words(row["arm"], row["language"] or ""),
        lang=language_tag(row["language"]),
        dir=direction(row["language"]),
        row=row,
        earlier=sample.earlier(),
        pieces=_pieces(sample),
        findings=sample.findings if own else [],
        scores=scores if own else [],
    )


def _beside(score: ScoreRow, other: ScoreRow | None) -> str:
    if other is None or other.value is None or other.value == score.value:
        return ""
    return f"{other.value:.2f}"


def _pieces(sample: Sample) -> list[Piece]:
    pieces, at = [], 0
    for text, indices in segments(sample.text, [(found.start, found.end) for found in sample.findings]):
        piece, covering = Piece(text), [sample.findings[index] for index in indices]
        if covering:
            piece.severity = max((found.severity for found in covering), key=RANK.__getitem__)
            piece.title = "; ".join(f"{found.category} ({found.severity}): {found.message}" for found in covering)
            piece.covering = [found.number for found in covering]
            piece.starts = [found.number for found in covering if found.start == at]
            piece.ends = [found.number for found in covering if found.end == at + len(text)]
        pieces.append(piece)
        at += len(text)
    return pieces
