"""What is written: never through a link that somebody planted, and whole or not at all when there is no room."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Cli
from report import fixture

from culturefit.errors import CulturefitError
from culturefit.files import write_whole
from culturefit.judge.stage import _add
from culturefit.report.data import load_runs
from culturefit.report.html import write_html
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


def test_a_folder_that_may_only_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o555)
    for folder in (tmp_path, *tmp_path.parents):
        if folder != Path("/") and folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode | 0o055)
    (tmp_path / "in.jsonl").write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    # Once with all rights, so that everything is imported: the interpreter itself may stand where nobody may read.
    wanted = f"['score', {str(tmp_path / 'in.jsonl')!r}, '--scorers', 'script', '--out', {{!r}}]"
    code = (
        "import contextlib, io, os, sys, culturefit.cli\n"
        "with contextlib.redirect_stderr(io.StringIO()):\n"
        f"    assert culturefit.cli.main({wanted.format(str(tmp_path / 'first.parquet'))}) == 0\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        f"sys.exit(culturefit.cli.main({wanted.format(str(closed / 'out.parquet'))}))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert ended.returncode == 1, ended.stderr
    assert ended.stderr.count("\n") == 1
    assert "cannot be written (Permission denied)" in ended.stderr


def test_every_writer_replaces_a_planted_link(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    """The command's files, each planted as a link to a file that must stay as it is."""
    run = fixture.make_run(tmp_path / "run", scenarios=3)
    (tmp_path / "policy.yaml").write_text("schema: 1\ndelivery: {max_undelivered: 1.0}\n", encoding="utf-8")
    victim = tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    planted = [run / name for name in ("gap.json", "report.html", "gap.csv", "findings.csv", "summary.md")]
    planted += [tmp_path / name for name in ("c.md", "c.xml", "c.sarif", "page.html", "t.xlf", "data/README.md")]
    planted += [tmp_path / "data/gaps/train-00000-of-00001.parquet", tmp_path / "schema/pack.schema.json"]
    hidden = [path.with_name(f".{path.name}.part") for path in planted]
    for path in (*planted, *hidden):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(victim)
    for args in (
        ("report", "run"),
        ("check", "run", "--policy", "policy.yaml", "--markdown", "c.md", "--junit", "c.xml", "--sarif", "c.sarif"),
        ("review", "run", "--locale", "ja-JP", "--out", "page.html"),
        ("export", str(mini_suite), "--format", "xliff", "--locale", "ja-JP", "--out", "t.xlf", "--force"),
        ("export", "run", "--out", "data"),
        ("schema", "--write", "schema"),
    ):
        ended = cli(*args)
        assert ended.returncode == 0, (args, ended.stderr)
    assert victim.read_text(encoding="utf-8") == "mine"
    assert [path for path in planted if path.is_symlink() or not path.is_file()] == []
    assert [path for path in hidden if path.is_symlink() or path.exists()] == []


@pytest.mark.parametrize(
    ("link", "args"),
    [
        ("run/figures", ("report", "run", "--figures", "--format", "none")),
        ("out/gaps", ("export", "run", "--out", "out")),
        ("out/data", ("export", "mini", "--out", "out")),
    ],
)
def test_a_link_in_the_place_of_a_folder_is_refused(
    mini_suite: Path, tmp_path: Path, cli: Cli, link: str, args: tuple[str, ...]
) -> None:
    fixture.make_run(tmp_path / "run", scenarios=3)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(elsewhere)
    ended = cli(*args)
    assert (ended.returncode, list(elsewhere.iterdir())) == (1, []), ended.stderr
    assert "is a link; remove it" in ended.stderr


def test_pages_of_a_large_report_are_neither_written_nor_removed_through_a_link(tmp_path: Path) -> None:
    run = fixture.make_run(tmp_path / "run", scenarios=3)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "m1.ja-JP.html").write_text("mine", encoding="utf-8")
    (run / "report").symlink_to(elsewhere)
    data = load_runs([run])
    gap = fixture.make_gap([run])
    with pytest.raises(CulturefitError, match="is a link; remove it"):
        write_html(data, gap, run / "report.html", one_page=1)
    write_html(data, gap, run / "report.html")  # one page: nothing below the link is touched either
    assert (elsewhere / "m1.ja-JP.html").read_text(encoding="utf-8") == "mine"


def test_the_mode_of_a_file_that_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o640)
    write_whole(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, encoding="utf-8") as reader:
        write_whole(pipe, "text")
        assert reader.communicate(timeout=30)[0] == "text"
    assert pipe.is_fifo()
