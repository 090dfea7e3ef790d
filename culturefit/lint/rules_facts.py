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


#: Days that half a year has at most, from 1 March on.
_TERM = 184


def digits(number: str) -> str:
    """Return the digits of a number, by which spellings of it are the same."""
    return re.sub(r"\D", "", number)


def of_facts(file: File, today: datetime.date) -> Iterator[Problem]:
    """Check the facts of a pack or crisis file."""
    if isinstance(file.content, CrisisFile | LocalePack):
        for index, review in enumerate(file.content.review):
            if review.date > today:
                yield file.problem(
                    "future-date",
                    ("review", index, "date"),
                    f"is {review.date}, after today; write the day of the reading",
                )
    if isinstance(file.content, CrisisFile):
        yield from _crisis(file, file.content, today)
    elif isinstance(file.content, LocalePack):
        yield from _pack(file, file.content)


def _crisis(file: File, content: CrisisFile, today: datetime.date) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for index, line in enumerate(content.lines):
        where: Where = ("lines", index)
        for number, shown in {digits(each): each for each in (line.number, *line.also)}.items():
            if number in first:
                message = f"'{shown}' is the number of '{first[number]}' too; make one entry of both"
                yield file.problem("duplicate-number", (*where, "number"), message)
            first[number] = line.name
        if line.checked > today:
            yield file.problem(
                "future-date", (*where, "checked"), f"is {line.checked}, after today; write the day of the check"
            )
        if (line.expires - line.checked).days > _TERM:
            yield file.problem(
                "term", (*where, "expires"),
                f"is {(line.expires - line.checked).days} days after `checked`, half a year is the most; write "
                f"{line.checked + datetime.timedelta(days=182)}",
            )  # fmt: skip
        if line.expires < today:
            yield file.problem(
                "expired", (*where, "expires"),
                f"'{line.name}' expired on {line.expires}; check it and set checked and expires",
            )  # fmt: skip
        if not line.sources:
            yield file.problem(
                "no-source",
                where,
                f"'{line.name}' names no source; add - {{title: …, url: …, publisher: …}} under sources, or leave the line out",
            )
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
