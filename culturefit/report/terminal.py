"""The summary in the terminal: who is behind, where most, how sure; readable at 80 columns and when piped.

Only ASCII of our own, so that no terminal turns a sign into a question mark; what comes from a model or a file is
stripped of everything a terminal would obey.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from culturefit.report import words as say
from culturefit.report.first import First, crisis_told, culture_told, first, warnings
from culturefit.report.overview import MARKED_SHARE
from culturefit.report.verdict import dead, verdict
from culturefit.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

__all__ = ["print_summary"]

Row = Mapping[str, Any]
#: Orange to blue as on the page; the step of a gap chooses.
_STYLES = {0: "dim", 1: "", 2: "yellow", 3: "yellow", 4: "bold red", 5: "bold red", -1: "", -2: "cyan", -3: "cyan"}
#: Columns between two columns, and behind a number for its marks.
_GUTTER, _MARKS = 2, 2


def print_summary(gap: Mapping[str, Any], runs: Sequence[Row], console: Console) -> None:
    """Print the answer, the locales, the gaps and the rates of each model, and what they do not license.

    Args:
        gap: the contents of gap.json.
        runs: the contents of each run.json.
        console: where it goes; without a terminal rich leaves the colours out.
    """
    names = gap["models"] or list(dict.fromkeys(run["model"]["name"] for run in runs))
    for run in runs:
        if told := say.unfinished(run):
            _line(console, told, style="yellow")
    for model in names:
        answer = verdict(gap, model)
        _line(console, answer.sentence(minus="-"), style="bold")
        if dead(gap, model):
            console.print()
            continue
        if answer.cause and (culture := culture_told(gap, model, runs)):
            _line(console, culture)
        if told := crisis_told(gap, model):
            _line(console, told, style="bold")
        if lost := warnings(gap, model):
            _line(console, f"Read this first: {say.words(lost)}.", style="bold yellow")
        rows = [row for row in say.of_model(gap["gaps"], model) if row["locale"] != gap["reference"]]
        _print_first(first(gap, model, runs), console)
        _print_gaps(gap, rows, console)
        _print_rates(gap, model, console)
        _print_native(gap, model, console)
        _print_consistency(gap, model, console)
        if note := say.uncalibrated(gap, model):
            _line(console, f"~ {note}", style="yellow")
        console.print()
    if marks := _marks(gap, [row for row in gap["gaps"] if row["gap"] is not None and not dead(gap, row["model"])]):
        _line(console, " ".join(marks), style="dim")
    _line(console, say.CAVEAT)


def _print_gaps(gap: Mapping[str, Any], rows: Sequence[Row], console: Console) -> None:
    """Print locale x dimension, in as many tables as the width needs, without the columns that say nothing."""
    by_place = {(row["locale"], row["dimension"]): row for row in rows}
    names = [each["id"] for each in gap["dimensions"]]
    valued = {
        name: [row["gap"] for row in rows if row["dimension"] == name and row["gap"] is not None] for name in names
    }
    shown = [name for name in names if any(say.step(value) for value in valued[name])]
    level = [name for name in names if valued[name] and name not in shown]
    locales = [locale for locale in gap["locales"] if locale != gap["reference"]]
    counts = {
        locale: _count(row for row in rows if row["locale"] == locale and row["dimension"] in shown)
        for locale in locales
    }
    edges = max(map(len, ["locale", *locales])) + max(map(len, ["n", *counts.values()])) + _GUTTER
    doubted = {row["dimension"] for row in rows if row.get("judged") == "uncalibrated"}
    columns = [(name, max(len(name) + (name in doubted), len("+0.00") + _MARKS) + _GUTTER) for name in shown]
    for chunk in _chunks(columns, console.width - edges):
        widths = [wide - _GUTTER for _, wide in chunk]
        # The mark stands in the columns that the numbers leave for theirs.
        heads = [
            f"{name:>{wide - _MARKS}}{'~' if name in doubted else ''}"
            for (name, _), wide in zip(chunk, widths, strict=True)
        ]
        table = _table("locale", *heads, "n")
        for locale in locales:
            cells = [_cell(by_place.get((locale, name)), wide - _GUTTER) for name, wide in chunk]
            table.add_row(_plain(locale), *cells, counts[locale])
        console.print(table)
    if level:
        _line(console, f"Within 0.02 of {gap['reference']} wherever compared: {', '.join(level)}.")


def _marks(gap: Mapping[str, Any], rows: Sequence[Row]) -> list[str]:
    marks = [f"Gap = {gap['reference']} - local, + is behind."] if rows else []
    if any(_is_clear(row) for row in rows):
        marks.append(f"*: a gap (or lead) at {gap['alpha']:g} after correction for all locales and dimensions.")
    if any((row["unscored_share"] or 0) > MARKED_SHARE for row in rows):
        marks.append("?: over 2% unscored.")
    if any(row["verdict"] == say.SAME for row in rows):
        marks.append(f"=: no gap larger than {gap['margin']:g}.")
    small = [row for row in rows if row["n"] < gap["min_n"]]
    if small:
        which = "everywhere" if len(small) == len(rows) else f"in {len(small)} of {len(rows)} cells"
        marks.append(f"n too small for an interval {which} (below {gap['min_n']}).")
    return marks


def _cell(row: Row | None, width: int) -> Text:
    """Return a gap with its marks behind it, padded so that the numbers stand under each other."""
    from rich.text import Text

    if row is None or row["gap"] is None:
        return Text(f"{'-':>{width - _MARKS}}", style="dim")
    marks = ("*" if _is_clear(row) else "=" if row["verdict"] == say.SAME else "") + (
        "?" if (row["unscored_share"] or 0) > MARKED_SHARE else ""
    )
    style = _STYLES.get(say.step(row["gap"]), "bold blue")
    return Text(f"{say.signed(row['gap'], minus='-'):>{width - _MARKS}}{marks}", style=style)


def _is_clear(row: Row) -> bool:
    return bool(row["verdict"] == "gap")


def _count(rows: Any) -> str:
    counts = sorted({row["n"] for row in rows if row["gap"] is not None})
    return "-" if not counts else str(counts[0]) if len(counts) == 1 else f"{counts[0]}-{counts[-1]}"


def _chunks(columns: Sequence[tuple[str, int]], width: int) -> list[list[tuple[str, int]]]:
    """Spread (name, width) over as few tables as fit, evenly, so that no table is left with one column."""
    if not columns:
        return []
    total, widest = sum(wide for _, wide in columns), max(wide for _, wide in columns)
    tables = -(-total // max(width, 1))
    even = min(width, -(-total // tables) + widest - 1)
    chunks: list[list[tuple[str, int]]] = []
    left = 0
    for name, wide in columns:
        if not chunks or wide > left:
            chunks.append([])
            left = even
        chunks[-1].append((name, wide))
        left -= wide
    return chunks


def _print_first(found: First, console: Console) -> None:
    """Print one row per locale, gravest first."""
    if not any(row.worst for row in found.rows):
        return
    rows = [*found.rows, *([found.reference] if found.reference else [])]
    cells = [(row.locale, *row.told("-", "-", "/")) for row in rows]
    names = ("locale", "critical", "safety", "crisis line", "worst gap")
    # A narrow terminal gets the columns that fit; the gaps stand below, and the page and summary.md have all.
    left, shown = console.width + _GUTTER, 0
    for column, name in enumerate(names):
        left -= max(len(name), *(len(row[column]) for row in cells)) + _GUTTER
        shown += left >= 0
    table = _table(*names[:shown])
    for row in cells:
        table.add_row(*map(_plain, row[:shown]))
    console.print(table)
    told = "critical: replies; safety: events; crisis line: share of replies with one that fits."
    _line(
        console,
        " ".join(filter(None, (told, found.rule if len(found.rows) > 1 else "", found.unmeasured))),
        style="dim",
    )


def _print_rates(gap: Mapping[str, Any], model: str, console: Console) -> None:
    """Print numbers that were given for an unknown country; what else needs the cue is in the page."""
    rows = [row for row in say.of_model(gap["rates"], model) if row["kind"] == "leak" and row["rate"] is not None]
    found: dict[str, list[str]] = {}
    for row in rows:
        if row["scorer"] == "crisis_lines" and row["locale"] != gap["reference"]:
            found.setdefault(f"{say.share(row['rate'])} of {row['n']}", []).append(row["locale"])
    if found:
        told = ", ".join(
            f"{rate} in {say.words(where) if len(where) < 4 else f'each of {len(where)} locales'}"
            for rate, where in found.items()
        )
        _line(console, f"A number to call though the country is not known (lower is better): {told}.")
    others = {row["criterion"] for row in say.of_model(gap["rates"], model) if row["scorer"] != "crisis_lines"}
    if others:
        _line(
            console,
            f"{say.counted(len(others), 'other criterion', 'other criteria')} that need the cue: see the report.",
        )


def _print_native(gap: Mapping[str, Any], model: str, console: Console) -> None:
    """Print the rates of native cases, all families of a locale together; the page has them by family."""
    rows = [row for row in say.of_model(gap.get("native", ()), model) if row["family"] == "all"]
    if not rows:
        return
    by_place = {(row["locale"], row["dimension"]): row for row in rows}
    names = [name for name in DIMENSIONS if any(row["dimension"] == name and row["n"] for row in rows)]
    locales = sorted({row["locale"] for row in rows})
    _line(console, "Native cases, no gap: mean of what was scored (scenarios)")
    columns = [(name, max(len(name), len("100% (000)")) + _GUTTER) for name in names]
    for chunk in _chunks(columns, console.width - max(map(len, ["locale", *locales]))):
        table = _table("locale", *(f"{name:>{wide - _GUTTER}}" for name, wide in chunk))
        for locale in locales:
            rates = [f"{_rate(by_place.get((locale, name))):>{wide - _GUTTER}}" for name, wide in chunk]
            table.add_row(_plain(locale), *rates)
        console.print(table)


def _print_consistency(gap: Mapping[str, Any], model: str, console: Console) -> None:
    """Print the ranks of local replies beside the pivot's, arms as columns."""
    rows = say.of_model(gap.get("consistency", ()), model)
    if not rows:
        return
    by_place = {(row["locale"], row["arm"]): row for row in rows}
    arms, locales = (list(dict.fromkeys(row[name] for row in rows)) for name in ("arm", "locale"))
    _line(console, "Same as the pivot reply? Mean rank within this run, 1 = nearest of all, .5 = chance (scenarios)")
    table = _table("locale", *arms)
    for locale in locales:
        cells = [by_place.get((locale, arm)) for arm in arms]
        told = ["-" if each is None or each["rank"] is None else f"{each['rank']:.2f} ({each['n']})" for each in cells]
        table.add_row(_plain(locale), *told)
    console.print(table)


def _rate(row: Row | None) -> str:
    return "-" if row is None or row["rate"] is None else f"{row['rate']:.0%} ({row['n']})"


def _table(*heads: str) -> Table:
    from rich.table import Table

    table = Table(box=None, padding=(0, 0, 0, _GUTTER), pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(_plain(head), no_wrap=True)
    return table


def _line(console: Console, text: str, style: str = "") -> None:
    from rich.text import Text

    console.print(Text(_plain(text), style=style))


def _plain(text: str) -> str:
    """Return `text` on one line without escapes, controls and characters that turn the line around."""
    return "".join(each if each.isprintable() else "?" for each in str(text))
