"""`culturefit export`: a suite in the formats that others work with."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Write a suite as a `datasets` folder with its card, or one locale's texts as a file for translators."""
    parser = argparse.ArgumentParser(prog="culturefit export", description=__doc__, epilog=(
        "Examples: culturefit export core --format datasets --out exported/core, then "
        "datasets.load_dataset('exported/core') or culturefit run suite=dataset suite.path=exported/core. "
        "culturefit export core --format xliff --locale sw-KE --out core.sw-KE.xlf, then culturefit import core.sw-KE.xlf"
    ))  # fmt: skip
    parser.add_argument("suite", nargs="?", help="a suite's name or folder")
    parser.add_argument("--suite", dest="named", metavar="SUITE", help="the same as an option")
    parser.add_argument(
        "--format", choices=("datasets", "xliff", "po", "csv"), default="datasets",
        help="datasets: Parquet and a card, as on the hub; xliff (1.2), po, csv: one locale and its sources, for Weblate, OmegaT, Poedit",
    )  # fmt: skip
    parser.add_argument("--locale", help="xliff, po, csv: the locale to translate into, such as sw-KE")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write; xliff, po, csv: the file")
    parser.add_argument("--force", action="store_true", help="xliff, po, csv: write over a file that is there")
    options = parser.parse_args(argv)
    from culturefit.errors import UsageError
    from culturefit.suite import load_suite

    name = options.suite or options.named
    if not name or (options.suite and options.named):
        raise UsageError("Give one suite: culturefit export SUITE --out …; `culturefit list suites` names them.")
    if options.format != "datasets":
        return _sheet(name, options.format, options.locale, options.out, force=options.force)
    if options.locale:
        raise UsageError(f"--locale {options.locale} belongs to --format xliff, po or csv; datasets holds all locales.")
    from culturefit.suite.export import write_dataset

    path = write_dataset(load_suite(name), options.out)
    sys.stdout.write(f"Wrote {path} and {options.out / 'README.md'}.\n")
    return 0


def _sheet(name: str, kind: str, locale: str | None, out: Path, *, force: bool) -> int:
    from culturefit.errors import UsageError
    from culturefit.exchange import FORMATS, format_of
    from culturefit.exchange.collect import collect
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
    out.write_bytes(format_of(kind).write(sheet))
    done = sum(bool(unit.target) for unit in sheet.units)
    stale = sum(unit.done is False for unit in sheet.units)
    sys.stdout.write(f"Wrote {out}: {len(sheet.units)} texts in {locale}, {done} translated, {stale} of them stale.\n")
    return 0
