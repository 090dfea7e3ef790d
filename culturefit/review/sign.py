"""What was signed on the page, put under the renderings' files.

A signature holds for the text that was read: it carries its hash, is refused where the text has changed since, and where
the same person found something wrong with the case or left a question open.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import yaml

from culturefit.errors import CulturefitError, UsageError, unknown
from culturefit.exchange.edit import edited
from culturefit.files import read_small, write_whole
from culturefit.review.cases import questions_of
from culturefit.review.page import words
from culturefit.schema import Rendering
from culturefit.suite.load import Suite, load_suite
from culturefit.suite.yamlfile import parse_yaml
from culturefit.vocabulary import ReviewRole

__all__ = ["Applied", "apply_signatures"]

_MOST = 4 * 1024 * 1024


@dataclass(slots=True)
class Applied:
    """What came of a saved page, as lines for people, in the file's order.

    Attributes:
        signed: cases that were signed, with the name.
        refused: signatures that were not put under their case, with the reason.
        warned: what a maintainer should look at.
        told: what the reader said against a case: questions answered "no", and comments.
    """

    signed: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    warned: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def apply_signatures(file: Path, folder: Path) -> Applied:
    """Write the signatures of a saved page under their cases; those that cannot stand are left out and told.

    Args:
        file: what the page saved.
        folder: of the suite whose files are changed.

    Raises:
        UsageError: the file is none of the page's, is of another suite, or names what cannot be; then no file is changed.
    """
    try:
        found, files = _applied(file, folder)
    except CulturefitError as error:
        raise UsageError(f"{str(error).rstrip('.')}. Nothing was signed.") from None
    for path, raw in files.items():
        write_whole(path, raw)
    return found


def _applied(file: Path, folder: Path) -> tuple[Applied, dict[Path, bytes]]:
    """Return what comes of a saved page, and the new bytes of the files that it changes."""
    data = _read(file)
    suite = load_suite(folder)
    if (data.get("suite") or {}).get("id") != suite.card.id:
        raise UsageError(f"{file} is of the suite '{(data.get('suite') or {}).get('id')}', not of '{suite.card.id}'.")
    locale = str(data.get("locale"))
    files: dict[Path, bytes] = {}
    found = Applied(told=_told(data))
    for number, row in enumerate(data["signatures"], 1):
        where = f"{file}: signature {number}"
        name, role, date = _signature(row, where)
        case = suite.cases.get(str(row.get("case")))
        rendering = case.renderings.get(locale) if case else None
        if case is None or rendering is None:
            raise UsageError(f"{where} is for '{row.get('case')}' in {locale}, which {suite.card.id} does not have.")
        scenario = case.scenario.id
        if reason := _against(row, rendering, data["ratings"]):
            found.refused.append(f"{scenario}: {name}: {reason}")
            continue
        if name != str(data.get("rater") or "").strip():
            found.warned.append(
                f"{scenario} is signed by '{name}', but the page was filled in by '{data.get('rater')}'; ask who signs."
            )
        if any((old.by, old.role, str(old.date)) == (name, role, date) for old in rendering.reviewed):
            continue
        path = _file_of(suite, scenario, locale)
        entry = {"by": name, "role": role, "date": date, "text_hash": rendering.text_hash}
        files[path] = _with_review(files.get(path) or path.read_bytes(), entry, path)
        found.signed.append(f"{scenario}: {name}")
    return found, files


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(read_small(file, _MOST))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("kind") != "cases" or not isinstance(data.get("signatures"), list):
        raise UsageError(f"'{file}' is not what the page for cases saves; give the file that it saved.")
    for name in ("signatures", "ratings", "comments"):
        rows = data.setdefault(name, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise UsageError(f"'{file}' holds {name} that are no records; save it from the page again.")
    return data


def _told(data: Mapping[str, Any]) -> list[str]:
    """Return what the editors of the cases should read: what was answered "no", and every comment."""
    say = words("en")
    noes = [(row.get("item"), str(row.get("criterion"))) for row in data["ratings"] if row.get("label") == "no"]
    comments = [(row.get("item"), " ".join(str(row.get("comment")).split())) for row in data["comments"]]
    return [
        *(f"{item}: no: {say.get(f'q_{criterion}', criterion)}" for item, criterion in noes),
        *(f"{item}: comment: {comment}" for item, comment in comments),
    ]


def _against(row: Mapping[str, Any], rendering: Rendering, ratings: Sequence[Mapping[str, Any]]) -> str | None:
    """Return why a signature cannot stand under its case, or None."""
    if row.get("text") != rendering.text_hash:
        return "the text has changed since; have it read again"
    given = [(str(each.get("criterion")), each.get("label")) for each in ratings if each.get("item") == row.get("case")]
    asked = questions_of(rendering)
    if noes := [name for name in asked if (name, "no") in given]:
        return f"the reader answered no to {', '.join(noes)}; a case with a no is not signed"
    if left := [name for name in asked if (name, "yes") not in given and (name, "unsure") not in given]:
        return f"the reader left {', '.join(left)} unanswered; a case is signed once its questions are answered"
    return None


def _signature(row: Mapping[str, Any], where: str) -> tuple[str, str, str]:
    name, role, date = (str(row.get(field) or "").strip() for field in ("by", "role", "date"))
    if not name or len(name) > 200 or not name.isprintable():
        raise UsageError(f"{where} has no readable name; nobody is put under a case unnamed.")
    if role not in get_args(ReviewRole):
        raise unknown("role", role, get_args(ReviewRole))
    try:
        given = datetime.date.fromisoformat(date)
    except ValueError:
        raise UsageError(f"{where} has the date '{date}'; write it as 2026-11-28.") from None
    # A day ahead: somewhere it is tomorrow already.
    if given > datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1):
        raise UsageError(f"{where} has the date {date}, which is yet to come.")
    return name, role, date


def _file_of(suite: Suite, case: str, locale: str) -> Path:
    found = [path for path in suite.path.rglob(f"{locale}.yaml") if path.parent.name == case]
    if len(found) != 1:
        raise CulturefitError(f"{suite.path} holds {len(found)} files for {case} in {locale}; there must be one.")
    return found[0]


def _with_review(raw: bytes, entry: Mapping[str, str], path: Path) -> bytes:
    """Return a file's bytes with one more review, and without the same person's under an earlier text; the rest stays as it is.

    Raises:
        CulturefitError: the file is written in a way that cannot be changed so.
    """
    data = parse_yaml(path, raw).data
    own: list[dict[str, str]] = list(data.get("review") or [])
    gone = {index for index, old in enumerate(own) if _replaces(entry, old)}
    reviews = [old for index, old in enumerate(own) if index not in gone] + [dict(entry)]
    root: Any = yaml.compose(raw.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    pair: tuple[Any, Any] = next((each for each in root.value if each[0].value == "review"), (None, None))
    key, node = pair
    if own and node.flow_style:
        return edited(path, raw, {("review",): reviews})
    new = "".join(_lines(raw.decode(), key, node if own else None, entry, gone)).encode()
    if parse_yaml(path, new).data != data | {"review": reviews}:
        raise CulturefitError(
            f"{path}: review: is written in a way that cannot be added to; write it as a list of `- by:`."
        )
    return new


def _replaces(new: Mapping[str, str], old: Mapping[str, str]) -> bool:
    same = (old["by"], old["role"]) == (new["by"], new["role"])
    return same and old.get("text_hash") not in (None, new["text_hash"])


def _lines(text: str, key: Any, reviews: Any, entry: Mapping[str, str], gone: set[int]) -> Iterator[str]:
    """Yield the lines of a file with an entry at the end of its list of reviews (a block), or in the list's place."""
    lines, end = text.splitlines(keepends=True), "\r\n" if "\r\n" in text else "\n"
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += end
    margin, dropped = "  ", set()
    if reviews is not None:
        start = lines[reviews.value[0].start_mark.line]
        margin = start[: len(start) - len(start.lstrip())]
        dropped = {line for index in gone for line in _span(reviews.value[index])}
        at = _span(reviews.value[-1]).stop
    elif key is not None:
        at = key.start_mark.line + 1
        lines[at - 1] = re.sub(r"^review:[ \t]*(\[[ \t]*\]|null|~)?", "review:", lines[at - 1])
    else:
        lines.append(f"review:{end}")
        at = len(lines)
    yield from (line for number, line in enumerate(lines[:at]) if number not in dropped)
    by = json.dumps(entry["by"], ensure_ascii=False)
    fields = [f"by: {by}", f"role: {entry['role']}", f"date: {entry['date']}", f"text_hash: {entry['text_hash']}"]
    yield from (f"{margin}{'- ' if number == 0 else '  '}{each}{end}" for number, each in enumerate(fields))
    yield from lines[at:]


def _span(item: Any) -> range:
    """Return the lines (from 0) of an entry of a block list."""
    last = item if item.flow_style else item.value[-1][1]
    return range(item.start_mark.line, last.end_mark.line + 1)
