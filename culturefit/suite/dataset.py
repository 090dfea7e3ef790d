"""The user's own prompts as a suite: a table of prompts instead of a folder of scenarios.

Columns: `prompt` and `locale`; optional `id`, `scenario`, `arm`, `risk`, `role`, `country`. A row is one cell. Where `scenario`
and `arm` say which rows belong together (vocabulary.ARMS), gaps are computed as for any suite; without them the scores
stand per locale. The table is a JSONL, CSV or Parquet file, or a dataset of the Hugging Face hub.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.errors import CulturefitError, UsageError, unknown
from culturefit.locales import parse_locale
from culturefit.schema import SuiteCard
from culturefit.suite.export import SUITE_COLUMNS, suite_from_rows
from culturefit.suite.load import Suite
from culturefit.tables import FORMATS, read_rows
from culturefit.vocabulary import ARMS, Risk, Role

if TYPE_CHECKING:
    from datasets import Dataset

__all__ = ["PromptRow", "PromptTable", "load_dataset_suite", "table_from_rows"]

_RISKS: tuple[str, ...] = Risk.__args__  # type: ignore[attr-defined]
_ROLES: tuple[str, ...] = Role.__args__  # type: ignore[attr-defined]
_KNOWN = ("prompt", "locale", "id", "scenario", "arm", "risk", "role", "country")


@dataclass(frozen=True, slots=True)
class PromptRow:
    """One row: a prompt that is asked as it stands. `arm` None = not said."""

    id: str
    prompt: str
    locale: str
    scenario: str
    arm: str | None
    risk: str | None
    role: str | None
    country: str | None


@dataclass(frozen=True)
class PromptTable:
    """A loaded table; stands where a Suite stands."""

    card: SuiteCard
    rows: list[PromptRow]
    hash: str

    @property
    def locales(self) -> list[str]:
        """Every locale of the table, in order of first appearance."""
        return list(dict.fromkeys(row.locale for row in self.rows))

    def to_dataset(self) -> Dataset:
        """Return the rows as a `datasets.Dataset`; every column is text, what was not said is None."""
        from datasets import Dataset, Features, Value

        names = [each.name for each in fields(PromptRow)]
        features = Features({name: Value("string") for name in names})
        return Dataset.from_list([{name: getattr(row, name) for name in names} for row in self.rows], features=features)


def load_dataset_suite(path: str, split: str = "train", name: str | None = None) -> PromptTable | Suite:
    """Load a table of prompts, or a whole suite that `culturefit export` wrote as a dataset.

    Args:
        path: a .jsonl, .csv or .parquet file, a folder of a dataset, or the id of a dataset on the hub.
        split: of a hub dataset.
        name: what rows and reports call the suite; the file's or dataset's name if None.

    Raises:
        CulturefitError: a row that cannot be asked, with file, row and field.
    """
    table = _rows(path, split)
    first = next(table, None)
    if first is not None and set(SUITE_COLUMNS) <= set(first[1]):
        return suite_from_rows((row for _, row in chain([first], table)), Path(path))
    return table_from_rows(chain([first] if first else [], table), name or Path(path).stem, place=f"'{path}'")


def table_from_rows(table: Iterable[tuple[str, Mapping[str, Any]]], name: str, place: str = "The table") -> PromptTable:
    """Return a table of prompts from rows, each with the place that errors name.

    Raises:
        CulturefitError: a row that cannot be asked, with its place and field.
    """
    digest = hashlib.sha256()
    rows: list[PromptRow] = []
    seen: set[tuple[str, str | None]] = set()
    for at, row in table:
        found = _row(row, at, len(rows) + 1)
        if (found.id, found.arm) in seen:
            raise CulturefitError(f"{at}: id: '{found.id}' stands twice; ids are unique.")
        seen.add((found.id, found.arm))
        digest.update(repr(found).encode())
        rows.append(found)
    if not rows:
        raise UsageError(f"{place} holds no rows; each row needs `prompt` and `locale`.")
    card = SuiteCard.model_construct(
        id=name, title=name, purpose="Prompts of the user.", version="0.0.0", pivot=rows[0].locale, licence="not stated",
        provenance="Prompts brought by the user; their origin and review are not known to culturefit.", content_warning=None,
    )  # fmt: skip
    return PromptTable(card, rows, digest.hexdigest())


def _rows(path: str, split: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    file = Path(path)
    if file.suffix.lower().lstrip(".") in (*FORMATS, "ndjson"):
        for number, row in read_rows(file):
            yield f"{path}:{number}", row
        return
    if file.exists() and not file.is_dir():
        raise UsageError(f"suite.path={path} ends in '{file.suffix}'; use .jsonl, .csv or .parquet.")
    from datasets import load_dataset, load_from_disk

    try:
        saved = file.is_dir() and any((file / each).is_file() for each in ("state.json", "dataset_dict.json"))
        data = load_from_disk(path) if saved else load_dataset(path, split=split)
    except Exception as error:  # the hub, the network and the disk each raise their own
        told = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UsageError(f"suite.path={path} is neither a file nor a dataset that can be loaded ({told}).") from None
    for number, row in enumerate(data[split] if isinstance(data, dict) else data, 1):
        yield f"{path} row {number}", row


def _row(row: Mapping[str, Any], place: str, number: int) -> PromptRow:
    for field in ("prompt", "locale"):
        if not isinstance(row.get(field), str) or not row[field].strip():
            have = ", ".join(row) or "nothing"
            raise CulturefitError(
                f"{place}: {field}: is missing or no text; each row needs `prompt` and `locale` (it has {have})."
            )
    try:
        locale = parse_locale(row["locale"])
    except UsageError as error:
        raise CulturefitError(f"{place}: locale: {error}") from None
    for field, known in (("arm", ARMS), ("risk", _RISKS), ("role", _ROLES)):
        if row.get(field) and row[field] not in known:
            raise CulturefitError(f"{place}: {field}: {unknown(field, str(row[field]), known)}")
    own = str(row.get("id") or row.get("scenario") or number)
    return PromptRow(
        id=own, prompt=row["prompt"], locale=locale.tag, scenario=str(row.get("scenario") or own), arm=row.get("arm") or None,
        risk=row.get("risk") or None, role=row.get("role") or None, country=row.get("country") or None,
    )  # fmt: skip
