"""The replies of a test session: from the journal, or asked and kept, by one event loop in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

from culturefit.errors import CulturefitError, ModelError
from culturefit.models.base import Message, Model, Sampling
from culturefit.records import Sample
from culturefit.run.budget import Caps, Ledger, price_of
from culturefit.run.generate import Asker, Conversation, Outcome, Progress
from culturefit.run.settings import Settings
from culturefit.store import Store, identity_digest
from culturefit.testing.limits import Config

__all__ = ["Answers"]


class Answers:
    """Gives the reply to a sample; several are under way at once where more are started before they are waited for.

    Args:
        model: who is asked.
        config: sampling, system prompt, budget and the journal's place.
        root: the folder from which the journal's place counts.
        scope: what shares the budget.
        sampling: of an epoch, where it is not the config's.
        system: the messages before the first, where they are not the config's.
    """

    def __init__(
        self, model: Model, config: Config, root: Path, scope: str, *,
        sampling: Callable[[int], Sampling] | None = None, system: Sequence[Message] | None = None,
    ) -> None:  # fmt: skip
        self.model, self._scope = model, scope
        self.settings = Settings.check({
            "sampling": config.sampling.model_dump(), "seed": config.seed, "system_prompt": config.system_prompt or {},
            "store": {"path": root / config.store},
        })  # fmt: skip
        self._sampling = sampling or self.settings.sampling_for
        self._system = self.settings.system_messages() if system is None else system
        self._caps = Caps(requests=config.budget.requests, tokens=config.budget.tokens)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="culturefit", daemon=True)
        self._asker: Asker | None = None
        self._renewing: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._room = asyncio.Semaphore(model.concurrency)
        # What comes next is started by the thread of the tests and, for judges, by the one in which a reply arrives.
        self._starting = threading.Lock()
        self._under_way: dict[tuple[tuple[str, ...], int], Future[Outcome]] = {}
        self._broken: ModelError | None = None

    def reply(self, sample: Sample) -> Outcome:
        """Return the reply to a sample, kept or asked now.

        Raises:
            ModelError: the model cannot be asked; it is not tried again in this session.
            CulturefitError: the budget is used up, or the journal cannot be written.
        """
        return self.expect(sample).result()

    def expect(self, sample: Sample) -> Future[Outcome]:
        """Start asking what will be needed next."""
        return self.start(Conversation(sample.turns, sample.epoch, [sample]))

    def close(self) -> None:
        """Drop what is under way and let go of the model and the journal."""
        if self._thread.is_alive():
            with suppress(CulturefitError):
                asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(30)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def start(self, conversation: Conversation) -> Future[Outcome]:
        """Start a conversation, once, and return what gives its outcome."""
        key = (conversation.turns, conversation.epoch)
        with self._starting:
            if not self._thread.is_alive():
                self._thread.start()
            if key not in self._under_way:
                self._under_way[key] = asyncio.run_coroutine_threadsafe(self._converse(conversation), self._loop)
            return self._under_way[key]

    async def _converse(self, conversation: Conversation) -> Outcome:
        async with self._lock:
            if self._asker is None:
                self._asker = self._made()
                self._renewing = asyncio.create_task(self._asker.renew())
        async with self._room:
            if self._broken is not None:
                raise self._broken
            try:
                return await self._asker.converse(conversation)
            except ModelError as error:
                self._broken = error
                raise

    def _made(self) -> Asker:
        """Open the journal, in the thread that uses it."""
        identity = self.model.identity()
        store = Store(self.settings.store.path)
        ledger = Ledger(store, self._scope, self._caps, price_of(self.model.name, identity["backend"], {}, self._caps))
        return Asker(
            self.model, store, self._sampling, self._system, Progress(0), ledger,
            identity_digest(identity),
        )  # fmt: skip

    async def _close(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if self._asker is not None:
            if self._asker.opened:
                await self._asker.model.close()
            self._asker.store.close()
