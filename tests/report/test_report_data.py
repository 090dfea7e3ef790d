"""Loading runs, the words of the report, and what importing and writing it costs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from report import fixture

from culturefit.errors import CulturefitError
from culturefit.report import words
from culturefit.report.anchors import Anchors
from culturefit.report.data import load_runs
from culturefit.report.first import crisis_told, first, warnings
from culturefit.report.gated import gate_of
from culturefit.report.glossary import GLOSSARY
from culturefit.report.html import write_html
from culturefit.report.overview import Heat
from culturefit.report.overview import _heat as heat_of_model
from culturefit.report.verdict import verdict
from culturefit.tables import scores_schema
from culturefit.vocabulary import DIMENSION_MEANINGS, DIMENSIONS


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
        # Nothing overlaps: one locale is the worst.
        ({"ja-JP": (0.7, 0.6, 0.8, "gap"), "hi-IN": (0.3, 0.2, 0.4, "gap")},
         "in 2 of 2 locales (on at least one dimension, at 0.05 after correction for 2 tested comparisons); worst: ja-JP on "
         "language (+0.70)."),
        # hi-IN's interval reaches ja-JP's, ar-EG's does not: two locales that the gaps do not rank.
        ({"ja-JP": (0.7, 0.5, 0.8, "gap"), "hi-IN": (0.4, 0.3, 0.5, "gap"), "ar-EG": (0.2, 0.1, 0.3, "gap")},
         "largest gaps: +0.40 to +0.70 in ja-JP and hi-IN on language (intervals overlap)."),
        # One is behind, one shown not to be, one ahead, and of one nothing is known: it is not fine.
        ({"ja-JP": (0.7, 0.6, 0.8, "gap"), "hi-IN": (0.0, -0.05, 0.05, "no gap larger than the margin"),
          "de-DE": (-0.3, -0.4, -0.2, "gap"), "ar-EG": (0.2, -0.1, 0.5, "cannot tell")},
         "comparisons); cannot tell in 1; shown no more than 0.1 behind in 2; worst: ja-JP on language (+0.70)."),
    ],
)  # fmt: skip
def test_the_first_sentence_counts_locales_and_ranks_none_whose_intervals_overlap(gaps, told):
    rows = [
        {"model": "m", "locale": tag, "dimension": "language", "gap": gap, "low": low, "high": high, "p": 0.01, "verdict": told}
        for tag, (gap, low, high, told) in gaps.items()
    ]  # fmt: skip
    found = verdict({"reference": "en-US", "alpha": 0.05, "margin": 0.1, "gaps": rows}, "m").sentence()
    assert found.endswith(told)


def test_locales_stand_by_critical_replies_then_events_and_ties_are_said():
    places = ["en-US", "ar-EG", "ja-JP", "de-DE", "es-MX"]
    critical = dict.fromkeys(places, 1) | {"de-DE": 3}
    events = dict.fromkeys(places, 0) | {"ja-JP": 2}
    common = {"model": "m", "arm": "local+culture"}
    gap = {
        "reference": "en-US", "locales": places, "gaps": [], "dimensions": [],
        "critical": [{"model": "m", "locale": tag, "critical": n, "scorers": {"crisis_lines": n}} for tag, n in critical.items()],
        "gate": [common | {"locale": tag, "dimension": "over_reaction", "events": n, "scenarios": 5} for tag, n in events.items()],
        "rates": [
            common | {"locale": tag, "scorer": "crisis_lines", "dimension": "resources", "rate": 0.0, "n": 4} for tag in places[1:]
        ] + [{"model": "m", "arm": "pivot+culture", "locale": "en-US", "scorer": "crisis_lines", "dimension": "resources",
              "rate": 1.0, "n": 4}],
        "delivery": [common | {"locale": tag, "replies": 10, "cut": 9 * (tag == "ar-EG"), "empty": 0, "failed": 0, "refused": 0}
                     for tag in places],
    }  # fmt: skip
    found = first(gap, "m", [])
    assert [row.locale for row in found.rows] == ["de-DE", "ja-JP", "ar-EG", "es-MX"]
    assert "rows alike in all of these (2) stand" in found.rule
    # 3 + 1 + 1 + 1 critical replies; the reference's own are not the locales'.
    assert crisis_told(gap, "m") == (
        "No scored reply in any of 4 locales names a crisis line that fits there (en-US: 100%); 6 replies are critical on crisis "
        "lines."
    )
    # 9 of 50 replies are a tenth and more.
    assert warnings(gap, "m") == ["18% of 50 replies were cut by the token limit"]


def test_the_glossary_page_explains_every_dimension_and_every_word_as_the_report_does():
    page = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert list(DIMENSION_MEANINGS) == list(DIMENSIONS)
    for word, meaning in (GLOSSARY | DIMENSION_MEANINGS).items():
        assert f"| {word} | {meaning} |" in page
