"""The schema of gap.json, for programs that read it: what each field means, its unit, and when it is null."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from culturefit.schema.base import Record

__all__ = ["GapFile"]

_Share = Annotated[float, Field(ge=0, le=1)]
_Count = Annotated[int, Field(ge=0)]
#: Differences of two means that lie in [0, 1] each.
_Judged = Literal["calibrated", "uncalibrated"] | None
_JUDGED = Field(
    default=None,
    description="Whether verdicts of a judge are part of it, and whether that judge was calibrated against people there.",
)
_Difference = Annotated[float, Field(ge=-1.000001, le=1.000001)]


class _Interval(Record):
    value: _Difference | None = Field(description="Mean over the complete scenarios.")
    low: float | None = Field(description="Lower end at `confidence`; null below `min_n` scenarios.")
    high: float | None = Field(description="Upper end at `confidence`; null below `min_n` scenarios.")


class _Bootstrap(Record):
    resamples: _Count = Field(description="How often scenarios were drawn again, jointly for all locales.")
    seed: int
    method: Literal["percentile", "bca", "studentised"] = Field(description="The interval's construction.")


class _Primary(Record):
    locale: str
    dimension: str


class _Run(Record):
    run: str = Field(description="Name of the run's folder.")
    signature: str = Field(description="What produced it: suite and its hash, translator, model, parameters, scorers.")


class _Dimension(Record):
    id: str
    family: str = Field(description="delivery, linguistic fidelity, cultural framing, therapeutic alignment or safety.")


class _Cell(Record):
    model: str
    locale: str
    arm: str = Field(description="Version of the prompt, such as local+culture.")
    dimension: str
    mean: _Share | None = Field(
        description="Mean over scenarios of the mean over epochs; null where nothing was scored."
    )
    n: _Count = Field(description="Scenarios with a value.")
    worst_of_k: _Share | None = Field(description="Mean over scenarios of the worst epoch.")
    replies: _Count = Field(description="Replies to which the dimension applies.")
    scored: _Count = Field(description="Those that have a value.")
    unscored: dict[str, _Count] = Field(description="Why the others have none: reason to count of scores.")
    judged: _Judged = _JUDGED


class _Part(Record):
    model: str
    locale: str
    dimension: str
    gap: _Difference | None = Field(description="As in `gaps`, on this part of the scores.")
    low: float | None
    high: float | None
    n: _Count
    note: str | None
    judged: _Judged = _JUDGED


class _ByKind(_Part):
    kind: str = Field(description="deterministic, or judge.")


class _ByProvenance(_Part):
    origin: str | None = Field(description="Who wrote the local text: person, model, machine, or two of them.")
    relation: str | None = Field(description="native, adapted or parallel to the source.")


class _Gap(Record):
    model: str
    locale: str
    dimension: str
    family: str
    contrast: str = Field(description="Which arms are subtracted; for the reference locale its own cue.")
    gap: _Difference | None = Field(
        description="Reference minus local, paired by scenario: above 0, the locale is behind."
    )
    low: float | None = Field(description="Lower end of the interval at `confidence`; null where `note` says why.")
    high: float | None = Field(description="Upper end.")
    note: str | None = Field(description="Why there is no interval: 'n too small', or 'no pair' of replies at all.")
    method: str | None = Field(description="How the interval was made; `score` for differences of pass and fail.")
    n: _Count = Field(description="Scenarios with a value on both sides.")
    dropped: _Count = Field(description="Scenarios due on both sides that lack a value on one.")
    sd: float | None = Field(description="Standard deviation of the differences.")
    d_z: float | None = Field(description="gap / sd.")
    cliffs_delta: _Difference | None = Field(description="P(reference > local) − P(reference < local) over all pairs.")
    p: _Share | None = Field(description="Of no difference; null below `min_n`.")
    p_method: str | None = Field(description="McNemar, exact, for pass and fail; else permutation of signs.")
    q: _Share | None = Field(description="p after Benjamini and Hochberg over the model's locales × dimensions.")
    primary: bool = Field(description="The contrast declared before the run; its q is its p.")
    verdict: Literal["gap", "no gap larger than the margin", "cannot tell"] | None = Field(
        description="A `gap` has either sign. Null for the reference locale and where there is no pair."
    )
    n_needed: _Count | None = Field(description="Scenarios that would show a gap of `margin` with power .8.")
    detectable: float | None = Field(description="Smallest gap that n scenarios show with power .8.")
    narrow_low: float | None = Field(description="Interval at 1 − 2 alpha, for the test of equivalence.")
    narrow_high: float | None
    reference_mean: _Share | None
    local_mean: _Share | None
    unscored_share: _Share = Field(description="Of the replies of both cells.")
    bound_low: float | None = Field(description="The gap if every unscored reply counted for the locale.")
    bound_high: float | None = Field(description="The gap if every unscored reply counted against it.")
    language_effect: _Interval | None = Field(description="What comes with the language, on complete scenarios.")
    cue_effect: _Interval | None = Field(description="What comes with the culture cue; the two add up to complete_gap.")
    complete_gap: _Interval | None = Field(description="The gap on scenarios that have all four cells.")
    complete_n: _Count = Field(description="How many those are.")
    judged: _Judged = _JUDGED


class _Noise(Record):
    model: str
    dimension: str
    contrast: str
    value: _Difference | None = Field(description="What a sentence without meaning for the matter does.")
    low: float | None
    high: float | None
    n: _Count
    note: str | None
    judged: _Judged = _JUDGED


class _Rate(Record):
    model: str
    locale: str
    scorer: str
    criterion: str = Field(description="Ids of the criteria, with / between.")
    dimension: str
    arm: str
    kind: Literal["uptake", "leak"] = Field(
        description="Met where the cue is present (higher is better); shown where it is absent (lower is better)."
    )
    rate: _Share | None
    low: _Share | None = Field(description="Wilson's interval; null below `min_n` scenarios.")
    high: _Share | None
    n: _Count = Field(description="Of uptake: replies with a value. Of leak: replies that the scorer looked at.")
    scenarios: _Count
    unscored: _Count = Field(description="Replies that could not be scored or looked at.")
    reference_rate: _Share | None = Field(description="Uptake in the reference locale.")
    judged: _Judged = _JUDGED


class _Native(Record):
    model: str
    locale: str
    family: str = Field(description="Of cases that match by what they are about; `all` for all together.")
    dimension: str
    rate: _Share | None
    low: _Share | None
    high: _Share | None
    n: _Count = Field(description="Scenarios.")
    unscored: _Count
    judged: _Judged = _JUDGED


class _Gate(Record):
    model: str
    locale: str
    arm: str | None
    dimension: str
    scenarios: _Count = Field(description="With a scored reply.")
    events: _Count = Field(description="Of them, those with a reply that failed: the worst of the epochs counts.")
    rate: _Share | None
    low: _Share | None = Field(description="Clopper and Pearson's interval.")
    high: _Share | None = Field(description="The same; without an event, the one-sided bound (rule of three).")
    unscored_scenarios: _Count
    failed: list[str] = Field(description="Ids of the scenarios that failed.")
    judged: _Judged = _JUDGED


class _Critical(Record):
    model: str
    locale: str
    critical: _Count = Field(description="Replies, of all arms, with a score of severity critical.")
    scorers: dict[str, _Count] = Field(
        description="Scorer to replies that it found critical; one may count at several."
    )


class _Delivery(Record):
    model: str
    locale: str
    arm: str | None
    replies: _Count
    failed: _Count = Field(description="Requests that failed for good.")
    refused: _Count = Field(description="Refused by the provider, not by the reply's words.")
    empty: _Count
    cut: _Count = Field(description="Ended by the token limit.")


class _Consistency(Record):
    model: str
    locale: str
    arm: str
    rank: _Share | None = Field(
        description="Mean share of the pivot replies to other scenarios that are less like the local reply than its own; .5 = chance."
    )
    low: float | None = Field(description="Percentile bootstrap over scenarios; null below `min_n`.")
    high: float | None
    n: _Count = Field(description="Scenarios.")
    nearest: _Share | None = Field(description="Share of replies to which their own pivot reply is the nearest of all.")
    unscored: dict[str, _Count] = Field(description="Why others have no rank.")
    lowest: list[str] = Field(description="Scenarios with the lowest rank, to be read first.")


class GapFile(Record):
    """The whole of gap.json. Values lie in [0, 1]; a gap is the reference's mean minus the locale's."""

    schema_: Literal[2] = Field(alias="schema", description="Version of this format.")
    culturefit: str = Field(description="Version of the program that wrote it.")
    reference: str = Field(description="The reference locale.")
    contrast: str
    confidence: _Share
    bootstrap: _Bootstrap
    min_n: _Count = Field(description="Scenarios below which no interval is printed.")
    margin: float = Field(description="Gaps smaller than this do not matter.")
    alpha: _Share
    primary: _Primary | None = Field(description="The contrast that was declared before the run.")
    models: list[str]
    locales: list[str]
    runs: list[_Run]
    unlike: list[str] = Field(description="What differs between the runs although only the model should.")
    dimensions: list[_Dimension]
    cells: list[_Cell]
    gaps: list[_Gap]
    by_kind: list[_ByKind]
    by_provenance: list[_ByProvenance]
    noise: list[_Noise]
    rates: list[_Rate]
    native: list[_Native]
    gate: list[_Gate]
    critical: list[_Critical] = Field(default_factory=list)
    delivery: list[_Delivery]
    consistency: list[_Consistency] = Field(default_factory=list)
