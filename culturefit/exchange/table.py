"""CSV with the columns that translate-toolkit, and through it Weblate, knows; spreadsheets open it too.

A cell that a spreadsheet would take for a formula gets an apostrophe in front, which reading takes off again.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from culturefit.errors import SuiteError
from culturefit.exchange.sheet import Sheet, Unit, base_in, decoded

__all__ = ["read", "write"]

_COLUMNS = (
    "location", "source", "target", "id", "fuzzy", "context", "translator_comments", "developer_comments",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_FUZZY = {"true": False, "1": False, "yes": False, "false": True, "0": True, "no": True}


def write(sheet: Sheet) -> bytes:
    """Return the sheet as CSV with a byte order mark, without which spreadsheets guess the encoding."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(_COLUMNS)
    for number, unit in enumerate(sheet.units):
        note = unit.note if number or not sheet.canary else f"{unit.note} {sheet.canary}"
        location = f"{sheet.suite}/{unit.id.split('/')[0]}/{sheet.locale}.yaml"
        fuzzy = "" if unit.done is None else str(not unit.done)
        cells = (location, unit.source, unit.target, unit.id, fuzzy, unit.id, "", note)
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def read(path: Path, raw: bytes) -> Sheet:
    """Read a CSV file; separators are commas, semicolons or tabs.

    Raises:
        SuiteError: not UTF-8, not CSV, or without the columns `id` (or `context`), `source` and `target`.
    """
    text = decoded(path, raw)
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    units, suites = [], set()
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        missing = [name for name in ("source", "target") if name not in names]
        missing += [] if {"id", "context"} & set(names) else ["id"]
        if missing:
            raise SuiteError(
                f"has no column '{missing[0]}'; the first line names the columns: {', '.join(_COLUMNS)}",
                path=str(path),
                line=1,
            )
        line = reader.line_num + 1
        for row in reader:
            if row:
                cells = dict(zip(names, map(_plain, row), strict=False))
                name = cells.get("id") or cells.get("context", "")
                if len(row) != len(names):
                    raise SuiteError(
                        f"has {len(row)} cells where the first line has {len(names)}; put texts into double quotes",
                        path=str(path), line=line, field=name,
                    )  # fmt: skip
                notes = cells.get("developer_comments", "")
                done = _FUZZY.get(cells.get("fuzzy", "").strip().lower())
                units.append(Unit(name, cells["source"], cells["target"], done, base_in(notes), notes, line))
                suites.add(_location(cells.get("location", "")))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SuiteError(
            f"is not CSV here: {error}; save it again from the tool", path=str(path), line=reader.line_num
        ) from None
    suites.discard(("", ""))
    if len(suites) > 1:
        raise SuiteError("holds rows of different suites or locales; import one at a time", path=str(path), line=1)
    suite, locale = next(iter(suites), ("", ""))
    return Sheet(suite, "", locale, units)


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _location(cell: str) -> tuple[str, str]:
    """Return suite and locale of a row: core/debt/sw-KE.yaml."""
    parts = cell.split("/")
    return (parts[0], parts[2].removesuffix(".yaml")) if len(parts) == 3 else ("", "")
