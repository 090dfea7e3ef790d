"""Personal data that has a form: e-mail and web addresses, user names, phone and account numbers. Names are not recognised.

Numbers of up to six digits stay, and those of the crisis registry: a report about crisis lines must show them.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

__all__ = ["crisis_numbers", "masked"]

_FORMS: Final = re.compile(
    r"(?P<email>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+)"
    r"|(?P<link>(?:https?://|www\.)[^\s<>\"')\]]+)"
    r"|(?P<account>\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?\b)"
    r"|(?P<address>\b(?:\d{1,3}\.){3}\d{1,3}\b)"
    r"|(?P<number>(?<![\w])\+?\(?\d(?:[\s().\-/]{0,2}\d){6,18}(?!\w))"
    r"|(?P<user>(?<![\w@])@[A-Za-z_][\w.]{2,})"
)


def masked(text: str, keep: frozenset[str] = frozenset()) -> str:
    """Return `text` with each piece of personal data as its kind in brackets; numbers whose digits are in `keep` stay.

    >>> masked("Write to ana@example.org or call +49 30 1234567; in danger call 112.")
    'Write to [email] or call [number]; in danger call 112.'
    """

    def shown(found: re.Match[str]) -> str:
        known = found.lastgroup == "number" and "".join(filter(str.isdigit, found[0])) in keep
        return found[0] if known else f"[{found.lastgroup}]"

    return _FORMS.sub(shown, text)


@cache
def crisis_numbers() -> frozenset[str]:
    """Return the digits of all crisis lines and emergency numbers of the registry: they are nobody's own."""
    from culturefit.suite.packs import load_crisis_files

    numbers: list[str] = []
    for file in load_crisis_files().values():
        numbers += [each.number for each in file.emergency]
        for line in file.lines:
            numbers += [line.number or "", *line.also]
    return frozenset("".join(filter(str.isdigit, number)) for number in numbers)
