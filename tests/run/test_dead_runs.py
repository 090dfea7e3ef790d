"""Models that do not answer: the run says so, ends 1, and nobody gets a verdict on nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from conftest import Cli, write_suite
from loopback import Loopback, completion
from run.test_run import COMMAND, arguments, echo, record, run_folder

from culturefit.models import endpoint

POLICY = "schema: 1\ngaps: {max: 0.6}\nfindings: {critical: 0}\ncannot_tell: warn\n"


def down(body: dict[str, Any], _: int) -> web.Response:
    return web.json_response({"error": {"message": f"GPU {len(str(body))} is \x1b[31mon fire"}}, status=400)


def test_a_run_in_which_every_request_failed_ends_1_with_the_reason_and_compares_nothing(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    with Loopback(down) as server:
        done = cli(*arguments(mini_suite, server, "scorers=[degeneration]", "limit=1", "hydra.run.dir=outputs/a/down"))
    assert done.returncode == 1
    assert "m answered nothing: 9 of 9 requests failed (" in done.stderr
    assert "× 127.0.0.1 answered 400: GPU" in done.stderr
    assert "\x1b" not in done.stderr + done.stdout
    assert done.stdout.startswith("m answered nothing; nothing can be compared (9 of 9 failed).")
    assert "Within 0.02" not in done.stdout
    found = record(tmp_path)
    # The numbers in the texts differ: they are one reason.
    [[text, count]] = found["counts"]["errors"]
    assert (count, found["counts"]["delivered"]) == (9, 0)
    assert text.startswith("127.0.0.1 answered 400: GPU ")
    assert "\x1b" not in text
    (tmp_path / "p.yaml").write_text(POLICY, encoding="utf-8")
    checked = cli("check", str(run_folder(tmp_path)), "--policy", "p.yaml")
    assert checked.returncode == 1, checked.stdout
    assert "BROKEN: delivered: run a/down: None of 9 replies was delivered (127.0.0.1 answered 400" in checked.stdout
    assert "CANNOT TELL: gaps.max: m, ja-JP, answered: No reply of the reference locale was delivered." in checked.stdout
    assert "CANNOT TELL: findings.critical" in checked.stdout


def test_replies_without_a_word_deliver_nothing(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    with Loopback(lambda *_: completion(None)) as server:  # type: ignore[arg-type]
        done = cli(*arguments(mini_suite, server, "scorers=[degeneration]", "limit=1"))
    assert done.returncode == 1
    assert "m answered nothing: 9 of 9 empty (9 × the reply is empty)" in done.stderr
    assert "m answered nothing; nothing can be compared (9 of 9 empty)." in done.stdout


def test_a_run_whose_first_requests_all_fail_asks_no_more_and_an_order_to_go_on_is_obeyed(
    tmp_path: Path, cli: Cli
) -> None:
    # 4 scenarios x 9 cells = 36 requests
    suite = write_suite(tmp_path / "many", {f"case{n}": "none" for n in range(4)})
    with Loopback(down) as server:
        done = cli(*arguments(suite, server))
        assert 20 <= len(server.bodies) <= 20 + 4  # and what was in flight
        assert done.returncode == 1
        assert "m answered none of the first 20 requests; 20 of them: 127.0.0.1 answered 400: GPU" in done.stderr
        found = record(tmp_path)
        assert (found["status"], found["counts"]["delivered"]) == ("failed", 0)
        assert "answered none of the first 20" in found["counts"]["errors"][0][0]
        server.bodies.clear()
        assert cli(*arguments(suite, server, "give_up_after=null")).returncode == 1
        assert len(server.bodies) == 36
    # One reply among the first is enough to go on.
    with Loopback(lambda body, n: echo(body, n) if "case3" in str(body) else down(body, n)) as server:
        done = cli(*arguments(suite, server, "scenarios=[case3,case0,case1,case2]", "store.path=other.sqlite3"))
        assert len(server.bodies) in (36, 20, 21, 22, 23, 24)


async def test_a_server_that_never_answers_is_given_up_before_every_timeout_has_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pass


def test_a_sweep_says_which_job_failed_and_check_judges_the_others(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    def by_name(body: dict[str, Any], number: int) -> web.Response:
        if body["model"] == "e401":
            return web.json_response({"error": {"message": "no such key"}}, status=401)
        return down(body, number) if body["model"] == "e400" else echo(body, number)

    with Loopback(by_name) as server:
        words = [each for each in arguments(mini_suite, server) if not each.startswith("model.name")]
        done = cli(*words, "scorers=[degeneration]", "limit=1", "model.name=good,e401,e400,fine",
                   "hydra.sweep.dir=outputs/sweep", "-m")  # fmt: skip
    assert done.returncode == 1
    assert "2 of 4 jobs of the sweep:" in done.stderr
    assert "  job 1 (model.name=e401) failed: 127.0.0.1 answered 401: no such key." in done.stderr
    assert "  job 2 (model.name=e400) failed: e400 answered nothing" in done.stderr
    (tmp_path / "p.yaml").write_text(POLICY, encoding="utf-8")
    checked = cli("check", "outputs/sweep", "--policy", "p.yaml", "--markdown", "check.md")
    assert checked.returncode == 1, checked.stderr
    assert "BROKEN: complete: run sweep/1: The run wrote no replies (status 'failed'): 127.0.0.1 answered 401" in checked.stdout
    assert "BROKEN: delivered: run sweep/2" in checked.stdout
    assert "Run the same command again" in (tmp_path / "check.md").read_text(encoding="utf-8")
