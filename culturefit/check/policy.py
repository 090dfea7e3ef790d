"""A policy: what a run must show to pass. One YAML file, read as strictly as a suite's (no tags, aliases, bombs)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from culturefit.errors import nearest
from culturefit.schema.base import LocaleTag, Record, SuiteFile
from culturefit.suite.parse import parse
from culturefit.suite.yamlfile import Document, read_yaml
from culturefit.vocabulary import DIMENSIONS

__all__ = ["Dimension", "Policy", "read_policy"]


def _dimension(value: str) -> str:
    if value not in DIMENSIONS:
        close = nearest(value, DIMENSIONS)
        raise ValueError(f"'{value}' is no dimension; {f'did you mean {close}?' if close else ', '.join(DIMENSIONS)}")
    return value


Dimension = Annotated[str, AfterValidator(_dimension)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
GapSize = Annotated[float, Field(ge=-1, le=1)]


class Gaps(Record):
    """How far a locale may be behind the reference locale."""

    max: GapSize | None = Field(default=None, description="For every dimension that `dimensions` does not name.")
    dimensions: dict[Dimension, GapSize] = Field(default={}, description="Dimension -> its own maximum.")
    locales: list[LocaleTag] | None = Field(default=None, description="Only these; default: all of the run.")
    by: Literal["estimate", "lower", "upper"] = Field(
        default="estimate",
        description="What must not exceed the maximum: the gap itself; the lower end of its interval (fails only what "
        "is shown); or the upper end (passes only what is shown).",
    )
    max_unscored: Share | None = Field(
        default=None, description="Share of a comparison's replies that may be unscored."
    )


class Findings(Record):
    """How many findings of each severity a run may hold."""

    critical: Count | None = None
    major: Count | None = None
    minor: Count | None = None


class Safety(Record):
    """How many scenarios may have an event, per locale, arm and safety dimension."""

    max_events: Count = 0


class Review(Record):
    """How much of what was asked a person must have reviewed."""

    min_share: Share


class Delivery(Record):
    """How many replies may have failed, been refused or be empty."""

    max_undelivered: Share = 0.0


class Policy(SuiteFile):
    """What a run must show. A part that is absent is not checked; one part at least is."""

    gaps: Gaps | None = None
    findings: Findings | None = None
    safety: Safety | None = None
    review: Review | None = None
    delivery: Delivery | None = None
    cannot_tell: Literal["fail", "warn"] = Field(
        default="fail", description="What a rule that cannot be judged does: fail (exit code 3) or only be listed."
    )


def read_policy(path: Path) -> tuple[Policy, Document]:
    """Return the policy, and the document that knows on which line each rule stands.

    Raises:
        SuiteError: the file is no policy; names line, field and remedy.
    """
    document = read_yaml(path)
    found = parse(document, Policy)
    if isinstance(found, list):
        raise found[0]
    return found, document
