"""`culturefit migrate`: brings suite files of older versions of the format to the newest one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Say what must change, and change it; 0 where every file is of the newest version afterwards.

    There has been one version of the format, so there is nothing to change yet. The version after it adds its step here, from
    the data of the version before.
    """
    parser = argparse.ArgumentParser(
        prog="culturefit migrate", description=__doc__,
        epilog="Exit codes: 0 all files are of the newest version, 1 a file is not and cannot be brought there, 2 wrong use. "
        "Example: culturefit migrate suites/mine",
    )  # fmt: skip
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="suite files, or folders of them")
    options = parser.parse_args(argv)
    from culturefit.errors import UsageError
    from culturefit.plain import plain
    from culturefit.schema import SCHEMA_VERSION
    from culturefit.suite.parse import kind_of

    files: list[Path] = []
    for path in options.paths:
        if not path.exists():
            raise UsageError(f"'{path}' does not exist; name a suite file or a folder of them.")
        files += [path] if path.is_file() else [each for each in sorted(path.rglob("*.yaml")) if kind_of(each)]
    if not files:
        raise UsageError(f"No suite files below {', '.join(map(str, options.paths))}; name a suite's folder.")
    faults = [fault for file in files if (fault := _fault(file, SCHEMA_VERSION))]
    for fault in faults:
        sys.stderr.write(plain(f"{fault}\n"))
    if not faults:
        sys.stdout.write(
            f"{len(files)} files of schema {SCHEMA_VERSION}, the newest and so far the only one: nothing to do.\n"
        )
    return int(bool(faults))


def _fault(file: Path, newest: int) -> str | None:
    """Return why a file is not of the newest version, or None where it is."""
    from culturefit.errors import SuiteError
    from culturefit.suite.yamlfile import read_yaml

    try:
        document = read_yaml(file)
    except SuiteError as error:
        return str(error)
    version = document.data.get("schema") if isinstance(document.data, dict) else None
    where = f"{file}:{document.line(('schema',))}: schema: is {version!r}"
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        return f"{where}, but versions begin at 1; write `schema: {newest}` and run `culturefit lint`"
    return f"{where}, but this culturefit knows up to {newest}; update culturefit" if version > newest else None
