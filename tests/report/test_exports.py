"""gap.csv, findings.csv, summary.md and figures: what is in them, and what a spreadsheet or Markdown must not run."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from report import fixture

from culturefit.report.exports import write_exports, write_figures


@pytest.fixture(scope="module")
def folder(made, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("exports")
    write_exports(made.data, made.gap, out)
    return out


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_gap_csv_has_every_gap_with_its_verdict_and_effects(folder, made):
    found = rows(folder / "gap.csv")
    assert len(found) == len(made.gap["gaps"])
    one = next(row for row in made.gap["gaps"] if (row["locale"], row["dimension"]) == ("ja-JP", "language"))
    same = next(
        row for row in found if (row["model"], row["locale"], row["dimension"]) == (one["model"], "ja-JP", "language")
    )
    assert float(same["gap"]) == one["gap"]
    assert same["verdict"] == one["verdict"]
    assert float(same["language_effect"]) == one["language_effect"]["value"]


def test_findings_csv_quotes_the_flagged_words_and_neutralises_formulas(folder, made):
    found = rows(folder / "findings.csv")
    total = sum(len(each) for each in made.data.scores.column("findings").to_pylist())
    assert len(found) == total
    assert [row["severity"] for row in found] == sorted(
        (row["severity"] for row in found), key=["critical", "major", "minor", "neutral"].index
    )
    assert any(row["quote"] for row in found)
    assert not [cell for row in found for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_summary_says_who_is_behind_and_escapes_a_hostile_model_name(folder):
    text = (folder / "summary.md").read_text(encoding="utf-8")
    assert "SmolLM2-135M-Instruct is behind en-US in 5 of 5 locales" in text
    assert "<b>" not in text
    assert "comparisons:" in text


def test_figures_are_drawn_as_svg_and_png_for_each_family(made, tmp_path):
    paths = write_figures(made.gap, tmp_path)
    assert {path.suffix for path in paths} == {".svg", ".png"}
    first = next(path for path in paths if path.suffix == ".svg").read_text(encoding="utf-8")
    # The page's placeholder colours would be nearly black on white paper.
    assert "#050505" not in first
    assert next(path for path in paths if path.suffix == ".png").read_bytes().startswith(b"\x89PNG")
    assert len(paths) == 2 * 4 * len(fixture.MODELS)
