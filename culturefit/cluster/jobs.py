"""One job of a sweep, on whatever node it lands: the run in a folder of its own, and what it wrote as bytes.

The node needs the same culturefit, and what the configuration names: a function's module, a key in the environment. It needs no
disk in common with the machine that began the sweep: the journal is sent there and comes back.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

__all__ = ["Done", "Job", "run_job"]

#: What a job leaves that a report is made from.
_FILES = ("run.json", "replies.parquet", "scores.parquet", "pairs.parquet")


@dataclass(frozen=True, slots=True)
class Job:
    """What a node is told.

    Attributes:
        config: the composed configuration, interpolations filled in.
        choices: config group -> the option that was chosen.
        run: the run's id, as it stands in every row.
        scope: what shares the budget.
        version: culturefit here; another one there would be another measurement.
    """

    config: dict[str, Any]
    choices: dict[str, str]
    run: str
    scope: str
    version: str


@dataclass(slots=True)
class Done:
    """What came of it: the files, the journal, what was said, and the error in one sentence, if there was one."""

    files: dict[str, bytes] = field(default_factory=dict)
    journal: bytes = b""
    said: list[str] = field(default_factory=list)
    error: str | None = None


def run_job(job: Job, journal: bytes, purse: Any) -> Done:
    """Run `job` here; errors of the user's are returned, not raised, since Ray would begin the job again.

    Args:
        job: what to run.
        journal: the sweep's journal as it was when the sweep began; empty if there was none.
        purse: the actor that keeps budget and rate; None = there is neither.
    """
    from culturefit import __version__
    from culturefit.errors import CulturefitError

    done = Done()
    if job.version != __version__:
        done.error = (
            f"A node has culturefit {__version__} and the sweep was begun with {job.version}; install the same on all."
        )
        return done
    with tempfile.TemporaryDirectory(prefix="culturefit-job-") as name:
        folder, store = Path(name) / "run", Path(name) / "store" / "replies.sqlite3"
        store.parent.mkdir()
        if journal:
            store.write_bytes(journal)
        try:
            _execute(job, folder, store, purse, done.said)
        except CulturefitError as error:
            done.error = str(error)
        done.files = {each: (folder / each).read_bytes() for each in _FILES if (folder / each).is_file()}
        done.journal = snapshot(store)
    return done


def _execute(job: Job, folder: Path, store: Path, purse: Any, said: list[str]) -> None:
    from culturefit.cli.compose import GROUPS, make_part
    from culturefit.cluster.purse import PursedLedger
    from culturefit.run.budget import Ledger
    from culturefit.run.pipeline import execute
    from culturefit.run.settings import Settings

    data = dict(job.config)
    parts = {group: data.pop(group) for group in GROUPS}
    data["store"] = {**data["store"], "path": str(store)}
    settings = Settings.check(data)
    made = {group: make_part(group, part) for group, part in parts.items()}
    execute(
        settings, made["suite"], made["translator"], made["model"], folder, run=job.run, judge=made["judge"], pairs=made["pairs"],
        translator_name=job.choices.get("translator") or "own", scope=job.scope,
        ledger_of=Ledger if purse is None else partial(PursedLedger, purse), say=said.append,
    )  # fmt: skip


def snapshot(path: Path) -> bytes:
    """Return a journal as the bytes of one file; nothing where there is none."""
    import sqlite3
    from contextlib import closing

    if not path.is_file():
        return b""
    with tempfile.TemporaryDirectory(prefix="culturefit-journal-") as name:
        copy = Path(name) / "copy.sqlite3"
        with closing(sqlite3.connect(path)) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
        return copy.read_bytes()
