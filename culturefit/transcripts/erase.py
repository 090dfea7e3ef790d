"""Takes conversations out of files that were written from transcripts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from culturefit.errors import UsageError
from culturefit.transcripts.shapes import conversation_of

__all__ = ["erase"]


def erase(path: Path, ids: Sequence[str]) -> int:
    """Rewrite a JSONL, CSV or Parquet file without the rows of the conversations `ids`; return how many rows went.

    A row belongs to a conversation if its id is that one's, or that one's and the number of a reply (`abc/2`). The new file takes
    the old one's place when it is whole.

    Raises:
        UsageError: not a file of rows.
    """
    from culturefit.tables import format_of

    kind = format_of(path)
    wanted = frozenset(ids)
    if not path.is_file():
        raise UsageError(f"'{path}' is no file; name a .jsonl, .csv or .parquet file.")
    part = path.with_name(f".{path.name}.part")
    try:
        gone = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}[kind](path, part, wanted)
        if gone:
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return gone


def _of(name: str, wanted: Iterable[str]) -> bool:
    head, slash, tail = name.rpartition("/")
    return name in wanted or bool(slash and tail.isdecimal() and head in wanted)


def _jsonl(path: Path, part: Path, wanted: frozenset[str]) -> int:
    import json

    gone = 0
    with path.open(encoding="utf-8-sig") as read, part.open("x", encoding="utf-8") as written:
        for number, line in enumerate(read, 1):
            try:
                row = json.loads(line) if line.strip() else {}
            except (ValueError, RecursionError):
                row = {}
            if isinstance(row, dict) and _of(conversation_of(row, number), wanted):
                gone += 1
            else:
                written.write(line)
    return gone


def _csv(path: Path, part: Path, wanted: frozenset[str]) -> int:
    import csv

    gone = 0
    csv.field_size_limit(16 * 1024 * 1024)
    with path.open(encoding="utf-8-sig", newline="") as read, part.open("x", encoding="utf-8", newline="") as written:
        rows = csv.reader(read)
        header = next(rows, [])
        out = csv.writer(written)
        out.writerow(header)
        for number, row in enumerate(rows, 2):
            if _of(conversation_of(dict(zip(header, row, strict=False)), number), wanted):
                gone += 1
            else:
                out.writerow(row)
    return gone


def _parquet(path: Path, part: Path, wanted: frozenset[str]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    gone = 0
    with pq.ParquetFile(path) as file:
        names = [name for name in ("conversation_id", "id", "chat_id", "session_id") if name in file.schema_arrow.names]
        part.touch(exist_ok=False)
        with pq.ParquetWriter(part, file.schema_arrow, compression="zstd") as out:
            for index in range(file.num_row_groups):
                table = file.read_row_group(index)
                keep = [
                    not _of(conversation_of({name: table[name][i].as_py() for name in names}, 0), wanted)
                    for i in range(table.num_rows)
                ]
                gone += keep.count(False)
                out.write_table(table.filter(pa.array(keep)))
    return gone
