"""Agreement against the krippendorff package and statsmodels on random tables, and on what bites in real ones."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from culturefit.cli.agree import main
from culturefit.errors import CulturefitError
from culturefit.rating.agreement import LEVELS, agreement


def table(seed: int, units: int, raters: int, labels: int, missing: float) -> np.ndarray:
    """Return ratings (raters x units) of noisy raters around a common truth, NaN = missing."""
    chance = np.random.default_rng(seed)
    truth = chance.integers(0, labels, units)
    noise = chance.integers(0, labels, (raters, units))
    found = np.where(chance.random((raters, units)) < 0.6, truth, noise).astype(float)
    found[chance.random((raters, units)) < missing] = np.nan
    return found


def ratings(found: np.ndarray) -> list[tuple[str, str, str]]:
    return [
        (f"u{unit}", f"r{rater}", str(int(found[rater, unit])))
        for rater in range(found.shape[0]) for unit in range(found.shape[1]) if np.isfinite(found[rater, unit])
    ]  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("seed", range(5))
def test_alpha_equals_the_krippendorff_package_with_missing_ratings(level, seed):
    krippendorff = pytest.importorskip("krippendorff")
    found = table(seed, 40, 4, 3 + seed % 3, 0.25)
    expected = krippendorff.alpha(reliability_data=found, level_of_measurement=level)
    assert agreement(ratings(found), level, resamples=0).alpha.value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_fleiss_kappa_equals_statsmodels_on_complete_tables(seed):
    inter_rater = pytest.importorskip("statsmodels.stats.inter_rater")
    found = table(seed, 50, 3, 4, 0.0)
    counts, _ = inter_rater.aggregate_raters(found.T.astype(int))
    assert agreement(ratings(found), resamples=0).kappa.value == pytest.approx(
        inter_rater.fleiss_kappa(counts), abs=1e-12
    )


def test_ac1_of_two_raters_by_hand():
    # 100 units, both say "no" on 90, both "yes" on 2, apart on 8: raw .92; share of yes = (2·2 + 8) / 200 = .06;
    # chance = 2 · .06 · .94 = .1128; AC1 = (.92 − .1128) / (1 − .1128).
    rows = [(f"u{n}", who, "no" if n < 90 or (n >= 92 and who == ("a" if n % 2 else "b")) else "yes")
            for n in range(100) for who in ("a", "b")]  # fmt: skip
    found = agreement(rows, resamples=0)
    assert found.raw.value == pytest.approx(0.92)
    assert found.ac1.value == pytest.approx((0.92 - 0.1128) / (1 - 0.1128))


def test_intervals_contain_the_value_and_repeat_with_the_seed():
    rows = ratings(table(1, 60, 3, 3, 0.1))
    first, second = agreement(rows, seed=3), agreement(rows, seed=3)
    assert first == second
    for each in (first.alpha, first.kappa, first.ac1, first.raw):
        assert each.low < each.value < each.high


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([("u1", "a", "x"), ("u2", "a", "y")], "only one rater"),
        ([("u1", "a", "x"), ("u2", "b", "y")], "no unit has two ratings"),
        ([("u1", "a", "x"), ("u1", "b", "x"), ("u2", "a", "x"), ("u2", "b", "x")], "only one label"),
        ([], "no rating"),
    ],
)
def test_what_cannot_be_computed_says_why_and_is_no_number(rows, note):
    found = agreement(rows)
    assert note in found.note
    assert found.alpha.value is None
    assert found.kappa.value is None


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_groups_are_rated_apart_and_dropped_labels_do_not_count(tmp_path, capsys):
    rows = [
        {"reply": f"{n}", "who": who, "verdict": "skip" if n == 9 else "yes" if n % 2 else "no", "locale": locale}
        for locale in ("ja-JP", "ar-EG") for n in range(10) for who in ("a", "b")
    ]  # fmt: skip
    path = write(tmp_path / "r.csv", rows)
    assert (
        main(
            [
                str(path),
                "--unit",
                "reply",
                "--rater",
                "who",
                "--label",
                "verdict",
                "--by",
                "locale",
                "--drop",
                "skip",
                "--json",
            ]
        )
        == 0
    )
    groups = json.loads(capsys.readouterr().out)["groups"]
    assert {name: each["units"] for name, each in groups.items()} == {"all": 18, "ar-EG": 9, "ja-JP": 9}
    assert groups["all"]["labels"] == ["no", "yes"]
    assert groups["all"]["alpha"]["value"] == 1.0


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([{"u": "1", "who": "a", "l": "x"}], "no column 'unit'"),
        ([{"unit": "1", "who": "a", "l": "x"}, {"unit": "1", "who": "a", "l": "y"}], "r.csv:3: 'a' rates '1' twice"),
    ],
)
def test_a_wrong_file_is_told_in_a_sentence(rows, says, tmp_path):
    path = write(tmp_path / "r.csv", rows)
    with pytest.raises(CulturefitError, match=says):
        main([str(path), "--unit", "unit", "--rater", "who", "--label", "l"])


def test_labels_that_are_no_numbers_are_refused_for_ordinal(tmp_path):
    path = write(tmp_path / "r.csv", [{"unit": "1", "who": who, "l": "good"} for who in "ab"])
    with pytest.raises(CulturefitError, match="'good' is no number"):
        main([str(path), "--unit", "unit", "--rater", "who", "--label", "l", "--level", "ordinal"])


def test_fifty_thousand_rows_are_no_trouble(tmp_path, capsys):
    rows = [{"u": u, "w": w, "l": v} for u, w, v in ratings(table(2, 10_000, 5, 5, 0.0))]
    path = write(tmp_path / "large.csv", rows)
    assert main([str(path), "--unit", "u", "--rater", "w", "--label", "l"]) == 0
    assert "10000" in capsys.readouterr().out
