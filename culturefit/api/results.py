"""What the functions of the API return: plain data that also shows itself in a notebook."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import pyarrow as pa

    from culturefit.records import Score

__all__ = ["Gap", "Report", "Run", "ScoreTable", "Scores"]

Row = Mapping[str, Any]


class Scores(dict[str, "list[Score]"]):
    """The scores of one reply, by scorer; `text` and `locale` are what was scored."""

    def __init__(self, found: Mapping[str, list[Score]], text: str, locale: str) -> None:
        super().__init__(found)
        self.text, self.locale = text, locale

    def _repr_html_(self) -> str:
        from culturefit.api.notebook import scores_html

        return scores_html(self)


class ScoreTable(Sequence[Row]):
    """Score rows of many replies (docs/contracts.md: a score row); `replies` maps ids to texts."""

    def __init__(self, rows: Sequence[Row], replies: Mapping[str, str]) -> None:
        self.rows, self.replies = list(rows), dict(replies)

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        return self.rows[place]

    def __len__(self) -> int:
        return len(self.rows)

    def means(self) -> list[dict[str, Any]]:
        """Return per locale and criterion: `mean` of what was scored (None = nothing was), `scored`, `unscored`."""
        found: dict[tuple[str, str, str], dict[str, Any]] = {}
        for row in self.rows:
            key = (row["locale"], row["dimension"], row["criterion"])
            cell = found.setdefault(key, {"total": 0.0, "scored": 0, "unscored": 0})
            cell["scored"] += row["value"] is not None
            cell["unscored"] += row["unscored"] is not None
            cell["total"] += row["value"] or 0.0
        return [
            {
                "locale": locale, "dimension": dimension, "criterion": criterion,
                "mean": cell["total"] / cell["scored"] if cell["scored"] else None,
                "scored": cell["scored"], "unscored": cell["unscored"],
            }
            for (locale, dimension, criterion), cell in found.items()
        ]  # fmt: skip

    def to_arrow(self) -> pa.Table:
        """Return the rows as a table; `datasets.Dataset(table)` and `table.to_pandas()` go on from there."""
        import pyarrow as pa

        from culturefit.tables import scores_schema

        return pa.Table.from_pylist([dict(row) for row in self.rows], schema=scores_schema())

    def _repr_html_(self) -> str:
        from culturefit.api.notebook import score_table_html

        return score_table_html(self)


class Run:
    """A finished run, by its folder: `Run("outputs/2026-11-22/10-30-00-000000")`."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)

    @cached_property
    def record(self) -> dict[str, Any]:
        """The content of run.json: settings, counts, status, signature, missing renderings."""
        found: dict[str, Any] = json.loads((self.folder / "run.json").read_text(encoding="utf-8"))
        return found

    @cached_property
    def replies(self) -> pa.Table:
        """One row per reply, with the prompt as it was sent."""
        return self._table("replies")

    @cached_property
    def scores(self) -> pa.Table:
        """One row per reply, scorer and criterion."""
        return self._table("scores")

    def _table(self, name: str) -> pa.Table:
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.folder / f"{name}.parquet") as file:
            return file.read()

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"

    def _repr_html_(self) -> str:
        from culturefit.api.notebook import run_html

        return run_html(self)


class Gap(Mapping[str, Any]):
    """The content of gap.json (docs/schema/gap.schema.json), by its names, such as `gap["gaps"]`."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = dict(data)

    def __getitem__(self, name: str) -> Any:
        return self.data[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def sentences(self) -> dict[str, str]:
        """Return the answer in one sentence per model: where it is behind, and where most."""
        from culturefit.report.verdict import verdict

        return {model: verdict(self.data, model).sentence() for model in self.data["models"]}

    def __repr__(self) -> str:
        from culturefit.report.words import uncalibrated

        lines = []
        for model, sentence in self.sentences().items():
            lines += [sentence, *filter(None, [uncalibrated(self.data, model)])]
        return "\n".join(lines) or "Gap of no model"

    def _repr_html_(self) -> str:
        from culturefit.api.notebook import gap_html

        return gap_html(self)


class Report:
    """Where a report was written."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Report({str(self.path)!r})"

    def _repr_html_(self) -> str:
        from culturefit.api.notebook import report_html

        return report_html(self)
