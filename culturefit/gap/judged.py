"""Which numbers hold verdicts of a judge, and whether that judge was calibrated against people there.

A verdict is calibrated where run.json names a calibration of this judge that covers its criterion in the locale whose
language the reply was due in (judge/identity.py). A number is only as good as its worst part: one verdict that is not
calibrated makes it `uncalibrated`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from culturefit.gap.cells import codes, floats, system_labels
from culturefit.judge.identity import measured_locale

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Judged", "mark_judged"]

Judged = Literal["calibrated", "uncalibrated"]
_PARTS = ("run", "locale", "arm", "scorer", "criterion", "dimension")


def mark_judged(gap: dict[str, Any], scores: pa.Table, runs: Sequence[Mapping[str, Any]]) -> None:
    """Give every row of gap.json that holds scores the field `judged`: null, "calibrated" or "uncalibrated".

    Args:
        gap: the content of gap.json; its rows are changed.
        scores: rows as in tables.scores_schema.
        runs: their run.json contents.
    """
    reference = gap["reference"]
    found: dict[tuple[str, str], list[tuple[str, str | None, str, bool]]] = {}
    for (model, locale, arm, scorer, dimension), held in _verdicts(scores, runs).items():
        found.setdefault((model, dimension), []).append((locale, arm, scorer, held))

    def state(row: Mapping[str, Any], places: Sequence[str], scorer: str | None = None) -> Judged | None:
        mine = [
            held
            for locale, arm, name, held in found.get((row["model"], row["dimension"]), ())
            if locale in places and row.get("arm", arm) == arm and scorer in (None, name)
        ]
        return None if not mine else "calibrated" if all(mine) else "uncalibrated"

    for part in ("gaps", "by_provenance", "by_kind"):
        for row in gap[part]:
            deterministic = row.get("kind") == "deterministic"
            row["judged"] = None if deterministic else state(row, (row["locale"], reference))
    for row in gap["noise"]:
        row["judged"] = state(row, (reference,))
    for part in ("cells", "native", "gate"):
        for row in gap[part]:
            row["judged"] = state(row, (row["locale"],))
    for row in gap["rates"]:
        row["judged"] = state(row, (row["locale"],), row["scorer"] or "")


def _verdicts(scores: pa.Table, runs: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, str | None, str, str], bool]:
    """Return (model, locale, arm, scorer, dimension) of every judged number -> whether all its criteria are calibrated there."""
    judges = {
        each["scorer"]
        for run in runs for each in run.get("criteria", ())
        if each.get("kind") == "judge" and each["scorer"] and not each.get("compare_only")
    }  # fmt: skip
    if not judges:
        return {}
    labels = system_labels(runs)
    columns = {name: codes(scores, name) for name in _PARTS}
    scorer, names = columns["scorer"]
    wanted = [code for code, name in enumerate(names) if name in judges]
    mine = np.flatnonzero(np.isin(scorer, wanted) & np.isfinite(floats(scores, "value")))
    unique = np.unique(np.stack([columns[name][0][mine] for name in _PARTS]), axis=1).T if len(mine) else ()
    good = {run["run"]: _calibrated(run) for run in runs}
    references = {run["run"]: run["settings"]["reference"] for run in runs}
    found: dict[tuple[str, str, str | None, str, str], bool] = {}
    for row in unique:
        run, locale, arm, name, criterion, dimension = (
            columns[part][1][code] for part, code in zip(_PARTS, row, strict=True)
        )
        held = (criterion, measured_locale(locale, arm, references[run])) in good[run]
        key = (labels[run], locale, arm, name, dimension)
        found[key] = found.get(key, True) and held
    return found


def _calibrated(run: Mapping[str, Any]) -> set[tuple[str, str]]:
    calibration = (run.get("judge") or {}).get("calibration") or {}
    return {(criterion, locale) for criterion, locale in calibration.get("cells", ())}
