"""Intervals from one bootstrap over scenarios, shared by every locale and dimension.

A scenario is the unit: resampling it takes all its cells and epochs along, and since every gap shares the reference
replies, one draw of scenarios serves all gaps (a cluster bootstrap; Davison & Hinkley 1997, section 2.4 and 3.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from culturefit.gap.cells import Array

__all__ = ["Bootstrap", "Estimate", "draw"]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over scenarios with its interval; `low` and `high` are None where n is too small for one."""

    value: float | None
    low: float | None
    high: float | None
    n: int

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

    @cached_property
    def counts(self) -> npt.NDArray[np.float64]:
        """How often each scenario is in each resample; shape (resamples, scenarios)."""
        generator = np.random.default_rng(self.seed)
        size = max(self.size, 1)
        return generator.multinomial(size, np.full(size, 1 / size), size=self.resamples).astype(np.float64)

    def estimate(self, differences: Array) -> Estimate:
        """Return the mean of `differences` (one per scenario, NaN = absent) with a percentile interval.

        Resamples that happen to hold none of the scenarios present are left out of the percentiles.
        """
        present = np.isfinite(differences)
        n = int(present.sum())
        if n == 0:
            return Estimate(None, None, None, 0)
        mean = float(differences[present].mean())
        if n < self.min_n:
            return Estimate(mean, None, None, n)
        counts = self.counts[:, present]
        sizes = counts.sum(axis=1)
        means = (counts @ differences[present])[sizes > 0] / sizes[sizes > 0]
        tail = (1 - self.confidence) / 2
        low, high = np.quantile(means, [tail, 1 - tail])
        return Estimate(mean, float(low), float(high), n)


def draw(
    scenarios: int, *, resamples: int = 2000, confidence: float = 0.95, min_n: int = 12, seed: int = 0
) -> Bootstrap:
    """Return the resamples; the same seed gives the same intervals."""
    return Bootstrap(scenarios, resamples, confidence, min_n, seed)
