"""The script of every letter of a text, by Unicode's own tables.

Letters are code points of general category L or M whose Script property is neither Common nor Inherited; U+30FC, the
Japanese length mark, counts as Katakana. Digits, punctuation and emoji have no script.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

__all__ = ["COMPOSITES", "SCRIPTS", "WEIGHTS", "letters", "members", "number", "weight"]

#: ISO 15924 codes that stand for several scripts written together.
COMPOSITES: Final[dict[str, tuple[str, ...]]] = {
    "Jpan": ("Hani", "Hira", "Kana"),
    "Hrkt": ("Hira", "Kana"),
    "Kore": ("Hang", "Hani"),
    "Hans": ("Hani", "Bopo"),
    "Hant": ("Hani", "Bopo"),
    "Aran": ("Arab",),
    "Cyrs": ("Cyrl",),
    "Latf": ("Latn",),
}

# Script and its ranges of code points, from the Unicode Character Database 14.0 (Scripts.txt); ranges reach over
# unassigned code points.
_RANGES = """
Adlm 1e900-1e94b
Aghb 10530-10563
Ahom 11700-1172b 11740-11746
Arab 610-61a 620-63f 641-64a 656-65f 66e-66f 671-6d3 6d5-6dc 6df-6e8 6ea-6ef 6fa-6fc 6ff 750-77f 870-887 889-88e
  898-8e1 8e3-8ff fb50-fbb1 fbd3-fd3d fd50-fdc7 fdf0-fdfb fe70-fefc 1ee00-1eebb
Armi 10840-10855
Armn 531-559 560-588 fb13-fb17
Avst 10b00-10b35
Bali 1b00-1b4c 1b6b-1b73
Bamu a6a0-a6e5 a6f0-a6f1 16800-16a38
Bass 16ad0-16af4
Batk 1bc0-1bf3
Beng 980-9e3 9f0-9f1 9fc 9fe
Bhks 11c00-11c40
Bopo 3105-312f 31a0-31bf
Brah 11000-11046 11070-1107f
Bugi 1a00-1a1b
Buhd 1740-1753
Cakm 11100-11134 11144-11147
Cans 1401-166c 166f-167f 18b0-18f5 11ab0-11abf
Cari 102a0-102d0
Cham aa00-aa4d
Cher 13a0-13fd ab70-abbf
Copt 3e2-3ef 2c80-2ce4 2ceb-2cf3
Cprt 10800-1083f
Cyrl 400-481 483-484 487-52f 1c80-1c88 1d2b 1d78 2de0-2dff a640-a672 a674-a67d a67f-a69f fe2e-fe2f
Deva 900-950 955-963 971-97f a8e0-a8f7 a8fb a8fd-a8ff
Dsrt 10400-1044f
Ethi 1200-135f 1380-138f 2d80-2dde ab01-ab2e 1e7e0-1e7fe
Geor 10a0-10fa 10fc-10ff 1c90-1cbf 2d00-2d2d
Glag 2c00-2c5f 1e000-1e02a
Gong 11d60-11d98
Gonm 11d00-11d47
Goth 10330-10340 10342-10349
Gran 11300-11339 1133c-11374
Grek 370-373 376-37d 37f 386 388-3e1 3f0-3f5 3f7-3ff 1d26-1d2a 1d5d-1d61 1d66-1d6a 1dbf 1f00-1fbc 1fbe 1fc2-1fcc
  1fd0-1fdb 1fe0-1fec 1ff2-1ffc 2126 ab65 1d242-1d244
Gujr a81-ae3 af9-aff
Guru a01-a5e a70-a75
Hang 1100-11ff 302e-302f 3131-318e a960-a97c ac00-d7fb ffa0-ffdc
Hani 3005 303b 3400-4dbf 4e00-9fff f900-fad9 16fe3 16ff0-16ff1 20000-2ebe0 2f800-2fa1d 30000-3134a
Hano 1720-1734
Hebr 591-5bd 5bf 5c1-5c2 5c4-5c5 5c7-5f2 fb1d-fb28 fb2a-fb4f
Hira 3041-3096 309d-309f 1b001-1b11f 1b150-1b152
Hmng 16b00-16b36 16b40-16b43 16b63-16b8f
Hmnp 1e100-1e13d 1e14e
Java a980-a9c0
Kali a90a-a92d
Kana 30a1-30fa 30fc 30fd-30ff 31f0-31ff ff66-ff6f ff71-ff9d 1aff0-1b000 1b120-1b122 1b164-1b167
Khmr 1780-17d3 17d7 17dc-17dd
Khoj 11200-11237 1123e
Knda c80-c83 c85-ce3 cf1-cf2
Lana 1a20-1a7f 1aa7
Laoo e81-ecd edc-edf
Latn 41-5a 61-7a aa ba c0-d6 d8-f6 f8-2b8 2e0-2e4 1d00-1d25 1d2c-1d5c 1d62-1d65 1d6b-1d77 1d79-1dbe 1e00-1eff 2071
  207f 2090-209c 212a-212b 2132 214e 2183-2184 2c60-2c7f a722-a787 a78b-a7ff ab30-ab5a ab5c-ab64 ab66-ab69 fb00-fb06
  ff21-ff3a ff41-ff5a 10780-107ba 1df00-1df1e
Lepc 1c00-1c37 1c4d-1c4f
Limb 1900-193b
Lisu a4d0-a4fd 11fb0
Mand 840-85b
Mlym d00-d4e d54-d57 d5f-d63 d7a-d7f
Modi 11600-11640 11644
Mong 180b-180d 180f 1820-18aa
Mtei aae0-aaef aaf2-aaf6 abc0-abea abec-abed
Mymr 1000-103f 1050-108f 109a-109d a9e0-a9ef a9fa-a9fe aa60-aa76 aa7a-aa7f
Nand 119a0-119e1 119e3-119e4
Newa 11400-1144a 1145e-11461
Nkoo 7ca-7f5 7fa-7fd
Ogam 1681-169a
Olck 1c5a-1c7d
Orya b01-b63 b71
Osge 104b0-104fb
Phag a840-a873
Plrd 16f00-16f9f
Rjng a930-a953
Rohg 10d00-10d27
Runr 16a0-16ea 16f1-16f8
Samr 800-82d
Saur a880-a8c5
Shaw 10450-1047f
Sidd 11580-115c0 115d8-115dd
Sind 112b0-112ea
Sinh d81-ddf df2-df3
Sund 1b80-1baf 1bba-1bbf
Sylo a800-a827 a82c
Syrc 710-74f 860-86a
Tagb 1760-1773
Takr 11680-116b8
Tale 1950-1974
Talu 1980-19c9
Taml b82-bd7
Tavt aa80-aadd
Telu c00-c63
Tfng 2d30-2d6f 2d7f
Tglg 1700-171f
Thaa 780-7b1
Thai e01-e3a e40-e4e
Tibt f00 f18-f19 f35 f37 f39 f3e-f84 f86-fbc fc6
Tirh 11480-114c5 114c7
Vaii a500-a60c a610-a61f a62a-a62b
Wcho 1e2c0-1e2ef
Yezi 10e80-10eac 10eb0-10eb1
Yiii a000-a48c
"""

_ROWS = [line.split() for line in _RANGES.replace("\n  ", " ").strip().splitlines()]
#: Script of each number `letters` gives; 0 is "no letter".
SCRIPTS: Final[tuple[str, ...]] = ("", *(row[0] for row in _ROWS))
_NUMBERS = {script: index for index, script in enumerate(SCRIPTS)}
_DENSE: Final = frozenset({"Hani", "Hira", "Kana", "Bopo", "Hang"})
#: How many letters a letter of each script counts for. English takes 2.0 times as many letters as Korean, 2.1 as Japanese
#: and 2.5 to 3.0 as Chinese to say the same (557 parallel lines), so a letter of theirs counts as two.
WEIGHTS: Final = np.array([2 if script in _DENSE else 1 for script in SCRIPTS], dtype=np.int64)


@lru_cache(maxsize=1)
def _table() -> np.ndarray:
    table = np.zeros(0x32400, dtype=np.uint8)
    for index, (_, *ranges) in enumerate(_ROWS, start=1):
        for each in ranges:
            first, _, last = each.partition("-")
            table[int(first, 16) : int(last or first, 16) + 1] = index
    return table


def number(script: str) -> int:
    """Return the number that stands for a script in `letters`, 0 for one without letters of its own."""
    return _NUMBERS.get(script, 0)


def weight(script: str) -> int:
    """Return how many letters a letter of a script counts for."""
    return 2 if script in _DENSE else 1


@lru_cache(maxsize=512)
def members(script: str) -> frozenset[str]:
    """Return the scripts that a text written in `script` mixes: Jpan is Hani, Hira and Kana."""
    return frozenset(COMPOSITES.get(script, (script,)))


@lru_cache(maxsize=4)
def letters(text: str) -> np.ndarray:
    """Return the script number of each code point of `text` as uint8, 0 where it is no letter; do not write to it."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _table().take(codes, mode="clip")
