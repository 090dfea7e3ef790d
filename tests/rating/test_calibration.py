"""A judge beside people: numbers by hand and from `agree`, and what is concluded from simulated judges."""

from __future__ import annotations

import random

import pytest

from culturefit.rating.agreement import agreement
from culturefit.rating.calibration import Chosen, Unit, calibrate_cell


def simulated(units: int, base: float, person: float, judge: float, seed: int = 1) -> list[Unit]:
    """Two people and a judge who see the truth (yes with `base`) rightly with these chances."""
    chance = random.Random(seed)

    def says(truth: bool, right: float) -> str:
        return "yes" if truth == (chance.random() < right) else "no"

    found = []
    for number in range(units):
        truth = chance.random() < base
        people = (says(truth, person), says(truth, person))
        found.append(Unit(f"r{number}", "listens", "de-DE", says(truth, judge), people))
    return found


def test_the_numbers_of_a_small_table_by_hand():
    # Ten replies, two people. Both yes and judge yes: 5; both no and judge no: 2; both no, judge yes: 1; people apart, judge yes: 2.
    units = [
        Unit(f"r{n}", "c", "de-DE", judge, people)
        for n, (judge, people) in enumerate(
            [("yes", ("yes", "yes"))] * 5 + [("no", ("no", "no"))] * 2 + [("yes", ("no", "no"))] + [("yes", ("yes", "no"))] * 2
        )
    ]  # fmt: skip
    found = calibrate_cell(units, Chosen(resamples=200))
    # Judge: (5 + 2 + 0 + 2 · ½) / 10; people: 8 of 10 alike; yes: judge 8/10, people (5 + 2 · ½) / 10 = .6, so constant .6.
    assert found.judge.value == pytest.approx(0.8)
    assert found.people.value == pytest.approx(0.8)
    assert (found.judge_yes.value, found.people_yes.value) == (pytest.approx(0.8), pytest.approx(0.6))
    assert found.constant.value == pytest.approx(0.6)
    # π = (.8 + .6) / 2 = .7: Scott's chance .49 + .09 = .58, Gwet's 2 · .7 · .3 = .42.
    assert found.judge_kappa.value == pytest.approx((0.8 - 0.58) / 0.42)
    assert found.judge_ac1.value == pytest.approx((0.8 - 0.42) / 0.58)
    assert found.verdict == "too few"


def test_people_alone_are_what_agree_says_of_them():
    units = simulated(80, 0.6, 0.85, 0.8)
    table = [(unit.item, who, label) for unit in units for who, label in zip("ab", unit.people, strict=True)]
    expected, found = agreement(table, resamples=0), calibrate_cell(units, Chosen(resamples=200))
    assert found.people.value == pytest.approx(expected.raw.value)
    assert found.people_kappa.value == pytest.approx(expected.kappa.value)
    assert found.people_ac1.value == pytest.approx(expected.ac1.value)


@pytest.mark.parametrize(
    ("base", "person", "judge", "verdict"),
    [
        (0.5, 0.92, 0.95, "as people"),
        (0.5, 0.92, 0.65, "behind people"),
        # Nine in ten are yes: a judge that is wrong one time in five agrees less than a constant does.
        (0.9, 0.97, 0.8, "no better than a constant"),
        (0.5, 0.5, 0.9, "people do not agree"),
    ],
)
def test_what_is_concluded_of_a_judge_with_400_replies(base, person, judge, verdict):
    found = calibrate_cell(simulated(400, base, person, judge))
    assert found.verdict == verdict
    assert found.difference.low <= found.difference.value <= found.difference.high


def test_a_perfect_judge_on_few_replies_is_not_concluded_about():
    assert calibrate_cell(simulated(29, 0.5, 1.0, 1.0)).verdict == "too few"
    assert calibrate_cell(simulated(30, 0.5, 1.0, 1.0)).verdict == "as people"


def test_what_one_person_read_and_what_the_judge_left_open_is_counted_apart():
    two, one, silent = (Unit(name, "c", "de-DE", judge, people) for name, judge, people in (
        ("a", "yes", ("yes", "no")), ("b", "yes", ("yes",)), ("c", None, ("no", "no"))))  # fmt: skip
    found = calibrate_cell([two, one, silent])
    assert (found.n, found.single, found.unscored) == (1, 1, 1)
    assert (found.judge.value, found.people.value) == (0.5, 0.0)
    alone = calibrate_cell([one])
    assert (alone.judge.value, alone.people.value, alone.verdict) == (1.0, None, "too few")
    assert calibrate_cell([silent]).judge.value is None


def test_replies_drawn_more_often_count_less_and_leave_a_smaller_n():
    # One reply of weight 1 where all agree, one of weight 3 where the judge is wrong: (1 · 1 + 3 · 0) / 4; Kish: 4² / (1 + 9).
    units = [Unit("a", "c", "x", "yes", ("yes", "yes"), 1.0), Unit("b", "c", "x", "yes", ("no", "no"), 3.0)]
    found = calibrate_cell(units)
    assert found.judge.value == pytest.approx(0.25)
    assert found.n_effective == pytest.approx(1.6)
