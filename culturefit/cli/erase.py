"""`culturefit erase`: takes conversations out of files of transcripts and of their scores."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Rewrite files without the named conversations; exit 1 if a file holds none of them."""
    parser = argparse.ArgumentParser(
        prog="culturefit erase", description=__doc__,
        epilog="Summaries and reports made from a file keep their excerpts: make them again, or delete them. "
        "Example: culturefit erase chats.jsonl scores.parquet --id 4711",
    )  # fmt: skip
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="JSONL, CSV or Parquet")
    parser.add_argument("--id", action="append", required=True, metavar="ID", help="a conversation; may be repeated")
    options = parser.parse_args(argv)
    from culturefit.transcripts.erase import erase

    code = 0
    for path in options.files:
        gone = erase(path, options.id)
        sys.stderr.write(f"{path}: {gone} rows erased.\n")
        code = code if gone else 1
    return code
