"""`culturefit calibrate`: a judge's verdicts beside people's on the same replies, per criterion and locale."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from culturefit.rating.calibration import Calibration, Chosen
    from culturefit.rating.verdicts import Joined

__all__ = ["main"]

_ALL = "all"


def main(argv: Sequence[str]) -> int:
    """Print the table, or the JSON that judge.calibration takes."""
    parser = argparse.ArgumentParser(prog="culturefit calibrate", description=__doc__, epilog=(
        "Ratings: what the page of `culturefit review` saved, or a table (CSV, JSONL, Parquet) with the columns unit, rater, label "
        "(yes or no; others are counted and left out). Example: culturefit calibrate --judge outputs/2026-11-22/10-30-00-000000 "
        "--human ana.json badr.json --json > calibration.json, then culturefit run judge=openai judge.calibration=calibration.json"
    ))  # fmt: skip
    parser.add_argument("--judge", required=True, type=Path, metavar="RUN", help="the folder of a run that was judged")
    parser.add_argument("--human", required=True, type=Path, nargs="+", metavar="RATINGS", help="what people answered")
    parser.add_argument(
        "--read", type=Path, metavar="RUN", help="the run that people read, if it is another one with the same replies"
    )
    parser.add_argument("--min-n", type=int, default=30, help="units below which nothing is concluded (default: 30)")
    parser.add_argument(
        "--margin", type=float, default=0.1, help="how much less than people the judge may agree (default: 0.1)"
    )
    parser.add_argument("--resamples", type=int, default=1000, help="of the bootstrap over replies (default: 1000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(argv)
    from culturefit.errors import UsageError
    from culturefit.rating.calibration import Chosen
    from culturefit.rating.verdicts import join

    if options.min_n < 10:
        raise UsageError(f"--min-n is {options.min_n}; give 10 or more: fewer units say nothing.")
    if not 0 < options.margin < 1:
        raise UsageError(f"--margin is {options.margin:g}; give more than 0 and less than 1.")
    if options.resamples < 200:
        raise UsageError(f"--resamples is {options.resamples}; give 200 or more.")
    chosen = Chosen(options.min_n, options.margin, options.resamples, 0.95, options.seed)
    from culturefit.plain import json_safe, plain

    joined = join(options.judge, options.human, options.read)
    cells = _cells(joined, chosen)
    if options.json:
        told = _told(joined, cells, chosen, options.judge, options.human)
        sys.stdout.write(json_safe(json.dumps(told, ensure_ascii=False, indent=1)) + "\n")
    else:
        sys.stdout.write(plain(_table(joined, cells, chosen)))
    return 0


Cells = dict[tuple[str, str, str], "Calibration"]


def _cells(joined: Joined, chosen: Chosen) -> Cells:
    """Return (scorer, criterion, locale) -> calibration; "all" over criteria, locales and both."""
    from culturefit.rating.calibration import calibrate_cell

    found: Cells = {}
    for scorer, units in sorted(joined.units.items()):
        criteria, locales = (
            [_ALL, *sorted({getattr(each, name) for each in units})] for name in ("criterion", "locale")
        )
        for criterion in criteria:
            for locale in locales:
                mine = [each for each in units if criterion in (_ALL, each.criterion) and locale in (_ALL, each.locale)]
                if mine:
                    found[scorer, criterion, locale] = calibrate_cell(mine, chosen)
    return found


def _told(joined: Joined, cells: Cells, chosen: Chosen, run: Path, human: Sequence[Path]) -> dict[str, Any]:
    import hashlib
    from dataclasses import asdict

    from culturefit import __version__
    from culturefit.judge.identity import KIND, judge_id
    from culturefit.report.data import load_runs

    names = ("version", "prompt", "models", "language", "votes", "temperature", "max_tokens")
    return {
        "kind": KIND, "schema": 1, "culturefit": __version__, "judge_id": judge_id(joined.judge),
        "judge": {name: joined.judge.get(name) for name in names},
        "counts": min(joined.units),  # "judge" stands before "judge_native"
        "runs": [{"run": one["run"], "signature": one["signature"]} for one in load_runs([run], texts=False).runs],
        "human": [{"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in human],
        "people": len(joined.people), "ratings": joined.ratings, "dropped": dict(joined.dropped), "foreign": joined.foreign,
        "weighted": joined.weighted, "min_n": chosen.min_n, "margin": chosen.margin, "confidence": chosen.confidence,
        "resamples": chosen.resamples, "seed": chosen.seed,
        "cells": [
            {"scorer": scorer, "criterion": criterion, "locale": locale, "texts": joined.texts.get(criterion, []), **asdict(cell)}
            for (scorer, criterion, locale), cell in cells.items()
        ],
    }  # fmt: skip


def _table(joined: Joined, cells: Cells, chosen: Chosen) -> str:
    heads = ("criterion", "locale", "n", "judge with people", "people", "constant", "yes: judge", "yes: people", "AC1: judge",
             "AC1: people", "verdict")  # fmt: skip
    lines = []
    for scorer in sorted(joined.units):
        if len(joined.units) > 1:
            lines += ["", f"{scorer}:"]
        rows = [heads] + [
            (criterion, locale, str(each.n), _span(each.judge), _span(each.people), _number(each.constant), _number(each.judge_yes),
             _number(each.people_yes), _number(each.judge_ac1), _number(each.people_ac1), _verdict(each, chosen))
            for (own, criterion, locale), each in cells.items() if own == scorer
        ]  # fmt: skip
        widths = [max(len(row[index]) for row in rows) for index in range(len(heads))]
        lines += [
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
        ]
    whole = [each for (_, criterion, locale), each in cells.items() if criterion == locale == _ALL]
    dropped = ", ".join(f"{count} '{label}'" for label, count in sorted(joined.dropped.items()))
    lines += ["", (
        f"{joined.ratings} ratings of {len(joined.people)} people{f', left out: {dropped}' if dropped else ''}"
        f"{f', {joined.foreign} about other replies' if joined.foreign else ''}. Of units that people answered, the judge left open: "
        f"{sum(each.unscored for each in whole)}; answered by one person only: {sum(each.single for each in whole)}."
    )]  # fmt: skip
    if joined.weighted:
        lines.append("Every unit counts by its chance of having been drawn.")
    lines.append(
        f"Constant: always the answer that people give most. Nothing is concluded below {chosen.min_n} units that two people or more "
        f"answered; 'as people' = agrees with people at most {chosen.margin:g} less than they do, and more than the constant."
    )
    return "\n".join(lines).lstrip("\n") + "\n"


def _verdict(each: Calibration, chosen: Chosen) -> str:
    if each.verdict == "too few":
        return f"too few (below {chosen.min_n})"
    if each.verdict == "cannot tell" and each.n_needed is not None and each.n_needed > each.n:
        return f"cannot tell (needs about {each.n_needed})"
    return each.verdict


def _number(each: Any) -> str:
    return "-" if each.value is None else f"{each.value:.2f}"


def _span(each: Any) -> str:
    return _number(each) + ("" if each.low is None else f" ({each.low:.2f} to {each.high:.2f})")
