"""Models that do not answer: the run says so, ends 1, and nobody gets a verdict on nothing."""

from __future__ import annotations

import asyncio
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from conftest import Cli, write_suite
from loopback import Loopback, completion
from run.test_run import COMMAND, arguments, echo, record, run_folder

from culturefit.errors import ModelError
from culturefit.models import endpoint
from culturefit.models.base import Request, Sampling
from culturefit.models.openai import OpenAI

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
    assert (
        "CANNOT TELL: gaps.max: m, ja-JP, answered: No reply of the reference locale was delivered." in checked.stdout
    )
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
    # The first scenario is answered, the other three fail: that is no dead server.
    with Loopback(lambda body, n: echo(body, n) if "case0" in str(body) else down(body, n)) as server:
        done = cli(*arguments(suite, server, "store.path=other.sqlite3"))
        assert (done.returncode, len(server.bodies)) == (0, 36)
    assert "  27 × 127.0.0.1 answered 400" in done.stderr


def test_a_server_that_never_answers_is_given_up_before_every_timeout_has_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(endpoint, "_SILENCE", 1.0)

    async def hang() -> web.Response:
        await asyncio.sleep(30)
        return completion("late")

    async def go(url: str) -> float:
        model = OpenAI("m", url, timeout=0.3, max_retries=50)
        await model.open()
        started = time.monotonic()
        try:
            with pytest.raises(
                ModelError, match=r"127\.0\.0\.1 has answered nothing in \d+ s; .*no answer within 0\.3 s\. See"
            ):
                await model.reply(Request(({"role": "user", "content": "hi"},), Sampling(0, 1, 8, 0)))
        finally:
            await model.close()
        return time.monotonic() - started

    with Loopback(lambda *_: hang()) as server, ThreadPoolExecutor(1) as pool:
        # 51 attempts would take at least 15 s.
        assert pool.submit(asyncio.run, go(server.url)).result() < 12


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
    assert (
        "BROKEN: complete: run sweep/1: The run wrote no replies (status 'failed'): 127.0.0.1 answered 401"
        in checked.stdout
    )
    assert "BROKEN: delivered: run sweep/2" in checked.stdout
    assert "Run the same command again" in (tmp_path / "check.md").read_text(encoding="utf-8")


def test_a_second_run_into_the_same_folder_is_refused_until_the_first_has_ended_or_was_killed(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    async def slow(body: dict[str, Any]) -> web.Response:
        await asyncio.sleep(0.5)
        return completion("reply to " + body["messages"][-1]["content"])

    with Loopback(lambda body, _: slow(body)) as server:
        command = arguments(mini_suite, server, "model.concurrency=1", "hydra.run.dir=outputs/one")
        first = subprocess.Popen(
            [*COMMAND, *command], cwd=tmp_path, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        try:
            while len(server.bodies) < 2:
                time.sleep(0.02)
            second = cli(*command)
            assert second.returncode == 1
            assert "Another run writes to" in second.stderr
            assert first.poll() is None
        finally:
            first.kill()
            first.wait()
    with Loopback(echo) as server:
        # The killed one's lock is no obstacle, and goes.
        done = cli(*arguments(mini_suite, server, "hydra.run.dir=outputs/one"))
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "outputs" / "one" / ".lock").exists()
