"""What a number leads to: one list of replies per cell, rate and kind of finding of a locale, not one per number.

Scenarios whose values are the same in every prompt share a line, so that a list grows with what differs. What stands
behind a content warning comes last, and is led to as the closed case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from culturefit.report import words as say
from culturefit.report.anchors import Anchors
from culturefit.report.samples import Sample, case_anchor, list_anchor, reply_anchor
from culturefit.vocabulary import ARMS, SEVERITIES

__all__ = ["FoundList", "Line", "Place", "RateList", "cell_lines", "found_lists", "places_of", "rate_lists"]

Row = Mapping[str, Any]


@dataclass(slots=True)
class Place:
    """A scenario in a locale: the replies under each of its columns, and the fragment that shows them side by side."""

    scenario: str
    warned: bool
    anchor: str
    columns: list[list[Sample]]


@dataclass(slots=True)
class Line:
    """Scenarios with the same values: `values` has one text per column, `links` are (scenario, fragment)."""

    values: list[str]
    warned: bool
    links: list[tuple[str, str]]


@dataclass(slots=True)
class RateList:
    """The replies of a criterion that is given as a rate."""

    anchor: str
    title: str
    scorer: str
    lines: list[Line]


@dataclass(slots=True)
class FoundList:
    """The replies that show a kind of finding: `arms` are (arm, links), a link (scenario, fragment, behind a warning)."""

    anchor: str
    category: str
    severity: str
    message: str
    replies: int
    arms: list[tuple[str, list[tuple[str, str, bool]]]]


def places_of(
    cases: Mapping[tuple[str, str], Sequence[Sample]],
    references: Mapping[tuple[Any, ...], Sample],
    arms: tuple[str, str],
    anchors: Anchors,
    *,
    is_reference: bool,
) -> tuple[list[str], list[Place]]:
    """Return the columns, the reference's arm first and then the locale's own, and its scenarios with their replies."""
    known = {sample.row["arm"] for found in cases.values() for sample in found}
    own = sorted(known, key=lambda arm: list(ARMS).index(arm) if arm in ARMS else 99)
    beside = not is_reference and bool(references) and arms[0] not in known
    places = []
    for (_, scenario), found in cases.items():
        columns = [[sample for sample in found if sample.row["arm"] == arm] for arm in own]
        if beside:
            keys = dict.fromkeys(sample.place for sample in found)
            columns.insert(0, [references[key] for key in keys if key in references])
        warned = any(sample.warned for sample in found)
        first = next((sample for sample in found if sample.row["arm"] == arms[1]), found[0])
        link = case_anchor(first, anchors) if warned else reply_anchor(first, anchors)
        places.append(Place(scenario, warned, link, columns))
    return ([arms[0], *own] if beside else own), places


def cell_lines(places: Sequence[Place], names: Sequence[str], dimension: str, arms: tuple[str, str]) -> list[Line]:
    """Return the values of a dimension, the scenarios furthest behind first."""
    ends = [names.index(arm) if arm in names else None for arm in arms]

    def behind(means: list[float | None]) -> float:
        theirs, mine = (means[end] if end is not None else None for end in ends)
        return theirs - mine if theirs is not None and mine is not None else -2.0

    def listed(value: Callable[[Sample], float | None]) -> list[tuple[float, list[str], Place]]:
        found = []
        for place in places:
            means = [_mean([value(sample) for sample in column]) for column in place.columns]
            if any(mean is not None for mean in means):
                found.append((behind(means), [say.number(mean) for mean in means], place))
        return found

    # A dimension whose criteria all need the cue is in no gap, but may be in the gate.
    return _gathered(
        listed(lambda sample: sample.value(dimension))
        or listed(lambda sample: _mean([score.value for score in sample.scores if score.dimension == dimension]))
    )


def rate_lists(
    rates: Sequence[Row], places: Sequence[Place], model: str, locale: str, anchors: Anchors
) -> list[RateList]:
    """Return a list for each scorer and dimension of the rates of a locale; a value has its label behind it."""
    lists = []
    titles = {(row["scorer"] or "", row["dimension"]): row["criterion"] for row in rates}
    for which, title in titles.items():
        found = []
        for place in places:
            told = [_told(column, *which) for column in place.columns]
            if any(told):
                # What scores lowest is read first; what has no value has nothing to fail.
                low = min((value for value, _ in filter(None, told) if value is not None), default=1.0)
                found.append((-low, [each[1] if each else "–" for each in told], place))
        anchor = list_anchor(model, locale, *which, anchors=anchors)
        lists.append(RateList(anchor, title, which[0], _gathered(found)))
    return lists


def _told(samples: Sequence[Sample], scorer: str, dimension: str) -> tuple[float | None, str] | None:
    """Return the mean and how it reads; None where the criterion was not asked for."""
    scores = [
        score
        for sample in samples
        for score in sample.scores
        if score.scorer == scorer
        and score.dimension == dimension
        and score.weight is None
        and score.unscored != "not_defined_in_arm"
    ]
    if not scores:
        return None
    mean = _mean([score.value for score in scores])
    labels = dict.fromkeys(score.label.replace("_", " ") for score in scores if score.label not in (None, "none"))
    return mean, " ".join([say.number(mean), ", ".join(labels)]).rstrip()


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _gathered(found: Sequence[tuple[float, list[str], Place]]) -> list[Line]:
    """Put scenarios with the same values on one line: without a content warning first, then the first number falling.

    What has a value nowhere comes last.
    """
    lines: dict[tuple[Any, ...], Line] = {}
    blank = ["–"] * len(found[0][1]) if found else []
    for _, values, place in sorted(found, key=lambda f: (f[1] == blank, f[2].warned, -f[0], f[2].scenario)):
        line = lines.setdefault((place.warned, *values), Line(values, place.warned, []))
        line.links.append((place.scenario, place.anchor))
    return list(lines.values())


def found_lists(samples: Sequence[Sample], model: str, locale: str, anchors: Anchors) -> list[FoundList]:
    """Return every kind of finding of a locale with the replies that show it, the gravest kinds first."""
    kinds: dict[tuple[str, str, str], tuple[str, dict[tuple[str, bool, str], tuple[str, str, bool]]]] = {}
    counts: dict[tuple[str, str, str], int] = {}
    for sample in samples:
        of_reply = set()
        for each in sample.findings:
            key = (each.category, each.severity, each.rule)
            if key in of_reply:
                continue
            of_reply.add(key)
            counts[key] = counts.get(key, 0) + 1
            _, places = kinds.setdefault(key, (each.message, {}))
            home = case_anchor(sample, anchors) if sample.warned else reply_anchor(sample, anchors)
            link = home if sample.warned else f"{home}.{'f' if each.quote else 'n'}{each.number}"
            # The repetitions of a case behind a warning are one place.
            places.setdefault((sample.row["arm"], sample.warned, link), (sample.row["scenario"], link, sample.warned))
    lists = []
    for key in sorted(kinds, key=lambda kind: (-SEVERITIES.index(kind[1]), -counts[kind], kind[2])):
        message, places = kinds[key]
        by_arm: dict[str, list[tuple[str, str, bool]]] = {}
        for (arm, _, _), shown in places.items():
            by_arm.setdefault(arm, []).append(shown)
        arms = sorted(by_arm, key=lambda arm: -list(ARMS).index(arm) if arm in ARMS else 1)
        anchor = list_anchor(model, locale, *key, anchors=anchors)
        told = [(arm, sorted(by_arm[arm], key=lambda link: (link[2], link[0]))) for arm in arms]
        lists.append(FoundList(anchor, key[0], key[1], message, counts[key], told))
    return lists
