"""The schema of everything under suites/, and of gap.json, as pydantic models; the published JSON Schema comes from them."""

from __future__ import annotations

from culturefit.schema.base import SCHEMA_VERSION, Review, Source, SuiteFile
from culturefit.schema.crisis import CrisisFile, CrisisLine, EmergencyNumber, RetiredNumber
from culturefit.schema.pack import LocalePack
from culturefit.schema.rendering import Address, Cue, Placebo, Rendering
from culturefit.schema.scenario import Criterion, Scenario
from culturefit.schema.suite import SuiteCard

__all__ = [
    "SCHEMA_VERSION",
    "Address",
    "CrisisFile",
    "CrisisLine",
    "Criterion",
    "Cue",
    "EmergencyNumber",
    "LocalePack",
    "Placebo",
    "Rendering",
    "RetiredNumber",
    "Review",
    "Scenario",
    "Source",
    "SuiteCard",
    "SuiteFile",
]  # fmt: skip
