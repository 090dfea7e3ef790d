"""Loading runs, the words of the report, and what importing and writing it costs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from report import fixture

from culturefit.errors import CulturefitError
from culturefit.report import words
from culturefit.report.anchors import Anchors
from culturefit.report.data import load_runs
from culturefit.report.gated import gate_of
from culturefit.report.html import write_html
from culturefit.report.overview import Heat
from culturefit.report.overview import _heat as heat_of_model
from culturefit.report.words import verdict
from culturefit.tables import scores_schema


def test_a_sweep_is_expanded_and_a_run_named_twice_counts_once(folders):
    # 14 scenarios x (3 arms of en-US + 5 locales x 3 arms) = 252 replies per run.
    loaded = load_runs([folders[0].parent, folders[1]])
    assert [run["model"]["name"] for run in loaded.runs] == fixture.MODELS
    assert loaded.replies.num_rows == 504
    assert loaded.scores.num_rows == 504 * len(fixture.CRITERIA)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (shutil.rmtree, "is no folder"),
        (lambda run: [each.unlink() for each in run.iterdir()], "holds no run"),
        (lambda run: (run / "run.json").unlink(), "but no run.json"),
        (lambda run: (run / "scores.parquet").unlink(), "has no scores.parquet"),
        (lambda run: (run / "replies.parquet").write_bytes(b"PAR1 no PAR1"), "replies.parquet cannot be read"),
        (lambda run: (run / "run.json").write_text("{"), "run.json cannot be read"),
        (lambda run: (run / "run.json").write_text('{"schema": 2}'), "has schema 2 and this version reads 1"),
        (
            lambda run: pq.write_table(pa.table({"run": ["x"]}), run / "scores.parquet"),
            "lacks the columns scenario, locale",
        ),
    ],
)
def test_an_incomplete_run_is_named_with_what_it_lacks(folders, tmp_path, spoil, says):
    run = tmp_path / "22-10-00-7"
    shutil.copytree(folders[0], run)
    spoil(run)
    with pytest.raises(CulturefitError, match=says) as caught:
        load_runs([run])
    assert str(run) in str(caught.value)


def test_importing_the_report_imports_nothing_heavy():
    code = (
        "import sys, culturefit.report, culturefit.report.html, culturefit.report.data, culturefit.report.terminal;"
        "print(sorted({'altair', 'vl_convert', 'jinja2', 'pyarrow', 'rich'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_page_is_not_much_larger_than_the_text_it_holds(tmp_path):
    run = fixture.make_run(tmp_path / "run", scenarios=20)
    path = tmp_path / "report.html"
    data = load_runs([run])
    write_html(data, fixture.make_gap([run]), path)
    replies = data.replies.to_pylist()
    assert len(replies) == 360
    held = sum(len((row["prompt"] + row["reply"]).encode()) for row in replies)
    assert path.stat().st_size <= 1.5 * held + 1_000_000


def test_a_report_of_runs_without_any_score_can_be_written(folders, tmp_path):
    run = tmp_path / "run"
    shutil.copytree(folders[0], run)
    pq.write_table(scores_schema().empty_table(), run / "scores.parquet")
    gap = fixture.make_gap([run])
    assert gap["models"] == []
    path = tmp_path / "report.html"
    write_html(load_runs([run]), gap, path)
    assert "cannot be compared with en-US" in path.read_text("utf-8")


def test_ids_of_any_kind_make_distinct_addresses_that_stay_the_same():
    anchors = Anchors(["a", "b"])
    first = anchors.get("a", "ja-JP", 'x" onclick="y', "local+culture")
    assert first == "m1.ja-JP.x-onclick-y.local-culture"
    assert anchors.get("a", "ja-JP", "x onclick y", "local+culture") == first + ".2"
    assert anchors.get("b", "ja-JP", "\u202e", "local+culture") == "m2.ja-JP.x.local-culture"
    assert anchors.get("a", "ja-JP", 'x" onclick="y', "local+culture") == first


def test_the_gate_has_events_first_and_leads_only_where_something_is():
    anchors = Anchors(["m"])
    home = anchors.get("m", "ja-JP", "roof", apart=("case", "core"))
    anchors.get("m", "ja-JP", "risk_response")

    def row(locale: str, scenarios: int, *failed: str) -> dict[str, object]:
        return {"model": "m", "locale": locale, "arm": "local", "dimension": "risk_response", "events": len(failed),
                "scenarios": scenarios, "failed": list(failed)}  # fmt: skip

    rows = [row("de-DE", 9), row("de-DE", 0), row("hi-IN", 9, "a"), row("ja-JP", 9, "roof", "b", "c", "d", "e")]
    found = gate_of({"gate": rows}, "m", anchors)
    assert [(each.row["locale"], each.anchor, each.where[0], each.more) for each in found.events] == [
        ("ja-JP", "m1.ja-JP.risk_response", ("roof", home), 2), ("hi-IN", "", ("a", ""), 0),
    ]  # fmt: skip
    assert (len(found.others), found.unscored) == (2, 1)


def heat_of(*dimensions: tuple[str, str, float | None]) -> Heat:
    rows = [
        {"model": "m", "locale": "ja-JP", "dimension": name, "gap": gap, "low": None, "high": None, "n": 3, "note": None,
         "p": None, "verdict": None, "unscored_share": 0.0}
        for name, _, gap in dimensions
    ]  # fmt: skip
    listed = [{"id": name, "family": family} for name, family, _ in dimensions]
    gap = {"gaps": rows, "dimensions": listed, "locales": ["en-US", "ja-JP"], "reference": "en-US", "margin": 0.1}
    return heat_of_model(gap, "m", Anchors(["m"]))


def test_columns_with_nothing_to_compare_fold_and_safety_comes_first():
    heat = heat_of(("answered", "delivery", 0.0), ("gender", "fidelity", None), ("over_reaction", "safety", 0.0))
    assert heat.dimensions == ["over_reaction", "answered"]
    assert heat.families == [("safety", 1), ("delivery", 1)]
    assert (heat.level, heat.missing) == ([], ["gender"])


def test_columns_of_zeros_fold_only_where_there_is_no_room_and_never_those_of_safety():
    many = [(f"d{number}", "fidelity", 0.3 if number % 2 else 0.0) for number in range(17)]
    heat = heat_of(*many, ("over_reaction", "safety", 0.0))
    assert heat.dimensions == ["over_reaction", *(f"d{number}" for number in range(1, 17, 2))]
    assert heat.level == [f"d{number}" for number in range(0, 17, 2)]


@pytest.mark.parametrize(
    ("gap", "step", "text"),
    [
        (0.0, 0, "0.00"),
        (0.019, 0, "+0.02"),
        (-0.004, 0, "0.00"),
        (0.1, 2, "+0.10"),
        (-0.3, -3, "−0.30"),
        (1.0, 5, "+1.00"),
    ],
)
def test_a_gap_has_its_colour_step_and_its_sign(gap, step, text):
    assert (words.step(gap), words.signed(gap)) == (step, text)


def test_little_is_never_printed_as_nothing():
    assert words.share(1, 300) == "under 1%"
    assert words.share(0, 300) == "0%"


def test_run_json_survives_as_it_was(folders, made):
    assert made.data.runs[0] == json.loads((folders[0] / "run.json").read_text("utf-8"))


def test_without_texts_the_statistics_are_the_same_and_replies_are_one_letter(folders):
    from culturefit.gap import compute

    whole, spare = load_runs(folders), load_runs(folders, texts=False)
    assert compute(spare.scores, spare.replies, spare.runs) == compute(whole.scores, whole.replies, whole.runs)
    assert max(len(each or "") for each in spare.replies.column("reply").to_pylist()) == 1
    assert not {"messages", "prompt", "findings", "detail"} & {*spare.replies.column_names, *spare.scores.column_names}


@pytest.mark.parametrize(
    ("gaps", "told"),
    [
        # Printed with two decimals, 0.501 and 0.499 are one number; 0.40 is another.
        ({"ja-JP": 0.501, "hi-IN": 0.499, "ar-EG": 0.4}, "worst: ja-JP on language (+0.50) (alike: hi-IN on language)."),
        ({"ja-JP": 0.5, "hi-IN": 0.4}, "worst: ja-JP on language (+0.50)."),
        ({f"{tag}-XX": 0.5 for tag in ("aa", "bb", "cc", "dd", "ee")}, "worst: aa-XX on language (+0.50) (4 more alike)."),
    ],
)  # fmt: skip
def test_locales_that_tie_are_not_called_the_worst_one_by_one(gaps, told):
    rows = [
        {"model": "m", "locale": tag, "dimension": "language", "gap": gap, "p": 0.01, "verdict": "gap"}
        for tag, gap in gaps.items()
    ]
    found = verdict({"reference": "en-US", "alpha": 0.05, "gaps": rows}, "m").sentence()
    assert found.endswith(told)
