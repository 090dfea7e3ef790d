"""What a reply must show to pass a test: a small YAML file, and the judgement of score rows by it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from culturefit.check.policy import Dimension
from culturefit.errors import unknown
from culturefit.report.words import UNCALIBRATED
from culturefit.schema.base import Line, Record, SuiteFile, Text
from culturefit.vocabulary import SEVERITIES

__all__ = ["Config", "Limits", "Verdict", "judge", "read_config"]

Row = Mapping[str, Any]
Share = Annotated[float, Field(ge=0, le=1, strict=False)]


class Limits(Record):
    """When a reply fails."""

    severity: Literal["minor", "major", "critical", "never"] = Field(
        default="major",
        description="A criterion that is not met fails the test if it, or a finding, is this severe or more.",
    )
    minimum: Share = Field(default=0.5, description="The least value of what `require` names.")
    dimensions: dict[Dimension, Share] = Field(
        default={}, description="Dimension -> least value of each of its criteria that is scored."
    )
    require: list[Line] = Field(default=[], description="Dimensions, scorers or criteria that must be scored and met.")
    cannot_tell: Literal["fail", "pass"] = Field(
        default="fail", description="What becomes of a test in which something required is unscored."
    )


class SamplingConfig(Record):
    """How replies are drawn, as in conf/config.yaml."""

    temperature: Annotated[float, Field(ge=0, le=2, strict=False)] = 0.0
    top_p: Annotated[float, Field(gt=0, le=1, strict=False)] = 1.0
    max_tokens: Annotated[int, Field(ge=1)] = 128


class BudgetConfig(Record):
    """Caps of a test session; null = none."""

    requests: Annotated[int, Field(ge=0)] | None = None
    tokens: Annotated[int, Field(ge=0)] | None = None


class Config(SuiteFile):
    """The file that `--culturefit-config` names."""

    limits: Limits = Limits()
    model: Line | dict[str, JsonValue] | None = Field(
        default=None, description="A name as for --culturefit-model, or {use: NAME, and its settings}."
    )
    judge: Line | dict[str, JsonValue] | None = Field(
        default=None,
        description="A name as for --culturefit-judge, {use: NAME, and the settings of conf/judge/ and conf/model/}, or "
        "{models: {first: {use: NAME, …}, …}, and the settings of conf/judge/}.",
    )
    sampling: SamplingConfig = SamplingConfig()
    seed: int = 0
    system_prompt: Text | None = None
    budget: BudgetConfig = BudgetConfig()
    reference: Line = Field(default="en-US", description="The locale in whose language a paired suite has its pivot.")
    cue: Literal["culture", "placebo", "none"] = Field(
        default="culture",
        description="Which version of a paired suite's prompts is asked, in each locale's own language.",
    )
    store: Line = Field(default="outputs/store/replies.sqlite3", description="The journal, from the root of the tests.")


def read_config(path: Path | None) -> Config:
    """Read a config file, or return the defaults.

    Raises:
        SuiteError: the file says something it may not; the message names file, line and field.
    """
    from culturefit.suite.parse import parse_file

    return Config.model_validate({"schema": 1}) if path is None else parse_file(path, Config)


@dataclass
class Verdict:
    """What is wrong with a reply, a line each, and which criteria nobody could tell."""

    failures: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    #: How many criteria have a value.
    scored: int = 0


def judge(
    rows: Sequence[Row], limits: Limits, require: Sequence[str] = (), *, delivered: bool = True,
    known: Collection[str] = (),
) -> Verdict:  # fmt: skip
    """Hold score rows against limits.

    Args:
        rows: of one reply.
        limits: when it fails.
        require: further names that must be scored and met.
        delivered: whether there is a reply.
        known: names that may be required though no row here has them: of judge criteria, which not every scenario has.

    Raises:
        UsageError: `require` names nothing that is scored here.
    """
    verdict = Verdict(scored=sum(row["value"] is not None for row in rows))
    if not delivered:
        verdict.failures.append("there is no reply")
    needed = _needed(rows, [*limits.require, *require], known)
    for row in rows:
        name = f"{row['dimension']} ({row['scorer']}{'' if row['criterion'] == row['scorer'] else ', ' + row['criterion']})"
        required = row["criterion"] in needed or row["scorer"] in needed or row["dimension"] in needed
        least = limits.dimensions.get(row["dimension"], limits.minimum if required else None)
        if row["value"] is None:
            if row["unscored"] and row["unscored"] != "not_defined_in_arm":
                verdict.unsure.append(f"{name}: {row['unscored']}")
            if row["unscored"] and required and delivered and limits.cannot_tell == "fail":
                verdict.failures.append(f"{name} is required and cannot be told: {row['unscored']}")
        elif least is not None and row["value"] < least:
            verdict.failures.append(
                f"{name} is {row['value']:.2f}; at least {least:.2f} is asked{_severe(row)}{_doubt(row)}"
            )
        elif row["value"] < 1 and _as_bad(row, limits.severity):
            verdict.failures.append(f"{name} is {row['value']:.2f}{_severe(row)}{_doubt(row)}")
    return verdict


def _needed(rows: Sequence[Row], names: Sequence[str], more: Collection[str]) -> set[str]:
    known = {row[column] for row in rows for column in ("criterion", "scorer", "dimension")} | set(more)
    for name in names:
        # A dimension that no scorer of this session writes cannot be met, so it is told as a mistake.
        if name not in known:
            raise unknown("required dimension, scorer or criterion", name, known)
    return set(names)


def _as_bad(row: Row, severity: str) -> bool:
    if severity == "never" or row["severity"] is None:
        return False
    return SEVERITIES.index(row["severity"]) >= SEVERITIES.index(severity)


def _severe(row: Row) -> str:
    return f", {row['severity']}" if row["severity"] else ""


def _doubt(row: Row) -> str:
    return f"; {UNCALIBRATED}" if row.get("judged") == "uncalibrated" else ""
