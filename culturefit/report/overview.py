"""The first screen and the tables behind it: answers, heat maps, gaps, effects, rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from culturefit.locales import english_name
from culturefit.report import words as say
from culturefit.report.anchors import Anchors
from culturefit.report.verdict import Verdict, verdict
from culturefit.vocabulary import ARMS, DIMENSIONS

__all__ = ["MARKED_SHARE", "Heat", "HeatCell", "ModelView", "RateTable", "model_view", "verdict_told"]

Row = Mapping[str, Any]
#: From this share of unscored replies on, a gap is shown with its bounds.
MARKED_SHARE = 0.02


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
    """Locale × dimension of one model; `families` are (name, number of columns), `rows` (tag, name, anchor, cells)."""

    families: list[tuple[str, int]]
    dimensions: list[str]
    rows: list[tuple[str, str, str, list[HeatCell]]]


@dataclass(slots=True)
class ModelView:
    """Everything the upper half of the page says about one model."""

    name: str
    anchor: str
    verdict: Verdict
    top_anchor: str
    about: list[str]
    notes: list[str]
    heat: Heat
    gaps: list[tuple[str, Row]]
    effects: list[tuple[str, Row]]
    noise: list[Row]
    rates: list[RateTable]
    native: NativeTable


@dataclass(slots=True)
class RateTable:
    """A cue-dependent criterion: `arms` are (arm, kind), `rows` (locale, reference's rate, one row or None per arm)."""

    criterion: str
    scorer: str
    arms: list[tuple[str, str]]
    rows: list[tuple[str, float | None, list[Row | None]]]


@dataclass(slots=True)
class NativeTable:
    """Rates of native cases: `rows` are (locale, family, one row or None per dimension)."""

    dimensions: list[str]
    rows: list[tuple[str, str, list[Row | None]]]


def model_view(gap: Mapping[str, Any], model: str, anchors: Anchors) -> ModelView:
    """Arrange the numbers of one model."""
    told = verdict(gap, model)
    order = {each["id"]: place for place, each in enumerate(gap["dimensions"])}
    places = {locale: place for place, locale in enumerate(gap["locales"])}
    rows = [row for row in say.of_model(gap["gaps"], model) if row["locale"] != gap["reference"]]
    rows.sort(key=lambda row: (order.get(row["dimension"], 99), places.get(row["locale"], 99)))
    linked = [(anchors.get(model, row["locale"], row["dimension"]), row) for row in rows]
    split = [(a, row) for a, row in linked if row.get("language_effect") and row.get("cue_effect")]
    split.sort(key=lambda pair: -abs(pair[1]["language_effect"]["value"] + pair[1]["cue_effect"]["value"]))
    top = told.top
    return ModelView(
        name=model,
        anchor=anchors.get(model),
        verdict=told,
        top_anchor=anchors.get(model, top["locale"], top["dimension"]) if top else "",
        about=_about_top(gap, told),
        notes=_notes(gap, model),
        heat=_heat(gap, model, anchors),
        gaps=linked,
        effects=split,
        noise=say.of_model(gap["noise"], model),
        rates=_rate_tables(gap, model),
        native=_native_table(gap, model),
    )


def _native_table(gap: Mapping[str, Any], model: str) -> NativeTable:
    rows = say.of_model(gap.get("native", ()), model)
    names = [name for name in DIMENSIONS if any(row["dimension"] == name and row["n"] for row in rows)]
    found = {(row["locale"], row["family"], row["dimension"]): row for row in rows}
    places = sorted({(row["locale"], row["family"] != "all", row["family"]) for row in rows})
    return NativeTable(
        names, [(locale, family, [found.get((locale, family, name)) for name in names]) for locale, _, family in places]
    )


def _heat(gap: Mapping[str, Any], model: str, anchors: Anchors) -> Heat:
    by_place = {(row["locale"], row["dimension"]): row for row in say.of_model(gap["gaps"], model)}
    dimensions = [each["id"] for each in gap["dimensions"]]
    families = [(name, len(list(group))) for name, group in groupby(gap["dimensions"], key=lambda each: each["family"])]
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
    return Heat([(name.replace("_", " "), count) for name, count in families], dimensions, rows)


def verdict_told(row: Row, margin: float) -> str:
    """Return the verdict on a gap in words, and whether it rests on a judge that was not calibrated."""
    return _verdict_told(row, margin) + (f"; {say.UNCALIBRATED}" if row.get("judged") == "uncalibrated" else "")


def _verdict_told(row: Row, margin: float) -> str:
    if row["verdict"] == "gap":
        return f"{'a gap' if row['gap'] > 0 else 'ahead'} (q {row['q']:.2g})"
    if row["verdict"] == "cannot tell":
        return "cannot tell" + (f" (n needed: {row['n_needed']})" if row["n_needed"] else "")
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


def _rate_tables(gap: Mapping[str, Any], model: str) -> list[RateTable]:
    tables: dict[tuple[str, str], list[Row]] = {}
    for row in say.of_model(gap["rates"], model):
        tables.setdefault((row["criterion"], row["scorer"] or ""), []).append(row)
    found = []
    for (criterion, scorer), rows in tables.items():
        kinds = {row["arm"]: row["kind"] for row in rows}
        arms = sorted(kinds, key=lambda arm: (kinds[arm] != "uptake", list(ARMS).index(arm) if arm in ARMS else 99))
        locales = dict.fromkeys(row["locale"] for row in rows)
        by_place = {(row["locale"], row["arm"]): row for row in rows}
        found.append(
            RateTable(
                criterion,
                scorer,
                [(arm, kinds[arm]) for arm in arms],
                [
                    (
                        locale,
                        next(
                            (
                                r["reference_rate"]
                                for r in rows
                                if r["locale"] == locale and r["reference_rate"] is not None
                            ),
                            None,
                        ),
                        [by_place.get((locale, arm)) for arm in arms],
                    )
                    for locale in locales
                ],
            )
        )
    return found


def _about_top(gap: Mapping[str, Any], verdict: Verdict) -> list[str]:
    row = verdict.top
    if row is None:
        return [f"{verdict.how[:1].upper()}{verdict.how[1:]}."]
    over = f"over {say.counted(row['n'], 'scenario')}"
    if row["low"] is None:
        where = f"There n is {row['n']}." if verdict.behind else f"The largest is {over}."
    else:
        where = f"{'There' if verdict.behind else 'Of the largest'} the {gap['confidence']:.0%} interval is {say.interval(row)}, {over}."
    notes = [f"{'Behind' if verdict.behind else 'That is'}: {verdict.how}.", where]
    if not verdict.behind:
        notes.append("That is no proof that there is no gap.")
    language, cue = row.get("language_effect"), row.get("cue_effect")
    if verdict.behind and language and cue:
        parts = (say.signed(language["value"]), say.signed(cue["value"]))
        notes.append(f"Of that gap, {parts[0]} comes with the language and {parts[1]} with the culture cue.")
    return notes


def _notes(gap: Mapping[str, Any], model: str) -> list[str]:
    notes = [note] if (note := say.uncalibrated(gap, model)) else []
    delivery = say.of_model(gap["delivery"], model)
    total = sum(row["replies"] for row in delivery)
    for key, what in (("cut", "cut by the token limit"), ("empty", "empty"), ("failed", "never arrived")):
        if count := sum(row[key] for row in delivery):
            notes.append(f"{say.counted(count, 'reply', 'replies')} of {total} ({say.share(count, total)}) {what}.")
    lines = [
        row
        for row in say.of_model(gap["rates"], model)
        if row["scorer"] == "crisis_lines" and row["arm"] == "local+culture"
    ]
    lines = [row for row in lines if row["rate"] is not None and row["locale"] != gap["reference"]]
    if lines:
        worst = min(lines, key=lambda row: float(row["rate"]))
        notes.append(
            f"Told where the person is, it gave a line that fits there in {say.share(worst['rate'])} of the scored replies "
            f"in {worst['locale']}, the lowest"
            + (
                f" ({gap['reference']}: {say.share(worst['reference_rate'])})."
                if worst["reference_rate"] is not None
                else "."
            )
        )
    return notes
