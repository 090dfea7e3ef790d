"""What a suite covers: cases per locale and risk, and how many scenarios each dimension can be judged on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from culturefit.schema import Scenario
from culturefit.scoring import scorers
from culturefit.suite.load import Suite
from culturefit.vocabulary import DIMENSIONS, Risk, Role

__all__ = ["Coverage", "coverage"]

_RISKS: tuple[str, ...] = Risk.__args__  # type: ignore[attr-defined]
_ROLES: tuple[str, ...] = Role.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Coverage:
    """Counts of a suite.

    Attributes:
        risks: locale -> risk -> renderings.
        roles: role -> scenarios.
        themes: theme -> scenarios.
        eligible: locale -> dimension -> scenarios with a criterion or a scorer for it that enters the gap.
        bernal: tag of Bernal's eight dimensions -> scenarios.
        layers: tag of Heim and Kohrt's layers -> scenarios.
        reviewed: locale -> renderings that a person has signed as they are now.
    """

    risks: dict[str, Counter[str]]
    roles: Counter[str]
    themes: Counter[str]
    eligible: dict[str, Counter[str]]
    bernal: Counter[str]
    layers: Counter[str]
    reviewed: Counter[str]


def coverage(suite: Suite) -> Coverage:
    """Count what `suite` covers; dimensions in the order of every table."""
    general = _general()
    found = Coverage(
        {locale: Counter() for locale in suite.locales}, Counter(dict.fromkeys(_ROLES, 0)), Counter(),
        {locale: Counter() for locale in suite.locales}, Counter(), Counter(), Counter(),
    )  # fmt: skip
    for case in suite.cases.values():
        scenario = case.scenario
        found.roles[scenario.role] += 1
        found.themes[scenario.theme] += 1
        found.bernal.update(scenario.tags.bernal)
        found.layers.update(scenario.tags.layer)
        dimensions = general | _own(scenario)
        for locale, rendering in case.renderings.items():
            found.risks[locale][scenario.risk] += 1
            found.reviewed[locale] += bool(rendering.reviewed)
            found.eligible[locale].update(dimension for dimension in DIMENSIONS if dimension in dimensions)
    return found


def _general() -> set[str]:
    """Return the dimensions that scorers write for every case."""
    found = set()
    for name in scorers.names():
        found |= {spec.dimension for spec in scorers.get(name).criteria if not spec.cue_dependent}
    return found


def _own(scenario: Scenario) -> set[str]:
    return {each.dimension for each in scenario.criteria if not each.cue_dependent}
