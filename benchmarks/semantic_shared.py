"""Ranks without what two languages write alike: `python benchmarks/semantic_shared.py ../shared/data`.

News holds names and numbers, and a model that knows nothing of a language finds a translation by them. Here every word that
stands letter by letter in both lines of a pair is taken from both, and so is every number. For languages in Latin letters that
the core suite's prompts do not confirm, with German and Spanish beside them; the tables are semantic.py's.
"""

from __future__ import annotations

import re
import sys

from _common import arguments, machine, store
from semantic import FILES, lines, told

from culturefit.pairing import ranks
from culturefit.scorers._semantic import Semantic

LINES = 80
LANGUAGES = ("yo", "ig", "sn", "so", "ha", "fil", "vi", "cs", "pl", "nl", "sv", "da", "it", "de", "es")
_WORD = re.compile(r"\w+")


def without_shared(one: str, other: str) -> tuple[str, str]:
    """Return both lines without their common words and without numbers."""
    shared = {each.casefold() for each in _WORD.findall(one)} & {each.casefold() for each in _WORD.findall(other)}

    def rest(text: str) -> str:
        kept = _WORD.sub(lambda m: "" if m[0].casefold() in shared or any(map(str.isdigit, m[0])) else m[0], text)
        return " ".join(kept.split())

    return rest(one), rest(other)


def main() -> int:
    """Print the table."""
    options = arguments(__doc__, "folder with ntrex-part")
    scorer, folder = Semantic(threads=1), options.directory / "ntrex-part"
    print(f"{machine()}\n")
    english, found = lines(folder / "eng.txt")[:LINES], {}
    for code in LANGUAGES:
        both = [without_shared(*pair) for pair in zip(lines(folder / f"{FILES[code]}.txt"), english, strict=False)]
        found[code] = each = told(
            ranks(scorer.embed([one for one, _ in both]), scorer.embed([other for _, other in both]))
        )
        print(f"{code:<4} n {each['n']}  rank {each['rank']:.3f}  nearest {each['nearest']:.3f}", flush=True)
    card = {code: f"{code} {found[code]['nearest']:.2f}" for code in LANGUAGES}
    store("semantic_shared", {"cards": ["semantic"], "lines": LINES, "languages": found, "card": card}, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
