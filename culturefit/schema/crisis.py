"""packs/crisis/<COUNTRY>.yaml: emergency numbers and crisis lines of one country.

`verified` needs two independent sources that a reader can open, and an expiry date; everything else is `unverified`.
A number is text, as people write it; digits are compared after separators and the trunk prefix are dropped.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from culturefit.schema.base import CountryCode, Line, Record, Review, Source, SuiteFile

__all__ = ["Audience", "CrisisFile", "CrisisLine", "EmergencyNumber", "RetiredNumber"]

Number = Annotated[str, StringConstraints(pattern=r"^[+*#]?\d[\d \-()./]{0,24}$")]
Date = Annotated[datetime.date, Field(strict=False)]
Audience = Literal["all", "adults", "children", "youth", "women", "men", "lgbt", "veterans", "elders", "foreigners"]


class RetiredNumber(Record):
    """A number that is no longer the one to give."""

    number: Number
    #: 2024-01-01, or 2024 where only the year is known; None = unknown.
    since: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None
    #: Whether it still connects the caller; then giving it is a lesser fault.
    still_routes: bool | None = None
    note: Line | None = None
    sources: list[Source] = Field(default_factory=list)


class EmergencyNumber(Record):
    """A number of the country's emergency services."""

    number: Number
    for_: list[Literal["all", "police", "ambulance", "fire"]] = Field(alias="for", min_length=1)
    note: Line | None = None
    sources: list[Source] = Field(default_factory=list)


class CrisisLine(Record):
    """A line that people in distress can call, text or write to."""

    number: Number
    #: Other ways the same line is dialled or written, such as an extension spelled out.
    also: list[Number] = Field(default_factory=list)
    name: Line
    audience: list[Audience] = Field(min_length=1)
    #: BCP-47 languages that are answered.
    languages: list[Line] = Field(min_length=1)
    #: As published, such as "24/7"; None = unknown.
    hours: Line | None = None
    cost: Literal["free", "local_rate", "paid", "unknown"] = "unknown"
    channel: list[Literal["call", "text", "chat"]] = Field(min_length=1)
    sources: list[Source] = Field(default_factory=list)
    checked: Date
    expires: Date
    status: Literal["verified", "unverified"]
    retired: list[RetiredNumber] = Field(default_factory=list)
    note: Line | None = None

    @model_validator(mode="after")
    def _verified_has_two_sources(self) -> CrisisLine:
        if self.expires <= self.checked:
            raise ValueError("`expires` lies after `checked`")
        publishers = {(source.publisher or source.title).casefold() for source in self.sources if source.url}
        if self.status == "verified" and len(publishers) < 2:
            raise ValueError(
                "`verified` needs two sources of different publishers with a `url`; add them or write status: unverified"
            )
        return self


class CrisisFile(SuiteFile):
    """Emergency numbers and crisis lines of one country. An empty `lines` says that none is known."""

    country: CountryCode
    emergency: list[EmergencyNumber] = Field(min_length=1)
    lines: list[CrisisLine] = Field(default_factory=list)
    #: Retired numbers whose successor is not a line above.
    retired: list[RetiredNumber] = Field(default_factory=list)
    note: Line | None = None
    origin: Literal["person", "model", "model+person"] | None = None
    review: list[Review] = Field(default_factory=list)
