"""One HTTP endpoint that answers requests: pooled connections, timeouts, and another try after passing faults.

What is passing (429, 5xx, timeouts, dropped connections, an answer that cannot be read) is tried again with exponential
backoff and full jitter; a Retry-After delays only the request it was given to. Redirects are not followed: a key belongs
to its host.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from math import isnan
from time import monotonic, time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from culturefit.errors import ModelError, RequestFailed, UsageError
from culturefit.models.base import Completion

if TYPE_CHECKING:
    import aiohttp

__all__ = ["PASSING", "Endpoint", "Passing", "error_of", "from_environment", "retry_after"]

#: Statuses worth another try.
PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
_MAX_WAIT = 60.0
#: Seconds without any answer, and failed attempts of one request, after which a server counts as dead.
_SILENCE = 60.0
_TRIES = 3
#: Bytes of an answer, unpacked: many times the longest reply, and no server chooses more of our memory.
_MAX_ANSWER = 16 * 1024 * 1024
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Passing(Exception):  # noqa: N818 - a signal between two methods, not an error of the program
    """A fault worth another try; `wait` is what the server asked for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Endpoint:
    """Posts JSON bodies to one URL.

    Args:
        url: where to; http or https, without a login in it.
        setting: the configuration key that holds it, for messages.
        concurrency: connections at most.
        timeout: seconds for one attempt.
        max_retries: further attempts after a passing fault.
        method: the HTTP method.

    Raises:
        UsageError: a value that cannot be used.
    """

    def __init__(
        self, url: str, *, setting: str, concurrency: int, timeout: float, max_retries: int, method: str = "POST"
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise UsageError(f"{setting}={url} is no http(s) address; write one such as http://127.0.0.1:8000/v1.")
        if concurrency < 1:
            raise UsageError(f"model.concurrency is {concurrency}; it must be 1 or more.")
        if timeout <= 0 or max_retries < 0:
            raise UsageError(
                f"model.timeout={timeout:g} must be above 0 and model.max_retries={max_retries} not below."
            )
        self.url, self.host, self.concurrency = url, parts.hostname or "", concurrency
        self._timeout, self._max_retries, self._method = timeout, max_retries, method
        self._session: aiohttp.ClientSession | None = None
        #: Requests that wait for their next attempt now.
        self.waiting = 0
        #: Whether the server has said anything yet that was no passing fault, and since when it is asked.
        self._heard, self._since = False, 0.0

    async def open(self, headers: Mapping[str, str]) -> None:
        """Make the pool; connections are made as they are needed."""
        import aiohttp

        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self.concurrency, keepalive_timeout=60),
            timeout=aiohttp.ClientTimeout(total=self._timeout, sock_connect=min(30.0, self._timeout)),
            headers={"Content-Type": "application/json", **headers},
            proxy=self._proxy(),
        )

    def _proxy(self) -> str | None:
        """Return the environment's proxy for this host, looked up once: aiohttp would ask a thread for every request."""
        from urllib.request import getproxies, proxy_bypass

        if not self.host or proxy_bypass(self.host):
            return None
        return getproxies().get(urlsplit(self.url).scheme)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            session, self._session = self._session, None
            await session.close()

    async def ask(
        self,
        body: bytes,
        read: Callable[[bytes], Completion],
        refuse: Callable[[int, bytes, Mapping[str, str]], Completion],
    ) -> Completion:
        """Post `body` until it is answered.

        Args:
            body: the JSON to send.
            read: turns the body of a 200 into a completion, or raises Passing.
            refuse: turns another status into a completion, or raises Passing, RequestFailed or ModelError.

        Raises:
            RequestFailed: still unanswered after the retries.
            ModelError: nothing was ever answered, for so long that the others need not wait for it.
        """
        self._since = self._since or monotonic()
        for attempt in range(self._max_retries + 1):
            try:
                answer = await self._once(body, read, refuse)
            except Passing as fault:
                self._refuse_silence(fault, attempt + 1)
                if attempt == self._max_retries:
                    raise RequestFailed(f"{fault} (after {attempt + 1} attempts)") from None
                backoff = random.uniform(0, min(_MAX_WAIT, 0.5 * 2**attempt))  # noqa: S311 - jitter, not a secret
                wait = backoff if fault.wait is None else fault.wait + random.uniform(0, 0.25)  # noqa: S311
                self.waiting += 1
                try:
                    await asyncio.sleep(wait)
                finally:
                    self.waiting -= 1
            except RequestFailed:
                self._heard = True
                raise
            else:
                self._heard = True
                return answer
        raise AssertionError("unreachable")

    def _refuse_silence(self, fault: Passing, attempts: int) -> None:
        """End a run that would wait for one timeout after another of a server that never answers."""
        silent = monotonic() - self._since
        if not self._heard and attempts >= _TRIES and silent >= _SILENCE:
            told = str(fault).rstrip(".")
            raise ModelError(
                f"{self.host} has answered nothing in {silent:.0f} s; the last of {attempts} attempts: {told}. See that it answers "
                "one request (model.timeout is how long one may take), then run the same command again."
            )

    async def _once(
        self,
        body: bytes,
        read: Callable[[bytes], Completion],
        refuse: Callable[[int, bytes, Mapping[str, str]], Completion],
    ) -> Completion:
        import aiohttp

        assert self._session is not None, "open() comes first"
        try:
            async with self._session.request(self._method, self.url, data=body, allow_redirects=False) as response:
                raw = await self._body_of(response)
                if response.status == 429:
                    self._heard = True  # it is there, and says when
                if response.status == 200:
                    return read(raw)
                if 300 <= response.status < 400:
                    target = response.headers.get("Location", "elsewhere")
                    raise ModelError(
                        f"{self.host} answered {response.status} and leads to {target}; set the address to that."
                    )
                return refuse(response.status, raw, response.headers)
        except aiohttp.InvalidURL:
            raise ModelError(f"{self.url} is no address.") from None
        except TimeoutError:
            raise Passing(f"no answer within {self._timeout:g} s") from None
        except aiohttp.ClientError as error:
            raise Passing(f"the connection failed ({type(error).__name__}: {error})") from None

    async def _body_of(self, response: aiohttp.ClientResponse) -> bytes:
        """Return the body of an answer; one that is too long is not tried again, the next would be as long."""
        parts, size = [], 0
        async for part in response.content.iter_chunked(256 * 1024):
            size += len(part)
            if size > _MAX_ANSWER:
                response.close()
                raise RequestFailed(f"{self.host} sent more than {_MAX_ANSWER // 1024**2} MB; a reply is shorter.")
            parts.append(part)
        return b"".join(parts)


def from_environment(names: Mapping[str, str], setting: str) -> dict[str, str]:
    """Return what the environment variables hold that `names` maps to; unset ones are left out.

    Raises:
        UsageError: a value that is no name of a variable. It is not repeated: somebody may have written the key itself.
    """
    for name in names.values():
        if not _ENV_NAME.fullmatch(name):
            raise UsageError(
                f"{setting} is not the name of an environment variable; write a name, never the key itself."
            )
    return {key: value for key, name in names.items() if (value := os.environ.get(name, "").strip())}


def error_of(raw: bytes) -> tuple[str, str]:
    """Return (code, message) of an error body; the message is one line of at most 300 characters with a full stop."""
    try:
        body = json.loads(raw)
        error = body.get("error", body)
        if isinstance(error, str):
            code, message = "", error
        else:
            code, message = f"{error.get('code')} {error.get('type')}", str(error.get("message") or error)
    except (ValueError, AttributeError, RecursionError):
        code, message = "", raw.decode("utf-8", "replace")
    line = " ".join(message.split())[:300] or "nothing"
    return code, line if line.endswith((".", "!", "?")) else line + "."


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds a server asks to wait, at most a minute; RFC 9110: a number or a date."""
    value = headers.get("Retry-After")
    if not value:
        return None
    try:
        wait = float(value)
    except ValueError:
        try:
            wait = parsedate_to_datetime(value).timestamp() - time()
        except (ValueError, TypeError, OverflowError, OSError):
            return None
    return min(max(wait, 0.0), _MAX_WAIT) if not isnan(wait) else None
