"""Changes single values of a YAML file and leaves every other byte, comments and order among them, as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import yaml

from culturefit.errors import CulturefitError
from culturefit.schema import Rendering
from culturefit.suite.yamlfile import Where, parse_yaml
from culturefit.vocabulary import Origin

__all__ = ["edited", "quoted"]

# What a YAML reader takes for the end of a line, or refuses, inside double quotes.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
#: Where a new field goes: behind the last that stands before it here.
_ORDER = tuple(field.alias or name for name, field in Rendering.model_fields.items())


def quoted(text: str) -> str:
    """Return a text as a double-quoted YAML scalar on one line."""
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))


def edited(path: Path, raw: bytes, changes: Mapping[Where, Any]) -> bytes:
    """Return the bytes of a rendering's file with other values at some places.

    Args:
        path: the file, for messages.
        raw: its bytes.
        changes: place -> text, or a list of texts; fields that are not there are added.

    Raises:
        CulturefitError: the file is written in a way that cannot be changed so; it says where to do it by hand.
    """
    bom, text = (raw[:3], raw[3:]) if raw.startswith(b"\xef\xbb\xbf") else (b"", raw)
    content = text.decode()
    wanted = parse_yaml(path, raw).data
    for where, value in changes.items():
        _set(wanted, where, value)
        content = _change(content, where, value)
    new = bom + content.encode()
    # Nothing is written that reads differently from what was meant.
    if parse_yaml(path, new).data != wanted:
        raise CulturefitError(
            f"{path}: cannot be changed without touching the rest; change {', '.join(map(str, changes))} by hand."
        )
    return new


def _set(data: Any, where: Where, value: Any) -> None:
    *parents, last = where
    for part in parents:
        if isinstance(data, dict) and data.get(part) is None:
            data[part] = {}
        data = data[part]
    data[last] = value


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return value if value in get_args(Origin) else quoted(value)


def _change(text: str, where: Where, value: Any) -> str:
    # The loader in Python, because the marks of the C one do not count a byte order mark alike everywhere.
    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    key: yaml.Node | None = None
    for depth, part in enumerate(where):
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            key, node = None, node.value[part]
            continue
        inner: Any = value
        for name in reversed(where[depth + 1 :]):
            inner = {name: inner}
        if not isinstance(node, yaml.MappingNode):
            return _replace(text, key, node, {part: inner})
        pair = next((pair for pair in node.value if pair[0].value == part), None)
        if pair is None:
            return _insert(text, key, node, str(part), inner)
        key, node = pair
    return _replace(text, key, node, value)


def _replace(text: str, key: yaml.Node | None, node: Any, value: Any) -> str:
    start, end = node.start_mark.index, _end(text, node)
    new = _flow(value)
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("|", ">"):
            # The words of a block's first line are its style, and maybe a comment.
            comment = re.match(r"[|>][-+0-9]*([ \t]+#[^\r\n]*)?", text[start:end])
            new += (comment[1] or "") if comment else ""
        elif start == end:
            new = f" {new}"
    elif not node.flow_style and key is not None:
        start, new = key.end_mark.index, f": {new}"
    return text[:start] + new + text[end:]


def _insert(text: str, key: yaml.Node | None, node: yaml.MappingNode, name: str, value: Any) -> str:
    if node.flow_style:
        start = node.start_mark.index + 1
        return f"{text[:start]}{name}: {_flow(value)}{', ' if node.value else ''}{text[start:]}"
    column = node.value[0][0].start_mark.column
    before = None
    if key is None and name in _ORDER:
        earlier = _ORDER[: _ORDER.index(name)]
        before = max(
            (pair for pair in node.value if pair[0].value in earlier),
            key=lambda pair: earlier.index(pair[0].value), default=None,
        )  # fmt: skip
    elif key is None:
        before = node.value[-1]
    anchor = _end(text, before[1]) if before else key.end_mark.index if key else 0
    newline = "\r\n" if "\r\n" in text else "\n"
    at = text.find("\n", anchor) + 1
    line = f"{' ' * column}{name}: {_flow(value)}{newline}"
    return text[:at] + line + text[at:] if at else text + newline + line


def _end(text: str, node: yaml.Node) -> int:
    """Return where the last sign of a value ends; a block's own mark stands behind the empty lines that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    start, end = node.start_mark.index, node.end_mark.index
    return (
        start + len(text[start:end].rstrip()) if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") else end
    )
