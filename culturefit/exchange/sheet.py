"""What all formats carry: the texts of one locale beside their sources, with what is known of each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from culturefit.errors import SuiteError

__all__ = ["MAX_BYTES", "Sheet", "Unit", "base_in", "base_note", "decoded", "mark", "person", "unwritable"]

#: A file of a translator's tool may have this size at most; the largest suite's is below 1 MB.
MAX_BYTES = 16 * 1024 * 1024

# What XML 1.0 cannot hold even when escaped, and what no tool shows.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BASE = re.compile(r"\bbase: ([0-9a-f]{12}|none)\b")


@dataclass(frozen=True, slots=True)
class Unit:
    """A text and its source.

    Attributes:
        id: scenario, a slash, the field of the rendering: "debt/cue.local".
        source: the text in the pivot language.
        target: the text in the locale's language; empty = not translated.
        done: whether the tool says that it is finished; None = it says nothing.
        base: `mark` of the target at export; None = the file does not say.
        note: what a translator should know.
        line: where it stands in the file that was read.
    """

    id: str
    source: str
    target: str
    done: bool | None = None
    base: str | None = None
    note: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """The texts of one locale; `suite` is the suite's id, `translator` who worked on it, as far as the file says."""

    suite: str
    source_locale: str
    locale: str
    units: Sequence[Unit] = field(default_factory=tuple)
    translator: str | None = None
    canary: str = ""


def mark(text: str) -> str:
    """Return what identifies a text but for the spaces around it: 12 digits of its sha256, or "none" where it is empty."""
    text = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(text.encode()).hexdigest()[:12] if text else "none"


def base_note(target: str) -> str:
    """Return the note by which an import knows what the text was when it was exported."""
    return f"base: {mark(target)}"


def base_in(notes: str) -> str | None:
    """Return the mark in the notes of a unit, if a tool has kept it."""
    found = _BASE.search(notes)
    return found[1] if found else None


def unwritable(text: str) -> str | None:
    """Return the first character of a text that not every format can hold, as U+0007."""
    found = _UNWRITABLE.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def person(name: str | None) -> str | None:
    """Return a translator's name without an address; None for the placeholders that tools write."""
    plain = re.sub(r"\s*<[^>]*>?\s*$|\S+@\S+", "", name or "").strip()
    return None if not plain or plain.upper() in ("FULL NAME", "AUTOMATICALLY GENERATED", "ANONYMOUS") else plain


def decoded(path: Path, raw: bytes) -> str:
    """Return the text of a file without a byte order mark.

    Raises:
        SuiteError: too large, or not UTF-8.
    """
    if len(raw) > MAX_BYTES:
        raise SuiteError(f"is larger than {MAX_BYTES // 1024**2} MB; is it a translation file?", path=str(path))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SuiteError("is not UTF-8; save it as UTF-8", path=str(path), line=line) from None
