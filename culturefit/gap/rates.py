"""Cue-dependent criteria as rates: uptake where the cue is present, leak where it is absent.

Uptake = share of the scored replies of a cued arm that meet the criterion; higher is better. Leak = share of the replies
of an uncued arm that show it all the same, of those the scorer looked at: the criterion met, or a label other than `none`
found (a number to call for a person who never said where they are); lower is better. What a scorer could not look for
without the cue (`missing_fact`, no label) counts as unscored. Intervals are Wilson's (Wilson 1927; Brown, Cai & DasGupta
2001), printed from `min_n` scenarios on, like those of gaps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from culturefit.gap.cells import codes, criteria_index, entry_for, floats, system_labels
from culturefit.vocabulary import CUED_ARMS

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["cue_rates", "wilson"]


def wilson(hits: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval for `hits` of `n`; (0, 1) where n is 0."""
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, spread = hits / n, z * z / n
    centre = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def cue_rates(
    scores: pa.Table, runs: Sequence[Mapping[str, Any]], reference: str, *, confidence: float, min_n: int
) -> list[dict[str, Any]]:
    """Return one entry per system × locale × criterion × arm, with the reference locale's own cued rate beside it."""
    labels, known = system_labels(runs), criteria_index(runs)
    wanted = {each["scorer"] for each in known.values() if each["cue_dependent"]}
    names = ("run", "scenario", "locale", "arm", "scorer", "criterion", "dimension", "label", "unscored")
    columns = {name: codes(scores, name) for name in names}
    scorer_code, scorer_ids = columns["scorer"]
    mine = np.flatnonzero(np.isin(scorer_code, [code for code, name in enumerate(scorer_ids) if name in wanted]))
    lists = [[values[code] for code in column[mine]] for column, values in columns.values()]
    found_values = [None if np.isnan(each) else float(each) for each in floats(scores, "value")[mine]]
    groups: dict[tuple[str, str, str, str, str], dict[str, Any]] = {}
    for *cell, value in zip(*lists, found_values, strict=True):
        run, scenario, locale, arm, scorer, criterion, dimension, label, unscored = cell
        if arm is None:
            continue
        entry = entry_for(known, scenario, scorer, criterion)
        if entry is None or not entry["cue_dependent"] or unscored == "not_defined_in_arm":
            continue
        # One line per scorer and dimension: scenarios name their criteria as they like.
        group = groups.setdefault(
            (labels[run], locale, scorer, dimension, arm),
            {"hits": 0, "n": 0, "unscored": 0, "scenarios": set(), "names": set()},
        )
        group["names"].add(criterion)
        group["scenarios"].add(scenario)
        if arm in CUED_ARMS:
            shown, counted = value, value is not None
        else:
            found = (value or 0) > 0 or (value is None and label not in (None, "none"))
            # Without the country a number has no value, but its label says that there is one.
            shown, counted = float(found), unscored is None or (unscored == "missing_fact" and label is not None)
        group["n"] += counted
        group["unscored"] += not counted and unscored is not None
        group["hits"] += shown if counted else 0
    out = []
    for (system, locale, scorer, dimension, arm), group in groups.items():
        n, rate = group["n"], group["hits"] / group["n"] if group["n"] else None
        low, high = wilson(round(group["hits"]), n, confidence) if len(group["scenarios"]) >= min_n else (None, None)
        own = groups.get((system, reference, scorer, dimension, "pivot+culture"))
        out.append({
            "model": system, "locale": locale, "scorer": scorer, "criterion": "/".join(sorted(group["names"])),
            "dimension": dimension, "arm": arm, "kind": "uptake" if arm in CUED_ARMS else "leak", "rate": rate,
            "low": low, "high": high, "n": n, "scenarios": len(group["scenarios"]), "unscored": group["unscored"],
            "reference_rate": own["hits"] / own["n"] if own and own["n"] and arm in CUED_ARMS else None,
        })  # fmt: skip
    return out
