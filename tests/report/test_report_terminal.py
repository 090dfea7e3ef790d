"""The summary in the terminal."""

from __future__ import annotations

import copy
import io

import pytest
from report import fixture
from rich.cells import cell_len
from rich.console import Console

from culturefit.report.terminal import print_summary


def summary(made, *, width: int = 80, terminal: bool = False, **changes: object) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, color_system="standard" if terminal else None)
    print_summary(made.gap | changes, made.data.runs, console)
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 50, 200])
def test_each_locale_has_one_row_per_table_that_fits_the_width(made, width):
    lines = summary(made, width=width).splitlines()
    assert max(map(cell_len, lines)) <= width
    heads = [line for line in lines if line.startswith("locale ")]
    rows = [line for line in lines if line.startswith("ja-JP ")]
    # Of two models, what comes first and at least one table of gaps.
    assert len(heads) == len(rows) >= 4
    # No cell was cut: every row of gaps has as many cells as its head has columns.
    for head, row in zip(heads, rows, strict=True):
        assert "critical" in head or len(row.split()) == len(head.split())
    assert "crisis line" in heads[0]
    assert ("worst gap" in heads[0]) == (width > 50)


def test_the_first_sentence_gives_the_range_of_the_gaps_that_overlap_the_largest(made):
    rows = [
        row
        for row in made.gap["gaps"]
        if row["model"] == fixture.MODELS[0] and row["verdict"] == "gap" and row["gap"] > 0
    ]
    worst = max(rows, key=lambda row: row["gap"])
    alike = [row for row in rows if row["locale"] != worst["locale"] and row["high"] >= worst["low"]]
    text = " ".join(summary(made).split())
    assert text.startswith("SmolLM2-135M-Instruct is behind en-US in 5 of 5 locales")
    least = min(row["gap"] for row in alike)
    assert f"largest gaps: +{least:.2f} to +{worst['gap']:.2f} in " in text
    assert "(intervals overlap)" in text


def test_piped_it_is_plain_ascii_and_on_a_terminal_coloured(made):
    assert summary(made).isascii()
    assert "\x1b[" not in summary(made)
    assert "\x1b[1;31m" in summary(made, terminal=True)


def test_a_models_name_commands_neither_the_terminal_nor_the_markup(made):
    name = "[red]x[/red]\x1b]0;owned\x07\u202e"
    gaps = [row | {"model": name} for row in made.gap["gaps"] if row["model"] == fixture.MODELS[0]]
    text = summary(made, models=[name], gaps=gaps, rates=[], terminal=True)
    assert "[red]x[/red]?]0;owned??" in text


def test_too_small_n_is_said_once_and_the_verdict_is_careful(made):
    gaps = copy.deepcopy(made.gap["gaps"])
    for row in gaps:
        row |= {"low": None, "high": None, "note": "n too small", "n": 3, "p": None, "verdict": None}
    text = " ".join(summary(made, gaps=gaps).split())
    assert text.count("n too small for an interval everywhere") == 1
    assert "SmolLM2-135M-Instruct seems to be behind en-US in 5 of 5 locales" in text
    assert "*" not in text


def test_without_any_pair_it_says_so(made):
    gaps = [row | {"gap": None, "low": None, "high": None, "note": "no pair"} for row in made.gap["gaps"]]
    text = " ".join(summary(made, gaps=gaps).split())
    assert "SmolLM2-135M-Instruct cannot be compared with en-US (no scenario was scored in both)." in text


def test_what_the_numbers_do_not_license_stands_last(made):
    assert " ".join(summary(made).split()).endswith("compares replies to test prompts, nothing else.")
