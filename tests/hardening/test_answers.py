"""What a server sends, whatever it is: a reply, a failed request with its reason, or a stop; never a traceback or a full memory."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from aiohttp import web
from conftest import Cli
from loopback import Loopback, completion

from culturefit.models.endpoint import error_of, retry_after

MB = 1024 * 1024


def _asked_once(mini_suite: Path, server: Loopback, *more: str) -> list[str]:
    return [
        "run", "suite=folder", f"suite.path={mini_suite}", "model=openai", "model.name=m", f"model.base_url={server.url}",
        "model.max_retries=0", "scorers=[degeneration]", "report=none", "limit=1", "locales=[en-US]", "arms=[pivot]", *more,
    ]  # fmt: skip


def _reply(folder: Path) -> dict[str, Any]:
    [path] = folder.glob("outputs/*/*/replies.parquet")
    [row] = pq.read_table(path).to_pylist()
    return dict(row)


def _body(text: bytes) -> web.Response:
    return web.Response(body=text, content_type="application/json")


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"choices": [' + b'{"message": ' * 5000 + b"1" + b"}" * 5000 + b"]}",
        b'{"choices": [{"message": {"content": 5}}]}',
        b'{"choices": [{"message": {"content": [{"text": 5}]}}]}',
        b'{"choices": [{"message": "hi"}]}',
        b'{"choices": [{"message": {"content": null, "refusal": {"a": 1}}}]}',
        b'{"choices": {"0": 1}}',
        b"\xff\xfe",
    ],
)
def test_an_answer_that_is_no_completion_fails_with_its_reason(
    mini_suite: Path, tmp_path: Path, cli: Cli, body: bytes
) -> None:
    with Loopback(lambda *_: _body(body)) as server:
        ended = cli(*_asked_once(mini_suite, server))
    assert ended.returncode == 1, ended.stderr  # nothing was delivered; the files are written all the same
    row = _reply(tmp_path)
    assert (row["status"], row["reply"]) == ("failed", "")
    assert row["error"].startswith("the answer is no chat completion")


def test_fields_beside_the_reply_that_no_table_can_hold_do_not_cost_the_reply(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    answer = {
        "choices": [{"message": {"content": "I hear you. \ud800"}, "finish_reason": {"why": ["\ud800"] * 1000}}],
        "usage": {"prompt_tokens": 10**30, "completion_tokens": True},
    }
    with Loopback(lambda *_: _body(json.dumps(answer).encode())) as server:
        ended = cli(*_asked_once(mini_suite, server))
    assert ended.returncode == 0, ended.stderr
    row = _reply(tmp_path)
    assert (row["status"], row["reply"]) == ("ok", "I hear you. \ufffd")
    assert (row["prompt_tokens"], row["completion_tokens"]) == (None, None)
    assert len(row["finish_reason"]) == 200


def test_an_answer_of_more_than_16_mb_is_left_after_16_mb(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    sent = 0

    async def endless(*_: object) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(server.request)
        while sent < 256 * MB:
            await response.write(b" " * MB)
            sent += MB
        return response

    with Loopback(endless) as server:
        ended = cli(*_asked_once(mini_suite, server, "model.max_retries=3"))
    assert ended.returncode == 1, ended.stderr
    assert _reply(tmp_path)["error"] == "127.0.0.1 sent more than 16 MB; a reply is shorter."
    # What the sockets hold beyond what was read is a few MB; it is not asked a second time.
    assert sent < 64 * MB
    assert len(server.bodies) == 1


def test_an_answer_that_unpacks_to_more_than_16_mb_is_left(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    # 256 MB of spaces in 260 kB.
    packed = zlib.compress(b" " * (256 * MB), 9)
    with Loopback(lambda *_: web.Response(body=packed, headers={"Content-Encoding": "deflate"})) as server:
        ended = cli(*_asked_once(mini_suite, server))
    assert ended.returncode == 1, ended.stderr
    assert _reply(tmp_path)["error"] == "127.0.0.1 sent more than 16 MB; a reply is shorter."


def test_a_reply_of_15_mb_is_kept(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    with Loopback(lambda *_: completion("x" * (15 * MB))) as server:
        ended = cli(*_asked_once(mini_suite, server))
    assert ended.returncode == 0, ended.stderr
    assert len(_reply(tmp_path)["reply"]) == 15 * MB


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"5", b'["a"]', b"\xff", b'{"error": [1]}', b'{"error": {"message": {}}}']
)
def test_the_body_of_an_error_is_one_line_whatever_it_is(body: bytes) -> None:
    code, line = error_of(body)
    assert isinstance(code, str)
    assert 0 < len(line) <= 301
    assert "\n" not in line


@pytest.mark.parametrize(
    "value", ["nan", "inf", "-5", "1e400", "Mon, 99 Foo 2026", "Thu, 01 Jan 99999 00:00:00 GMT", "\ud800"]
)
def test_a_wait_that_a_server_asks_for_is_a_minute_at_most(value: str) -> None:
    wait = retry_after({"Retry-After": value})
    assert wait is None or 0 <= wait <= 60
