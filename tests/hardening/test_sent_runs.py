"""The folder of a run that somebody sent or changed: one sentence names the file, the field and what would be right."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Cli
from report import fixture

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fixture.make_run(tmp_path_factory.mktemp("sent") / "run", scenarios=2)


def _record(change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    def spoil(run: Path) -> None:
        record = json.loads((run / "run.json").read_text("utf-8"))
        change(record)
        (run / "run.json").write_text(json.dumps(record), encoding="utf-8")

    return spoil


def _table(name: str, change: Callable[[Rows], object]) -> Callable[[Path], None]:
    def spoil(run: Path) -> None:
        table = pq.read_table(run / f"{name}.parquet")
        rows = table.to_pylist()
        change(rows)
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), run / f"{name}.parquet")

    return spoil


def _of_another_type(run: Path) -> None:
    table = pq.read_table(run / "scores.parquet")
    at = table.schema.get_field_index("epoch")
    pq.write_table(table.set_column(at, "epoch", table["epoch"].cast(pa.string())), run / "scores.parquet")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (_record(lambda run: run.pop("model")), "run.json: model: is missing; use the culturefit that wrote it"),
        (_record(lambda run: run.pop("settings")), "run.json: settings: is missing"),
        (_record(lambda run: run["settings"].pop("locales")), "run.json: settings.locales: is missing"),
        (_record(lambda run: run["criteria"][3].pop("weight")), "run.json: criteria.3.weight: is missing"),
        (_record(lambda run: run.update(counts=[1])), "run.json: counts: is [1]: "),
        (_record(lambda run: run.update(finished=7)), "run.json: finished: is 7: "),
        (_record(lambda run: run.update(run="another")), "replies.parquet: run: is '2026-11-22/run' in some rows"),
        (_table("replies", lambda rows: rows[3].update(arm=None)), "replies.parquet: arm: is missing in 1 rows"),
        (_table("replies", lambda rows: rows[3].update(locale="x y")), "replies.parquet: locale: "),
        (_table("scores", lambda rows: rows[3].update(value=1.5)), "scores.parquet: value: goes from 0.0 to 1.5"),
        (_table("scores", lambda rows: rows[3].update(value=float("nan"))), "with NaN, not within 0.0 and 1.0"),
        (_table("scores", lambda rows: rows[3].update(dimension="luck")), "scores.parquet: dimension: is 'luck' in some rows"),
        (_of_another_type, "scores.parquet: epoch: is string, and this version reads int32"),
    ],
)  # fmt: skip
def test_what_no_run_writes_is_refused_by_file_and_field(
    good: Path, tmp_path: Path, cli: Cli, spoil: Callable[[Path], None], says: str
) -> None:
    run = tmp_path / "run"
    shutil.copytree(good, run)
    spoil(run)
    done = cli("report", str(run), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert says in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_native_suite_whose_record_names_no_themes_is_reported_without_families(
    good: Path, tmp_path: Path, cli: Cli
) -> None:
    run = tmp_path / "run"
    shutil.copytree(good, run)
    _record(lambda record: record["suite"].update(design="native"))(run)
    done = cli("report", str(run), "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert {each["family"] for each in json.loads((tmp_path / "out/gap.json").read_text("utf-8"))["native"]} == {"all"}


def test_a_run_and_its_copy_are_not_counted_as_two(good: Path, tmp_path: Path, cli: Cli) -> None:
    shutil.copytree(good, tmp_path / "copy")
    done = cli("report", str(good), str(tmp_path / "copy"), "--out", str(tmp_path / "out"))
    assert done.returncode == 1
    assert "are both of the run 2026-11-22/run; pass one of them" in done.stderr


def test_a_file_of_ratings_without_end_is_left_after_64_mb(tmp_path: Path, cli: Cli) -> None:
    path = tmp_path / "ratings.json"
    path.touch()
    os.truncate(path, 65 * 1024 * 1024)
    done = cli("agree", str(path), "--unit", "id", "--rater", "by", "--label", "label")
    assert done.returncode != 0
    assert "is larger than 64 MB" in done.stderr
    assert done.stderr.count("\n") == 1
