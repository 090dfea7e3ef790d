"""Pairs a run's local replies with the replies to the same message in the pivot language, and ranks them within the run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError
from culturefit.pairing import FEWEST_OTHERS, PairScorer, ranks
from culturefit.tables import RowWriter, pairs_schema, read_rows
from culturefit.vocabulary import ARMS, Unscored

__all__ = ["rank_run"]

Row = Mapping[str, Any]
_KEPT = ("run", "id", "suite", "scenario", "locale", "arm", "epoch", "model", "language", "reply", "status")


def rank_run(scorer: PairScorer, folder: Path, reference: str, signature: str) -> Counter[str]:
    """Write folder/pairs.parquet from folder/replies.parquet: one row per local reply.

    A reply's rank is the share of the pivot replies to *other* scenarios, in the same arm and repetition, that are less
    like it than the pivot reply to its own. The pivot reply to `local+culture` is the same locale's `pivot+culture`, so
    that both were told the same; to the other local arms the reference locale's arm of the same cue.

    Args:
        scorer: gives the vectors.
        folder: the run directory.
        reference: the reference locale.
        signature: of the run.

    Returns:
        How many replies were ranked ("ranked"), and why others were not.
    """
    rows = [{name: row[name] for name in _KEPT} for _, row in read_rows(folder / "replies.parquet")]
    cells: dict[tuple[str, str, int], list[tuple[Row, Row | None]]] = {}
    for row, other in _pairs(rows, reference):
        cells.setdefault((row["locale"], row["arm"], row["epoch"]), []).append((row, other))
    counts: Counter[str] = Counter()
    vectors: dict[str, Any] = {}
    signed = f"{signature}|{scorer.name}:{scorer.version}"
    with RowWriter(folder / "pairs.parquet", pairs_schema()) as out:
        for cell in cells.values():
            reasons = [_reason(scorer, row, other) for row, other in cell]
            good = [pair for pair, reason in zip(cell, reasons, strict=True) if reason is None]
            found: dict[int, float] = {}
            if len(good) > FEWEST_OTHERS:
                texts = [[row["reply"] for row, _ in good], [other["reply"] for _, other in good if other is not None]]
                matrices = [_vectors(scorer, each, vectors) for each in texts]
                found = dict(zip((id(row) for row, _ in good), ranks(*matrices), strict=True))
            for (row, other), reason in zip(cell, reasons, strict=True):
                rank = found.get(id(row))
                why = reason or (None if rank is not None else "no_reference")
                counts[why or "ranked"] += 1
                out.write({name: row[name] for name in ("run", "suite", "scenario", "locale", "arm", "epoch", "model", "id")} | {
                    "scorer": scorer.name, "reference_id": other["id"] if other else None, "rank": rank,
                    "others": len(good) - 1 if rank is not None else None, "unscored": why, "signature": signed,
                })  # fmt: skip
    return counts


def _pairs(rows: Sequence[Row], reference: str) -> Iterator[tuple[Row, Row | None]]:
    """Yield each reply in a local arm with the pivot reply to the same message, None where there is none."""
    known = {(row["scenario"], row["locale"], row["arm"], row["epoch"]): row for row in rows}
    for row in rows:
        arm = ARMS.get(row["arm"] or "")
        if arm is None or arm.language != "local":
            continue
        other = next(each for each in ARMS.values() if each.language == "pivot" and each.cue == arm.cue)
        locale = row["locale"] if other.per_locale else reference
        yield row, known.get((row["scenario"], locale, other.id, row["epoch"]))


def _reason(scorer: PairScorer, row: Row, other: Row | None) -> Unscored | None:
    for each in (row, other):
        if each is None:
            return "no_reference"
        if each["status"] != "ok":
            status: Unscored = each["status"] if each is row else "no_reference"
            return status
        if not (each["reply"] or "").strip():
            return "empty" if each is row else "no_reference"
        why = scorer.refuses(each["reply"], each["language"] or each["locale"])
        if why is not None:
            return why if each is row else "no_reference"
    return None


def _vectors(scorer: PairScorer, texts: Sequence[str], known: dict[str, Any]) -> Any:
    import numpy as np

    new = [text for text in dict.fromkeys(texts) if text not in known]
    made = scorer.embed(new)
    if len(made) != len(new):
        raise CulturefitError(
            f"The pair scorer '{scorer.name}' gave {len(made)} vectors for {len(new)} texts; mend it."
        )
    known.update(zip(new, made, strict=True))
    return np.stack([known[text] for text in texts])
