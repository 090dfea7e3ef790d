"""How many replies of each locale were found critical: what to read before any mean.

Counted are replies, not findings, over all prompts of a locale: a reply with three critical findings counts once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from culturefit.gap.cells import codes, numbers, system_labels

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["critical_replies"]

_REPLY = ("suite", "scenario", "arm")


def critical_replies(scores: pa.Table, runs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return per model × locale the replies with a score of severity critical, and how many by which scorer."""
    if "severity" not in scores.column_names:
        return []
    labels = system_labels(runs)
    run, runs_named = codes(scores, "run")
    locale, locales = codes(scores, "locale")
    found: dict[tuple[str, str], dict[str, set[tuple[Any, ...]]]] = {}
    size = len(locales)
    for place in np.unique(run * size + locale):
        found.setdefault((labels[runs_named[place // size]], locales[place % size]), {})
    severity, severities = codes(scores, "severity")
    grave = np.flatnonzero(np.isin(severity, [code for code, name in enumerate(severities) if name == "critical"]))
    parts = [codes(scores, name)[0][grave] for name in _REPLY if name in scores.column_names]
    parts.append(numbers(scores.column("epoch").combine_chunks(), np.int32)[0][grave])
    scorer, scorers = codes(scores, "scorer")
    for at, *reply in zip(grave, *parts, strict=True):
        place = (labels[runs_named[run[at]]], locales[locale[at]])
        found[place].setdefault(scorers[scorer[at]], set()).add((run[at], *reply))
    return [
        {
            "model": model, "locale": tag, "critical": len(set().union(*by.values())),
            "scorers": {name: len(by[name]) for name in sorted(by)},
        }
        for (model, tag), by in found.items()
    ]  # fmt: skip
