"""Budgets, rates, dry runs and sweeps: money stops where it was told to, and nothing is asked twice."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from aiohttp import web
from conftest import Cli
from loopback import Loopback, completion
from run.test_run import COMMAND, arguments, echo


def metered(body: dict[str, Any], _: int) -> web.Response:
    # The helper says 7 prompt and 3 completion tokens for each reply.
    return completion("reply to " + body["messages"][-1]["content"])


def record(base: Path) -> dict[str, Any]:
    newest = max(base.glob("outputs/*/*/run.json"), key=lambda path: path.stat().st_mtime)
    found: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))
    return found


def test_a_request_budget_is_exact_and_the_same_command_with_more_goes_on(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    with Loopback(echo) as server:
        done = cli(*arguments(mini_suite, server, "budget.requests=5"))
        assert done.returncode == 0, done.stderr
        assert len(server.bodies) == 5
        assert "budget.requests=5 is used up" in done.stderr
        assert "13 of 18 requests are missing" in done.stderr
        found = record(tmp_path)
        assert (found["status"], found["counts"]["asked"], found["counts"]["unanswered"]) == ("budget", 5, 13)
        [table] = (pq.read_table(path) for path in tmp_path.glob("outputs/*/*/replies.parquet"))
        assert table.num_rows == 5  # what was had is in the tables
        cli(*arguments(mini_suite, server))
        assert len(server.bodies) == 18


def test_a_token_budget_is_never_passed(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    # Each reply takes 10 tokens. A request of about 60 bytes holds about 38 + 4 until it is answered, so with a cap of 100
    # the last request starts while at most 58 are used: 6 or 7 replies, 60 or 70 tokens.
    with Loopback(metered) as server:
        cli(*arguments(mini_suite, server, "budget.tokens=100", "sampling.max_tokens=4", "model.concurrency=8"))
    used = record(tmp_path)["counts"]["tokens"]
    assert used == 10 * len(server.bodies)
    assert 50 <= used <= 100


def test_a_money_budget_needs_a_price_and_keeps_to_it(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    with Loopback(metered) as server:
        refused = cli(*arguments(mini_suite, server, "budget.usd=1"))
        assert refused.returncode == 2
        assert "No price is known for 'm'" in refused.stderr
        assert server.bodies == []
        # 7 prompt tokens at 1 USD and 3 completion tokens at 1 USD per million: 0.00001 USD a reply.
        done = cli(
            *arguments(
                mini_suite, server, "budget.usd=0.0001", "prices={m: {input: 1, output: 1}}", "sampling.max_tokens=4"
            )
        )
        assert done.returncode == 0, done.stderr
        counts = record(tmp_path)["counts"]
        assert counts["usd"] == pytest.approx(0.00001 * counts["asked"])
        assert counts["usd"] <= 0.0001
        assert counts["unanswered"] > 0


def test_a_budget_holds_for_a_sweep_as_a_whole(mini_suite: Path, cli: Cli) -> None:
    with Loopback(echo) as server:
        done = cli(*arguments(mini_suite, server, "seed=1,2", "budget.requests=20"), "-m")
    assert done.returncode == 0, done.stderr
    assert len(server.bodies) == 20  # 18 in the first job, 2 left for the second


def test_requests_start_no_quicker_than_the_rate(mini_suite: Path, cli: Cli) -> None:
    times: list[float] = []

    def answer(body: dict[str, Any], number: int) -> web.Response:
        times.append(time.monotonic())
        return echo(body, number)

    with Loopback(answer) as server:
        cli(*arguments(mini_suite, server, "rate.requests_per_minute=600", "limit=1"))
    # 9 requests, 0.1 s apart: the last starts 0.8 s after the first.
    assert times[-1] - times[0] >= 0.75


def test_a_dry_run_says_what_it_would_take_and_asks_nothing(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    with Loopback(echo) as server:
        cli(*arguments(mini_suite, server, "limit=1"))
        asked = len(server.bodies)
        done = cli(*arguments(mini_suite, server, "dry_run=true", "prices={m: {input: 1, output: 1}}"))
        assert len(server.bodies) == asked
    assert done.returncode == 0, done.stderr
    found = re.search(r"Dry run: (\d+) requests to ask and (\d+) kept; .* reply tokens, ([\d.]+) USD", done.stderr)
    assert found is not None, done.stderr
    assert (int(found[1]), int(found[2])) == (9, 9)
    assert float(found[3]) > 0
    assert len(list(tmp_path.glob("outputs/2*/*"))) == 1  # the first run's folder; a dry run leaves none


def test_two_processes_on_one_store_never_ask_the_same_thing(mini_suite: Path, tmp_path: Path) -> None:
    async def slow(body: dict[str, Any], number: int) -> web.Response:
        await asyncio.sleep(0.1)
        return echo(body, number)

    with Loopback(slow) as server:
        command = [*COMMAND, *arguments(mini_suite, server, "epochs=2")]
        both = [subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        errors = [process.communicate(timeout=60)[1] for process in both]
        assert [process.returncode for process in both] == [0, 0], errors
        asked = Counter((body["messages"][-1]["content"], body["seed"]) for body in server.bodies)
    assert len(asked) == 36
    assert set(asked.values()) == {1}


def test_more_epochs_for_the_reference_cells_only(mini_suite: Path, cli: Cli) -> None:
    with Loopback(echo) as server:
        cli(*arguments(mini_suite, server, "epochs_reference=3", "locales=[ja-JP]", "limit=1"))
    # 3 cells of en-US x 3 epochs + 3 cells of ja-JP x 1
    assert len(server.bodies) == 12


def test_a_sweep_ends_in_one_report_over_its_jobs(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    with Loopback(echo) as server:
        words = [
            word for word in arguments(mini_suite, server, "locales=[de-DE],[ja-JP]") if not word.startswith("scorers")
        ]
        done = cli(*words, "scorers=[language,degeneration]", "-m")
    assert done.returncode == 0, done.stderr
    [gap] = tmp_path.glob("outputs/*/*/gap.json")
    content = json.loads(gap.read_text(encoding="utf-8"))
    assert content["locales"] == ["en-US", "de-DE", "ja-JP"]
    assert content["models"] == ["m"]  # made alike, so they are one system


def test_a_table_of_prompts_runs_through_the_same_pipeline(tmp_path: Path, cli: Cli) -> None:
    rows = [
        {"prompt": "I feel low.", "locale": "en-US", "id": "a", "risk": "low"},
        {"prompt": "Mir geht es schlecht.", "locale": "de-DE", "id": "b"},
    ]
    (tmp_path / "prompts.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with Loopback(echo) as server:
        done = cli(
            "run", "suite=dataset", "suite.path=prompts.jsonl", "model=openai", "model.name=m", f"model.base_url={server.url}",
            "scorers=[degeneration]", "epochs=2",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    [path] = tmp_path.glob("outputs/*/*/replies.parquet")
    assert [row["id"] for row in pq.read_table(path).to_pylist()] == ["a", "a/2", "b", "b/2"]
    assert (path.parent / "report.html").exists()
    (tmp_path / "broken.jsonl").write_text('{"prompt": "x", "locale": "nowhere-land"}')
    refused = cli("run", "suite=dataset", "suite.path=broken.jsonl", "model=callable", "model.function=x.py:f")
    assert "broken.jsonl:1: locale: 'nowhere-land' is no locale" in refused.stderr
