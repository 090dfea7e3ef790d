"""From run directories to gap.json, report.html and the table in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["make_report"]


def make_report(
    runs: Sequence[Path],
    out: Path,
    *,
    html: bool = True,
    figures: bool = False,
    table: bool = True,
    say: Callable[[str], object] = lambda _: None,
) -> None:
    """Write gap.json (and report.html) for one or several runs to `out`, and print the table to stdout unless `table` is off.

    Raises:
        CulturefitError: a folder is no run directory, or the runs cannot stand in one report.
    """
    from rich.console import Console

    from culturefit.gap import compute
    from culturefit.report.data import load_runs
    from culturefit.report.terminal import print_summary
    from culturefit.run.record import write_json

    data = load_runs(runs, texts=html)
    gap = compute(data.scores, data.replies, data.runs, pairs=data.pairs)
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / "gap.json", gap)
    if table:
        print_summary(gap, data.runs, Console(file=sys.stdout))
    if figures:
        from culturefit.report.exports import write_figures

        paths = write_figures(gap, out / "figures")
        say(f"Figures: {len(paths)} files in {out / 'figures'}")
    if html:
        from culturefit.report.exports import write_exports
        from culturefit.report.html import write_html

        address = write_html(data, gap, out / "report.html")
        write_exports(data, gap, out, address)
        say(f"Report: {out / 'report.html'} (beside it gap.csv, findings.csv, summary.md)")
    else:
        say(f"Results: {out}")
