"""Locale packs and crisis files, loaded and checked; shared by all suites."""

from __future__ import annotations

import datetime
from pathlib import Path

from culturefit.schema import CrisisFile, LocalePack
from culturefit.suite.load import suites_root
from culturefit.suite.parse import parse_file

__all__ = ["load_crisis_files", "load_packs", "registry_state"]


def load_packs(folder: Path | None = None) -> dict[str, LocalePack]:
    """Return the locale packs by tag; `folder` replaces the shipped suites/packs."""
    root = (folder or suites_root() / "packs") / "locales"
    return {path.stem: parse_file(path, LocalePack) for path in sorted(root.glob("*.yaml"))}


def load_crisis_files(folder: Path | None = None) -> dict[str, CrisisFile]:
    """Return the crisis files by country code; `folder` replaces the shipped suites/packs."""
    root = (folder or suites_root() / "packs") / "crisis"
    return {path.stem: parse_file(path, CrisisFile) for path in sorted(root.glob("*.yaml"))}


def registry_state(files: dict[str, CrisisFile], today: datetime.date) -> dict[str, int]:
    """Return how many crisis lines there are, how many are verified, and how many facts have expired."""
    lines = [line for file in files.values() for line in file.lines]
    return {
        "countries": len(files),
        "lines": len(lines),
        "verified": sum(line.status == "verified" and line.expires >= today for line in lines),
        "expired": sum(line.expires < today for line in lines),
    }
