"""What a rule finds, and the file it finds it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from culturefit.lint.catalogue import RULES
from culturefit.schema import Rendering, SuiteFile
from culturefit.suite.yamlfile import Document, Where, dotted

__all__ = ["File", "Fix", "Problem", "pivot_texts"]


@dataclass(frozen=True, slots=True)
class Fix:
    """A change that is certain: line `line` becomes `new` (None = the file is renamed to `rename`)."""

    line: int = 0
    new: str | None = None
    rename: Path | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of a rule; `severity` is "error" or "warning"."""

    rule: str
    severity: Literal["error", "warning"]
    path: str
    line: int
    field: str
    message: str
    fix: Fix | None = None

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}"
        return ": ".join(part for part in (where, f"{self.severity} [{self.rule}]", self.field, self.message) if part)


@dataclass(frozen=True, slots=True)
class File:
    """A file that fits its schema, with its kind and its document for line numbers."""

    path: Path
    kind: str
    document: Document
    content: SuiteFile

    def problem(self, rule: str, where: Where, message: str, fix: Fix | None = None) -> Problem:
        """Return a problem of this file at the line of `where`; the severity is the rule's."""
        line = self.document.line(where)
        return Problem(rule, RULES[rule].severity, str(self.path), line, dotted(where), message, fix)


def pivot_texts(files: Sequence[File], pivots: Mapping[Path, str]) -> dict[Path, Rendering]:
    """Return scenario folder -> its text in the suite's pivot locale; `pivots` maps suite folders to these locales."""
    return {
        file.path.parent: file.content
        for file in files
        if isinstance(file.content, Rendering) and file.content.locale == pivots.get(file.path.parent.parent)
    }
