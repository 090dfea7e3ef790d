"""From score rows to cells: one value per model × locale × arm × dimension × scenario.

Value of a sample on a dimension = weighted mean of its scored criteria; of a scenario's cell = mean over epochs; of a
cell = mean over scenarios. Cue-dependent criteria and criteria not defined in an arm stay out (culturefit.gap.rates
has the former). Unscored samples are counted apart, with their reasons.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from culturefit.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Array",
    "Cell",
    "CellKey",
    "Cells",
    "build_cells",
    "codes",
    "criteria_index",
    "entry_for",
    "floats",
    "numbers",
    "system_labels",
]

Array = npt.NDArray[np.float64]


class CellKey(NamedTuple):
    """Which cell. `system` is the model's name, with the run's where two runs of one model differ in settings."""

    system: str
    locale: str
    arm: str | None
    dimension: str


@dataclass(slots=True)
class Cell:
    """A cell over the scenarios of the table, in the order of `Cells.scenarios`; NaN where there is nothing."""

    #: Mean of the scored samples of each scenario.
    value: Array
    #: The same with every unscored sample counted as 0, and as 1.
    lowest: Array
    highest: Array
    #: The worst scored sample of each scenario's epochs (worst of k).
    worst: Array
    replies: int = 0
    scored: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def n(self) -> int:
        """Scenarios with at least one scored sample."""
        return int(np.isfinite(self.value).sum())


@dataclass(slots=True)
class Cells:
    """Every cell of a table of scores."""

    systems: list[str]
    scenarios: list[str]
    cells: dict[CellKey, Cell]

    def get(self, system: str, locale: str, arm: str, dimension: str) -> Cell | None:
        """Return a cell, or None where no reply was due."""
        return self.cells.get(CellKey(system, locale, arm, dimension))


def system_labels(runs: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return run id -> the label its model has in tables.

    Two runs of one model that were made alike (the same `signature`) are one system and their cells are joined; runs
    that differ keep apart, each with its run's id.
    """
    signatures: dict[str, set[str]] = {}
    for run in runs:
        signatures.setdefault(run["model"]["name"], set()).add(run["signature"])
    return {
        run["run"]: run["model"]["name"]
        if len(signatures[run["model"]["name"]]) == 1
        else f"{run['model']['name']} ({run['run']})"
        for run in runs
    }


def criteria_index(runs: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    """Return (scenario, scorer, criterion) -> what run.json says of that criterion."""
    return {
        (each["scenario"], each["scorer"] or "", each["id"]): each for run in runs for each in run.get("criteria", ())
    }


def entry_for(
    known: Mapping[tuple[str, str, str], Mapping[str, Any]], scenario: str, scorer: str, criterion: str
) -> Mapping[str, Any] | None:
    """Return what run.json says of a criterion in a scenario; "*" stands for the user's own prompts."""
    return known.get((scenario, scorer, criterion)) or known.get(("*", scorer, criterion))


def codes(table: pa.Table, column: str) -> tuple[npt.NDArray[np.int64], list[Any]]:
    """Return a column as codes and the values they stand for; null is code -1, which finds the None at the end."""
    data = table.column(column).combine_chunks()
    if not hasattr(data, "dictionary"):
        data = data.dictionary_encode()
    indices, valid = numbers(data.indices, np.int32)
    return np.where(valid, indices, -1).astype(np.int64), [*data.dictionary.to_pylist(), None]


def numbers(array: pa.Array, kind: type[np.generic]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Return the numbers of an Arrow array and which of them are not null.

    Arrow's own to_numpy imports pandas first, which takes longer than the statistics of most runs.
    """
    count, start = len(array), array.offset
    validity, data = array.buffers()
    values = np.frombuffer(data, dtype=kind, count=start + count)[start:] if count else np.empty(0, dtype=kind)
    if validity is None or not count:
        return values, np.ones(count, dtype=bool)
    bits = np.unpackbits(np.frombuffer(validity, dtype=np.uint8), bitorder="little")
    return values, bits[start : start + count].astype(bool)


def floats(table: pa.Table, column: str) -> Array:
    """Return a column of doubles, null as NaN; shape (rows,)."""
    values, valid = numbers(table.column(column).combine_chunks(), np.float64)
    return np.where(valid, values, np.nan)


def build_cells(scores: pa.Table, runs: Sequence[Mapping[str, Any]]) -> Cells:
    """Gather `scores` (columns as in tables.scores_schema) into cells."""
    labels = system_labels(runs)
    run_code, (*run_ids, _) = codes(scores, "run")
    scenario_code, (*scenarios, _) = codes(scores, "scenario")
    scorer_code, scorer_ids = codes(scores, "scorer")
    criterion_code, criterion_ids = codes(scores, "criterion")
    unscored_code, reasons = codes(scores, "unscored")
    locale_code, locales = codes(scores, "locale")
    arm_code, arms = codes(scores, "arm")
    dimension_code, dimensions = codes(scores, "dimension")
    value = floats(scores, "value")
    epoch = numbers(scores.column("epoch").combine_chunks(), np.int32)[0].astype(np.int64)

    systems = list(dict.fromkeys(labels[run] for run in run_ids))
    system_of_run = np.array([systems.index(labels[run]) for run in run_ids], dtype=np.int64)

    # Weight and kind depend on (scenario, scorer, criterion) only: look each combination up once.
    combined = (scenario_code * len(scorer_ids) + scorer_code) * len(criterion_ids) + criterion_code
    unique, inverse = np.unique(combined, return_inverse=True)
    known = criteria_index(runs)
    weight_of, in_gap = np.ones(len(unique)), np.ones(len(unique), dtype=bool)
    for index, code in enumerate(unique):
        rest, criterion = divmod(int(code), len(criterion_ids))
        scenario, scorer = divmod(rest, len(scorer_ids))
        entry = entry_for(known, scenarios[scenario], scorer_ids[scorer], criterion_ids[criterion])
        if entry is not None:
            weight_of[index], in_gap[index] = float(entry["weight"]), not entry["cue_dependent"]
            in_gap[index] &= not entry.get("compare_only")
    undefined = np.array([reason == "not_defined_in_arm" for reason in reasons])
    keep = in_gap[inverse] & ~undefined[unscored_code]
    # A null value without a reason means that there was nothing to look at (no marker, no number): not a sample of it.
    keep &= np.isfinite(value) | (unscored_code >= 0)
    if not keep.any():
        return Cells(systems, scenarios, {})

    columns = (system_of_run[run_code], locale_code, arm_code, dimension_code, scenario_code, epoch)
    samples, sample_of = _unique_rows([column[keep] for column in columns])
    kept_value, kept_weight, kept_reason = value[keep], weight_of[inverse][keep], unscored_code[keep]
    weight = np.where(np.isfinite(kept_value), kept_weight, 0.0)
    total = np.bincount(sample_of, weights=weight, minlength=len(samples))
    weighted = np.bincount(sample_of, weights=weight * np.nan_to_num(kept_value), minlength=len(samples))
    with np.errstate(invalid="ignore", divide="ignore"):
        sample_value = np.where(total > 0, weighted / total, np.nan)
    reason_of = np.full(len(samples), -1)
    reason_of[sample_of[kept_reason >= 0]] = kept_reason[kept_reason >= 0]

    groups, group_of = _unique_rows(list(samples[:, :4].T))
    cells = {}
    # Sorted once: a mask per group would look at every sample for every cell.
    order_of = np.argsort(group_of, kind="stable")
    edges = np.searchsorted(group_of[order_of], np.arange(len(groups) + 1))
    for index, (system, locale, arm, dimension) in enumerate(groups):
        mine = order_of[edges[index] : edges[index + 1]]
        key = CellKey(systems[system], locales[locale], arms[arm], dimensions[dimension])
        cells[key] = _cell(samples[mine, 4], sample_value[mine], reason_of[mine], reasons, len(scenarios))
    order = {dimension: number for number, dimension in enumerate(DIMENSIONS)}
    ordered = sorted(cells, key=lambda key: (key.system, key.locale, key.arm or "", order.get(key.dimension, 99)))
    return Cells(systems, scenarios, {key: cells[key] for key in ordered})


def _unique_rows(columns: list[npt.NDArray[np.int64]]) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the distinct rows in order, and which of them each row is; as one number per row, which sorts ten times faster."""
    low = [int(column.min()) for column in columns]
    sizes = [int(column.max()) - least + 1 for column, least in zip(columns, low, strict=True)]
    code = np.zeros(len(columns[0]), dtype=np.int64)
    for column, least, size in zip(columns, low, sizes, strict=True):
        code = code * size + (column - least)
    unique, inverse = np.unique(code, return_inverse=True)
    rows = np.empty((len(unique), len(columns)), dtype=np.int64)
    rest = unique
    for index in range(len(columns) - 1, -1, -1):
        rows[:, index] = rest % sizes[index] + low[index]
        rest = rest // sizes[index]
    return rows, inverse.reshape(-1)


def _cell(
    scenario: npt.NDArray[np.int64], value: Array, reason: npt.NDArray[np.int64], reasons: list[str], n: int
) -> Cell:
    scored = np.isfinite(value)
    filled = np.nan_to_num(value)
    count = np.bincount(scenario, minlength=n).astype(np.float64)
    count_scored = np.bincount(scenario, weights=scored, minlength=n)
    total = np.bincount(scenario, weights=filled, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(count_scored > 0, total / count_scored, np.nan)
        lowest = np.where(count > 0, total / count, np.nan)
        highest = np.where(count > 0, (total + count - count_scored) / count, np.nan)
    worst = np.full(n, np.inf)
    np.minimum.at(worst, scenario[scored], value[scored])
    worst = np.where(np.isfinite(worst), worst, np.nan)
    why = Counter(reasons[code] for code in reason[~scored] if code >= 0)
    return Cell(mean, lowest, highest, worst, len(value), int(scored.sum()), why)
