"""What a person sees while a run goes: a bar on a terminal, quiet lines elsewhere. Everything goes to stderr."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from culturefit.plain import plain
from culturefit.run.generate import Progress

__all__ = ["LineProgress", "shown"]

_EVERY_S = 15.0
#: Characters of a fault in a line; the end of the run tells it whole.
_LONGEST_FAULT = 120


class LineProgress(Progress):
    """A line at most every 15 seconds, and none for a run that is over before."""

    def __init__(self, total: int) -> None:
        super().__init__(total)
        self.say = lambda text: print(plain(text), file=sys.stderr, flush=True)  # noqa: T201 - the command line's own voice
        self._last = self.started

    def update(self) -> None:
        """Print a line if it is time."""
        now = time.monotonic()
        if now - self._last < _EVERY_S:
            return
        self._last = now
        rate = self.done / (now - self.started)
        left = f", {_duration((self.total - self.done) / rate)} left" if rate else ""
        self.say(f"{self.done} of {self.total} replies, {rate:.1f}/s{left}{self.notes()}")

    def notes(self) -> str:
        """Return what went otherwise than asked and answered."""
        counts = {
            "reused": self.reused, "failed": self.failed, "refused": self.refused, "waiting to be tried again": self.retrying(),
        }  # fmt: skip
        told = "".join(f", {count} {name}" for name, count in counts.items() if count)
        if not self.faults.delivered and (most := self.faults.most(1)):
            told += f"; {most[0][0]}"[:_LONGEST_FAULT]
        return told


@contextmanager
def shown(total: int) -> Iterator[Progress]:
    """Yield a progress that fits where stderr goes."""
    if not sys.stderr.isatty():
        yield LineProgress(total)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as RichProgress

    console = Console(stderr=True)
    columns = (
        TextColumn("Asking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn(),
        TextColumn("left{task.fields[notes]}"),
    )  # fmt: skip
    with RichProgress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("ask", total=total, rate="", notes="")

        class BarProgress(LineProgress):
            def update(self) -> None:
                rate = self.done / max(time.monotonic() - self.started, 0.001)
                bar.update(task, completed=self.done, rate=f"{rate:.1f}/s", notes=self.notes())

        progress = BarProgress(total)
        progress.say = lambda text: console.print(plain(text), markup=False, highlight=False)
        yield progress


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"
