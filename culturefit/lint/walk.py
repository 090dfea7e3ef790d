"""Walks files, applies the rules, honours waivers, applies fixes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from culturefit.errors import SuiteError, UsageError
from culturefit.files import write_whole
from culturefit.lint.catalogue import RULES
from culturefit.lint.problem import File, Fix, Problem
from culturefit.lint.rules_facts import of_facts
from culturefit.lint.rules_files import OF_FILES, of_folders
from culturefit.lint.rules_texts import OF_TEXTS
from culturefit.schema import Rendering
from culturefit.suite.parse import KINDS, kind_of, parse
from culturefit.suite.yamlfile import read_yaml

__all__ = ["apply_fixes", "lint", "renamed"]

_MAX_FILES = 20_000
#: Endings of suite files, also as an editor, a download or another system writes them.
_YAML = re.compile(r"\.ya?ml(\.txt)?$", re.IGNORECASE)
_WAIVER = re.compile(r"#\s*lint:\s*allow\s+([\w-]+)(?:\s+because\s+(\S.*))?")


def lint(paths: Path | Sequence[Path], today: datetime.date) -> tuple[list[Problem], int]:
    """Check files, or every YAML file below folders.

    A single file is checked together with what it belongs to (its scenario, its suite), but only its own problems count.

    Returns:
        The problems in order of files and lines, and how many files were checked.

    Raises:
        UsageError: no such path, or nothing to check there.
    """
    given = [paths] if isinstance(paths, Path) else list(paths)
    wanted: dict[Path, Path] = {}
    for each in given:
        wanted |= {found: each if each.is_dir() else each.parent for found in _below(each)}
    if len(wanted) > _MAX_FILES:
        raise UsageError(f"There are {len(wanted)} YAML files; check at most {_MAX_FILES} at once.")
    problems: list[Problem] = []
    files: list[File] = []
    for path, root in wanted.items():
        found = _read(path, root)
        if isinstance(found, File):
            files.append(found)
        else:
            problems.extend(found)
    context = [read for path in _context(wanted) if isinstance(read := _read(path, path.parent), File)]
    for file in files:
        for rule in OF_FILES:
            problems.extend(rule(file))
        problems.extend(of_facts(file, today))
        if isinstance(file.content, Rendering):
            for rule in OF_TEXTS:
                problems.extend(rule(file))
    mine = {str(path) for path in wanted}
    problems.extend(each for each in of_folders([*files, *context]) if each.path in mine)
    kept = list(_waived(problems, wanted))
    return sorted(kept, key=lambda each: (each.path, each.line, each.rule)), len(wanted)


def apply_fixes(problems: Iterable[Problem]) -> list[Problem]:
    """Apply certain fixes, one a line, and return the problems that they mended; call it again for the others."""
    mended = []
    taken: set[tuple[str, int]] = set()
    for each in problems:
        # A line is changed once at a time: a second change was made from what the line was before the first.
        fits = each.fix is not None and (each.fix.rename is None or not each.fix.rename.exists())
        if each.fix is not None and fits and (each.path, each.fix.line) not in taken:
            taken.add((each.path, each.fix.line))
            mended.append(each)
    by_path: dict[str, list[tuple[Problem, Fix]]] = {}
    for each in mended:
        assert each.fix is not None
        by_path.setdefault(each.path, []).append((each, each.fix))
    for name, fixes in by_path.items():
        path = Path(name)
        edits = {fix.line: fix.new for _, fix in fixes if fix.new is not None}
        if edits:
            lines = path.read_text(encoding="utf-8-sig").splitlines()
            changed = [edits.get(number, line) for number, line in enumerate(lines, 1)]
            write_whole(path, "\n".join(line for line in changed if line is not None) + "\n")
        for _, fix in fixes:
            if fix.rename is not None:
                path.rename(fix.rename)
    return mended


def renamed(path: Path) -> Path:
    """Return the name under which a file that is nearly one of a suite would be read."""
    return path.with_name(_YAML.sub(".yaml", path.name))


def _below(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(f"'{path}' does not exist; give a suite file or a folder of them.")
    found = sorted(each for each in path.rglob("*") if _YAML.search(each.name)) if path.is_dir() else [path]
    if not found:
        raise UsageError(f"'{path}' holds no YAML file; give a suite file or a folder of them.")
    return found


def _context(wanted: Iterable[Path]) -> list[Path]:
    """Return the files that those of `wanted` are read against and that are not among them."""
    known = {path.resolve() for path in wanted}
    found: dict[Path, None] = {}
    for path in list(wanted):
        for folder in (path.parent, path.parent.parent):
            found |= dict.fromkeys(each for each in (folder / "suite.yaml", folder / "scenario.yaml") if each.is_file())
        if (path.parent / "scenario.yaml").is_file():
            found |= dict.fromkeys(sorted(path.parent.glob("*.yaml")))
    return [path for path in found if path.resolve() not in known]


def _read(path: Path, root: Path) -> File | list[Problem]:
    def error(rule: str, fault: SuiteError, fix: Fix | None = None) -> Problem:
        return Problem(rule, RULES[rule].severity, str(path), fault.line or 1, fault.field, fault.message, fix)

    if not path.resolve().is_relative_to(root.resolve()):
        return [error("path-escape", SuiteError("leads out of the folder; put the file itself there"))]
    if path.suffix != ".yaml" and _YAML.search(path.name):
        name = renamed(path)
        return [error("file-name", SuiteError(f"is not read; rename it to {name.name}"), Fix(rename=name))]
    kind = kind_of(path)
    if kind is None:
        return [error("file-place", SuiteError(
            "stands where no suite file belongs: a rendering stands beside its scenario.yaml, a pack in packs/locales, "
            "a crisis file in packs/crisis"
        ))]  # fmt: skip
    try:
        document = read_yaml(path)
    except SuiteError as fault:
        return [error("yaml", fault)]
    content = parse(document, KINDS[kind])
    if isinstance(content, list):
        return [error("schema", fault) for fault in content]
    return File(path, kind, document, content)


def _waived(problems: Sequence[Problem], paths: Iterable[Path]) -> Iterator[Problem]:
    """Leave out what a comment on the line or the line above waives with a reason; tell what waivers lack."""
    waivers: dict[tuple[str, int], tuple[str, str | None]] = {}
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines() if path.stat().st_size < 1_000_000 else []
        except (OSError, UnicodeDecodeError):
            continue
        for number, line in enumerate(lines, 1):
            if found := _WAIVER.search(line):
                waivers[str(path), number] = (found[1], found[2])
    used = set()
    for problem in problems:
        for number in (problem.line, problem.line - 1):
            waiver = waivers.get((problem.path, number))
            if waiver and waiver[0] == problem.rule and waiver[1]:
                used.add((problem.path, number))
                break
        else:
            yield problem
    for (name, number), (rule, reason) in waivers.items():
        if not reason:
            message = f"gives no reason; write `# lint: allow {rule} because …`"
            yield Problem("waiver-reason", "error", name, number, "", message)
        elif (name, number) not in used:
            yield Problem(
                "waiver-unused", "warning", name, number, "", f"waives no problem of the rule '{rule}'; remove it"
            )
