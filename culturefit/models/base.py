"""The model protocol: one small thing that every backend is.

A backend is one module here and one file per model in `conf/model/` with its `_target_`. `reply` answers one request;
the engine keeps `concurrency` of them in flight. What a backend says in `identity` is the part of its settings that
can change a reply: it goes into the key under which replies are kept, and into the record of a run, so it never holds a
secret and never holds what only changes speed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from culturefit.vocabulary import Status

__all__ = ["Completion", "Message", "Model", "Request", "Sampling", "redact"]

#: {"role": "system" | "user" | "assistant", "content": text}
Message = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How replies are drawn. `seed` is the run's seed plus the epoch, so that epochs differ and runs repeat."""

    temperature: float
    top_p: float
    max_tokens: int
    seed: int


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a model. `samples` are the ids of the cells that share it."""

    messages: Sequence[Message]
    sampling: Sampling
    epoch: int = 1
    samples: Sequence[str] = ()


@dataclass(slots=True)
class Completion:
    """A model's answer. `status` is "refused" where the provider withheld it; `finish_reason` "length" where it was cut."""

    text: str
    status: Status = "ok"
    finish_reason: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def redact(text: str, secrets: Sequence[str]) -> str:
    """Return `text` without any of `secrets`; what is too short to be a key is left alone."""
    for secret in secrets:
        text = text.replace(secret, "[secret]") if len(secret) >= 8 else text
    return text


class Model(Protocol):
    """What a backend offers."""

    #: The name that reports use.
    name: str
    #: How many requests it takes at once.
    concurrency: int

    def identity(self) -> dict[str, Any]:
        """Return what makes this model's replies its own, as JSON data without secrets."""

    def secrets(self) -> Sequence[str]:
        """Return the secret values it uses, so that they can be removed from whatever is written."""

    async def open(self) -> None:
        """Get ready to answer: load weights, open connections. Raises ModelError with a remedy."""

    async def reply(self, request: Request) -> Completion:
        """Answer one request.

        Raises:
            RequestFailed: this one stays unanswered; others may go on.
            ModelError: no request can succeed (wrong key, unknown model): the run stops.
        """

    async def close(self) -> None:
        """Let go of everything `open` took."""
