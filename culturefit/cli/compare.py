"""`culturefit compare RUN_A RUN_B`: the same samples in two runs, what got better and what got worse."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Print the changes; 0 where nothing got worse, 1 where something did, 2 on wrong use."""
    parser = argparse.ArgumentParser(prog="culturefit compare", description=__doc__, epilog=(
        "Exit codes: 0 nothing got worse after correction for all comparisons, 1 something did, 2 wrong use. "
        "Example: culturefit compare outputs/2026-11-22/10-30-00-000000 outputs/2026-11-23/09-00-00-000000"
    ))  # fmt: skip
    parser.add_argument("a", type=Path, metavar="RUN_A", help="the run before")
    parser.add_argument("b", type=Path, metavar="RUN_B", help="the run after")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")
    parser.add_argument("--alpha", type=float, default=0.05, help="level after correction (default: 0.05)")
    parser.add_argument("--min-n", type=int, default=12, help="scenarios below which nothing is tested (default: 12)")
    options = parser.parse_args(argv)
    from culturefit.errors import UsageError

    if not 0 < options.alpha < 1:
        raise UsageError(f"--alpha is {options.alpha}; give a level between 0 and 1, such as 0.05.")
    from culturefit.gap.compare import compare
    from culturefit.plain import json_safe, plain
    from culturefit.report.data import load_runs

    first, second = load_runs([options.a]), load_runs([options.b])
    for path, loaded in ((options.a, first), (options.b, second)):
        if len(loaded.runs) > 1:
            raise UsageError(f"{path} holds {len(loaded.runs)} runs; give the folder of one.")
    found = compare(
        first.scores, second.scores, first.runs[0], second.runs[0], alpha=options.alpha, min_n=options.min_n
    )
    found["uncalibrated"] = [
        run["run"] for run in (first.runs[0], second.runs[0]) if run.get("judge") and not run["judge"].get("calibrated")
    ]
    if options.format == "json":
        sys.stdout.write(json_safe(json.dumps(found, ensure_ascii=False, indent=1)) + "\n")
    else:
        sys.stdout.write(plain(_told(found, markdown=options.format == "markdown")))
    return int(any(entry["verdict"] == "worse" for entry in found["changes"]))


def _told(found: Mapping[str, Any], *, markdown: bool) -> str:
    from culturefit.report.spans import markdown as shown

    safe = shown if markdown else str
    lines = [safe(_sentence(found)), ""]
    lines += [f"The runs also differ in {safe(each)}." for each in found["unlike"]]
    if found["uncalibrated"]:
        lines.append(
            f"Holds verdicts of a judge that was not calibrated against people: {safe(', '.join(found['uncalibrated']))}."
        )
    heads = ("locale", "dimension", "before", "after", "change", "interval", "n", "verdict")
    rows = [_row(entry) for entry in sorted(found["changes"], key=lambda each: each["difference"])]
    if markdown:
        lines += ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
        lines += ["| " + " | ".join(map(safe, row)) + " |" for row in rows]
    else:
        widths = [max(len(row[i]) for row in (heads, *rows)) for i in range(len(heads))]
        lines += ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                  for row in (heads, *rows)]  # fmt: skip
    return "\n".join(lines) + "\n"


def _sentence(found: Mapping[str, Any]) -> str:
    counts = {name: sum(entry["verdict"] == name for entry in found["changes"]) for name in ("worse", "better")}
    tested = sum(entry["p"] is not None for entry in found["changes"])
    if not tested:
        return f"{found['b']} against {found['a']}: too few scenarios in common to test any change."
    return (
        f"{found['b']} against {found['a']}, {found['samples']} samples in common: {counts['worse']} of {tested} comparisons "
        f"got worse and {counts['better']} got better at {found['alpha']:g} after correction."
    )


def _row(entry: Mapping[str, Any]) -> tuple[str, ...]:
    low, high = entry["low"], entry["high"]
    span = str(entry["note"] or "") if low is None else f"{low:+.2f} to {high:+.2f}"
    return (
        entry["locale"], entry["dimension"], f"{entry['a']:.2f}", f"{entry['b']:.2f}", f"{entry['difference']:+.2f}", span,
        str(entry["n"]), entry["verdict"],
    )  # fmt: skip
