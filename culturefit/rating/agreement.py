"""Chance-corrected agreement of raters, from the counts of labels per unit; missing ratings are allowed.

* Krippendorff's α (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"), nominal, ordinal or interval;
* Fleiss' κ (Fleiss 1971), for units with different numbers of ratings as the mean of their own agreement;
* Gwet's AC1 (Gwet 2008), which does not collapse where one label is rare;
* raw agreement: the share of pairs of ratings of a unit that are alike.

Only units with two ratings or more say anything about agreement. Intervals are percentile bootstraps over units.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from culturefit.errors import UsageError

__all__ = ["LEVELS", "Agreement", "Coefficient", "agreement", "counts_of"]

Level = Literal["nominal", "ordinal", "interval"]
LEVELS: Final[tuple[Level, ...]] = ("nominal", "ordinal", "interval")
Matrix = npt.NDArray[np.float64]
#: Numbers held at once while resampling.
_BLOCK: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient with its interval; all None where it is not defined."""

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement within one group of ratings.

    Attributes:
        units: units with at least two ratings; `single` have one and say nothing.
        note: why a coefficient is not defined, else None.
    """

    units: int
    single: int
    raters: int
    labels: tuple[str, ...]
    ratings: int
    alpha: Coefficient
    kappa: Coefficient
    ac1: Coefficient
    raw: Coefficient
    note: str | None = None


def counts_of(
    ratings: Sequence[tuple[Hashable, Hashable, str]], level: Level = "nominal"
) -> tuple[Matrix, tuple[str, ...]]:
    """Return how often each unit got each label, shape (units, labels), and the labels in order.

    Args:
        ratings: (unit, rater, label); a rater rates a unit once.
        level: ordinal and interval labels are numbers and sorted as such.

    Raises:
        UsageError: a label that is no number although the level needs one.
    """
    names = sorted({label for _, _, label in ratings})
    if level != "nominal":
        try:
            names.sort(key=float)
        except ValueError:
            wrong = next(each for each in names if not _is_number(each))
            raise UsageError(
                f"The label '{wrong}' is no number, which --level {level} needs; use nominal or give numbers."
            ) from None
    place = {label: index for index, label in enumerate(names)}
    units = {unit: index for index, unit in enumerate(dict.fromkeys(unit for unit, _, _ in ratings))}
    counts = np.zeros((len(units), len(names)))
    np.add.at(counts, ([units[unit] for unit, _, _ in ratings], [place[label] for _, _, label in ratings]), 1)
    return counts, tuple(names)


def agreement(
    ratings: Sequence[tuple[Hashable, Hashable, str]], level: Level = "nominal", *, resamples: int = 1000, confidence: float = 0.95,
    seed: int = 0, labels: Sequence[str] | None = None,
) -> Agreement:  # fmt: skip
    """Return the agreement of ratings.

    Args:
        ratings: (unit, rater, label).
        level: of measurement, for α; the others are nominal.
        resamples: of the bootstrap; 0 = no intervals.
        confidence: of the intervals.
        seed: of the bootstrap.
        labels: all labels there are, where some may not occur in these ratings (AC1 depends on their number).
    """
    counts, names = counts_of(ratings, level)
    sizes = counts.sum(axis=1) if len(counts) else np.zeros(0)
    paired = counts[sizes >= 2]
    raters = len({rater for _, rater, _ in ratings})
    shared = {"single": int((sizes == 1).sum()), "raters": raters, "labels": names, "ratings": len(ratings)}
    none = Coefficient(None)
    if not len(paired):
        why = "no rating" if not len(ratings) else "only one rater" if raters == 1 else "no unit has two ratings"
        return Agreement(0, alpha=none, kappa=none, ac1=none, raw=none, note=why, **shared)  # type: ignore[arg-type]
    patterns, multiplicity = np.unique(paired, axis=0, return_counts=True)
    values = np.arange(len(names), dtype=float) if level == "nominal" else np.array([float(each) for each in names])
    number = max(len(names), len(labels or ()))
    point = _coefficients(patterns, multiplicity[None, :].astype(float), values, level, number)[:, 0]
    drawn = np.full((4, 0), np.nan)
    if resamples:
        generator = np.random.default_rng(seed)
        step = max(1, _BLOCK // max(1, len(patterns) * len(names) ** 2))
        blocks = []
        for start in range(0, resamples, step):
            weights = generator.multinomial(
                len(paired), multiplicity / len(paired), size=min(step, resamples - start)
            ).astype(float)
            blocks.append(_coefficients(patterns, weights, values, level, number))
        drawn = np.concatenate(blocks, axis=1)
    tail = (1 - confidence) / 2
    found = [_coefficient(point[index], drawn[index], tail) for index in range(4)]
    note = "only one label: nothing can be corrected for chance" if len(names) == 1 else None
    return Agreement(len(paired), alpha=found[0], kappa=found[1], ac1=found[2], raw=found[3], note=note, **shared)  # type: ignore[arg-type]


def _coefficient(point: float, drawn: Matrix, tail: float) -> Coefficient:
    if np.isnan(point):
        return Coefficient(None)
    usable = drawn[np.isfinite(drawn)]
    if len(usable) < 20:
        return Coefficient(float(point))
    low, high = np.quantile(usable, [tail, 1 - tail])
    return Coefficient(float(point), float(low), float(high))


def _coefficients(patterns: Matrix, weights: Matrix, values: Matrix, level: Level, labels: int) -> Matrix:
    """Return α, κ, AC1 and raw agreement, shape (4, draws).

    Args:
        patterns: the distinct rows of counts, shape (patterns, labels).
        weights: how often each is drawn, shape (draws, patterns).
        values: of the labels, for the distances of α.
        level: of measurement.
        labels: how many there are.
    """
    sizes = patterns.sum(axis=1)
    units = weights.sum(axis=1)
    alike = (patterns * (patterns - 1)).sum(axis=1) / (sizes * (sizes - 1))
    raw = weights @ alike / units
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (weights @ patterns) / (weights @ sizes)[:, None]
        chance = (share**2).sum(axis=1)
        kappa = np.where(chance < 1 - 1e-12, (raw - chance) / (1 - chance), np.nan)
        own = (weights @ (patterns / sizes[:, None])) / units[:, None]
        chance = (own * (1 - own)).sum(axis=1) / (labels - 1) if labels > 1 else np.ones(len(units))
        ac1 = np.where(chance < 1 - 1e-12, (raw - chance) / (1 - chance), np.nan)
    return np.stack([_alpha(patterns, weights, values, level), kappa, ac1, raw])


def _alpha(patterns: Matrix, weights: Matrix, values: Matrix, level: Level) -> Matrix:
    sizes = patterns.sum(axis=1)
    kinds = patterns.shape[1]
    # Coincidences of a unit: pairs of ratings, each unit counting as often as it was rated.
    pairs = patterns[:, :, None] * patterns[:, None, :]
    pairs[:, np.arange(kinds), np.arange(kinds)] -= patterns
    pairs /= (sizes - 1)[:, None, None]
    coincidences = (weights @ pairs.reshape(len(patterns), -1)).reshape(-1, kinds, kinds)
    totals = coincidences.sum(axis=2)
    n = totals.sum(axis=1)
    distances = _distances(totals, values, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = (coincidences * distances).sum(axis=(1, 2)) / n
        expected = (totals[:, :, None] * totals[:, None, :] * distances).sum(axis=(1, 2)) / (n * (n - 1))
        alpha: Matrix = np.where(expected > 0, 1 - observed / expected, np.nan)
    return alpha


def _distances(totals: Matrix, values: Matrix, level: Level) -> Matrix:
    """Return squared distances of labels, shape (draws, labels, labels); ordinal ones depend on how often each occurs."""
    kinds = len(values)
    if level == "nominal":
        return np.broadcast_to(1 - np.eye(kinds), (len(totals), kinds, kinds))
    if level == "interval":
        return np.broadcast_to((values[:, None] - values[None, :]) ** 2, (len(totals), kinds, kinds))
    middle = np.cumsum(totals, axis=1) - totals / 2
    ordinal: Matrix = (middle[:, :, None] - middle[:, None, :]) ** 2
    return ordinal


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def as_dict(found: Agreement) -> Mapping[str, object]:
    """Return plain data for JSON."""
    return {
        "units": found.units, "single": found.single, "raters": found.raters, "labels": list(found.labels),
        "ratings": found.ratings, "note": found.note,
        **{
            name: {"value": each.value, "low": each.low, "high": each.high}
            for name, each in (("alpha", found.alpha), ("kappa", found.kappa), ("ac1", found.ac1), ("raw", found.raw))
        },
    }  # fmt: skip
