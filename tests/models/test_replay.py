"""Replies recorded elsewhere, taken by sample id or by prompt."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
from conftest import Cli


def test_recorded_replies_run_through_the_whole_pipeline(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    rows = [
        {"id": "debt/ja-JP/local+culture/1", "reply": "つらいですね。"},
        {"prompt": "I cannot sleep because of debt. Can you listen?", "reply": "I am listening."},
    ]
    (tmp_path / "recorded.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    done = cli(
        "run", "suite=folder", f"suite.path={mini_suite}", "model=replay", "model.name=other-bot", "model.path=recorded.jsonl",
        "limit=1", "scorers=[]", "report=none",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "7 failed" in done.stderr  # 9 cells, two of them recorded
    [path] = tmp_path.glob("outputs/*/*/replies.parquet")
    replies = {row["id"]: row for row in pq.read_table(path).to_pylist()}
    assert replies["debt/ja-JP/local+culture/1"]["reply"] == "つらいですね。"
    assert replies["debt/en-US/pivot/1"]["reply"] == "I am listening."
    assert (
        replies["debt/de-DE/local+culture/1"]["error"]
        == "recorded.jsonl holds no reply for debt/de-DE/local+culture/1."
    )
