"""The localisation gap: pure functions from score rows to gap.json. `compute` is the one to call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["compute"]


def compute(
    scores: pa.Table, replies: pa.Table, runs: Sequence[Mapping[str, Any]], *, pairs: pa.Table | None = None, **analysis: Any
) -> dict[str, Any]:  # fmt: skip
    """Return the content of gap.json.

    Args:
        scores: rows as in tables.scores_schema, of one or several runs.
        replies: rows as in tables.replies_schema, of the same runs.
        runs: their run.json contents; all of one reference locale and judged alike.
        pairs: rows as in tables.pairs_schema, of those runs that have them.
        analysis: what replaces the runs' own settings of that name: method, confidence, resamples, min_n, margin,
            alpha, primary (run/settings.py), and seed (0).

    Raises:
        UsageError: the runs have different reference locales or suites, or were to be judged differently.
    """
    from culturefit import __version__
    from culturefit.gap.bootstrap import draw
    from culturefit.gap.cells import build_cells
    from culturefit.gap.consistency import consistency
    from culturefit.gap.critical import critical_replies
    from culturefit.gap.effects import CONTRAST, Judgement, gaps, noise
    from culturefit.gap.gate import gate
    from culturefit.gap.judged import mark_judged
    from culturefit.gap.native import native_rates
    from culturefit.gap.rates import cue_rates
    from culturefit.gap.strata import by_kind, by_provenance
    from culturefit.vocabulary import DIMENSIONS

    reference, chosen = _reference(runs), _analysis(runs) | analysis
    cells = build_cells(scores, runs)
    locales = list(dict.fromkeys([reference, *(tag for run in runs for tag in run["settings"]["locales"])]))
    bootstrap = draw(
        len(cells.scenarios), resamples=chosen["resamples"], confidence=chosen["confidence"], min_n=chosen["min_n"],
        seed=chosen.get("seed", 0), method=chosen["method"],
    )  # fmt: skip
    judgement = Judgement(chosen["margin"], chosen["alpha"], chosen["primary"])
    found = gaps(cells, locales, reference, bootstrap, judgement)
    used = {entry["dimension"] for entry in found}
    made: dict[str, Any] = {
        "schema": 2,
        "culturefit": __version__,
        "reference": reference,
        "contrast": CONTRAST,
        "confidence": chosen["confidence"],
        "bootstrap": {"resamples": chosen["resamples"], "seed": chosen.get("seed", 0), "method": chosen["method"]},
        "min_n": chosen["min_n"],
        "margin": chosen["margin"],
        "alpha": chosen["alpha"],
        "primary": chosen["primary"],
        "models": cells.systems,
        "locales": locales,
        "runs": [{"run": run["run"], "signature": run["signature"]} for run in runs],
        "unlike": _unlike(runs),
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
        "by_kind": by_kind(scores, runs, locales, reference, bootstrap),
        "by_provenance": by_provenance(scores, runs, locales, reference, bootstrap),
        "noise": noise(cells, reference, bootstrap),
        "rates": cue_rates(scores, runs, reference, confidence=chosen["confidence"], min_n=chosen["min_n"]),
        "native": native_rates(scores, runs, confidence=chosen["confidence"], min_n=chosen["min_n"]),
        "gate": gate(scores, runs, confidence=chosen["confidence"]),
        "critical": critical_replies(scores, runs),
        "delivery": _delivery(replies, runs),
        "consistency": consistency(
            pairs, runs, confidence=chosen["confidence"], resamples=chosen["resamples"], min_n=chosen["min_n"]
        ),
    }  # fmt: skip
    mark_judged(made, scores, runs)
    return made


_DEFAULT_ANALYSIS: dict[str, Any] = {
    "method": "studentised", "confidence": 0.95, "resamples": 2000, "min_n": 12, "margin": 0.1, "alpha": 0.05,
    "primary": None,
}  # fmt: skip


def _reference(runs: Sequence[Mapping[str, Any]]) -> str:
    from culturefit.errors import UsageError

    references = sorted({run["settings"]["reference"] for run in runs})
    if len(references) > 1:
        raise UsageError(f"These runs have different reference locales ({', '.join(references)}); report them apart.")
    return str(references[0])


def _analysis(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how the runs were to be judged; declared before, so runs that differ cannot share a report."""
    from culturefit.errors import UsageError

    chosen = [run["settings"].get("analysis") or _DEFAULT_ANALYSIS for run in runs]
    for name in _DEFAULT_ANALYSIS:
        values = {str(each.get(name)) for each in chosen}
        if len(values) > 1:
            raise UsageError(
                f"These runs declared different analysis.{name} ({', '.join(sorted(values))}); report them apart."
            )
    return _DEFAULT_ANALYSIS | dict(chosen[0])


def _unlike(runs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what differs between runs of one report although only the model should: said, never hidden."""
    found = []
    for name, of in (
        ("suite", lambda run: f"{run['suite']['id']} {run['suite'].get('hash', '')[:12]}"),
        ("culturefit", lambda run: run.get("culturefit")),
        ("scorers", lambda run: ", ".join(run["settings"].get("scorers") or [])),
        ("arms", lambda run: ", ".join(run["settings"].get("arms") or [])),
    ):
        values = sorted({str(of(run)) for run in runs if name != "suite" or "suite" in run})
        if len(values) > 1:
            found.append(f"{name}: {' / '.join(values)}")
    return found


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
