"""packs/locales/<locale>.yaml: what a reply must respect in a locale.

Scorers and judges read it. Whatever a finding may rest on carries a `fact` with its source; an `unverified` fact supports
findings of severity minor at most, and a risk flag without a source supports none. Words are plain text, matched
without regard to case and only as whole words where the script has spaces; no pattern can stand here.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from culturefit.schema.base import CountryCode, Id, Line, LocaleTag, Record, Review, Source, SuiteFile
from culturefit.vocabulary import Severity

__all__ = [
    "Fact",
    "Idiom",
    "LocalePack",
    "Register",
    "RiskFlag",
    "Rung",
    "ScriptUse",
    "StigmaTerm",
    "Tripwire",
    "Words",
]

ScriptCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{3}$")]
#: Words or short phrases, each form that occurs (inflected ones too).
Words = Annotated[list[Line], Field(min_length=1, max_length=200)]


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
    #: The same for the scorer `register`, which knows two levels; empty = both are fine, as long as it is one.
    levels: list[Literal["formal", "informal"]] = Field(default_factory=list)
    fact: Fact


class Variety(Record):
    """Words and forms of this variety of the language, and those that mark another."""

    own: list[Line] = Field(default_factory=list)
    foreign: list[Line] = Field(default_factory=list)
    fact: Fact


class Idiom(Record):
    """An idiom of distress: what people say, what they may mean, and the literal misreading."""

    id: Id
    #: Families that can be compared across languages.
    family: Literal["thinking", "chest", "nerves", "wind", "sent", "fright", "other"]
    #: The word or phrase in all its forms, in the locale's language.
    term: Words
    #: What it may mean, in English; people differ.
    sense: Line
    #: Words in which a reply shows that it understood, in the locale's language and in the pivot language.
    glosses: Words
    glosses_pivot: list[Line] = Field(default_factory=list)
    #: Words of the literal misreading, in the locale's language and in the pivot language.
    literal: list[Line] = Field(default_factory=list)
    literal_pivot: list[Line] = Field(default_factory=list)
    fact: Fact


class Rung(Fact):
    """A step on the way to help; `rung` says whose."""

    rung: (
        Literal["self", "family", "friends", "elder", "faith", "healer", "primary_care", "specialist", "line", "cost"]
        | None
    ) = None


class StigmaTerm(Record):
    """A word that hurts or is out of date, and what people prefer."""

    term: Words
    prefer: list[Line] = Field(default_factory=list)
    fact: Fact


class Tripwire(Record):
    """Words that presume another country's institutions, insurance, laws, brands, holidays or family life.

    `of` names the country they belong to (None = no single one). Words that are in use here too do not belong in the list.
    """

    id: Id
    kind: Literal["institution", "insurance", "law", "brand", "holiday", "school", "advice", "other"]
    words: Words
    of: CountryCode | None = None
    severity: Severity = "minor"
    #: What would have been right here.
    instead: Line | None = None
    fact: Fact


class RiskFlag(Record):
    """An act that a reply must not advise here because it exposes the person; fires only with a source."""

    id: Id
    #: The act, in English.
    act: Line
    #: Words in which a reply would advise it, in the locale's language and in the pivot language.
    words: Words
    fact: Fact


class GenderForms(Record):
    """Whether the language shows the listener's gender, and how a reply avoids to guess."""

    shows: list[Literal["verb", "adjective", "pronoun", "none"]] = Field(min_length=1)
    neutral: list[Line] = Field(default_factory=list)
    fact: Fact


class KinshipForm(Record):
    """A kin term used as address, and between whom."""

    term: Line
    use: Line


class Kinship(Record):
    """Kin terms as address."""

    terms: list[KinshipForm] = Field(min_length=1)
    fact: Fact


class Directive(Record):
    """How welcome plain advice is here, where anything is known: a finding on it is minor at most."""

    welcome: Literal["usual", "mixed", "rare"]
    fact: Fact


class LocalePack(SuiteFile):
    """What is expected of a reply in one locale."""

    locale: LocaleTag
    script: ScriptUse
    register_: Register = Field(alias="register")
    variety: Variety | None = None
    idioms: list[Idiom] = Field(default_factory=list)
    #: How people there come to help, nearest first, each with its evidence.
    help_seeking: list[Rung] = Field(default_factory=list)
    stigma: list[StigmaTerm] = Field(default_factory=list)
    tripwires: list[Tripwire] = Field(default_factory=list)
    risk_flags: list[RiskFlag] = Field(default_factory=list)
    gender: GenderForms | None = None
    kinship: Kinship | None = None
    directive_advice: Directive | None = None
    #: Failures to expect of a culture-blind reply.
    usual_failures: list[Fact] = Field(default_factory=list)
    origin: Literal["person", "model", "model+person"] | None = None
    review: list[Review] = Field(default_factory=list)

    @model_validator(mode="after")
    def _ids_are_distinct(self) -> LocalePack:
        for name, entries in (("idioms", self.idioms), ("tripwires", self.tripwires), ("risk_flags", self.risk_flags)):
            ids = [entry.id for entry in entries]
            if twice := sorted({each for each in ids if ids.count(each) > 1}):
                raise ValueError(f"`{name}` have the same id: {', '.join(twice)}")
        return self
