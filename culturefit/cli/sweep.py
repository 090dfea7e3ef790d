"""What a sweep leaves when all its jobs have ended: one report over them, in the sweep's folder.

A Hydra callback, because only Hydra's own process sees the end of a sweep; the jobs may have run in others. It gathers by
reading what each job wrote below the sweep's folder, whoever wrote it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback

from culturefit.errors import CulturefitError
from culturefit.plain import plain

__all__ = ["GatherReport", "SweepRefused"]


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
        if len(jobs) < 2 or config.get("dry_run"):
            return
        from culturefit.report.make import make_report

        def say(text: str) -> None:
            sys.stderr.write(plain(text) + "\n")

        say(f"\nAll {len(jobs)} jobs of the sweep:")
        try:
            make_report(jobs, folder, html=config.report == "html", say=say)
        except CulturefitError as error:
            say(f"No common report: {error}")
