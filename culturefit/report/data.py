"""Load what one or several runs wrote: run.json, replies.parquet and scores.parquet of each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.errors import CulturefitError
from culturefit.files import read_small
from culturefit.report.checked import check_record, check_rows, check_types

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["ReportData", "load_runs", "split_runs"]

_SCHEMA = 1
#: Bytes of a run.json; it grows with scenarios × criteria, not with replies.
_MOST = 256 * 1024 * 1024
_REPLIES = ("run", "scenario", "locale", "arm", "epoch", "model", "language", "prompt", "reply", "status")
#: What only the pages need; the statistics of a long run do not wait for it, nor hold it.
_TEXTS = frozenset({"id", "messages", "prompt", "error", "key", "at", "latency_s", "detail", "findings"})
_PAIRS = ("run", "scenario", "locale", "arm", "rank", "unscored")
_SCORES = (
    "run",
    "scenario",
    "locale",
    "arm",
    "epoch",
    "model",
    "scorer",
    "criterion",
    "dimension",
    "value",
    "findings",
)


@dataclass
class ReportData:
    """What the report is made of.

    Attributes:
        runs: the contents of each run.json, in the order of the folders.
        replies: one row per reply of all runs.
        scores: one row per reply × scorer × criterion of all runs.
        pairs: one row per local reply of the runs that compared them with the pivot's; None where none did.
    """

    runs: list[dict[str, Any]]
    replies: pa.Table
    scores: pa.Table
    pairs: pa.Table | None = None


def load_runs(dirs: Sequence[Path], *, texts: bool = True) -> ReportData:
    """Read the runs in `dirs`; a folder that is no run itself, such as a sweep's, stands for every run below it.

    Without `texts`, columns that only a page shows are left out and of each reply its first letter is kept: enough to see
    that it is not empty, so that what is held does not grow with what was said.

    Raises:
        CulturefitError: a folder holds no run, or a run lacks a file or a column; the message names both.
    """
    import pyarrow as pa

    folders = list(dict.fromkeys(found for folder in dirs for found in _expand(Path(folder))))
    if not folders:
        raise CulturefitError("No folder of a run was given; pass one, such as outputs/<date>/<time>.")
    # A run's record says so; a file of an earlier run in the same folder does not.
    runs = [_read_run(folder) for folder in folders]
    _refuse_copies(folders, runs)
    compared = [folder for folder, run in zip(folders, runs, strict=True) if run.get("pairs")]
    names = {run["run"] for run in runs}

    def joined(name: str, wanted: Sequence[Path], texts: bool) -> pa.Table:
        tables = [_read_table(folder, name, texts) for folder in wanted]
        for folder, table in zip(wanted, tables, strict=True):
            check_rows(folder / f"{name}.parquet", table, names)
        return pa.concat_tables(tables, promote_options="permissive")

    return ReportData(
        runs=runs, replies=joined("replies", folders, texts), scores=joined("scores", folders, texts),
        pairs=joined("pairs", compared, True) if compared else None,
    )  # fmt: skip


def split_runs(dirs: Sequence[Path]) -> tuple[list[Path], list[dict[str, Any]]]:
    """Return the folders of the runs in `dirs` that have tables, and the records of those that ended before they wrote any.

    Raises:
        CulturefitError: a folder holds no run, or a record cannot be read.
    """
    folders = list(dict.fromkeys(found for folder in dirs for found in _expand(Path(folder))))
    whole, broken = [], []
    for folder in folders:
        if any((folder / f"{name}.parquet").is_file() for name in ("replies", "scores")):
            whole.append(folder)
        else:
            broken.append(_read_run(folder))
    return whole, broken


def _expand(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise CulturefitError(f"{folder} is no folder; pass the folder of a run, such as outputs/<date>/<time>.")
    if (folder / "run.json").is_file():
        return [folder.resolve()]
    found = sorted(path.parent.resolve() for path in folder.rglob("run.json"))
    if found:
        return found
    parts = [name for name in ("replies.parquet", "scores.parquet") if (folder / name).is_file()]
    if parts:
        raise CulturefitError(
            f"{folder} holds {' and '.join(parts)} but no run.json; run it again to write the missing file."
        )
    raise CulturefitError(
        f"{folder} holds no run (no run.json in it or below); pass a folder that `culturefit run` wrote."
    )


def _read_run(folder: Path) -> dict[str, Any]:
    path = folder / "run.json"
    try:
        run = json.loads(read_small(path, _MOST))
    except (ValueError, RecursionError) as error:
        raise CulturefitError(f"{path} cannot be read ({error}); run it again to write a new one.") from error
    if not isinstance(run, dict) or run.get("schema") != _SCHEMA:
        schema = run.get("schema") if isinstance(run, dict) else None
        raise CulturefitError(
            f"{path} has schema {schema!r} and this version reads {_SCHEMA}; use the culturefit that wrote it."
        )
    check_record(path, run)
    return run


def _refuse_copies(folders: Sequence[Path], runs: Sequence[Mapping[str, Any]]) -> None:
    """Refuse two folders of one run: every reply would count twice."""
    seen: dict[str, Path] = {}
    for folder, run in zip(folders, runs, strict=True):
        if (other := seen.setdefault(run["run"], folder)) is not folder:
            raise CulturefitError(f"{other} and {folder} are both of the run {run['run']}; pass one of them.")


def _read_table(folder: Path, name: str, texts: bool) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from culturefit.tables import pairs_schema, replies_schema, scores_schema

    columns, schema = {
        "replies": (_REPLIES, replies_schema), "scores": (_SCORES, scores_schema), "pairs": (_PAIRS, pairs_schema)
    }[name]  # fmt: skip
    path = folder / f"{name}.parquet"
    if not path.is_file():
        raise CulturefitError(
            f"{folder} has no {name}.parquet; repeat its `culturefit run`: what has been answered is not asked again."
        )
    try:
        # A ParquetFile reads this one file; read_table would look for partitions in the folder's name.
        with pq.ParquetFile(path) as file:
            names = file.schema_arrow.names
            if missing := [column for column in columns if column not in names]:
                raise CulturefitError(
                    f"{path} lacks the columns {', '.join(missing)}; use the culturefit that wrote it."
                )
            check_types(path, file.schema_arrow, schema())
            return file.read() if texts else _without_texts(file, [each for each in names if each not in _TEXTS])
    except (OSError, pa.ArrowException) as error:
        raise CulturefitError(f"{path} cannot be read ({error}); run it again to write a new one.") from error


def _without_texts(file: pq.ParquetFile, columns: list[str]) -> pa.Table:
    """Return the columns, of replies the first letter only, read a part at a time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = []
    for batch in file.iter_batches(65_536, columns=columns):
        part = pa.Table.from_batches([batch])
        if "reply" in part.column_names:
            first = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(part.column("reply")), 0, 1)
            part = part.set_column(part.column_names.index("reply"), "reply", first)
        parts.append(part)
    return pa.concat_tables(parts) if parts else file.read(columns=columns)
