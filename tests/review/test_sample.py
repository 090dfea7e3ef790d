"""The draw: fixed size, known chances, and a weighted rate that is the run's own."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culturefit.review.page import languages, words
from culturefit.review.sample import choose, inclusion


@given(st.lists(st.floats(1, 8), min_size=1, max_size=60), st.integers(1, 70), st.integers(0, 1000))
def test_the_draw_has_its_size_repeats_nothing_and_tells_each_chance(weights, size, seed):
    drawn = choose(weights, size, seed)
    chances = inclusion(weights, size)
    assert len(drawn) == len({index for index, _ in drawn}) == min(size, len(weights))
    assert sum(chances) == pytest.approx(min(size, len(weights)))
    assert all(chance == chances[index] and 0 < chance <= 1 for index, chance in drawn)
    assert drawn == choose(weights, size, seed)


def test_weighting_by_the_chance_gives_the_rate_of_the_run_back():
    # 20 informative replies of weight 6 that all fail, 80 of weight 1 that all pass: 20 % fail. Twenty are drawn: chances
    # 20 · 6 / 200 = .6 and 20 · 1 / 200 = .1, so 12 of 20 read fail, and Σ 1/chance over the failing is 12 / .6 = 20 of 100.
    weights = [6.0] * 20 + [1.0] * 80
    plain, weighted = [], []
    for seed in range(300):
        drawn = choose(weights, 20, seed)
        plain.append(sum(index < 20 for index, _ in drawn) / 20)
        weighted.append(sum(1 / chance for index, chance in drawn if index < 20) / 100)
    assert fmean(plain) == pytest.approx(0.6, abs=0.03)
    assert fmean(weighted) == pytest.approx(0.2, abs=0.01)


def test_every_language_of_the_page_says_all_of_it_with_the_same_slots():
    import re

    wanted = {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in words("en").items()}
    for language in languages():
        found = {name: sorted(re.findall(r"\{\w+\}", text)) for name, text in words(language).items()}
        assert found == wanted, language
