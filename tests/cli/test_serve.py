"""`culturefit serve` as its own process: what clients get, what they are refused, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from aiohttp import web
from conftest import Cli
from loopback import Loopback

from culturefit.models import weights

COMMAND = [
    sys.executable, "-c",
    "import sys; from culturefit.errors import CulturefitError\n"
    "from culturefit.cli.serve import main\n"
    "try: sys.exit(main(sys.argv[1:]))\n"
    "except CulturefitError as error: sys.stderr.write(f'{error}\\n'); sys.exit(error.exit_code)",
]  # fmt: skip

BOT = """
import pathlib, threading, time
lock, now = threading.Lock(), 0
def reply(messages, request):
    global now
    text = messages[-1]["content"]
    if text == "break":
        raise KeyError("oops")
    with lock:
        now += 1
        most = now
    if text.startswith("wait"):
        pathlib.Path("asked").touch()
        time.sleep(0.3)
    with lock:
        now -= 1
    if text.startswith("wait"):
        return str(most)
    own = request.sampling
    return f"{len(messages)} {messages[0]['role']} {text} {own.temperature} {own.top_p} {own.max_tokens} {own.seed}"
"""


@contextmanager
def serving(folder: Path, *overrides: str, **env: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Start the command on a free port; give its base URL and the process, which is ended afterwards."""
    process = subprocess.Popen(
        [*COMMAND, *overrides, "--port", "0"], cwd=folder, env=os.environ | env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Serving "), process.communicate()[1]
        yield line.split(" at ")[1].strip(), process
    finally:
        process.terminate()
        process.communicate(timeout=30)


def send(url: str, body: Any = None, content_type: str = "application/json") -> tuple[int, Any]:
    """GET, or POST where there is a body; return the status and the JSON."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": content_type})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def chat(base: str, text: str, **fields: Any) -> tuple[int, Any]:
    return send(base + "/chat/completions", {"messages": [{"role": "user", "content": text}]} | fields)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bot")
    (path / "bot.py").write_text(BOT)
    return path


CALLABLE = ("model=callable", "model.function=bot.py:reply", "model.concurrency=2")


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    """The base URL of a bot that says what it was asked with."""
    with serving(folder, *CALLABLE, "sampling.max_tokens=33", "seed=5") as (url, _):
        yield url


def test_it_listens_on_this_machine_only_and_says_what_it_serves(base: str) -> None:
    assert base.startswith("http://127.0.0.1:")
    assert send(base.removesuffix("/v1") + "/health") == (200, {"status": "ok"})
    status, found = send(base + "/models")
    assert (status, [each["id"] for each in found["data"]]) == (200, ["reply"])


def test_messages_and_sampling_reach_the_model_and_the_configuration_fills_what_is_left_open(base: str) -> None:
    status, found = chat(base, "hi", temperature=None, n=1, stream=False, user="u1")
    assert status == 200
    assert found["choices"] == [
        {"index": 0, "message": {"role": "assistant", "content": "1 user hi 0.0 1.0 33 5"}, "finish_reason": "stop"}
    ]
    assert (found["object"], found["model"], found["usage"]) == ("chat.completion", "reply", None)
    history = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "眠れません"}]
    _, found = chat(base, "", messages=history, model="reply", temperature=1, top_p=0.5, max_tokens=7, seed=9)
    assert found["choices"][0]["message"]["content"] == "2 system 眠れません 1.0 0.5 7 9"
    _, found = chat(base, "hi", max_completion_tokens=8)
    assert found["choices"][0]["message"]["content"] == "1 user hi 0.0 1.0 8 5"


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"stream": True}, 400, "stream: replies are sent whole here"),
        ({"messages": []}, 400, "messages: "),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}]}]}, 400, "messages.0.content: "),
        ({"messages": [{"role": "robot", "content": "hi"}]}, 400, "messages.0.role: "),
        ({"temperature": "0.5"}, 400, "temperature: "),
        ({"temperature": float("nan")}, 400, "temperature: "),
        ({"max_tokens": 0}, 400, "max_tokens: "),
        ({"n": 2}, 400, "n: one reply per request"),
        ({"stop": ["."]}, 400, "stop: is not offered here"),
        ({"model": "gpt-9"}, 404, "'gpt-9' is not served here, 'reply' is"),
        ({"user": "x" * (2**20 + 2**15)}, 413, "Too Large"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_a_request_that_cannot_be_taken_is_refused_by_the_name_of_its_field(
    base: str, fields: dict[str, Any], status: int, words: str
) -> None:
    got, found = chat(base, "hi", **fields)
    assert got == status
    assert words in found["error"]["message"]


def test_what_is_no_json_object_or_comes_from_a_web_page_is_refused(base: str) -> None:
    for body in (b"{", b"\xff\xfe\xff", b"[1]", b"[" * 100_000):
        assert send(base + "/chat/completions", body)[0] == 400
    body = {"messages": [{"role": "user", "content": "hi"}]}
    # The types that a page may post to another host without being asked (CORS, simple requests).
    for simple in ("text/plain", "application/x-www-form-urlencoded"):
        status, found = send(base + "/chat/completions", body, simple)
        assert (status, found["error"]["message"]) == (400, "Content-Type must be application/json.")
    assert send(base + "/completions", body)[0] == 404
    assert send(base + "/chat/completions")[0] == 405


def test_a_failing_request_fails_alone(base: str) -> None:
    status, found = chat(base, "break")
    assert status == 502
    assert "raised KeyError: 'oops'" in found["error"]["message"]
    assert chat(base, "hi")[0] == 200


def test_no_more_requests_reach_the_model_than_it_takes_at_once(base: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: chat(base, f"wait {number}"), range(6)))
    most = [int(found["choices"][0]["message"]["content"]) for _, found in answers]
    assert max(most) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_exit_code_0_and_the_reply_under_way_is_still_given(
    folder: Path, number: signal.Signals
) -> None:
    (folder / "asked").unlink(missing_ok=True)
    with serving(folder, *CALLABLE) as (base, process):
        answers: list[tuple[int, Any]] = []
        asking = threading.Thread(target=lambda: answers.append(chat(base, "wait")))
        asking.start()
        until = time.monotonic() + 10
        while not (folder / "asked").exists() and time.monotonic() < until:
            time.sleep(0.01)
        process.send_signal(number)
        asking.join(20)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
    assert [status for status, _ in answers] == [200]


def test_a_run_against_it_gets_the_replies_that_the_model_gives(
    base: str, mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    done = cli(
        "run", "suite=folder", f"suite.path={mini_suite}", "scorers=[]", "report=none", "model=openai", "model.name=reply",
        f"model.base_url={base}", "seed=3",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # 2 scenarios x 9 cells, all of them distinct prompts
    assert "18 asked, 0 reused" in done.stderr
    [table] = tmp_path.glob("outputs/*/*/replies.parquet")
    rows = pq.read_table(table).to_pylist()
    # the run's own sampling (conf/config.yaml) and seed, not those that the server falls back on
    assert [row["reply"] for row in rows] == [f"1 user {row['prompt']} 0.0 1.0 128 3" for row in rows]


def test_a_model_that_cannot_be_asked_is_a_500_without_its_key(tmp_path: Path) -> None:
    def answer(*_: Any) -> web.Response:
        return web.json_response({"error": {"message": "open-sesame-1 is no key"}}, status=401)

    with Loopback(answer) as server:
        backend = ("model=openai", "model.name=m", f"model.base_url={server.url}", "model.api_key_env=BOT_AUTH")
        with serving(tmp_path, *backend, BOT_AUTH="open-sesame-1") as (base, _):
            status, found = chat(base, "hi")
    assert status == 500
    assert "answered 401: [secret] is no key." in found["error"]["message"]


def test_what_the_backend_withheld_cut_or_counted_is_passed_on(tmp_path: Path) -> None:
    def answer(body: dict[str, Any], _: int) -> web.Response:
        finish = body["messages"][-1]["content"]
        choice = {"message": {"content": "x"}, "finish_reason": finish}
        return web.json_response({"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 3}})

    with Loopback(answer) as server:
        backend = ("model=openai", "model.name=m", f"model.base_url={server.url}")
        with serving(tmp_path, *backend) as (base, _):
            found = {each: chat(base, each)[1] for each in ("stop", "length", "content_filter", "eos")}
    assert {name: each["choices"][0]["finish_reason"] for name, each in found.items()} == {
        "stop": "stop", "length": "length", "content_filter": "content_filter", "eos": "stop",
    }  # fmt: skip
    assert found["stop"]["usage"] == {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}


def test_a_config_of_ones_own_is_served_from_its_folder(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "my conf" / "model").mkdir(parents=True)
    (tmp_path / "my conf" / "model" / "mybot.yaml").write_text(
        f"_target_: culturefit.models.callable.CallableModel\nname: mine\nfunction: {folder / 'bot.py'}:reply\n"
    )
    with serving(tmp_path, "model=mybot", "--config-dir", "my conf") as (base, _):
        assert send(base + "/models")[1]["data"][0]["id"] == "mine"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["suite=quickstart"], 2, "'suite' is nothing that `culturefit serve` uses; it takes model, sampling, seed."),
        (["hydra.run.dir=x"], 2, "'hydra.run.dir' is nothing"),
        (["model=opnai"], 2, "Did you mean 'openai'?"),
        (["model=openai"], 2, "model.name has no value yet"),
        (["model=callable", "model.functoin=x"], 2, "Did you mean 'model.function'?"),
        (["model=callable", "model.function=nowhere.py:f"], 1, "nowhere.py is no file"),
        (["model=openai", "model.name=m", "model.extra_body.api_key=sesame"], 2, "carries a secret"),
        (["sampling.temperature=9"], 2, "sampling.temperature=9 does not fit"),
        (["--port", "70000"], 2, "--port 70000 is no port"),
        (["--config-dir", "nowhere"], 2, "--config-dir nowhere is no folder"),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else None,
)
def test_what_cannot_be_served_is_one_sentence(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    done = subprocess.run([*COMMAND, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "sesame" not in done.stderr


def test_a_port_that_is_taken_is_named_with_the_remedy(folder: Path, base: str) -> None:
    port = base.removesuffix("/v1").rpartition(":")[2]
    done = subprocess.run(
        [*COMMAND, *CALLABLE, "--port", port], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert f"127.0.0.1 port {port} cannot be listened on" in done.stderr


@pytest.mark.skipif(
    not (weights.cache_folder() / weights.WEIGHTS["embedded"].name).is_file(),
    reason="the weights are not here; run `culturefit fetch embedded`",
)
def test_the_embedded_model_with_one_slot_says_the_same_twice_and_ends_cleanly(tmp_path: Path) -> None:
    settings = ("model=embedded", "model.slots=1", "model.cache_prompt=false", "model.threads=1")
    with serving(tmp_path, *settings) as (base, process):
        replies = [chat(base, "My mother died in spring.", max_tokens=16, temperature=0)[1] for _ in range(2)]
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    first, second = (each["choices"][0] for each in replies)
    assert first == second
    assert len(first["message"]["content"].split()) > 5
    assert first["finish_reason"] == "length"
    assert replies[0]["usage"]["completion_tokens"] == 16
