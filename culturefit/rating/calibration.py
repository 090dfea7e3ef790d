"""A judge beside people: how far its verdicts agree with theirs, and theirs with each other, on the same replies.

A unit is a reply and a criterion. Per unit, the judge's agreement is the share of people who say the same, people's is
the share of pairs of people who do; every unit counts as one, over its chance of having been drawn. Both are corrected
for chance in the same two ways: κ with chance π² + (1 − π)² (Scott 1955; for people Fleiss 1971) and AC1 with chance
2π(1 − π) (Gwet 2008), π being the share of yes. Intervals are percentile bootstraps over replies, drawn once for all
numbers of a cell, so that differences are paired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from culturefit.rating.agreement import Coefficient

__all__ = ["ANSWERS", "Calibration", "Chosen", "Unit", "calibrate_cell"]

Array = npt.NDArray[np.float64]
#: What can be compared; people's "unsure" and a judge's silence are counted apart.
ANSWERS: Final = ("yes", "no")
Verdict = Literal[
    "as people", "behind people", "no better than a constant", "people do not agree", "cannot tell", "too few"
]
_BLOCK: Final = 4_000_000
_EMPTY: Final = Coefficient(None)


@dataclass(frozen=True, slots=True)
class Unit:
    """A reply and a criterion: the judge's verdict (None = unscored) and people's, one each; `weight` = 1 / chance of being drawn."""

    item: str
    criterion: str
    locale: str
    judge: str | None
    people: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """How it is concluded: units below `min_n` say nothing; a judge may agree less than people do by up to `margin`."""

    min_n: int = 30
    margin: float = 0.1
    resamples: int = 1000
    confidence: float = 0.95
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Calibration:
    """A cell of criterion and locale.

    Attributes:
        n: units with a verdict and two people or more, which all numbers are of; where there is none, units with one person.
        n_effective: what unequal chances of being drawn leave of n (Kish 1965).
        single: units with a verdict and one person.
        unscored: units that people answered and the judge did not.
        judge, judge_kappa, judge_ac1: agreement of the judge with people.
        people, people_kappa, people_ac1: agreement between people.
        judge_yes, people_yes: base rates.
        constant: agreement with people of always giving the answer they give most.
        difference: judge − people. over_constant: judge − constant.
        n_needed: units after which an interval of `difference` is `margin` wide on either side.
        verdict: what can be concluded.
    """

    n: int
    n_effective: float
    single: int
    unscored: int
    judge: Coefficient = _EMPTY
    judge_kappa: Coefficient = _EMPTY
    judge_ac1: Coefficient = _EMPTY
    people: Coefficient = _EMPTY
    people_kappa: Coefficient = _EMPTY
    people_ac1: Coefficient = _EMPTY
    judge_yes: Coefficient = _EMPTY
    people_yes: Coefficient = _EMPTY
    constant: Coefficient = _EMPTY
    difference: Coefficient = _EMPTY
    over_constant: Coefficient = _EMPTY
    n_needed: int | None = None
    verdict: Verdict = "too few"


def calibrate_cell(units: Sequence[Unit], chosen: Chosen | None = None) -> Calibration:
    """Return the calibration on some units."""
    chosen = chosen or Chosen()
    judged = [each for each in units if each.judge in ANSWERS and each.people]
    several = [each for each in judged if len(each.people) > 1]
    counts: dict[str, Any] = {
        "single": len(judged) - len(several),
        "unscored": sum(each.judge not in ANSWERS and bool(each.people) for each in units),
    }
    used = several or judged
    if not used:
        return Calibration(0, 0.0, **counts)
    weight = np.array([each.weight for each in used])
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    table = _table(used)
    sums = _by_item(used, table * weight[:, None])
    point, drawn = _numbers(sums.sum(axis=0, keepdims=True)), _resample(sums, chosen)
    tail = (1 - chosen.confidence) / 2
    told: dict[str, Any] = {name: _coefficient(point[name][0], drawn[name], tail) for name in point}
    needed = None
    if several:
        spread = float(np.std(table[:, 1] - table[:, 4], ddof=1)) if len(used) > 1 else 0.0
        needed = max(chosen.min_n, int(np.ceil((1.959964 * spread / chosen.margin) ** 2)))
    else:
        told |= dict.fromkeys(("people", "people_kappa", "people_ac1", "difference"), _EMPTY)
    found = Calibration(len(used), effective, n_needed=needed, **counts, **told)
    return _with_verdict(found, bool(several), chosen)


def _with_verdict(found: Calibration, several: bool, chosen: Chosen) -> Calibration:
    verdict: Verdict = "cannot tell"
    if not several or found.n_effective < chosen.min_n:
        verdict = "too few"
    elif (found.people_kappa.low or 0.0) <= 0:
        verdict = "people do not agree"
    elif (found.over_constant.value or 0.0) <= 0:
        verdict = "no better than a constant"
    elif found.difference.low is not None and found.difference.high is not None:
        if found.difference.low >= -chosen.margin and (found.over_constant.low or 0.0) > 0:
            verdict = "as people"
        elif found.difference.high < 0:
            verdict = "behind people"
    return replace(found, verdict=verdict)


def _table(units: Sequence[Unit]) -> Array:
    """Return per unit: 1, judge's agreement, judge's yes, people's yes, people's agreement; shape (units, 5)."""
    out = np.empty((len(units), 5))
    for index, each in enumerate(units):
        total, yes = len(each.people), each.people.count("yes")
        pairs = total * (total - 1)
        alike = (yes * (yes - 1) + (total - yes) * (total - yes - 1)) / pairs if pairs else 0.0
        same = yes if each.judge == "yes" else total - yes
        out[index] = 1.0, same / total, each.judge == "yes", yes / total, alike
    return out


def _by_item(units: Sequence[Unit], table: Array) -> Array:
    """Return the sums per reply: a reply's criteria are not independent of each other."""
    places = {item: index for index, item in enumerate(dict.fromkeys(each.item for each in units))}
    out = np.zeros((len(places), table.shape[1]))
    np.add.at(out, [places[each.item] for each in units], table)
    return out


def _numbers(sums: Array) -> Mapping[str, Array]:
    """Return every number from sums of shape (draws, 5)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        judge, judge_yes, people_yes, people = (sums[:, index] / sums[:, 0] for index in (1, 2, 3, 4))
        both = (judge_yes + people_yes) / 2
        constant = np.maximum(people_yes, 1 - people_yes)
        return {
            "judge": judge, "judge_kappa": _corrected(judge, both, _scott), "judge_ac1": _corrected(judge, both, _gwet),
            "people": people, "people_kappa": _corrected(people, people_yes, _scott),
            "people_ac1": _corrected(people, people_yes, _gwet), "judge_yes": judge_yes, "people_yes": people_yes,
            "constant": constant, "difference": judge - people, "over_constant": judge - constant,
        }  # fmt: skip


def _scott(share: Array) -> Array:
    return share**2 + (1 - share) ** 2


def _gwet(share: Array) -> Array:
    return 2 * share * (1 - share)


def _corrected(raw: Array, share: Array, chance: Callable[[Array], Array]) -> Array:
    expected = chance(share)
    return np.where(expected < 1 - 1e-12, (raw - expected) / (1 - expected), np.nan)


def _resample(sums: Array, chosen: Chosen) -> Mapping[str, Array]:
    generator, items = np.random.default_rng(chosen.seed), len(sums)
    step = max(1, _BLOCK // items)
    drawn = [
        generator.multinomial(items, np.full(items, 1 / items), size=min(step, chosen.resamples - start)) @ sums
        for start in range(0, chosen.resamples, step)
    ]
    return _numbers(np.concatenate(drawn) if drawn else np.zeros((0, 5)))


def _coefficient(point: float, drawn: Array, tail: float) -> Coefficient:
    if not np.isfinite(point):
        return _EMPTY
    usable = drawn[np.isfinite(drawn)]
    if len(usable) < 20:
        return Coefficient(float(point))
    low, high = np.quantile(usable, [tail, 1 - tail])
    return Coefficient(float(point), float(low), float(high))
