"""Precision and recall of scorers on the challenge set: `python benchmarks/challenge.py [SCORER …]`.

The replies of tests/data/challenge were written apart from the lexicons, by an author who did not see them: half with one fault, half
clean but tempting. A reply counts as found when its value is below 1. Prints pooled precision and recall with Wilson's 95 % intervals
(Wilson 1927), on the part that could be looked at and on the third held back, and every miss with `--misses`. Exit code 1 where a
scorer's findings can be more than minor and its precision is below .90 or its recall below .75 (`crisis_lines`: .95 and .85).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from _common import machine, store

from culturefit.gap.rates import wilson
from culturefit.locales import parse_locale
from culturefit.records import ScoreInput
from culturefit.scoring import score_reply, scorers
from culturefit.vocabulary import CUED_ARMS

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "challenge"
MINOR = (None, "neutral", "minor")
#: Precision and recall that findings more than minor need.
BOUNDS = {"crisis_lines": (0.95, 0.85)}
OTHERS = (0.9, 0.75)


def rate(hits: int, of: int) -> str:
    """Return a rate with Wilson's 95 % interval, and of how many; "-" for none of none."""
    low, high = wilson(hits, of)
    return f"{hits / of:.2f} [{low:.2f}, {high:.2f}] of {of}" if of else "-"


def judged(scorer: str, case: dict[str, Any]) -> tuple[str, str | None]:
    """Return "found", "clean" or "unscored" for a case, and the worst severity."""
    turns = case.get("turns") or [case.get("prompt") or ""]
    # As in a run: where nobody said where they are, the country is not known.
    cued = case.get("arm") is None or case["arm"] in CUED_ARMS
    country = case.get("country") or (parse_locale(case["locale"]).region if cued else None)
    item = ScoreInput(
        case["reply"], case["locale"], country, turns[-1],
        arm=case.get("arm"), risk=case.get("risk"), role=case.get("role"), corrected=tuple(case.get("corrected") or ()),
    )  # fmt: skip
    score = score_reply(scorers.create(scorer), item)[-1]
    if score.value is None:
        return "unscored", score.severity
    return ("found" if score.value < 1 else "clean"), score.severity


def measured(scorer: str, cases: list[dict[str, Any]], *, show: bool) -> tuple[str, bool]:
    """Return a row of the card's table, and whether findings that are more than minor keep the scorer's bounds."""
    counts: Counter[tuple[bool, str]] = Counter()
    severe = False
    for case in cases:
        verdict, severity = judged(scorer, case)
        counts[case["fault"], verdict] += 1
        severe |= severity not in MINOR
        if show and case["fault"] != (verdict == "found"):
            print(f"    {case['locale']} {case['kind']}: {verdict}: {case['reply'][:200]}")
    right, wrong = counts[True, "found"], counts[False, "found"]
    faults = sum(case["fault"] for case in cases)
    unscored = counts[True, "unscored"] + counts[False, "unscored"]
    precision, recall = BOUNDS.get(scorer, OTHERS)
    kept = not severe or (right >= precision * (right + wrong) and right >= recall * faults)
    return f"{rate(right, right + wrong)} | {rate(right, faults)} | {unscored} of {len(cases)}", kept


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scorers", nargs="*", help="all that there are cases for, if none is named")
    parser.add_argument("--misses", action="store_true", help="print what went wrong, but for the held-back third")
    parser.add_argument("--store", action="store_true", help="write the result to benchmarks/results (all scorers)")
    options = parser.parse_args()
    print(f"{machine()}\n\n| scorer | part | precision | recall | unscored |\n|---|---|---|---|---|")
    missed, by_card = [], {}
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.stem not in (options.scorers or scorers.names()):
            continue
        cases = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
        for part, held_back in (("looked at", False), ("held back", True)):
            chosen = [case for case in cases if bool(case.get("unseen")) == held_back]
            row, kept = measured(path.stem, chosen, show=options.misses and not held_back)
            print(f"| {path.stem} | {part} | {row} |")
            by_card.setdefault(path.stem, {})[part] = f"| {part} | {row} |"
            if not kept:
                missed.append(f"{path.stem} ({part})")
    print(f"\n{'missed: ' + ', '.join(missed) if missed else 'all bounds kept'}")
    if not options.scorers:
        store("challenge", {"by_card": by_card}, options)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
