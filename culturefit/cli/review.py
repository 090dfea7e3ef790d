"""`culturefit review RUN --locale X`: one page, offline, on which a person reads replies; with --suite, a suite's cases."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(prog="culturefit review", description=__doc__, epilog=(
        "Examples: culturefit review outputs/2026-11-22/10-30-00-000000 --locale ar-EG --sample 40 --seed 1"
    ))  # fmt: skip
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN", help="the folder of a run, or of a sweep")
    parser.add_argument("--locale", help="whose replies or cases")
    parser.add_argument("--language", help="of the instructions (default: the locale's)")
    parser.add_argument("--sample", type=int, metavar="N", help="how many (default: 40 replies)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample; the same for all who rate (default: 1)")
    parser.add_argument("--order", type=int, metavar="SEED", help="another order of the same sample")
    parser.add_argument("--criteria", metavar="A,B", help="ask about these only (default: all that a judge decides)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: review-LOCALE.html")
    options = parser.parse_args(argv)
    from culturefit.errors import CulturefitError, UsageError
    from culturefit.locales import parse_locale

    if options.run is None:
        raise UsageError("Say what is read: the folder of a run.")
    if options.locale is None:
        raise UsageError("--locale is missing; say whose replies are read, such as --locale ar-EG.")
    if options.sample is not None and options.sample < 1:
        raise UsageError(f"--sample is {options.sample}; give 1 or more.")
    language = options.language or parse_locale(options.locale).language
    from culturefit.review.replies import review_replies

    page, told = review_replies(
        options.run, options.locale, language, size=options.sample or 40, seed=options.seed, order=options.order,
        criteria=options.criteria.split(",") if options.criteria else None,
    )  # fmt: skip
    out = options.out or Path(f"review-{options.locale}.html")
    try:
        out.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CulturefitError(f"'{out}' cannot be written ({error.strerror or error}); choose another --out.") from None
    sys.stderr.write("\n".join(told) + "\n")
    sys.stdout.write(f"{out}\n")
    return 0
