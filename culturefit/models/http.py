"""A deployed support bot that speaks its own JSON: what to send and where the reply stands in its answer are settings.

The bot draws replies by its own settings: temperature, token limit and seed of a run are not sent to it. Passing faults
are tried again (culturefit.models.endpoint). An answer without a reply in it is not: the next one would look the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from culturefit.errors import ModelError, RequestFailed, UsageError
from culturefit.models.base import Completion, Message, Request
from culturefit.models.endpoint import PASSING, Endpoint, Passing, error_of, from_environment, retry_after
from culturefit.secrets import refuse_secrets

__all__ = ["Http"]

_METHODS = ("POST", "PUT", "PATCH")
_SLOT = re.compile(r"\{(prompt|system)\}")
#: What services write (any case) where the token limit cut a reply, and where a filter withheld it.
_CUT = frozenset({"length", "max_tokens", "max_output_tokens"})
_WITHHELD = frozenset({"content_filter", "refusal", "safety"})
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, 5.6.2: token


class Http:
    """A bot behind an HTTP address that takes and gives JSON.

    `body` is any JSON structure. A string equal to "{messages}" becomes the list of {"role", "content"}; inside other
    strings "{prompt}" becomes the person's last message and "{system}" the system prompt or nothing. A body with
    "{system}" gets no system message in "{messages}". Nothing else is a slot; other braces stay.

    Only "{messages}" carries what was said before. A body with "{prompt}" alone suits a bot that keeps the conversation
    itself; any other bot answers a later turn as if it were the first.

    Args:
        name: what reports call it.
        url: where to send; http or https, without a login or a key in it, since it is recorded.
        body: what to send; None = {"message": "{prompt}"}. It is recorded: no secrets.
        reply_path: the JSONPath (RFC 9535) of the reply, such as $.data.reply; where it finds several texts they are
            joined by line breaks. None = the answer is the reply, as plain UTF-8 text.
        finish_path: the JSONPath of the reason why the reply ended, if the bot says so.
        headers: further headers, recorded; no secrets.
        headers_env: header -> the environment variable that holds its whole value, such as "Bearer …".
        method: POST, PUT or PATCH.
        concurrency: requests in flight.
        timeout: seconds for one attempt.
        max_retries: further attempts after a passing fault.

    Raises:
        UsageError: a setting that cannot be used, or one that holds what looks like a secret.
    """

    def __init__(
        self, name: str, url: str, body: Any = None, reply_path: str | None = "$.reply", finish_path: str | None = None,
        headers: Mapping[str, Any] | None = None, headers_env: Mapping[str, str] | None = None, method: str = "POST",
        concurrency: int = 4, timeout: float = 120.0, max_retries: int = 6,
    ) -> None:  # fmt: skip
        if method not in _METHODS:
            raise UsageError(f"model.method={method} cannot carry a body; write one of {', '.join(_METHODS)}.")
        _check_url(url)
        self._endpoint = Endpoint(
            url, setting="model.url", concurrency=concurrency, timeout=timeout, max_retries=max_retries, method=method
        )
        self.name, self.concurrency, self._method = name, concurrency, method
        self._body = {"message": "{prompt}"} if body is None else body
        self._takes_history, self._takes_system = _check_body(self._body)
        self._reply_path, self._finish_path = reply_path, finish_path
        self._find_reply = _compiled(reply_path, "model.reply_path") if reply_path else None
        self._find_finish = _compiled(finish_path, "model.finish_path") if finish_path else None
        self._headers = {key: str(value) for key, value in (headers or {}).items()}
        self._headers_env = dict(headers_env or {})
        _check_headers(self._headers, self._headers_env)
        self.secrets()  # a secret in the place of its variable's name is told now, not at the first request

    @property
    def waiting(self) -> int:
        """Requests that wait for their next attempt, for the progress line."""
        return self._endpoint.waiting

    def identity(self) -> dict[str, Any]:
        """Return the address, what is sent and where the reply is read; nothing that comes from the environment."""
        return {
            "backend": "http",
            "name": self.name,
            "url": self._endpoint.url,
            "method": self._method,
            "headers": self._headers,
            "body": self._body,
            "reply_path": self._reply_path,
            "finish_path": self._finish_path,
        }

    def secrets(self) -> Sequence[str]:
        """Return the values of the secret headers, and each also without its scheme ("Bearer …")."""
        values = from_environment(self._headers_env, "model.headers_env").values()
        return tuple(part for value in values for part in (value, *value.split(maxsplit=1)[1:]))

    async def open(self) -> None:
        """Open the connection pool."""
        found = from_environment(self._headers_env, "model.headers_env")
        for header, variable in self._headers_env.items():
            if header not in found:
                raise ModelError(f"{variable} is not set; export the value of the header {header} in it.")
            if not found[header].isprintable():
                raise ModelError(
                    f"{variable} cannot be sent as the header {header}: it holds a line break or the like."
                )
        await self._endpoint.open(self._headers | found)

    async def reply(self, request: Request) -> Completion:
        """Answer one request, trying again after passing faults."""
        body = json.dumps(self._filled(request.messages), ensure_ascii=False).encode("utf-8", "replace")
        return await self._endpoint.ask(body, self._read, self._refuse)

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()

    def _filled(self, messages: Sequence[Message]) -> Any:
        """Return the body with the slots filled."""
        system = "\n\n".join(each["content"] for each in messages if each["role"] == "system")
        if system and not self._takes_system and not self._takes_history:
            raise ModelError(
                'model.body has no place for the system prompt; put "{system}" or "{messages}" into it, '
                "or leave system_prompt out where the bot has its own."
            )
        prompt = next((each["content"] for each in reversed(messages) if each["role"] == "user"), "")
        history = [dict(each) for each in messages if each["role"] != "system" or not self._takes_system]
        texts = {"prompt": prompt, "system": system}

        def fill(value: Any) -> Any:
            if isinstance(value, Mapping):
                return {key: fill(each) for key, each in value.items()}
            if isinstance(value, list | tuple):
                return [fill(each) for each in value]
            if value == "{messages}":
                return history
            # One pass: a person who writes "{system}" is quoted, not expanded.
            return _SLOT.sub(lambda found: texts[found[1]], value) if isinstance(value, str) else value

        return fill(self._body)

    def _read(self, raw: bytes) -> Completion:
        """Return the reply that an answer carries."""
        if self._find_reply is None:
            return Completion(raw.decode("utf-8", "replace"))
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError):
            raise RequestFailed(f"The answer is not JSON; {self._came(raw)}") from None
        finish = (
            next((each for each in self._find_finish(answer) if each is not None), None) if self._find_finish else None
        )
        reason = None if finish is None else str(finish)
        withheld = (reason or "").casefold() in _WITHHELD
        texts = self._find_reply(answer)
        if not withheld and not (texts and all(isinstance(each, str) for each in texts)):
            found = "no text there" if texts else "nothing"
            raise RequestFailed(f"model.reply_path={self._reply_path} finds {found}; {self._came(raw)}")
        return Completion(
            text="\n".join(each for each in texts if isinstance(each, str)),
            status="refused" if withheld else "ok",
            finish_reason="length" if (reason or "").casefold() in _CUT else reason,
        )

    def _came(self, raw: bytes) -> str:
        came = " ".join(raw.decode("utf-8", "replace").split())[:200]
        return f"{self._endpoint.host} sent: {came or 'nothing'}"

    def _refuse(self, status: int, raw: bytes, headers: Mapping[str, str]) -> Completion:
        """Turn an answer that is no 200 into a result or the right error."""
        if 200 <= status < 300:
            return self._read(raw)  # some frameworks answer every POST with 201
        told = f"{self._endpoint.host} answered {status}: {error_of(raw)[1]}"
        if status in (401, 403):
            names = ", ".join(self._headers_env.values())
            remedy = f"Check what {names} holds" if names else "Name the variable of its key"
            raise ModelError(
                f"{told} {remedy} (model.headers_env={{HEADER: VARIABLE}}; the variable has the whole value)."
            )
        if status == 404:
            raise ModelError(f"{told} Check model.url={self._endpoint.url}.")
        if status in PASSING:
            raise Passing(told, retry_after(headers))
        raise RequestFailed(told)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, str):
        yield value


def _check_body(body: Any) -> tuple[bool, bool]:
    """Return whether the body takes the history, and whether it takes the system prompt."""
    texts = list(_strings(body))
    if any(_looks_secret("", each) for each in texts):
        raise UsageError("model.body holds what looks like a secret, and it is recorded; send it by model.headers_env.")
    slots = {found[1] for each in texts for found in _SLOT.finditer(each)}
    if "{messages}" not in texts and "prompt" not in slots:
        raise UsageError(
            'model.body never says what the person wrote; put "{prompt}" or "{messages}" into it as a value.'
        )
    return "{messages}" in texts, "system" in slots


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UsageError("model.url is no address; write one such as http://127.0.0.1:8000/chat.") from None
    if "@" in parts.netloc or any(_looks_secret(name, value) for name, value in parse_qsl(parts.query)):
        raise UsageError("model.url carries a secret, and it is recorded; send it as a header by model.headers_env.")


def _check_headers(headers: Mapping[str, str], headers_env: Mapping[str, str]) -> None:
    for name in (*headers, *headers_env):
        if not _HEADER_NAME.fullmatch(name):
            raise UsageError(f"model.headers: '{name}' is no name of a header.")
    for name, value in headers.items():
        if name.casefold() == "cookie" or _looks_secret(name, value):
            raise UsageError(
                f"model.headers.{name} looks like a secret, and it is recorded; export its value and write "
                f"model.headers_env={{{name}: VARIABLE}}."
            )
        if not value.isprintable():
            raise UsageError(f"model.headers.{name} holds a line break or the like; write it on one line.")


def _looks_secret(name: str, value: str) -> bool:
    try:
        refuse_secrets([f"{name}={value}" if name else value])
    except UsageError:
        return True
    return False


def _compiled(path: str, setting: str) -> Callable[[Any], list[Any]]:
    """Return the function that finds what `path` names in JSON data."""
    import jsonpath

    try:
        compiled = jsonpath.compile(path, strict=True)
    except jsonpath.JSONPathError as error:
        # Its str() draws the place over several lines, and fails for an empty path.
        raise UsageError(
            f"{setting}={path} is no JSONPath ({error.args[0] if error.args else 'unreadable'}); write one such as "
            "$.data.reply or $.choices[0].message.content."
        ) from None

    def find(data: Any) -> list[Any]:
        try:
            return compiled.findall(data)
        except (jsonpath.JSONPathError, RecursionError):  # data nested deeper than the library goes
            return []

    return find
