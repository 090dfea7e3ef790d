"""p-values of paired differences, their correction for many comparisons, and the three verdicts.

* Differences of pass/fail values: McNemar's exact test (McNemar 1947; the binomial form), on the pairs that differ.
* Other differences: a permutation test that flips the signs of whole scenarios, the same flips for every column (Fisher
  1935; Good 2005, section 3.2), with all sign patterns for up to 13 scenarios and 20,000 random ones beyond.
* Correction: Benjamini and Hochberg's step-up procedure (1995) over locales × dimensions.
* Equivalence: two one-sided tests at level alpha, which is the (1 − 2 alpha) interval inside the margin (Schuirmann 1987).
"""

from __future__ import annotations

from math import ceil, comb, sqrt
from statistics import NormalDist
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from culturefit.gap.cells import Array

__all__ = ["Verdict", "adjusted", "detectable_gap", "mcnemar", "n_needed", "permutation_p", "verdict"]

Verdict = Literal["gap", "no gap larger than the margin", "cannot tell"]
_FLIPS: Final = 20_000
_EXACT: Final = 13
_BLOCK: Final = 8_000_000


def permutation_p(columns: Array, seed: int = 0) -> npt.NDArray[np.float64]:
    """Return the two-sided p-value per column that its mean is 0; NaN where a column holds nothing.

    Args:
        columns: differences, shape (scenarios, columns), NaN = absent.
        seed: of the random sign patterns.
    """
    present = np.isfinite(columns)
    rows = np.flatnonzero(present.any(axis=1))
    filled = np.where(present, columns, 0.0)[rows]
    observed = np.abs(filled.sum(axis=0))
    size = len(rows)
    # Sums of the same numbers in another order differ in their last digits.
    reached = observed - 1e-9 * np.maximum(observed, 1)
    if size <= _EXACT:
        signs = 1 - 2 * ((np.arange(2**size)[:, None] >> np.arange(size)) & 1)
        hits = (np.abs(signs @ filled) >= reached).sum(axis=0)
        p = hits / 2**size
    else:
        generator, hits, done = np.random.default_rng(seed), np.zeros(columns.shape[1]), 0
        step = max(1, _BLOCK // size)
        while done < _FLIPS:
            rows_now = min(step, _FLIPS - done)
            signs = 1 - 2 * generator.integers(0, 2, size=(rows_now, size), dtype=np.int8)
            hits += (np.abs(signs.astype(np.float64) @ filled) >= reached).sum(axis=0)
            done += rows_now
        p = (hits + 1) / (_FLIPS + 1)
    return np.where(present.any(axis=0), p, np.nan)


def mcnemar(worse: int, better: int) -> float:
    """Return McNemar's exact two-sided p-value; 1 where no pair differs."""
    pairs, few = worse + better, min(worse, better)
    if worse == better:
        return 1.0
    if pairs > 1000:  # the normal form with continuity correction; the exact one differs in the fourth digit
        z = (abs(worse - better) - 1) / sqrt(pairs)
        return float(2 * (1 - NormalDist().cdf(z)))
    tail: int = sum(comb(pairs, k) for k in range(few + 1))
    return min(1.0, float(2 * tail / 2**pairs))


def adjusted(p: Array) -> npt.NDArray[np.float64]:
    """Return Benjamini and Hochberg's adjusted p-values (q); NaN stays NaN and counts for nothing."""
    out = np.full(len(p), np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    running = 1.0
    for rank in range(len(order), 0, -1):
        running = min(running, p[order[rank - 1]] * len(order) / rank)
        out[order[rank - 1]] = running
    return out


def verdict(q: float | None, equivalent: tuple[float | None, float | None], margin: float, alpha: float) -> Verdict:
    """Return the verdict on one gap.

    Args:
        q: its adjusted p-value.
        equivalent: the (1 − 2 alpha) interval, or None where none is printed.
        margin: gaps smaller than this do not matter.
        alpha: level of both tests.
    """
    low, high = equivalent
    if low is not None and high is not None and -margin < low and high < margin:
        return "no gap larger than the margin"
    if q is not None and q <= alpha:
        return "gap"
    return "cannot tell"


def n_needed(sd: float, gap: float, power: float = 0.8, alpha: float = 0.05) -> int:
    """Return how many scenarios show a gap of `gap` with that power: (z₁₋α⁄₂ + z_power)² sd² / gap², at least 2.

    The normal approximation, with z²/2 scenarios added because sd is estimated (Guenther 1981).
    """
    normal = NormalDist()
    z = normal.inv_cdf(1 - alpha / 2)
    wanted = (z + normal.inv_cdf(power)) ** 2 * (sd / gap) ** 2 + z * z / 2
    return max(2, ceil(wanted))


def detectable_gap(sd: float, n: int, power: float = 0.8, alpha: float = 0.05) -> float | None:
    """Return the smallest gap that n scenarios show with that power; None where n is too small to say."""
    normal = NormalDist()
    z = normal.inv_cdf(1 - alpha / 2)
    room = n - z * z / 2
    return (z + normal.inv_cdf(power)) * sd / sqrt(room) if room > 1 else None
