"""The first screen and the tables behind it: answers, heat maps, gaps, effects, rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from culturefit.locales import english_name
from culturefit.report import words as say
from culturefit.report.anchors import Anchors
from culturefit.report.first import LARGE_SHARE, First, crisis_told, culture_told, first, warnings
from culturefit.report.gated import Gate, gate_of
from culturefit.report.samples import list_known
from culturefit.report.verdict import Verdict, verdict
from culturefit.vocabulary import ARMS, DIMENSIONS

__all__ = ["MARKED_SHARE", "Heat", "HeatCell", "ModelView", "RateTable", "model_view", "verdict_told"]

Row = Mapping[str, Any]
#: From this share of unscored replies on, a gap is shown with its bounds.
MARKED_SHARE = 0.02
#: Columns that fit a window of 1280 pixels; only beyond these do columns of zeros fold into a line.
_FIT = 16


@dataclass(slots=True)
class HeatCell:
    """A cell of the heat map: its number, colour step, marks and the sentence a pointer or a screen reader gets."""

    anchor: str
    text: str
    step: int | None
    title: str
    clear: bool = False
    small: bool = False
    unscored: bool = False
    uncalibrated: bool = False


@dataclass(slots=True)
class Heat:
    """Locale × dimension of one model; `families` are (name, number of columns), `rows` (tag, name, anchor, cells).

    `level` are columns left out for want of room, which hold nothing but zeros; `missing` have nothing to compare.
    """

    families: list[tuple[str, int]]
    dimensions: list[str]
    rows: list[tuple[str, str, str, list[HeatCell]]]
    level: list[str]
    missing: list[str]


@dataclass(slots=True)
class ModelView:
    """Everything the upper half of the page says about one model."""

    name: str
    anchor: str
    verdict: Verdict
    top_anchor: str
    about: list[str]
    crisis: str
    warnings: list[str]
    first: First
    #: Locale to the fragment of its replies.
    places: dict[str, str]
    notes: list[str]
    heat: Heat
    gaps: list[tuple[str, Row]]
    #: Splits over at least `min_n` scenarios, and how many others there are.
    effects: list[tuple[str, Row]]
    untested: int
    noise: list[Row]
    rates: list[RateTable]
    gate: Gate
    leaks: list[RateTable]
    native: NativeTable


@dataclass(slots=True)
class RateTable:
    """A cue-dependent criterion: `rows` are (locale, reference's rate, one row or None per arm).

    `lists` are the fragments of the replies behind a row by locale, `reference_list` that of the reference.
    """

    criterion: str
    scorer: str
    arms: list[str]
    rows: list[tuple[str, float | None, list[Row | None]]]
    lists: dict[str, str]
    reference_list: str


@dataclass(slots=True)
class NativeTable:
    """Rates of native cases: `rows` are (locale, family, one row or None per dimension); `lists` lead to their replies."""

    dimensions: list[str]
    rows: list[tuple[str, str, list[Row | None]]]
    lists: dict[tuple[str, str], str]


def model_view(gap: Mapping[str, Any], model: str, anchors: Anchors, runs: Sequence[Row]) -> ModelView:
    """Arrange the numbers of one model."""
    told = verdict(gap, model)
    order = {each["id"]: place for place, each in enumerate(gap["dimensions"])}
    places = {locale: place for place, locale in enumerate(gap["locales"])}
    rows = [row for row in say.of_model(gap["gaps"], model) if row["locale"] != gap["reference"]]
    rows.sort(key=lambda row: (order.get(row["dimension"], 99), places.get(row["locale"], 99)))
    linked = [(anchors.get(model, row["locale"], row["dimension"]), row) for row in rows]
    whole = [(a, row) for a, row in linked if row.get("language_effect") and row.get("cue_effect")]
    split = [(a, row) for a, row in whole if row["complete_n"] >= gap["min_n"]]
    split.sort(key=lambda pair: -abs(pair[1]["language_effect"]["value"] + pair[1]["cue_effect"]["value"]))
    top = told.top
    return ModelView(
        name=model,
        anchor=anchors.get(model),
        verdict=told,
        top_anchor=anchors.get(model, top["locale"], top["dimension"]) if top else "",
        about=_about_top(gap, told, culture_told(gap, model, runs)),
        crisis=crisis_told(gap, model),
        warnings=warnings(gap, model),
        first=first(gap, model, runs),
        places={locale: anchors.get(model, locale) for locale in gap["locales"]},
        notes=_notes(gap, model),
        heat=_heat(gap, model, anchors),
        gaps=linked,
        effects=split,
        untested=len(whole) - len(split),
        noise=say.of_model(gap["noise"], model),
        rates=_rate_tables(gap, model, "uptake", anchors),
        leaks=_rate_tables(gap, model, "leak", anchors),
        gate=gate_of(gap, model, anchors),
        native=_native_table(gap, model, anchors),
    )


def _native_table(gap: Mapping[str, Any], model: str, anchors: Anchors) -> NativeTable:
    rows = say.of_model(gap.get("native", ()), model)
    names = [name for name in DIMENSIONS if any(row["dimension"] == name and row["n"] for row in rows)]
    found = {(row["locale"], row["family"], row["dimension"]): row for row in rows}
    places = sorted({(row["locale"], row["family"] != "all", row["family"]) for row in rows})
    return NativeTable(
        names,
        [(locale, family, [found.get((locale, family, name)) for name in names]) for locale, _, family in places],
        {(locale, name): anchors.known(model, locale, name) for locale, *_ in places for name in names},
    )


def _heat(gap: Mapping[str, Any], model: str, anchors: Anchors) -> Heat:
    by_place = {(row["locale"], row["dimension"]): row for row in say.of_model(gap["gaps"], model)}
    valued: dict[str, list[float]] = {}
    for (locale, name), row in by_place.items():
        if locale != gap["reference"] and row["gap"] is not None:
            valued.setdefault(name, []).append(row["gap"])
    # Safety first: on a narrow screen the first columns are what is seen.
    ordered = sorted(gap["dimensions"], key=lambda each: each["family"] != "safety")
    shown = [each for each in ordered if each["id"] in valued]
    level: list[str] = []
    if len(shown) > _FIT:
        level = [
            each["id"] for each in shown if each["family"] != "safety" and not any(map(say.step, valued[each["id"]]))
        ]
        shown = [each for each in shown if each["id"] not in level]
    dimensions = [each["id"] for each in shown]
    families = [(name, len(list(group))) for name, group in groupby(shown, key=lambda each: each["family"])]
    rows = [
        (
            locale,
            english_name(locale),
            anchors.get(model, locale),
            [_cell(by_place.get((locale, d)), model, locale, d, anchors, gap["margin"]) for d in dimensions],
        )
        for locale in gap["locales"]
        if locale != gap["reference"]
    ]
    missing = [each["id"] for each in gap["dimensions"] if each["id"] not in valued]
    return Heat([(name.replace("_", " "), count) for name, count in families], dimensions, rows, level, missing)


def verdict_told(row: Row, margin: float) -> str:
    """Return the verdict on a gap in words, and whether it rests on a judge that was not calibrated."""
    return _verdict_told(row, margin) + (f"; {say.UNCALIBRATED}" if row.get("judged") == "uncalibrated" else "")


def _verdict_told(row: Row, margin: float) -> str:
    if row["verdict"] == "gap":
        return f"{'a gap' if row['gap'] > 0 else 'ahead'} (q {row['q']:.2g})"
    if row["verdict"] == "cannot tell":
        # What power asks for may lie below n: then n is not what is missing.
        needed = row["n_needed"] if row["n_needed"] and row["n_needed"] > row["n"] else None
        return "cannot tell" + (f" (n needed: {needed})" if needed else "")
    return f"no gap larger than {margin:g}"


def _cell(row: Row | None, model: str, locale: str, dimension: str, anchors: Anchors, margin: float) -> HeatCell:
    anchor = anchors.get(model, locale, dimension)
    if row is None or row["gap"] is None:
        why = (row or {}).get("note") or "not scored"
        return HeatCell(anchor, "–", None, f"{locale}, {dimension}: {why}")
    low, high = row["low"], row["high"]
    title = f"{locale}, {dimension}: gap {say.signed(row['gap'])}"
    title += f" ({say.signed(low)} to {say.signed(high)})" if low is not None else ""
    title += f", n {row['n']}" + (f", {row['note']}" if row["note"] else "")
    if row["p"] is not None:
        title += f"; {verdict_told(row, margin)}"
    elif row.get("judged") == "uncalibrated":
        title += f"; {say.UNCALIBRATED}"
    unscored = (row["unscored_share"] or 0.0) > MARKED_SHARE
    if unscored:
        title += f"; {say.share(row['unscored_share'])} unscored"
        if row["bound_low"] is not None:
            title += f", so it lies between {say.signed(row['bound_low'])} and {say.signed(row['bound_high'])}"
    return HeatCell(
        anchor,
        say.signed(row["gap"]),
        say.step(row["gap"]),
        title,
        clear=row["verdict"] == "gap",
        small=row["verdict"] is None or row["p"] is None,
        unscored=unscored,
        uncalibrated=row.get("judged") == "uncalibrated",
    )


def _rate_tables(gap: Mapping[str, Any], model: str, kind: str, anchors: Anchors) -> list[RateTable]:
    tables: dict[tuple[str, str], list[Row]] = {}
    for row in say.of_model(gap["rates"], model):
        if row["kind"] == kind:
            tables.setdefault((row["criterion"], row["scorer"] or ""), []).append(row)
    found = []
    for (criterion, scorer), rows in tables.items():
        arms = sorted({row["arm"] for row in rows}, key=lambda arm: list(ARMS).index(arm) if arm in ARMS else 99)
        by_place = {(row["locale"], row["arm"]): row for row in rows}
        own = {row["locale"]: row["reference_rate"] for row in rows if row["reference_rate"] is not None}
        locales = dict.fromkeys(row["locale"] for row in rows)
        if any(row["n"] or kind == "uptake" for row in rows):
            shown = [(each, own.get(each), [by_place.get((each, arm)) for arm in arms]) for each in locales]
            which = (scorer, rows[0]["dimension"])
            lists = {each: list_known(model, each, *which, anchors=anchors) for each in (*locales, gap["reference"])}
            found.append(RateTable(criterion, scorer, arms, shown, lists, lists[gap["reference"]]))
    return found


def _about_top(gap: Mapping[str, Any], verdict: Verdict, culture: str) -> list[str]:
    row = verdict.top
    if row is None:
        return [f"{verdict.how[:1].upper()}{verdict.how[1:]}."]
    notes = [f"{'Behind' if verdict.behind else 'That is'}: {verdict.how}."]
    over = f"over {say.counted(row['n'], 'scenario')}"
    if row["low"] is None:
        notes.append(f"There n is {row['n']}." if verdict.behind else f"The largest is {over}.")
    elif not verdict.tied:
        where = "There" if verdict.behind else "Of the largest"
        notes.append(f"{where} the {gap['confidence']:.0%} interval is {say.interval(row)}, {over}.")
    if not verdict.behind:
        return [*notes, "That is no proof that there is no gap."]
    split = [each for each in (row, *verdict.tied) if each.get("language_effect") and each.get("cue_effect")]
    if split:
        parts = [_range(each[name]["value"] for each in split) for name in ("language_effect", "cue_effect")]
        which = "that gap" if not verdict.tied else "those gaps"
        notes += [f"Of {which}, {parts[0]} comes with the language and {parts[1]} with the culture cue.", culture]
    return notes


def _range(values: Iterable[float]) -> str:
    found = sorted(values)
    return " to ".join(dict.fromkeys((say.signed(found[0]), say.signed(found[-1]))))


def _notes(gap: Mapping[str, Any], model: str) -> list[str]:
    notes = [note] if (note := say.uncalibrated(gap, model)) else []
    delivery = say.of_model(gap["delivery"], model)
    total = sum(row["replies"] for row in delivery)
    for key, what in (("cut", "cut by the token limit"), ("empty", "empty"), ("failed", "never arrived")):
        count = sum(row[key] for row in delivery)
        if count and count / total < LARGE_SHARE:
            notes.append(f"{say.counted(count, 'reply', 'replies')} of {total} ({say.share(count, total)}) {what}.")
    return notes
