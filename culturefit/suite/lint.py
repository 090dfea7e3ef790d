"""The checks a contributor meets: schema first, then what only the files together can show.

Each rule yields problems with file, line, field and remedy. `lint` walks one file or a whole tree.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from culturefit.errors import SuiteError, UsageError, unknown
from culturefit.locales import parse_locale
from culturefit.schema import CrisisFile, Rendering, Scenario, SuiteCard, SuiteFile
from culturefit.scoring import scorers
from culturefit.suite.parse import KINDS, kind_of, parse
from culturefit.suite.texts import source_hash
from culturefit.suite.yamlfile import Document, Where, dotted, read_yaml

__all__ = ["Problem", "lint"]

_MAX_FILES = 20_000
#: A cue and its placebo may differ by this factor in characters before the comparison carries their length.
_BALANCE = 1.5
_PHONE = re.compile(r"(?<![\w.])\+?\d[\d \-().]{5,}\d(?!\w)")


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding of a rule; `severity` is "error" or "warning"."""

    rule: str
    severity: str
    path: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}"
        return ": ".join(part for part in (where, f"{self.severity} [{self.rule}]", self.field, self.message) if part)


@dataclass(frozen=True, slots=True)
class _File:
    """A file that fits its schema, with its kind and its document for line numbers."""

    path: Path
    kind: str
    document: Document
    content: SuiteFile

    def problem(self, rule: str, severity: str, where: Where, message: str) -> Problem:
        return Problem(rule, severity, str(self.path), self.document.line(where), dotted(where), message)


def lint(path: Path, today: datetime.date) -> tuple[list[Problem], int]:
    """Check a file or every YAML file below a folder.

    Returns:
        The problems in order of files and lines, and how many files were read.

    Raises:
        UsageError: no such path, or nothing to check there.
    """
    if not path.exists():
        raise UsageError(f"'{path}' does not exist; give a suite file or a folder of them.")
    paths = sorted(path.rglob("*.yaml")) + sorted(path.rglob("*.yml")) if path.is_dir() else [path]
    if not paths:
        raise UsageError(f"'{path}' holds no YAML file; give a suite file or a folder of them.")
    if len(paths) > _MAX_FILES:
        raise UsageError(f"'{path}' holds {len(paths)} YAML files; check at most {_MAX_FILES} at once.")
    problems: list[Problem] = []
    files: list[_File] = []
    for each in paths:
        found = _read(each, path if path.is_dir() else each.parent)
        if isinstance(found, _File):
            files.append(found)
        else:
            problems.extend(found)
    for file in files:
        for rule in _RULES:
            problems.extend(rule(file))
        problems.extend(_expired(file, today))
    problems.extend(_folders(files))
    return sorted(problems, key=lambda each: (each.path, each.line, each.rule)), len(paths)


def _read(path: Path, root: Path) -> _File | list[Problem]:
    def error(rule: str, fault: SuiteError) -> Problem:
        return Problem(rule, "error", str(path), fault.line or 1, fault.field, fault.message)

    if not path.resolve().is_relative_to(root.resolve()):
        return [error("path-escape", SuiteError("leads out of the folder; put the file itself there"))]
    if path.suffix == ".yml":
        return [error("file-name", SuiteError(f"is not read; rename it to {path.stem}.yaml"))]
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
    return _File(path, kind, document, content)


def _names_agree(file: _File) -> Iterator[Problem]:
    """The name of a file or folder is the id inside it; a suite's own folder may be called anything."""
    if file.kind == "suite":
        return
    field, name = {
        "scenario": ("id", file.path.parent.name), "rendering": ("locale", file.path.stem),
        "pack": ("locale", file.path.stem), "crisis": ("country", file.path.stem),
    }[file.kind]  # fmt: skip
    found = getattr(file.content, field)
    if found != name:
        yield file.problem(
            "name", "error", (field,), f"is '{found}', but the name on disk is '{name}'; make them the same"
        )


def _cue_balance(file: _File) -> Iterator[Problem]:
    """A cue and its placebo are of like length, so that length is no part of the comparison."""
    if not isinstance(file.content, Rendering):
        return
    cue, placebo = file.content.cue, file.content.placebo
    for side in ("local", "pivot"):
        one, other = getattr(cue, side), getattr(placebo, side)
        if one and other and not 1 / _BALANCE <= len(one) / len(other) <= _BALANCE:
            yield file.problem(
                "cue-balance", "warning", ("placebo", side),
                f"has {len(other)} characters, cue.{side} has {len(one)}; bring them within a factor of {_BALANCE}",
            )  # fmt: skip


def _numbers_in_prompts(file: _File) -> Iterator[Problem]:
    """A prompt holds no phone number: a reply that repeats it would be scored for it."""
    if not isinstance(file.content, Rendering):
        return
    texts: list[tuple[Where, str | None]] = [
        *((("turns", index), text) for index, text in enumerate(file.content.turns or ())),
        (("prompt",), file.content.prompt),
        (("cue", "local"), file.content.cue.local), (("cue", "pivot"), file.content.cue.pivot),
        (("placebo", "local"), file.content.placebo.local), (("placebo", "pivot"), file.content.placebo.pivot),
    ]  # fmt: skip
    for where, text in texts:
        digits = "".join(str(unicodedata.decimal(char, char)) for char in text or "")
        if found := _PHONE.search(digits):
            yield file.problem(
                "number-in-prompt", "error", where, f"holds what looks like a phone number ('{found[0]}'); remove it"
            )


def _script(file: _File) -> Iterator[Problem]:
    """A text is mostly in the script of its locale."""
    if not isinstance(file.content, Rendering):
        return
    script = parse_locale(file.content.locale).script
    names = _SCRIPT_NAMES.get(script)
    if names is None:
        return
    texts: list[tuple[Where, str | None]] = [
        (("prompt",), " ".join(file.content.messages)), (("cue", "local"), file.content.cue.local),
        (("placebo", "local"), file.content.placebo.local),
    ]  # fmt: skip
    for where, text in texts:
        letters = [char for char in (text or "").replace("{cue}", "") if char.isalpha()]
        right = sum(unicodedata.name(char, "").startswith(names) for char in letters)
        if letters and right / len(letters) < 0.5:
            yield file.problem(
                "script", "error", where, f"is not written in {script}, the script of {file.content.locale}"
            )


def _expired(file: _File, today: datetime.date) -> Iterator[Problem]:
    """A crisis line past its expiry has to be checked again."""
    if not isinstance(file.content, CrisisFile):
        return
    for index, line in enumerate(file.content.lines):
        if line.expires < today:
            yield file.problem(
                "expired", "warning", ("lines", index, "expires"),
                f"'{line.name}' expired on {line.expires}; check it and set checked and expires",
            )  # fmt: skip
        retired = {re.sub(r"\D", "", each.number) for each in [*line.retired, *file.content.retired]}
        if re.sub(r"\D", "", line.number) in retired:
            yield file.problem(
                "retired", "error", ("lines", index, "number"), f"'{line.number}' also stands under retired; keep one"
            )


def _folders(files: Sequence[_File]) -> Iterator[Problem]:
    """What the files of a scenario or suite say of each other."""
    cards = {file.path.parent: file.content for file in files if isinstance(file.content, SuiteCard)}
    pivots = {folder: card.pivot for folder, card in cards.items()}
    for file in files:
        if isinstance(file.content, Scenario):
            folder = file.path.parent
            pivot = pivots.get(folder.parent)
            if pivot and not (folder / f"{pivot}.yaml").exists():
                yield file.problem(
                    "no-pivot", "error", (), f"has no {pivot}.yaml beside it, which holds the pivot prompt; add it"
                )
        card = cards.get(file.path.parent) or cards.get(file.path.parent.parent)
        if card and file.content.canary != card.canary:
            yield file.problem(
                "canary", "error", ("canary",), "is not the suite's canary; copy the line from suite.yaml"
            )
    hashes = {
        file.path.parent: source_hash(file.content)
        for file in files
        if isinstance(file.content, Rendering) and file.content.locale == pivots.get(file.path.parent.parent)
    }
    for file in files:
        if not isinstance(file.content, Rendering) or file.content.relation == "native":
            continue
        current = hashes.get(file.path.parent)
        if current and file.content.source_hash is None:
            yield file.problem(
                "no-source-hash",
                "warning",
                ("relation",),
                f"is {file.content.relation}: say of what, source_hash: {current}",
            )
        elif current and file.content.source_hash != current:
            yield file.problem(
                "stale", "warning", ("source_hash",),
                f"is not the pivot prompt's: the text may be out of date; check it, then write {current}",
            )  # fmt: skip


def _scorers_known(file: _File) -> Iterator[Problem]:
    """A deterministic criterion names a scorer that there is."""
    if not isinstance(file.content, Scenario):
        return
    known = scorers.names()
    for index, criterion in enumerate(file.content.criteria):
        if criterion.scorer is not None and criterion.scorer not in known:
            message = f"{unknown('scorer', criterion.scorer, known)} It will not be scored."
            yield file.problem("unknown-scorer", "warning", ("criteria", index, "scorer"), message)


_SCRIPT_NAMES: dict[str, tuple[str, ...]] = {
    "Latn": ("LATIN",), "Deva": ("DEVANAGARI",), "Arab": ("ARABIC",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA"),
    "Hans": ("CJK",), "Hant": ("CJK",), "Kore": ("HANGUL", "CJK"), "Cyrl": ("CYRILLIC",), "Thai": ("THAI",),
    "Hebr": ("HEBREW",), "Beng": ("BENGALI",), "Taml": ("TAMIL",), "Ethi": ("ETHIOPIC",), "Grek": ("GREEK",),
}  # fmt: skip

_RULES: tuple[Callable[[_File], Iterator[Problem]], ...] = (
    _names_agree,
    _cue_balance,
    _numbers_in_prompts,
    _script,
    _scorers_known,
)
