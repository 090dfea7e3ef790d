"""Intervals for means over scenarios, many columns at once, from one bootstrap that all of them share.

A scenario is the unit: resampling it takes all its cells and epochs along, and since every gap shares the reference
replies, one draw of scenarios serves all gaps (a cluster bootstrap; Davison & Hinkley 1997, sections 2.4 and 3.8).

Methods, for the mean of n differences with standard error se:

* `percentile`: quantiles of the resampled means (Efron 1979);
* `bca`: the same quantiles moved for bias and skew (Efron 1987); the acceleration of a mean is the third moment over
  six times the second to the power 3/2;
* `studentised`: mean − t*·se with t* = (mean* − mean) / se* (Hall 1988), which follows skew best.

Pass/fail differences (−1, 0, 1), and others of which fewer than `MIN_DISTINCT` differ from the commonest value, have an
interval of their own, `score_interval`: no resample shows what a rare event would do. Which method is the default was chosen by
`benchmarks/intervals.py`; docs/statistics.md has its table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from statistics import NormalDist
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from culturefit.gap.cells import Array

__all__ = ["DEFAULT_METHOD", "METHODS", "Bootstrap", "Estimate", "Method", "draw", "score_interval"]

Method = Literal["percentile", "bca", "studentised"]
METHODS: Final[tuple[Method, ...]] = ("percentile", "bca", "studentised")
DEFAULT_METHOD: Final[Method] = "studentised"
#: Differences unlike the commonest one, below which no resampling tells how far the mean may be off.
MIN_DISTINCT: Final = 9
#: Cells of the matrix of counts that are held at once.
_BLOCK: Final = 32_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over scenarios with its interval; `low` and `high` are None where `note` says why there is none."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    sd: float | None = None
    method: str | None = None
    note: str | None = None

    def as_dict(self) -> dict[str, float | None]:
        """Return value, low and high for JSON."""
        return {"value": self.value, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Bootstrap:
    """Resamples of `size` scenarios, drawn when the first interval asks for them: many runs print none."""

    size: int
    resamples: int
    confidence: float
    min_n: int
    seed: int
    method: Method = DEFAULT_METHOD

    @cached_property
    def counts(self) -> npt.NDArray[np.float32]:
        """How often each scenario is in each resample; shape (resamples, scenarios)."""
        generator = np.random.default_rng(self.seed)
        size = max(self.size, 1)
        out = np.empty((self.resamples, size), dtype=np.float32)
        step = max(1, _BLOCK // size)
        for start in range(0, self.resamples, step):
            rows = min(step, self.resamples - start)
            picks = generator.integers(0, size, size=(rows, size))
            picks += np.arange(rows)[:, None] * size
            out[start : start + rows] = np.bincount(picks.ravel(), minlength=rows * size).reshape(rows, size)
        return out

    def of_size(self, size: int) -> Bootstrap:
        """Return the same bootstrap for another number of scenarios."""
        return replace(self, size=size)

    def estimate(self, differences: Array) -> Estimate:
        """Return the mean of `differences` (one per scenario, NaN = absent) with its interval."""
        return self.estimates(differences[:, None])[0]

    def estimates(self, columns: Array, confidence: float | None = None) -> list[Estimate]:
        """Return an estimate per column.

        Args:
            columns: shape (scenarios, columns), NaN = absent. Values of −1, 0 and 1 only are taken for pass/fail.
            confidence: the bootstrap's own if None.
        """
        confidence = self.confidence if confidence is None else confidence
        present = np.isfinite(columns)
        n = present.sum(axis=0)
        filled = np.where(present, columns, 0.0)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = filled.sum(axis=0) / n
            centred = np.where(present, columns - mean, 0.0)
            sd = np.sqrt((centred**2).sum(axis=0) / (n - 1))
        binary: npt.NDArray[np.bool_] = np.all(np.isin(filled, (-1.0, 0.0, 1.0)), axis=0)
        # How many differ from the commonest value: what a resample can vary.
        varied = _varied(columns, present)
        wanted = (n >= self.min_n) & ~binary & (varied >= MIN_DISTINCT)
        bounds = self._bounds(centred, present, mean, sd, np.flatnonzero(wanted), confidence)
        out = []
        for index in range(columns.shape[1]):
            size = int(n[index])
            value = float(mean[index]) if size else None
            spread = float(sd[index]) if size > 1 else None
            if size == 0:
                out.append(Estimate(None, None, None, 0, note="no pair"))
            elif size < self.min_n:
                out.append(Estimate(value, None, None, size, spread, note="n too small"))
            elif index in bounds:
                low, high = bounds[index]
                out.append(Estimate(value, low, high, size, spread, self.method))
            else:
                own = columns[present[:, index], index]
                worse, better = float(own[own > 0].sum()), float(-own[own < 0].sum())
                low, high = score_interval(worse, better, size, confidence)
                out.append(Estimate(value, low, high, size, spread, "score"))
        return out

    def _bounds(
        self,
        centred: Array,
        present: npt.NDArray[np.bool_],
        mean: Array,
        sd: Array,
        which: npt.NDArray[np.intp],
        confidence: float,
    ) -> dict[int, tuple[float, float]]:
        """Return (low, high) of the columns `which`; resamples without a scenario of a column are left out of it."""
        found: dict[int, tuple[float, float]] = {}
        tail = (1 - confidence) / 2
        for start in range(0, len(which), 64):
            chosen = which[start : start + 64]
            here, mask = centred[:, chosen].astype(np.float32), present[:, chosen].astype(np.float32)
            sizes = (self.counts @ mask).astype(np.float64)
            with np.errstate(invalid="ignore", divide="ignore"):
                shift = (self.counts @ here) / sizes
                if self.method == "studentised":
                    squares = (self.counts @ here**2) / sizes
                    error = np.sqrt(np.maximum(squares - shift**2, 0.0) / (sizes - 1))
            for column, index in enumerate(chosen):
                moved = shift[:, column][np.isfinite(shift[:, column])]
                if self.method == "percentile":
                    low, high = np.quantile(moved, [tail, 1 - tail])
                elif self.method == "bca":
                    low, high = np.quantile(moved, _bca_tails(moved, centred[:, index], tail))
                else:
                    usable = np.isfinite(shift[:, column]) & (error[:, column] > 1e-9)
                    ratios = shift[usable, column] / error[usable, column]
                    size = present[:, index].sum()
                    first, last = np.quantile(ratios, [tail, 1 - tail])
                    own = sd[index] / sqrt(size)
                    low, high = -last * own, -first * own
                found[int(index)] = (float(mean[index] + low), float(mean[index] + high))
        return found


def draw(
    scenarios: int, *, resamples: int = 2000, confidence: float = 0.95, min_n: int = 12, seed: int = 0,
    method: Method = DEFAULT_METHOD,
) -> Bootstrap:  # fmt: skip
    """Return the resamples; the same seed gives the same intervals."""
    return Bootstrap(scenarios, resamples, confidence, min_n, seed, method)


def score_interval(worse: float, better: float, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the score interval for a difference of paired proportions (Tango 1998, Statistics in Medicine 17, 891).

    For differences between −1 and 1 the sums of the positive and of the negative ones take the place of the counts: a
    pass/fail difference of the same sums varies more than any other, so the interval is on the safe side.

    Args:
        worse: pairs that count 1 (passed in the reference only), or the sum of the positive differences.
        better: pairs that count −1, or the sum of the negative ones without their sign.
        n: all pairs.
        confidence: of the interval.
    """
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    observed = (worse - better) / n

    def statistic(delta: float) -> float:
        # The probability of `better` under the restriction worse − better = delta, by maximum likelihood.
        b = -worse - better + (2 * n - worse + better) * delta
        c = -better * delta * (1 - delta)
        q = (sqrt(max(b * b - 8 * n * c, 0.0)) - b) / (4 * n)
        variance = n * (2 * q + delta * (1 - delta))
        return (worse - better - n * delta) / sqrt(variance) if variance > 1e-12 else 0.0

    def solve(low: float, high: float, target: float) -> float:
        for _ in range(60):  # the statistic falls as delta rises
            middle = (low + high) / 2
            low, high = (middle, high) if statistic(middle) > target else (low, middle)
        return (low + high) / 2

    edge = 1e-9
    return (
        -1.0 if observed <= -1 else solve(-1 + edge, observed, z),
        1.0 if observed >= 1 else solve(observed, 1 - edge, -z),
    )


def _varied(columns: Array, present: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return per column how many values differ from the commonest one."""
    out = np.zeros(columns.shape[1], dtype=np.int64)
    for index in range(columns.shape[1]):
        values = np.sort(np.round(columns[present[:, index], index], 9))
        if len(values):
            edges = np.flatnonzero(np.diff(values)) + 1
            out[index] = len(values) - np.diff([0, *edges, len(values)]).max()
    return out


def _bca_tails(moved: Array, centred: Array, tail: float) -> list[float]:
    """Return the quantiles that BCa reads; `moved` are resampled means less the mean."""
    normal = NormalDist()
    below = (np.count_nonzero(moved < 0) + 0.5 * np.count_nonzero(moved == 0)) / len(moved)
    bias = normal.inv_cdf(min(max(below, 1e-6), 1 - 1e-6))
    second = float((centred**2).sum())
    acceleration = float((centred**3).sum()) / (6 * second**1.5) if second > 0 else 0.0

    def moved_tail(share: float) -> float:
        z = bias + normal.inv_cdf(share)
        return min(max(normal.cdf(bias + z / (1 - acceleration * z)), 0.0), 1.0)

    return [moved_tail(tail), moved_tail(1 - tail)]
