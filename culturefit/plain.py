"""Text of others on a terminal: what it would obey or what would turn a line around is shown as `?`, or escaped in JSON."""

from __future__ import annotations

import re

__all__ = ["json_safe", "plain"]

# C0 but tab and newline, DEL and C1 (0x9b begins a command as ESC [ does), separators, marks that reorder a line, tags.
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


def plain(text: str) -> str:
    """Return `text` without what a terminal would obey; lines and tabs stay."""
    return text if text.isprintable() else _OBEYED.sub("?", text.replace("\r\n", "\n"))


def json_safe(text: str) -> str:
    r"""Return JSON in which the same characters are written as \uXXXX: the same data, safe to look at."""
    return text if text.isprintable() else _OBEYED.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code in (0x0A, 0x0D, 0x09):
        return found[0]
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
