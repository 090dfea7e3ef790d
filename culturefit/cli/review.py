"""`culturefit review RUN --locale X`: one page, offline, on which a person reads replies; with --suite, a suite's cases."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from culturefit.suite import Suite

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Write the page."""
    parser = argparse.ArgumentParser(prog="culturefit review", description=__doc__, epilog=(
        "Exit codes of --apply: 0 every signature stands, 1 some were refused and the others stand, 2 nothing was signed. "
        "Examples: culturefit review outputs/2026-11-22/10-30-00-000000 --locale ar-EG --sample 40 --seed 1; "
        "culturefit review --suite suites/core --locale sw-KE --share 0.1 --seed 1; "
        "culturefit review --apply culturefit-cases-sw-KE-name.json --suite suites/core"
    ))  # fmt: skip
    parser.add_argument("run", nargs="?", type=Path, metavar="RUN", help="the folder of a run, or of a sweep")
    parser.add_argument("--locale", help="whose replies or cases")
    parser.add_argument("--language", help="of the instructions (default: the locale's, else English)")
    parser.add_argument("--sample", type=int, metavar="N", help="how many (default: 40 replies)")
    parser.add_argument(
        "--suite", metavar="SUITE", help="read the cases of this suite (an id or a folder) instead of replies"
    )
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the suite's cases, drawn at random (default: 1, all)"
    )
    parser.add_argument(
        "--apply", type=Path, metavar="FILE", help="put what was signed on the page under the cases of --suite"
    )
    parser.add_argument("--list", action="store_true", help="with --suite: print the drawn cases' files, write no page")
    parser.add_argument("--seed", type=int, default=1, help="of the sample; the same for all who rate (default: 1)")
    parser.add_argument("--order", type=int, metavar="SEED", help="another order of the same sample")
    parser.add_argument("--criteria", metavar="A,B", help="ask about these only (default: all that a judge decides)")
    parser.add_argument("--out", type=Path, metavar="FILE", help="default: review-LOCALE.html")
    options = parser.parse_args(argv)
    from culturefit.errors import UsageError
    from culturefit.files import write_whole
    from culturefit.plain import plain

    if options.apply is not None:
        return _apply(options.apply, options.suite)
    if options.run is None and options.suite is None:
        raise UsageError("Say what is read: the folder of a run, or --suite and the id or folder of a suite.")
    if options.locale is None:
        raise UsageError("--locale is missing; say whose replies or cases are read, such as --locale ar-EG.")
    if options.list:
        return _list(options)
    page, told = _cases(options) if options.suite is not None else _replies(options)
    out = options.out or Path(f"review-{options.locale}.html")
    write_whole(out, page)
    sys.stderr.write(plain("\n".join(told)) + "\n")
    sys.stdout.write(f"{out}\n")
    return 0


def _replies(options: argparse.Namespace) -> tuple[str, list[str]]:
    from culturefit.errors import UsageError
    from culturefit.review.replies import review_replies

    if options.sample is not None and options.sample < 1:
        raise UsageError(f"--sample is {options.sample}; give 1 or more.")
    return review_replies(
        options.run, options.locale, _language(options), size=options.sample or 40, seed=options.seed, order=options.order,
        criteria=options.criteria.split(",") if options.criteria else None,
    )  # fmt: skip


def _cases(options: argparse.Namespace) -> tuple[str, list[str]]:
    from culturefit.review.cases import review_cases

    suite = _suite(options)
    return review_cases(suite, options.locale, _language(options), share=options.share, seed=options.seed)


def _list(options: argparse.Namespace) -> int:
    from culturefit.review.cases import draw_cases

    suite = _suite(options)
    locales = suite.locales if options.locale == "all" else options.locale.split(",")
    for case, rendering in draw_cases(suite, locales, options.share, options.seed):
        sys.stdout.write(f"{suite.card.id}/{case.scenario.id}\t{rendering.locale}\n")
    return 0


def _suite(options: argparse.Namespace) -> Suite:
    """Return the suite that is read; refuse what does not go with it."""
    from culturefit.errors import UsageError
    from culturefit.suite import load_suite

    if options.suite is None:
        raise UsageError("--list lists cases; add --suite and the id or folder of a suite.")
    if options.run is not None:
        raise UsageError(f"'{options.run}' and --suite are two things to read; give one.")
    if not 0 < options.share <= 1:
        raise UsageError(f"--share is {options.share:g}; give more than 0 and at most 1.")
    return load_suite(options.suite)


def _language(options: argparse.Namespace) -> str:
    from culturefit.locales import parse_locale
    from culturefit.review.page import languages

    own = parse_locale(options.locale).language
    if options.language or own in languages():
        return str(options.language or own)
    sys.stderr.write(
        f"The page has no instructions in '{own}' yet; they are in English, the texts in {options.locale}. Others with --language: "
        f"{', '.join(languages())}; to add one: culturefit/review/words/{own}.yaml.\n"
    )
    return "en"


def _apply(file: Path, suite: str | None) -> int:
    from culturefit.errors import UsageError
    from culturefit.plain import plain
    from culturefit.review.sign import apply_signatures

    here = [Path(suite), Path("suites") / suite] if suite else []
    folder = next((each for each in here if (each / "suite.yaml").is_file()), None)
    if folder is None:
        raise UsageError(
            "--apply needs --suite and the suite whose files are to be signed: its folder, or a name below ./suites."
        )
    found = apply_signatures(file, folder)
    sys.stdout.write("".join(plain(f"signed {line}\n") for line in found.signed) or "Nothing new was signed.\n")
    sys.stdout.write("".join(plain(f"not signed: {line}\n") for line in found.refused))
    if found.told:
        sys.stdout.write("For the editors of the cases:\n" + "".join(plain(f"  {line}\n") for line in found.told))
    sys.stderr.write("".join(plain(f"Warning: {line}\n") for line in found.warned))
    return int(bool(found.refused))
