"""`culturefit power`: how many scenarios a gap needs, or how small a gap a number of scenarios can show."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Print n for --gap, or the smallest gap for --n."""
    parser = argparse.ArgumentParser(prog="culturefit power", description=__doc__, epilog=(
        "A paired, two-sided test of the mean difference. Example: culturefit power --sd 0.35 --gap 0.1"
    ))  # fmt: skip
    parser.add_argument("--sd", type=float, required=True, help="standard deviation of the differences over scenarios")
    wanted = parser.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--gap", type=float, help="the gap to be seen")
    wanted.add_argument("--n", type=int, help="the scenarios there are")
    parser.add_argument("--power", type=float, default=0.8, help="chance to see it (default: 0.8)")
    parser.add_argument("--alpha", type=float, default=0.05, help="level of the test (default: 0.05)")
    options = parser.parse_args(argv)
    from culturefit.errors import UsageError
    from culturefit.gap.significance import detectable_gap, n_needed

    for name, low, high in (("sd", 0, 1), ("gap", 0, 2), ("power", 0, 1), ("alpha", 0, 1)):
        value = getattr(options, name)
        if value is not None and not low < value < high + (name == "sd"):
            raise UsageError(f"--{name} is {value}; give a number between {low} and {high}.")
    if options.n is not None and options.n < 4:
        raise UsageError(f"--n is {options.n}; give at least 4 scenarios.")
    terms = f"sd {options.sd:g}, power {options.power:g}, alpha {options.alpha:g}"
    if options.gap is not None:
        n = n_needed(options.sd, options.gap, options.power, options.alpha)
        text = f"{n} scenarios show a gap of {options.gap:g} ({terms})."
    else:
        gap = detectable_gap(options.sd, options.n, options.power, options.alpha)
        text = f"{options.n} scenarios show a gap of {gap:.3f} or more ({terms})."
    sys.stdout.write(text + "\n")
    return 0
