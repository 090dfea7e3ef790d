"""Ratings from files: CSV, JSONL, Parquet, or the JSON that the review page exports."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError, UsageError
from culturefit.files import read_small
from culturefit.tables import read_rows

__all__ = ["read_ratings", "rows_of"]

#: Bytes of a JSON file: some ten thousand ratings with their comments.
_MOST = 64 * 1024 * 1024


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number, row) of a file of ratings."""
    if path.suffix.lower() != ".json":
        yield from read_rows(path)
        return
    try:
        data = json.loads(read_small(path, _MOST).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise CulturefitError(f"'{path}' is not UTF-8; save it as UTF-8.") from None
    except (ValueError, RecursionError) as error:
        raise CulturefitError(f"'{path}' is no JSON ({error}); give the file that the review page exported.") from None
    ratings = data.get("ratings") if isinstance(data, dict) else data
    if not isinstance(ratings, list) or not all(isinstance(each, dict) for each in ratings):
        raise CulturefitError(f"'{path}' holds no list of ratings; give the file that the review page exported.")
    for number, row in enumerate(ratings, 1):
        yield number, {str(key): value for key, value in row.items() if value not in ("", None)}


def read_ratings(
    paths: Sequence[Path], unit: str, rater: str, label: str, *, by: str | None = None, drop: Sequence[str] = ()
) -> dict[str, list[tuple[str, str, str]]]:
    """Return group -> [(unit, rater, label)], the group being "" without `by`; ratings with a label of `drop` are left out.

    Raises:
        UsageError: a column that is not there; the message names those that are.
        CulturefitError: a rater rates a unit twice, with file and row.
    """
    groups: dict[str, list[tuple[str, str, str]]] = {}
    seen: dict[tuple[str, str, str], str] = {}
    columns: set[str] = set()
    missing = {unit, rater, label, *([by] if by else [])}
    for path in paths:
        for number, row in rows_of(path):
            columns |= set(row)
            missing -= set(row)
            values = [row.get(name) for name in (unit, rater, label)]
            if any(value is None for value in values):
                continue  # a missing rating
            one, who, what = (_text(value) for value in values)
            if what in drop:
                continue
            group = _text(row.get(by, "")) if by else ""
            key = (group, one, who)
            if key in seen:
                raise CulturefitError(f"{path}:{number}: '{who}' rates '{one}' twice (before: {seen[key]}); keep one.")
            seen[key] = f"{path}:{number}"
            groups.setdefault(group, []).append((one, who, what))
    if missing:
        name = sorted(missing)[0]
        raise UsageError(f"There is no column '{name}'; there are {', '.join(sorted(columns)) or 'none'}.")
    return groups


def _text(value: Any) -> str:
    """Return a label as text: 1 and 1.0 are one label, true is `true`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
