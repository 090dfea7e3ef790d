"""The screens of cases, and what was signed there put under the renderings' files.

A signature holds for the words that were read: it carries their hash, and is refused where they have changed since.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import math
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from culturefit.errors import CulturefitError, UsageError, unknown
from culturefit.files import read_small, write_whole
from culturefit.review.page import Asked, Item, render_page, words
from culturefit.schema import Rendering, SuiteCard
from culturefit.schema.rendering import SLOT
from culturefit.suite.load import Case, Suite, load_suite
from culturefit.vocabulary import DUE_RISKS, ReviewRole

__all__ = ["apply_signatures", "draw_cases", "review_cases", "text_hash"]

_MOST = 4 * 1024 * 1024


def text_hash(rendering: Rendering) -> str:
    """Return the sha256 (hex) of the words of a rendering: messages, cue and placebos; not of note or review."""
    told = [
        *rendering.messages,
        *(json.dumps(part.model_dump(), sort_keys=True, ensure_ascii=False)
          for part in (rendering.cue, rendering.placebo, rendering.placebo_b)),
    ]  # fmt: skip
    return hashlib.sha256("\0".join(told).encode()).hexdigest()


def draw_cases(suite: Suite, locales: Sequence[str], share: float, seed: int) -> list[tuple[Case, Rendering]]:
    """Return a random `share` (0 to 1, rounded up per locale) of the renderings in each of `locales`, in random order.

    The same suite, share and seed draw the same ones, whichever other locales are drawn from.

    Raises:
        UsageError: a locale in which the suite has no rendering.
    """
    drawn: list[tuple[Case, Rendering]] = []
    for locale in locales:
        found = [(case, case.renderings[locale]) for case in suite.cases.values() if locale in case.renderings]
        if not found:
            raise unknown("locale", locale, suite.locales)
        generator = random.Random(f"{seed} {locale}")  # noqa: S311 - a sample, no secret
        drawn += generator.sample(found, min(len(found), max(1, math.ceil(share * len(found) - 1e-9))))
    return drawn


def review_cases(
    suite: Suite, locale: str, language: str, *, share: float = 1.0, seed: int = 1
) -> tuple[str, list[str]]:
    """Return the page for (a share of) the cases of a suite in a locale, and what to tell the person who sends it out."""
    drawn = draw_cases(suite, [locale], share, seed)
    say = words(language)
    items = [_item(suite.card, case, rendering, say) for case, rendering in drawn]
    page = render_page(
        "cases", items, locale, language, suite={"id": suite.card.id, "version": suite.card.version, "hash": suite.hash}
    )
    total = sum(locale in case.renderings for case in suite.cases.values())
    return page, [
        f"{len(items)} of {total} cases of {suite.card.id} in {locale}, drawn with seed {seed}.",
        "What the page saves goes under the cases with `culturefit review --apply FILE --suite FOLDER`.",
    ]


def _item(card: SuiteCard, case: Case, rendering: Rendering, say: Mapping[str, str]) -> Item:
    cue = rendering.cue.local or rendering.cue.pivot
    first, *later = rendering.messages
    before, slot, after = first.partition(SLOT)
    pieces = [(before, False), (cue or "", True), (after, False)] if slot else [(first, False)]
    questions = ["natural", "plausible", *(["cue"] if cue and slot else []), "criteria"]
    return Item(
        id=case.scenario.id,
        tag=rendering.locale,
        turns=[("user", [piece for piece in pieces if piece[0]]), *(("user", [(text, False)]) for text in later)],
        questions=[Asked(name, "case", say[f"q_{name}"]) for name in questions],
        warned=case.scenario.risk in DUE_RISKS,
        placebo=rendering.placebo.local or rendering.placebo.pivot,
        note=rendering.note,
        criteria=[each.text for each in case.scenario.criteria if each.text],
        export={"case": case.scenario.id, "text": text_hash(rendering)},
    )


def apply_signatures(file: Path, folder: Path) -> list[str]:
    """Write the signatures of a saved page under their cases; return one line per case, in the file's order.

    Args:
        file: what the page saved.
        folder: of the suite whose files are changed.

    Raises:
        UsageError, CulturefitError: the file is none of the page's, is of another suite, or a signature is for words
            that have changed; then no file is changed.
    """
    data = _read(file)
    suite = load_suite(folder)
    if (data.get("suite") or {}).get("id") != suite.card.id:
        raise UsageError(f"{file} is of the suite '{(data.get('suite') or {}).get('id')}', not of '{suite.card.id}'.")
    locale = str(data.get("locale"))
    texts: dict[Path, str] = {}
    told = []
    for number, row in enumerate(data["signatures"], 1):
        where = f"{file}: signature {number}"
        signed = _signature(row, where)
        case = suite.cases.get(str(row.get("case")))
        rendering = case.renderings.get(locale) if case else None
        if case is None or rendering is None:
            raise UsageError(f"{where} is for '{row.get('case')}' in {locale}, which {suite.card.id} does not have.")
        if row.get("text") != text_hash(rendering):
            raise UsageError(
                f"{where}: the words of {case.scenario.id} in {locale} have changed since; have them read again."
            )
        name, role, date = signed
        if any((old.by, old.role, str(old.date)) == signed for old in rendering.review):
            continue
        path = _file_of(suite, case.scenario.id, locale)
        entry = f"  - by: {json.dumps(name, ensure_ascii=False)}\n    role: {role}\n    date: {date}\n"
        texts[path] = _with_review(texts.get(path) or path.read_text(encoding="utf-8"), entry, path)
        told.append(f"{case.scenario.id}: {name}")
    for path, text in texts.items():
        write_whole(path, text)
    return told


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(read_small(file, _MOST))
    except (ValueError, RecursionError):
        data = None
    rows = data.get("signatures") if isinstance(data, dict) else None
    if not isinstance(data, dict) or data.get("kind") != "cases" or not isinstance(rows, list):
        raise UsageError(f"'{file}' is not what the page for cases saves; give the file that it saved.")
    if not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"'{file}' holds a signature that is no record; save it from the page again.")
    return data


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


def _with_review(text: str, entry: str, path: Path) -> str:
    """Return the file's text with one more review; everything else stays as it was, to the byte."""
    lines = text.splitlines(keepends=True)
    at = next((index for index, line in enumerate(lines) if line.startswith("review:")), None)
    if at is None:
        return text + ("" if text.endswith("\n") else "\n") + "review:\n" + entry
    rest = lines[at].removeprefix("review:").split("#")[0].strip()
    if rest not in ("", "[]"):
        raise UsageError(f"{path}:{at + 1}: review: is not a list over several lines; write it so, one `- by:` each.")
    if rest == "[]":
        lines[at] = "review:\n"
    end = at + 1
    while end < len(lines) and (lines[end].startswith((" ", "-")) or not lines[end].strip()):
        end += 1
    while end > at + 1 and not lines[end - 1].strip():
        end -= 1
    if not lines[end - 1].endswith("\n"):
        lines[end - 1] += "\n"
    own = "" if end > at + 1 and lines[at + 1].startswith("-") else "  "
    shifted = entry if own else "".join(line[2:] for line in entry.splitlines(keepends=True))
    return "".join([*lines[:end], shifted, *lines[end:]])
