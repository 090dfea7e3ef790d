"""`culturefit run -m hydra/launcher=ray`: jobs on two nodes that share no folder, one budget, one journal, one report."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from aiohttp import web
from conftest import Cli
from loopback import Loopback, completion
from two_nodes import ENV, TwoNodes


def echo(body: dict[str, Any], _: int) -> web.Response:
    return completion("reply to " + body["messages"][-1]["content"])


def arguments(suite: Path, server: Loopback, nodes: TwoNodes, *more: str) -> list[str]:
    return [
        "run", "-m", "hydra/launcher=ray", f"hydra.launcher.address={nodes.address}", "suite=folder", f"suite.path={suite}",
        "model=openai", "model.name=m,n", f"model.base_url={server.url}", "scorers=[language]", *more,
    ]  # fmt: skip


def sweep(base: Path) -> Path:
    return max(base.glob("outputs/*/*/multirun.yaml"), key=lambda path: path.stat().st_mtime).parent


def test_a_sweep_over_two_nodes_leaves_what_one_machine_would(
    mini_suite: Path, tmp_path: Path, cli: Cli, nodes: TwoNodes
) -> None:
    with Loopback(echo) as server:
        done = cli(*arguments(mini_suite, server, nodes), **ENV)
        assert done.returncode == 0, done.stderr
        # 2 scenarios x 9 cells x 2 models, each once
        assert len(server.bodies) == 36
        again = cli(*arguments(mini_suite, server, nodes), **ENV)
        assert again.returncode == 0, again.stderr
        assert len(server.bodies) == 36, "the journal came back, so nothing is asked again"
    folder = sweep(tmp_path)
    records = [json.loads((folder / number / "run.json").read_text("utf-8")) for number in ("0", "1")]
    assert [each["model"]["name"] for each in records] == ["m", "n"]
    assert [each["counts"]["reused"] for each in records] == [18, 18]
    replies = pq.read_table(folder / "0" / "replies.parquet").to_pylist()
    assert all(row["reply"] == "reply to " + row["prompt"] for row in replies)
    assert {row["run"] for row in replies} == {f"{folder.parent.name}/{folder.name}/0"}
    gap = json.loads((folder / "gap.json").read_text("utf-8"))
    assert gap["models"] == ["m", "n"]
    assert (folder / "report.html").is_file()
    assert (folder / "0" / "report.html").is_file()


def test_jobs_share_one_budget_over_the_nodes(mini_suite: Path, tmp_path: Path, cli: Cli, nodes: TwoNodes) -> None:
    with Loopback(echo) as server:
        done = cli(*arguments(mini_suite, server, nodes, "budget.requests=25"), **ENV)
    assert done.returncode == 0, done.stderr
    assert len(server.bodies) == 25  # of 36
    folder = sweep(tmp_path)
    ends = Counter(json.loads((folder / number / "run.json").read_text("utf-8"))["status"] for number in ("0", "1"))
    assert ends["budget"] >= 1


def test_an_error_of_a_job_is_one_sentence_and_the_others_go_on(
    mini_suite: Path, tmp_path: Path, cli: Cli, nodes: TwoNodes
) -> None:
    with Loopback(echo) as server:
        done = cli(*arguments(mini_suite, server, nodes, "seed=0,x"), **ENV)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "seed" in done.stderr
    assert len(server.bodies) == 36


def test_a_job_whose_node_is_lost_is_begun_again_and_nothing_is_missing(
    mini_suite: Path, tmp_path: Path, cli: Cli, nodes: TwoNodes
) -> None:
    lost: list[int] = []

    def slowly(body: dict[str, Any], number: int) -> web.Response:
        if len(server.bodies) >= 8 and not lost:
            lost.append(len(server.bodies))
            nodes.kill_second()
        time.sleep(0.1)
        return echo(body, number)

    server = Loopback(slowly)
    try:
        with server:
            done = cli(*arguments(mini_suite, server, nodes, "model.concurrency=1"), **ENV)
    finally:
        nodes.start_second()
    assert done.returncode == 0, done.stderr
    assert lost
    folder = sweep(tmp_path)
    for number in ("0", "1"):
        record = json.loads((folder / number / "run.json").read_text("utf-8"))
        assert (record["status"], record["counts"]["failed"]) == ("complete", 0)
        assert len(set(pq.read_table(folder / number / "replies.parquet")["id"].to_pylist())) == 18
