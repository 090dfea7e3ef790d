"""`score` for one reply and for many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from culturefit.api.results import Scores, ScoreTable
from culturefit.errors import UsageError

__all__ = ["score_one", "score_table"]


def score_one(text: str, locale: str | None, names: Sequence[str] | None, fields: Mapping[str, Any]) -> Scores:
    """Return the scores of one reply by scorer."""
    from culturefit.call import score_text

    if locale is None:
        raise UsageError('One reply needs its locale: score("…", "es-MX"); a file is given as a Path.')
    return Scores(score_text(text, locale, names, **fields), text, locale)


def score_table(
    source: Path | Iterable[Mapping[str, Any]],
    locale: str | None,
    names: Sequence[str] | None,
    fields: Mapping[str, Any],
) -> ScoreTable:
    """Return the score rows of many replies, with the replies beside them."""
    from culturefit.run.rows import REQUIRED, file_signature, score_rows
    from culturefit.run.score import Evaluator, make_scorers
    from culturefit.tables import read_rows

    if locale is not None or fields:
        raise UsageError("Many replies name their locale and other fields in each row; leave them out of the call.")
    texts: dict[str, str] = {}

    def kept() -> Iterator[tuple[int, dict[str, Any]]]:
        for number, row in read_rows(source) if isinstance(source, Path) else enumerate(source, 1):
            texts[str(row.get("id"))] = str(row.get("reply") or "")
            yield number, dict(row)

    evaluator = Evaluator(make_scorers(["all"] if names is None else names), file_signature())
    counts: Counter[str] = Counter()
    place = str(source) if isinstance(source, Path) else "rows"
    rows = list(score_rows(place, kept(), evaluator, counts))
    if not counts["replies"]:
        raise UsageError(f"There are no rows; each needs {', '.join(REQUIRED)}.")
    return ScoreTable(rows, texts)
