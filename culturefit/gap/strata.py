"""The gap again on parts of the data: deterministic criteria alone, judges' alone, and by where the texts come from.

Judges differ between languages, so the gap on deterministic criteria stands beside every other; and texts of different
origin or relation to the source (machine translated, adapted, native) are never pooled without saying so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from culturefit.gap.bootstrap import Bootstrap
from culturefit.gap.cells import build_cells, codes, criteria_index, entry_for
from culturefit.gap.effects import gap_columns
from culturefit.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["by_kind", "by_provenance"]


def by_kind(
    scores: pa.Table, runs: Sequence[Mapping[str, Any]], locales: Sequence[str], reference: str, bootstrap: Bootstrap
) -> list[dict[str, Any]]:
    """Return the gap per model × locale × dimension × kind, where a dimension has criteria of both kinds."""
    known = criteria_index(runs)
    scenario_code, scenarios = codes(scores, "scenario")
    scorer_code, scorer_ids = codes(scores, "scorer")
    criterion_code, criteria = codes(scores, "criterion")
    combined = np.stack([scenario_code, scorer_code, criterion_code], axis=1)
    unique, inverse = np.unique(combined, axis=0, return_inverse=True)
    kinds = []
    for scenario, scorer, criterion in unique:
        entry = entry_for(known, scenarios[scenario], scorer_ids[scorer], criteria[criterion])
        kinds.append((entry or {}).get("kind") or "deterministic")
    if len(set(kinds)) < 2:
        return []
    of_row = np.array(kinds)[inverse.reshape(-1)]
    out = []
    for kind in sorted(set(kinds)):
        out += [
            {"kind": kind} | entry
            for entry in _gaps(scores.filter(of_row == kind), runs, locales, reference, bootstrap)
        ]
    mixed = {
        (entry["model"], entry["dimension"])
        for entry in out
        if len(
            {each["kind"] for each in out if (each["model"], each["dimension"]) == (entry["model"], entry["dimension"])}
        )
        > 1
    }
    return [entry for entry in out if (entry["model"], entry["dimension"]) in mixed]


def by_provenance(
    scores: pa.Table, runs: Sequence[Mapping[str, Any]], locales: Sequence[str], reference: str, bootstrap: Bootstrap
) -> list[dict[str, Any]]:
    """Return the gap per model × locale × dimension × (origin, relation) of the local text, where a locale has several.

    The reference cell's rows stay in every part: it is the local text that differs.
    """
    locale_code, names = codes(scores, "locale")
    origin_code, origins = codes(scores, "origin")
    relation_code, relations = codes(scores, "relation")
    own = np.array([name != reference for name in names])[locale_code]
    several = set()
    for index, name in enumerate(names):
        mine = locale_code == index
        if (
            name is not None
            and name != reference
            and len(np.unique(np.stack([origin_code[mine], relation_code[mine]]), axis=1).T) > 1
        ):
            several.add(name)
    if not several:
        return []
    out = []
    pairs = np.unique(np.stack([origin_code[own], relation_code[own]]), axis=1).T
    for origin, relation in pairs:
        part = ~own | ((origin_code == origin) & (relation_code == relation))
        kept = [name for name in locales if name in several]
        out += [
            {"origin": origins[origin], "relation": relations[relation]} | entry
            for entry in _gaps(scores.filter(part), runs, kept, reference, bootstrap)
        ]
    return out


def _gaps(
    scores: pa.Table, runs: Sequence[Mapping[str, Any]], locales: Sequence[str], reference: str, bootstrap: Bootstrap
) -> list[dict[str, Any]]:
    cells = build_cells(scores, runs)
    # The bootstrap counts scenarios of the whole table; a part may hold fewer of them, in another order.
    own = bootstrap if len(cells.scenarios) == bootstrap.size else bootstrap.of_size(len(cells.scenarios))
    found, columns = [], []
    for system in cells.systems:
        for locale in locales:
            for dimension in DIMENSIONS:
                column = gap_columns(cells, system, locale, dimension, reference) if locale != reference else None
                if column is not None and np.isfinite(column).any():
                    found.append({"model": system, "locale": locale, "dimension": dimension})
                    columns.append(column)
    if not columns:
        return []
    return [
        entry | {"gap": each.value, "low": each.low, "high": each.high, "n": each.n, "note": each.note}
        for entry, each in zip(found, own.estimates(np.stack(columns, axis=1)), strict=True)
    ]
