"""scenario.yaml: one culture-neutral situation and the criteria a reply to it is held against."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from culturefit.errors import UsageError
from culturefit.patterns import PATTERN_FIELDS, compile_pattern
from culturefit.schema.base import Id, Line, Record, SuiteFile
from culturefit.vocabulary import ARMS, DIMENSIONS, Risk, Role, Severity

__all__ = ["Criterion", "Scenario"]

DimensionId = Annotated[str, StringConstraints(pattern=f"^({'|'.join(DIMENSIONS)})$")]
ArmId = Annotated[str, StringConstraints(pattern=f"^({'|'.join(ARMS).replace('+', '[+]')})$")]


class Criterion(Record):
    """One testable sentence about a reply.

    A deterministic criterion names its scorer and replaces that scorer's own criterion of the same dimension in this
    scenario: its id, weight, severity and arms count. A judge criterion is a yes/no question; yes is good.
    """

    id: Id
    text: Line
    dimension: DimensionId
    weight: Annotated[float, Field(gt=0, le=10, strict=False)] = 1.0
    severity: Severity = "major"
    kind: Literal["deterministic", "judge"]
    scorer: Id | None = None
    params: Mapping[str, JsonValue] = Field(default_factory=dict)
    #: Makes sense only where the culture cue is in the prompt: reported as a rate, outside the gap.
    cue_dependent: bool = False
    #: The arms it is defined in; None = all.
    arms: Annotated[list[ArmId], Field(min_length=1)] | None = None
    source: Line | None = None

    @model_validator(mode="after")
    def _scorer_fits_kind(self) -> Criterion:
        if self.kind == "deterministic" and self.scorer is None:
            raise ValueError("a deterministic criterion names its `scorer`")
        for name, value in self.params.items():
            if name in PATTERN_FIELDS:
                for pattern in value if isinstance(value, list) else [value]:
                    _check_pattern(name, pattern)
        if self.kind == "judge" and (self.scorer is not None or self.params):
            raise ValueError(
                "a judge criterion takes no `scorer` and no `params`; set kind: deterministic or drop them"
            )
        return self


def _check_pattern(name: str, pattern: JsonValue) -> None:
    if not isinstance(pattern, str):
        raise ValueError(f"`params.{name}` holds {pattern!r}; a pattern is text")
    try:
        compile_pattern(pattern)
    except UsageError as error:
        raise ValueError(str(error)) from None


class Tags(Record):
    """What the scenario covers, for the coverage matrix."""

    #: Bernal, Bonilla & Bellido (1995): the eight dimensions of the ecological validity model.
    bernal: list[Literal["language", "persons", "metaphors", "content", "concepts", "goals", "methods", "context"]] = (
        Field(default_factory=list)
    )
    #: Heim & Kohrt (2019): the layers of cultural adaptation.
    layer: list[Literal["concepts", "treatment", "delivery"]] = Field(default_factory=list)


class Scenario(SuiteFile):
    """One situation; its renderings stand beside it, one file per locale."""

    id: Id
    title: Line | None = None
    theme: Id
    role: Role
    risk: Risk
    tags: Tags = Tags()
    criteria: list[Criterion] = Field(default_factory=list)

    @model_validator(mode="after")
    def _criteria_are_distinct(self) -> Scenario:
        ids = [criterion.id for criterion in self.criteria]
        if twice := sorted({each for each in ids if ids.count(each) > 1}):
            raise ValueError(f"criteria have the same id: {', '.join(twice)}")
        return self
