"""Criteria of kind `judge` in real pytest processes: a function and a served model as judge, what a failure shows, what is kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from loopback import Loopback, completion

from culturefit.api import load_judge
from culturefit.judge.identity import judge_id, text_id

REPLY = "Das klingt schwer. Magst du erzählen, was heute war?"
QUOTE = "Magst du erzählen"
LISTENS = "The reply reflects before it advises."
#: The judge says no where the prompt is about debt and cannot tell elsewhere; each question leaves a line.
BOT = f'''
import json, pathlib
def reply(messages):
    return "" if "exam" in messages[-1]["content"] and pathlib.Path("silent").exists() else "{REPLY}"
def judge(messages):
    asked = messages[-1]["content"]
    with pathlib.Path(__file__).with_name("asked.txt").open("a") as file:
        file.write("asked\\n")
    no = {{"answer": "no", "quote": "{QUOTE}"}}
    return json.dumps(no if "debt" in asked else {{"answer": "cannot tell", "quote": ""}})
'''
Pytest = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def pytest_in(tmp_path: Path, mini_suite: Path) -> Pytest:
    """Start pytest as its own process on the German tests of the mini suite, scored for its variety, which nobody can tell."""
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    def start(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        these = [
            "--culturefit-suite",
            str(mini_suite),
            "--culturefit-locales",
            "de-DE",
            "--culturefit-scorers",
            "variety",
        ]
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:hypothesispytest", *these, "--culturefit-model", "bot.py:reply", *args],
            cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False, env=os.environ | env,
        )  # fmt: skip

    return start


def asked(folder: Path) -> int:
    file = folder / "asked.txt"
    return len(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else 0


def config(folder: Path, **data: Any) -> list[str]:
    (folder / "own.yaml").write_text(yaml.safe_dump({"schema": 1} | data), encoding="utf-8")
    return ["--culturefit-config", "own.yaml"]


def test_a_no_fails_with_its_quote_on_its_place_and_what_a_judge_cannot_tell_is_skipped(
    pytest_in: Pytest, tmp_path: Path
):
    assert "2 skipped" in pytest_in().stdout  # nobody judges unless somebody is named
    done = pytest_in("--culturefit-judge", "bot.py:judge", "-rs", "--junitxml=out.xml")
    assert "1 failed, 1 skipped" in done.stdout, done.stdout
    assert "Das klingt schwer. ⟦1 Magst du erzählen 1⟧, was heute war?" in done.stdout
    assert "not met: order (judge, listens) is 0.00, major; judge not calibrated" in done.stdout
    assert f"criterion listens: {LISTENS}" in done.stdout
    assert f"A judge says no to: {LISTENS} (judge not calibrated) (listens): “{QUOTE}”" in done.stdout
    assert "order (judge, listens): judge_abstained" in done.stdout
    case = ElementTree.parse(tmp_path / "out.xml").find(".//testcase[@name='debt[de-DE]']")
    assert case.find("properties/property[@name='judge_not_calibrated']").get("value") == "listens"
    assert asked(tmp_path) == 2
    # Kept: the same session again, with workers or without, asks nobody.
    assert "1 failed, 1 skipped" in pytest_in("--culturefit-judge", "bot.py:judge").stdout
    if find_spec("xdist"):
        assert "1 failed, 1 skipped" in pytest_in("--culturefit-judge", "bot.py:judge", "-n", "2").stdout
    assert asked(tmp_path) == 2


def test_limits_hold_for_a_judges_criteria_and_silence_is_not_judged(pytest_in: Pytest, tmp_path: Path):
    (tmp_path / "silent").touch()
    by = ["--culturefit-judge", "bot.py:judge"]
    lax = pytest_in(*by, *config(tmp_path, limits={"severity": "critical"}), "-rA", "-k", "debt")
    assert "1 passed" in lax.stdout
    assert "⟦1 Magst du erzählen 1⟧" in lax.stdout  # a judge's quote is marked though it fails nothing
    strict = pytest_in(*by, *config(tmp_path, limits={"severity": "never", "require": ["listens"]}))
    assert "order (judge, listens) is 0.00; at least 0.50 is asked, major; judge not calibrated" in strict.stdout
    # The empty reply fails for being none, not for a criterion nobody was asked about.
    assert "not met: there is no reply" in strict.stdout
    assert "2 failed" in strict.stdout
    assert asked(tmp_path) == 1
    (tmp_path / "silent").unlink()
    cannot = pytest_in(*by, *config(tmp_path, limits={"require": ["order"]}, seed=1), "-k", "exam")
    assert "order (judge, listens) is required and cannot be told: judge_abstained" in cannot.stdout


def test_a_served_judge_with_settings_and_a_calibration(pytest_in: Pytest, tmp_path: Path):
    def serve(body: dict[str, Any], _: int) -> Any:
        return completion(json.dumps({"answer": "yes" if body["seed"] else "no", "quote": QUOTE}))

    with Loopback(serve) as server:
        judge = {"use": "openai", "name": "judge-1", "base_url": server.url, "votes": 3, "temperature": 0.7}
        done = pytest_in(*config(tmp_path, judge=judge), "-rA")
        # Two of three votes, of seeds 0, 1 and 2, say yes.
        assert "2 passed" in done.stdout, done.stdout
        assert f"a judge says yes to listens: “{QUOTE}” (judge not calibrated)" in done.stdout
        assert sorted(body["seed"] for body in server.bodies) == [0, 0, 1, 1, 2, 2]
        identity = load_judge(judge.pop("use"), **judge).identity()
        cell = {"criterion": "listens", "locale": "de-DE", "scorer": "judge", "verdict": "as people"}
        (tmp_path / "held.json").write_text(json.dumps({
            "kind": "culturefit calibration", "schema": 1, "counts": "judge", "judge_id": judge_id(identity), "judge": identity,
            "cells": [cell | {"texts": [text_id(LISTENS)]}],
        }), encoding="utf-8")  # fmt: skip
        held = {"use": "openai", "calibration": "held.json"} | judge
        done = pytest_in(*config(tmp_path, judge=held), "-rA")
        assert "2 passed" in done.stdout, done.stdout
        assert f"a judge says yes to listens: “{QUOTE}”\n" in done.stdout
        assert "not calibrated" not in done.stdout
        other = pytest_in(*config(tmp_path, judge=held | {"votes": 1}))
        assert "they differ in votes" in other.stdout
        assert other.returncode == 2
        two = {"models": {"ana": {"use": "openai", "name": "a", "base_url": server.url}, "badr": "bot.py:judge"}}
        torn = pytest_in(*config(tmp_path, judge=two), "-rs", "-k", "exam")
        assert "order (judge, listens): judge_abstained" in torn.stdout  # no and cannot tell: no majority
        assert len(server.bodies) == 7


def test_a_judge_that_fails_leaves_it_unscored_and_one_that_cannot_be_asked_is_told(pytest_in: Pytest, tmp_path: Path):
    from aiohttp import web

    with Loopback(lambda body, _: web.json_response({"error": {"message": "no"}}, status=int(body["model"]))) as server:
        judge = {"use": "openai", "base_url": server.url, "max_retries": 0}
        broken = pytest_in(*config(tmp_path, judge=judge | {"name": "500"}), "-rs")
        assert "2 skipped" in broken.stdout
        assert "order (judge, listens): judge_unparsable" in broken.stdout
        locked = pytest_in(*config(tmp_path, judge=judge | {"name": "401"}))
        assert "The judge 401 cannot be asked: " in locked.stdout
        assert "Traceback" not in locked.stdout + locked.stderr
    # The budget is one for all that a session asks: two replies, then no question.
    poor = pytest_in(*config(tmp_path, judge="bot.py:judge", seed=3, budget={"requests": 2}))
    assert "The judge judge cannot be asked: budget.requests=2 is used up" in poor.stdout
    assert asked(tmp_path) == 0


@pytest.mark.parametrize(
    ("judge", "words"),
    [("opnai", "Did you mean 'openai'"), ("openai", "needs name"), ("bot.py:juge", "Did you mean 'judge'")],
)
def test_a_wrong_judge_is_one_sentence(pytest_in: Pytest, judge: str, words: str):
    done = pytest_in("--culturefit-judge", judge)
    assert done.returncode == 2
    assert words in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
