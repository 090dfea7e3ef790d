"""A run from Python: in this thread, or in one of its own where an event loop is running in this one (a notebook)."""

from __future__ import annotations

import asyncio
import copy
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from culturefit.api.results import Run
from culturefit.errors import Stopped, UsageError
from culturefit.models.base import Completion, Model, Request

if TYPE_CHECKING:
    from culturefit.judge.panel import Panel
    from culturefit.pairing import PairScorer
    from culturefit.suite.dataset import PromptTable
    from culturefit.suite.load import Suite

__all__ = ["Stoppable", "apart", "perform"]

T = TypeVar("T")


#: What a person may take for a setting of the run; `max_tokens` and such are `sampling`'s as well.
_OF_JUDGES = ("votes", "calibration", "max_calls")


def perform(
    model: Model, suite: Suite | PromptTable, folder: Path, chosen: Mapping[str, Any],
    judge: Panel | None = None, pairs: PairScorer | None = None,
) -> Run:  # fmt: skip
    """Run and return what it left; `chosen` are settings by their names in conf/config.yaml."""
    from culturefit.files import held
    from culturefit.run.pipeline import execute
    from culturefit.run.settings import Settings
    from culturefit.translation import translators

    for name in ("dry_run", "report"):
        if name in chosen:
            raise UsageError(f"{name} belongs to the command line; here report() writes the report, and run() asks.")
    for name in _OF_JUDGES:
        if name in chosen:
            raise UsageError(
                f"{name} is a setting of a judge; give it as judge=load_judge(…, {name}={chosen[name]!r})."
            )
    settings = Settings.check(chosen)
    asked = Stoppable(model, str(settings.store.path))
    stoppable = [asked]
    if judge is not None:
        judge = copy.copy(judge)
        judges = {name: Stoppable(each, asked.store) for name, each in judge.models.items()}
        judge.models = {**judges}
        stoppable += judges.values()

    def stop() -> None:
        for each in stoppable:
            each.stop()

    id_ = "/".join(folder.resolve().parts[-2:]) if folder.parts[:1] == ("outputs",) else folder.name
    # The journal is opened in the thread that uses it: SQLite's connections do not change threads.
    with held(folder):
        done = apart(lambda: execute(
            settings, suite, translators.create("suite"), asked, folder, run=id_, judge=judge, pairs=pairs,
        ), stop)  # fmt: skip
    _tell(done.record)
    return Run(folder)


def _tell(record: Mapping[str, Any]) -> None:
    """Raise where nothing was delivered, and warn where some of it was not."""
    from culturefit.run.faults import listed, nothing_delivered

    counts = record["counts"]
    if dead := nothing_delivered(record["model"]["name"], counts):
        raise dead
    if counts["errors"]:
        lost = counts["requests"] - counts["unanswered"] - counts["delivered"]
        told = f"{lost} of {counts['requests']} requests brought no reply: {'; '.join(listed(counts['errors']))}"
        warnings.warn(told, stacklevel=4)


def apart(work: Callable[[], T], stop: Callable[[], None]) -> T:
    """Return what `work` returns, also where this thread's event loop is running; an interrupt calls `stop` and waits."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return work()  # here signals reach the run as they do on the command line
    with ThreadPoolExecutor(1, thread_name_prefix="culturefit") as pool:
        future = pool.submit(work)
        try:
            return future.result()
        except KeyboardInterrupt:
            stop()
            return future.result()


class Stoppable:
    """A model whose requests can be ended from another thread; everything else is the model's own."""

    def __init__(self, model: Model, store: str) -> None:
        self._model, self.store = model, store
        self.name, self.concurrency = model.name, model.concurrency
        self._loop: asyncio.AbstractEventLoop | None = None
        self._gone = asyncio.Event()
        self._stopped = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def stop(self) -> None:
        """End the run: what is under way is dropped, nothing new is asked."""
        self._stopped = True
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._gone.set)

    async def open(self) -> None:
        """Get ready to answer."""
        # Judges are opened once per part of a run, each time in a loop of its own.
        self._loop, self._gone = asyncio.get_running_loop(), asyncio.Event()
        await self._model.open()

    async def reply(self, request: Request) -> Completion:
        """Answer one request, or raise Stopped once `stop` was called."""
        answer = asyncio.ensure_future(self._model.reply(request))
        gone = asyncio.ensure_future(self._gone.wait())
        try:
            if not self._stopped:
                await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            raise Stopped(f"Stopped: what has arrived is kept in {self.store}; the same call again asks the rest.")
        finally:
            answer.cancel()
            gone.cancel()

    async def close(self) -> None:
        """Let go."""
        await self._model.close()

    def identity(self) -> dict[str, Any]:
        """Return the model's own."""
        return self._model.identity()

    def secrets(self) -> Any:
        """Return the model's own."""
        return self._model.secrets()
