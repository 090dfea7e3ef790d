"""Rules about facts: every one has a source, and crisis lines do not outlive their check."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from culturefit.lint.problem import File, Problem
from culturefit.schema import CrisisFile, LocalePack
from culturefit.schema.base import Source
from culturefit.suite.yamlfile import Where

__all__ = ["digits", "of_facts", "publishers"]


def publishers(sources: list[Source]) -> set[str]:
    """Return who stands behind the sources that a reader can open; one publisher counts once."""
    return {
        (source.publisher or urlsplit(source.url).netloc.removeprefix("www.")).casefold()
        for source in sources
        if source.url
    }


def digits(number: str) -> str:
    """Return the digits of a number, by which spellings of it are the same."""
    return re.sub(r"\D", "", number)


def of_facts(file: File, today: datetime.date) -> Iterator[Problem]:
    """Check the facts of a pack or crisis file."""
    if isinstance(file.content, CrisisFile):
        yield from _crisis(file, file.content, today)
    elif isinstance(file.content, LocalePack):
        yield from _pack(file, file.content)


def _crisis(file: File, content: CrisisFile, today: datetime.date) -> Iterator[Problem]:
    for index, line in enumerate(content.lines):
        where: Where = ("lines", index)
        if line.expires < today:
            yield file.problem(
                "expired", (*where, "expires"),
                f"'{line.name}' expired on {line.expires}; check it and set checked and expires",
            )  # fmt: skip
        if not line.sources:
            yield file.problem("no-source", where, f"'{line.name}' names no source; add one or leave the line out")
        elif line.status == "verified" and len(publishers(line.sources)) < 2:
            yield file.problem("single-source", where, f"'{line.name}' rests on one publisher; name a second one")
        retired = {digits(each.number) for each in [*line.retired, *content.retired]}
        if digits(line.number) in retired:
            yield file.problem("retired", (*where, "number"), f"'{line.number}' also stands under retired; keep one")


def _pack(file: File, pack: LocalePack) -> Iterator[Problem]:
    for index, flag in enumerate(pack.risk_flags):
        if not any(source.url for source in flag.fact.sources):
            yield file.problem(
                "flag-without-source", ("risk_flags", index), f"'{flag.id}' has no source that a reader can open; add it or remove the flag"
            )  # fmt: skip
    for index, rung in enumerate(pack.help_seeking):
        if not rung.sources and rung.status == "verified":
            yield file.problem("no-source", ("help_seeking", index), "names no source; add one or call it unverified")
