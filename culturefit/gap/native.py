"""Suites of native cases as rates: each case stands in one locale only, so there is nothing to pair and no gap.

The rate of a locale, family (the scenarios' theme) and dimension is the mean over its scenarios of the mean over replies of the
scored values. Families are matched across locales by what they are about, not by their words: rates of two locales stand side
by side and are never subtracted. Intervals are Wilson's, from `min_n` scenarios on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from culturefit.gap.cells import codes, floats, system_labels
from culturefit.gap.rates import wilson

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["native_rates"]

#: Stands for all families of a locale together.
ALL = "all"


def native_rates(
    scores: pa.Table, runs: Sequence[Mapping[str, Any]], *, confidence: float, min_n: int
) -> list[dict[str, Any]]:
    """Return one entry per system × locale × family × dimension of the runs over native suites; [] where there are none."""
    themes = {run["run"]: run.get("themes") or {} for run in runs if run.get("suite", {}).get("design") == "native"}
    if not themes:
        return []
    labels = system_labels(runs)
    columns = {name: codes(scores, name) for name in ("run", "scenario", "locale", "dimension", "unscored")}
    values = floats(scores, "value")
    scored: dict[tuple[str, str, str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    unscored: dict[tuple[str, str, str, str], int] = defaultdict(int)
    rows = zip(*([known[code] for code in column] for column, known in columns.values()), values, strict=True)
    for run, scenario, locale, dimension, reason, value in rows:
        if run not in themes or reason == "not_defined_in_arm":
            continue
        for family in filter(None, (themes[run].get(scenario), ALL)):
            key = (labels[run], locale, family, dimension)
            if not np.isnan(value):
                scored[key][scenario].append(float(value))
            elif reason is not None:
                unscored[key] += 1
    out = []
    for key in sorted({*scored, *unscored}):
        means = [float(np.mean(each)) for each in scored[key].values()]
        n, rate = len(means), float(np.mean(means)) if means else None
        low, high = wilson(round(sum(means)), n, confidence) if n >= min_n else (None, None)
        system, locale, family, dimension = key
        out.append({
            "model": system, "locale": locale, "family": family, "dimension": dimension, "rate": rate, "low": low,
            "high": high, "n": n, "unscored": unscored[key],
        })  # fmt: skip
    return out
