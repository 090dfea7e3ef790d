"""Rows in and out: JSONL, CSV and Parquet, read row by row and written in batches.

Parquet files are written beside their final name and renamed when whole, so that a reader never meets half a file.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.errors import CulturefitError, UsageError
from culturefit.files import cannot_write, open_new, part_of
from culturefit.plain import json_safe

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "FORMATS",
    "RowWriter",
    "cell_text",
    "encode",
    "format_of",
    "messages_in",
    "pairs_schema",
    "read_rows",
    "replies_schema",
    "scores_schema",
]

FORMATS = ("jsonl", "csv", "parquet")
_BATCH = 2048
#: Characters of a line of JSONL, and of a field of CSV: whoever writes a file chooses no more than this of our memory.
MAX_LINE = 16 * 1024 * 1024
#: Rows that are turned into a table at once: small, so that little is left to do at the end of a run.
_CONVERTED = 256
#: Cells that a spreadsheet would run as a formula are written with a quote before them.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def format_of(path: Path) -> str:
    """Return the format by the file's ending; raises UsageError for others."""
    kind = path.suffix.lower().lstrip(".")
    kind = "jsonl" if kind == "ndjson" else kind
    if kind not in FORMATS:
        raise UsageError(f"'{path}' ends in '{path.suffix}'; use .jsonl, .csv or .parquet.")
    return kind


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number, row) of a file; numbers are lines for JSONL and CSV, rows from 1 for Parquet.

    Raises:
        CulturefitError: not readable, or a row that is no row, with its number.
    """
    reader = {"jsonl": _read_jsonl, "csv": _read_csv, "parquet": _read_parquet}[format_of(path)]
    try:
        yield from reader(path)
    except OSError as error:
        raise CulturefitError(f"'{path}' cannot be read ({error.strerror or error}); check the path.") from None
    except UnicodeDecodeError:
        raise CulturefitError(f"'{path}' is not UTF-8; save it as UTF-8.") from None


def _read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open(encoding="utf-8-sig") as file:
        for number in count(1):
            line = file.readline(MAX_LINE + 1)
            if not line:
                return
            if len(line) > MAX_LINE:
                raise CulturefitError(
                    f"{path}:{number}: is longer than {MAX_LINE:,} characters; write one object per line."
                )
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise CulturefitError(f"{path}:{number}: is no JSON ({error}); each line holds one object.") from None
            if not isinstance(row, dict):
                raise CulturefitError(f"{path}:{number}: is {type(row).__name__}; each line holds one object.")
            yield number, row


def _read_csv(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    csv.field_size_limit(MAX_LINE)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            for row in reader:
                if None in row:
                    raise CulturefitError(
                        f"{path}:{reader.line_num}: has more fields than the header; quote fields with commas."
                    )
                yield reader.line_num, {key: value for key, value in row.items() if value not in ("", None)}
        except csv.Error as error:
            raise CulturefitError(f"{path}:{reader.line_num}: is no CSV ({error}).") from None


def _read_parquet(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.is_file():
        raise CulturefitError(f"'{path}' cannot be read (no such file); check the path.")
    try:
        number = 0
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except pa.ArrowException as error:
        raise CulturefitError(f"'{path}' is no Parquet file ({str(error).splitlines()[0]}).") from None


def replies_schema() -> pa.Schema:
    """Return the columns of replies.parquet; one row per reply, reused ones too."""
    import pyarrow as pa

    text, number = pa.string(), pa.int32()
    word = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([
        ("run", word), ("id", text), ("suite", word), ("scenario", word), ("locale", word), ("arm", word),
        ("epoch", number), ("model", word), ("language", word), ("country", word), ("risk", word), ("role", word),
        ("origin", word), ("relation", word), ("messages", text), ("prompt", text), ("reply", text), ("status", word),
        ("finish_reason", word), ("error", text), ("prompt_tokens", number), ("completion_tokens", number),
        ("latency_s", pa.float64()), ("reused", pa.bool_()), ("at", text), ("key", text),
    ])  # fmt: skip


def messages_in(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was sent for a row of replies.parquet as (role, text); [] where its `messages` are no list of messages."""
    try:
        sent = json.loads(row["messages"] or "[]")
    except (ValueError, RecursionError):
        return []
    turns = [each for each in sent if isinstance(each, dict)] if isinstance(sent, list) else []
    return [(str(turn.get("role", "")), str(turn.get("content", ""))) for turn in turns]


def pairs_schema() -> pa.Schema:
    """Return the columns of pairs.parquet; one row per reply in a local arm, where a run compares them."""
    import pyarrow as pa

    text = pa.string()
    word = pa.dictionary(pa.int32(), pa.string())
    return pa.schema([
        ("run", word), ("suite", word), ("scenario", word), ("locale", word), ("arm", word), ("epoch", pa.int32()),
        ("model", word), ("id", text), ("scorer", word), ("reference_id", text), ("rank", pa.float64()), ("others", pa.int32()),
        ("unscored", word), ("signature", word),
    ])  # fmt: skip


def scores_schema() -> pa.Schema:
    """Return the columns of scores.parquet; one row per reply × scorer × criterion."""
    import pyarrow as pa

    text = pa.string()
    word = pa.dictionary(pa.int32(), pa.string())
    finding = pa.struct([
        ("start", pa.int32()), ("end", pa.int32()), ("category", text), ("severity", text), ("message", text), ("rule", text),
    ])  # fmt: skip
    return pa.schema([
        ("run", word), ("suite", word), ("scenario", word), ("locale", word), ("arm", word), ("epoch", pa.int32()),
        ("model", word), ("origin", word), ("relation", word), ("id", text), ("scorer", word), ("criterion", word),
        ("dimension", word), ("value", pa.float64()), ("label", word), ("detail", text), ("unscored", word),
        ("severity", word), ("findings", pa.list_(finding)), ("signature", word),
    ])  # fmt: skip


class RowWriter:
    """Writes rows to one file in batches; a context manager. The file appears under its name when it is whole."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path, self._schema, self._kind = path, schema, format_of(path)
        self._part = part_of(path)
        self._rows: list[Mapping[str, Any]] = []
        self._tables: list[pa.Table] = []
        self._early: pa.Table | None = None
        self._sink: Any = None
        self._file: Any = None

    def __enter__(self) -> RowWriter:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._sink = open_new(self._part, binary=self._kind == "parquet")
            if self._kind == "parquet":
                import pyarrow.parquet as pq

                self._sink = pq.ParquetWriter(self._file, self._schema, compression="zstd")
            elif self._kind == "csv":
                csv.writer(self._sink).writerow(self._schema.names)
        except OSError as error:
            if self._file is not None:
                with suppress(OSError):
                    self._file.close()
                with suppress(OSError):
                    self._part.unlink(missing_ok=True)
            raise cannot_write(self._path, error) from None
        return self

    def write(self, row: Mapping[str, Any]) -> None:
        """Add a row; keys that the schema does not name are left out, absent ones are null."""
        self._rows.append(row)
        if len(self._rows) >= _CONVERTED:
            self._flush()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._flush(last=True)
                self._sink.close()
                self._file.close()
                self._part.replace(self._path)
        except OSError as error:
            raise cannot_write(self._path, error) from None
        finally:
            # After a fault closing may fail as writing did; the first fault is the one to tell.
            for each in (self._sink, self._file):
                with suppress(OSError, ValueError):
                    each.close()
            with suppress(OSError):
                self._part.unlink(missing_ok=True)

    def write_encoded(self, data: bytes) -> None:
        """Add rows that `encode` turned into bytes for this file's format; not to be mixed with `write`."""
        import pyarrow as pa

        try:
            if self._kind != "parquet":
                self._sink.write(data.decode())
                return
            with pa.ipc.open_stream(data) as stream:
                table = stream.read_all()
            # Row groups end where `write` would end them, and their dictionaries begin anew, as they do there.
            self._early = pa.concat_tables([*([self._early] if self._early else []), _undictionaried(table)])
            while self._early.num_rows >= _BATCH:
                self._sink.write_table(_dictionaried(self._early.slice(0, _BATCH), self._schema))
                self._early = self._early.slice(_BATCH)
        except OSError as error:
            raise cannot_write(self._path, error) from None

    def _flush(self, last: bool = False) -> None:
        rows, self._rows = self._rows, []
        try:
            if self._kind == "parquet":
                if rows:
                    self._tables.append(_table(rows, self._schema))
                if last and self._early is not None and self._early.num_rows:
                    self._sink.write_table(_dictionaried(self._early, self._schema))
                if self._tables and (last or len(self._tables) * _CONVERTED >= _BATCH):
                    self._write_tables()
            else:
                self._sink.write(_text(rows, self._schema, self._kind))
        except OSError as error:
            raise cannot_write(self._path, error) from None

    def _write_tables(self) -> None:
        """Write what was converted as one row group; the dictionaries of its parts become one."""
        import pyarrow as pa

        tables, self._tables = self._tables, []
        self._sink.write_table(pa.concat_tables(tables).unify_dictionaries().combine_chunks())


def _table(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.Table:
    """Return rows as a table, by way of JSON: twice as fast as from Python objects, and pandas is not imported for it."""
    import pyarrow as pa
    import pyarrow.json as pa_json

    fields = {field.name: field.type for field in schema}
    plain = pa.schema([(n, kind.value_type if pa.types.is_dictionary(kind) else kind) for n, kind in fields.items()])
    data = "\n".join(json.dumps(row) for row in rows).encode()
    table = pa_json.read_json(
        pa.BufferReader(data),
        read_options=pa_json.ReadOptions(use_threads=False, block_size=len(data) + 1),
        parse_options=pa_json.ParseOptions(explicit_schema=plain, unexpected_field_behavior="ignore"),
    )
    return _dictionaried(table, schema)


def _dictionaried(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return the columns of `schema`, in its order, with a dictionary where it asks for one."""
    import pyarrow as pa

    table = table.combine_chunks()
    columns = [table.column(name) for name in schema.names]
    return pa.table(
        [
            column.dictionary_encode() if pa.types.is_dictionary(field.type) else column
            for field, column in zip(schema, columns, strict=True)
        ],
        schema=schema,
    )


def _undictionaried(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    fields = [f.with_type(f.type.value_type) if pa.types.is_dictionary(f.type) else f for f in table.schema]
    return table.cast(pa.schema(fields))


def encode(rows: Sequence[Mapping[str, Any]], schema: pa.Schema, kind: str) -> bytes:
    """Return rows as bytes that `RowWriter.write_encoded` takes for a file of the format `kind`."""
    if kind != "parquet":
        return _text(rows, schema, kind).encode()
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as stream:
        if rows:
            stream.write_table(_table(rows, schema))
    return bytes(sink.getvalue().to_pybytes())


def _text(rows: Sequence[Mapping[str, Any]], schema: pa.Schema, kind: str) -> str:
    """Return rows as lines of JSON or CSV."""
    names = schema.names
    if kind == "jsonl":
        plain = ({name: _plain(name, row.get(name)) for name in names} for row in rows)
        return "".join(json_safe(json.dumps(row, ensure_ascii=False)) + "\n" for row in plain)
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows([cell_text(row.get(name)) for name in names] for row in rows)
    return lines.getvalue()


def _plain(name: str, value: Any) -> Any:
    """Return a value for JSON: `detail` as the object it is."""
    return json.loads(value) if name == "detail" and isinstance(value, str) else value


def cell_text(value: Any) -> Any:
    """Return a value for a CSV cell: nothing for None, structures as JSON, nothing that a spreadsheet would run."""
    if isinstance(value, Sequence | Mapping) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
