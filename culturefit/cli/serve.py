"""`culturefit serve`: offers a configured model as an OpenAI-compatible endpoint on this machine."""

from __future__ import annotations

import argparse
import asyncio
import ipaddress
import json
import signal
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from culturefit.errors import CulturefitError, RequestFailed, UsageError
from culturefit.models.base import Completion, Model, Request, Sampling, redact

if TYPE_CHECKING:
    from aiohttp import web

__all__ = ["main"]

#: Overrides that mean something here: the model, and what a request that does not say so is asked with.
_TAKEN = ("model", "sampling", "seed")
#: Fields that would change the reply and that no backend is handed; a request with one is refused, not half obeyed.
_NOT_OFFERED = (
    "tools", "functions", "response_format", "stop", "logit_bias", "logprobs", "frequency_penalty", "presence_penalty",
)  # fmt: skip
#: Seconds that replies under way get when the server ends.
_GRACE = 5.0


def main(argv: Sequence[str]) -> int:
    """Serve until SIGINT or SIGTERM and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="culturefit serve", description=__doc__,
        epilog="POST /v1/chat/completions (not streamed), GET /v1/models, GET /health. No key is asked for. "
        "Example: culturefit serve model=embedded model.slots=4 --port 8080",
    )  # fmt: skip
    parser.add_argument(
        "overrides", nargs="*", metavar="KEY=VALUE", help="as in `culturefit run`: model=…, model.…, sampling.…, seed"
    )
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8080, help="0 = any that is free (default: 8080)")
    parser.add_argument(
        "--config-dir", type=Path, metavar="DIR", help="a folder of your own configs: DIR/model/mybot.yaml"
    )
    options = parser.parse_intermixed_args(argv)
    if not 0 <= options.port <= 65535:
        raise UsageError(f"--port {options.port} is no port; write one from 0 to 65535.")
    model, sampling = _configured(options.overrides, options.config_dir)
    asyncio.run(_serve(model, sampling, options.host, options.port))
    return 0


def _configured(overrides: Sequence[str], config_dir: Path | None) -> tuple[Model, Sampling]:
    """Return the model and the sampling for requests that name none."""
    from culturefit.cli.compose import composed, make_part
    from culturefit.run.settings import Settings
    from culturefit.secrets import refuse_secrets

    refuse_secrets(overrides)
    for each in overrides:
        name = each.partition("=")[0].lstrip("+~").partition("@")[0]
        if name.partition(".")[0] not in _TAKEN:
            raise UsageError(f"'{name}' is nothing that `culturefit serve` uses; it takes {', '.join(_TAKEN)}.")
    data = composed(overrides, config_dir)
    settings = Settings.check({name: data[name] for name in ("sampling", "seed")})
    model: Model = make_part("model", data["model"])
    return model, settings.sampling_for(1)


async def _serve(model: Model, sampling: Sampling, host: str, port: int) -> None:
    """Answer requests until a signal; a second one drops what is under way."""
    from aiohttp import web

    ended, loop = asyncio.Event(), asyncio.get_running_loop()

    def end() -> None:
        ended.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    await model.open()
    runner = web.AppRunner(_application(model, sampling), access_log=None, shutdown_timeout=_GRACE)
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, end)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise UsageError(
                f"{host} port {port} cannot be listened on ({error.strerror or error}); try another --port, or 0 for any."
            ) from None
        if not _is_loopback(host):
            sys.stderr.write(f"Whoever reaches {host} can use this model: no key is asked for.\n")
        at = f"[{host}]" if ":" in host else host
        sys.stdout.write(f"Serving {model.name} at http://{at}:{runner.addresses[0][1]}/v1\n")
        sys.stdout.flush()
        await ended.wait()
    finally:
        await runner.cleanup()
        await model.close()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _Message(BaseModel):
    model_config = ConfigDict(strict=True)

    role: Literal["system", "user", "assistant"]
    content: str


class _Chat(BaseModel):
    """The fields of a chat completion request that are heeded; null stands for a field that is not there."""

    model_config = ConfigDict(strict=True, extra="allow")

    messages: Annotated[list[_Message], Field(min_length=1)]
    model: str | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    seed: int | None = None
    n: int | None = None
    stream: bool | None = None

    def request(self, default: Sampling) -> Request:
        """Return what the model is asked; `default` gives what the request leaves open."""

        def first(*values: Any) -> Any:
            return next(value for value in values if value is not None)

        return Request(
            tuple({"role": each.role, "content": each.content} for each in self.messages),
            Sampling(
                temperature=float(first(self.temperature, default.temperature)),
                top_p=float(first(self.top_p, default.top_p)),
                max_tokens=first(self.max_completion_tokens, self.max_tokens, default.max_tokens),
                seed=first(self.seed, default.seed),
            ),
        )


class _Refused(Exception):  # noqa: N818 - an answer, not a fault of the program
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, kind: str = "invalid_request_error", code: str | None = None) -> None:
        super().__init__(message)
        self.status, self.kind, self.code = status, kind, code


def _application(model: Model, sampling: Sampling) -> web.Application:
    from aiohttp import web

    slots, started = asyncio.Semaphore(model.concurrency), int(time.time())

    async def chat(request: web.Request) -> web.Response:
        # A page in a browser can send anything but this type to a neighbour's port without asking first.
        if request.content_type != "application/json":
            raise _Refused(400, "Content-Type must be application/json.")
        asked = _read(await request.read(), model.name)
        async with slots:
            try:
                completion = await model.reply(asked.request(sampling))
            except CulturefitError as error:
                status, kind = (502, "upstream_error") if isinstance(error, RequestFailed) else (500, "model_error")
                raise _Refused(status, redact(str(error), model.secrets()), kind) from None
        return web.json_response(_answer(completion, model.name))

    async def models(_: web.Request) -> web.Response:
        entry = {"id": model.name, "object": "model", "created": started, "owned_by": "culturefit"}
        return web.json_response({"object": "list", "data": [entry]})

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    @web.middleware
    async def tell(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Turn every refusal, also those of aiohttp's own (404, 405, 413), into the error that clients expect."""
        try:
            return await handler(request)
        except _Refused as error:
            refused = error
        except web.HTTPException as error:
            refused = _Refused(error.status, f"{request.method} {request.path}: {error.reason}.")
        told = {"message": str(refused), "type": refused.kind, "code": refused.code}
        return web.json_response({"error": told}, status=refused.status)

    app = web.Application(middlewares=[tell])
    app.router.add_post("/v1/chat/completions", chat)
    app.router.add_get("/v1/models", models)
    app.router.add_get("/health", health)
    return app


def _read(raw: bytes, served: str) -> _Chat:
    """Return the request that a body holds, or refuse it and name the field."""
    try:
        asked = _Chat.model_validate(json.loads(raw))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "the body"
        raise _Refused(400, f"{name}: {first['msg']}.") from None
    except (ValueError, RecursionError):
        raise _Refused(400, "The body is not JSON.") from None
    if asked.stream:
        raise _Refused(400, "stream: replies are sent whole here; leave it out or set it to false.")
    if asked.n not in (None, 1):
        raise _Refused(400, "n: one reply per request; ask again with another seed.")
    if extra := next((each for each in _NOT_OFFERED if (asked.model_extra or {}).get(each)), None):
        raise _Refused(400, f"{extra}: is not offered here, and without it the reply would be another; leave it out.")
    if asked.model not in (None, served):
        raise _Refused(404, f"model: '{asked.model}' is not served here, '{served}' is.", code="model_not_found")
    return asked


def _answer(completion: Completion, name: str) -> dict[str, Any]:
    """Return a completion as the endpoint sends it; usage is null where the backend counts no tokens."""
    finish = "length" if completion.finish_reason == "length" else "stop"
    usage = None
    if completion.prompt_tokens is not None and completion.completion_tokens is not None:
        usage = {
            "prompt_tokens": completion.prompt_tokens,
            "completion_tokens": completion.completion_tokens,
            "total_tokens": completion.prompt_tokens + completion.completion_tokens,
        }
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": name,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": completion.text},
                "finish_reason": "content_filter" if completion.status == "refused" else finish,
            }
        ],
        "usage": usage,
    }
