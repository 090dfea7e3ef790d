"""The results of runs as a `datasets` folder: replies, scores and gaps as Parquet, and a card that says what they are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.files import folder_of_ours, whole, write_whole
from culturefit.report import words as say
from culturefit.report.data import load_runs
from culturefit.report.verdict import verdict

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["write_results"]

#: What the card says of each table, in the order of its configurations; the first is what a viewer shows.
_TABLES = {
    "gaps": "one row per model, locale and dimension: how far the locale is behind the reference, with its interval and verdict",
    "scores": "one row per reply, scorer and criterion: value or why there is none, and the findings on their spans",
    "replies": "one row per reply: the prompt as it was sent, the reply, where it comes from",
}

#: Columns of gaps that hold words; where one is empty, its values do not say so.
_WORDS = frozenset({"note", "method", "p_method", "verdict"})


def write_results(runs: Sequence[Path], folder: Path) -> Path:
    """Write <table>/train-00000-of-00001.parquet for gaps, scores and replies, and README.md, to `folder`; return the card.

    Raises:
        CulturefitError: as `load_runs` and `gap.compute` do.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    from culturefit.gap import compute

    data = load_runs(runs)
    gap = compute(data.scores, data.replies, data.runs)
    tables = {
        "gaps": pa.Table.from_pylist([_flat(row) for row in gap["gaps"]]),
        "scores": data.scores,
        "replies": data.replies,
    }
    for name, table in tables.items():
        path = folder_of_ours(folder / name) / "train-00000-of-00001.parquet"
        with whole(path, binary=True) as file:
            pq.write_table(_plain(table), file, compression="zstd")
    card = folder / "README.md"
    write_whole(card, _card(gap, data.runs, tables))
    return card


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of gap.json with its effects as columns, <effect>, <effect>_low and <effect>_high."""
    out: dict[str, Any] = {}
    for name, value in row.items():
        if name in ("language_effect", "cue_effect", "complete_gap"):
            parts = value or {}
            out |= {name: parts.get("value"), f"{name}_low": parts.get("low"), f"{name}_high": parts.get("high")}
        else:
            out[name] = value
    return out


def _plain(table: pa.Table) -> pa.Table:
    """Return the table with the same types whatever is in it.

    Of dictionaries `datasets` would make class labels in one file and text in another, and of an empty column no type at all.
    """
    import pyarrow as pa

    def of(field: pa.Field) -> pa.DataType:
        if pa.types.is_dictionary(field.type):
            return field.type.value_type
        if pa.types.is_null(field.type):
            return pa.string() if field.name in _WORDS else pa.int64() if field.name == "n_needed" else pa.float64()
        return field.type

    return table.cast(pa.schema([(field.name, of(field)) for field in table.schema]))


def _card(gap: Mapping[str, Any], runs: Sequence[Mapping[str, Any]], tables: Mapping[str, pa.Table]) -> str:
    from culturefit.locales import parse_locale

    languages = sorted({parse_locale(locale).language for locale in gap["locales"]})
    suites = list(dict.fromkeys(f"{run['suite']['id']} {run['suite'].get('version', '')}".strip() for run in runs))
    title = f"culturefit results: {', '.join(gap['models'])} on {', '.join(suites)}"
    title = json.dumps("".join(each for each in title if each.isprintable()), ensure_ascii=False)
    lines = [
        "---", "license: other", "language:", *(f"- {each}" for each in languages), f"pretty_name: {title}", "tags:",
        "- mental-health", "- evaluation", "- multilingual", "configs:",
    ]  # fmt: skip
    for name in _TABLES:
        lines += [
            f"- config_name: {name}",
            f"  data_files: {name}/*.parquet",
            *(["  default: true"] * (name == "gaps")),
        ]
    lines += ["---", "", "# Localisation gap", ""]
    lines += [f"{_line(verdict(gap, model).sentence())}\n" for model in gap["models"]]
    lines += [say.CAVEAT, ""]
    lines += [f"* `{name}` ({tables[name].num_rows} rows): {told}." for name, told in _TABLES.items()]
    lines += [
        "", f"Reference locale {gap['reference']}; the contrast is {gap['contrast']}. Version of the program: {gap['culturefit']}.", "",
        "**Content warning.** The prompts speak of distress, and the replies are a machine's: some fail the people they answer.", "",
        "**Licence.** The prompts are their suites', under the suites' licences; what a model wrote stands under its provider's terms. "
        "Name a licence here before this is published.", "",
        "**Not for training.** Prompts of an evaluation are of use while models have not seen them.", "", "Runs:", "",
        *(f"* `{run['run']}`: `{_line(run['signature'])}`" for run in gap["runs"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _line(text: str) -> str:
    """Return text of others as a line that is no markup and has no hidden characters."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(shown.replace("`", "'").replace("<", "&lt;").split())
