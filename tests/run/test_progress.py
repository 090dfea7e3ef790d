"""What a person is told while a run goes: a stall that is a wait must not look like a hang."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from loopback import Loopback, completion

from culturefit.models.openai import OpenAI
from culturefit.run import progress as shown
from culturefit.run.pipeline import execute
from culturefit.run.settings import Settings
from culturefit.suite import load_suite
from culturefit.translators.suite import SuiteRenderings


def test_requests_that_wait_for_another_try_are_told_of(
    mini_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def busy(_: dict[str, Any], number: int) -> web.Response:
        if number == 0:
            return web.json_response({"error": {"message": "slow down"}}, status=429, headers={"Retry-After": "2"})
        return completion("here")

    monkeypatch.setattr(shown, "_EVERY_S", 0.5)  # a line every 15 s otherwise
    settings = Settings(scorers=[], limit=1, locales=["en-US"], store={"path": tmp_path / "s.sqlite3"})  # type: ignore[arg-type]
    with Loopback(busy) as server:
        model = OpenAI("m", server.url)
        # In a thread of its own: the browser tests keep an event loop running in pytest's.
        with ThreadPoolExecutor(1) as pool:
            pool.submit(
                execute, settings, load_suite(mini_suite), SuiteRenderings(), model, tmp_path / "run", run="r"
            ).result()
    # Every request is told to wait two seconds; nothing has been answered by then.
    assert "0 of 3 replies, 0.0/s, 3 waiting to be tried again" in capsys.readouterr().err
