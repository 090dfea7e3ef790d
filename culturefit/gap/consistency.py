"""Cross-lingual consistency: the ranks of pairs.parquet per model, locale and arm. They enter no gap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from culturefit.gap.bootstrap import draw
from culturefit.gap.cells import system_labels

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["consistency"]

_LOWEST = 3


def consistency(
    pairs: pa.Table | None, runs: Sequence[Mapping[str, Any]], *, confidence: float, resamples: int, min_n: int, seed: int = 0
) -> list[dict[str, Any]]:  # fmt: skip
    """Return one entry per model × locale × arm: the mean rank over scenarios (of their mean over epochs), with its interval.

    Args:
        pairs: rows as in tables.pairs_schema, of the runs that have them.
        runs: their run.json contents.
        confidence: of the interval, a percentile bootstrap over scenarios.
        resamples: of the bootstrap.
        min_n: scenarios below which there is none.
        seed: of the bootstrap.
    """
    if pairs is None:
        return []
    labels = system_labels(runs)
    found: dict[tuple[str, str, str], dict[str, list[float]]] = {}
    unscored: dict[tuple[str, str, str], Counter[str]] = {}
    for row in pairs.select(["run", "locale", "arm", "scenario", "rank", "unscored"]).to_pylist():
        key = (labels[row["run"]], row["locale"], row["arm"])
        cell, reasons = found.setdefault(key, {}), unscored.setdefault(key, Counter())
        if row["rank"] is None:
            reasons[row["unscored"]] += 1
        else:
            cell.setdefault(row["scenario"], []).append(row["rank"])
    out = []
    for (model, locale, arm), cell in sorted(found.items()):
        means = {scenario: float(np.mean(each)) for scenario, each in sorted(cell.items())}
        values = np.array(list(means.values()))
        drawn = draw(
            len(values), resamples=resamples, confidence=confidence, min_n=min_n, seed=seed, method="percentile"
        )
        estimate = drawn.estimate(values) if len(values) else None
        all_ranks = [each for ranked in cell.values() for each in ranked]
        out.append({
            "model": model, "locale": locale, "arm": arm, "rank": estimate.value if estimate else None,
            "low": estimate.low if estimate else None, "high": estimate.high if estimate else None, "n": len(means),
            "nearest": sum(each > 1 - 1e-9 for each in all_ranks) / len(all_ranks) if all_ranks else None,
            "unscored": dict(unscored[model, locale, arm]),
            "lowest": [scenario for scenario, _ in sorted(means.items(), key=lambda each: each[1])[:_LOWEST]],
        })  # fmt: skip
    return out
