"""Gaps and what they are made of. Signs: reference − local, positive = the locale is behind.

With the four cells of a scenario (E = asked in the pivot language, L = in the local one; P = placebo cue, C = culture
cue) the gap EP − LC splits exactly:

    language effect = ½[(EP − LP) + (EC − LC)]      cue effect = ½[(EP − EC) + (LP − LC)]      their sum = EP − LC

which is the Shapley value of a two-player game (Shapley 1953). "Cue effect": content of the cue and culture come
together. Only scenarios complete in all four cells enter the split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from culturefit.gap.bootstrap import Bootstrap, Estimate
from culturefit.gap.cells import Array, Cell, Cells
from culturefit.gap.significance import adjusted, detectable_gap, mcnemar, n_needed, permutation_p, verdict
from culturefit.vocabulary import DIMENSIONS

__all__ = ["CONTRAST", "Judgement", "cliffs_delta", "gap_columns", "gaps", "noise"]

CONTRAST = "pivot+placebo − local+culture"
_REFERENCE_CONTRAST = "pivot+placebo − pivot+culture"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What decides the verdicts, fixed in the configuration before the run."""

    margin: float = 0.1
    alpha: float = 0.05
    #: The one contrast that is not corrected for the others: {"locale": …, "dimension": …}, or None.
    primary: dict[str, str] | None = None


@dataclass(slots=True)
class _Place:
    """Where a gap is: its cells, and the columns of differences that its estimates come from."""

    system: str
    locale: str
    dimension: str
    ep: Cell | None
    lc: Cell | None
    #: "gap", "language_effect", "cue_effect", "complete_gap" -> one difference per scenario
    columns: dict[str, Array]


def gaps(
    cells: Cells, locales: Sequence[str], reference: str, bootstrap: Bootstrap, judgement: Judgement | None = None
) -> list[dict[str, Any]]:
    """Return one entry per system × locale × dimension with data; shapes and names as in gap.json's schema."""
    judgement = judgement or Judgement()
    places = list(_places(cells, locales, reference))
    names = [(index, name) for index, place in enumerate(places) for name in place.columns]
    if names:
        table = np.stack([places[index].columns[name] for index, name in names], axis=1)
        found = dict(zip(names, bootstrap.estimates(table), strict=True))
        own = [number for number, (_, name) in enumerate(names) if name == "gap"]
        narrow = dict(
            zip([names[i] for i in own], bootstrap.estimates(table[:, own], 1 - 2 * judgement.alpha), strict=True)
        )
        p_values = dict(zip([names[i] for i in own], _p_values(table[:, own], bootstrap.seed), strict=True))
    else:
        found, narrow, p_values = {}, {}, {}
    out = []
    for index, place in enumerate(places):
        entry = _entry(place, reference)
        if "gap" in place.columns:
            own_gap = found[index, "gap"]
            entry |= _gap(place, own_gap, narrow[index, "gap"], p_values[index, "gap"], judgement)
            for name in ("language_effect", "cue_effect", "complete_gap"):
                if name in place.columns:
                    entry[name] = found[index, name].as_dict()
                    entry["complete_n"] = found[index, name].n
        out.append(entry)
    _judge(out, reference, judgement)
    return out


def gap_columns(cells: Cells, system: str, locale: str, dimension: str, reference: str) -> Array | None:
    """Return the gap's difference per scenario (NaN = no pair), or None where a side was not asked."""
    ep, lc = _sides(cells, system, locale, dimension, reference)
    return None if ep is None or lc is None else ep.value - lc.value


def _sides(cells: Cells, system: str, locale: str, dimension: str, reference: str) -> tuple[Cell | None, Cell | None]:
    arm = "pivot+culture" if locale == reference else "local+culture"
    return cells.get(system, reference, "pivot+placebo", dimension), cells.get(system, locale, arm, dimension)


def _places(cells: Cells, locales: Sequence[str], reference: str) -> list[_Place]:
    places = []
    for system in cells.systems:
        for locale in locales:
            for dimension in DIMENSIONS:
                ep, lc = _sides(cells, system, locale, dimension, reference)
                if ep is None and lc is None:
                    continue
                columns: dict[str, Array] = {}
                if ep is not None and lc is not None:
                    columns["gap"] = ep.value - lc.value
                    ec = cells.get(system, locale, "pivot+culture", dimension)
                    lp = cells.get(system, locale, "local+placebo", dimension)
                    if locale != reference and ec is not None and lp is not None:
                        language = ((ep.value - lp.value) + (ec.value - lc.value)) / 2
                        if np.isfinite(language).any():
                            columns["language_effect"] = language
                            columns["cue_effect"] = ((ep.value - ec.value) + (lp.value - lc.value)) / 2
                            columns["complete_gap"] = np.where(np.isfinite(language), columns["gap"], np.nan)
                places.append(_Place(system, locale, dimension, ep, lc, columns))
    return places


def _entry(place: _Place, reference: str) -> dict[str, Any]:
    both = [cell for cell in (place.ep, place.lc) if cell is not None]
    replies = sum(cell.replies for cell in both)
    return {
        "model": place.system, "locale": place.locale, "dimension": place.dimension,
        "family": DIMENSIONS[place.dimension],
        "contrast": _REFERENCE_CONTRAST if place.locale == reference else CONTRAST,
        "gap": None, "low": None, "high": None, "note": "no pair", "method": None, "n": 0, "dropped": 0, "sd": None,
        "d_z": None, "cliffs_delta": None, "p": None, "p_method": None, "q": None, "primary": False,
        "verdict": None, "n_needed": None, "detectable": None, "narrow_low": None, "narrow_high": None,
        "reference_mean": _mean(place.ep), "local_mean": _mean(place.lc),
        "unscored_share": 1 - sum(cell.scored for cell in both) / replies if replies else 0.0,
        "bound_low": None, "bound_high": None, "language_effect": None, "cue_effect": None, "complete_gap": None,
        "complete_n": 0,
    }  # fmt: skip


def _gap(
    place: _Place, own: Estimate, narrow: Estimate, p: tuple[float | None, str | None], judgement: Judgement
) -> dict[str, Any]:
    ep, lc = place.ep, place.lc
    assert ep is not None
    assert lc is not None
    due = np.isfinite(ep.lowest) & np.isfinite(lc.lowest)
    paired = np.isfinite(place.columns["gap"])
    small = own.note == "n too small"
    return {
        "gap": own.value, "low": own.low, "high": own.high, "n": own.n, "note": own.note, "method": own.method,
        "sd": own.sd, "d_z": own.value / own.sd if own.value is not None and own.sd else None,
        "cliffs_delta": cliffs_delta(ep.value[paired], lc.value[paired]),
        "p": None if small else p[0], "p_method": None if small else p[1],
        "dropped": int(due.sum()) - own.n,
        "n_needed": n_needed(own.sd, judgement.margin) if own.sd else None,
        "detectable": detectable_gap(own.sd, own.n) if own.sd else None,
        "narrow_low": narrow.low, "narrow_high": narrow.high,
        "bound_low": _nanmean(ep.lowest - lc.highest), "bound_high": _nanmean(ep.highest - lc.lowest),
    }  # fmt: skip


def _p_values(table: Array, seed: int) -> list[tuple[float | None, str | None]]:
    permuted = permutation_p(table, seed)
    out: list[tuple[float | None, str | None]] = []
    for index in range(table.shape[1]):
        values = table[:, index][np.isfinite(table[:, index])]
        if not len(values):
            out.append((None, None))
        elif np.isin(values, (-1.0, 0.0, 1.0)).all():
            out.append((mcnemar(int((values > 0).sum()), int((values < 0).sum())), "McNemar, exact"))
        else:
            out.append((float(permuted[index]), "permutation"))
    return out


def _judge(entries: list[dict[str, Any]], reference: str, judgement: Judgement) -> None:
    """Correct over the locales × dimensions of each model, and give the verdicts."""
    primary = judgement.primary or {}
    for system in dict.fromkeys(entry["model"] for entry in entries):
        mine = [entry for entry in entries if entry["model"] == system and entry["locale"] != reference]
        for entry in mine:
            entry["primary"] = bool(primary) and all(entry[key] == value for key, value in primary.items())
        family = [entry for entry in mine if not entry["primary"]]
        values = np.array([np.nan if entry["p"] is None else entry["p"] for entry in family])
        for entry, q in zip(family, adjusted(values), strict=True):
            entry["q"] = None if np.isnan(q) else float(q)
        for entry in mine:
            if entry["primary"]:
                entry["q"] = entry["p"]
            if entry["gap"] is not None:
                narrow = (entry["narrow_low"], entry["narrow_high"])
                entry["verdict"] = verdict(entry["q"], narrow, judgement.margin, judgement.alpha)


def cliffs_delta(reference: Array, local: Array) -> float | None:
    """Return Cliff's delta: P(reference > local) − P(reference < local) over all pairs (Cliff 1993); None of nothing."""
    if not len(reference) or not len(local):
        return None
    ordered = np.sort(local)
    above = np.searchsorted(ordered, reference - 1e-12, side="right").sum()
    below = (len(ordered) - np.searchsorted(ordered, reference + 1e-12, side="left")).sum()
    return float((above - below) / (len(reference) * len(local)))


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
                            "n": found.n, "note": found.note})  # fmt: skip
    return out


def _mean(cell: Cell | None) -> float | None:
    return None if cell is None else _nanmean(cell.value)


def _nanmean(values: Array) -> float | None:
    present = values[np.isfinite(values)]
    return float(present.mean()) if len(present) else None
