"""The journal: every reply, kept the moment it arrives, under the key of what was asked.

One SQLite file in WAL mode with `synchronous=NORMAL`: a row that was committed survives `kill -9` of the process. Replies
that arrive in the same turn of the event loop share one transaction, and a request counts as under way until it is
committed. A reply that was paid for is never overwritten or deleted; a failed request is kept with its reason and asked
again by the next run. Several processes may write to one store.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import socket
import sqlite3
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError
from culturefit.models.base import Request
from culturefit.records import Reply

__all__ = ["LEASE_S", "Store", "identity_digest", "request_key"]

_SCHEMA_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS replies (
    key TEXT PRIMARY KEY,
    model TEXT NOT NULL,
    request TEXT NOT NULL,          -- JSON: messages, sampling, epoch
    status TEXT NOT NULL,           -- ok, refused, failed
    text TEXT NOT NULL,
    finish_reason TEXT,
    error TEXT,
    prompt_tokens INTEGER,
    completion_tokens INTEGER,
    latency_s REAL,
    at TEXT NOT NULL,               -- ISO 8601, UTC
    attempts INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE TABLE IF NOT EXISTS claims (   -- what is being asked right now, and by which process
    key TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    until REAL NOT NULL              -- Unix time; renewed while the owner lives
) STRICT;
CREATE TABLE IF NOT EXISTS spent (   -- what a run or sweep has used, for budgets and rates
    scope TEXT PRIMARY KEY,
    requests INTEGER NOT NULL DEFAULT 0,
    tokens INTEGER NOT NULL DEFAULT 0,
    usd REAL NOT NULL DEFAULT 0,
    held_tokens INTEGER NOT NULL DEFAULT 0,
    held_usd REAL NOT NULL DEFAULT 0,
    next_at REAL NOT NULL DEFAULT 0  -- Unix time at which the next request may start
) STRICT;
"""
_PATIENCE_S = 120.0
#: How long opening a file waits for another process that is opening it.
_OPENING_S = 30.0
#: A claim that its owner has not renewed for so long is free; owners renew every LEASE_S / 4.
LEASE_S = 120.0
_INSERT = (
    "INSERT INTO replies (key, model, request, status, text, finish_reason, error, prompt_tokens,"
    " completion_tokens, latency_s, at) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT(key) DO UPDATE SET status=excluded.status, text=excluded.text,"
    " finish_reason=excluded.finish_reason, error=excluded.error, prompt_tokens=excluded.prompt_tokens,"
    " completion_tokens=excluded.completion_tokens, latency_s=excluded.latency_s, at=excluded.at,"
    " attempts=replies.attempts+1 WHERE replies.status='failed'"
)
_COLUMNS = "text, status, finish_reason, error, prompt_tokens, completion_tokens, latency_s, at"


def identity_digest(identity: Mapping[str, Any]) -> str:
    """Return the sha256 of a model's identity; computed once per run."""
    return hashlib.sha256(_json(identity)).hexdigest()


def request_key(model: str, request: Request) -> str:
    """Return the sha256 of all that makes a reply what it is: the model (its identity_digest), messages, sampling, epoch."""
    return hashlib.sha256(model.encode() + _json(_asked(request))).hexdigest()


def _json(data: Any) -> bytes:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _asked(request: Request) -> dict[str, Any]:
    sampling = request.sampling
    return {
        "messages": request.messages,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "max_tokens": sampling.max_tokens,
        "seed": sampling.seed,
        "epoch": request.epoch,
    }


class Store:
    """A journal of replies at `path`; use it in one thread.

    Raises:
        CulturefitError: the file cannot be opened or written, or is no journal of this version.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._safe: asyncio.Future[None] | None = None
        self._lost: CulturefitError | None = None
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
        deadline = time.monotonic() + _OPENING_S
        while True:
            try:
                self._open()
                return
            except (OSError, sqlite3.Error) as error:
                # Turning a new file into a WAL one takes a lock that SQLite does not wait for: two processes that
                # open it in the same instant would both fail.
                if (
                    isinstance(error, sqlite3.OperationalError)
                    and "locked" in str(error)
                    and time.monotonic() < deadline
                ):
                    time.sleep(0.02)
                    continue
                raise CulturefitError(
                    f"The store {path} cannot be used ({error}); set store.path=FILE to another place."
                ) from error

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _SCHEMA_VERSION):
                raise CulturefitError(
                    f"The store {self.path} has version {version}, this culturefit reads {_SCHEMA_VERSION}; "
                    "set store.path to another file."
                )
            self._db.executescript(_TABLES)
            self._db.execute(f"PRAGMA user_version={_SCHEMA_VERSION}")
        except BaseException:
            self._db.close()
            raise

    def get(self, key: str) -> Reply | None:
        """Return the reply kept under `key`; a failed one counts as none."""
        row = self._db.execute(f"SELECT {_COLUMNS} FROM replies WHERE key=? AND status<>'failed'", (key,)).fetchone()  # noqa: S608
        if row is None:
            return None
        text, status, finish_reason, error, prompt_tokens, completion_tokens, latency_s, at = row
        return Reply(
            text, status, finish_reason, error, prompt_tokens, completion_tokens, latency_s, at, key=key, reused=True
        )

    def claim(self, key: str) -> bool:
        """Take the right to ask `key`; False if its reply is there, or while another living process has it."""
        self.begin()
        now = time.time()
        row = self.execute("SELECT owner, until FROM claims WHERE key=?", (key,)).fetchone()
        # One that reaches further than any claim does was made before the clock was set back.
        if row is not None and row[0] != self.owner and now < row[1] <= now + 2 * LEASE_S and _lives(row[0]):
            return False
        # Between a look for the reply and this transaction another process may have kept it and given its claim back.
        if self.get(key) is not None:
            return False
        self.execute(
            "INSERT OR REPLACE INTO claims (key, owner, until) VALUES (?,?,?)", (key, self.owner, now + LEASE_S)
        )
        return True

    def renew(self) -> None:
        """Keep this process's claims for another LEASE_S."""
        self.begin()
        self.execute("UPDATE claims SET until=? WHERE owner=?", (time.time() + LEASE_S, self.owner))

    def put(self, key: str, request: Request, reply: Reply, *, model: str) -> None:
        """Write `reply`; it is safe after the next `commit`. An answered one stays; a failed one gives way to what follows."""
        reply.key = key
        reply.at = reply.at or datetime.now(UTC).isoformat(timespec="milliseconds")
        row = (
            key, model, json.dumps(_asked(request), ensure_ascii=False), reply.status, reply.text, reply.finish_reason,
            reply.error, reply.prompt_tokens, reply.completion_tokens, reply.latency_s, reply.at,
        )  # fmt: skip
        self.begin()
        self.execute(_INSERT, row)
        self.execute("DELETE FROM claims WHERE key=?", (key,))

    def begin(self) -> None:
        """Start a transaction unless one is open.

        In an event loop it ends by itself after this turn of the loop, so that it is shared by what happens in the turn
        and never keeps other processes out; elsewhere `commit` ends it.
        """
        if self._db.in_transaction:
            return
        self.execute("BEGIN IMMEDIATE")
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._safe = loop.create_future()
        loop.call_soon(self._end_of_turn, self._safe)

    async def safe(self) -> None:
        """Return once everything written so far is committed; an earlier commit that failed is raised here too."""
        if self._lost is not None:
            raise self._lost
        if self._safe is not None:
            await asyncio.shield(self._safe)  # shared: one task cancelled must not cancel it for the others

    def commit(self) -> None:
        """Make everything written so far safe."""
        if self._db.in_transaction:
            self.execute("COMMIT")

    def _end_of_turn(self, done: asyncio.Future[None]) -> None:
        self._safe = None
        try:
            self.commit()
        except CulturefitError as error:
            self._lost = error
            done.set_exception(error)
            done.exception()  # not everybody waits for it; `safe` and `close` raise it to the next who does
        else:
            done.set_result(None)

    def close(self) -> None:
        """Give back the claims, commit and close the file; raise what an earlier commit failed with."""
        try:
            if self._lost is not None:
                raise self._lost
            self.begin()
            self.execute("DELETE FROM claims WHERE owner=?", (self.owner,))
            self.commit()
        finally:
            self._db.close()

    def execute(self, statement: str, values: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        """Execute; a lock that another process holds for longer than the driver waits is waited for: the reply is paid."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                return self._db.execute(statement, values)
            except sqlite3.Error as error:
                if "locked" in str(error) and time.monotonic() < deadline:
                    continue
                raise CulturefitError(
                    f"The store {self.path} could not keep a reply ({error}); free the disk or set store.path=FILE to another "
                    "place, and run the same command again: what was kept before is safe."
                ) from error


def _lives(owner: str) -> bool:
    """Whether the process that holds a claim may still be running; one on another machine may."""
    host, pid, _ = [*owner.rsplit(":", 2), "", ""][:3]
    if host != socket.gethostname():
        return True
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except (PermissionError, ValueError, OverflowError):
        return True
    return True
