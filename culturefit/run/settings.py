"""The settings of a run, checked: from Hydra's config (or plain data) to one frozen object."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from culturefit.errors import UsageError, nearest
from culturefit.models.base import Message, Sampling
from culturefit.run.budget import Caps, Price
from culturefit.vocabulary import DEFAULT_ARMS, DIMENSIONS

__all__ = ["SamplingSettings", "Settings", "SystemPrompt", "caps_of"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SamplingSettings(_Strict):
    """How replies are drawn."""

    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    max_tokens: Annotated[int, Field(ge=1)] = 128


class SystemPrompt(_Strict):
    """The bot's own system prompt and the language it is written in (BCP-47)."""

    text: str | None = None
    language: str | None = None


class BudgetSettings(_Strict):
    """Caps of a run, or of a sweep as a whole; None = none."""

    usd: Annotated[float, Field(ge=0)] | None = None
    tokens: Annotated[int, Field(ge=0)] | None = None
    requests: Annotated[int, Field(ge=0)] | None = None


class RateSettings(_Strict):
    """How quickly requests may start."""

    requests_per_minute: Annotated[float, Field(gt=0)] | None = None


class PriceSettings(_Strict):
    """USD per million tokens."""

    input: Annotated[float, Field(ge=0)]
    output: Annotated[float, Field(ge=0)]


class StoreSettings(_Strict):
    """Where replies are journalled."""

    path: Path = Path("outputs/store/replies.sqlite3")


class PrimaryContrast(_Strict):
    """The one gap that was declared before the run, and is not corrected for the others."""

    locale: str
    dimension: Annotated[str, Field(pattern=f"^({'|'.join(DIMENSIONS)})$")]


class AnalysisSettings(_Strict):
    """How gaps are judged; fixed before the run, kept in run.json, and used by every report of it."""

    method: Annotated[str, Field(pattern="^(percentile|bca|studentised)$")] = "studentised"
    confidence: Annotated[float, Field(gt=0.5, lt=1)] = 0.95
    resamples: Annotated[int, Field(ge=200, le=100_000)] = 2000
    min_n: Annotated[int, Field(ge=6)] = 12
    margin: Annotated[float, Field(gt=0, lt=1)] = 0.1
    alpha: Annotated[float, Field(gt=0, lt=0.5)] = 0.05
    primary: PrimaryContrast | None = None


class Settings(_Strict):
    """What a run asks and how; the same names as in conf/config.yaml."""

    reference: str = "en-US"
    locales: list[str] | None = None
    scenarios: list[str] | None = None
    arms: list[str] = list(DEFAULT_ARMS)
    epochs: Annotated[int, Field(ge=1)] = 1
    epochs_reference: Annotated[int, Field(ge=1)] | None = None
    limit: Annotated[int, Field(ge=1)] | None = None
    seed: int = 0
    scorers: list[str] = ["all"]
    scorer: dict[str, dict[str, Any]] = {}
    sampling: SamplingSettings = SamplingSettings()
    system_prompt: SystemPrompt = SystemPrompt()
    store: StoreSettings = StoreSettings()
    budget: BudgetSettings = BudgetSettings()
    rate: RateSettings = RateSettings()
    prices: dict[str, PriceSettings] = {}
    give_up_after: Annotated[int, Field(ge=1)] | None = 20
    analysis: AnalysisSettings = AnalysisSettings()
    dry_run: bool = False
    report: Annotated[str, Field(pattern="^(html|none)$")] = "html"

    @field_validator("system_prompt", mode="before")
    @classmethod
    def _plain_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value

    @field_validator("scorer", "prices", mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: Any) -> Any:
        return {} if value is None else value

    @field_validator("locales", "scenarios", "arms", "scorers", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @classmethod
    def check(cls, data: Mapping[str, Any]) -> Settings:
        """Return settings from plain data.

        Raises:
            UsageError: the first field that does not fit, with its value and what would.
        """
        try:
            return cls.model_validate(dict(data))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = ".".join(str(part) for part in first["loc"])
            if first["type"] == "extra_forbidden":
                close = nearest(name, cls.model_fields)
                hint = f" Did you mean '{close}'?" if close else ""
                raise UsageError(
                    f"'{name}' is no setting of a run.{hint} Known: {', '.join(cls.model_fields)}."
                ) from None
            raise UsageError(
                f"{name}={first['input']} does not fit: {first['msg'].removeprefix('Value error, ')}."
            ) from None

    def sampling_for(self, epoch: int) -> Sampling:
        """Return the sampling of an epoch: each has its own seed, so that epochs differ and runs repeat."""
        own = self.sampling
        return Sampling(own.temperature, own.top_p, own.max_tokens, self.seed + epoch - 1)

    def system_messages(self) -> Sequence[Message]:
        """Return the messages before the person's first."""
        return ({"role": "system", "content": self.system_prompt.text},) if self.system_prompt.text else ()


def caps_of(settings: Settings) -> tuple[Caps, dict[str, Price]]:
    """Return what a run may use, and the prices it knows by model."""
    caps = Caps(**settings.budget.model_dump(), per_minute=settings.rate.requests_per_minute)
    return caps, {name: Price(each.input, each.output) for name, each in settings.prices.items()}
