"""<locale>.yaml beside a scenario: the prompt as a person in that place would type it, its cue and its placebo."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from culturefit.schema.base import CountryCode, Line, LocaleTag, Record, Review, SuiteFile, Text, at_field
from culturefit.vocabulary import Origin, Relation

__all__ = ["SLOT", "Address", "Cue", "Machine", "Placebo", "Rendering", "Repair", "Signature"]

#: The one slot of a prompt, filled by plain replacement.
SLOT = "{cue}"
#: What was meant as a slot: one word in braces.
_BRACED = re.compile(r"[{(\[<]{1,2} ?[^\W\d]\w{0,19} ?[})\]>]{1,2}")

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
CueText = Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Cue(Record):
    """The words that place the person in their culture, with the space that joins them to the prompt.

    `pivot` is in the suite's pivot language; a rendering whose locale speaks the pivot language needs no `local`.
    `name_local` and `name_pivot` are a name or place only, for the `+name` arms.
    """

    local: CueText | None = None
    pivot: CueText | None = None
    name_local: CueText | None = None
    name_pivot: CueText | None = None


class Placebo(Record):
    """Words of like length that say nothing about culture; what they change is noise."""

    local: CueText | None = None
    pivot: CueText | None = None


class Address(Record):
    """The form of address the person uses, and those a reply may use; words of the locale pack."""

    person: Line | None = None
    expected: list[Line] = Field(default_factory=list)


class Repair(Record):
    """Multi-turn cases: words of the point that the person corrected, in the language of the prompt; it must not come back."""

    corrected: Annotated[list[Line], Field(min_length=1)]
    corrected_pivot: list[Line] = Field(default_factory=list)


class Machine(Record):
    """The engine that translated the text, as far as it can be made again."""

    engine: Line
    version: Line
    #: Model, language codes, data and settings: what changes a translation.
    parameters: Mapping[str, JsonValue] = Field(default_factory=dict)


class Signature(Review):
    """A review of a rendering. It holds for the text that was read; what the review page saves says which that was."""

    #: What the person read and signed (`culturefit review --apply` writes it); without it nobody sees a later change.
    text_hash: Sha256 | None = None


class Rendering(SuiteFile):
    """A scenario in one locale."""

    locale: LocaleTag
    #: Where the person is; None = the region of the locale.
    country: CountryCode | None = None
    prompt: Text | None = None
    #: Multi-turn cases: the person's messages in order, the slot in the first.
    turns: Annotated[list[Text], Field(min_length=2, max_length=20)] | None = None
    cue: Cue = Cue()
    placebo: Placebo = Placebo()
    placebo_b: Placebo = Placebo()
    address: Address | None = None
    repair: Repair | None = None
    speaker_gender: Literal["f", "m", "x"] | None = None
    age_band: Literal["child", "teen", "young_adult", "adult", "older_adult"] | None = None
    origin: Origin
    relation: Relation
    #: sha256 of the pivot prompt an adapted or parallel text was made from.
    source_hash: Sha256 | None = None
    #: The engine, where the origin is machine or machine+person.
    machine: Machine | None = None
    #: Who translated or edited the text, by the names they gave.
    translators: list[Line] = Field(default_factory=list)
    #: What a native reader should know: choices of words, what was avoided and why.
    note: Text | None = None
    review: list[Signature] = Field(default_factory=list)

    @model_validator(mode="after")
    def _machine_fits_origin(self) -> Rendering:
        if self.machine is not None and self.origin not in ("machine", "machine+person"):
            raise at_field(
                "machine", f"names an engine, but origin is {self.origin}; write origin: machine or machine+person"
            )
        return self

    @model_validator(mode="after")
    def _one_prompt_one_slot(self) -> Rendering:
        if (self.prompt is None) == (self.turns is None):
            raise at_field(
                "prompt",
                "is missing; give either `prompt` or `turns`"
                if self.prompt is None
                else "stands beside `turns`; keep one",
            )
        field = "turns" if self.turns else "prompt"
        whole = self.relation == "native" and self.cue == Cue() and self.placebo == Placebo()
        count = self.messages[0].count(SLOT)
        if count != 1 and not (whole and count == 0):
            near = [each for each in _BRACED.findall(self.messages[0]) if each != SLOT]
            found = f"you wrote {near[0]}" if near else f"it stands there {count} times" if count else "it has none"
            raise at_field(
                field,
                f"the first message holds the slot {SLOT} exactly once, and {found} (a native text without a cue: none)",
            )
        if any(SLOT in later for later in self.messages[1:]):
            raise at_field(field, f"only the first message holds the slot {SLOT}; remove it from the others")
        return self

    @property
    def messages(self) -> tuple[str, ...]:
        """The person's messages in order, the slot still in the first."""
        return tuple(self.turns) if self.turns else (self.prompt or "",)

    @property
    def text_hash(self) -> str:
        """The sha256 (hex) of what a reader signs: messages, cue, placebos, gender and form of address; no note, no review."""
        read = {"prompt", "turns", "cue", "placebo", "placebo_b", "speaker_gender", "address"}
        # Without what is not said: a field that a later version adds changes no hash of today.
        said = self.model_dump(mode="json", include=read, exclude_none=True, exclude_defaults=True)
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    @property
    def reviewed(self) -> list[Signature]:
        """The reviews that hold for the text as it is now; one that does not say what was read is taken at its word."""
        if not self.review:
            return []
        now = self.text_hash
        return [each for each in self.review if each.text_hash in (None, now)]
