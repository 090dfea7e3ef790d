"""Any OpenAI-compatible chat-completions endpoint, over one pooled aiohttp session.

A thin client of our own: the official SDK spends six times the CPU per request, which at 64 requests in flight is what
a run waits for. What is passing (429, 5xx, timeouts, dropped connections, truncated bodies) is tried again with
exponential backoff and full jitter; a Retry-After delays only the request it was given to. What is permanent
(a wrong key, an unknown model, no credit) stops the run with a remedy. A reply withheld by the provider's filter is
`refused`: an answer of its kind, not an error.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from culturefit.errors import ModelError, RequestFailed, UsageError
from culturefit.models.base import Completion, Request

if TYPE_CHECKING:
    import aiohttp

__all__ = ["OpenAI"]

_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
_MAX_WAIT = 60.0
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Passing(Exception):  # noqa: N818 - a signal between two methods, not an error of the program
    """A fault worth another try; `wait` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


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
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise UsageError(
                f"model.base_url={base_url} is no http(s) address; write one such as http://127.0.0.1:8000/v1."
            )
        if concurrency < 1:
            raise UsageError(f"model.concurrency is {concurrency}; it must be 1 or more.")
        if not _ENV_NAME.fullmatch(api_key_env):
            # Not echoed: somebody may have written the key itself here.
            raise UsageError(
                "model.api_key_env is not the name of an environment variable; write a name, never the key itself."
            )
        self.name, self.concurrency = name, concurrency
        self._url = base_url.rstrip("/") + "/chat/completions"
        self._host = parts.hostname or ""
        self._key_env, self._timeout, self._max_retries = api_key_env, timeout, max_retries
        self._max_tokens_field, self._send_seed, self._extra = max_tokens_field, send_seed, dict(extra_body or {})
        self._session: aiohttp.ClientSession | None = None
        #: Attempts that failed and are tried again, for the progress line.
        self.retries = 0

    def identity(self) -> dict[str, Any]:
        """Return the endpoint, the model's name and the extra fields; never the key."""
        return {
            "backend": "openai",
            "name": self.name,
            "url": self._url,
            "extra_body": self._extra,
            "seed_sent": self._send_seed,
        }

    def secrets(self) -> Sequence[str]:
        """Return the key, if there is one."""
        key = os.environ.get(self._key_env, "").strip()
        return (key,) if key else ()

    async def open(self) -> None:
        """Open the connection pool; connections are made as they are needed."""
        import aiohttp

        keys = self.secrets()
        if not keys and self._host.endswith("api.openai.com"):
            raise ModelError(
                f"{self._key_env} is not set; export the key in it, or name its variable with model.api_key_env=NAME."
            )
        headers = {"Authorization": f"Bearer {keys[0]}"} if keys else {}
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.concurrency, keepalive_timeout=60),
            timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=min(30.0, self._timeout)),
            headers=headers,
            trust_env=True,
        )

    async def reply(self, request: Request) -> Completion:
        """Answer one request, trying again after passing faults."""
        body = json.dumps(self._body(request), ensure_ascii=False).encode()
        for attempt in range(self._max_retries + 1):
            try:
                return await self._ask(body)
            except _Passing as fault:
                if attempt == self._max_retries:
                    raise RequestFailed(f"{fault} (after {attempt + 1} attempts)") from None
                self.retries += 1
                backoff = random.uniform(0, min(_MAX_WAIT, 0.5 * 2**attempt))  # noqa: S311 - jitter, not a secret
                await asyncio.sleep(backoff if fault.wait is None else fault.wait + random.uniform(0, 0.25))  # noqa: S311
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

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

    async def _ask(self, body: bytes) -> Completion:
        import aiohttp

        assert self._session is not None, "open() comes first"
        try:
            # Redirects are not followed: the key belongs to this host.
            async with self._session.post(
                self._url, data=body, headers={"Content-Type": "application/json"}, allow_redirects=False
            ) as response:
                raw = await response.read()
                if response.status != 200:
                    return self._refuse(response.status, raw, response.headers)
        except aiohttp.InvalidURL:
            raise ModelError(f"model.base_url leads to {self._url}, which is no address.") from None
        except TimeoutError:
            raise _Passing(f"no answer within {self._timeout:g} s") from None
        except aiohttp.ClientError as error:
            raise _Passing(f"the connection failed ({type(error).__name__}: {error})") from None
        return self._read(raw)

    def _read(self, raw: bytes) -> Completion:
        try:
            answer = json.loads(raw)
            choice = answer["choices"][0]
            message = choice["message"]
        except (ValueError, LookupError, TypeError):
            raise _Passing("the answer is no chat completion (cut short, or not JSON)") from None
        usage = answer.get("usage") or {}
        finish = choice.get("finish_reason")
        withheld = finish == "content_filter" or bool(message.get("refusal"))
        return Completion(
            text=_text(message.get("content")) or (message.get("refusal") or ""),
            status="refused" if withheld else "ok",
            finish_reason=finish,
            prompt_tokens=usage.get("prompt_tokens"),
            completion_tokens=usage.get("completion_tokens"),
        )

    def _refuse(self, status: int, raw: bytes, headers: Mapping[str, str]) -> Completion:
        """Turn an answer that is no 200 into a result or the right error."""
        code, message = _error_of(raw)
        if "content_filter" in code or "content_policy" in code:
            return Completion("", status="refused", finish_reason="content_filter")
        told = f"{self._host} answered {status}: {message}"
        if status in (401, 403):
            raise ModelError(
                f"{told} Check the key in {self._key_env}, or name its variable with model.api_key_env=NAME."
            )
        if status == 404:
            raise ModelError(f"{told} Check model.name={self.name} and model.base_url (it usually ends in /v1).")
        if "insufficient_quota" in code or status == 402:
            raise ModelError(f"{told} Add credit to the account, then run the same command again.")
        if 300 <= status < 400:
            raise ModelError(f"{told} It redirects to {headers.get('Location', '?')}; set model.base_url to that.")
        if status in _PASSING:
            raise _Passing(told, _retry_after(headers))
        raise RequestFailed(told)


def _text(content: Any) -> str:
    """Return a message's text; some endpoints send a list of parts."""
    if isinstance(content, list):
        return "".join(part.get("text", "") for part in content if isinstance(part, dict))
    return content or ""


def _error_of(raw: bytes) -> tuple[str, str]:
    """Return (code, message) of an error body; the message is one line of at most 300 characters with a full stop."""
    try:
        body = json.loads(raw)
        error = body.get("error", body)
        if isinstance(error, str):
            code, message = "", error
        else:
            code, message = f"{error.get('code')} {error.get('type')}", str(error.get("message") or error)
    except (ValueError, AttributeError):
        code, message = "", raw.decode("utf-8", "replace")
    line = " ".join(message.split())[:300] or "nothing"
    return code, line if line.endswith((".", "!", "?")) else line + "."


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a server asks to wait, at most a minute; RFC 9110: a number or a date."""
    value = headers.get("Retry-After")
    if not value:
        return None
    try:
        wait = float(value)
    except ValueError:
        try:
            wait = parsedate_to_datetime(value).timestamp() - time()
        except ValueError:
            return None
    return min(max(wait, 0.0), _MAX_WAIT)
