"""Facts about languages that identification needs: base tags, scripts that name a language, pairs too close to call."""

from __future__ import annotations

from typing import Final

import numpy as np

from culturefit.scorers._scripts import letters, members, number

__all__ = ["CASED", "HAN", "NAMED", "base", "close", "family", "of_han"]

#: The family of scripts that Chinese and Japanese are written in.
HAN: Final = "Hani"
#: Scripts with capitals: there a name can be told from a sentence.
CASED: Final = frozenset({"Latn", "Cyrl", "Grek", "Armn"})
#: Scripts that name the language, the likeliest first; the others that are written so cannot be told from it here.
NAMED: Final[dict[str, tuple[str, ...]]] = {
    "Hang": ("ko",), HAN: ("zh", "ja", "yue", "wuu"), "Thai": ("th",), "Laoo": ("lo",), "Khmr": ("km",),
    "Mymr": ("my", "shn", "mnw"), "Tibt": ("bo", "dz"), "Grek": ("el",), "Hebr": ("he", "yi"), "Armn": ("hy",),
    "Geor": ("ka",), "Ethi": ("am", "ti"), "Guru": ("pa",), "Gujr": ("gu",), "Orya": ("or",), "Taml": ("ta",),
    "Telu": ("te",), "Knda": ("kn",), "Mlym": ("ml",), "Sinh": ("si",), "Thaa": ("dv",), "Mong": ("mn",),
    "Nkoo": ("nqo",), "Olck": ("sat",), "Mtei": ("mni",), "Tfng": ("zgh",),
}  # fmt: skip
_CLOSE: Final = tuple(
    frozenset(group.split())
    for group in (
        "no nn da",
        "hr bs sr",
        "id ms",
        "zh yue wuu",
        "gl pt",
        "cs sk",
        "zu xh",
        "am ti",
        "he yi",
        "my shn mnw",
    )
)
_BASES: Final = {
    "nb": "no", "fil": "tl", "iw": "he", "in": "id", "sh": "sr", "cmn": "zh", "zsm": "ms", "zlm": "ms", "swh": "sw",
    "prs": "fa", "pes": "fa", "arb": "ar", "arz": "ar", "ary": "ar", "apc": "ar", "acm": "ar", "ars": "ar", "npi": "ne",
}  # fmt: skip

# Share of kana in Japanese running text is above half; below this, kana are borrowed into Chinese.
_KANA: Final = 0.1
# So many Han characters without kana can stand in Japanese: a heading, a name.
_KANJI: Final = 12


def base(language: str) -> str:
    """Return the tag under which identifiers know a language: Egyptian Arabic is Arabic, Bokmål is Norwegian."""
    return _BASES.get(language, language)


def family(script: str) -> str:
    """Return the script that stands for the family of a (composite) script: Jpan and Hant are Hani, Kore is Hang."""
    parts = members(script)
    return "Hang" if "Hang" in parts else HAN if parts & {"Hani", "Hira", "Kana", "Bopo"} else script


def close(one: str, other: str) -> bool:
    """Return whether two languages are too close for an identifier's word to count between them."""
    return any(one in group and other in group for group in _CLOSE)


def of_han(text: str, asked: str) -> str:
    """Return "ja" or "zh" for a text in Han characters and kana, "und" where a few Han characters could be either."""
    counts = np.bincount(letters(text), minlength=max(map(number, ("Hani", "Hira", "Kana"))) + 1)
    han, kana = int(counts[number("Hani")]), int(counts[number("Hira")] + counts[number("Kana")])
    if kana >= _KANA * (han + kana):
        return "ja"
    return "und" if asked == "ja" and han <= _KANJI else "zh"
