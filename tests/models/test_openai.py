"""The openai backend against a real server on loopback: what it sends, and every fault it meets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

import pytest
from aiohttp import web
from loopback import Answer, Loopback, completion

from culturefit.errors import ModelError, RequestFailed, UsageError
from culturefit.models.base import Completion, Request, Sampling
from culturefit.models.openai import OpenAI


def ask(answer: Answer, prompts: Sequence[str] = ("hi",), **settings: Any) -> tuple[list[Any], Loopback]:
    """Ask each prompt at once; return the completions (or exceptions) and the server."""
    with Loopback(answer) as server:
        model = OpenAI("m", server.url, **({"max_retries": 3, "timeout": 1.0} | settings))

        async def go() -> list[Any]:
            await model.open()
            try:
                sampling = Sampling(0.5, 0.9, 42, 7)
                requests = [Request(({"role": "user", "content": p},), sampling) for p in prompts]
                return await asyncio.gather(*map(model.reply, requests), return_exceptions=True)
            finally:
                await model.close()

        return asyncio.run(go()), server


def error(status: int, message: str, code: str = "", **headers: str) -> web.Response:
    return web.json_response({"error": {"message": message, "code": code}}, status=status, headers=headers)


def test_the_request_carries_messages_sampling_seed_key_and_extra_fields(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sesame-1234")
    [found], server = ask(lambda *_: completion("hello"), api_key_env="MY_KEY", extra_body={"reasoning_effort": "low"})
    assert server.bodies == [{
        "model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 0.5, "top_p": 0.9,
        "max_tokens": 42, "seed": 7, "reasoning_effort": "low",
    }]  # fmt: skip
    assert server.headers[0]["Authorization"] == "Bearer sesame-1234"
    assert found == Completion("hello", "ok", "stop", 7, 3)


def test_a_reply_cut_by_the_token_limit_says_so() -> None:
    [found], _ = ask(lambda *_: completion("hel", "length"))
    assert (found.text, found.finish_reason, found.status) == ("hel", "length", "ok")


@pytest.mark.parametrize(
    "answer",
    [
        lambda *_: completion("", "content_filter"),
        lambda *_: completion("", refusal="I can't help with that."),
        lambda *_: error(400, "filtered", "content_filter"),
    ],
    ids=["finish-reason", "refusal-field", "error-code"],
)
def test_a_reply_withheld_by_the_provider_is_refused_not_failed(answer: Answer) -> None:
    [found], server = ask(answer)
    assert found.status == "refused"
    assert len(server.bodies) == 1


def truncated(_: Any, __: int) -> web.Response:
    return web.Response(body=b'{"choices": [{"message": {"content": "hel', content_type="application/json")


async def dropped(*_: Any) -> web.StreamResponse:
    raise ConnectionResetError  # aiohttp closes the connection with a 500 at most


async def hanging(*_: Any) -> web.StreamResponse:
    await asyncio.sleep(5)
    return completion("late")


@pytest.mark.parametrize(
    "fault",
    [
        lambda *_: error(429, "slow down", **{"Retry-After": "0"}), lambda *_: error(500, "oops"),
        lambda *_: error(503, "busy"), truncated, dropped, hanging,
    ],
    ids=["429", "500", "503", "truncated", "dropped", "hang"],
)  # fmt: skip
def test_a_passing_fault_is_tried_again(fault: Answer) -> None:
    [found], server = ask(lambda body, number: fault(body, number) if number == 0 else completion("fine"))
    assert found.text == "fine"
    assert len(server.bodies) == 2


def test_a_fault_that_stays_fails_the_request_with_its_reason_after_the_retries() -> None:
    [found], server = ask(lambda *_: error(500, "the GPU is on fire"), max_retries=2)
    assert isinstance(found, RequestFailed)
    assert "500: the GPU is on fire. (after 3 attempts)" in str(found)
    assert len(server.bodies) == 3


def test_retry_after_delays_only_the_request_it_was_given_to() -> None:
    def answer(body: dict[str, Any], number: int) -> web.Response:
        if body["messages"][0]["content"] == "slow" and number == 0:
            return error(429, "wait", **{"Retry-After": "1"})
        return completion(str(time.monotonic()))

    started = time.monotonic()
    found, _ = ask(answer, ["slow", *(f"fast {n}" for n in range(20))], concurrency=4)
    times = [float(each.text) - started for each in found]
    assert times[0] >= 1.0
    assert max(times[1:]) < 0.9


@pytest.mark.parametrize(
    ("status", "code", "remedy"),
    [
        (401, "invalid_api_key", "Check the key in OPENAI_API_KEY"),
        (404, "model_not_found", "Check model.name=m"),
        (429, "insufficient_quota", "Add credit"),
        (302, "", "set the address to that"),
    ],
)
def test_a_permanent_fault_stops_the_run_at_once_with_a_remedy(status: int, code: str, remedy: str) -> None:
    [found], server = ask(lambda *_: error(status, "no", code, Location="https://elsewhere.example/"))
    assert isinstance(found, ModelError)
    assert remedy in str(found)
    assert len(server.bodies) == 1


def test_a_request_the_endpoint_cannot_take_fails_alone() -> None:
    [found], _ = ask(
        lambda *_: error(400, "This model's maximum context length is 10 tokens", "context_length_exceeded")
    )
    assert isinstance(found, RequestFailed)
    assert not isinstance(found, ModelError)


def test_no_more_requests_are_in_flight_than_allowed() -> None:
    async def answer(*_: Any) -> web.Response:
        await asyncio.sleep(0.05)
        return completion("x")

    _, server = ask(answer, [str(n) for n in range(30)], concurrency=5)
    assert server.most_in_flight == 5


def test_a_key_where_the_name_of_its_variable_belongs_is_refused_without_repeating_it() -> None:
    with pytest.raises(UsageError) as refused:
        OpenAI("m", "http://127.0.0.1/v1", api_key_env="sk-abc-123")
    assert "sk-abc" not in str(refused.value)
