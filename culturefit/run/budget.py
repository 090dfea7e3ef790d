"""Budgets and the rate of a run, kept in the journal so that all jobs of a sweep on one machine share them.

A request is admitted only if what has been spent, what is held for requests under way and what this one may cost at most
stay within the cap: the cap is never passed by more than an estimate is off. Prompt tokens are estimated from bytes (half
of them: more than any tokeniser in use takes) until the model says how many they were.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from culturefit.errors import CulturefitError, UsageError
from culturefit.models.base import Request
from culturefit.records import Reply
from culturefit.store import Store

__all__ = ["BudgetReached", "Caps", "Hold", "Ledger", "Price", "estimate", "price_of"]

#: Backends that run on the user's own machine or on recorded replies: no one is paid per token.
_FREE = frozenset({"embedded", "replay", "transformers"})


class BudgetReached(CulturefitError):  # noqa: N818 - an end that was asked for
    """The next request would pass a cap."""


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens."""

    input: float
    output: float

    def usd(self, prompt_tokens: int, completion_tokens: int) -> float:
        """Return what a reply costs."""
        return (prompt_tokens * self.input + completion_tokens * self.output) / 1e6


@dataclass(frozen=True, slots=True)
class Caps:
    """What a run may use; None = no cap."""

    usd: float | None = None
    tokens: int | None = None
    requests: int | None = None
    per_minute: float | None = None

    @property
    def any(self) -> bool:
        """Whether there is anything to watch."""
        return any(each is not None for each in (self.usd, self.tokens, self.requests, self.per_minute))


@dataclass(frozen=True, slots=True)
class Hold:
    """What is set aside for a request under way."""

    prompt_tokens: int
    completion_tokens: int
    usd: float


def price_of(name: str, backend: str, prices: Mapping[str, Price], caps: Caps) -> Price | None:
    """Return the price of a model, or None where none is known and none is needed.

    Raises:
        UsageError: a money budget without a price would stop nothing.
    """
    found = prices.get(name) or (Price(0.0, 0.0) if backend in _FREE else None)
    if found is None and caps.usd is not None:
        raise UsageError(
            f"No price is known for '{name}', so budget.usd={caps.usd:g} could stop nothing; give its price in USD per million "
            f"tokens, such as 'prices={{{name}: {{input: 0.15, output: 0.60}}}}', or use budget.tokens."
        )
    return found


def estimate(request: Request, price: Price | None) -> Hold:
    """Return what `request` uses at most, by estimate."""
    prompt = sum(len(message["content"].encode()) for message in request.messages) // 2 + 8 * len(request.messages)
    completion = request.sampling.max_tokens
    return Hold(prompt, completion, price.usd(prompt, completion) if price else 0.0)


class Ledger:
    """Admits requests within the caps of one run or sweep (`scope`)."""

    def __init__(self, store: Store, scope: str, caps: Caps, price: Price | None) -> None:
        self._store, self.scope, self.caps, self._price = store, scope, caps, price
        #: What this process has used; tokens as the model counted them, else by estimate.
        self.tokens, self.usd = 0, 0.0
        self._started = time.time() - time.monotonic()
        #: Replies whose tokens the model did not say.
        self.unmetered = 0
        if caps.any:
            store.begin()
            store.execute("INSERT OR IGNORE INTO spent (scope) VALUES (?)", (scope,))
            store.commit()

    async def admit(self, request: Request) -> Hold:
        """Wait for the rate, set aside what `request` may cost, and return it.

        Raises:
            BudgetReached: it does not fit any more.
        """
        hold = estimate(request, self._price)
        while self.caps.any:
            refused, waits_for_others = await self._reserved(hold)
            if refused is None:
                if self.caps.per_minute is not None:
                    await asyncio.sleep(await self._turn())
                break
            if not waits_for_others:
                raise BudgetReached(refused)
            await asyncio.sleep(0.05)  # what is held for requests under way may turn out to be less
        return hold

    def settle(self, hold: Hold, reply: Reply) -> None:
        """Book what a reply used in place of what was held for it; a failed one uses what the model said, or nothing."""
        metered = reply.completion_tokens is not None
        answered = reply.status != "failed"
        prompt = reply.prompt_tokens if reply.prompt_tokens is not None else hold.prompt_tokens if answered else 0
        completion = reply.completion_tokens if metered else len(reply.text.encode()) // 2
        tokens, usd = prompt + (completion or 0), self._price.usd(prompt, completion or 0) if self._price else 0.0
        self.tokens += tokens
        self.usd += usd
        self.unmetered += answered and not metered
        if self.caps.any:
            self.book(tokens, usd, hold)

    def book(self, tokens: int, usd: float, hold: Hold) -> None:
        """Write down what a request used in place of what was set aside for it."""
        self._store.begin()
        self._store.execute(
            "UPDATE spent SET tokens=tokens+?, usd=usd+?, held_tokens=held_tokens-?, held_usd=held_usd-? WHERE scope=?",
            (tokens, usd, hold.prompt_tokens + hold.completion_tokens, hold.usd, self.scope),
        )

    def commit(self) -> None:
        """Make what was written certain."""
        self._store.commit()

    # Asked of somebody else where the jobs of a sweep run on several machines (cluster/purse.py).
    async def _reserved(self, hold: Hold) -> tuple[str | None, bool]:
        return self.reserve(hold)

    async def _turn(self) -> float:
        return self.wait_for_turn()

    def reserve(self, hold: Hold) -> tuple[str | None, bool]:
        """Set `hold` aside; return (why not, whether waiting for requests under way may help)."""
        self._store.begin()
        requests, tokens, usd, held_tokens, held_usd = self._store.execute(
            "SELECT requests, tokens, usd, held_tokens, held_usd FROM spent WHERE scope=?", (self.scope,)
        ).fetchone()
        need, caps = hold.prompt_tokens + hold.completion_tokens, self.caps
        if caps.requests is not None and requests >= caps.requests:
            return f"budget.requests={caps.requests} is used up", False
        if caps.tokens is not None and tokens + held_tokens + need > caps.tokens:
            why = f"budget.tokens={caps.tokens} has {caps.tokens - tokens} left and the next request may take {need}"
            return why, held_tokens > 0
        if caps.usd is not None and usd + held_usd + hold.usd > caps.usd:
            why = f"budget.usd={caps.usd:g} has {caps.usd - usd:.4f} left and the next request may cost {hold.usd:.4f}"
            return why, held_usd > 0
        self._store.execute(
            "UPDATE spent SET requests=requests+1, held_tokens=held_tokens+?, held_usd=held_usd+? WHERE scope=?",
            (need, hold.usd, self.scope),
        )
        return None, False

    def wait_for_turn(self) -> float:
        """Take the next turn and return the seconds until it: turns are 60 / requests_per_minute apart, over all processes."""
        if self.caps.per_minute is None:
            return 0.0
        # This process's own clock: the machine's may be set back, and every turn would be hours away.
        now, gap = self._started + time.monotonic(), 60.0 / self.caps.per_minute
        self._store.begin()
        [turn] = self._store.execute(
            "UPDATE spent SET next_at=max(next_at, ?)+? WHERE scope=? RETURNING next_at", (now, gap, self.scope)
        ).fetchone()
        return max(0.0, float(turn) - gap - now)
