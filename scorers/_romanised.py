"""Hindi, Urdu and Arabic as people type them in Latin letters: no identifier here knows them.

Hindi and Urdu go by a small model trained on Hinglish-TOP (`_romanised_build.py`, NOTICE-hinglish-top.md); typed in Latin
letters the two are one. Arabic chat spelling goes by its digits (3 for ع, 7 for ح) and by common words, because no data of it
are at hand.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from culturefit.scorers._linear import load_models
from culturefit.scorers._scripts import letters, number

__all__ = ["LIKELY", "ROMANISED", "likely", "typed_romanised"]

#: Probability from which a text in Latin letters is in a language usually written otherwise.
LIKELY: Final = 0.4
#: Languages that are judged here where Latin script is due.
ROMANISED: Final = frozenset({"hi", "ur", "ar"})

_ARABIC_DIGIT: Final = re.compile(r"\b(?=\w*[a-z])\w*[2356789]\w*[a-z]\w*\b|\b[a-z]\w*[23578]\b", re.IGNORECASE)
_ARABIC_WORDS: Final = re.compile(
    r"\b(?:ana|enta|enti|inta|inti|mish|mesh|mesh?|mafish|mafeesh|eh|leh|leih|ezay|ezayak|izayak|keda|kida|delwa2ti|dilwa2ti|bas|"
    r"wallahi|wallah|habibi|habibti|ya|el|il|fi|fe|fel|bel|3ala|ma3|ma3ak|ba2a|lessa|lesa|awi|awy|gedan|gidan|w|wel|we|bta3|betaa3|"
    r"inshallah|insha2allah|yalla|khalas|tab|taman|tamam|momken|mumkin|lazim|lazem|kont|kunt|3ayz|3ayez|mama|baba|nafsi|nafsy|kol|kull)\b",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"\w+")


def likely(text: str, language: str) -> float:
    """Return how likely a text in Latin letters is in the language, possibly with English words in it."""
    if language in ("hi", "ur"):
        return load_models("romanised")["hi"].likely(text)
    words = len(_WORD.findall(text))
    if not words:
        return 0.0
    hits = len({found.start() for pattern in (_ARABIC_DIGIT, _ARABIC_WORDS) for found in pattern.finditer(text)})
    # A third of the words of chat Arabic are among these; of English almost none.
    return min(1.0, hits / words / 0.3)


def typed_romanised(prompt: str | None, language: str) -> bool:
    """Return whether a person typed a language in Latin letters that is usually written otherwise: a reply may do the same."""
    if not prompt or language not in ROMANISED:
        return False
    numbers = letters(prompt)
    total = int(np.count_nonzero(numbers))
    return total > 0 and int((numbers == number("Latn")).sum()) > total / 2 and likely(prompt, language) >= LIKELY
