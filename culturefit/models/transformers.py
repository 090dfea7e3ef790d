"""Any causal language model with a chat template, run in this process by transformers and torch, in batches.

Replies asked for at the same time are gathered, sorted by length and cut into batches, so that little of a batch is
padding; four batches' worth is asked for at once, so that there is something to sort.

What changes a reply and what does not:

- A batch may change the text now and then, at temperature 0 too: sums are taken in another order, and padding stands
  before the shorter prompts. In float32 that is rare, in bfloat16 and float16 common. `batch_size: 1` keeps it out.
- A seed belongs to a request, not to a batch: each row of a batch is drawn with a generator of its own, made from the
  request's seed and its prompt, so it does not matter what else is in the batch, but for the rounding just named.
- Temperature and top_p are the run's. Of the model's own generation config the stop tokens and the penalties (such as
  repetition_penalty) are kept and its other samplers (top_k, min_p) are left out, since no other backend has them.
- A template without a system role (it raises, or drops the message) gets the system message at the head of the first
  user message, an empty line between them.

The model runs on one device. One that needs several is better served beside the run (vLLM) and asked over `openai`.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import re
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from culturefit.errors import ModelError, RequestFailed
from culturefit.models.base import Completion, Message, Request
from culturefit.models.drawing import Draw
from culturefit.models.hub import Source, one_line

__all__ = ["Transformers"]

_DTYPES = ("auto", "float32", "bfloat16", "float16")
#: Batches asked for at once.
_AHEAD = 4
#: Seconds without a new request after which a batch is made of those that wait.
_SETTLED_S = 0.02
_CLOSED = "The model was closed before it answered."


@dataclass(eq=False, slots=True)
class _Asked:
    """A request on its way: its prompt's token ids, and the tokens that may be written."""

    request: Request
    answer: asyncio.Future[Completion]
    ids: list[int] = field(default_factory=list)
    limit: int = 0


class Transformers:
    """A chat model run by transformers.

    Code from a model's repository is never run (`trust_remote_code` is off). In a Completion, `completion_tokens` counts
    the stop token, and `extra` says how many requests shared the batch and how many tokens its prompts were padded to.

    Args:
        path: a folder that `save_pretrained` wrote, a GGUF file (its weights are turned into plain ones in memory), or
            the id of a model on the Hugging Face hub.
        name: what reports call it; the last part of `path` if None.
        revision: branch, tag or commit of a hub model; it is resolved to its commit, which is recorded.
        gguf_file: the GGUF file's name where `path` is a hub id or a folder.
        dtype: auto (as the weights were saved; float32 for GGUF), float32, bfloat16 or float16.
        device: auto (cuda, else mps, else cpu), or a name that torch knows.
        batch_size: requests in one batch. Where memory runs out it is halved for the rest of the run.
        threads: CPU threads of torch; None = as torch chooses.
        template_args: further variables of the chat template.
    """

    def __init__(
        self, path: str, name: str | None = None, revision: str | None = None, gguf_file: str | None = None,
        dtype: str = "auto", device: str = "auto", batch_size: int = 8, threads: int | None = None,
        template_args: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        if batch_size < 1:
            raise ModelError(f"model.batch_size is {batch_size}; it must be 1 or more.")
        if dtype not in _DTYPES:
            raise ModelError(f"model.dtype={dtype} is not known; use one of {', '.join(_DTYPES)}.")
        self.name, self.concurrency = name or Path(path).name or path, _AHEAD * batch_size
        self._source = Source(path, revision, gguf_file)
        self._dtype, self._device, self._threads = dtype, device, threads
        self._batch_size = self._fits = batch_size
        self._template_args = dict(template_args or {})
        self._torch: Any = None
        self._transformers: Any = None
        self._tokenizer: Any = None
        self._model: Any = None
        self._context: int | None = None
        self._stops: list[int] = []
        self._pad = 0
        self._takes_system = True
        self._waiting: list[_Asked] = []
        self._arrived = asyncio.Event()
        self._leaving = threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._collector: asyncio.Task[None] | None = None

    def identity(self) -> dict[str, Any]:
        """Return the weights' checksum (local) or hub id and commit, and the settings that change the text."""
        return {
            "backend": "transformers",
            "name": self.name,
            **self._source.origin(),
            "dtype": self._dtype,
            "template_args": self._template_args,
            "repeatable": self._batch_size == 1,
        }

    def secrets(self) -> Sequence[str]:
        """Return the hub token, if one is set; it is only needed for models behind a licence."""
        return tuple(filter(None, (os.environ.get("HF_TOKEN"),)))

    async def open(self) -> None:
        """Load tokenizer and weights; from the hub they are fetched once and cached."""
        for package in self._needed():
            if importlib.util.find_spec(package) is None:
                raise ModelError(f"The transformers backend needs {package}; install culturefit[torch].")
        await asyncio.to_thread(self._load)
        self._leaving.clear()
        self._arrived = asyncio.Event()  # an event stays with the loop in which it was first awaited
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="transformers")
        self._collector = asyncio.create_task(self._collect(self._pool))

    async def reply(self, request: Request) -> Completion:
        """Answer one request together with those that wait beside it."""
        asked = _Asked(request, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        self._arrived.set()
        return await asked.answer

    async def close(self) -> None:
        """Stop after the token under way and let go of the weights."""
        self._leaving.set()
        if self._collector is not None:
            self._collector.cancel()
            await asyncio.gather(self._collector, return_exceptions=True)
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown)
        _fail(self._waiting, _CLOSED)
        self._waiting = []
        self._model = self._tokenizer = self._collector = None
        self._free()

    # What is loaded

    def _needed(self) -> list[str]:
        """Return the packages without which nothing can be loaded."""
        return ["torch", "transformers", "jinja2", *(["gguf", "accelerate"] if self._source.place()[1] else [])]

    def _load(self) -> None:
        place, gguf, local = self._source.place()
        where: dict[str, Any] = {"trust_remote_code": False}
        if gguf:
            where["gguf_file"] = gguf
        if not local:
            where["revision"] = self._source.origin()["revision"]
        try:
            torch, transformers = importlib.import_module("torch"), importlib.import_module("transformers")
            transformers.logging.set_verbosity_error()
            transformers.logging.disable_progress_bar()
            if self._threads:
                torch.set_num_threads(self._threads)
            if self._device == "auto":
                found = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
                self._device = found
            dtype = self._dtype if self._dtype == "auto" else getattr(torch, self._dtype)
            tokenizer = transformers.AutoTokenizer.from_pretrained(place, **where)
            model = transformers.AutoModelForCausalLM.from_pretrained(place, dtype=dtype, **where)
            model = model.to(self._device).eval()
        except Exception as error:  # files cut short, an architecture it does not know, no such device, no memory
            raise ModelError(
                f"model.path={self._source.path} could not be loaded ({type(error).__name__}: {one_line(error)}); "
                f"check model.path, model.device={self._device} and model.dtype={self._dtype}."
            ) from error
        if not tokenizer.chat_template:
            raise ModelError(f"model.path={self._source.path} has no chat template; give the variant made for chat.")
        self._take(torch, transformers, tokenizer, model)

    def _take(self, torch: Any, transformers: Any, tokenizer: Any, model: Any) -> None:
        """Make ready what was loaded."""
        self._torch, self._transformers, self._tokenizer, self._model = torch, transformers, tokenizer, model
        self._context = getattr(model.config.get_text_config(), "max_position_embeddings", None)
        own = model.generation_config.eos_token_id
        stops = {tokenizer.eos_token_id, *(own if isinstance(own, list) else [own])}
        self._stops = sorted(stop for stop in stops if stop is not None)
        pads = (tokenizer.pad_token_id, *self._stops, 0)
        self._pad = next(pad for pad in pads if pad is not None)
        self._takes_system = self._shows_system()

    # What is asked

    def _shows_system(self) -> bool:
        mark = "7f3e-system"
        try:
            return mark in self._render([{"role": "system", "content": mark}, {"role": "user", "content": "Hello."}])
        except Exception:  # templates raise what they like at a role they do not know
            return False

    def _render(self, messages: Sequence[Message]) -> str:
        plain = [dict(message) for message in messages]
        text: str = self._tokenizer.apply_chat_template(
            plain, tokenize=False, add_generation_prompt=True, **self._template_args
        )
        return text

    def _prepare(self, asked: _Asked) -> None:
        """Turn the messages into tokens; what cannot be asked raises RequestFailed."""
        messages = asked.request.messages
        try:
            text = self._render(messages if self._takes_system else _without_system(messages))
        except Exception as error:  # templates raise what they like at an order of roles they do not know
            raise RequestFailed(
                f"The chat template of {self.name} refuses these messages: {one_line(error)}"
            ) from error
        # The template has written the special tokens already.
        asked.ids = self._tokenizer(text, add_special_tokens=False)["input_ids"]
        asked.limit = asked.request.sampling.max_tokens
        if self._context is not None:
            asked.limit = min(asked.limit, self._context - len(asked.ids))
        if asked.limit < 1:
            raise RequestFailed(
                f"The prompt has {len(asked.ids)} tokens and {self.name} holds {self._context} with the reply; "
                "shorten it, or use a model that holds more."
            )

    # How it is answered

    async def _collect(self, pool: ThreadPoolExecutor) -> None:
        """Answer what waits, again and again; all of torch's work is done in the pool's one thread."""
        while True:
            await self._arrived.wait()
            seen = 0
            while seen != len(self._waiting) < self.concurrency:
                seen = len(self._waiting)
                await asyncio.sleep(_SETTLED_S)
            taken, self._waiting = self._waiting, []
            self._arrived.clear()
            try:
                await self._answer(pool, taken)
            finally:  # whatever happened, nobody is left waiting
                _fail(taken, _CLOSED)

    async def _answer(self, pool: ThreadPoolExecutor, taken: Sequence[_Asked]) -> None:
        loop = asyncio.get_running_loop()
        queue = await loop.run_in_executor(pool, self._prepare_all, taken)
        while queue := [asked for asked in queue if not asked.answer.done()]:
            batch = self._cut(queue)
            found: Sequence[Completion] = ()
            try:
                found = await loop.run_in_executor(pool, self._generate, batch)
            except Exception as error:  # whatever torch raises fails these requests, not the run
                if not self._is_out_of_memory(error):
                    _fail(batch, f"transformers raised {type(error).__name__}: {one_line(error)}.")
                elif len(batch) == 1:
                    _fail(batch, self._too_much(batch[0]))
                else:
                    self._fits = len(batch) // 2  # the queue still holds them: they go again in smaller batches
            if not found:
                self._free()  # only here: the exception held on to what had been allocated
            for asked, completion in zip(batch, found, strict=False):
                if not asked.answer.done():
                    asked.answer.set_result(completion)

    def _prepare_all(self, taken: Sequence[_Asked]) -> list[_Asked]:
        """Return those that can be asked, the longest first, so that memory runs out early or not at all."""
        ready = []
        for asked in taken:
            try:
                self._prepare(asked)
            except Exception as error:  # it must reach the one who waits, whatever it is
                words = str(error) if isinstance(error, RequestFailed) else f"{type(error).__name__}: {one_line(error)}"
                asked.answer.get_loop().call_soon_threadsafe(_fail, [asked], words)
            else:
                ready.append(asked)
        return sorted(ready, key=lambda asked: (asked.limit, len(asked.ids)), reverse=True)

    def _cut(self, queue: Sequence[_Asked]) -> list[_Asked]:
        """Return the next batch. Its requests share one limit, so that none is carried past the end of the context."""
        return [asked for asked in queue[: self._fits] if asked.limit == queue[0].limit]

    def _too_much(self, asked: _Asked) -> str:
        return (
            f"Memory ran out on {self._device} for one request of {len(asked.ids) + asked.limit} tokens; use a smaller "
            "max_tokens, model.dtype=bfloat16 or a smaller model."
        )

    def _generate(self, batch: Sequence[_Asked]) -> list[Completion]:
        torch = self._torch
        width = max(len(asked.ids) for asked in batch)
        ids = torch.tensor([[self._pad] * (width - len(asked.ids)) + asked.ids for asked in batch])
        mask = torch.tensor([[0] * (width - len(asked.ids)) + [1] * len(asked.ids) for asked in batch])
        processors = self._transformers.LogitsProcessorList()
        if any(asked.request.sampling.temperature > 0 for asked in batch):
            rows = [(asked.request.sampling, asked.ids) for asked in batch]
            processors.append(Draw(torch, rows, self._device))
        stopping = self._transformers.StoppingCriteriaList([_Dropped(torch, batch, self._leaving)])
        with torch.inference_mode():
            out = self._model.generate(
                input_ids=ids.to(self._device),
                attention_mask=mask.to(self._device),
                max_new_tokens=batch[0].limit,
                do_sample=False,  # Draw has drawn: what it leaves has one most likely token
                num_beams=1,
                eos_token_id=self._stops or None,
                pad_token_id=self._pad,
                logits_processor=processors,
                stopping_criteria=stopping,
                tokenizer=self._tokenizer,
            )
        shared = {"batch": len(batch), "padded_to": width}
        return [self._read(asked, tokens, shared) for asked, tokens in zip(batch, out[:, width:].tolist(), strict=True)]

    def _read(self, asked: _Asked, tokens: list[int], shared: Mapping[str, Any]) -> Completion:
        """Return the completion in a row, which goes on with padding after its stop token."""
        ends = {*self._stops, self._pad}
        length = next((place for place, token in enumerate(tokens) if token in ends), None)
        text = self._tokenizer.decode(tokens[:length], skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return Completion(
            text=text,
            finish_reason="length" if length is None and len(tokens) >= asked.limit else "stop",
            prompt_tokens=len(asked.ids),
            completion_tokens=len(tokens) if length is None else length + 1,
            extra=shared,
        )

    def _is_out_of_memory(self, error: BaseException) -> bool:
        # CUDA has a class of its own; MPS and the CPU raise a RuntimeError and say it in words.
        told = isinstance(error, RuntimeError) and re.search(r"out of memory|can't allocate memory", str(error))
        return bool(told) or isinstance(error, (MemoryError, self._torch.OutOfMemoryError))

    def _free(self) -> None:
        if self._torch is not None and self._device.startswith("cuda"):
            self._torch.cuda.empty_cache()


class _Dropped:
    """Ends the rows whose request was dropped, and every row once the model is being closed."""

    def __init__(self, torch: Any, batch: Sequence[_Asked], leaving: threading.Event) -> None:
        self._torch, self._batch, self._leaving = torch, batch, leaving

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:
        over = [self._leaving.is_set() or asked.answer.cancelled() for asked in self._batch]
        return self._torch.tensor(over, device=input_ids.device)


def _fail(batch: Sequence[_Asked], words: str) -> None:
    for asked in batch:
        if not asked.answer.done():
            asked.answer.set_exception(RequestFailed(words))


def _without_system(messages: Sequence[Message]) -> list[Message]:
    """Return the messages with the system's words at the head of the first user message."""
    system = [message["content"] for message in messages if message["role"] == "system"]
    others: list[Message] = [message for message in messages if message["role"] != "system"]
    for place, message in enumerate(others):
        if message["role"] == "user":
            others[place] = {"role": "user", "content": "\n\n".join([*system, message["content"]])}
            break
    return others
