"""Takes conversations out of files that were written from transcripts."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from typing import IO, Any

from culturefit.errors import CulturefitError, UsageError
from culturefit.files import cannot_write, open_new, part_of
from culturefit.tables import MAX_LINE, format_of
from culturefit.transcripts.shapes import IDS, conversation_of

__all__ = ["erase"]

_Rewrite = Callable[[Path, IO[Any], frozenset[str]], int]


def erase(path: Path, ids: Sequence[str]) -> int:
    """Rewrite a JSONL, CSV or Parquet file without the rows of the conversations `ids`; return how many rows went.

    A row belongs to a conversation if its id is that one's, or that one's and the number of a reply (`abc/2`). The new file takes
    the old one's place when it is whole.

    Raises:
        UsageError: not a file of rows.
        CulturefitError: it cannot be read or written; it is as it was.
    """
    import pyarrow as pa

    kind = format_of(path)
    wanted = frozenset(ids)
    if not path.is_file():
        raise UsageError(f"'{path}' is no file; name a .jsonl, .csv or .parquet file.")
    # Behind a link it is the file itself that must lose the rows.
    path = path.resolve()
    part = part_of(path)
    rewrite: _Rewrite = {"parquet": _parquet, "jsonl": _jsonl, "csv": _csv}[kind]
    try:
        with open_new(part, binary=kind == "parquet") as written:
            gone = rewrite(path, written, wanted)
        if gone:
            part.chmod(S_IMODE(path.stat().st_mode))
            part.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from None
    except (UnicodeDecodeError, csv.Error, pa.ArrowException) as error:
        raise CulturefitError(f"'{path}' cannot be read ({error}); nothing was erased.") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return gone


def _of(name: str, wanted: Iterable[str]) -> bool:
    head, slash, tail = name.rpartition("/")
    return name in wanted or bool(slash and tail.isdecimal() and head in wanted)


def _jsonl(path: Path, written: IO[Any], wanted: frozenset[str]) -> int:
    import json

    gone = 0
    with path.open(encoding="utf-8-sig", newline="") as read:
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


def _csv(path: Path, written: IO[Any], wanted: frozenset[str]) -> int:
    gone = 0
    csv.field_size_limit(MAX_LINE)
    with path.open(encoding="utf-8-sig", newline="") as read:
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


def _parquet(path: Path, written: IO[Any], wanted: frozenset[str]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    gone = 0
    with pq.ParquetFile(path) as file:
        names = [name for name in IDS if name in file.schema_arrow.names]
        with pq.ParquetWriter(written, file.schema_arrow, compression="zstd") as out:
            for index in range(file.num_row_groups):
                table = file.read_row_group(index)
                keep = [
                    not _of(conversation_of({name: table[name][i].as_py() for name in names}, 0), wanted)
                    for i in range(table.num_rows)
                ]
                gone += keep.count(False)
                out.write_table(table.filter(pa.array(keep)))
    return gone
