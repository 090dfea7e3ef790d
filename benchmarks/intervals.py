"""Do the intervals, the correction and the power keep what they promise? Simulated, 2,000 data sets each.

    python benchmarks/intervals.py

Prints the coverage of the 95 % interval per method, kind of data and number of scenarios, the false discovery rate, the power,
and p-values beside SciPy's on the same data; exits 1 where a bound is missed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from math import sqrt

import numpy as np
import scipy.stats
from _common import HERE, Table, machine

from culturefit.gap.bootstrap import DEFAULT_METHOD, METHODS, Bootstrap
from culturefit.gap.significance import adjusted, mcnemar, n_needed, permutation_p

RUNS, SIZES, RESAMPLES = 2000, (12, 24, 48, 96), 2000
Generator = np.random.Generator
Array = np.ndarray


def normal(chance: Generator, n: int) -> Array:
    """Differences without skew."""
    return chance.normal(0.1, 0.3, (n, RUNS))


def ceiling(chance: Generator, n: int) -> Array:
    """Both sides press against 1, the local one less: skewed, with ties at 0."""
    return np.minimum(1.15 * chance.beta(8, 1, (n, RUNS)), 1) - np.minimum(1.15 * chance.beta(4, 1, (n, RUNS)), 1)


def seldom(chance: Generator, n: int) -> Array:
    """No difference in 70 %, a loss of any size in the rest."""
    return (chance.random((n, RUNS)) < 0.3) * np.minimum(chance.exponential(0.3, (n, RUNS)), 1)


def passed(chance: Generator, n: int) -> Array:
    """Pass/fail, 80 % against 60 %."""
    return (chance.random((n, RUNS)) < 0.8).astype(float) - (chance.random((n, RUNS)) < 0.6)


def events(chance: Generator, n: int) -> Array:
    """Pass/fail, an event in 5 % of the local replies and none in the reference."""
    return (chance.random((n, RUNS)) < 0.05).astype(float)


def three(chance: Generator, n: int) -> Array:
    """Means of three pass/fail criteria."""
    return chance.binomial(3, 0.8, (n, RUNS)) / 3 - chance.binomial(3, 0.7, (n, RUNS)) / 3


KINDS: dict[str, Callable[[Generator, int], Array]] = {
    "normal": normal, "ceiling": ceiling, "mostly none": seldom, "pass/fail": passed, "5 % events": events,
    "three criteria": three,
}  # fmt: skip


def coverage(table: Table, stored: dict[str, float]) -> None:
    """Share of intervals that hold the true mean, among those that are printed."""
    for kind, make in KINDS.items():
        truth = float(np.mean([make(np.random.default_rng(900 + k), 500).mean() for k in range(4)]))
        for n in SIZES:
            data = make(np.random.default_rng(n), n)
            shares = []
            for method in METHODS:
                found = Bootstrap(n, RESAMPLES, 0.95, 12, 1, method).estimates(data)
                printed = [each for each in found if each.low is not None and each.high is not None]
                held = float(np.mean([each.low - 1e-9 <= truth <= each.high + 1e-9 for each in printed]))
                shares.append(f"{method} {held:.1%}")
                if method == DEFAULT_METHOD:
                    ours, width = held, float(np.mean([each.high - each.low for each in printed]))
            stored[f"coverage {kind} n={n}"] = round(ours, 4)
            table.row(f"{kind}, n {n}", f"{', '.join(shares)}; width {width:.2f}", ">= 93 %", ours >= 0.93)


def discovery(table: Table, stored: dict[str, float]) -> None:
    """False discoveries among 20 locales × 10 dimensions, a tenth of them real, all sharing the reference replies."""
    n, trials, comparisons = 48, 300, 200
    rates, chance = [], np.random.default_rng(5)
    for _ in range(trials):
        reference = chance.normal(0, 0.2, (n, 1))
        true = np.zeros(comparisons)
        true[: comparisons // 10] = 0.2
        data = reference - chance.normal(0, 0.25, (n, comparisons)) + true
        # The t-test stands for the permutation test, whose p-values are held against SciPy's below: 30 times faster.
        p = scipy.stats.ttest_1samp(data, 0).pvalue
        called = adjusted(p) <= 0.05
        rates.append(called[comparisons // 10 :].sum() / max(called.sum(), 1))
    rate, error = float(np.mean(rates)), float(np.std(rates) / sqrt(trials))
    stored["false discovery rate"] = round(rate, 4)
    table.row("false discovery rate", f"{rate:.1%}", f"<= {0.05 + 2 * error:.1%}", rate <= 0.05 + 2 * error)


def power(table: Table, stored: dict[str, float]) -> None:
    """The power at the n that `culturefit power` names."""
    for gap in (0.1, 0.15):
        n = n_needed(0.35, gap)
        data = np.random.default_rng(8).normal(gap, 0.35, (n, RUNS))
        found = float((scipy.stats.ttest_1samp(data, 0).pvalue <= 0.05).mean())
        error = sqrt(0.8 * 0.2 / RUNS)
        stored[f"power gap={gap}"] = round(found, 4)
        table.row(
            f"power at n {n} (sd 0.35, gap {gap})",
            f"{found:.1%}",
            "80 % ± 2 errors",
            abs(found - 0.8) <= 2 * error + 0.005,
        )


def scipys(table: Table, stored: dict[str, float]) -> None:
    """p-values beside SciPy's."""
    # Without ties: SciPy counts a tie or not by its last digit, and quantiles would jump between neighbours.
    data = normal(np.random.default_rng(3), 30)[:, :6]
    ours = permutation_p(data, seed=1)
    worst = 0.0
    for index, p in enumerate(ours):
        # |mean|, one-sided: SciPy's own two-sided p doubles the smaller side, which says something else near 1.
        other = scipy.stats.permutation_test(
            (data[:, index],), lambda each, axis: np.abs(np.mean(each, axis=axis)), permutation_type="samples",
            alternative="greater", n_resamples=20_000, rng=np.random.default_rng(2),
        ).pvalue  # fmt: skip
        error = sqrt(max(other * (1 - other), 1e-4) / 20_000) * sqrt(2)
        worst = max(worst, abs(p - other) / error)
    stored["permutation, errors from SciPy"] = round(worst, 2)
    table.row("permutation p, largest distance from SciPy's", f"{worst:.1f} Monte-Carlo errors", "<= 3.5", worst <= 3.5)
    bootstrap = Bootstrap(30, 20_000, 0.95, 12, 1, "percentile").estimates(data)
    far = 0.0
    for index, each in enumerate(bootstrap):
        other = scipy.stats.bootstrap(
            (data[:, index],), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(2)
        ).confidence_interval
        scale = data[:, index].std() / sqrt(30)
        far = max(far, abs(each.low - other.low) / scale, abs(each.high - other.high) / scale)
    stored["percentile ends, standard errors from SciPy"] = round(far, 3)
    table.row("percentile ends, largest distance from SciPy's", f"{far:.3f} standard errors", "<= 0.06", far <= 0.06)
    apart = max(abs(mcnemar(a, b) - scipy.stats.binomtest(a, a + b).pvalue) for a in range(1, 20) for b in range(1, 20))
    table.row("McNemar p, largest distance from SciPy's binomial test", f"{apart:.1e}", "<= 1e-9", apart <= 1e-9)


def main() -> int:
    """Run all parts."""
    started, stored = time.perf_counter(), {}
    table = Table("intervals, correction and power, 2,000 simulated data sets each")
    table.start()
    for part in (coverage, discovery, power, scipys):
        part(table, stored)
    took = time.perf_counter() - started
    table.row("time", f"{took:.0f} s", "<= 600 s", took <= 600)
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    (folder / "intervals.json").write_text(
        json.dumps({"machine": machine(), "runs": RUNS, "values": stored}, indent=1) + "\n"
    )
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
