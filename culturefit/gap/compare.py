"""Two runs of the same samples: what got better, what got worse, with the rigour of the gap.

Samples are paired by scenario × locale × arm × epoch, values are those of `cells`; the difference is B − A, positive = B is
better. Intervals, p-values and their correction are those of the gap, over locales × dimensions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from culturefit.errors import UsageError
from culturefit.gap.bootstrap import draw
from culturefit.gap.cells import Cells, build_cells
from culturefit.gap.significance import adjusted, mcnemar, permutation_p
from culturefit.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["compare"]


def compare(
    scores_a: pa.Table, scores_b: pa.Table, run_a: Mapping[str, Any], run_b: Mapping[str, Any], *,
    confidence: float = 0.95, alpha: float = 0.05, min_n: int = 12, seed: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """Return what changed from run A to run B.

    Args:
        scores_a: score rows of run A, as in tables.scores_schema.
        scores_b: of run B.
        run_a: the run.json of A.
        run_b: of B.
        confidence: of the intervals.
        alpha: level after correction from which a change counts.
        min_n: scenarios below which neither interval nor p-value is given.
        seed: of bootstrap and permutations.

    Returns:
        `changes`: one entry per locale × dimension (both arms of the locale pooled within a scenario), `unlike`: what differs
        between the runs beside the model.

    Raises:
        UsageError: the runs share no sample.
    """
    shared = _shared(scores_a, scores_b)
    if not shared:
        raise UsageError(
            f"{run_a['run']} and {run_b['run']} have no sample in common; compare runs of the same suite, locales and arms."
        )
    a, b = (build_cells(_only(scores, shared), [run]) for scores, run in ((scores_a, run_a), (scores_b, run_b)))
    scenarios = sorted({*a.scenarios, *b.scenarios})
    entries, columns = [], []
    for locale in sorted({key.locale for key in a.cells} & {key.locale for key in b.cells}):
        for dimension in DIMENSIONS:
            first, second = (_of_locale(cells, locale, dimension, scenarios) for cells in (a, b))
            if first is None or second is None:
                continue
            difference = second - first
            if np.isfinite(difference).any():
                entries.append({
                    "locale": locale, "dimension": dimension, "a": _mean(first, difference), "b": _mean(second, difference),
                    "changed": _changed(difference, scenarios),
                })  # fmt: skip
                columns.append(difference)
    if columns:
        table = np.stack(columns, axis=1)
        estimates = draw(len(scenarios), confidence=confidence, min_n=min_n, seed=seed).estimates(table)
        permuted = permutation_p(table, seed)
        p_values = np.full(len(entries), np.nan)
        for index, (entry, found) in enumerate(zip(entries, estimates, strict=True)):
            entry |= {"difference": found.value, "low": found.low, "high": found.high, "n": found.n, "note": found.note}
            if found.n >= min_n:
                p_values[index] = _p(table[:, index], float(permuted[index]))
        for entry, p, q in zip(entries, p_values, adjusted(p_values), strict=True):
            known = not np.isnan(p)
            entry |= {"p": float(p) if known else None, "q": float(q) if known else None}
            entry["verdict"] = _verdict(entry, alpha)
    return {
        "schema": 1, "a": run_a["run"], "b": run_b["run"], "models": [run_a["model"]["name"], run_b["model"]["name"]],
        "samples": len(shared), "confidence": confidence, "alpha": alpha, "unlike": _unlike(run_a, run_b),
        "changes": entries,
    }  # fmt: skip


_KEY = ("scenario", "locale", "arm", "epoch")


def _keys(scores: pa.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(scores.column(name).to_pylist() for name in _KEY), strict=True))


def _shared(a: pa.Table, b: pa.Table) -> set[tuple[Any, ...]]:
    return set(_keys(a)) & set(_keys(b))


def _only(scores: pa.Table, shared: set[tuple[Any, ...]]) -> pa.Table:
    import pyarrow as pa

    return scores.filter(pa.array([key in shared for key in _keys(scores)]))


def _of_locale(cells: Cells, locale: str, dimension: str, scenarios: Sequence[str]) -> Any:
    """Return the mean over the arms of a locale, per scenario in the order of `scenarios`; None where there is none."""
    mine = [cell.value for key, cell in cells.cells.items() if (key.locale, key.dimension) == (locale, dimension)]
    if not mine:
        return None
    stacked = np.stack(mine)
    count = np.isfinite(stacked).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(count > 0, np.nansum(stacked, axis=0) / count, np.nan)
    place = {name: index for index, name in enumerate(cells.scenarios)}
    return np.array([mean[place[name]] if name in place else np.nan for name in scenarios])


def _mean(values: Any, difference: Any) -> float:
    return float(values[np.isfinite(difference)].mean())


def _changed(difference: Any, scenarios: Sequence[str]) -> list[tuple[str, float]]:
    """Return the scenarios that changed most, worst first: at most three each way."""
    order = [index for index in np.argsort(difference, kind="stable") if np.isfinite(difference[index])]
    worst = [index for index in order[:3] if difference[index] < 0]
    best = [index for index in order[-3:] if difference[index] > 0]
    return [(scenarios[index], float(difference[index])) for index in [*worst, *best]]


def _p(values: Any, permuted: float) -> float:
    present = values[np.isfinite(values)]
    if np.isin(present, (-1.0, 0.0, 1.0)).all():
        return mcnemar(int((present > 0).sum()), int((present < 0).sum()))
    return permuted


def _verdict(entry: Mapping[str, Any], alpha: float) -> str:
    if entry["q"] is None or entry["q"] > alpha:
        return "cannot tell"
    return "better" if entry["difference"] > 0 else "worse"


def _unlike(a: Mapping[str, Any], b: Mapping[str, Any]) -> list[str]:
    told = []
    for name, of in (
        ("suite", lambda run: f"{run['suite']['id']} {run['suite'].get('hash', '')[:12]}"),
        ("culturefit", lambda run: run.get("culturefit")),
        ("sampling", lambda run: run["settings"].get("sampling")),
        ("system prompt", lambda run: run["settings"].get("system_prompt")),
        ("scorer settings", lambda run: run["settings"].get("scorer")),
    ):
        first, second = str(of(a)), str(of(b))
        if first != second:
            told.append(f"{name}: {first} / {second}")
    return told
