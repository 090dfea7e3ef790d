"""The localisation gap: pure functions from score rows to gap.json. `compute` is the one to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["compute"]


def compute(
    scores: pa.Table,
    replies: pa.Table,
    runs: Sequence[Mapping[str, Any]],
    *,
    resamples: int = 2000,
    confidence: float = 0.95,
    min_n: int = 12,
    seed: int = 0,
) -> dict[str, Any]:
    """Return the content of gap.json.

    Args:
        scores: rows as in tables.scores_schema, of one or several runs.
        replies: rows as in tables.replies_schema, of the same runs.
        runs: their run.json contents; all of one reference locale.
        resamples: of the bootstrap.
        confidence: of every interval.
        min_n: scenarios below which no interval is printed.
        seed: of the bootstrap.

    Raises:
        UsageError: the runs have different reference locales.
    """
    from culturefit import __version__
    from culturefit.errors import UsageError
    from culturefit.gap.bootstrap import draw
    from culturefit.gap.cells import build_cells
    from culturefit.gap.effects import CONTRAST, gaps, noise
    from culturefit.gap.rates import cue_rates
    from culturefit.vocabulary import DIMENSIONS

    references = sorted({run["settings"]["reference"] for run in runs})
    if len(references) > 1:
        raise UsageError(f"These runs have different reference locales ({', '.join(references)}); report them apart.")
    reference = references[0]
    cells = build_cells(scores, runs)
    locales = list(dict.fromkeys([reference, *(tag for run in runs for tag in run["settings"]["locales"])]))
    bootstrap = draw(len(cells.scenarios), resamples=resamples, confidence=confidence, min_n=min_n, seed=seed)
    found = gaps(cells, locales, reference, bootstrap)
    used = {entry["dimension"] for entry in found}
    return {
        "schema": 1,
        "culturefit": __version__,
        "reference": reference,
        "contrast": CONTRAST,
        "confidence": confidence,
        "bootstrap": {"resamples": resamples, "seed": seed, "method": "percentile"},
        "min_n": min_n,
        "models": cells.systems,
        "locales": locales,
        "runs": [{"run": run["run"], "signature": run["signature"]} for run in runs],
        "dimensions": [{"id": name, "family": family} for name, family in DIMENSIONS.items() if name in used],
        "cells": [
            {
                "model": key.system, "locale": key.locale, "arm": key.arm, "dimension": key.dimension,
                "mean": float(cell.value[cell.value == cell.value].mean()) if cell.n else None, "n": cell.n,
                "worst_of_k": float(cell.worst[cell.worst == cell.worst].mean()) if cell.n else None,
                "replies": cell.replies, "scored": cell.scored, "unscored": dict(cell.reasons),
            }
            for key, cell in cells.cells.items()
        ],
        "gaps": found,
        "noise": noise(cells, reference, bootstrap),
        "rates": cue_rates(scores, runs, reference, confidence=confidence, min_n=min_n),
        "delivery": _delivery(replies, runs),
    }  # fmt: skip


def _delivery(replies: pa.Table, runs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Count per cell what was delivered: failed, refused, empty, and cut by the token limit."""
    import numpy as np
    import pyarrow.compute as pc

    from culturefit.gap.cells import codes, numbers, system_labels

    labels = system_labels(runs)
    columns = {name: codes(replies, name) for name in ("run", "locale", "arm", "status", "finish_reason")}
    status, statuses = columns["status"]
    finish, finishes = columns["finish_reason"]
    text = numbers(pc.binary_length(pc.utf8_trim_whitespace(replies.column("reply").combine_chunks())), np.int32)[0]
    answered = np.isin(status, [code for code, name in enumerate(statuses) if name == "ok"])
    marks = {
        "replies": np.ones(len(status), dtype=bool),
        "failed": np.isin(status, [code for code, name in enumerate(statuses) if name == "failed"]),
        "refused": np.isin(status, [code for code, name in enumerate(statuses) if name == "refused"]),
        "empty": answered & (text == 0),
        "cut": np.isin(finish, [code for code, name in enumerate(finishes) if name == "length"]),
    }
    counts: dict[tuple[str, str, str], dict[str, int]] = {}
    cells, cell_of = np.unique(
        np.stack([columns[name][0] for name in ("run", "locale", "arm")]), axis=1, return_inverse=True
    )
    for index, (run, locale, arm) in enumerate(cells.T):
        key = (labels[columns["run"][1][run]], columns["locale"][1][locale], columns["arm"][1][arm])
        entry = counts.setdefault(key, dict.fromkeys(marks, 0))
        for name, mark in marks.items():
            entry[name] += int((mark & (cell_of.reshape(-1) == index)).sum())
    return [{"model": m, "locale": locale, "arm": arm, **entry} for (m, locale, arm), entry in counts.items()]
