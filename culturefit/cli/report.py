"""`culturefit report`: the report of finished runs, made again."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Make gap.json, report.html and the table from run directories; a sweep's folder stands for all its jobs."""
    parser = argparse.ArgumentParser(prog="culturefit report", description=__doc__, epilog=(
        "Example: culturefit report outputs/2026-11-22/10-30-00-000000 outputs/2026-11-22/11-00-00-000000 --out both"
    ))  # fmt: skip
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN_DIR")
    parser.add_argument("--out", type=Path, help="folder to write to (default: the run's own; with several, ./report)")
    parser.add_argument(
        "--format", choices=("html", "none"), default="html", help="none writes gap.json and the table only"
    )
    parser.add_argument("--figures", action="store_true", help="also write the plots as SVG and PNG to figures/")
    options = parser.parse_args(argv)
    from culturefit.plain import plain
    from culturefit.report.make import make_report

    out = options.out or (options.runs[0] if len(options.runs) == 1 else Path("report"))
    make_report(
        options.runs,
        out,
        html=options.format == "html",
        figures=options.figures,
        say=lambda text: sys.stderr.write(plain(text) + "\n"),
    )
    return 0
