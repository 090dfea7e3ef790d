"""The user's own chatbot: a Python function that gets the messages and returns the reply."""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from culturefit.errors import ModelError, RequestFailed, unknown
from culturefit.models.base import Completion, Request
from culturefit.models.fingerprint import function_digest

__all__ = ["CallableModel"]


class CallableModel:
    """Calls `function(messages) -> str`, plain or async.

    `messages` is a list of {"role", "content"}. A function with a second parameter named `request` also gets the
    Request, with the sampling and the epoch. An exception it raises fails that one request with the exception's words.

    Args:
        function: "module:name" (the working directory is on the path), "path/to/file.py:name", or the function itself.
        name: what reports call it; the function's name if None.
        version: raise it when the bot changes elsewhere than in the function's file; kept replies are then not reused.
        concurrency: calls at once; plain functions run in threads.
    """

    def __init__(
        self, function: str | Callable[..., Any], name: str | None = None, version: str = "1", concurrency: int = 8
    ) -> None:
        self._version, self.concurrency = version, concurrency
        self._by_name = isinstance(function, str)
        self._function = _load(function) if isinstance(function, str) else function
        called = getattr(self._function, "__name__", type(self._function).__name__)
        self._spec = function if isinstance(function, str) else f"{getattr(function, '__module__', '?')}:{called}"
        self.name = name or called
        self._wants_request = "request" in inspect.signature(self._function).parameters
        self._pool: ThreadPoolExecutor | None = None

    def identity(self) -> dict[str, Any]:
        """Return the function's place and the checksum of its file, so that a changed bot is asked anew."""
        found = {
            "backend": "callable",
            "name": self.name,
            "function": self._spec,
            "file": _file_digest(self._function),
            "version": self._version,
        }
        # A function that was handed over may be a cell of a notebook or a closure: its file and name do not tell it.
        return found if self._by_name else found | {"code": function_digest(self._function)}

    def secrets(self) -> Sequence[str]:
        """Return nothing: what the function knows is its own."""
        return ()

    async def open(self) -> None:
        """Start the threads for plain functions."""
        self._pool = ThreadPoolExecutor(self.concurrency, thread_name_prefix="callable")

    async def reply(self, request: Request) -> Completion:
        """Call the function."""
        messages = [dict(message) for message in request.messages]
        extra: Mapping[str, Any] = {"request": request} if self._wants_request else {}
        try:
            if inspect.iscoroutinefunction(self._function):
                text = await self._function(messages, **extra)
            else:
                loop = asyncio.get_running_loop()
                text = await loop.run_in_executor(self._pool, lambda: self._function(messages, **extra))
                if inspect.isawaitable(text):
                    text = await text
        except Exception as error:  # the user's code may raise anything; it fails this request, not the run
            raise RequestFailed(f"{self._spec} raised {type(error).__name__}: {error}") from error
        if not isinstance(text, str):
            raise RequestFailed(f"{self._spec} returned {type(text).__name__}; it must return the reply as a string.")
        return Completion(text, finish_reason="stop")

    async def close(self) -> None:
        """Let the threads go; calls under way end by themselves."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _file_digest(function: Callable[..., Any]) -> str | None:
    """Return the sha256 of the file that a function stands in; None where there is none, as in a notebook."""
    try:
        source = inspect.getsourcefile(inspect.unwrap(function))
    except TypeError:  # an object that is called, or a builtin
        source = None
    return hashlib.sha256(Path(source).read_bytes()).hexdigest() if source and Path(source).is_file() else None


def _load(spec: str) -> Callable[..., Any]:
    place, _, name = spec.rpartition(":")
    if not place or not name:
        raise ModelError(f"model.function={spec} names no function; write module:function or path/to/file.py:function.")
    try:
        module = _module_from_file(Path(place)) if place.endswith(".py") else _module_by_name(place)
    except ModelError:
        raise
    except Exception as error:  # importing runs the user's code
        raise ModelError(f"model.function={spec}: importing it raised {type(error).__name__}: {error}.") from error
    functions = {each: value for each, value in vars(module).items() if callable(value) and not each.startswith("_")}
    if name not in functions:
        raise unknown("function", name, functions)
    found: Callable[..., Any] = functions[name]
    return found


def _module_by_name(name: str) -> Any:
    if str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    return importlib.import_module(name)


def _module_from_file(path: Path) -> Any:
    if not path.is_file():
        raise ModelError(f"model.function: {path} is no file.")
    spec = importlib.util.spec_from_file_location(f"culturefit_user_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ModelError(f"model.function: {path} cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
