"""Rules about how texts are typed: quotes that became part of them, letters of another script, the space after a cue."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from culturefit.lint.problem import File, Fix, Problem, pivot_texts
from culturefit.lint.words import SPACELESS, texts
from culturefit.schema import Rendering
from culturefit.schema.rendering import SLOT
from culturefit.suite.yamlfile import Where

__all__ = ["OF_WRITING", "cue_spaces"]

#: Opening quotes and what closes them somewhere.
_PAIRS: Final = {
    "„": '”“‟"',
    "“": "”",
    "”": "”",
    "«": "»",
    "»": "«",
    "‚": "’‘",
    "‘": "’",
    "‹": "›",
    "「": "」",
    "『": "』",
}
#: Letters of Cyrillic and Greek that look like Latin ones, and the other way round.
_LIKE_LATIN: Final = frozenset("аеорсухіјѕԁһԛԝАВЕКМНОРСТУХІЈЅοΟαΑΒΕΖΗΙΚΜΝΡΤΥΧν")
_LIKE_OTHERS: Final = frozenset("aeopcyxijsdhqwABEKMHOPCTYXIJSvNZ")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")


def _quotes(file: File) -> Iterator[Problem]:
    """A text without straight quotes that begins and ends with typographic ones, which are then part of it."""
    for where, value in _walk(file.document.data, ()):
        if where not in file.document.plain or len(value) < 3 or value[0] not in _PAIRS:
            continue
        closing = _PAIRS[value[0]]
        # Two speeches in one text open and close more than once: those are meant.
        if value[-1] in closing and not any(each in closing + value[0] for each in value[1:-1]):
            yield file.problem(
                "typographic-quotes", where,
                f"begins with {value[0]} and ends with {value[-1]}, which become part of the text; put it between straight quotes \"",
            )  # fmt: skip


def _walk(data: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _walk(value, (*where, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from _walk(value, (*where, index))
    elif isinstance(data, str):
        yield where, data


def _mixed(file: File) -> Iterator[Problem]:
    """A letter of one script inside a word of another that looks the same."""
    if not isinstance(file.content, Rendering):
        return
    for where, text, _ in texts(file.content):
        for found in _WORD.finditer(text):
            word = found.group()
            if word.isascii():
                continue
            latin = [each for each in word if unicodedata.name(each, "").startswith("LATIN")]
            others = [each for each in word if unicodedata.name(each, "").startswith(("CYRILLIC", "GREEK"))]
            few, alike = (others, _LIKE_LATIN) if len(others) < len(latin) else (latin, _LIKE_OTHERS)
            if latin and others and all(each in alike for each in few):
                name = unicodedata.name(few[0]).split()[0].title()
                yield file.problem(
                    "mixed-letters", where, f"holds the {name} letter '{few[0]}' inside the word '{word}'; type the word anew"
                )  # fmt: skip
                break


OF_WRITING = (_quotes, _mixed)


def cue_spaces(files: Sequence[File], pivots: Mapping[Path, str]) -> Iterator[Problem]:
    """A cue or placebo is joined to the prompt by its own space, where the script has spaces."""
    sources = pivot_texts(files, pivots)
    for file in files:
        own = file.content
        if not isinstance(own, Rendering):
            continue
        for name in ("cue", "placebo", "placebo_b"):
            part = getattr(own, name)
            # A pivot text goes into the pivot's prompt.
            for side, prompt in (("local", own), ("pivot", sources.get(file.path.parent))):
                text = getattr(part, side)
                if text and prompt and (message := _glued(prompt.messages[0], text)):
                    where = (name, side)
                    yield file.problem("cue-space", where, message, _spaced(file, where, text))


def _glued(prompt: str, text: str) -> str | None:
    before, slot, after = prompt.partition(SLOT)
    if not slot:
        return None
    if _touch(text[-1:], after[:1]):
        return f"ends without a space, so the prompt goes on as '{_end(text)}{_start(after)}'; end it with one"
    if _touch(before[-1:], text[:1]):
        return f"begins right after '{_end(before)}' without a space; add one before {SLOT} in the prompt"
    return None


def _end(text: str) -> str:
    return text.rsplit(maxsplit=1)[-1][-20:] if text.strip() else ""


def _start(text: str) -> str:
    return text.split(maxsplit=1)[0][:20] if text.strip() else ""


def _touch(left: str, right: str) -> bool:
    """Whether two texts meet without the space that belongs there."""
    if (
        not left
        or not right
        or SPACELESS.search(left + right)
        or "\u3000" <= left <= "\u303f"
        or "\uff00" <= left <= "\uffef"
    ):
        return False
    return not left.isspace() and (right.isalnum() or right in '¿¡„“«"') and left not in "(„“«¿¡"


def _spaced(file: File, where: Where, text: str) -> Fix | None:
    """Return the line with a space at the end of the text, where the line holds it once and plainly."""
    number = file.document.line(where)
    line = file.path.read_text(encoding="utf-8-sig").splitlines()[number - 1]
    quoted = [f'"{text}"', json.dumps(text, ensure_ascii=False), f"'{text}'"]
    for old in dict.fromkeys(quoted):
        if line.count(old) == 1:
            return Fix(number, line.replace(old, f"{old[:-1]} {old[-1]}"))
    start = f"{where[-1]}: "
    if where in file.document.plain and line.strip() == start + text and not set(text) & set('"\\'):
        return Fix(number, line.replace(start + text, f'{start}"{text} "'))
    return None
