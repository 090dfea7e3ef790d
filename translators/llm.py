"""Any model of conf/model/ as translator, told register, gender and glossary of the locale; what it does not know: llm.md."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from culturefit.errors import Stopped, UsageError
from culturefit.locales import parse_locale
from culturefit.models.base import Message, Model, Request, Sampling
from culturefit.run.budget import Caps, Ledger, price_of
from culturefit.run.generate import Conversation, Outcome, ask_all
from culturefit.run.progress import shown
from culturefit.schema import LocalePack
from culturefit.store import Store, identity_digest, request_key
from culturefit.suite.packs import load_packs
from culturefit.translation import Means, translators
from culturefit.translators import _instructions as say
from culturefit.translators._drafts import Drafts, Piece
from culturefit.translators._texts import LINK, placeholders

__all__ = ["LLM", "answer_in"]

_BETWEEN = re.compile(r"<t>(.*?)(?:</t>|\Z)", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“", "「": "」", "'": "'"}


@cache
def _packs() -> dict[str, LocalePack]:
    return load_packs()


@translators.register("llm")
class LLM(Drafts):
    """Translates with a chat model.

    Args:
        model: one of conf/model/.
        temperature: of sampling.
        max_tokens: of one reply.
        pack: whether the locale pack's register, variety, stigma and gender entries are told.
        settings: those of every engine, see Drafts; `keep` and `glossary` of the gate are told to the model too.
    """

    engine = "llm"
    version = say.VERSION

    def __init__(
        self, model: Model, temperature: float = 0.0, max_tokens: int = 800, pack: bool = True, **settings: Any
    ) -> None:
        super().__init__(**settings)
        if max_tokens < 1:
            raise UsageError(f"translator.max_tokens is {max_tokens}; it must be 1 or more.")
        self._model, self._pack = model, pack
        self._sampling = Sampling(temperature, 1.0, max_tokens, 0)
        self._terms: dict[str, Any] = {
            name: getattr(settings.get("gate"), name, empty) for name, empty in (("keep", ()), ("glossary", {}))
        }
        self._used = {"asked": 0, "reused": 0, "failed": 0, "tokens": 0}

    def settings(self) -> dict[str, Any]:
        """Return the model's identity, sampling, and whether the pack is told."""
        sampling = {"temperature": self._sampling.temperature, "max_tokens": self._sampling.max_tokens}
        return super().settings() | {"model": self._model.identity(), **sampling, "pack": self._pack}

    def parameters(self, of: str, into: str) -> dict[str, Any]:
        """Return the model and a checksum of its instructions; a model says of no pair that it does not know it."""
        told = sha256(self._system(of, into).encode()).hexdigest()[:12]
        return {name: value for name, value in self.settings().items() if name not in ("source", "cue")} | {
            "instructions": told
        }

    def provenance(self) -> dict[str, Any]:
        """Return engine, version, settings, pairs, and what was asked."""
        return super().provenance() | {"usage": self._used}

    def translate(self, pieces: Sequence[Piece], of: str, into: str) -> Sequence[str | None]:
        """Return the translations; None where the model did not answer, or a budget ended before."""
        if self._means is None:
            with tempfile.TemporaryDirectory() as folder:
                self._means = Means(Path(folder) / "journal.sqlite3", "translation", Caps())
                try:
                    return self.translate(pieces, of, into)
                finally:
                    self._means = None
        system: list[Message] = [{"role": "system", "content": self._system(of, into)}]
        turns = [(say.turn(piece.text, piece.kind, piece.gender),) for piece in pieces]
        if self._means.dry_run:
            return self._kept(turns, system, self._means)
        first = self._ask(turns, system, self._means)
        found = [
            None if text is None else answer_in(text, piece.text) for text, piece in zip(first, pieces, strict=True)
        ]
        wrong = [
            (index, lost) for index, (made, piece) in enumerate(zip(found, pieces, strict=True))
            if made is not None and (lost := _lost(piece.text, made))
        ]  # fmt: skip
        again = self._ask([(*turns[index], say.correction(lost)) for index, lost in wrong], system, self._means)
        for (index, _), text in zip(wrong, again, strict=True):
            better = None if text is None else answer_in(text, pieces[index].text)
            if better and not _lost(pieces[index].text, better):
                found[index] = better
        return found

    def _system(self, of: str, into: str) -> str:
        pack = _packs().get(parse_locale(into).tag) if self._pack else None
        return say.system_prompt(of, into, pack, **self._terms)

    def _ask(self, turns: Sequence[tuple[str, ...]], system: Sequence[Message], means: Means) -> list[str | None]:
        """Return the reply to each conversation's last turn; replies go to the journal, and count against the budget."""
        if not turns:
            return []
        found: dict[int, str] = {}
        wrong: list[str] = []

        def done(outcome: Outcome) -> None:
            if outcome.reply.status == "ok":
                found[outcome.conversation.number] = outcome.reply.text
            else:
                wrong.append(outcome.reply.error or outcome.reply.status)

        todo = [Conversation(each, 1, number=index) for index, each in enumerate(turns)]
        store = Store(means.journal)
        try:
            price = price_of(self._model.name, self._model.identity()["backend"], means.prices, means.caps)
            ledger = Ledger(store, means.scope, means.caps, price)
            with shown(len(todo)) as progress:
                end = asyncio.run(ask_all(
                    todo, self._model, store, sampling=lambda _: self._sampling, system=system, progress=progress,
                    ledger=ledger, done=done,
                ))  # fmt: skip
        finally:
            store.close()
        for name, value in (("asked", progress.asked), ("reused", progress.reused), ("failed", progress.failed)):
            self._used[name] += value
        self._used["tokens"] += ledger.tokens
        if end == "stopped":
            raise Stopped(
                f"Stopped: {len(found)} translations are kept in {means.journal}; run the same command again."
            )
        if len(found) < len(todo):
            why = f" ({wrong[0].rstrip('.')})" if wrong else " (the budget is used up)"
            means.say(f"{len(todo) - len(found)} of {len(todo)} texts were not translated by {self._model.name}{why}.")
        return [found.get(index) for index in range(len(todo))]

    def _kept(self, turns: Sequence[tuple[str, ...]], system: Sequence[Message], means: Means) -> list[str | None]:
        """Return what an earlier run has had translated; ask nothing."""
        digest = identity_digest(self._model.identity())
        store = Store(means.journal)
        requests = [Request((*system, {"role": "user", "content": each[0]}), self._sampling) for each in turns]
        replies = [store.get(request_key(digest, request)) for request in requests]
        store.close()
        if missing := sum(reply is None for reply in replies):
            means.say(f"{missing} texts would first be translated by {self._model.name}; the forecast leaves them out.")
        return [
            None if reply is None else answer_in(reply.text, turn[0])
            for reply, turn in zip(replies, turns, strict=True)
        ]


def answer_in(reply: str, source: str) -> str:
    """Return the translation in a reply: what stands in its marks, without thoughts before it or quotes around it."""
    text = _THOUGHT.sub("", reply)
    if found := _BETWEEN.search(text):
        text = found[1]
    text = text.strip()
    close = _QUOTES.get(text[:1])
    if len(text) > 1 and close and text.endswith(close) and source.strip()[:1] != text[0]:
        text = text[1:-1].strip()
    return text


def _lost(source: str, target: str) -> list[str]:
    """Return the placeholders and links of the source that do not stand in the target as often."""
    due, there = placeholders(source), placeholders(target)
    lost = [each for each in sorted(due.keys() | there.keys()) if due[each] != there[each]]
    return lost + [each for each in LINK.findall(source) if each not in target]
