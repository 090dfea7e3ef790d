"""Gaps and what they are made of. Signs: reference − local, positive = the locale is behind.

With the four cells of a scenario (E = asked in the pivot language, L = in the local one; P = placebo cue, C = culture
cue) the gap EP − LC splits exactly:

    language effect = ½[(EP − LP) + (EC − LC)]      cue effect = ½[(EP − EC) + (LP − LC)]      their sum = EP − LC

which is the Shapley value of a two-player game (Shapley 1953). "Cue effect": content of the cue and culture come
together. Only scenarios complete in all four cells enter the split.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from culturefit.gap.bootstrap import Bootstrap, Estimate
from culturefit.gap.cells import Array, Cell, Cells
from culturefit.vocabulary import DIMENSIONS

__all__ = ["CONTRAST", "gaps", "noise"]

CONTRAST = "pivot+placebo − local+culture"


def gaps(cells: Cells, locales: Sequence[str], reference: str, bootstrap: Bootstrap) -> list[dict[str, Any]]:
    """Return one entry per system × locale × dimension with data; shapes and names as in gap.json's schema."""
    out = []
    for system in cells.systems:
        for locale in locales:
            for dimension in DIMENSIONS:
                if locale == reference:
                    entry = _entry(cells, system, locale, dimension, reference, bootstrap, local_arm="pivot+culture")
                else:
                    entry = _entry(cells, system, locale, dimension, reference, bootstrap, local_arm="local+culture")
                if entry is not None:
                    out.append(entry)
    return out


def _entry(
    cells: Cells, system: str, locale: str, dimension: str, reference: str, bootstrap: Bootstrap, *, local_arm: str
) -> dict[str, Any] | None:
    ep = cells.get(system, reference, "pivot+placebo", dimension)
    lc = cells.get(system, locale, local_arm, dimension)
    if ep is None and lc is None:
        return None
    both = [cell for cell in (ep, lc) if cell is not None]
    replies = sum(cell.replies for cell in both)
    entry: dict[str, Any] = {
        "model": system, "locale": locale, "dimension": dimension, "family": DIMENSIONS[dimension],
        "contrast": f"pivot+placebo − {local_arm}",
        "gap": None, "low": None, "high": None, "note": "no pair", "n": 0, "dropped": 0,
        "reference_mean": _mean(ep), "local_mean": _mean(lc),
        "unscored_share": 1 - sum(cell.scored for cell in both) / replies if replies else 0.0,
        "bound_low": None, "bound_high": None, "language_effect": None, "cue_effect": None, "complete_n": 0,
    }  # fmt: skip
    if ep is None or lc is None:
        return entry
    difference = bootstrap.estimate(ep.value - lc.value)
    due = np.isfinite(ep.lowest) & np.isfinite(lc.lowest)
    entry |= {
        "gap": difference.value, "low": difference.low, "high": difference.high, "n": difference.n,
        "note": _note(difference), "dropped": int(due.sum()) - difference.n,
        "bound_low": _nanmean(ep.lowest - lc.highest), "bound_high": _nanmean(ep.highest - lc.lowest),
    }  # fmt: skip
    if locale != reference:
        entry |= _split(cells, system, locale, dimension, ep, lc, bootstrap)
    return entry


def _split(
    cells: Cells, system: str, locale: str, dimension: str, ep: Cell, lc: Cell, bootstrap: Bootstrap
) -> dict[str, Any]:
    ec = cells.get(system, locale, "pivot+culture", dimension)
    lp = cells.get(system, locale, "local+placebo", dimension)
    if ec is None or lp is None:
        return {}
    language = ((ep.value - lp.value) + (ec.value - lc.value)) / 2
    cue = ((ep.value - ec.value) + (lp.value - lc.value)) / 2
    complete = int(np.isfinite(language).sum())
    if not complete:
        return {}
    return {
        "language_effect": bootstrap.estimate(language).as_dict(),
        "cue_effect": bootstrap.estimate(cue).as_dict(),
        "complete_gap": bootstrap.estimate(np.where(np.isfinite(language), ep.value - lc.value, np.nan)).as_dict(),
        "complete_n": complete,
    }


def noise(cells: Cells, reference: str, bootstrap: Bootstrap) -> list[dict[str, Any]]:
    """Return what an irrelevant cue does: pivot+placebo − pivot, and placebo − placebo_b where the second is asked."""
    out = []
    for system in cells.systems:
        for dimension in DIMENSIONS:
            ep = cells.get(system, reference, "pivot+placebo", dimension)
            for arm in ("pivot", "pivot+placebo_b"):
                other = cells.get(system, reference, arm, dimension)
                if ep is None or other is None:
                    continue
                found = bootstrap.estimate(ep.value - other.value)
                out.append({"model": system, "dimension": dimension, "contrast": f"pivot+placebo − {arm}", **found.as_dict(),
                            "n": found.n, "note": _note(found)})  # fmt: skip
    return out


def _note(estimate: Estimate) -> str | None:
    if estimate.n == 0:
        return "no pair"
    return "n too small" if estimate.low is None else None


def _mean(cell: Cell | None) -> float | None:
    return None if cell is None else _nanmean(cell.value)


def _nanmean(values: Array) -> float | None:
    present = values[np.isfinite(values)]
    return float(present.mean()) if len(present) else None
