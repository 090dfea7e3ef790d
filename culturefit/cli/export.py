"""`culturefit export`: a suite, or the results of a run, in the formats that others work with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Write a suite, or a run's results, as a `datasets` folder with its card."""
    parser = argparse.ArgumentParser(prog="culturefit export", description=__doc__, epilog=(
        "Example: culturefit export core --format datasets --out exported/core, then "
        "datasets.load_dataset('exported/core') or culturefit run suite=dataset suite.path=exported/core; "
        "culturefit export outputs/2026-11-22/10-30-00-000000 --out exported/results, then "
        "datasets.load_dataset('exported/results', 'scores')"
    ))  # fmt: skip
    parser.add_argument(
        "what", metavar="SUITE|RUN_DIR", help="a suite's name or folder, or the folder of a run or sweep"
    )
    parser.add_argument(
        "--format", choices=("datasets",), default="datasets", help="datasets: Parquet and a card, as on the hub"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    options = parser.parse_args(argv)
    if _holds_run(Path(options.what)):
        from culturefit.report.dataset import write_results

        card = write_results([Path(options.what)], options.out)
        sys.stdout.write(f"Wrote gaps, scores and replies to {options.out}, and {card}.\n")
        return 0
    from culturefit.suite import load_suite
    from culturefit.suite.export import write_dataset

    path = write_dataset(load_suite(options.what), options.out)
    sys.stdout.write(f"Wrote {path} and {options.out / 'README.md'}.\n")
    return 0


def _holds_run(folder: Path) -> bool:
    """Whether this is the folder of a run or sweep; a suite's has no run.json."""
    return folder.is_dir() and next(folder.rglob("run.json"), None) is not None
