"""The default model: a small GGUF model run in this process by llama.cpp (through xllamacpp), offline.

Several slots share one pass over the weights, which makes the run faster and, at temperature 0 too, changes the text
now and then from one run to the next: sums are taken in another order. `slots: 1` with `cache_prompt: false` gives the
same text every time.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets as random_secrets
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from culturefit.errors import ModelError, RequestFailed
from culturefit.models import weights
from culturefit.models.base import Completion, Request

__all__ = ["Embedded"]


class Embedded:
    """A GGUF model in this process.

    Args:
        name: what reports call it.
        path: a GGUF file, or None for the weights of `culturefit fetch embedded`.
        slots: requests answered at once; also what `concurrency` is.
        context: tokens per slot, prompt and reply together.
        threads: CPU threads; None = one per core. They spin while they wait: on a busy machine use 1.
        cache_prompt: reuse the common beginning of prompts; off together with `slots: 1` repeats text exactly.
    """

    def __init__(
        self, name: str, path: str | None = None, slots: int = 8, context: int = 2048,
        threads: int | None = None, cache_prompt: bool = True,
    ) -> None:  # fmt: skip
        if slots < 1:
            raise ModelError(f"model.slots is {slots}; it must be 1 or more.")
        self.name, self.concurrency = name, slots
        self._path, self._context, self._threads, self._cache = path, context, threads, cache_prompt
        self._server: Any = None
        self._pool: ThreadPoolExecutor | None = None
        self._digest: str | None = None

    def identity(self) -> dict[str, Any]:
        """Return the file's checksum and the settings that change the text."""
        return {
            "backend": "embedded",
            "name": self.name,
            "file": self._file_digest(),
            "context": self._context,
            "repeatable": self.concurrency == 1 and not self._cache,
        }

    def secrets(self) -> Sequence[str]:
        """Return nothing: it needs no key."""
        return ()

    async def open(self) -> None:
        """Load the weights (under a second)."""
        path = self._file()
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_parallel = self.concurrency
        params.n_ctx = self._context * self.concurrency
        params.cpuparams.n_threads = self._threads or os.cpu_count() or 1
        params.cache_prompt = self._cache
        params.verbosity = 0
        # The library opens an HTTP port on loopback by itself; a key that nobody knows keeps neighbours out.
        params.api_keys = [random_secrets.token_hex(16)]
        try:
            self._server = await asyncio.to_thread(xllamacpp.Server, params)
        except Exception as error:  # the binding raises bare exceptions with llama.cpp's words
            raise ModelError(f"{path} could not be loaded as a GGUF model ({error}); check model.path.") from error
        self._pool = ThreadPoolExecutor(self.concurrency, thread_name_prefix="embedded")

    async def reply(self, request: Request) -> Completion:
        """Answer one request in a thread of its own."""
        body = {
            "messages": [dict(message) for message in request.messages],
            "temperature": request.sampling.temperature,
            "top_p": request.sampling.top_p,
            "max_tokens": request.sampling.max_tokens,
            "seed": request.sampling.seed % 2**32,
            "cache_prompt": self._cache,
        }
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._pool, self._server.handle_chat_completions, body)
        except RuntimeError as error:
            raise RequestFailed(f"llama.cpp answered with an error: {error}") from error
        if "choices" not in answer:
            message = answer.get("error", answer)
            raise RequestFailed(f"llama.cpp answered with an error: {message}")
        choice, usage = answer["choices"][0], answer.get("usage", {})
        return Completion(
            text=choice["message"].get("content") or "",
            finish_reason=choice.get("finish_reason"),
            prompt_tokens=usage.get("prompt_tokens"),
            completion_tokens=usage.get("completion_tokens"),
        )

    async def close(self) -> None:
        """Unload the weights; replies under way are waited for, since llama.cpp cannot be interrupted safely."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        self._server = None

    def _file(self) -> Path:
        if self._path is None:
            return weights.find("embedded")
        path = Path(self._path).expanduser()
        if not path.is_file():
            raise ModelError(f"model.path={self._path} is no file; give the path of a GGUF file.")
        return path

    def _file_digest(self) -> str:
        if self._digest is None:
            path = self._file()
            with contextlib.suppress(KeyError):
                if self._path is None and path.stat().st_size == weights.WEIGHTS["embedded"].size:
                    # Verified when it was fetched; 98 MB need not be read again at every start.
                    self._digest = weights.WEIGHTS["embedded"].digest
            self._digest = self._digest or weights.sha256(path)
        return self._digest
