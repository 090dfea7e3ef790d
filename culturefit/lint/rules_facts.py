"""Rules about facts: every one has a source, crisis lines do not outlive their check, and a signature is of what it stands under."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from culturefit.lint.problem import File, Problem
from culturefit.schema import CrisisFile, LocalePack, Rendering
from culturefit.schema.base import Source
from culturefit.suite.yamlfile import Where

__all__ = ["digits", "of_facts", "publishers"]

#: Days from a check to its expiry at most: half a year, counted in months, is 184.
_TERM = 184


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
    """Check the facts of a pack or crisis file, and the reviews of any."""
    yield from _signatures(file)
    if isinstance(file.content, CrisisFile):
        yield from _crisis(file, file.content, today)
    elif isinstance(file.content, LocalePack):
        yield from _pack(file, file.content)
    for index, review in enumerate(getattr(file.content, "review", ())):
        # A day ahead: somewhere it is tomorrow already.
        if review.date > today + datetime.timedelta(days=1):
            yield file.problem(
                "future-date",
                ("review", index, "date"),
                f"{review.date} lies in the future; write the day of the reading",
            )
    yield from _checked(file, today)


def _signatures(file: File) -> Iterator[Problem]:
    """A signature is of the text that it stands under."""
    if isinstance(file.content, Rendering):
        holds = file.content.reviewed
        for index, review in enumerate(file.content.review):
            if review not in holds:
                yield file.problem(
                    "signature-changed", ("review", index), f"the text has changed since {review.by} signed it on {review.date}; have it "
                    "read again, or remove this entry",
                )  # fmt: skip


def _crisis(file: File, content: CrisisFile, today: datetime.date) -> Iterator[Problem]:
    yield from _numbers(file, content)
    for index, line in enumerate(content.lines):
        where: Where = ("lines", index)
        if line.expires < today:
            yield file.problem(
                "expired", (*where, "expires"),
                f"'{line.name}' expired on {line.expires}; check it and set checked and expires",
            )  # fmt: skip
        if (line.expires - line.checked).days > _TERM:
            yield file.problem(
                "long-term", (*where, "expires"),
                f"{line.expires} is more than half a year after checked ({line.checked}); write a day within half a year",
            )  # fmt: skip
        if not line.sources:
            yield file.problem(
                "no-source", where,
                f"'{line.name}' names no source; add - {{title: …, url: …, publisher: …}} under sources, or leave the line out",
            )  # fmt: skip
        elif line.status == "verified" and len(publishers(line.sources)) < 2:
            yield file.problem("single-source", where, f"'{line.name}' rests on one publisher; name a second one")
        retired = {digits(each.number) for each in [*line.retired, *content.retired]}
        if digits(line.number) in retired:
            yield file.problem("retired", (*where, "number"), f"'{line.number}' also stands under retired; keep one")


def _checked(file: File, today: datetime.date) -> Iterator[Problem]:
    """No fact was checked on a day that is still to come."""
    for where, _ in sorted(file.document.lines.items(), key=lambda each: each[1]):
        if where and where[-1] == "checked" and isinstance(file.content, CrisisFile | LocalePack):
            found: Any = file.document.data
            for part in where:
                found = found[part]
            # Dates have this form where the schema let them through, so that they sort as text.
            if str(found)[:10] > today.isoformat():
                yield file.problem("future-date", where, f"{found} lies in the future; write the day of the check")


def _numbers(file: File, content: CrisisFile) -> Iterator[Problem]:
    """A number stands once, as its own line or under `also`."""
    seen: dict[str, int] = {}
    for index, line in enumerate(content.lines):
        for number in {_digits(each): each for each in (line.number, *line.also)}.values():
            first = seen.setdefault(_digits(number), index)
            if first != index:
                yield file.problem(
                    "duplicate-number", ("lines", index, "number"),
                    f"'{number}' stands in '{content.lines[first].name}' too (line {file.document.line(('lines', first))}); keep one",
                )  # fmt: skip


def _digits(number: str) -> str:
    """Return the digits without the trunk zero, so that `0800 111` and `800-111` are one number."""
    return re.sub(r"\D", "", number).lstrip("0") or "0"


def _pack(file: File, pack: LocalePack) -> Iterator[Problem]:
    for index, flag in enumerate(pack.risk_flags):
        if not any(source.url for source in flag.fact.sources):
            yield file.problem(
                "flag-without-source", ("risk_flags", index), f"'{flag.id}' has no source that a reader can open; add it or remove the flag"
            )  # fmt: skip
    for index, rung in enumerate(pack.help_seeking):
        if not rung.sources and rung.status == "verified":
            yield file.problem("no-source", ("help_seeking", index), "names no source; add one or call it unverified")
