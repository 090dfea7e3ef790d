"""Reads one YAML file of a suite: data only, bounded, with the line of every field.

Differences from a plain YAML loader, each because suite files come from many hands:

* scalars follow YAML 1.2's core schema: `NO` is a string (and a country), `2026-11-22` and `0119` are strings;
* aliases, merge keys, tags and duplicate keys are errors: no bombs, no objects, nothing hidden;
* a file has at most `MAX_BYTES` bytes, `MAX_NODES` values and `MAX_DEPTH` levels.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from culturefit.errors import SuiteError
from culturefit.suite.yamlcause import cause

__all__ = ["MAX_BYTES", "Document", "parse_yaml", "read_yaml"]

MAX_BYTES = 256 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 20

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(0|[1-9][0-9]*)?\.[0-9]+([eE][-+]?[0-9]+)?|[-+]?[1-9][0-9]*[eE][-+]?[0-9]+")
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_TAGS = {
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "merge", "value", "seq", "map")
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """The data of a file and where each value stands: path of keys and indices -> line number from 1."""

    path: Path
    data: Any
    lines: dict[Where, int]
    #: The texts that stand there without quotes.
    plain: frozenset[Where] = frozenset()

    def line(self, where: Where) -> int:
        """Return the line of the value at `where`, or of the nearest thing around it."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def read_yaml(path: Path) -> Document:
    """Read a suite file.

    Raises:
        SuiteError: not readable, not UTF-8, not YAML, too large, or with a feature that suite files may not use.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SuiteError(
            f"cannot be read ({error.strerror}); check the path and its permissions", path=str(path)
        ) from None
    return parse_yaml(path, raw)


def parse_yaml(path: Path, raw: bytes) -> Document:
    """Read the bytes of a suite file; `path` is named in messages only.

    Raises:
        SuiteError: as `read_yaml`.
    """
    if len(raw) > MAX_BYTES:
        raise SuiteError(f"is larger than {MAX_BYTES // 1024} kB; split it, one file per locale", path=str(path))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SuiteError("is not UTF-8; save it as UTF-8", path=str(path), line=line) from None
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        raise _not_yaml(path, text, error) from None
    if node is None:
        raise SuiteError("is empty; see CONTRIBUTING.md for an example to start from", path=str(path))
    builder = _Builder(path)
    data = builder.build(node, (), 0)
    return Document(path, data, builder.lines, frozenset(builder.plain))


def _not_yaml(path: Path, text: str, error: Exception) -> SuiteError:
    """Return the error for a text that is no YAML: with its cause where one is sure, else saying that it is not."""
    at = _given_up(error)
    if isinstance(error, yaml.reader.ReaderError):
        line = text[: error.position].count("\n") + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        message = f"holds the character U+{code:04X}, which no suite file may; remove it"
        return SuiteError(message, path=str(path), line=line)
    if at is None or not isinstance(error, yaml.MarkedYAMLError):
        return SuiteError(f"is not valid YAML: {str(error).splitlines()[0]}", path=str(path))
    problem = (error.problem or "not YAML").strip()
    if "another document" in problem:
        return SuiteError(
            "holds a second document; one file is one document, remove the line ---", path=str(path), line=at
        )
    if found := cause(text, at, _fault):
        return SuiteError(f"is not valid YAML: {found[1]}", path=str(path), line=found[0])
    return SuiteError(
        f"is not valid YAML: {problem}; the cause is not clear and may stand in a line above: look for quotes that do not "
        "pair, a missing colon, or a line that begins further left or right than its neighbours",
        path=str(path), line=at,
    )  # fmt: skip


def _fault(text: str) -> int | None:
    """Return the line where the reader gives up, from 1, or None where it reads to the end."""
    try:
        yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        return _given_up(error) or 1
    return None


def _given_up(error: Exception) -> int | None:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    return mark.line + 1 if mark else None


class _Builder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: dict[Where, int] = {}
        self.plain: set[Where] = set()
        self.seen: set[int] = set()

    def fail(self, node: yaml.Node, where: Where, message: str) -> SuiteError:
        return SuiteError(message, path=str(self.path), line=node.start_mark.line + 1, field=dotted(where))

    def build(self, node: yaml.Node, where: Where, depth: int) -> Any:
        if id(node) in self.seen:
            raise self.fail(node, where, "uses an alias (&, *), which suite files may not; write the value out")
        self.seen.add(id(node))
        if len(self.seen) > MAX_NODES or depth > MAX_DEPTH:
            raise self.fail(node, where, f"holds more than {MAX_NODES} values or {MAX_DEPTH} levels; split the file")
        if node.tag not in _TAGS:
            raise self.fail(node, where, f"carries the tag '{node.tag}', which suite files may not; remove it")
        self.lines[where] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, where, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*where, index), depth + 1) for index, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)
        if not node.style:
            self.plain.add(where)
        return scalar(node)

    def mapping(self, node: yaml.MappingNode, where: Where, depth: int) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.fail(key_node, where, "has a key that is no word; keys are plain words")
            key = key_node.value
            if key in data:
                raise self.fail(key_node, (*where, key), "stands twice; keep one")
            data[key] = self.build(value_node, (*where, key), depth + 1)
            # The line of a field is the line of its name, which is where an editor should jump to.
            self.lines[(*where, key)] = key_node.start_mark.line + 1
        return data


def scalar(node: yaml.ScalarNode) -> Any:
    """Return the value of a scalar by the core schema of YAML 1.2; quoted and block scalars are text."""
    text: str = node.value
    if node.style:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.fullmatch(text) and len(text) < 16:
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def dotted(where: Where) -> str:
    """Return a place as people write it: `criteria[2].text`."""
    out = ""
    for part in where:
        out += f"[{part}]" if isinstance(part, int) else f".{part}" if out else str(part)
    return out
