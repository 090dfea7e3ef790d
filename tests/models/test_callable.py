"""The user's own function as the model: what it gets, what it may return, what its mistakes do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from culturefit.errors import CulturefitError, RequestFailed
from culturefit.models.base import Request, Sampling
from culturefit.models.callable import CallableModel

BOT = '''
import asyncio, threading
def plain(messages): return messages[-1]["content"].upper()
async def later(messages): await asyncio.sleep(0); return "later"
def with_request(messages, request): return f"{request.sampling.max_tokens}/{request.epoch}"
def broken(messages): raise KeyError("oops")
def number(messages): return 3
'''  # fmt: skip


def ask(spec: str) -> Any:
    async def go() -> Any:
        model = CallableModel(spec)
        await model.open()
        try:
            return await model.reply(Request(({"role": "user", "content": "hi"},), Sampling(0, 1, 9, 0), 2))
        finally:
            await model.close()

    return asyncio.run(go())


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    path = tmp_path / "bot.py"
    path.write_text(BOT)
    return path


@pytest.mark.parametrize(("name", "reply"), [("plain", "HI"), ("later", "later"), ("with_request", "9/2")])
def test_a_plain_or_async_function_answers(bot: Path, name: str, reply: str) -> None:
    assert ask(f"{bot}:{name}").text == reply


@pytest.mark.parametrize(
    ("name", "words"),
    [("broken", "raised KeyError: 'oops'"), ("number", "returned int; it must return the reply as a string")],
)
def test_its_mistakes_fail_the_request_with_its_own_words(bot: Path, name: str, words: str) -> None:
    with pytest.raises(RequestFailed, match=words):
        ask(f"{bot}:{name}")


@pytest.mark.parametrize(
    ("spec", "words"),
    [("plain", "module:function"), ("no_such_module_at_all:f", "ModuleNotFoundError"), ("nowhere.py:f", "is no file")],
)
def test_a_function_that_cannot_be_found_is_one_sentence(spec: str, words: str) -> None:
    with pytest.raises(CulturefitError, match=words):
        CallableModel(spec)


def test_a_changed_bot_is_another_model_so_that_kept_replies_are_not_taken_for_its_own(bot: Path) -> None:
    before = CallableModel(f"{bot}:plain").identity()
    bot.write_text(BOT.replace("upper", "lower"))
    assert CallableModel(f"{bot}:plain").identity() != before
