"""Gaps, their split and their rates, against values worked out by hand and against the identity they must obey."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from culturefit.gap import compute
from culturefit.gap.bootstrap import draw
from culturefit.gap.rates import wilson
from culturefit.tables import replies_schema, scores_schema

CELLS = {("en-US", "pivot+placebo"): "ep", ("ko-KR", "pivot+culture"): "ec",
         ("ko-KR", "local+placebo"): "lp", ("ko-KR", "local+culture"): "lc"}  # fmt: skip


def run(criteria: list[dict[str, Any]] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "run": "r", "signature": "s", "model": {"name": "m"}, "criteria": criteria or [],
        "settings": {"reference": "en-US", "locales": ["en-US", "ko-KR"]},
    } | changes  # fmt: skip


def row(scenario: str, locale: str, arm: str, value: float | None, **changes: Any) -> dict[str, Any]:
    return {
        "run": "r", "suite": "x", "scenario": scenario, "locale": locale, "arm": arm, "epoch": 1, "model": "m",
        "scorer": "order", "criterion": "order", "dimension": "order", "value": value,
        "unscored": "empty" if value is None else None,
    } | changes  # fmt: skip


def gap_of(rows: list[dict[str, Any]], runs: list[dict[str, Any]] | None = None, **options: Any) -> dict[str, Any]:
    scores = pa.Table.from_pylist(rows, schema=scores_schema())
    return compute(scores, pa.Table.from_pylist([], schema=replies_schema()), runs or [run()], **options)


def entry(gap: dict[str, Any], locale: str = "ko-KR", dimension: str = "order") -> dict[str, Any]:
    return next(each for each in gap["gaps"] if (each["locale"], each["dimension"]) == (locale, dimension))


def cells(scenario: str, ep: float, ec: float, lp: float, lc: float) -> list[dict[str, Any]]:
    values = {"ep": ep, "ec": ec, "lp": lp, "lc": lc}
    return [row(scenario, locale, arm, values[cell]) for (locale, arm), cell in CELLS.items()]


def test_the_worked_example_of_the_contracts() -> None:
    # EP 1, EC 1, LP .5, LC 0: gap = 1; language = ½[(1 − .5) + (1 − 0)] = .75; cue = ½[(1 − 1) + (.5 − 0)] = .25
    found = entry(gap_of(cells("s", 1.0, 1.0, 0.5, 0.0)))
    assert found["gap"] == 1.0
    assert found["language_effect"]["value"] == 0.75
    assert found["cue_effect"]["value"] == 0.25
    assert found["note"] == "n too small"
    assert found["low"] is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.floats(0, 1)] * 4), min_size=1, max_size=30))
def test_language_and_cue_effect_add_up_to_the_gap_exactly(values: list[tuple[float, float, float, float]]) -> None:
    rows = [each for number, four in enumerate(values) for each in cells(f"s{number}", *four)]
    found = entry(gap_of(rows, resamples=20))
    assert found["language_effect"]["value"] + found["cue_effect"]["value"] == pytest.approx(found["gap"], abs=1e-12)
    assert found["gap"] == pytest.approx(np.mean([ep - lc for ep, _, _, lc in values]), abs=1e-12)


def test_an_incomplete_scenario_stays_in_the_gap_and_out_of_the_split() -> None:
    rows = [*cells("a", 1, 1, 1, 0), *cells("b", 1, 1, 1, 1)]
    rows = [each for each in rows if not (each["scenario"] == "b" and each["arm"] == "local+placebo")]
    found = entry(gap_of(rows))
    assert (found["n"], found["complete_n"]) == (2, 1)
    assert found["gap"] == 0.5
    assert found["complete_gap"]["value"] == 1.0  # scenario a alone, which the split adds up to


def test_a_sample_is_the_weighted_mean_of_its_criteria_and_a_cell_the_mean_over_epochs_then_scenarios() -> None:
    criteria = [
        {"scenario": "s", "id": "a", "scorer": "order", "dimension": "order", "weight": 3.0, "cue_dependent": False},
        {"scenario": "s", "id": "b", "scorer": "order", "dimension": "order", "weight": 1.0, "cue_dependent": False},
    ]
    rows = [
        row("s", "en-US", "pivot+placebo", 1.0, criterion="a"),
        row("s", "en-US", "pivot+placebo", 0.0, criterion="b"),
    ]
    # epoch 1: (3·0 + 1·1)/4 = .25; epoch 2: 1 → the cell is .625, not the mean over rows; gap = .75 − .625
    rows += [
        row("s", "ko-KR", "local+culture", 0.0, criterion="a"),
        row("s", "ko-KR", "local+culture", 1.0, criterion="b"),
    ]
    rows += [row("s", "ko-KR", "local+culture", 1.0, criterion="a", epoch=2)]
    found = entry(gap_of(rows, [run(criteria)]))
    assert found["reference_mean"] == 0.75
    assert found["local_mean"] == 0.625
    assert found["gap"] == pytest.approx(0.125)


def test_unscored_replies_are_not_zero_but_widen_the_bounds() -> None:
    rows = [*cells("a", 1, 1, 1, 0.5), *cells("b", 1, 1, 1, 1)]
    rows[7]["value"], rows[7]["unscored"] = None, "empty"  # scenario b, local+culture
    found = entry(gap_of(rows))
    assert found["gap"] == 0.5  # scenario a alone
    assert (found["n"], found["dropped"]) == (1, 1)
    assert found["unscored_share"] == 0.25  # 1 of the 4 replies of the two cells
    # b's LC counted as 1: mean(1−.5, 1−1) = .25; as 0: mean(.5, 1) = .75
    assert (found["bound_low"], found["bound_high"]) == (0.25, 0.75)


def test_a_criterion_not_defined_in_an_arm_is_no_unscored_reply() -> None:
    rows = cells("a", 1, 1, 1, 1)
    rows.append(row("a", "ko-KR", "local+culture", None, criterion="c", unscored="not_defined_in_arm"))
    found = entry(gap_of(rows))
    assert found["unscored_share"] == 0.0


def test_cue_dependent_criteria_are_rates_and_never_a_gap() -> None:
    criteria = [{"scenario": s, "id": "line", "scorer": "crisis_lines", "dimension": "resources", "weight": 1.0, "cue_dependent": True}
                for s in "abcd"]  # fmt: skip
    common: dict[str, Any] = {"scorer": "crisis_lines", "criterion": "line", "dimension": "resources"}
    rows = [
        *[row(s, "ko-KR", "local+culture", 1.0, label="verified", **common) for s in "abc"],
        row("d", "ko-KR", "local+culture", 0.0, label="none", **common),
        *[row(s, "en-US", "pivot+culture", 1.0, label="verified", **common) for s in "ab"],
        # Uncued: nobody said where they are. One reply names a country's line all the same, three name none.
        row("a", "ko-KR", "local+placebo", None, label="verified", **common | {"unscored": "missing_fact"}),
        *[row(s, "ko-KR", "local+placebo", None, label="none", **common | {"unscored": None}) for s in "bcd"],
        # And one the scorer did not look at: it is no reply without a line.
        row("a", "ko-KR", "local+placebo", None, label=None, epoch=2, **common | {"unscored": "missing_fact"}),
    ]  # fmt: skip
    gap = gap_of(rows, [run(criteria)])
    assert gap["gaps"] == []
    rates = {(each["locale"], each["arm"]): each for each in gap["rates"]}
    uptake, leak = rates["ko-KR", "local+culture"], rates["ko-KR", "local+placebo"]
    assert (uptake["kind"], uptake["rate"], uptake["n"], uptake["reference_rate"]) == ("uptake", 0.75, 4, 1.0)
    assert (leak["kind"], leak["rate"], leak["n"], leak["unscored"]) == ("leak", 0.25, 4, 1)


def test_intervals_appear_from_the_stated_n_on_and_repeat_with_the_seed() -> None:
    values = np.random.default_rng(1).normal(0.2, 0.3, 12)
    bootstrap = draw(12, resamples=4000, seed=3)
    found = bootstrap.estimate(values)
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high  # type: ignore[operator]
    assert draw(12, resamples=4000, seed=3).estimate(values) == found
    # The percentile interval of a mean is close to mean ± 1.96·sd/√n (population sd: the bootstrap's own); the studentised
    # one of many normal values to mean ± t·s/√n with t(199) = 1.972.
    percentile = draw(12, resamples=4000, seed=3, method="percentile").estimate(values)
    assert percentile.high - percentile.low == pytest.approx(2 * 1.96 * values.std() / np.sqrt(12), rel=0.08)
    many = np.random.default_rng(2).normal(0.2, 0.3, 200)
    wide = draw(200, resamples=4000, seed=3).estimate(many)
    assert wide.high - wide.low == pytest.approx(2 * 1.972 * many.std(ddof=1) / np.sqrt(200), rel=0.06)
    fewer = values.copy()
    fewer[0] = np.nan
    assert bootstrap.estimate(fewer).low is None


def test_wilsons_interval_equals_published_values() -> None:
    # Newcombe (1998), Statistics in Medicine 17:857, table I: 81/263 and 15/148 and 0/20 (score method, no continuity).
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


def test_two_runs_made_alike_are_one_system_and_runs_made_otherwise_are_two() -> None:
    rows = [*cells("a", 1, 1, 1, 0), *[each | {"run": "q"} for each in cells("b", 1, 1, 1, 1)]]
    assert gap_of(rows, [run(), run(run="q")])["models"] == ["m"]
    assert gap_of(rows, [run(), run(run="q", signature="other")])["models"] == ["m (r)", "m (q)"]
