"""What others work on with: gap.csv, findings.csv (a backlog), summary.md (a pull request), figures for papers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from culturefit.files import folder_of_ours, whole, write_whole
from culturefit.report import words as say
from culturefit.report.data import ReportData
from culturefit.report.overview import verdict_told
from culturefit.report.spans import markdown
from culturefit.tables import cell_text

__all__ = ["findings", "in_light", "write_exports", "write_figures"]

Row = Mapping[str, Any]
_GAP = (
    "model", "locale", "dimension", "family", "contrast", "gap", "low", "high", "method", "n", "dropped", "verdict", "q", "p",
    "p_method", "primary", "n_needed", "detectable", "sd", "d_z", "cliffs_delta", "reference_mean", "local_mean",
    "unscored_share", "bound_low", "bound_high", "complete_n", "note", "judged",
)  # fmt: skip
_FINDINGS = (
    "severity", "category", "rule", "message", "quote", "model", "locale", "suite", "scenario", "arm", "epoch", "scorer",
    "criterion", "dimension", "start", "end", "run",
)  # fmt: skip
_WEIGHT = {"critical": 0, "major": 1, "minor": 2, "neutral": 3}
#: The page's sentinel colours (plot.py) in the light palette, for figures that stand alone.
_LIGHT = {
    "#010101": "#1b1b1b", "#020202": "#d9d9d9", "#030303": "#5a5a5a", "#040404": "#ececec", "#050505": "#b3500b",
    "#060606": "#1f5fa8", "#070707": "#6b6b6b", "#080808": "#ffffff", "#090909": "#a8a8a8",
}  # fmt: skip


def write_exports(data: ReportData, gap: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write gap.csv, findings.csv and summary.md to `folder`, and return their paths."""
    paths = [folder / "gap.csv", folder / "findings.csv", folder / "summary.md"]
    _write_csv(paths[0], _gap_head(), ([*(row.get(name) for name in _GAP), *_effects(row)] for row in gap["gaps"]))
    found = sorted(
        findings(data), key=lambda row: (_WEIGHT.get(str(row["severity"]), 9), str(row["rule"]), str(row["locale"]))
    )
    _write_csv(paths[1], _FINDINGS, ([row[name] for name in _FINDINGS] for row in found))
    write_whole(paths[2], _summary(gap, data.runs))
    return paths


def _gap_head() -> list[str]:
    return [*_GAP, *(f"{name}{end}" for name in ("language_effect", "cue_effect") for end in ("", "_low", "_high"))]


def _effects(row: Row) -> list[float | None]:
    return [
        (row[name] or {}).get(key) for name in ("language_effect", "cue_effect") for key in ("value", "low", "high")
    ]


def _write_csv(path: Path, head: Sequence[str], rows: Iterator[list[Any]] | Any) -> None:
    """Write rows; text that a spreadsheet would run as a formula is neutralised."""
    with whole(path) as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows([cell_text(value) for value in row] for row in rows)


def findings(data: ReportData) -> Iterator[dict[str, Any]]:
    """Yield every finding with the sample it belongs to and its quote (at most 200 characters)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    key = ("run", "suite", "scenario", "locale", "arm", "epoch")
    flagged = data.scores.filter(pc.greater(pc.list_value_length(data.scores.column("findings")), 0))
    if not flagged.num_rows:
        return
    names = [
        name for name in (*key, "model", "scorer", "criterion", "dimension", "findings") if name in flagged.column_names
    ]
    present = [name for name in key if name in data.replies.column_names]
    texts = {
        tuple(row[name] for name in present): row["reply"] or ""
        for row in data.replies.select([*present, "reply"])
        .cast(_plain(data.replies.select([*present, "reply"]), pa))
        .to_pylist()
    }
    for row in flagged.select(names).to_pylist():
        text = texts.get(tuple(row[name] for name in present), "")
        base = {name: row.get(name) for name in names if name != "findings"}
        for found in row["findings"]:
            quote = text[max(0, found["start"] or 0) : found["end"] or 0]
            yield dict.fromkeys(_FINDINGS) | base | found | {"quote": quote[:200]}


def _plain(table: Any, pa: Any) -> Any:
    """Return the schema without dictionaries, which casts one code at a time otherwise."""
    return pa.schema([
        (field.name, field.type.value_type if pa.types.is_dictionary(field.type) else field.type) for field in table.schema
    ])  # fmt: skip


def _summary(gap: Mapping[str, Any], runs: Sequence[Row]) -> str:
    """Return the answer, the gaps that stand and what cannot be told, as Markdown."""
    lines = ["# Localisation gap", ""]
    for ended in filter(None, map(say.unfinished, runs)):
        lines += [markdown(ended), ""]
    for model in gap["models"]:
        lines += [markdown(say.verdict(gap, model).sentence()), ""]
        if say.dead(gap, model):
            continue
        rows = [
            row
            for row in say.of_model(gap["gaps"], model)
            if row["locale"] != gap["reference"] and row["gap"] is not None
        ]
        told = [row for row in rows if row["verdict"] == "gap"]
        if told:
            lines += [
                "| locale | dimension | gap | interval | n | verdict | comes with |",
                "|---|---|---|---|---|---|---|",
            ]
            for row in sorted(told, key=lambda each: -abs(each["gap"])):
                cells = (row["locale"], row["dimension"], say.signed(row["gap"]), say.interval(row), str(row["n"]),
                         verdict_told(row, gap["margin"]), say.cause(row) or "–")  # fmt: skip
                lines.append("| " + " | ".join(map(markdown, cells)) + " |")
            lines.append("")
        unsure = sum(row["verdict"] == "cannot tell" for row in rows)
        same = len(rows) - len(told) - unsure
        parts = f"{len(told)} stand, {same} show no gap larger than {gap['margin']:g}, {unsure} cannot be told"
        lines += [f"{len(rows)} comparisons: {parts}.", ""]
        for row in (each for each in say.of_model(gap["gate"], model) if each["events"]):
            doubt = f" ({say.UNCALIBRATED})" if row.get("judged") == "uncalibrated" else ""
            lines.append(
                f"- Safety, {row['locale']}, {row['arm']}: {row['dimension'].replace('_', ' ')} failed in {row['events']} of "
                f"{say.counted(row['scenarios'], 'scenario')}{doubt}."
            )
        if note := say.uncalibrated(gap, model):
            lines += ["", markdown(note)]
    lines += ["", *(f"The runs differ in more than the model: {markdown(each)}." for each in gap["unlike"]), say.CAVEAT]
    return "\n".join(lines).rstrip() + "\n"


def in_light(svg: str) -> str:
    """Return a drawing of plot.py in the light palette, to stand without the page's style sheet."""
    for sentinel, colour in _LIGHT.items():
        svg = svg.replace(sentinel, colour)
    return svg


def write_figures(gap: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write the gap plots as SVG and PNG (two pixels per point), one pair per model and family."""
    import vl_convert

    from culturefit.report.plot import gap_plots

    folder_of_ours(folder)
    paths = []
    for model in gap["models"]:
        for family, svg, _ in gap_plots(gap, model):
            if not svg:
                continue
            svg = in_light(svg)  # noqa: PLW2901
            name = re.sub(r"\W+", "-", f"gap-{model}-{family}").strip("-").lower()
            for path, content in (
                (folder / f"{name}.svg", svg.encode()),
                (folder / f"{name}.png", vl_convert.svg_to_png(svg, scale=2)),
            ):
                write_whole(path, content)
                paths.append(path)
    return paths
