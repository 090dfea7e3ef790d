"""Rules about files and what they say of each other: names, canaries, sources of translations, criteria, duplicates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from culturefit.errors import unknown
from culturefit.lint.problem import File, Fix, Problem, pivot_texts
from culturefit.lint.rules_missing import missing_texts
from culturefit.lint.rules_packs import of_packs
from culturefit.lint.rules_pairs import of_pairs
from culturefit.lint.rules_suites import of_cues, of_suite
from culturefit.lint.rules_tags import of_places, of_tags
from culturefit.lint.rules_writing import OF_WRITING, cue_spaces
from culturefit.schema import Rendering, Scenario, SuiteCard
from culturefit.scoring import scorers
from culturefit.suite.texts import source_hash

__all__ = ["OF_FILES", "of_folders"]

#: Share of common five-letter pieces from which two prompts are nearly the same, and how many prompts are compared at most.
_ALIKE = 0.7
_MOST = 3000
#: Pieces of a prompt below which being alike says little.
_SHORT = 80


def _names_agree(file: File) -> Iterator[Problem]:
    """The name of a file or folder is the id inside it; a suite's own folder may be called anything."""
    if file.kind == "suite":
        return
    field, name = {
        "scenario": ("id", file.path.parent.name), "rendering": ("locale", file.path.stem),
        "pack": ("locale", file.path.stem), "crisis": ("country", file.path.stem),
    }[file.kind]  # fmt: skip
    found = getattr(file.content, field)
    if found != name:
        yield file.problem("name", (field,), f"is '{found}', but the name on disk is '{name}'; make them the same")


def _criteria(file: File) -> Iterator[Problem]:
    """A scenario has criteria, each with its source, and a deterministic one names a scorer that there is."""
    if not isinstance(file.content, Scenario):
        return
    if not file.content.criteria:
        yield file.problem("no-criteria", (), "has no criteria; add one testable sentence per dimension that matters")
    known = scorers.names()
    for index, criterion in enumerate(file.content.criteria):
        if criterion.scorer is not None and criterion.scorer not in known:
            message = f"{unknown('scorer', criterion.scorer, known)} It will not be scored."
            yield file.problem("unknown-scorer", ("criteria", index, "scorer"), message)
        if criterion.source is None:
            yield file.problem(
                "criterion-source",
                ("criteria", index),
                f"'{criterion.id}' does not say what it rests on; add `source:`",
            )


def _composed(file: File) -> Iterator[Problem]:
    """Texts are in NFC."""
    for number, line in enumerate(file.path.read_text(encoding="utf-8-sig").splitlines(), 1):
        composed = unicodedata.normalize("NFC", line)
        if composed != line:
            yield Problem(
                "not-nfc", "warning", str(file.path), number, "", "holds letters that are not composed (NFC); --fix composes them",
                Fix(number, composed),
            )  # fmt: skip


OF_FILES = (_names_agree, _criteria, _composed, of_suite, of_tags, of_packs, *OF_WRITING)


def of_folders(files: Sequence[File]) -> Iterator[Problem]:
    """What the files of a scenario or suite say of each other."""
    cards = {file.path.parent: file.content for file in files if isinstance(file.content, SuiteCard)}
    pivots = {folder: card.pivot for folder, card in cards.items() if card.design == "paired"}
    for file in files:
        if isinstance(file.content, Scenario):
            folder = file.path.parent
            pivot = pivots.get(folder.parent)
            if pivot and not (folder / f"{pivot}.yaml").exists():
                yield file.problem(
                    "no-pivot", (), f"has no {pivot}.yaml beside it, which holds the pivot prompt; add it"
                )
        card = cards.get(file.path.parent) or cards.get(file.path.parent.parent)
        if card and file.content.canary != card.canary:
            yield _canary(file, card)
    yield from _sources(files, pivots)
    yield from of_cues(files, pivots)
    yield from of_pairs(files, pivots)
    yield from of_places(files)
    yield from missing_texts(files, pivots)
    yield from cue_spaces(files, {folder: card.pivot for folder, card in cards.items()})
    yield from _duplicates(files)


def _canary(file: File, card: SuiteCard) -> Problem:
    fix = None
    if ("canary",) in file.document.lines and card.canary is not None:
        fix = Fix(file.document.lines[("canary",)], f'canary: "{card.canary}"')
    elif ("schema",) in file.document.lines and card.canary is not None:
        fix = Fix(file.document.lines[("schema",)], f'schema: 1\ncanary: "{card.canary}"')
    return file.problem("canary", ("canary",), "is not the suite's canary; copy the line from suite.yaml", fix)


def _sources(files: Sequence[File], pivots: Mapping[Path, str]) -> Iterator[Problem]:
    hashes = {folder: source_hash(text) for folder, text in pivot_texts(files, pivots).items()}
    for file in files:
        if not isinstance(file.content, Rendering) or file.content.relation == "native":
            continue
        current = hashes.get(file.path.parent)
        if current and file.content.source_hash is None:
            yield file.problem(
                "no-source-hash", ("relation",), f"is {file.content.relation}: say of what, source_hash: {current}"
            )
        elif current and file.content.source_hash != current:
            yield file.problem(
                "stale", ("source_hash",),
                f"is not the pivot prompt's: the text may be out of date; check it, then write {current}",
            )  # fmt: skip


def _duplicates(files: Sequence[File]) -> Iterator[Problem]:
    """Prompts of a suite and locale that are the same, or nearly."""
    groups: dict[tuple[Path, str], list[tuple[File, set[str]]]] = {}
    for file in files:
        if isinstance(file.content, Rendering):
            own = groups.setdefault((file.path.parent.parent, file.content.locale), [])
            own.append((file, _pieces(" ".join(file.content.messages))))
    for group in groups.values():
        if len(group) > _MOST:
            continue
        for index, (file, pieces) in enumerate(group):
            for other, others in group[:index]:
                if not pieces or not others:
                    continue
                same = pieces == others
                enough = min(len(pieces), len(others)) >= _SHORT
                if same or (enough and len(pieces & others) / len(pieces | others) >= _ALIKE):
                    rule, nearly = ("duplicate", "") if same else ("near-duplicate", "nearly ")
                    yield file.problem(
                        rule, ("prompt",), f"is {nearly}the prompt of {other.path.parent.name}; tell another story"
                    )


def _pieces(text: str) -> set[str]:
    plain = re.sub(r"\W+", " ", text.casefold())
    return {plain[start : start + 5] for start in range(len(plain) - 4)}
