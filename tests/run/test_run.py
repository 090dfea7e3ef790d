"""Whole runs as processes against a real server: resuming, killing, stopping, failing, keeping secrets."""

from __future__ import annotations

import asyncio
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from aiohttp import web
from conftest import Cli, write_suite
from loopback import Loopback, completion

COMMAND = [sys.executable, "-c", "import sys; from culturefit.cli import main; sys.exit(main())"]


def arguments(suite: Path, server: Loopback, *more: str) -> list[str]:
    return [
        "run", "suite=folder", f"suite.path={suite}", "model=openai", "model.name=m", f"model.base_url={server.url}",
        "model.concurrency=4", "scorers=[]", "report=none", *more,
    ]  # fmt: skip


def run_folder(base: Path) -> Path:
    """Return the newest finished run directory below outputs/."""
    return max(base.glob("outputs/*/*/run.json"), key=lambda path: path.stat().st_mtime).parent


def record(base: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((run_folder(base) / "run.json").read_text(encoding="utf-8"))
    return found


def echo(body: dict[str, Any], _: int) -> web.Response:
    return completion("reply to " + body["messages"][-1]["content"])


def test_texts_made_from_an_older_prompt_are_counted_in_the_record_and_told_in_the_report(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    pivot = mini_suite / "exam" / "en-US.yaml"
    pivot.write_text(pivot.read_text("utf-8").replace("I cannot sleep", "I hardly sleep"), encoding="utf-8")
    with Loopback(echo) as server:
        done = cli(*arguments(mini_suite, server, "scorers=[language]", "report=html"))
    assert done.returncode == 0, done.stderr
    # de-DE and ja-JP of `exam`; those of `debt` were made from what is there.
    assert sum(each["stale"] for each in record(tmp_path)["texts"]) == 2
    assert "2 made from an older version of the pivot text" in (run_folder(tmp_path) / "report.html").read_text("utf-8")


def test_the_same_command_again_asks_nothing_and_says_how_much_it_reused(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    with Loopback(echo) as server:
        first = cli(*arguments(mini_suite, server))
        assert first.returncode == 0, first.stderr
        asked = len(server.bodies)
        # 2 scenarios x 9 cells, all of them distinct prompts
        assert asked == 18
        second = cli(*arguments(mini_suite, server))
    assert len(server.bodies) == asked
    assert "0 asked, 18 reused" in second.stderr
    table = pq.read_table(run_folder(tmp_path) / "replies.parquet").to_pylist()
    assert len(table) == 18
    assert all(row["reused"] and row["reply"] == "reply to " + row["prompt"] for row in table)


def test_what_is_asked_anew_is_what_changed(mini_suite: Path, cli: Cli) -> None:
    with Loopback(echo) as server:
        cli(*arguments(mini_suite, server, "limit=1"))
        cli(*arguments(mini_suite, server, "limit=1", "epochs=2"))
        assert [body["seed"] for body in server.bodies] == [0] * 9 + [1] * 9
        cli(*arguments(mini_suite, server, "limit=1", "sampling.max_tokens=7"))
        assert [body["max_tokens"] for body in server.bodies[18:]] == [7] * 9
        cli(*arguments(mini_suite, server, "limit=1", "system_prompt.text=Be kind.", "system_prompt.language=en"))
        assert all(body["messages"][0] == {"role": "system", "content": "Be kind."} for body in server.bodies[27:])
        assert len(server.bodies) == 36


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_in_the_middle_it_asks_again_at_most_what_was_in_flight(tmp_path: Path, cli: Cli, seed: int) -> None:
    suite = write_suite(tmp_path / "suite", {f"case{n}": "none" for n in range(8)})

    async def slow(body: dict[str, Any], _: int) -> web.Response:
        await asyncio.sleep(0.05)
        return echo(body, 0)

    with Loopback(slow) as server:
        process = subprocess.Popen([*COMMAND, *arguments(suite, server)], cwd=tmp_path, stderr=subprocess.DEVNULL)
        wanted = random.Random(seed).randint(8, 50)  # of 72 requests
        deadline = time.monotonic() + 30
        while len(server.bodies) < wanted and time.monotonic() < deadline:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert 0 < len(server.bodies) < 72
        done = cli(*arguments(suite, server))
        assert done.returncode == 0, done.stderr
        repeated = sum(count - 1 for count in Counter(server.prompts()).values())
        assert repeated <= 4  # the concurrency
        assert len(set(server.prompts())) == 72
        assert cli(*arguments(suite, server)).stderr.count("0 asked, 72 reused") == 1
    rows = pq.read_table(run_folder(tmp_path) / "replies.parquet").to_pylist()
    assert Counter(row["id"] for row in rows) == Counter({row["id"]: 1 for row in rows})
    assert len(rows) == 72


def test_ctrl_c_keeps_what_is_under_way_and_says_how_to_go_on(tmp_path: Path, cli: Cli) -> None:
    suite = write_suite(tmp_path / "suite", {f"case{n}": "none" for n in range(6)})

    async def slow(body: dict[str, Any], _: int) -> web.Response:
        await asyncio.sleep(0.2)
        return echo(body, 0)

    with Loopback(slow) as server:
        process = subprocess.Popen(
            [*COMMAND, *arguments(suite, server)], cwd=tmp_path, stderr=subprocess.PIPE, text=True
        )
        while len(server.bodies) < 10:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        asked = len(server.bodies)
        assert process.returncode == 130
        assert f"Stopped: {asked} of 54 replies are kept" in err  # those under way were waited for
        assert "run the same command again" in err
        assert "Traceback" not in err
        assert record(tmp_path)["status"] == "stopped"
        cli(*arguments(suite, server))
        assert len(server.bodies) == 54


def test_a_failed_reply_is_recorded_with_its_reason_and_asked_again_next_time(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    broken = True

    def sometimes(body: dict[str, Any], number: int) -> web.Response:
        if broken and "exam" in body["messages"][-1]["content"]:
            return web.json_response({"error": {"message": "no GPU"}}, status=400)
        return echo(body, number)

    with Loopback(sometimes) as server:
        first = cli(*arguments(mini_suite, server, "scorers=[degeneration]"))
        assert first.returncode == 0
        assert "9 failed, which the same command asks again" in first.stderr
        rows = pq.read_table(run_folder(tmp_path) / "replies.parquet").to_pylist()
        failed = [row for row in rows if row["status"] == "failed"]
        assert len(failed) == 9
        assert all(row["error"] == "127.0.0.1 answered 400: no GPU." for row in failed)
        scores = pq.read_table(run_folder(tmp_path) / "scores.parquet").to_pylist()
        answered = {row["id"]: row["value"] for row in scores if row["dimension"] == "answered"}
        assert {answered[row["id"]] for row in failed} == {0.0}  # silence is a failure of delivery …
        coherent = {row["id"]: row["unscored"] for row in scores if row["dimension"] == "coherent"}
        assert {coherent[row["id"]] for row in failed} == {"failed"}  # … and unscored elsewhere
        broken = False
        cli(*arguments(mini_suite, server, "scorers=[degeneration]"))
        assert len(server.bodies) == 18 + 9
    assert record(tmp_path)["counts"]["failed"] == 0


def test_a_wrong_key_stops_the_run_after_the_first_answer_and_appears_nowhere(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    def refuse(body: dict[str, Any], _: int) -> web.Response:
        return web.json_response({"error": {"message": "Incorrect API key provided: topsecret-4711."}}, status=401)

    with Loopback(refuse) as server:
        done = cli(*arguments(mini_suite, server), OPENAI_API_KEY="topsecret-4711")
        assert len(server.bodies) <= 4  # at most what was in flight
    assert done.returncode == 1
    assert "Check the key in OPENAI_API_KEY" in done.stderr
    assert "topsecret" not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


def test_the_key_stands_in_no_file_that_a_run_writes(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    # The server sends the key back in its reply, the worst case.
    with Loopback(lambda *_: completion("your key is topsecret-4711")) as server:
        done = cli(*arguments(mini_suite, server, "report=html", "limit=1"), OPENAI_API_KEY="topsecret-4711")
        assert server.headers[0]["Authorization"] == "Bearer topsecret-4711"
    assert done.returncode == 0, done.stderr
    files = [path for path in (tmp_path / "outputs").rglob("*") if path.is_file()]
    assert {"run.json", "replies.parquet", "scores.parquet", "gap.json", "report.html"} <= {path.name for path in files}
    assert [path.name for path in files if b"topsecret" in path.read_bytes()] == []
    rows = pq.read_table(run_folder(tmp_path) / "replies.parquet").to_pylist()
    assert {row["reply"] for row in rows} == {"your key is [secret]"}  # Parquet is compressed: read it too


@pytest.mark.parametrize(
    "argument",
    [
        "model.api_key=abc", "+model.headers.Authorization=Bearer_x", "model.base_url=http://me:pw@127.0.0.1/v1",
        "model.name=sk-proj-abcdefghijklmnop", "model.api_key_env=sk-1234", "hydra.job.env_set.MY_TOKEN=abc",
        "model.extra_body={x:environment-secret-1}",
    ],
)  # fmt: skip
def test_a_secret_on_the_command_line_is_refused_before_anything_is_written(
    tmp_path: Path, cli: Cli, argument: str
) -> None:
    done = cli("run", "model=openai", argument, SOME_API_KEY="environment-secret-1")
    assert done.returncode == 2
    assert "environment variable" in done.stderr
    assert argument.partition("=")[2] not in done.stderr
    assert not (tmp_path / "outputs").exists()


def test_a_sweep_runs_every_job_and_goes_on_after_one_that_fails(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    with Loopback(echo) as server:
        done = cli(*arguments(mini_suite, server, "limit=1", "locales=[de-DE],[xx-XX],[ja-JP]"), "-m")
    assert done.returncode == 2
    assert "Unknown locale 'xx-XX'" in done.stderr
    assert "Traceback" not in done.stderr
    jobs = {path.parent.name: json.loads(path.read_text()) for path in tmp_path.glob("outputs/*/*/*/run.json")}
    assert {name: job["settings"]["locales"] for name, job in jobs.items()} == {
        "0": ["en-US", "de-DE"],
        "2": ["en-US", "ja-JP"],
    }
    assert len(server.bodies) == 6 + 3  # the reference's three prompts were asked once for both jobs


def test_jobs_in_parallel_processes_share_the_journal_and_one_report(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    pytest.importorskip("hydra_plugins.hydra_joblib_launcher", reason="needs hydra-joblib-launcher")
    with Loopback(echo) as server:
        sweep = ["hydra/launcher=joblib", "hydra.launcher.n_jobs=2", "locales=[de-DE],[ja-JP]", "-m"]
        done = cli(*arguments(mini_suite, server), *sweep)
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("outputs/*/*/*/run.json"))) == 2
    # 18 cells as in one run over both locales: what both jobs need is asked once, by whichever comes first.
    assert len(server.bodies) == 18
    (gap,) = tmp_path.glob("outputs/*/*/gap.json")
    assert json.loads(gap.read_text(encoding="utf-8"))["locales"] == ["en-US", "de-DE", "ja-JP"]


def test_an_unwritable_store_is_one_sentence(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "file").write_text("not a folder")
    with Loopback(echo) as server:
        done = cli(*arguments(mini_suite, server, "store.path=file/store.sqlite3"))
    assert done.returncode == 1
    assert "set store.path=FILE to another place" in done.stderr
    assert "Traceback" not in done.stderr


def test_store_path_moves_the_journal(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    with Loopback(echo) as server:
        cli(*arguments(mini_suite, server, "limit=1", "store.path=elsewhere/kept.sqlite3"))
    assert (tmp_path / "elsewhere" / "kept.sqlite3").exists()
    assert not (tmp_path / "outputs" / "store").exists()


def test_two_runs_at_once_on_one_store_lose_nothing(mini_suite: Path, tmp_path: Path) -> None:
    with Loopback(echo) as server:
        command = [*COMMAND, *arguments(mini_suite, server, "epochs=3")]
        both = [subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) for _ in range(2)]
        errors = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    tables = [pq.read_table(path) for path in tmp_path.glob("outputs/*/*/replies.parquet")]
    assert [table.num_rows for table in tables] == [54, 54]
