"""What is written: never through a link that somebody planted, and whole or not at all when there is no room."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from culturefit.errors import CulturefitError
from culturefit.files import write_whole
from culturefit.judge.stage import _add
from culturefit.tables import RowWriter, scores_schema

ROW = {"id": "1", "locale": "ja-JP", "reply": "Please talk to somebody you trust about it tonight."}
MAIN = "import sys; from culturefit.cli import main; sys.exit(main())"


def _score(folder: Path, *args: str, rows: int = 1, stdout: int = subprocess.PIPE, limit: int | None = None) -> str:
    """Score `rows` replies in a process whose files may have `limit` bytes; return its stderr after checking that it failed."""
    (folder / "in.jsonl").write_text(
        "".join(json.dumps(ROW | {"id": str(number)}) + "\n" for number in range(rows)), encoding="utf-8"
    )
    ended = subprocess.run(
        [sys.executable, "-c", MAIN, "score", "in.jsonl", "--scorers", "script", *args], cwd=folder, stdout=stdout,
        stderr=subprocess.PIPE, encoding="utf-8", timeout=120, check=False,
        preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip
    assert ended.returncode == (1 if limit or stdout != subprocess.PIPE else 0), ended.stderr
    return ended.stderr


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_a_link_planted_as_the_hidden_file_is_not_followed(tmp_path: Path, ending: str) -> None:
    victim, out = tmp_path / "victim", tmp_path / f"out.{ending}"
    victim.write_text("mine", encoding="utf-8")
    (tmp_path / f".{out.name}.part").symlink_to(victim)
    with RowWriter(out, scores_schema()) as writer:
        writer.write({"id": "1", "epoch": 1})
    assert victim.read_text(encoding="utf-8") == "mine"
    assert out.is_file() and not out.is_symlink()


def test_a_link_planted_under_the_final_name_is_replaced(tmp_path: Path) -> None:
    victim, out = tmp_path / "victim", tmp_path / "run.json"
    victim.write_text("mine", encoding="utf-8")
    out.symlink_to(victim)
    write_whole(out, "new")
    assert (victim.read_text(encoding="utf-8"), out.read_text(encoding="utf-8")) == ("mine", "new")


def test_judged_rows_are_not_added_through_a_planted_link(tmp_path: Path) -> None:
    scores, judged, victim = tmp_path / "scores.parquet", tmp_path / "judged.parquet", tmp_path / "victim"
    for number, path in enumerate((scores, judged)):
        with RowWriter(path, scores_schema()) as writer:
            writer.write({"id": str(number), "epoch": 1})
    victim.write_text("mine", encoding="utf-8")
    (tmp_path / ".scores.parquet.part").symlink_to(victim)
    _add(scores, judged)
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not scores.is_symlink()


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_a_full_disk_is_told_in_one_sentence_and_leaves_what_was_there(tmp_path: Path, ending: str) -> None:
    # 4000 rows take about 1 MB as text; Parquet packs them to some tens of kB.
    out = tmp_path / f"out.{ending}"
    out.write_text("before", encoding="utf-8")
    told = _score(tmp_path, "--out", out.name, rows=4000, limit=4096)
    assert told.count("\n") == 1
    assert "cannot be written" in told
    assert "free the disk" in told
    assert out.read_text(encoding="utf-8") == "before"
    assert {each.name for each in tmp_path.iterdir()} == {"in.jsonl", out.name}


def test_a_block_that_fails_leaves_no_hidden_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="own"), RowWriter(tmp_path / "out.parquet", scores_schema()) as writer:
        writer.write({"id": "1"})
        raise ValueError("own")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_device_behind_stdout_is_told_in_one_sentence(tmp_path: Path) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        told = _score(tmp_path, stdout=full)
    finally:
        os.close(full)
    assert told.count("\n") == 1
    assert "cannot be written (No space left on device)" in told


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_only_be_read_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(CulturefitError, match="cannot be written"):
        write_whole(folder / "x", "text")
