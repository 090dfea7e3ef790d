"""Verdicts of judges in the statistics: what only stands beside counts nowhere, and which numbers are labelled."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from culturefit.gap.gate import gate
from culturefit.gap.judged import mark_judged
from culturefit.tables import scores_schema


def row(scorer: str, criterion: str, dimension: str, locale: str, arm: str, value: float) -> dict[str, Any]:
    return {
        "run": "r", "scenario": "s", "locale": locale, "arm": arm, "epoch": 1, "model": "m", "id": "x", "scorer": scorer,
        "criterion": criterion, "dimension": dimension, "value": value, "findings": [],
    }  # fmt: skip


def run(**judge: Any) -> dict[str, Any]:
    entry = {"scenario": "s", "id": "stays", "scorer": "judge", "kind": "judge", "dimension": "non_abandonment"}
    criteria = [entry, entry | {"scorer": "judge_native", "compare_only": True}]
    return {
        "run": "r", "model": {"name": "m"}, "signature": "x", "settings": {"reference": "en-US"}, "criteria": criteria, "judge": judge,
    }  # fmt: skip


def test_a_verdict_that_only_stands_beside_is_no_event_of_the_gate():
    rows = [
        row("judge", "stays", "non_abandonment", "de-DE", "local+culture", 1.0),
        row("judge_native", "stays", "non_abandonment", "de-DE", "local+culture", 0.0),
    ]
    (found,) = gate(pa.Table.from_pylist(rows, schema=scores_schema()), [run()], confidence=0.95)
    assert (found["scenarios"], found["events"]) == (1, 0)


def test_a_number_is_calibrated_only_where_all_its_verdicts_are():
    rows = [
        row("judge", "stays", "non_abandonment", "de-DE", "local+culture", 1.0),
        row("judge", "stays", "non_abandonment", "de-DE", "pivot+culture", 1.0),
        row("judge", "stays", "non_abandonment", "en-US", "pivot+placebo", 1.0),
        row("language", "language", "language", "de-DE", "local+culture", 1.0),
    ]
    table = pa.Table.from_pylist(rows, schema=scores_schema())

    def marked(*cells: list[str]) -> list[str | None]:
        place = {"model": "m", "locale": "de-DE", "dimension": "non_abandonment"}
        gap: dict[str, Any] = {name: [] for name in ("by_provenance", "by_kind", "noise", "native", "rates")}
        gap |= {
            "reference": "en-US", "gaps": [dict(place), place | {"dimension": "language"}],
            "gate": [place | {"arm": "local+culture"}, place | {"arm": "pivot+culture"}], "cells": [],
        }  # fmt: skip
        mark_judged(gap, table, [run(calibration={"cells": list(cells)})])
        return [each["judged"] for part in ("gaps", "gate") for each in gap[part]]

    # Gap, another dimension, gate in German, gate in English: a reply in the pivot language is the reference's people's to check.
    assert marked() == ["uncalibrated", None, "uncalibrated", "uncalibrated"]
    assert marked(["stays", "de-DE"]) == ["uncalibrated", None, "calibrated", "uncalibrated"]
    assert marked(["stays", "de-DE"], ["stays", "en-US"]) == ["calibrated", None, "calibrated", "calibrated"]
