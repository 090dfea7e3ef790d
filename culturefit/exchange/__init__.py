"""Texts of a suite in the files that translators' tools read, and their work back: XLIFF 1.2, PO, CSV.

`collect` puts the texts of one locale beside their sources, `xliff`, `po` and `table` write and read the files, `bring`
finds what a translator changed, and `edit` changes only that in a rendering's file.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from culturefit.errors import UsageError

__all__ = ["FORMATS", "format_by_ending", "format_of"]

#: format -> the endings of its files, the usual one first.
FORMATS = {"xliff": (".xlf", ".xliff"), "po": (".po",), "csv": (".csv",)}


def format_of(name: str) -> ModuleType:
    """Return the module of a format; it has `write(sheet) -> bytes` and `read(path, raw) -> Sheet`."""
    from importlib import import_module

    return import_module(f"culturefit.exchange.{'table' if name == 'csv' else name}")


def format_by_ending(path: Path) -> str:
    """Return the format of a file by its ending.

    Raises:
        UsageError: the ending belongs to none.
    """
    for name, endings in FORMATS.items():
        if path.suffix.lower() in endings:
            return name
    known = ", ".join(ending for endings in FORMATS.values() for ending in endings)
    raise UsageError(f"'{path}' is no translation file by its ending; those that are read end in {known}.")
