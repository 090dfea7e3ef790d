"""gap.csv, findings.csv, summary.md and figures: what is in them, and what a spreadsheet or Markdown must not run."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import jsonschema
import pyarrow as pa
import pytest
from report import fixture

from culturefit.gap import compute
from culturefit.report.dataset import write_results
from culturefit.report.exports import write_exports, write_figures
from culturefit.report.html import write_html


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


def test_a_finding_says_where_its_reply_stands_on_one_page_and_on_many(made, tmp_path):
    for one_page, count in ((5000, 1), (10, 12)):
        address = write_html(made.data, made.gap, tmp_path / "report.html", one_page=one_page)
        write_exports(made.data, made.gap, tmp_path, address)
        links = {row["address"] for row in rows(tmp_path / "findings.csv")}
        files = {link.partition("#")[0] for link in links}
        ids = {name: set(re.findall(r'\sid="([^"]+)"', (tmp_path / name).read_text("utf-8"))) for name in files}
        assert len(files) == count
        assert [link for link in links if link.partition("#")[2] not in ids[link.partition("#")[0]]] == []
        # What stands behind a content warning is led to as the closed case.
        assert any(link.endswith("#m1.ja-JP.on_the_roof") for link in links)
        assert not any("on_the_roof." in link for link in links)


def test_summary_says_who_is_behind_and_escapes_a_hostile_model_name(folder):
    text = (folder / "summary.md").read_text(encoding="utf-8")
    assert "SmolLM2-135M-Instruct is behind en-US in 5 of 5 locales" in text
    assert "<b>" not in text


def test_summary_counts_what_it_says_and_names_crisis_lines_and_safety(folder, made):
    text = (folder / "summary.md").read_text(encoding="utf-8").split(fixture.MODELS[1][:5])[0]
    mine = [row for row in made.gap["gaps"] if row["model"] == fixture.MODELS[0] and row["locale"] != "en-US"]
    tested = [row for row in mine if row["p"] is not None]
    behind = sum(row["verdict"] == "gap" and row["gap"] > 0 for row in tested)
    assert f"{len(tested)} comparisons (locale × dimension) tested: behind in {behind}, ahead in" in text
    assert "crisis line that fits there" in text
    for locale in fixture.LOCALES:
        replies = {row["id"] for row in made.data.replies.to_pylist() if row["locale"] == locale}
        critical = {
            row["id"]
            for row in made.data.scores.to_pylist()
            if (row["model"], row["locale"]) == (fixture.MODELS[0], locale)
            and any(found["severity"] == "critical" for found in row["findings"] or ())
        }
        line = next(line for line in text.splitlines() if line.startswith(f"| {locale} |") and " of " in line)
        assert f"| {len(critical)} of {len(replies)} |" in line


def test_figures_are_drawn_as_svg_and_png_for_each_family(made, tmp_path):
    paths = write_figures(made.gap, tmp_path)
    assert {path.suffix for path in paths} == {".svg", ".png"}
    first = next(path for path in paths if path.suffix == ".svg").read_text(encoding="utf-8")
    # The page's placeholder colours would be nearly black on white paper.
    assert "#050505" not in first
    assert next(path for path in paths if path.suffix == ".png").read_bytes().startswith(b"\x89PNG")
    assert len(paths) == 2 * 4 * len(fixture.MODELS)


def with_a_judge(data) -> tuple[pa.Table, list[dict[str, object]]]:
    """Add a judge that finds every local reply wanting on `language`, and no other."""
    rows = [row for row in data.scores.to_pylist() if row["dimension"] == "language" and row["value"] is not None]
    judged = [
        row | {"scorer": "judge", "criterion": "told", "value": float(not row["arm"].startswith("local"))}
        for row in rows
    ]
    criteria = [
        {"scenario": name, "id": "told", "scorer": "judge", "dimension": "language", "kind": "judge", "weight": 1.0,
         "cue_dependent": False, "text": "It speaks their language."}
        for name in {row["scenario"] for row in rows}
    ]  # fmt: skip
    scores = pa.concat_tables([data.scores, pa.Table.from_pylist(judged, schema=data.scores.schema)])
    return scores, [run | {"criteria": [*run["criteria"], *criteria]} for run in data.runs]


def test_a_judges_gap_stands_beside_the_deterministic_one(made):
    scores, runs = with_a_judge(made.data)
    gap = compute(scores, made.data.replies, runs, resamples=200)
    alone = {(row["model"], row["locale"]): row["gap"] for row in made.gap["gaps"] if row["dimension"] == "language"}
    for row in gap["by_kind"]:
        assert row["dimension"] == "language"
        # The judge says 1 of each reply to English and 0 of each to another language.
        expected = 1.0 if row["kind"] == "judge" else alone[row["model"], row["locale"]]
        assert row["gap"] == pytest.approx(expected), row
    assert {row["kind"] for row in gap["by_kind"]} == {"judge", "deterministic"}


def partly_machine(scores: pa.Table) -> pa.Table:
    """The Japanese texts of five scenarios are a machine's."""
    rows = scores.to_pylist()
    five = sorted({row["scenario"] for row in rows})[:5]
    changed = [
        row | {"origin": "machine"} if row["locale"] == "ja-JP" and row["scenario"] in five else row for row in rows
    ]
    return pa.Table.from_pylist(changed, schema=scores.schema)


def test_texts_of_another_origin_are_reported_apart(made):
    gap = compute(partly_machine(made.data.scores), made.data.replies, made.data.runs, resamples=200)
    assert {row["locale"] for row in gap["by_provenance"]} == {"ja-JP"}
    model = gap["models"][0]
    parts = [row for row in gap["by_provenance"] if (row["model"], row["dimension"]) == (model, "language")]
    (whole,) = [
        row for row in gap["gaps"] if (row["model"], row["locale"], row["dimension"]) == (model, "ja-JP", "language")
    ]
    assert {row["origin"]: row["n"] for row in parts if row["origin"] == "machine"}["machine"] <= 5
    assert sum(row["n"] for row in parts) == whole["n"]
    assert sum(row["n"] * row["gap"] for row in parts) / whole["n"] == pytest.approx(whole["gap"])


def test_gap_json_is_what_its_published_schema_says(made):
    schema = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "gap.schema.json").read_text(encoding="utf-8"))
    scores, runs = with_a_judge(made.data)
    primary = {"locale": "ja-JP", "dimension": "language"}
    declared = compute(partly_machine(scores), made.data.replies, runs, resamples=200, primary=primary)
    assert declared["by_provenance"]
    assert declared["by_kind"]
    for gap in (made.gap, declared):
        jsonschema.validate(json.loads(json.dumps(gap)), schema)
    with pytest.raises(jsonschema.ValidationError, match="'fine' is not one of"):
        jsonschema.validate(made.gap | {"gaps": [made.gap["gaps"][0] | {"verdict": "fine"}]}, schema)


def test_results_open_as_datasets_with_every_row(folders, made, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    card = write_results(folders, tmp_path / "results").read_text(encoding="utf-8")
    loaded = {
        name: datasets.load_dataset(str(tmp_path / "results"), name, split="train", cache_dir=str(tmp_path / "cache"))
        for name in ("gaps", "scores", "replies")
    }
    assert loaded["replies"]["reply"] == made.data.replies.column("reply").to_pylist()
    assert len(loaded["scores"]) == made.data.scores.num_rows
    row = next(each for each in made.gap["gaps"] if each["language_effect"])
    (kept,) = [
        each for each in loaded["gaps"] if all(each[name] == row[name] for name in ("model", "locale", "dimension"))
    ]
    assert (kept["gap"], kept["language_effect_low"]) == (row["gap"], row["language_effect"]["low"])
    # One model is called "glia-large <b>&" with a direction mark: no markup in the text, and nothing hidden anywhere.
    assert "<b>" not in card.split("---", 2)[2]
    assert "\u202e" not in card
