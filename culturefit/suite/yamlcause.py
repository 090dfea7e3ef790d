"""Why a file is no YAML, in a contributor's words: a remedy is named only where applying it was tried and helps.

A YAML reader says where it gave up, which is often below the cause and in its own terms. Here each usual slip is looked for
in the lines around, mended in memory and read again; what does not mend the file is no cause.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

__all__ = ["cause"]

#: Lines above the fault that are looked at, and characters that are read again at most, so that no file takes long.
_ABOVE: Final = 60
_READ: Final = 3_000_000

_CURLY: Final = "„“”«»‚‘’‹›「」『』"
_PARTS: Final = re.compile(r"(?P<before>[ \t]*(?:- +)*(?:[\w.$-]+:(?:[ \t]+|$))?)(?P<value>.*?)[ \t]*")
_NO_SPACE: Final = re.compile(r"(?P<before>[ ]*(?:- +)*)(?P<name>[A-Za-z_]\w*):(?P<rest>(?!//)\S.*)")
_NO_COLON: Final = re.compile(r"(?P<before>[ ]*(?:- +)*)(?P<name>[A-Za-z_]\w*)(?P<rest>|[ \t]+[^\s:].*)")
_AFTER: Final = r'text stands after the closing "; put all of it between one pair, and write \" for a " inside'
_APOSTROPHE: Final = "an apostrophe inside a text in single quotes is written '', or put the text in double quotes"
#: Lines that are a field or an entry, not the rest of a text.
_STARTS: Final = re.compile(r" *(?:- |[A-Za-z_]\w*:(?:\s|$))")
_ESCAPES: Final = re.compile(r'(?<!\\)((?:\\\\)*)\\(?!["\\/abtnvfre0xuUNLP_ ])')


class _Try(NamedTuple):
    """A line as it would be without the slip, and what to tell."""

    line: str
    message: str


def cause(text: str, at: int, fault: Callable[[str], int | None]) -> tuple[int, str] | None:
    """Return the line (from 1) and the sentence of the cause, or None where it is not clear.

    Args:
        text: the file.
        at: the line, from 1, where the reader gave up.
        fault: reads a text as YAML and returns the line where it gives up, or None.
    """
    lines = text.split("\n")
    left = max(6, _READ // (len(text) + 1))
    last = min(at, len(lines)) - 1
    later: tuple[int, str] | None = None
    for kind in _KINDS:
        for index in range(last, max(-1, last - _ABOVE), -1):
            for tried in kind(lines, index):
                if left == 0:
                    return later
                left -= 1
                found = fault("\n".join([*lines[:index], tried.line, *lines[index + 1 :]]))
                if found is None:
                    return index + 1, tried.message
                # Another fault further down is another fault; a reader that comes past this one says that it is mended.
                if later is None and found > at + 1:
                    later = index + 1, tried.message
    return later


def _parts(line: str) -> tuple[str, str]:
    found = _PARTS.fullmatch(line.rstrip("\r"))
    return (found["before"], found["value"]) if found else ("", line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _beside(lines: list[str], index: int) -> list[int]:
    """Return the nearest lines above and below that hold something."""
    above = next((i for i in range(index - 1, -1, -1) if lines[i].strip()), None)
    below = next((i for i in range(index + 1, len(lines)) if lines[i].strip()), None)
    return [i for i in (above, below) if i is not None]


def _tab(lines: list[str], index: int) -> Iterator[_Try]:
    line = lines[index]
    start = line[: len(line) - len(line.lstrip())]
    if "\t" in start:
        widths = {_indent(lines[i]) for i in _beside(lines, index)} | {len(start.expandtabs(2)), 2}
        for width in sorted(widths, reverse=True):
            yield _Try(" " * width + line.lstrip(), "the line begins with a tab; use spaces")


def _curly(lines: list[str], index: int) -> Iterator[_Try]:
    before, value = _parts(lines[index])
    told = 'are letters to YAML; begin and end the text with the straight quotes "'
    if value[:1] and value[0] in _CURLY:
        yield _Try(before + json.dumps(value, ensure_ascii=False), f"typographic quotes such as {value[0]} {told}")
    elif value[:1] == '"' and len(value) > 1 and value[-1] in _CURLY:
        yield _Try(f'{before}{value[:-1]}"', f"typographic quotes such as {value[-1]} {told}")


def _inside(lines: list[str], index: int) -> Iterator[_Try]:
    """A quote inside a text between the same quotes."""
    before, value = _parts(lines[index])
    quotes = len(re.findall(r'(?<!\\)"', value))
    if value[:1] == '"' and quotes > 2 and value.endswith('"'):
        inner = re.sub(r'(?<!\\)"', r"\"", value[1:-1])
        yield _Try(f'{before}"{inner}"', r'a " inside a text in double quotes is written \"')
    elif value[:1] == '"' and quotes >= 2 and not value.endswith(('"', ",")):
        yield _Try(before + json.dumps(value), _AFTER)
    elif len(value) > 2 and value[0] == value[-1] == "'" and "'" in value[1:-1].replace("''", ""):
        inner = value[1:-1].replace("''", "'").replace("'", "''")
        yield _Try(f"{before}'{inner}'", _APOSTROPHE)


def _unclosed(lines: list[str], index: int) -> Iterator[_Try]:
    before, value = _parts(lines[index])
    if value[:1] == '"' and len(re.findall(r'(?<!\\)"', value)) == 1:
        yield _Try(f'{before}{value}"', 'the text that begins with " here has no closing "')
    elif value[:1] == "'" and value.count("'") == 1:
        yield _Try(f"{before}{value}'", "the text that begins with ' here has no closing '")


def _backslash(lines: list[str], index: int) -> Iterator[_Try]:
    before, value = _parts(lines[index])
    doubled = _ESCAPES.sub(r"\1\\\\", value)
    if value[:1] == '"' and doubled != value:
        yield _Try(before + doubled, r"a backslash inside a text in double quotes is written \\")


def _bare(lines: list[str], index: int) -> Iterator[_Try]:
    """A text without quotes that needs them."""
    before, value = _parts(lines[index])
    if not value or value[0] in "\"'":
        return
    # A list or a map with a fault in it would read as a text, too; so only what is plainly none counts.
    if value[0] in "*&!%@`" or value.startswith("{cue}") or re.match(r"\[[^\]]*\]\s*[^\s,#]", value):
        told = f"a text that begins with {'{' if value[0] == '{' else value[0]} needs double quotes around it"
    elif re.search(r":(\s|$)", value) and value[0] not in "{[":
        told = "a text with ': ' in it needs double quotes around it"
    else:
        return
    yield _Try(before + json.dumps(value, ensure_ascii=False), told)


def _shifted(lines: list[str], index: int) -> Iterator[_Try]:
    own = _indent(lines[index])
    if not _STARTS.match(lines[index]):
        return
    others = sorted(_beside(lines, index), key=lambda i: abs(_indent(lines[i]) - own))
    for other in others:
        width = _indent(lines[other])
        if width != own and _STARTS.match(lines[other]):
            yield _Try(
                " " * width + lines[index].lstrip(" "),
                f"the line begins with {_spaces(own)}, line {other + 1} with {_spaces(width)}; give them the same number",
            )


def _spaces(number: int) -> str:
    return "no space" if number == 0 else "1 space" if number == 1 else f"{number} spaces"


def _no_space(lines: list[str], index: int) -> Iterator[_Try]:
    if found := _NO_SPACE.fullmatch(lines[index].rstrip()):
        yield _Try(f"{found['before']}{found['name']}: {found['rest']}", f"a space is missing after '{found['name']}:'")


def _no_colon(lines: list[str], index: int) -> Iterator[_Try]:
    found = _NO_COLON.fullmatch(lines[index].rstrip())
    if found is None:
        return
    name = found["name"]
    told = f"the line has no colon; write '{name}: …', or, where it goes on with the text above, put that text in double quotes"
    yield _Try(f"{found['before']}{name}: {found['rest'].strip()}".rstrip(), told)


def _bracket(lines: list[str], index: int) -> Iterator[_Try]:
    line = lines[index].rstrip()
    bare = re.sub(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'', "", line)
    for opening, closing in ("[]", "{}"):
        if bare.count(opening) == bare.count(closing) + 1:
            yield _Try(line + closing, f"{opening} is opened here and never closed; add {closing}")


_KINDS: Final = (_tab, _curly, _inside, _unclosed, _backslash, _bare, _shifted, _no_space, _no_colon, _bracket)
