"""A real OpenAI-compatible server on loopback, in a thread of its own, whose faults a test chooses."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Answer = Callable[[dict[str, Any], int], "web.StreamResponse | Awaitable[web.StreamResponse]"]


def completion(text: str, finish: str = "stop", **extra: Any) -> web.Response:
    """Return a chat completion as an endpoint sends it."""
    return web.json_response({
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text, **extra}, "finish_reason": finish}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
    })  # fmt: skip


class Loopback:
    """Serves POST /v1/chat/completions; `answer(body, number)` gets the request and how many came before with that body."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.in_flight = self.most_in_flight = 0
        self._seen: dict[str, int] = {}
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Loopback:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def prompts(self) -> list[str]:
        """Return the last message of each request, in order of arrival."""
        return [body["messages"][-1]["content"] for body in self.bodies]

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        key = json.dumps(body, sort_keys=True)
        number = self._seen.get(key, 0)
        self._seen[key] = number + 1
        self.bodies.append(body)
        self.headers.append(dict(request.headers))
        self.request = request
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            answer = self.answer(body, number)
            return await answer if asyncio.iscoroutine(answer) else answer  # type: ignore[return-value]
        finally:
            self.in_flight -= 1

    def _serve(self) -> None:
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._handle)
        runner = web.AppRunner(app)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
