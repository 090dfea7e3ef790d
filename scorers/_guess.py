"""Which language is a text in, when nothing says which is due? The scorer `language` asks another question: is it the one due?

The script first, then byte n-grams within it. Two things differ from verifying a language: words in capitals count a part,
since names are evidence too where there is little else; and languages that people bring to a chatbot more often start
ahead, since four Spanish words are as likely Asturian or Aragonese otherwise.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from culturefit.scorers._identify import fold
from culturefit.scorers._langid import STEPS, load_block
from culturefit.scorers._languages import NAMED, family, of_han
from culturefit.scorers._scripts import SCRIPTS, WEIGHTS, letters

__all__ = ["guess"]

#: Weight of all words beside that of words with a small first letter. Chosen on half of NTREX-128 (benchmarks/language_id.py
#: reports on the other half too), as were the next two.
_ALL: Final = 0.4
#: Names and abbreviations stand in Latin letters everywhere, so these weigh a third.
_LATIN: Final = 3
#: Head starts in nat.
_PRIOR: Final = {
    **dict.fromkeys(("pt", "de", "it", "id", "tr", "vi", "pl", "nl", "tl", "ar", "fa", "ur", "bn", "mr", "uk", "ru", "yo"), 6.0),
    "en": 9.0, "es": 8.0, "fr": 8.0, "sw": 8.0, "sn": 10.0, "hi": 13.0,
}  # fmt: skip


def guess(text: str) -> str:
    """Return the base tag of the likeliest language of a text, "und" where it holds no letters of a known script."""
    counts = np.bincount(letters(text), minlength=len(SCRIPTS)) * WEIGHTS.astype(float)
    counts[0] = 0
    if not counts.any():
        return "und"
    counts[SCRIPTS.index("Latn")] /= _LATIN
    script = family(SCRIPTS[int(counts.argmax())])
    if script in NAMED:
        return of_han(text, "") if script == "Hani" else NAMED[script][0]
    block = load_block(script)
    if block is None:
        return "und"
    whole = block.scores(fold([text], script, enough=len(text) + 1))[0]
    small = block.scores(fold([text], script, enough=1))[0]
    rows = (_ALL * whole + (1 - _ALL) * small) / STEPS + _head_starts(script)
    return block.languages[int(rows.argmax())]


@lru_cache(maxsize=32)
def _head_starts(script: str) -> np.ndarray:
    block = load_block(script)
    return np.array([_PRIOR.get(name, 0.0) for name in block.languages] if block else [])
