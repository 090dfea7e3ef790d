"""What can go wrong, as one tree; every message is one sentence with the value and the remedy.

CulturefitError
├── UsageError        a wrong name, option or value: exit code 2
├── SuiteError        a file of a suite says something it may not: names the file, the line, the field
├── ModelError        the model cannot be asked at all (bad key, unknown model, missing weights): stops the run
├── RequestFailed     one request failed for good after its retries: recorded with its reason, asked again next time
└── Stopped           the person pressed Ctrl-C: what has arrived is kept
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "CulturefitError",
    "ModelError",
    "RequestFailed",
    "Stopped",
    "SuiteError",
    "UsageError",
    "nearest",
    "unknown",
]


class CulturefitError(Exception):
    """An error whose message a user can act on; the command line prints it without a traceback."""

    exit_code = 1


class UsageError(CulturefitError):
    """A name, option or value that does not exist or does not fit."""

    exit_code = 2


class SuiteError(CulturefitError):
    """A suite file that cannot be used; `path`, `line` and `field` say where."""

    def __init__(self, message: str, *, path: str = "", line: int | None = None, field: str = "") -> None:
        self.message, self.path, self.line, self.field = message, path, line, field
        place = f"{path}:{line}" if path and line else path
        super().__init__(": ".join(part for part in (place, field, message) if part))


class ModelError(CulturefitError):
    """The model cannot be asked, and asking again would not help."""


class RequestFailed(CulturefitError):  # noqa: N818 - an outcome of one request, not a fault of the program
    """One request that stays unanswered after its retries."""


class Stopped(CulturefitError):  # noqa: N818 - not a fault
    """The run was stopped by its user."""

    exit_code = 130


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to `name`, or None when none is close."""
    lowered = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    found = found or sorted(each for each in lowered if name and each.startswith(name.lower()))
    return lowered[found[0]] if found else None


def unknown(kind: str, name: str, known: Iterable[str]) -> UsageError:
    """Return the error for a name that does not exist: it lists the known ones and the nearest."""
    names = sorted(known)
    close = nearest(name, names)
    hint = f" Did you mean '{close}'?" if close else ""
    return UsageError(f"Unknown {kind} '{name}'.{hint} Known: {', '.join(names) or 'none'}.")
