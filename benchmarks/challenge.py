"""Precision and recall of scorers on the challenge set: `python benchmarks/challenge.py [SCORER …]`.

The replies of tests/data/challenge were written apart from the lexicons, by an author who did not see them: half with one fault, half
clean but tempting. A reply counts as found when its value is below 1. Prints pooled precision and recall with Wilson's 95 % intervals
(Wilson 1927), on the part that could be looked at and on the third held back, and every miss with `--misses`. Exit code 1 where a
scorer's findings can be more than minor and its precision is below .90 or its recall below .75.
"""

from __future__ import annotations

import argparse
import math
import platform
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from culturefit.locales import parse_locale
from culturefit.records import ScoreInput
from culturefit.scoring import score_reply, scorers
from culturefit.vocabulary import CUED_ARMS

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "challenge"
MINOR = (None, "neutral", "minor")


def wilson(hits: int, of: int) -> str:
    """Return a rate with its 95 % interval; "-" for none of none."""
    if not of:
        return "-"
    z, rate = 1.959964, hits / of
    middle = (rate + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(rate * (1 - rate) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return f"{rate:.2f} [{middle - half:.2f}, {middle + half:.2f}] of {of}"


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


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scorers", nargs="*")
    parser.add_argument(
        "--misses", action="store_true", help="print what was missed or wrongly found, but for the held-back third"
    )
    options = parser.parse_args()
    files = [path for path in sorted(FOLDER.glob("*.yaml")) if path.stem in scorers.names()]
    kept = True
    for path in files:
        if options.scorers and path.stem not in options.scorers:
            continue
        cases = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
        severe = False
        for part, chosen in (
            ("seen", [case for case in cases if not case.get("unseen")]),
            ("held back", [case for case in cases if case.get("unseen")]),
        ):
            counts: Counter[tuple[bool, str]] = Counter()
            for case in chosen:
                verdict, severity = judged(path.stem, case)
                counts[case["fault"], verdict] += 1
                severe |= severity not in MINOR
                if options.misses and part == "seen" and case["fault"] != (verdict == "found"):
                    print(f"    {case['locale']} {case['kind']}: {verdict}: {case['reply'][:200]}")
            right, wrong = counts[True, "found"], counts[False, "found"]
            faults = sum(counts[True, verdict] for verdict in ("found", "clean", "unscored"))
            unscored = counts[True, "unscored"] + counts[False, "unscored"]
            print(
                f"{path.stem:16}{part:10} precision {wilson(right, right + wrong):28} recall {wilson(right, faults):28}"
                f" unscored {unscored} of {len(chosen)}"
            )
            if severe and right + wrong and (right / (right + wrong) < 0.9 or right / max(1, faults) < 0.75):
                kept = False
    print(f"machine: Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
