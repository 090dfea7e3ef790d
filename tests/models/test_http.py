"""The http backend against a real server on loopback: what it sends, where it reads the reply, and every fault."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from conftest import Cli
from loopback import Answer, Loopback

from culturefit.errors import ModelError, RequestFailed, UsageError
from culturefit.models.base import Completion, Message, Request, Sampling
from culturefit.models.http import Http

USER: Message = {"role": "user", "content": "hi"}
SYSTEM: Message = {"role": "system", "content": "Be kind."}


def ask(answer: Answer, *messages: Message, **settings: Any) -> tuple[Any, Loopback]:
    """Ask one request; return the completion (or exception) and the server."""
    with Loopback(answer) as server:

        async def go() -> Any:
            model = Http("bot", server.url + "/chat/completions", **({"max_retries": 2, "timeout": 2.0} | settings))
            try:
                await model.open()
                return await model.reply(Request(messages or (USER,), Sampling(0.5, 0.9, 42, 7)))
            except (ModelError, RequestFailed) as error:
                return error
            finally:
                await model.close()

        return asyncio.run(go()), server


def says(data: Any, status: int = 200, **headers: str) -> Answer:
    return lambda *_: web.json_response(data, status=status, headers=headers)


HISTORY: Sequence[Message] = (
    SYSTEM, {"role": "user", "content": "My job is gone."}, {"role": "assistant", "content": "Tell me."},
    {"role": "user", "content": 'Only if "{system}" {x} stays.'},
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (None, {"message": 'Only if "{system}" {x} stays.'}),
        ("{prompt}", 'Only if "{system}" {x} stays.'),
        # The system prompt goes where {system} stands, and then not once more into the history.
        (
            {"sys": "<{system}>", "in": {"turns": ["{messages}", 3, None, True]}, "tpl": "{{a}} {b} {messages}!"},
            {"sys": "<Be kind.>", "in": {"turns": [list(HISTORY[1:]), 3, None, True]}, "tpl": "{{a}} {b} {messages}!"},
        ),
        ({"m": "{messages}"}, {"m": list(HISTORY)}),
    ],
    ids=["default", "a-bare-string", "nested-and-other-braces", "history-with-system"],
)
def test_slots_are_filled_once_and_everything_else_stays(body: Any, sent: Any) -> None:
    # The default and the bare string have no place for a system prompt, so they get the conversation without one.
    messages = HISTORY if isinstance(body, dict) else HISTORY[1:]
    bodies: list[Any] = []

    def answer(body: Any, _: int) -> web.Response:
        bodies.append(body)
        return web.json_response({"reply": "ok"})

    found, _ = ask(answer, *messages, body=body)
    assert bodies == [sent]
    assert found == Completion("ok")


def test_the_system_slot_is_empty_without_a_system_prompt() -> None:
    _, server = ask(says({"reply": "ok"}), body={"s": "{system}", "q": "{prompt}"})
    assert server.bodies == [{"s": "", "q": "hi"}]


def test_a_system_prompt_that_the_body_would_drop_stops_the_run() -> None:
    found, server = ask(says({"reply": "ok"}), SYSTEM, USER)
    assert isinstance(found, ModelError)
    assert "no place for the system prompt" in str(found)
    assert not server.bodies


@pytest.mark.parametrize(
    ("answer", "path", "finish", "completion"),
    [
        ({"data": {"reply": "Ja."}}, "$.data.reply", None, Completion("Ja.")),
        ({"choices": [{"message": {"content": ""}}]}, "$.choices[0].message.content", None, Completion("")),
        ([{"text": "One."}, {"image": "x"}, {"text": "Two."}], "$[*].text", None, Completion("One.\nTwo.")),
        ({"reply": "cut", "why": "MAX_TOKENS"}, "$.reply", "$.why", Completion("cut", finish_reason="length")),
        ({"reply": "all", "why": "end_turn"}, "$.reply", "$.why", Completion("all", finish_reason="end_turn")),
        ({"reply": "all"}, "$.reply", "$.why", Completion("all")),
        ({"reply": None, "why": "SAFETY"}, "$.reply", "$.why", Completion("", "refused", "SAFETY")),
    ],
    ids=["nested", "empty-reply", "several-bubbles", "cut", "ended", "no-reason", "withheld"],
)
def test_the_reply_and_its_end_are_read_where_the_paths_point(
    answer: Any, path: str, finish: str | None, completion: Completion
) -> None:
    found, _ = ask(says(answer), reply_path=path, finish_path=finish)
    assert found == completion


def test_without_a_path_the_answer_is_the_reply_as_text() -> None:
    found, _ = ask(lambda *_: web.Response(text='眠れない夜は"つらい"ですね。'), reply_path=None)
    assert found == Completion('眠れない夜は"つらい"ですね。')


def test_a_bot_that_answers_created_has_answered() -> None:
    assert ask(says({"reply": "ok"}, 201))[0] == Completion("ok")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (says({"answer": "x" * 300}), 'finds nothing; 127.0.0.1 sent: {"answer": "' + "x" * 188),
        (says({"reply": {"text": "hi"}}), "finds no text there"),
        (says({"reply": None}), "finds no text there"),
        (lambda *_: web.Response(text="<html>Log in"), "not JSON; 127.0.0.1 sent: <html>Log in"),
    ],
    ids=["elsewhere", "an-object", "null", "a-page"],
)
def test_an_answer_without_a_reply_fails_at_once_and_shows_what_came(answer: Answer, words: str) -> None:
    found, server = ask(answer)
    assert type(found) is RequestFailed
    assert words in str(found)
    # 200 characters of the answer and no more: {"answer": " is 12 of them, 188 x follow
    assert "x" * 189 not in str(found)
    assert len(server.bodies) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_fault_is_tried_again(status: int) -> None:
    busy, fine = says({}, status, **{"Retry-After": "0"}), says({"reply": "fine"})
    found, server = ask(lambda body, number: (fine if number else busy)(body, number))
    assert found.text == "fine"
    assert len(server.bodies) == 2


def test_other_faults_fail_the_request_with_the_words_of_the_bot() -> None:
    found, server = ask(says({"error": "field 'user' is missing"}, 422))
    assert type(found) is RequestFailed
    assert "answered 422: field 'user' is missing." in str(found)
    assert len(server.bodies) == 1


def test_secret_headers_come_from_the_environment_and_are_in_nothing_that_is_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("BOT_AUTH", "Bearer open-sesame-1")
    settings: dict[str, Any] = {"headers": {"X-Channel": 7}, "headers_env": {"Authorization": "BOT_AUTH"}}
    _, server = ask(says({"reply": "ok"}), **settings)
    assert server.headers[0]["Authorization"] == "Bearer open-sesame-1"
    assert server.headers[0]["X-Channel"] == "7"
    model = Http("bot", server.url, **settings)
    assert "sesame" not in json.dumps(model.identity())
    # A server that repeats only the token is cleaned of it too.
    assert set(model.secrets()) == {"Bearer open-sesame-1", "open-sesame-1"}


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_stops_the_run_and_names_its_variable(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_AUTH", "Bearer open-sesame-1")
    found, server = ask(says({"error": "who?"}, status), headers_env={"Authorization": "BOT_AUTH"})
    assert isinstance(found, ModelError)
    assert "Check what BOT_AUTH holds" in str(found)
    assert "sesame" not in str(found)
    assert len(server.bodies) == 1


def test_a_wrong_address_stops_the_run() -> None:
    found, _ = ask(says({}, 404))
    assert isinstance(found, ModelError)
    assert "Check model.url=http://127.0.0.1:" in str(found)


def test_a_variable_that_is_not_set_is_named_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BOT_AUTH", raising=False)
    found, server = ask(says({"reply": "ok"}), headers_env={"Authorization": "BOT_AUTH"})
    assert isinstance(found, ModelError)
    assert "BOT_AUTH is not set" in str(found)
    assert not server.bodies


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"headers": {"Authorization": "sesame-1234"}}, "headers_env={Authorization: VARIABLE}"),
        ({"headers": {"x-api-key": "sesame-1234"}}, "headers_env={x-api-key: VARIABLE}"),
        ({"headers": {"Cookie": "sesame-1234"}}, "headers_env={Cookie: VARIABLE}"),
        ({"headers": {"X-Via": "Bearer sesame-1234"}}, "headers_env={X-Via: VARIABLE}"),
        ({"headers_env": {"X-Key": "sesame-1234"}}, "not the name of an environment variable"),
        ({"url": "http://me:sesame@127.0.0.1/"}, "model.url carries a secret"),
        ({"url": "http://127.0.0.1/?api_key=sesame-1234"}, "model.url carries a secret"),
        ({"body": {"m": "{prompt}", "auth": "sk-sesame-1234567890"}}, "model.body holds what looks like a secret"),
    ],
)
def test_what_looks_like_a_secret_is_refused_without_repeating_it(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        Http("bot", **({"url": "http://127.0.0.1/"} | settings))
    assert words in str(refused.value)
    assert "sesame" not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"reply_path": "reply"}, "model.reply_path=reply is no JSONPath"),
        ({"reply_path": "$.a["}, "unexpected end of query"),
        ({"finish_path": "$.a | $.b"}, "model.finish_path="),
        ({"body": {"message": "{promt}"}}, "never says what the person wrote"),
        ({"body": {"{prompt}": 1}}, "never says what the person wrote"),
        ({"method": "GET"}, "model.method=GET"),
        ({"url": "127.0.0.1/chat"}, "is no http(s) address"),
        ({"headers": {"X Channel": "web"}}, "'X Channel' is no name of a header"),
        ({"headers": {"X-Channel": "a\nb"}}, "holds a line break"),
    ],
)
def test_a_setting_that_cannot_work_is_told_before_the_first_request(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError) as refused:
        Http("bot", **({"url": "http://127.0.0.1/"} | settings))
    assert words in str(refused.value)


def test_another_body_or_path_is_another_model_so_that_kept_replies_are_not_taken_for_its_own() -> None:
    def identity(**settings: Any) -> dict[str, Any]:
        return Http("bot", "http://127.0.0.1/", **settings).identity()

    assert identity(concurrency=1, timeout=9, max_retries=0) == identity()
    for change in ({"body": {"q": "{prompt}"}}, {"reply_path": "$.a"}, {"headers": {"X-A": "1"}}, {"method": "PUT"}):
        assert identity(**change) != identity()


def test_a_run_asks_a_bot_configured_on_the_command_line(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    def answer(body: dict[str, Any], _: int) -> web.Response:
        return web.json_response({"out": [{"text": f"You said: {body['q']}"}]})

    with Loopback(answer) as server:
        done = cli(
            "run", "suite=folder", f"suite.path={mini_suite}", "scorers=[]", "report=none", "model=http",
            "model.name=bot", f"model.url={server.url}/chat/completions", 'model.body={q: "{prompt}"}',
            "model.reply_path='$.out[*].text'", "model.headers_env={Authorization: BOT_AUTH}", BOT_AUTH="Bearer open-sesame-1",
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    # 2 scenarios x 9 cells, all of them distinct prompts; the default body's own field is not sent along
    assert "18 asked, 0 reused" in done.stderr
    assert {tuple(body) for body in server.bodies} == {("q",)}
    assert {headers["Authorization"] for headers in server.headers} == {"Bearer open-sesame-1"}
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"open-sesame" in path.read_bytes()]
