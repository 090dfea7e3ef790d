"""What flows between the stages: Sample, Reply, Finding, Score. Plain data, no behaviour beyond lookups.

    suites ──load──▶ Scenario ──translate──▶ Sample ──generate──▶ Reply ──score──▶ Score ──analyse──▶ gap ──▶ report

Contracts for the names are in docs/contracts.md. Offsets count Unicode code points (Python's own indices), half-open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from culturefit.vocabulary import Severity, Status, Unscored

__all__ = ["Finding", "Reply", "Sample", "Score", "ScoreInput", "well_formed"]

_SURROGATES = re.compile("[\ud800-\udfff]")


def well_formed(text: str) -> str:
    """Return `text` with lone surrogates, which JSON can carry and no file can, as U+FFFD; offsets stay."""
    return _SURROGATES.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class Sample:
    """One prompt ready to be asked: scenario × locale × arm × epoch."""

    suite: str
    scenario: str
    #: The cell's locale. Arms asked once per scenario (`pivot`, `pivot+placebo`) carry the reference locale.
    locale: str
    #: One of vocabulary.ARMS, or OWN_ARM where the user's own prompts do not say.
    arm: str
    epoch: int
    #: The user's turns in order; each is asked after the reply to the one before.
    turns: tuple[str, ...]
    #: BCP-47 tag of the language the reply is due in: the locale's in local arms, the reference's in pivot arms.
    language: str
    #: ISO 3166 code of where the person is, as far as the prompt lets the model know; None = not said.
    country: str | None = None
    risk: str | None = None
    role: str | None = None
    speaker_gender: str | None = None
    #: Multi-turn cases: wordings of the point that the person corrected, in `language`.
    corrected: tuple[str, ...] = ()
    origin: str | None = None
    relation: str | None = None
    #: The id that the user's own table gave the row.
    own_id: str | None = None

    @property
    def id(self) -> str:
        """`scenario/locale/arm/epoch`, or the user's own id (with the epoch from the second on); unique within a run."""
        if self.own_id is not None:
            return self.own_id if self.epoch == 1 else f"{self.own_id}/{self.epoch}"
        return f"{self.scenario}/{self.locale}/{self.arm}/{self.epoch}"


@dataclass(slots=True)
class Reply:
    """What the model answered to the last turn, or why it did not."""

    text: str
    status: Status = "ok"
    #: "stop", "length" (cut by the token limit), or what the provider said.
    finish_reason: str | None = None
    #: Why a failed reply failed, one sentence.
    error: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    latency_s: float | None = None
    #: ISO 8601, UTC, of arrival.
    at: str | None = None
    key: str = ""
    reused: bool = False


@dataclass(frozen=True, slots=True)
class ScoreInput:
    """What a scorer sees of a reply. `language` and `country` say what the reply should fit."""

    reply: str
    #: BCP-47 tag of the language, script and variety the reply is due in.
    language: str
    country: str | None = None
    prompt: str | None = None
    status: Status = "ok"
    finish_reason: str | None = None
    arm: str | None = None
    risk: str | None = None
    role: str | None = None
    speaker_gender: str | None = None
    scenario: str | None = None
    #: Wordings of the point that the person corrected, in `language`; empty = no correction.
    corrected: tuple[str, ...] = ()
    #: The reply to the same scenario in the reference cell, where it is at hand.
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A span of the reply and what is to say of it; the category is MQM's where one fits."""

    start: int
    end: int
    category: str
    severity: Severity
    message: str
    rule: str


@dataclass(slots=True)
class Score:
    """One scorer's word on one criterion: a value in [0, 1], or None with the reason in `unscored` or a `label`."""

    criterion: str
    dimension: str
    value: float | None
    label: str | None = None
    unscored: Unscored | None = None
    severity: Severity | None = None
    findings: tuple[Finding, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
