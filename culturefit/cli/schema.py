"""`culturefit schema`: the JSON Schema of the suite files, and of gap.json and run.json, for editors and other programs."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.errors import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["main", "schema_of"]


def schema_of(kind: str) -> dict[str, Any]:
    """Return the JSON Schema of one kind of file (suite, scenario, rendering, pack, crisis, gap, run)."""
    schema = _kinds()[kind].model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"culturefit {kind} file"} | schema


def _kinds() -> dict[str, type[BaseModel]]:
    from culturefit.schema.gap import GapFile
    from culturefit.schema.run import RunFile
    from culturefit.suite.parse import KINDS

    return {**KINDS, "gap": GapFile, "run": RunFile}


def main(argv: Sequence[str]) -> int:
    """Print the schema of one kind of file, or write all to a folder."""
    kinds = _kinds()
    parser = argparse.ArgumentParser(
        prog="culturefit schema", description=__doc__,
        epilog="Examples: culturefit schema rendering > rendering.schema.json; culturefit schema --write schemas",
    )  # fmt: skip
    parser.add_argument("kind", nargs="?", choices=sorted(kinds), help="print the schema of this kind of file")
    parser.add_argument("--write", type=Path, metavar="DIR", help="write <kind>.schema.json for every kind to DIR")
    parser.add_argument("--check", type=Path, metavar="DIR", help="exit 1 if the schemas in DIR are not these")
    options = parser.parse_args(argv)
    if options.kind:
        sys.stdout.write(_text(options.kind))
        return 0
    if folder := options.write or options.check:
        return _all(folder, write=options.write is not None)
    raise UsageError(f"Name a kind of file ({', '.join(sorted(kinds))}), or use --write DIR.")


def _all(folder: Path, *, write: bool) -> int:
    from culturefit.files import write_whole

    stale = []
    for kind in _kinds():
        path = folder / f"{kind}.schema.json"
        if write:
            folder.mkdir(parents=True, exist_ok=True)
            write_whole(path, _text(kind))
        elif not path.is_file() or path.read_text(encoding="utf-8") != _text(kind):
            stale.append(str(path))
    if stale:
        sys.stderr.write(
            f"Not the schema of this version: {', '.join(stale)}; run `culturefit schema --write {folder}`.\n"
        )
    return 1 if stale else 0


def _text(kind: str) -> str:
    return json.dumps(schema_of(kind), ensure_ascii=False, indent=1) + "\n"
