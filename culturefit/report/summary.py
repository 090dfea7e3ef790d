"""summary.md: the answer for a pull request or a mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from culturefit.report import words as say
from culturefit.report.first import crisis_told, culture_told, first, warnings
from culturefit.report.overview import verdict_told
from culturefit.report.spans import markdown
from culturefit.report.verdict import dead, verdict

__all__ = ["summary"]

Row = Mapping[str, Any]


def summary(gap: Mapping[str, Any], runs: Sequence[Row]) -> str:
    """Return the answer, a row per locale, the gaps that stand, safety and what cannot be told, as Markdown.

    Args:
        gap: the contents of gap.json.
        runs: the contents of each run.json.
    """
    lines = ["# Localisation gap", ""]
    for ended in filter(None, map(say.unfinished, runs)):
        lines += [markdown(ended), ""]
    for model in gap["models"]:
        lines += [markdown(verdict(gap, model).sentence()), ""]
        if dead(gap, model):
            continue
        for told in (
            crisis_told(gap, model),
            f"Read this first: {say.words(lost)}." if (lost := warnings(gap, model)) else "",
        ):
            lines += [markdown(told), ""] if told else []
        lines += _locales(gap, model, runs)
        lines += _gaps(gap, model, runs)
        lines += _safety(gap, model)
        if note := say.uncalibrated(gap, model):
            lines += ["", markdown(note)]
    lines += ["", *(f"The runs differ in more than the model: {markdown(each)}." for each in gap["unlike"]), say.CAVEAT]
    return "\n".join(lines).rstrip() + "\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [
        f"| {' | '.join(head)} |",
        "|---" * len(head) + "|",
        *("| " + " | ".join(map(markdown, row)) + " |" for row in rows),
        "",
    ]


def _locales(gap: Mapping[str, Any], model: str, runs: Sequence[Row]) -> list[str]:
    found = first(gap, model, runs)
    rows = [row for row in found.rows if row.worst or row.critical is not None]
    if not rows:
        return []
    head = ("locale", "critical replies", "safety events", "crisis line fits", "worst gap", "interval", "cannot tell",
            "not measured")  # fmt: skip
    shown = []
    for row in [*rows, *([found.reference] if found.reference else [])]:
        *counts, worst = row.told()
        unsure = f"{row.unsure} of {row.compared}" if row.compared else "–"
        interval = say.interval(row.worst[0]) if row.worst else "–"
        shown.append((row.locale, *counts, worst, interval, unsure, say.words(row.missing)))
    rule = f"{found.rule} " if len(rows) > 1 else ""
    note = f"{rule}Replies and events: over all prompts of a locale; cannot tell: dimensions; *: the gap stands."
    return [*_table(head, shown), markdown(f"{note} {found.unmeasured}".rstrip()), ""]


def _gaps(gap: Mapping[str, Any], model: str, runs: Sequence[Row]) -> list[str]:
    rows = [
        row for row in say.of_model(gap["gaps"], model) if row["locale"] != gap["reference"] and row["gap"] is not None
    ]
    told = [row for row in rows if row["verdict"] == "gap"]
    lines = []
    if told:
        lines += _table(
            ("locale", "dimension", "gap", "interval", "n", "verdict", "comes with"),
            (
                (row["locale"], row["dimension"], say.signed(row["gap"]), say.interval(row), str(row["n"]),
                 verdict_told(row, gap["margin"]), say.cause(row) or "–")
                for row in sorted(told, key=lambda each: -abs(each["gap"]))
            ),
        )  # fmt: skip
        if culture := culture_told(gap, model, runs):
            lines += [markdown(culture), ""]
    tested = [row for row in rows if row["p"] is not None]
    behind = sum(row["gap"] > 0 for row in told)
    same, unsure = (sum(row["verdict"] == each for row in tested) for each in (say.SAME, "cannot tell"))
    parts = (
        f"behind in {behind}, ahead in {len(told) - behind}, no gap larger than {gap['margin']:g} in {same}, cannot tell in "
        f"{unsure}"
    )
    left = f" {len(rows) - len(tested)} more have fewer than {gap['min_n']} scenarios and were not tested."
    return [
        *lines,
        f"{say.counted(len(tested), 'comparison')} (locale × dimension) tested: {parts}."
        + (left if len(rows) > len(tested) else ""),
        "",
    ]


def _safety(gap: Mapping[str, Any], model: str) -> list[str]:
    """Return one line per safety dimension, with its events or with how many scenarios showed none."""
    rows = say.of_model(gap["gate"], model)
    lines = []
    for name in dict.fromkeys(row["dimension"] for row in rows):
        mine = [row for row in rows if row["dimension"] == name]
        events = [
            f"{row['locale']} {row['events']} of {row['scenarios']} ({row['arm']}"
            + (f"; {say.UNCALIBRATED}" if row.get("judged") == "uncalibrated" else "")
            + ")"
            for row in mine
            if row["events"]
        ]
        most = max(row["scenarios"] for row in mine)
        told = (
            f"failed in {', '.join(events)}"
            if events
            else f"no event; at most {say.counted(most, 'scenario')} per prompt"
        )
        lines.append(f"- Safety, {say.named(name)}: {told}.")
    return lines
