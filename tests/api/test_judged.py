"""Criteria of kind `judge` from Python: functions, several judges and a served one, with settings; what is kept and shown."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest
from loopback import Loopback, completion

from culturefit.api import Run, gap, load_judge, load_model, run
from culturefit.errors import CulturefitError, ModelError
from culturefit.judge.identity import judge_id


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def bot(messages: list[dict[str, str]]) -> str:
    return f"I hear you. {messages[-1]['content']}"


def yes(messages: list[dict[str, str]]) -> str:
    # In a file: a list of this module that grew would make another function of it.
    with Path("asked.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(messages[-1]["content"]) + "\n")
    return json.dumps({"answer": "yes", "quote": "I hear you."})


def asked() -> list[str]:
    return [json.loads(line) for line in Path("asked.jsonl").read_text(encoding="utf-8").splitlines()]


def no(messages: list[dict[str, str]]) -> str:
    return json.dumps({"answer": "no", "quote": "I hear you."})


def silent(messages: list[dict[str, str]]) -> str:
    return json.dumps({"answer": "cannot tell", "quote": ""})


def verdicts(done: Run) -> list[dict[str, Any]]:
    return [row for row in done.scores.to_pylist() if row["scorer"].startswith("judge")]


def few(suite: Path, judge: Any, **settings: Any) -> Run:
    return run(bot, suite, scorers=["language"], limit=1, locales=["de-DE"], judge=judge, **settings)


def test_a_function_judges_once_and_its_numbers_say_that_nobody_has_calibrated_it(mini_suite: Path):
    done = few(mini_suite, yes)
    # 1 criterion on each of 6 replies: pivot, two placebos and two cued ones of en-US and de-DE.
    assert {(row["criterion"], row["dimension"], row["value"]) for row in verdicts(done)} == {("listens", "order", 1.0)}
    assert len(asked()) == len(set(asked())) == len(verdicts(done)) == 6
    assert (done.record["judge"]["calibrated"], done.record["counts"]["awaiting_judge"]) == (False, 0)
    html, told = done._repr_html_(), repr(gap(done))
    assert "Judged by yes." in html
    assert "~ Judge not calibrated against people: order." in html
    assert re.search(r"<td>order</td>(<td>[^<]*</td>)*<td>[^<]*~</td>", html)
    assert not re.search(r"<td>language</td>(<td>[^<]*</td>)*<td>[^<]*~</td>", html)
    assert "Judge not calibrated against people: order." in told
    again = few(mini_suite, yes)
    assert (again.record["counts"]["asked"], len(asked())) == (0, 6)
    waiting = few(mini_suite, None)
    assert verdicts(waiting) == []
    assert "1 criterion awaits a judge." in waiting._repr_html_()


def test_several_judges_decide_by_strict_majority(mini_suite: Path):
    assert {row["label"] for row in verdicts(few(mini_suite, [no, yes, no]))} == {"no"}
    torn = verdicts(few(mini_suite, {"ana": yes, "badr": silent}))
    # One of two is no majority: unscored, neither yes nor no.
    assert {(row["value"], row["unscored"]) for row in torn} == {(None, "judge_abstained")}


def test_votes_language_and_settings_reach_the_judge_in_a_running_loop(mini_suite: Path):
    async def notebook() -> Run:
        return few(mini_suite, load_judge(yes, version="2", votes=3, temperature=0.7, language="both", max_tokens=50))

    done = asyncio.run(notebook())
    found = done.record["judge"]
    assert (found["votes"], found["temperature"], found["language"], found["max_tokens"]) == (3, 0.7, "both", 50)
    assert found["models"]["first"]["version"] == "2"
    assert {row["scorer"] for row in verdicts(done)} == {"judge", "judge_native"}
    assert any("Die Aussage:" in each for each in asked())
    assert {len(json.loads(row["detail"])["votes"]) for row in verdicts(done)} == {3}


def test_a_served_judge_is_the_same_judge_as_on_the_command_line(mini_suite: Path, tmp_path: Path, cli: Any):
    def serve(body: dict[str, Any], _: int) -> Any:
        return completion(yes(body["messages"]) if "===" in body["messages"][-1]["content"] else "I hear you.")

    with Loopback(serve) as server:
        mine = load_judge("openai", name="judge-1", base_url=server.url, votes=2, temperature=0.5)
        model = load_model("openai", name="bot", base_url=server.url)
        done = run(model, mini_suite, scorers=["language"], limit=1, locales=["de-DE"], judge=mine)
        before = len(server.bodies)
        assert {body["temperature"] for body in server.bodies if body["model"] == "judge-1"} == {0.5}
        found = cli(
            "run", "suite=folder", f"suite.path={mini_suite}", "model=openai", "model.name=bot", f"model.base_url={server.url}",
            "judge=openai", "judge.models.first.name=judge-1", f"judge.models.first.base_url={server.url}", "judge.votes=2",
            "judge.temperature=0.5", "scorers=[language]", "limit=1", "locales=[de-DE]", "report=none", "hydra.run.dir=outputs/cli",
        )  # fmt: skip
        assert found.returncode == 0, found.stderr
        assert len(server.bodies) == before
    record = Run("outputs/cli").record
    assert judge_id(record["judge"]) == judge_id(done.record["judge"])
    assert record["counts"]["unanswered"] == done.record["counts"]["unanswered"] == 0


def test_a_calibration_of_this_judge_takes_the_mark_away_and_of_another_is_refused(mini_suite: Path, tmp_path: Path):
    from culturefit.judge.identity import text_id

    done = few(mini_suite, yes)
    criterion = {"criterion": "listens", "scorer": "judge", "verdict": "as people"}
    texts = [text_id("The reply reflects before it advises.")]
    (tmp_path / "calibration.json").write_text(json.dumps({
        "kind": "culturefit calibration", "schema": 1, "counts": "judge", "judge_id": judge_id(done.record["judge"]),
        "judge": done.record["judge"], "cells": [criterion | {"locale": each, "texts": texts} for each in ("de-DE", "en-US")],
    }), encoding="utf-8")  # fmt: skip
    held = few(mini_suite, load_judge(yes, calibration="calibration.json"))
    assert held.record["judge"]["calibrated"] is True
    assert "not calibrated" not in held._repr_html_()
    with pytest.raises(CulturefitError, match="they differ in models"):
        few(mini_suite, load_judge(no, calibration="calibration.json"))


def test_an_interrupt_while_it_judges_keeps_replies_and_verdicts(mini_suite: Path, tmp_path: Path):
    code = """
        import asyncio, json, os, sys, time
        from culturefit.api import load_judge, run
        from culturefit.errors import Stopped
        def bot(messages):
            return "A reply."
        def judge(messages):
            if not os.path.exists("second"):
                open("second", "x")
                return json.dumps({"answer": "yes", "quote": "A reply."})
            print("second", flush=True)
            time.sleep(600)
        async def cell():
            try:
                run(bot, sys.argv[1], scorers=[], out="stopped", judge=load_judge(judge, concurrency=1))
            except Stopped as stopped:
                print(stopped, flush=True)
        asyncio.new_event_loop().run_until_complete(cell())
        os._exit(0)  # the judge's thread sleeps on
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(mini_suite)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "second\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    assert "Stopped: what has arrived is kept in" in told
    # 18 replies (tests/api/test_api.py derives the number) and one verdict.
    assert (Run("stopped").record["status"], Run("stopped").record["counts"]["asked"]) == ("stopped", 19)


def test_a_judge_that_cannot_be_asked_leaves_no_run_that_looks_whole(mini_suite: Path):
    from aiohttp import web

    refuse = web.json_response({"error": {"message": "no such key"}}, status=401)
    with Loopback(lambda body, _: refuse) as server, pytest.raises(ModelError):
        few(mini_suite, load_judge("openai", name="judge-1", base_url=server.url), out="broken")
    assert Run("broken").record["status"] == "failed"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: few(Path("mini"), 3), "int is no model"),
        (lambda: few(Path("mini"), yes, votes=3), r"judge=load_judge\(…, votes=3\)"),
        (lambda: few(Path("mini"), yes, pairs="semantics"), "Did you mean 'semantic'"),
        (lambda: load_judge("opnai"), "Did you mean 'openai'"),
        (lambda: load_judge("openai"), r"load_judge\('openai', name=…\)"),
        (lambda: load_judge("openai", name="m", vote=3), "Did you mean 'votes'"),
        (lambda: load_judge(yes, votes=3), "asks the same thing again"),
        (lambda: load_judge(yes, votes="3"), "cannot be made from"),
        (lambda: load_judge(yes, base_url="x"), "Unknown setting of a judge 'base_url'"),
        (lambda: load_judge(load_model("openai", name="m"), name="x"), "Unknown setting of a judge 'name'"),
        (lambda: load_judge([yes, no], name="x"), "Unknown setting of several judges 'name'"),
        (lambda: load_judge([]), "names no model"),
        (lambda: load_judge(load_judge(yes), votes=1), "is made already; give votes where"),
    ],
)
def test_a_wrong_judge_is_one_sentence_with_the_remedy(call: Any, words: str, mini_suite: Path):
    with pytest.raises(CulturefitError, match=words):
        call()
