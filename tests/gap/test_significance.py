"""p-values, corrections, verdicts, exact intervals and power, against values worked out by hand or published."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from culturefit.gap.bootstrap import METHODS, draw, score_interval
from culturefit.gap.effects import cliffs_delta
from culturefit.gap.gate import clopper_pearson, rule_of_three
from culturefit.gap.significance import adjusted, detectable_gap, mcnemar, n_needed, permutation_p, verdict


def test_permutation_p_of_few_scenarios_counts_every_sign_pattern() -> None:
    values = np.array([0.5, 0.25, -0.125, 1.0, 0.75])
    sums = [abs(np.dot(signs, values)) for signs in product((-1, 1), repeat=5)]
    by_hand = sum(each >= abs(values.sum()) - 1e-9 for each in sums) / 32
    assert permutation_p(values[:, None])[0] == by_hand


def test_permutation_p_ignores_what_is_absent_and_knows_nothing_of_an_empty_column() -> None:
    values = np.array([0.5, 0.25, -0.125, 1.0, 0.75])
    holes = np.insert(values, [1, 4], np.nan)
    both = np.stack([holes, np.full(7, np.nan)], axis=1)
    found = permutation_p(both)
    assert found[0] == permutation_p(values[:, None])[0]
    assert np.isnan(found[1])


def test_mcnemars_exact_p_is_the_binomial_tail() -> None:
    # 9 against 1 of 10 pairs that differ: 2 · (C(10,0) + C(10,1)) / 2¹⁰ = 22 / 1024.
    assert mcnemar(9, 1) == pytest.approx(22 / 1024)
    assert mcnemar(3, 3) == 1.0
    assert mcnemar(0, 0) == 1.0
    # Far beyond what the exact sum is worth, both forms agree to two digits.
    exact = 2 * sum(comb(1001, k) for k in range(461)) / 2**1001
    assert mcnemar(541, 460) == pytest.approx(exact, rel=0.05)


def test_benjamini_hochbergs_own_example() -> None:
    # Benjamini & Hochberg (1995), section 3.2: of these 15 p-values the procedure rejects the first four at 0.05.
    p = np.array([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
                  0.7590, 1.0])  # fmt: skip
    assert (adjusted(p) <= 0.05).sum() == 4
    # q of the fourth: 0.0095 · 15 / 4.
    assert adjusted(p)[3] == pytest.approx(0.0095 * 15 / 4)


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), max_size=30))
def test_adjusted_values_keep_the_order_and_never_fall_below_p(values: list[float]) -> None:
    p = np.array(values)
    q = adjusted(p)
    known = np.isfinite(p)
    assert (np.isnan(q) == ~known).all()
    assert (q[known] >= p[known] - 1e-12).all()
    assert (np.diff(q[known][np.argsort(p[known], kind="stable")]) >= -1e-12).all()


@pytest.mark.parametrize(
    ("q", "narrow", "says"),
    [
        (0.01, (0.02, 0.2), "gap"),
        (0.01, (None, None), "gap"),
        (0.4, (-0.05, 0.08), "no gap larger than the margin"),
        (0.01, (0.02, 0.08), "no gap larger than the margin"),
        (0.4, (-0.05, 0.2), "cannot tell"),
        (None, (None, None), "cannot tell"),
    ],
)
def test_the_three_verdicts(q, narrow, says) -> None:
    assert verdict(q, narrow, margin=0.1, alpha=0.05) == says


def test_score_interval_of_paired_proportions_solves_its_equation() -> None:
    # 12 pairs one way and 2 the other among 32: the limits d are where (12 − 2 − 32·d)² = z² · 32 · (2q + d(1 − d)), q being
    # the estimate of the smaller probability under the restriction to d.
    low, high = score_interval(12, 2, 32)
    for delta in (low, high):
        b = -14 + (64 - 10) * delta
        c = -2 * delta * (1 - delta)
        q = (np.sqrt(b * b - 8 * 32 * c) - b) / (4 * 32)
        assert (10 - 32 * delta) ** 2 == pytest.approx(1.959964**2 * 32 * (2 * q + delta * (1 - delta)), rel=1e-4)
    assert low < 10 / 32 < high
    # Turned round, the interval turns round; without a pair that differs it still has a width.
    assert score_interval(2, 12, 32) == pytest.approx((-high, -low))
    assert score_interval(0, 0, 20)[1] == pytest.approx(-score_interval(0, 0, 20)[0])
    assert score_interval(0, 0, 20)[1] > 0.1


def test_score_interval_narrows_with_n_and_contains_the_difference() -> None:
    widths = [np.subtract(*score_interval(0.2 * n, 0.1 * n, n)[::-1]) for n in (12, 24, 48, 96)]
    assert widths == sorted(widths, reverse=True)
    assert score_interval(9.6, 4.8, 48)[0] < 0.1 < score_interval(9.6, 4.8, 48)[1]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_follows_a_shift_and_a_scale(method) -> None:
    values = np.random.default_rng(4).gamma(2, 0.1, 40)
    bootstrap = draw(40, method=method)
    plain, moved = bootstrap.estimate(values), bootstrap.estimate(2 * values + 1)
    assert (moved.low, moved.high) == pytest.approx((2 * plain.low + 1, 2 * plain.high + 1), abs=1e-5)


def test_exact_interval_of_a_rate_equals_published_values() -> None:
    # Newcombe (1998), table I, method 5 (Clopper-Pearson): 81/263, 15/148, 0/20, 1/29.
    assert clopper_pearson(81, 263) == pytest.approx((0.2527, 0.3676), abs=5e-5)
    assert clopper_pearson(15, 148) == pytest.approx((0.0578, 0.1617), abs=5e-5)
    assert clopper_pearson(0, 20) == pytest.approx((0.0, 0.1684), abs=5e-5)
    assert clopper_pearson(1, 29) == pytest.approx((0.0009, 0.1776), abs=5e-5)


def test_rule_of_three_is_nearly_three_over_n() -> None:
    # 1 − 0.05^(1/100) = 0.0295; after no scenario at all nothing is known.
    assert rule_of_three(100) == pytest.approx(0.0295, abs=5e-5)
    assert rule_of_three(0) == 1.0


def test_cliffs_delta_counts_pairs() -> None:
    # Reference 1, 1, 0 against local 0, 0.5: above in 4 of 6 pairs, below in 1 (0 < 0.5), equal in 1: (4 − 1) / 6.
    assert cliffs_delta(np.array([1.0, 1.0, 0.0]), np.array([0.0, 0.5])) == pytest.approx(0.5)


def test_power_and_detectable_gap_are_each_others_inverse() -> None:
    # (1.96 + 0.8416)² · 0.35² / 0.1² = 96.2, and 1.92 for the estimated sd: 99 scenarios.
    assert n_needed(0.35, 0.1) == 99
    assert detectable_gap(0.35, 99) == pytest.approx(0.1, abs=0.001)
    assert detectable_gap(0.35, 2) is None
