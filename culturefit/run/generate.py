"""Asks a model: so many requests in flight, every reply journalled as it arrives, results handed on in order."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from culturefit.errors import CulturefitError, ModelError, RequestFailed
from culturefit.models.base import Completion, Message, Model, Request, Sampling, redact
from culturefit.records import Reply, Sample, well_formed
from culturefit.run.budget import BudgetReached, Ledger
from culturefit.run.faults import Faults, gave_up
from culturefit.store import LEASE_S, Store, identity_digest, request_key

__all__ = ["Asker", "Conversation", "End", "Outcome", "Progress", "ask_all", "conversations"]

End = Literal["complete", "budget", "stopped"]

#: How often to look whether a reply that another process is asking for has come.
_POLL_S = 0.1
_LONGEST_REASON = 200


@dataclass(slots=True)
class Conversation:
    """What is asked once: the person's turns, and the samples that share them."""

    turns: tuple[str, ...]
    epoch: int
    samples: list[Sample] = field(default_factory=list)
    #: Its place in the run.
    number: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """A conversation's end: the reply to its last turn, and the messages that led there."""

    conversation: Conversation
    reply: Reply
    messages: Sequence[Message]


class Progress:
    """Counts of a run as it goes. `done` are conversations; `asked` and `reused` are requests."""

    def __init__(self, total: int) -> None:
        self.total, self.started = total, time.monotonic()
        self.done = self.asked = self.reused = self.failed = self.refused = 0
        #: What was delivered, and why the rest was not.
        self.faults = Faults()
        #: How many requests wait for another attempt now; a run in which all do must not look like one that hangs.
        self.retrying: Callable[[], int] = lambda: 0
        #: Called with the words for the person, for what is worth a line of its own.
        self.say: Callable[[str], None] = lambda _: None

    def update(self) -> None:
        """Show the counts; called after every conversation, and every second."""


def conversations(samples: Sequence[Sample]) -> list[Conversation]:
    """Group samples whose turns and epoch are the same: a prompt that stands in several cells is asked once."""
    found: dict[tuple[tuple[str, ...], int], Conversation] = {}
    for sample in samples:
        key = (sample.turns, sample.epoch)
        if key not in found:
            found[key] = Conversation(sample.turns, sample.epoch, number=len(found))
        found[key].samples.append(sample)
    return list(found.values())


@dataclass(slots=True)
class Asker:
    """Asks what is not kept, and keeps what comes; `ask_all` has one, whoever asks piecemeal makes one."""

    model: Model
    store: Store
    sampling: Callable[[int], Sampling]
    system: Sequence[Message]
    progress: Progress
    ledger: Ledger
    identity: str
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)
    opened: bool = False

    async def converse(self, conversation: Conversation) -> Outcome:
        """Ask every turn after the reply to the one before; a turn that fails ends the conversation with its reason."""
        messages: list[Message] = list(self.system)
        reply = Reply("", status="failed", error="nothing was asked")
        for number, turn in enumerate(conversation.turns, 1):
            messages.append({"role": "user", "content": turn})
            ids = tuple(sample.id for sample in conversation.samples)
            reply = await self.ask(Request(tuple(messages), self.sampling(conversation.epoch), conversation.epoch, ids))
            if reply.status != "ok":
                if len(conversation.turns) > 1:
                    reply.error = f"turn {number} of {len(conversation.turns)}: {reply.error or reply.status}"
                break
            if number < len(conversation.turns):
                messages.append({"role": "assistant", "content": reply.text})
        return Outcome(conversation, reply, messages)

    async def ask(self, request: Request) -> Reply:
        """Return the kept reply, or ask and keep what comes; what another process is asking is waited for."""
        key = request_key(self.identity, request)
        while True:
            kept = self.store.get(key)
            if kept is not None:
                self.progress.reused += 1
                return kept
            if self.store.claim(key):
                break
            await asyncio.sleep(_POLL_S)
        await self.open()
        # The claim, and what the ledger sets aside, are safe before anything is asked.
        hold = await self.ledger.admit(request)
        await self.store.safe()
        started = time.monotonic()
        try:
            answer = await self.model.reply(request)
        except RequestFailed as error:
            reply = Reply("", "failed", error=well_formed(redact(str(error), self.model.secrets())))
        except ModelError as error:
            raise type(error)(redact(str(error), self.model.secrets())) from None
        else:
            reply = _kept(answer, self.model.secrets())
        reply.latency_s = round(time.monotonic() - started, 4)
        self.progress.asked += 1
        self.store.put(key, request, reply, model=self.model.name)
        self.ledger.settle(hold, reply)
        # Committed at the end of this turn of the loop, together with the claim for what this worker asks next.
        return reply

    async def open(self) -> None:
        """Open the model before its first request; a run that finds every reply kept never does."""
        if not self.opened:
            async with self.opening:
                if not self.opened:
                    await self.model.open()
                    self.opened = True

    async def renew(self) -> None:
        """Keep this process's claims alive while requests take their time."""
        while True:
            await asyncio.sleep(LEASE_S / 4)
            self.store.renew()
            await self.store.safe()


async def ask_all(
    todo: Sequence[Conversation],
    model: Model,
    store: Store,
    *,
    sampling: Callable[[int], Sampling],
    system: Sequence[Message],
    progress: Progress,
    ledger: Ledger,
    done: Callable[[Outcome], None],
    busy: Callable[[], bool] | None = None,
    give_up_after: int | None = None,
) -> End:
    """Have every conversation, `model.concurrency` at a time, and hand the outcomes to `done` in the order of `todo`.

    `busy` says that `done` cannot keep up; nothing is handed on meanwhile. `give_up_after`: where so many requests were the
    first to end and all of them failed, no other is asked; None = ask on.

    Returns:
        How it ended: "complete"; "budget" where a cap was reached (what was had has gone to `done`); "stopped" by the
        person (the first Ctrl-C lets the requests under way finish, the second drops them).

    Raises:
        ModelError: the model cannot be asked, or none of the first `give_up_after` was answered; what has arrived is kept.
    """
    asker = Asker(model, store, sampling, system, progress, ledger, identity_digest(model.identity()))
    queue = iter(enumerate(todo))
    stop = _Stop(progress)
    outcomes = _InOrder(done, busy)
    workers = min(model.concurrency, len(todo)) or 1
    first = _First(give_up_after, model)

    async def work() -> None:
        try:
            for index, conversation in queue:
                if stop.end != "complete":
                    return
                try:
                    outcome = await asker.converse(conversation)
                except BudgetReached as reached:
                    stop.reached(str(reached))
                    return
                progress.done += 1
                progress.failed += outcome.reply.status == "failed"
                progress.refused += outcome.reply.status == "refused"
                progress.faults.add(outcome.reply)
                progress.update()
                await outcomes.add(index, outcome)
                first.add(outcome.reply)
        finally:
            outcomes.worker_ended()

    progress.retrying = lambda: getattr(model, "waiting", 0)
    beside = [asyncio.create_task(asker.renew()), asyncio.create_task(_tick(progress))]
    try:
        with stop.listening():
            try:
                async with asyncio.TaskGroup() as group:
                    stop.tasks = [group.create_task(work()) for _ in range(workers)]
                    group.create_task(outcomes.hand_on(workers))
            except BaseExceptionGroup as errors:
                raise _first(errors) from None
    finally:
        for task in beside:
            task.cancel()
        if asker.opened:
            await model.close()
    outcomes.rest()
    return stop.end


def _kept(answer: Completion, secrets: Sequence[str]) -> Reply:
    """Return an answer as it is kept: without a key that a server sent back, and with nothing that tables cannot hold."""
    finish = answer.finish_reason
    return Reply(
        well_formed(redact(answer.text, secrets)),
        answer.status,
        None if finish is None else well_formed(redact(str(finish), secrets))[:_LONGEST_REASON],
        prompt_tokens=_count(answer.prompt_tokens),
        completion_tokens=_count(answer.completion_tokens),
    )


def _count(tokens: object) -> int | None:
    """Return a count of tokens, or None for what is none; the column has 32 bits."""
    return tokens if type(tokens) is int and 0 <= tokens < 2**31 else None


async def _tick(progress: Progress) -> None:
    while True:
        await asyncio.sleep(1)
        progress.update()


class _InOrder:
    """Hands outcomes on in the order they were asked for, between requests, so that scoring never keeps one waiting."""

    #: Outcomes that may wait to be scored before workers wait for the scorers; bounds the memory.
    BACKLOG = 512

    def __init__(self, done: Callable[[Outcome], None], busy: Callable[[], bool] | None) -> None:
        self._done, self._busy = done, busy
        self._early: dict[int, Outcome] = {}
        self._ready: deque[Outcome] = deque()
        self._next = self._ended = 0
        self._changed, self._drained = asyncio.Event(), asyncio.Event()

    async def add(self, index: int, outcome: Outcome) -> None:
        """Take an outcome; waits while too many are ready and unscored."""
        self._early[index] = outcome
        while self._next in self._early:
            self._ready.append(self._early.pop(self._next))
            self._next += 1
        self._changed.set()
        if len(self._ready) > self.BACKLOG:
            self._drained.clear()
            await self._drained.wait()
        elif outcome.reply.reused:
            await asyncio.sleep(0)  # kept replies come without waiting; leave room for signals and other requests

    def worker_ended(self) -> None:
        """Say that one of the workers will add nothing more."""
        self._ended += 1
        self._changed.set()

    async def hand_on(self, workers: int) -> None:
        """Hand on until every worker has ended."""
        while self._ready or self._ended < workers:
            await self._changed.wait()
            self._changed.clear()
            while self._ready:
                while self._busy and self._busy():  # noqa: ASYNC110 - told by a thread that has no event
                    await asyncio.sleep(0.01)
                self._done(self._ready.popleft())
                if len(self._ready) <= self.BACKLOG // 2:
                    self._drained.set()
                if self._busy is None:  # scored here and now: let requests through between two
                    await asyncio.sleep(0)

    def rest(self) -> None:
        """Hand on what came after a gap that a budget left."""
        for index in sorted(self._early):
            self._done(self._early.pop(index))


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Return what to tell: our own errors before others."""
    errors = list(_flat(group))
    return next((error for error in errors if isinstance(error, CulturefitError)), errors[0])


def _flat(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _flat(error)
        else:
            yield error


class _First:
    """Watches how the first requests end: a model that answers none of them will not answer the others."""

    def __init__(self, most: int | None, model: Model) -> None:
        self._left, self._model, self._faults, self._asked = most, model, Faults(), 0

    def add(self, reply: Reply) -> None:
        """Count a reply; the first that did not fail ends the watch.

        Raises:
            ModelError: as many as may have failed, and none was answered.
        """
        if self._left is None:
            return
        if reply.status != "failed":
            self._left = None
            return
        self._faults.add(reply)
        self._asked += 1
        if self._asked >= self._left:
            raise gave_up(self._model.name, self._asked, self._faults)


class _Stop:
    """Ctrl-C and SIGTERM: once = take nothing new, twice = drop what is under way."""

    def __init__(self, progress: Progress) -> None:
        self.end: End = "complete"
        self.tasks: list[asyncio.Task[None]] = []
        self._progress = progress

    @contextmanager
    def listening(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        caught = []
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, self._signal)
                caught.append(number)
            except (NotImplementedError, RuntimeError, ValueError):
                # Windows, or not in the main thread (a notebook, a launcher's worker): Python's own handling stays.
                pass
        try:
            yield
        finally:
            for number in caught:
                loop.remove_signal_handler(number)

    def reached(self, why: str) -> None:
        """End because a cap was reached; said once."""
        if self.end == "complete":
            self.end = "budget"
            self._progress.say(f"{why}: taking no new request.")

    def _signal(self) -> None:
        if self.end == "stopped":
            for task in self.tasks:
                task.cancel()
        else:
            self.end = "stopped"
            self._progress.say("Stopping: waiting for the replies under way (Ctrl-C again to drop them).")
