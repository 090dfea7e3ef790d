"""Scores and writes in a process of its own, so that it never keeps a request waiting.

Asking is one event loop on one core; scoring a reply takes about as long as asking for one. The process is forked before
the journal and the model are opened, holds nothing that is not made again from the journal, and ends with the run: when
the run is killed it sees its pipe close and leaves no file under a final name.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any

from culturefit.errors import CulturefitError
from culturefit.records import Reply
from culturefit.run.generate import Conversation, Outcome

__all__ = ["Beside", "can_fork"]

log = logging.getLogger(__name__)

#: Outcomes sent at once, and how many such parcels may wait before the run waits for the scorers.
_PARCEL = 32
_BACKLOG = 32
_FIELDS = tuple(each.name for each in fields(Reply))

#: A context that takes outcomes and gives, at its end, what the run is told.
Work = Callable[[], AbstractContextManager[Callable[[Outcome], None]]]


def can_fork() -> bool:
    """Whether this process may be forked: a system where that is safe, and no other thread that could hold a lock."""
    return sys.platform == "linux" and threading.active_count() == 1


class Beside:
    """A context that hands outcomes to `work` in a forked process.

    Args:
        todo: the conversations of the run; the process inherits them, only replies are sent.
        work: opened in the process; what it yields is called with every outcome, in order.
        result: called there after the last; what it returns, JSON data, is `result` here.
    """

    def __init__(self, todo: Sequence[Conversation], work: Work, result: Callable[[], Any]) -> None:
        import multiprocessing

        self._parcel: list[tuple[int, Any, Any]] = []
        self._parcels: queue.Queue[bytes | None] = queue.Queue()
        context = multiprocessing.get_context("fork")
        receive, self._send = context.Pipe(duplex=False)
        self._answer, answer = context.Pipe(duplex=False)
        ours = (self._send, self._answer)
        self._process = context.Process(target=_serve, args=(todo, work, result, receive, answer, ours), daemon=True)
        self._process.start()
        receive.close()
        answer.close()
        self._feeder: threading.Thread | None = None
        self.result: Any = None

    def __enter__(self) -> Beside:
        self._feeder = threading.Thread(target=self._feed, daemon=True)
        self._feeder.start()
        return self

    def busy(self) -> bool:
        """Whether so much waits to be scored that the run should wait too."""
        return self._parcels.qsize() > _BACKLOG

    def done(self, outcome: Outcome) -> None:
        """Send an outcome.

        Raises:
            CulturefitError: the process has ended; the message is the one it left.
        """
        reply = [getattr(outcome.reply, name) for name in _FIELDS]
        self._parcel.append((outcome.conversation.number, reply, outcome.messages))
        if len(self._parcel) >= _PARCEL:
            if self._answer.poll():
                self._finish()
            self._flush()

    def _flush(self) -> None:
        if self._parcel:
            self._parcels.put(json.dumps(self._parcel).encode())
            self._parcel = []

    def _feed(self) -> None:
        """Send parcels in a thread: a full pipe must not stop the event loop."""
        warm = False
        while True:
            parcel = self._parcels.get()
            if parcel is None:
                return
            try:
                self._send.send_bytes(parcel)
            except OSError:
                return  # the process has ended; what it says is read by done() or at the end
            if not warm:
                # What the end of a run needs, imported while replies are waited for.
                import pyarrow.compute
                import pyarrow.parquet  # noqa: F401
                import rich.console  # noqa: F401

                warm = True

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if kind is None:
            self._flush()
            self._parcels.put(b"end")
        self._parcels.put(None)
        if self._feeder is not None:
            self._feeder.join()
        self._send.close()
        if kind is None:
            self._finish()
        self._process.join()

    def _finish(self) -> None:
        """Take what the process leaves: its result, or the words of its error."""
        try:
            ok, found = json.loads(self._answer.recv_bytes())
        except EOFError:
            ok, found = False, "the process that scores ended without a word; was the memory full?"
        if not ok:
            raise CulturefitError(
                f"Scoring stopped: {found} What was answered is kept: run the same command again, nothing is asked twice."
            )
        self.result = found


def _serve(
    todo: Sequence[Conversation], work: Work, result: Callable[[], Any], receive: Connection, answer: Connection,
    others: tuple[Connection, Connection],
) -> None:  # fmt: skip
    """Take parcels until the end, in the forked process; the run alone decides what Ctrl-C means."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for each in others:
        each.close()  # else the pipe would never close when the run is killed
    code = 0
    try:
        with work() as done:
            while True:
                parcel = receive.recv_bytes()
                if parcel == b"end":
                    break
                for number, reply, messages in json.loads(parcel):
                    done(Outcome(todo[number], Reply(*reply), messages))
        answer.send_bytes(json.dumps((True, result())).encode())
    except EOFError:
        code = 1  # the run was stopped or killed: the unfinished files are gone
    except Exception as error:
        if not isinstance(error, CulturefitError):
            log.exception("Scoring failed")
        told = str(error) if isinstance(error, CulturefitError) else f"{type(error).__name__}: {error}."
        answer.send_bytes(json.dumps((False, told)).encode())
        code = 1
    logging.shutdown()
    os._exit(code)
