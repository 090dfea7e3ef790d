"""`culturefit score --engine ray`: what two nodes write is what one process writes, whatever becomes of a node."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Cli
from two_nodes import ENV, TwoNodes

COMMAND = [sys.executable, "-c", "import sys; from culturefit.cli import main; sys.exit(main())"]
SCORERS = ("--scorers", "language,script,degeneration,crisis_lines")

TEXTS = {
    "ja-JP": "ひとりで抱えなくて大丈夫です。眠れない夜が続くのは、とてもつらいですね。",
    "de-DE": "Das klingt anstrengend. Möchten Sie mir erzählen, was heute am schwersten war? Sie erreichen uns unter 988.",
    "hi-IN": "मुझे अफ़सोस है। आप ९८८ पर अभी कॉल कर सकते हैं, वे आपकी बात सुनेंगे।",
    "en-US": 'That sounds "exhausting", and it makes sense.\n=You can call or text 988 at any hour.',
}


def replies(count: int) -> list[dict[str, Any]]:
    """Rows whose text, locale, epoch and arm change; every hundredth is empty."""
    locales = list(TEXTS)
    return [
        {
            "id": str(number), "locale": locales[number % 4], "epoch": 1 + number % 3, "scenario": f"s{number % 7}",
            "arm": None if number % 5 else "local", "note": "not read",
            "reply": "" if number % 100 == 99 else f"{TEXTS[locales[number // 2 % 4]]} ({number})",
        }
        for number in range(count)
    ]  # fmt: skip


def table(path: Path, count: int) -> Path:
    pq.write_table(pa.Table.from_pylist(replies(count)), path)
    return path


@pytest.mark.parametrize("ending", ["parquet", "csv", "jsonl", None])
def test_two_nodes_write_the_bytes_of_one_process(
    tmp_path: Path, cli: Cli, nodes: TwoNodes, ending: str | None
) -> None:
    # 2,500 replies are three batches, and no whole number of row groups of the file written.
    source = table(tmp_path / "in.parquet", 2500)
    said, written = [], []
    for name, engine in (("one", ()), ("two", ("--engine", "ray", "--ray-address", nodes.address))):
        out = tmp_path / f"{name}.{ending}"
        done = cli("score", str(source), *SCORERS, *engine, *(("--out", str(out)) if ending else ()), **ENV)
        assert done.returncode == 0, done.stderr
        said.append(done.stderr.replace(str(out), "OUT"))
        written.append(out.read_bytes() if ending else done.stdout.encode())
    assert written[0] == written[1]
    assert said[0] == said[1]
    assert len(written[0]) > 2500


def test_a_node_killed_in_the_middle_leaves_nothing_out_and_nothing_twice(
    tmp_path: Path, cli: Cli, nodes: TwoNodes
) -> None:
    source = table(tmp_path / "in.parquet", 16_000)
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    assert cli("score", str(source), *SCORERS, "--out", str(one)).returncode == 0
    command = ["score", str(source), *SCORERS, "--out", str(two), "--engine", "ray", "--ray-address", nodes.address]
    part = two.with_name(f".{two.name}.part")
    with subprocess.Popen([*COMMAND, *command], env=os.environ | ENV, stderr=subprocess.PIPE, text=True) as process:
        try:
            deadline = time.monotonic() + 120
            while not (part.exists() and part.stat().st_size and nodes.second_is_working()):
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.02)
            nodes.kill_second()
            assert part.exists(), "the node was killed too late"
            _, said = process.communicate(timeout=240)
        finally:
            process.kill()
            nodes.start_second()
    assert process.returncode == 0, said
    assert one.read_bytes() == two.read_bytes()


def test_a_broken_row_is_told_as_in_one_process_and_no_file_is_left(tmp_path: Path, cli: Cli, nodes: TwoNodes) -> None:
    rows = replies(2500)
    rows[1500]["locale"] = "japanese"
    rows[2400]["locale"] = "german"
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in.parquet")
    args = ("score", "in.parquet", *SCORERS, "--out", "out.parquet")
    alone, on_ray = cli(*args), cli(*args, "--engine", "ray", "--ray-address", nodes.address, **ENV)
    assert "in.parquet:1501: locale: 'japanese'" in alone.stderr
    assert (on_ray.returncode, on_ray.stderr) == (alone.returncode, alone.stderr)
    assert [path.name for path in tmp_path.iterdir()] == ["in.parquet"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("in.parquet", "--engine", "ray", "--ray-address", "127.0.0.1:9"), "No Ray cluster answers at '127.0.0.1:9'"),
        (("in.parquet", "--ray-address", "127.0.0.1:9"), "is for --engine ray"),
    ],
)
def test_what_cannot_be_reached_is_one_sentence(tmp_path: Path, cli: Cli, args: tuple[str, ...], words: str) -> None:
    pytest.importorskip("ray", reason="needs ray (pip install 'culturefit[ray]')")
    table(tmp_path / "in.parquet", 1)
    done = cli("score", *args, *SCORERS, **ENV)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
