"""Any OpenAI-compatible chat-completions endpoint, over one pooled aiohttp session.

A thin client of our own, because with many requests in flight a run waits for the client's CPU. Passing faults are tried
again (culturefit.models.endpoint). What is permanent (a wrong key, an unknown model, no credit) stops the run with a
remedy. A reply withheld by the provider's filter is `refused`: an answer of its kind, not an error.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from culturefit.errors import ModelError, RequestFailed
from culturefit.models.base import Completion, Request
from culturefit.models.endpoint import PASSING, Endpoint, Passing, error_of, from_environment, retry_after

__all__ = ["OpenAI"]


class OpenAI:
    """A model behind an OpenAI-compatible endpoint.

    Args:
        name: the model's name as the endpoint knows it.
        base_url: up to and including the version, such as http://127.0.0.1:8000/v1.
        api_key_env: the environment variable that holds the key; may be unset where the endpoint wants none.
        concurrency: requests in flight.
        timeout: seconds for one attempt.
        max_retries: further attempts after a passing fault.
        max_tokens_field: `max_tokens`, or `max_completion_tokens` where the endpoint asks for it.
        send_seed: whether to send `seed`; some endpoints refuse it.
        extra_body: further fields of the request, sent as they are and part of what a reply is kept under.
    """

    def __init__(
        self, name: str, base_url: str, api_key_env: str = "OPENAI_API_KEY", concurrency: int = 16, timeout: float = 120.0,
        max_retries: int = 6, max_tokens_field: str = "max_tokens", send_seed: bool = True,
        extra_body: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        url = base_url.rstrip("/") + "/chat/completions"
        self._endpoint = Endpoint(
            url, setting="model.base_url", concurrency=concurrency, timeout=timeout, max_retries=max_retries
        )
        self.name, self.concurrency, self._key_env = name, concurrency, api_key_env
        self._max_tokens_field, self._send_seed, self._extra = max_tokens_field, send_seed, dict(extra_body or {})
        self.secrets()  # a key in the place of its variable's name is told now, not at the first request

    @property
    def waiting(self) -> int:
        """Requests that wait for their next attempt, for the progress line."""
        return self._endpoint.waiting

    def identity(self) -> dict[str, Any]:
        """Return the endpoint, the model's name and the extra fields; never the key."""
        return {
            "backend": "openai",
            "name": self.name,
            "url": self._endpoint.url,
            "extra_body": self._extra,
            "seed_sent": self._send_seed,
        }

    def secrets(self) -> Sequence[str]:
        """Return the key, if there is one."""
        return tuple(from_environment({"key": self._key_env}, "model.api_key_env").values())

    async def open(self) -> None:
        """Open the connection pool."""
        keys = self.secrets()
        if not keys and self._endpoint.host.endswith("api.openai.com"):
            raise ModelError(
                f"{self._key_env} is not set; export the key in it, or name its variable with model.api_key_env=NAME."
            )
        await self._endpoint.open({"Authorization": f"Bearer {keys[0]}"} if keys else {})

    async def reply(self, request: Request) -> Completion:
        """Answer one request, trying again after passing faults."""
        body = json.dumps(self._body(request), ensure_ascii=False).encode()
        return await self._endpoint.ask(body, _read, self._refuse)

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()

    def _body(self, request: Request) -> dict[str, Any]:
        sampling = request.sampling
        body: dict[str, Any] = {
            "model": self.name,
            "messages": [dict(message) for message in request.messages],
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            self._max_tokens_field: sampling.max_tokens,
        }
        if self._send_seed:
            body["seed"] = sampling.seed
        return body | self._extra

    def _refuse(self, status: int, raw: bytes, headers: Mapping[str, str]) -> Completion:
        """Turn an answer that is no 200 into a result or the right error."""
        code, message = error_of(raw)
        if "content_filter" in code or "content_policy" in code:
            return Completion("", status="refused", finish_reason="content_filter")
        told = f"{self._endpoint.host} answered {status}: {message}"
        if status in (401, 403):
            raise ModelError(
                f"{told} Check the key in {self._key_env}, or name its variable with model.api_key_env=NAME."
            )
        if status == 404:
            raise ModelError(f"{told} Check model.name={self.name} and model.base_url (it usually ends in /v1).")
        if "insufficient_quota" in code or status == 402:
            raise ModelError(f"{told} Add credit to the account, then run the same command again.")
        if status in PASSING:
            raise Passing(told, retry_after(headers))
        raise RequestFailed(told)


def _read(raw: bytes) -> Completion:
    """Return the completion that a 200 carries; a body that is none (cut short, a proxy's page) is worth another try."""
    try:
        answer = json.loads(raw)
        choice = answer["choices"][0]
        message = choice["message"]
        usage = answer.get("usage") or {}
        finish, refusal = choice.get("finish_reason"), message.get("refusal")
        withheld = finish == "content_filter" or bool(refusal)
        return Completion(
            text=_text(message.get("content")) or _text(refusal),
            status="refused" if withheld else "ok",
            finish_reason=finish,
            prompt_tokens=usage.get("prompt_tokens"),
            completion_tokens=usage.get("completion_tokens"),
        )
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Passing("the answer is no chat completion (cut short, or not JSON)") from None


def _text(content: Any) -> str:
    """Return a message's text; some endpoints send a list of parts. Raises TypeError for what is neither."""
    if isinstance(content, list):
        return "".join(part.get("text") or "" for part in content if isinstance(part, dict))
    if content is not None and not isinstance(content, str):
        raise TypeError
    return content or ""
