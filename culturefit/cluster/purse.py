"""Budget and rate of a sweep whose jobs run on several machines: one actor keeps them, jobs ask it before each request."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from culturefit.run.budget import Caps, Hold, Ledger, Price
from culturefit.store import Store

__all__ = ["Purse", "PursedLedger"]


class Purse:
    """The actor: a ledger on a journal of its own, which nobody else writes."""

    def __init__(self, caps: dict[str, Any], scope: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="culturefit-purse-")
        self._ledger = Ledger(Store(Path(self._folder.name) / "spent.sqlite3"), scope, Caps(**caps), None)

    def reserve(self, hold: dict[str, Any]) -> tuple[str | None, bool]:
        """Set aside what a request may use; return (why not, whether waiting may help)."""
        found = self._ledger.reserve(Hold(**hold))
        self._ledger.commit()
        return found

    def wait(self) -> float:
        """Return the seconds until a request's turn, and take the turn."""
        found = self._ledger.wait_for_turn()
        self._ledger.commit()
        return found

    def book(self, tokens: int, usd: float, hold: dict[str, Any]) -> None:
        """Book what a request used in place of what was set aside."""
        self._ledger.book(tokens, usd, Hold(**hold))
        self._ledger.commit()


class PursedLedger(Ledger):
    """A job's ledger, kept by the sweep's actor instead of the job's own journal."""

    def __init__(self, purse: Any, store: Store, scope: str, caps: Caps, price: Price | None) -> None:
        super().__init__(store, scope, caps, price)
        self._purse = purse

    async def _reserved(self, hold: Hold) -> tuple[str | None, bool]:
        found: tuple[str | None, bool] = await asyncio.wrap_future(self._purse.reserve.remote(asdict(hold)).future())
        return found

    async def _turn(self) -> float:
        waits: float = await asyncio.wrap_future(self._purse.wait.remote().future())
        return waits

    def book(self, tokens: int, usd: float, hold: Hold) -> None:
        """Tell the actor; nobody waits for it."""
        self._purse.book.remote(tokens, usd, asdict(hold))
