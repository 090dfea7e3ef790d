"""The schema of run.json: the fields that reports, checks and reviews read; a run writes more, which anybody may read."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["RunFile"]

_Count = Annotated[int, Field(ge=0)]
_Name = Annotated[str, StringConstraints(min_length=1)]

_Fault = Annotated[list[str | int], Field(min_length=2, max_length=2)]


class _Part(BaseModel):
    """A part of run.json: values are not coerced, fields that later versions add are let through."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, defer_build=True)


class _Model(_Part):
    name: _Name = Field(description="As configured; runs of one name and signature stand together in a report.")


class _Suite(_Part):
    id: str
    title: str | None
    version: str
    hash: str = Field(description="sha256 over the files; scores of different hashes do not compare.")
    design: str = Field(default="paired", description="paired: scenarios in all locales; native: cases of one each.")
    pivot: str | None = None
    licence: str | None
    provenance: str | None
    content_warning: str | None = None


class _Analysis(_Part):
    method: str
    confidence: Annotated[float, Field(gt=0.5, lt=1)]
    resamples: Annotated[int, Field(ge=1, le=100_000)]
    min_n: Annotated[int, Field(ge=1)]
    margin: Annotated[float, Field(gt=0, lt=1)]
    alpha: Annotated[float, Field(gt=0, lt=0.5)]
    primary: dict[str, str] | None = None


class _Settings(_Part):
    reference: _Name = Field(description="The locale that the others are measured against.")
    locales: list[_Name]
    scenarios: list[str] | None = None
    arms: list[str] | None = None
    scorers: list[str] | None = None
    sampling: dict[str, Any] | None = None
    system_prompt: dict[str, Any] | None = None
    scorer: dict[str, Any] | None = None
    analysis: _Analysis | None = None


class _Criterion(_Part):
    scenario: str = Field(description="Its scenario, or * for all.")
    id: str
    scorer: str | None = Field(description="Null where it waits for a judge.")
    dimension: str
    weight: Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]
    cue_dependent: bool
    kind: Literal["deterministic", "judge"]
    text: str | None = None
    compare_only: bool = False


class _Texts(_Part):
    origin: str
    relation: str
    count: _Count
    reviewed: _Count
    stale: _Count = 0


class _Registry(_Part):
    lines: _Count
    verified: _Count
    expired: _Count


class _Calibration(_Part):
    file: str
    sha256: str
    judge: str = Field(description="judge_id, as `culturefit calibrate` wrote it.")
    prompt: str | None
    cells: list[Annotated[list[str], Field(min_length=2, max_length=2)]] = Field(
        description="[criterion, locale] in which the judge agrees as people do."
    )


class _Judge(_Part):
    models: dict[str, _Model]
    language: str
    votes: _Count
    related: list[str] = []
    calibrated: bool = False
    calibration: _Calibration | None = None


class _TextsAtTheGate(_Part):
    pass_: _Count = Field(alias="pass")
    review_sent: _Count
    review_held: _Count
    block: _Count


class _Translation(_Part):
    engine: str
    version: str
    made: _Count
    texts: _TextsAtTheGate


class RunFile(_Part):
    """run.json, as far as this version reads it."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this file format.")
    run: _Name = Field(description="Name of the run; the column `run` of the tables beside it.")
    culturefit: str
    started: str = Field(description="ISO 8601, UTC.")
    finished: str | None = Field(description="Null where the run was killed.")
    status: str = Field(description="complete, or why it ended before.")
    versions: dict[str, str] = Field(description="Of Python and the packages that can change a number.")
    signature: str = Field(description="What produced the replies: suite and its hash, translator, model, sampling, …")
    model: _Model
    suite: _Suite
    themes: dict[str, str] = {}
    settings: _Settings
    counts: dict[str, int | float | list[_Fault] | None] = Field(
        description="Requests and what became of them; `errors`: [text, count] of the most frequent reasons why nothing arrived."
    )
    criteria: list[_Criterion]
    missing: list[dict[str, Any]] = []
    texts: list[_Texts] = []
    crisis_registry: _Registry | None = None
    scorer_errors: dict[str, _Count] = {}
    judge: _Judge | None = None
    translation: _Translation | None = None
    pairs: dict[str, Any] | None = None
