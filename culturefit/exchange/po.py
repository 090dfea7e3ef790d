"""GNU gettext PO: the id is the context, the source the message. Read and written by polib."""

from __future__ import annotations

import re
from pathlib import Path

from culturefit.errors import SuiteError
from culturefit.exchange.sheet import Sheet, Unit, base_in, decoded, person

__all__ = ["read", "write"]


def write(sheet: Sheet) -> bytes:
    """Return the sheet as a PO file."""
    import polib

    file = polib.POFile(wrapwidth=0)
    file.header = sheet.canary
    file.metadata = {
        "Project-Id-Version": sheet.suite, "Last-Translator": sheet.translator or "", "Language": sheet.locale.replace("-", "_"),
        "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8", "Content-Transfer-Encoding": "8bit",
        "X-Culturefit-Suite": sheet.suite, "X-Culturefit-Source": sheet.source_locale, "X-Culturefit-Locale": sheet.locale,
    }  # fmt: skip
    for unit in sheet.units:
        flags = ["fuzzy"] if unit.done is False else []
        # Tools then say at once when the slot is lost; only where no other brace would confuse them.
        if re.fullmatch(r"[^{}]*\{cue\}[^{}]*", unit.source):
            flags.append("python-brace-format")
        file.append(
            polib.POEntry(msgctxt=unit.id, msgid=unit.source, msgstr=unit.target, comment=unit.note, flags=flags)
        )
    return str(file).encode() + b"\n"


def read(path: Path, raw: bytes) -> Sheet:
    """Read a PO file.

    Raises:
        SuiteError: not UTF-8, not PO, or with plural forms.
    """
    import polib

    decoded(path, raw)
    try:
        file = polib.pofile(str(path), encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else None
        raise SuiteError(
            "is not a PO file from here on; export it again from the tool", path=str(path), line=line
        ) from None
    units = []
    for entry in file:
        if entry.obsolete:
            continue
        name = entry.msgctxt or ""
        if entry.msgid_plural:
            raise SuiteError(
                "has plural forms, which no text of a suite has; remove them",
                path=str(path),
                line=entry.linenum,
                field=name,
            )
        notes = "\n".join((entry.comment, entry.tcomment))
        done = None if not entry.msgstr else "fuzzy" not in entry.flags
        units.append(Unit(name, entry.msgid, entry.msgstr, done, base_in(notes), notes, entry.linenum or 0))
    head = file.metadata
    locale = head.get("X-Culturefit-Locale") or head.get("Language", "").replace("_", "-")
    suite = head.get("X-Culturefit-Suite") or head.get("Project-Id-Version", "").split(" ")[0]
    return Sheet(suite, head.get("X-Culturefit-Source", ""), locale, units, person(head.get("Last-Translator")))
