"""`culturefit export`: a suite, or the results of a run, in the formats that others work with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]

_SHEETS = ("xliff", "po", "csv")


def main(argv: Sequence[str]) -> int:
    """Write a suite or a run's results as a `datasets` folder with its card, or a locale's texts for translators."""
    parser = argparse.ArgumentParser(prog="culturefit export", description=__doc__, epilog=(
        "Examples: culturefit export core --format datasets --out exported/core, then "
        "datasets.load_dataset('exported/core') or culturefit run suite=dataset suite.path=exported/core. "
        "culturefit export outputs/2026-11-22/10-30-00-000000 --out exported/results, then "
        "datasets.load_dataset('exported/results', 'scores'). "
        "culturefit export core --format xliff --locale sw-KE --out core.sw-KE.xlf, then culturefit import core.sw-KE.xlf"
    ))  # fmt: skip
    parser.add_argument(
        "what", metavar="SUITE|RUN_DIR", help="a suite's name or folder, or the folder of a run or sweep"
    )
    parser.add_argument(
        "--format", choices=("datasets", "hub", *_SHEETS), default="datasets",
        help="datasets or hub: Parquet and a card, as the Hugging Face hub shows them, not uploaded; "
        "xliff (1.2), po, csv: one locale and its sources, for Weblate, OmegaT, Poedit",
    )  # fmt: skip
    parser.add_argument("--locale", help="xliff, po, csv: the locale to translate into, such as sw-KE")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write; xliff, po, csv: the file")
    parser.add_argument("--force", action="store_true", help="xliff, po, csv: write over a file that is there")
    options = parser.parse_args(argv)
    from culturefit.errors import UsageError

    if options.format in _SHEETS:
        return _sheet(options.what, options.format, options.locale, options.out, force=options.force)
    if options.locale:
        raise UsageError(f"--locale {options.locale} belongs to --format xliff, po or csv; datasets holds all locales.")
    if _holds_run(Path(options.what)):
        from culturefit.report.dataset import write_results

        card = write_results([Path(options.what)], options.out)
        sys.stdout.write(f"Wrote gaps, scores and replies to {options.out}, and {card}.\n")
        return 0
    from culturefit.suite import load_suite
    from culturefit.suite.export import write_dataset

    path = write_dataset(load_suite(options.what), options.out)
    sys.stdout.write(f"Wrote {path} and {options.out / 'README.md'}.\n")
    return 0


def _holds_run(folder: Path) -> bool:
    """Whether this is the folder of a run or sweep; a suite's has no run.json."""
    return folder.is_dir() and next(folder.rglob("run.json"), None) is not None


def _sheet(name: str, kind: str, locale: str | None, out: Path, *, force: bool) -> int:
    from culturefit.errors import UsageError
    from culturefit.exchange import FORMATS, format_of
    from culturefit.exchange.collect import collect
    from culturefit.files import write_whole
    from culturefit.suite import load_suite

    if not locale:
        raise UsageError(f"--format {kind} needs --locale, the locale to translate into, such as sw-KE.")
    if out.suffix.lower() not in FORMATS[kind]:
        raise UsageError(
            f"'{out}' does not end in {' or '.join(FORMATS[kind])}, by which tools and `culturefit import` know {kind}."
        )
    if out.exists() and not force:
        raise UsageError(f"'{out}' is there already and may hold a translator's work; add --force to write over it.")
    sheet = collect(load_suite(name), locale)
    out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(out, format_of(kind).write(sheet))
    done = sum(bool(unit.target) for unit in sheet.units)
    stale = sum(unit.done is False for unit in sheet.units)
    sys.stdout.write(f"Wrote {out}: {len(sheet.units)} texts in {locale}, {done} translated, {stale} of them stale.\n")
    return 0
