"""What all suite files share: strict fields, a schema version, the canary, sources and reviews."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.vocabulary import ReviewRole

__all__ = [
    "SCHEMA_VERSION",
    "CountryCode",
    "Id",
    "Line",
    "LocaleTag",
    "Record",
    "Review",
    "Source",
    "SuiteFile",
    "Text",
    "at_field",
]

#: The version of the file format. A reader refuses files of a later one.
SCHEMA_VERSION = 1


def at_field(field: str, message: str) -> PydanticCustomError:
    """Return the error of a validator that looks at several fields, for the one of them that the person should mend."""
    return PydanticCustomError("at_field", "{message}", {"field": field, "message": message})


def _locale_tag(value: str) -> str:
    try:
        parsed = parse_locale(value)
    except UsageError as error:
        raise ValueError(str(error)) from None
    if parsed.tag != value:
        raise ValueError(f"write the tag as '{parsed.tag}'")
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
LocaleTag = Annotated[str, AfterValidator(_locale_tag)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
#: One line of text, and a text of several; both bounded, because a suite file is somebody's input.
Line = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[^\r\n]*$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=8000)]


class Record(BaseModel):
    """A part of a suite file: unknown fields are errors, values are not coerced, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class SuiteFile(Record):
    """A whole suite file."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this file format.")
    canary: Line | None = Field(
        default=None, description="The project's canary string: whoever finds it in training data knows this was in it."
    )


class Source(Record):
    """Where a fact can be read. `url` where a reader can open it, else `title` says what to look for.

    A plain line stands for a source with that title, an address for one with that `url`.
    """

    title: Line
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=500)] | None = None
    #: Who stands behind the source: two sources of one publisher count once.
    publisher: Line | None = None
    #: The date of the source itself, as far as known: 2025, 2025-09 or 2025-09-19.
    dated: Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_line(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return {"title": value, "url": value} if value.startswith(("http://", "https://")) else {"title": value}


class Review(Record):
    """A person's signature under a text. Only the person who signs adds one."""

    by: Line
    role: ReviewRole
    date: Annotated[datetime.date, Field(strict=False)]
