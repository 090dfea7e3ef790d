"""From a judged run and people's ratings to a calibration, and from it to the labels of the next run's reports."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from loopback import Loopback, completion

from culturefit.review.sample import reply_id, unit_id

EPOCHS = 24


def serve(body: dict[str, Any], _: int) -> Any:
    """Answer as a chatbot whose replies differ by the seed, and as a judge that says yes to every other one."""
    prompt = body["messages"][-1]["content"]
    if "===" not in prompt:
        return completion(f"Das klingt schwer, Nummer {body['seed']}.")
    number = re.findall(r"Nummer (\d+)", prompt)[-1]
    return completion(json.dumps({"answer": "no" if int(number) % 2 else "yes", "quote": f"Nummer {number}"}))


def run(cli: Any, folder: Path, suite: Path, url: str, *more: str) -> Any:
    return cli(
        "run", "suite=folder", f"suite.path={suite}", "model=openai", "model.name=bot", f"model.base_url={url}", f"epochs={EPOCHS}",
        "judge=openai", "judge.models.first.name=judge-1", f"judge.models.first.base_url={url}", "scorers=[degeneration]",
        "scenarios=[debt]", "locales=[de-DE]", *more, cwd=folder, OPENAI_API_KEY="sk-test-0123456789",
    )  # fmt: skip


def folders(path: Path) -> list[Path]:
    return sorted(each.parent for each in path.glob("outputs/*/*/run.json"))


def rate(folder: Path, path: Path, arms: tuple[str, ...] = ("local", "pivot")) -> Path:
    """Write what two people would say who mostly agree with the judge, in the review page's columns."""
    rows = []
    for row in pq.ParquetFile(folder / "scores.parquet").read().to_pylist():
        if row["scorer"] == "judge" and row["arm"].startswith(arms):
            item = reply_id(row["run"], row["id"])
            for who in ("ana", "badr"):
                other = {"yes": "no", "no": "yes"}[row["label"]]
                label = other if who == "badr" and row["epoch"] == 1 else row["label"]
                rows.append({"unit": unit_id(item, row["criterion"]), "rater": who, "label": label})
    rows[-1]["label"] = "unsure"
    if path.suffix == ".json":  # as the review page saves it
        path.write_text(
            json.dumps({"ratings": [row | {"inclusion": 0.5, "place": 1} for row in rows]}), encoding="utf-8"
        )
        return path
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["unit", "rater", "label"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_calibration_labels_what_it_covers_and_another_judge_is_refused(tmp_path, mini_suite, cli):
    with Loopback(serve) as server:
        first = run(cli, tmp_path, mini_suite, server.url, "report=html")
        assert first.returncode == 0, first.stderr
        assert "Judge not calibrated against people: order." in first.stdout
        folder = folders(tmp_path)[0]
        gap = json.loads((folder / "gap.json").read_text("utf-8"))
        assert {row["judged"] for row in gap["gaps"] if row["dimension"] == "order"} == {"uncalibrated"}
        assert {row["judged"] for row in gap["gaps"] if row["dimension"] == "answered"} == {None}
        with (folder / "gap.csv").open(encoding="utf-8", newline="") as file:
            assert {(row["dimension"], row["judged"]) for row in csv.DictReader(file)} >= {
                ("order", "uncalibrated"), ("answered", ""),
            }  # fmt: skip
        assert "Judge not calibrated against people: order." in (folder / "summary.md").read_text("utf-8")
        page = (folder / "report.html").read_text("utf-8")
        assert "Judge not calibrated against people: order." in page
        assert "judge not calibrated" in page

        ratings = rate(folder, tmp_path / "ratings.csv")
        told = cli("calibrate", "--judge", str(folder), "--human", str(ratings), "--min-n", "20", "--json")
        assert told.returncode == 0, told.stderr
        file = tmp_path / "calibration.json"
        file.write_text(told.stdout, encoding="utf-8")
        found = json.loads(told.stdout)
        cells = {(each["criterion"], each["locale"]): each for each in found["cells"]}
        # local+placebo and local+culture, one unit of it "unsure" for one person; pivot arms are read in the reference's language.
        assert cells["listens", "de-DE"]["n"] + cells["listens", "de-DE"]["single"] == 2 * EPOCHS
        assert cells["listens", "de-DE"]["verdict"] == "as people"
        assert found["dropped"] == {"unsure": 1}
        table = cli("calibrate", "--judge", str(folder), "--human", str(ratings))
        assert re.search(r"listens +de-DE +4[78] .*as people", table.stdout)
        assert "Nothing is concluded below 30 units" in table.stdout

        held = run(cli, tmp_path, mini_suite, server.url, "report=html", f"judge.calibration={file}")
        assert held.returncode == 0, held.stderr
        assert "not calibrated" not in held.stdout
        record = json.loads((folders(tmp_path)[1] / "run.json").read_text("utf-8"))["judge"]
        assert record["calibrated"] is True
        assert record["calibration"]["judge"] == found["judge_id"]
        assert record["calibration"]["cells"] == [["listens", "de-DE"], ["listens", "en-US"]]
        assert found["judge_id"] in (folders(tmp_path)[1] / "report.html").read_text("utf-8")

        # What holds a run against a policy, or against another run, says so as well.
        (tmp_path / "policy.yaml").write_text("schema: 1\nreview: {min_share: 0}\n", encoding="utf-8")
        held_against = cli("check", str(folder), "--policy", "policy.yaml", "--markdown", "check.md", cwd=tmp_path)
        assert "Judge not calibrated against people: order." in held_against.stdout, held_against.stderr
        assert "Judge not calibrated against people: order." in (tmp_path / "check.md").read_text("utf-8")
        both = folders(tmp_path)
        beside = cli("compare", str(both[0]), str(both[1]))
        assert "a judge that was not calibrated against people" in beside.stdout, beside.stderr

        other = run(cli, tmp_path, mini_suite, server.url, f"judge.calibration={file}", "judge.max_tokens=100")
        assert other.returncode == 2
        assert "they differ in max_tokens" in other.stderr

        # The reference alone is not enough: a gap is as good as its worse side.
        part = rate(folder, tmp_path / "part.json", ("local",))
        part_told = cli("calibrate", "--judge", str(folder), "--human", str(part), "--min-n", "20", "--json")
        file.write_text(part_told.stdout, encoding="utf-8")
        again = run(cli, tmp_path, mini_suite, server.url, "report=none", f"judge.calibration={file}")
        assert again.returncode == 0, again.stderr
        assert "Judge not calibrated against people: order." in again.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [("{}", "is not what `culturefit calibrate --json` writes"), ("no json", "is not what"), (None, "cannot be read")],
)
def test_a_file_that_is_no_calibration_is_refused_before_anything_is_asked(text, says, tmp_path, mini_suite, cli):
    file = tmp_path / "calibration.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    found = run(cli, tmp_path, mini_suite, "http://127.0.0.1:9/v1", f"judge.calibration={file}")
    assert found.returncode in (1, 2)
    assert says in found.stderr
    assert "Traceback" not in found.stderr


def test_ratings_of_another_run_are_told_in_a_sentence(tmp_path, mini_suite, cli):
    with Loopback(serve) as server:
        run(cli, tmp_path, mini_suite, server.url, "report=none", "epochs=1")
        run(cli, tmp_path, mini_suite, server.url, "report=none", "epochs=1")
    first, second = folders(tmp_path)
    ratings = rate(first, tmp_path / "ratings.csv")
    found = cli("calibrate", "--judge", str(second), "--human", str(ratings))
    assert found.returncode == 2
    assert "is about a reply that" in found.stderr
    read = cli("calibrate", "--judge", str(second), "--human", str(ratings), "--read", str(first))
    assert read.returncode == 0, read.stderr
    assert "too few (below 30)" in read.stdout
