"""Native suites from file to report: asked where they were written, rates instead of gaps."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Cli
from hypothesis import given
from hypothesis import strategies as st

from culturefit.gap.native import native_rates
from culturefit.gap.rates import wilson
from culturefit.suite.load import load_suite
from culturefit.tables import _table, scores_schema


def rows(values: list[tuple[str, float | None]]):
    made = [
        {"run": "r", "scenario": name, "locale": "ko-KR", "arm": "local", "dimension": "idiom", "value": value,
         "unscored": None if value is not None else "judge_abstained", "scorer": "s", "criterion": "c", "epoch": 1}
        for name, value in values
    ]  # fmt: skip
    return _table(made, scores_schema())


def run(themes: dict[str, str], design: str = "native"):
    return {
        "run": "r",
        "signature": "x",
        "model": {"name": "m"},
        "themes": themes,
        "suite": {"id": "idioms", "design": design},
    }


def test_the_rate_of_a_family_is_a_mean_over_scenarios_and_the_unscored_are_counted():
    themes = {"a": "chest", "b": "chest", "c": "fright"}
    table = rows([("a", 1.0), ("a", 0.0), ("b", 1.0), ("c", None)])
    found = {row["family"]: row for row in native_rates(table, [run(themes)], confidence=0.95, min_n=12)}
    # a: mean of two replies 0.5; b: 1.0; their mean 0.75. c was not scored at all.
    assert (found["chest"]["rate"], found["chest"]["n"], found["chest"]["unscored"]) == (0.75, 2, 0)
    assert (found["fright"]["rate"], found["fright"]["n"], found["fright"]["unscored"]) == (None, 0, 1)
    assert (found["all"]["rate"], found["all"]["n"], found["all"]["unscored"]) == (0.75, 2, 1)
    assert found["all"]["low"] is None


@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=12, max_size=40))
def test_an_interval_is_wilsons_from_the_least_n_on(values):
    themes = {f"s{number}": "nerves" for number in range(len(values))}
    table = rows(list(zip(themes, values, strict=True)))
    (row,) = [e for e in native_rates(table, [run(themes)], confidence=0.95, min_n=12) if e["family"] == "all"]
    assert (row["low"], row["high"]) == pytest.approx(wilson(int(sum(values)), len(values)))


def test_a_paired_suite_has_no_native_rates():
    assert native_rates(rows([("a", 1.0)]), [run({"a": "chest"}, "paired")], confidence=0.95, min_n=12) == []


def test_every_case_of_the_shipped_native_suite_stands_in_one_locale_and_says_its_idiom():
    suite = load_suite("idioms_of_distress")
    assert len(suite.cases) >= 60
    for case in suite.cases.values():
        (rendering,) = case.renderings.values()
        assert rendering.relation == "native"


def test_a_native_suite_is_asked_once_per_case_and_reported_as_rates(tmp_path: Path, cli: Cli):
    (tmp_path / "bot.py").write_text(
        "def reply(messages):\n    return 'Cuéntame más de lo que sientes, te leo con calma.'\n"
    )
    arguments = [
        "model=callable",
        "model.function=bot.py:reply",
        "locales=[es-MX,ko-KR]",
        "scorers=[language,degeneration]",
    ]
    done = cli("run", "suite=idioms_of_distress", *arguments)
    assert done.returncode == 0, done.stderr
    (folder,) = tmp_path.glob("outputs/*/*/run.json")
    replies = pq.read_table(folder.parent / "replies.parquet").to_pylist()
    assert {(row["locale"], row["arm"], row["language"]) for row in replies} == {
        ("es-MX", "local", "es-MX"),
        ("ko-KR", "local", "ko-KR"),
    }
    gap = json.loads((folder.parent / "gap.json").read_text(encoding="utf-8"))
    assert gap["gaps"] == []
    rates = {(e["locale"], e["dimension"]): e["rate"] for e in gap["native"] if e["family"] == "all"}
    # One Spanish answer to everybody: right in es-MX, never in ko-KR.
    assert (rates["es-MX", "language"], rates["ko-KR", "language"]) == (1.0, 0.0)
    assert "Native cases" in done.stdout
    assert "Native cases by locale and family" in (folder.parent / "report.html").read_text(encoding="utf-8")
