"""The gaps as dots with their intervals: one drawing per family, one panel per dimension, one row per locale.

Altair describes, vl-convert draws, and the SVG goes into the page as it is: no script, no font, no request. Colours are
sentinels that the style sheet replaces, so that one drawing serves light, dark and print.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from itertools import groupby
from typing import Any

from culturefit.report import words as say
from culturefit.report.overview import MARKED_SHARE
from culturefit.report.spans import visible

__all__ = ["gap_plots"]

#: What Vega says to a screen reader of each mark; the drawing is one image with a name and a table behind it.
_ROLES = re.compile(r' (?:role|aria-[a-z]+|pointer-events)="[^"]*"')

Row = Mapping[str, Any]
#: Sentinel colours; style.css gives each its meaning: see `.plot` there.
INK, GRID, ZERO, NOISE = "#010101", "#020202", "#030303", "#040404"
BEHIND, AHEAD, EITHER, HOLLOW, BOUND = "#050505", "#060606", "#070707", "#080808", "#090909"
#: Pixels: of the panel, and of a row in it. Panel and labels together fit a phone of 360.
WIDTH, STEP = 210, 19


def gap_plots(gap: Mapping[str, Any], model: str) -> list[tuple[str, str, list[str]]]:
    """Return (family, svg, dimensions without anything to draw) for each family of one model.

    A filled dot has an interval, a hollow one none; a thin line spans the bounds where more than 2% is unscored; a band
    is what an irrelevant sentence did in the pivot language. A dimension whose gaps are all 0 or missing is not drawn.
    """
    # Of several, the first counts: the one against no cue at all.
    noise = {row["dimension"]: row for row in reversed(say.of_model(gap["noise"], model))}
    rows = [row for row in say.of_model(gap["gaps"], model) if row["locale"] != gap["reference"]]
    template = _template(_reach(gap["gaps"]))
    plots = []
    for family, group in groupby(gap["dimensions"], key=lambda each: each["family"]):
        values, empty = [], []
        for dimension in (each["id"] for each in group):
            points = [_point(row, noise.get(dimension)) for row in rows if row["dimension"] == dimension]
            points = [point for point in points if point["gap"] is not None]
            if any(abs(point["gap"]) >= say.EDGES[0] or point["bound_low"] is not None for point in points):
                values += points
            else:
                empty.append(dimension)
        svg = ""
        if values:
            order = [locale for locale in gap["locales"] if locale in {point["locale"] for point in values}]
            svg = _draw(template, values, order, f"Gaps of {model}, {family.replace('_', ' ')}")
        plots.append((family.replace("_", " "), svg, empty))
    return plots


def _reach(rows: Sequence[Row]) -> float:
    """Return the end of the axis: the next quarter above the largest thing drawn, the same for all models."""
    drawn = ("gap", "low", "high", "bound_low", "bound_high")
    ends = [abs(point[key]) for point in (_point(row, None) for row in rows) for key in drawn if point[key] is not None]
    return max(0.25, math.ceil(max(ends, default=0.25) * 4 - 1e-9) / 4)


def _point(row: Row, noise: Row | None) -> dict[str, Any]:
    low, high = row["low"], row["high"]
    marked = (row["unscored_share"] or 0.0) > MARKED_SHARE
    told = row["verdict"] == "gap"
    colour = EITHER if not told else BEHIND if row["gap"] > 0 else AHEAD
    return {
        "locale": visible(str(row["locale"])),
        "dimension": visible(str(row["dimension"]).replace("_", " ")),
        "gap": row["gap"], "low": low, "high": high,
        "bound_low": row["bound_low"] if marked else None, "bound_high": row["bound_high"] if marked else None,
        "noise_low": noise and noise["low"], "noise_high": noise and noise["high"],
        "colour": colour, "fill": HOLLOW if low is None else colour,
    }  # fmt: skip


@cache
def _template(reach: float) -> str:
    """Return the Vega-Lite specification without data, as JSON; made once, because Altair takes its time."""
    import altair as alt

    ticks = [-reach, -reach / 2, 0, reach / 2, reach]
    axis = alt.Axis(title=None, values=ticks, format="+.3~f", labelExpr="datum.value == 0 ? '0' : datum.label")
    scale = alt.Scale(domain=[-reach, reach], nice=False)
    y = alt.Y(
        "locale:N",
        sort=[],
        title=None,
        axis=alt.Axis(title=None, ticks=False, domain=False, grid=False, labelPadding=8),
    )
    own = alt.Stroke("colour:N", scale=None)
    base = alt.Chart().encode(y=y)

    def line(low: str, high: str, **mark: Any) -> alt.Chart:
        drawn: alt.Chart = base.mark_rule(**mark).encode(x=alt.X(f"{low}:Q", scale=scale, axis=axis), x2=f"{high}:Q")
        return drawn

    layers = alt.layer(
        base.mark_rect(color=NOISE).encode(x=alt.X("noise_low:Q", scale=scale, axis=axis), x2="noise_high:Q"),
        alt.Chart().mark_rule(color=ZERO, strokeWidth=1).encode(x=alt.X(datum=0, scale=scale, axis=axis)),
        line("bound_low", "bound_high", color=BOUND, strokeWidth=1),
        line("low", "high", strokeWidth=2.5).encode(stroke=own),
        base.mark_point(size=52, strokeWidth=1.6, opacity=1).encode(
            x=alt.X("gap:Q", scale=scale, axis=axis), stroke=own, fill=alt.Fill("fill:N", scale=None)
        ),
    ).properties(width=WIDTH, height=alt.Step(STEP))
    header = alt.Header(
        title=None, labelAnchor="start", labelFontSize=12, labelFontWeight=600, labelColor=INK, labelPadding=4
    )
    facet = alt.Facet("dimension:N", header=header, sort=[])
    chart = alt.FacetChart(data=alt.InlineData(values=[]), spec=layers, facet=facet, columns=1, spacing=14)
    chart = chart.configure(aria=False, background="transparent", font="system-ui, sans-serif", padding=2)
    chart = chart.configure_view(stroke=None).configure_axis(
        labelColor=INK,
        labelFontSize=11,
        gridColor=GRID,
        tickColor=GRID,
        domainColor=GRID,
        labelFlush=False,
        labelOverlap=False,
        labelLimit=0,
    )
    return json.dumps(chart.to_dict())


def _draw(template: str, values: list[dict[str, Any]], locales: list[str], title: str) -> str:
    import vl_convert

    spec = json.loads(template)
    spec["data"] = {"values": values}
    spec["facet"]["sort"] = list(dict.fromkeys(point["dimension"] for point in values))
    for layer in spec["spec"]["layer"]:
        if "y" in layer["encoding"]:
            layer["encoding"]["y"]["sort"] = [visible(locale) for locale in locales]
    svg: str = vl_convert.vegalite_to_svg(spec)
    label = escape(visible(title))
    head, _, rest = svg.partition(">")
    return f'{head} role="img" aria-label="{label}"><title>{label}</title>{_ROLES.sub("", rest)}'
