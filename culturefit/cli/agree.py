"""`culturefit agree`: how far raters agree, corrected for chance: people, judges, or both."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from culturefit.rating.agreement import Agreement, Coefficient

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Print the coefficients, per group too."""
    parser = argparse.ArgumentParser(prog="culturefit agree", description=__doc__, epilog=(
        "Files: CSV, JSONL, Parquet, or the JSON of the review page; one rating per row, missing ratings are left out. "
        "Example: culturefit agree ratings.csv --unit reply --rater who --label verdict --by locale --drop skip"
    ))  # fmt: skip
    parser.add_argument("ratings", nargs="+", type=Path, metavar="RATINGS")
    parser.add_argument("--unit", required=True, metavar="COL", help="the column that says what was rated")
    parser.add_argument("--rater", required=True, metavar="COL", help="the column that says who rated")
    parser.add_argument("--label", required=True, metavar="COL", help="the column that holds the rating")
    parser.add_argument(
        "--level", choices=("nominal", "ordinal", "interval"), default="nominal", help="of measurement, for alpha"
    )
    parser.add_argument("--by", metavar="COL", help="also per value of this column")
    parser.add_argument(
        "--drop", metavar="VALUE", action="append", default=[], help="leave ratings with this label out; repeatable"
    )
    parser.add_argument("--resamples", type=int, default=1000, help="of the bootstrap over units (default: 1000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)
    from culturefit.plain import json_safe, plain
    from culturefit.rating.agreement import agreement, as_dict
    from culturefit.rating.read import read_ratings

    groups = read_ratings(options.ratings, options.unit, options.rater, options.label, by=options.by, drop=options.drop)
    whole = [(f"{group}\0{unit}", rater, label) for group, rows in groups.items() for unit, rater, label in rows]
    labels = sorted({label for _, _, label in whole})
    chosen = {"resamples": max(0, options.resamples), "seed": options.seed, "labels": labels}
    found = {"all": agreement(whole, options.level, **chosen)}
    if options.by:
        found |= {group: agreement(rows, options.level, **chosen) for group, rows in sorted(groups.items())}
    if options.json:
        told = {"level": options.level, "groups": {name: as_dict(each) for name, each in found.items()}}
        sys.stdout.write(json_safe(json.dumps(told, ensure_ascii=False, indent=1)) + "\n")
    else:
        sys.stdout.write(plain(_table(found, options.level)))
    return 0


def _table(found: Mapping[str, Agreement], level: str) -> str:
    heads = ("group", "units", "raters", "labels", f"alpha ({level})", "Fleiss kappa", "Gwet AC1", "raw agreement")
    rows = [
        (
            name,
            str(each.units),
            str(each.raters),
            str(len(each.labels)),
            *map(_told, (each.alpha, each.kappa, each.ac1, each.raw)),
        )
        for name, each in found.items()
    ]
    widths = [max(len(row[index]) for row in (heads, *rows)) for index in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (heads, *rows)
    ]
    for name, each in found.items():
        if each.note:
            lines.append(f"{name}: {each.note}.")
        if each.single:
            lines.append(f"{name}: {each.single} units have one rating and say nothing about agreement.")
    return "\n".join(lines) + "\n"


def _told(each: Coefficient) -> str:
    if each.value is None:
        return "not defined"
    return f"{each.value:.3f}" + ("" if each.low is None else f" ({each.low:.3f} to {each.high:.3f})")
