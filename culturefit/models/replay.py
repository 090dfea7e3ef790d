"""Replies recorded elsewhere: a file of prompts or sample ids with their replies, taken instead of asking a model."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from culturefit.errors import ModelError, RequestFailed
from culturefit.models.base import Completion, Request
from culturefit.tables import read_rows

__all__ = ["Replay"]


class Replay:
    """Answers from a JSONL, CSV or Parquet file.

    A row is found by `id` (the id of a sample, scenario/locale/arm/epoch), else by `prompt` and `epoch` (1 if absent):
    the last message of the person, word for word. `reply` is the text; `finish_reason` is optional.

    Args:
        name: what reports call the model that wrote the replies.
        path: the file.
    """

    def __init__(self, name: str, path: str, concurrency: int = 64) -> None:
        self.name, self.concurrency, self._path = name, concurrency, Path(path)
        self._by_id: dict[str, Mapping[str, Any]] = {}
        self._by_prompt: dict[tuple[str, int], Mapping[str, Any]] = {}

    def identity(self) -> dict[str, Any]:
        """Return the checksum of the file."""
        try:
            digest = hashlib.sha256(self._path.read_bytes()).hexdigest()
        except OSError as error:
            raise ModelError(f"model.path={self._path} cannot be read ({error.strerror}).") from None
        return {"backend": "replay", "name": self.name, "file": digest}

    def secrets(self) -> Sequence[str]:
        """Return nothing: it needs no key."""
        return ()

    async def open(self) -> None:
        """Read the file."""
        for number, row in read_rows(self._path):
            if not isinstance(row.get("reply"), str):
                raise ModelError(f"{self._path}: row {number}: reply: is missing or no text; each row needs a reply.")
            if row.get("id"):
                self._by_id[str(row["id"])] = row
            elif row.get("prompt"):
                self._by_prompt[str(row["prompt"]), self._epoch(row, number)] = row
            else:
                raise ModelError(f"{self._path}: row {number}: needs an `id` or a `prompt` to be found by.")

    def _epoch(self, row: Mapping[str, Any], number: int) -> int:
        value = row.get("epoch") or 1
        try:
            return int(value)
        except (TypeError, ValueError, OverflowError):
            raise ModelError(f"{self._path}: row {number}: epoch: is '{value}'; it must be a whole number.") from None

    async def reply(self, request: Request) -> Completion:
        """Return the recorded reply."""
        row = next((self._by_id[each] for each in request.samples if each in self._by_id), None)
        row = row or self._by_prompt.get((request.messages[-1]["content"], request.epoch))
        if row is None:
            raise RequestFailed(f"{self._path} holds no reply for {request.samples[0] if request.samples else 'it'}.")
        return Completion(str(row["reply"]), finish_reason=row.get("finish_reason") or None)

    async def close(self) -> None:
        """Forget the rows."""
        self._by_id.clear()
        self._by_prompt.clear()
