"""What `culturefit new` asks for, and what it makes of the answers."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from culturefit.errors import UsageError

__all__ = ["Answers", "Draft", "Kind", "Option", "ask", "of_form", "quoted"]

Answers = dict[str, str]


def _always(_: Answers) -> bool:
    return True


class Option(NamedTuple):
    """One question.

    Attributes:
        name: of the option, without dashes.
        text: what is asked.
        default: None = there must be an answer; a function reads it off the answers before.
        wanted: whether it is asked at all, by the answers before; what is not wanted is "".
        check: refuses an answer with a UsageError, by it and the answers before.
    """

    name: str
    text: str
    default: str | Callable[[Answers], str] | None = None
    wanted: Callable[[Answers], bool] = _always
    check: Callable[[Answers, str], object] | None = None


class Draft(NamedTuple):
    """A file to write; `adds` tells that it holds all that was there, `then` is the command that comes next."""

    path: Path
    content: str
    then: str = ""
    adds: bool = False


class Kind(NamedTuple):
    """What can be started: help, the kind of file, questions in order, and the maker of the file."""

    about: str
    file: str
    options: tuple[Option, ...]
    write: Callable[[Answers], Draft]


def ask(options: tuple[Option, ...], given: Mapping[str, str | None]) -> Answers:
    """Return an answer per option: the given one, else one from the terminal, else the default.

    Raises:
        UsageError: an answer is missing, or does not fit.
    """
    answers: Answers = {}
    for option in options:
        value = given.get(option.name.replace("-", "_"))
        if value is None and not option.wanted(answers):
            answers[option.name] = ""
            continue
        if value is None:
            value = _answer(option, answers)
        elif option.check is not None:
            option.check(answers, value)
        answers[option.name] = value
    return answers


def _answer(option: Option, before: Answers) -> str:
    default = option.default(before) if callable(option.default) else option.default
    if not sys.stdin.isatty():
        if default is None:
            raise UsageError(f"--{option.name} is missing: {option.text}. There is no terminal to ask on.")
        if option.check is not None:
            option.check(before, default)
        return default
    while True:
        sys.stderr.write(f"{option.text}{f' [{default}]' if default else ''}: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise UsageError(f"--{option.name} is missing: {option.text}.")
        value = line.strip() or default
        if value is None:
            continue
        try:
            if option.check is not None:
                option.check(before, value)
        except UsageError as error:
            sys.stderr.write(f"{error}\n")
            continue
        return value


def of_form(name: str, value: str, pattern: str, told: str) -> None:
    """Refuse a name that could not be a file's, before anything is made of it."""
    if not re.fullmatch(pattern, value):
        raise UsageError(f"--{name} is '{value}'; write {told}.")


def quoted(text: str) -> str:
    """Return text as a double-quoted YAML scalar."""
    return json.dumps(text, ensure_ascii=False)
