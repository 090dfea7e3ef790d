"""packs/locales/<locale>.yaml: what a reply must respect in a locale."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from culturefit.schema.base import Line, LocaleTag, Record, Review, Source, SuiteFile

__all__ = ["Fact", "LocalePack", "Register", "ScriptUse"]

ScriptCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{3}$")]


class Fact(Record):
    """A statement about a locale with its evidence; `unverified` ones support minor findings at most."""

    text: Line
    status: Literal["verified", "unverified"] = "unverified"
    checked: Annotated[datetime.date, Field(strict=False)]
    sources: list[Source] = Field(default_factory=list)

    @model_validator(mode="after")
    def _verified_has_a_source(self) -> Fact:
        if self.status == "verified" and not any(source.url for source in self.sources):
            raise ValueError("`verified` needs a source with a `url`; add it or write status: unverified")
        return self


class ScriptUse(Record):
    """Scripts of everyday writing: `main` carries the text, `also` are expected beside it (Kanji takes Hira and Kana)."""

    main: ScriptCode
    also: list[ScriptCode] = Field(default_factory=list)


class Register(Record):
    """Forms of address: what a stranger's kind reply may use by default, in the language's own words."""

    expected: list[Line] = Field(min_length=1)
    avoid: list[Line] = Field(default_factory=list)
    fact: Fact


class LocalePack(SuiteFile):
    """What is expected of a reply in one locale."""

    locale: LocaleTag
    script: ScriptUse
    register_: Register = Field(alias="register")
    #: How people there come to help, nearest first, each with its evidence.
    help_seeking: list[Fact] = Field(default_factory=list)
    #: Failures to expect of a culture-blind reply.
    usual_failures: list[Fact] = Field(default_factory=list)
    origin: Literal["person", "model", "model+person"] | None = None
    review: list[Review] = Field(default_factory=list)
