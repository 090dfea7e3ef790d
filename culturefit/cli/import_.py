"""`culturefit import`: a translator's work back into the suite; only what changed is written, provenance with it."""

from __future__ import annotations

import argparse
import datetime
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from culturefit.exchange.bring import Brought
    from culturefit.exchange.sheet import Sheet
    from culturefit.suite import Suite

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Read the file, write the renderings it changes, and say what was done and what was left."""
    parser = argparse.ArgumentParser(prog="culturefit import", description=__doc__, epilog=(
        "Example: culturefit export core --format xliff --locale sw-KE --out core.sw-KE.xlf, then, translated: "
        "culturefit import core.sw-KE.xlf --translator 'NAME'. The file's ending says its format: .xlf, .xliff, .po, .csv."
    ))  # fmt: skip
    parser.add_argument("file", type=Path, help="the file from the translator's tool")
    parser.add_argument("--suite", help="the suite, a name or a folder (default: the one that the file names)")
    parser.add_argument("--to", type=Path, help="write changed renderings below this folder and leave the suite alone")
    parser.add_argument("--translator", help="who translated, where the file does not say it")
    parser.add_argument(
        "--overwrite-reviewed", action="store_true", help="change reviewed renderings too; their reviews go"
    )
    parser.add_argument("--unfinished", action="store_true", help="take texts too that the tool marks as not finished")
    options = parser.parse_args(argv)
    from culturefit.exchange import format_by_ending, format_of
    from culturefit.exchange.bring import Choices, bring
    from culturefit.exchange.sheet import MAX_BYTES

    kind = format_of(format_by_ending(options.file))
    with options.file.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)  # one more, so that the reader can tell that it is too much
    sheet = kind.read(options.file, raw)
    suite = _suite(options.suite, sheet, options.file)
    choices = Choices(options.translator, options.overwrite_reviewed, options.unfinished)
    found = bring(suite, sheet, options.file, choices)
    written = _write(found, suite.path, options.to)
    if written:
        _lint(written, suite.path, options.to)
    _tell(found, len(written), options.to or suite.path)
    return 1 if found.reviewed else 0


def _suite(given: str | None, sheet: Sheet, path: Path) -> Suite:
    from culturefit.errors import UsageError
    from culturefit.suite import load_suite

    if not sheet.locale or not sheet.suite:
        raise UsageError(f"{path} does not say which suite and locale it belongs to; export it again.")
    # A name from the file is a name, never a path.
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,63}", sheet.suite):
        raise UsageError(f"{path} belongs to '{sheet.suite[:80]}', which is no suite's id; export it again.")
    here = Path("suites") / sheet.suite
    suite = load_suite(given or (here if (here / "suite.yaml").is_file() else sheet.suite))
    if suite.card.id != sheet.suite:
        raise UsageError(
            f"{path} belongs to the suite '{sheet.suite}', not to '{suite.card.id}'; give the right --suite."
        )
    return suite


def _write(found: Brought, folder: Path, to: Path | None) -> list[Path]:
    """Write every file whole or not at all, below one folder."""
    from culturefit.errors import CulturefitError
    from culturefit.files import write_whole

    root = to or folder
    paths = {root / scenario / f"{locale}.yaml": raw for (scenario, locale), raw in found.files.items()}
    for path in paths:
        if not path.resolve().is_relative_to(root.resolve()):
            raise CulturefitError(f"'{path}' leads out of '{root}'; put a folder there, not a link.")
    for path, raw in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, raw)
    return list(paths)


def _lint(paths: list[Path], suite: Path, to: Path | None) -> None:
    """Print what the linter says of what was written; below another folder, as if it stood in the suite."""
    from culturefit.lint import lint
    from culturefit.plain import plain

    today = datetime.datetime.now(datetime.UTC).date()
    if to is None:
        problems, _ = lint(paths, today)
    else:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve() / suite.resolve().name
            root.mkdir()
            shutil.copy(suite / "suite.yaml", root)
            for scenario in {path.parent.name for path in paths}:
                shutil.copytree(suite / scenario, root / scenario)
            there = {root / path.relative_to(to): path for path in paths}
            for inside, path in there.items():
                shutil.copy(path, inside)
            problems, _ = lint(list(there), today)
            problems = [replace(each, path=str(there[Path(each.path)])) for each in problems]
    sys.stdout.writelines(plain(f"{problem}\n") for problem in problems)


def _tell(found: Brought, files: int, folder: Path) -> None:
    def some(names: list[str]) -> str:
        return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")

    for names, text in (
        (found.confirmed, "read again and still right, no longer stale"),
        (found.unsigned, "reviews removed, the text under them is another now"),
        (found.cues, "the cue changed on one side; look whether cue.local and cue.pivot still say the same"),
        (found.one_sided, "the cue stands in one language only; fill the unit cue.pivot too"),
        (found.unfinished, "left, not finished in the tool (--unfinished takes them)"),
        (found.incomplete, "left, a new rendering needs its whole prompt"),
        (found.reviewed, "left, somebody has reviewed these (--overwrite-reviewed changes them)"),
    ):
        if names:
            sys.stdout.write(f"{len(names)} × {text}: {some(names)}.\n")
    texts = f"{len(found.changed)} text{'' if len(found.changed) == 1 else 's'}"
    sys.stdout.write(f"{texts} changed, {files} file{'' if files == 1 else 's'} written below {folder}.\n")
