"""`culturefit export`: a suite in the formats that others work with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Write a suite as a `datasets` folder with its card."""
    parser = argparse.ArgumentParser(prog="culturefit export", description=__doc__, epilog=(
        "Example: culturefit export core --format datasets --out exported/core, then "
        "datasets.load_dataset('exported/core') or culturefit run suite=dataset suite.path=exported/core"
    ))  # fmt: skip
    parser.add_argument("suite", help="a suite's name or folder")
    parser.add_argument(
        "--format", choices=("datasets",), default="datasets", help="datasets: Parquet and a card, as on the hub"
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    options = parser.parse_args(argv)
    from culturefit.suite import load_suite
    from culturefit.suite.export import write_dataset

    path = write_dataset(load_suite(options.suite), options.out)
    sys.stdout.write(f"Wrote {path} and {options.out / 'README.md'}.\n")
    return 0
