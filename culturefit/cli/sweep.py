"""What a sweep leaves when all its jobs have ended: one report over them, in the sweep's folder.

A Hydra callback, because only Hydra's own process sees the end of a sweep; the jobs may have run in others. It gathers by
reading what each job wrote below the sweep's folder, whoever wrote it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback

from culturefit.errors import CulturefitError
from culturefit.plain import plain

__all__ = ["FAILED", "GatherReport", "SweepRefused"]

_LONGEST = 200


#: Job -> (its overrides, its error), of the jobs that failed in this process; one that was refused left no folder.
FAILED: dict[str, tuple[list[str], str]] = {}


def _jobs(folder: Path) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return the overrides of each job, and why some failed: as told in this process, or as their run.json says."""
    from culturefit.run.faults import nothing_delivered

    ran = {name: overrides for name, (overrides, _) in FAILED.items()}
    failed = {name: told for name, (_, told) in FAILED.items()}
    for path in folder.glob("*/run.json"):
        name = path.parent.name
        record = json.loads(path.read_text(encoding="utf-8"))
        ran.setdefault(name, _overrides(path.parent))
        if name in failed:
            continue
        if record["status"] == "failed":
            failed[name] = str(record["counts"]["errors"][0][0])
        elif dead := nothing_delivered(record["model"]["name"], record["counts"]):
            failed[name] = str(dead)
    return ran, dict(sorted(failed.items(), key=lambda each: (len(each[0]), each[0])))


def _overrides(job: Path) -> list[str]:
    from omegaconf import OmegaConf

    path = job / ".hydra" / "overrides.yaml"
    return [str(each) for each in OmegaConf.load(path)] if path.is_file() else []


def _own(ran: Mapping[str, Sequence[str]], name: str) -> str:
    """Return what a job was given that not all were, " (model.name=m)"."""
    own = [each for each in ran[name] if not all(each in others for others in ran.values())]
    return f" ({', '.join(own)[:_LONGEST]})" if own else ""


class SweepRefused(BaseException):
    """Ends a sweep before it begins; Hydra goes on after an Exception in a callback."""

    def __init__(self, error: CulturefitError) -> None:
        super().__init__(str(error))
        self.error = error


class GatherReport(Callback):
    """Makes the sweep's report from its jobs' directories, and lets no secret into the sweep's own record."""

    def on_multirun_start(self, config: Any, **kwargs: Any) -> None:
        """Refuse a secret before Hydra writes multirun.yaml; each job looks again at what its own choices bring."""
        from omegaconf import OmegaConf

        from culturefit.secrets import refuse_recorded

        written: Any = OmegaConf.to_container(config, resolve=False)
        written.pop("hydra", None)
        try:
            refuse_recorded(written, written)
        except CulturefitError as error:
            raise SweepRefused(error) from None

    def on_multirun_end(self, config: Any, **kwargs: Any) -> None:
        """Gather what is complete; a job that failed has told its own error."""
        folder = Path(config.hydra.sweep.dir)
        jobs = sorted(path.parent for path in folder.glob("*/scores.parquet"))
        if config.get("dry_run"):
            return

        def say(text: str) -> None:
            sys.stderr.write(plain(text) + "\n")

        ran, failed = _jobs(folder)
        if failed:
            say(f"\n{len(ran) - len(failed)} of {len(ran)} jobs of the sweep:")
            for name, told in failed.items():
                say(f"  job {name}{_own(ran, name)} failed: {told}")
        elif len(jobs) > 1:
            say(f"\nAll {len(jobs)} jobs of the sweep:")
        if len(jobs) < 2:
            return
        from culturefit.report.make import make_report

        try:
            make_report(jobs, folder, html=config.report == "html", say=say)
        except CulturefitError as error:
            say(f"No common report: {error}")
