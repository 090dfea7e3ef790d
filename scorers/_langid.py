"""Which language a text of a known script is in: naive Bayes over byte n-grams, in whole numbers, many texts at a time.

The model (`_langid.npz`) is a small extract of py3langid 0.4's (BSD-3-Clause; NOTICE-py3langid.md), made by
`_langid_build.py`, which says what was kept. Score of a language = sum over the positions of the text of the weight of
the longest known n-gram that ends there; the difference of two scores is a log-likelihood ratio in 1/STEPS nat.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np

__all__ = ["MODEL_FILE", "STEPS", "Block", "load_block", "slots"]

MODEL_FILE = Path(__file__).with_name("_langid.npz")
#: Steps of a weight per nat.
STEPS = 6
_BITS = 16
# Fibonacci hashing: the multiplier is 2**64 divided by the golden ratio.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
# An n-gram is its bytes in one number, the last byte lowest: masks of the model's 2 to 5 bytes, longest first.
_MASKS = np.array([[(1 << 8 * length) - 1] for length in (5, 4, 3, 2)], dtype=np.uint64)
_PADDING = b" " * 7


def slots(keys: np.ndarray) -> np.ndarray:
    """Return the slot in the hash table of each packed n-gram (uint64)."""
    return ((keys * _MULTIPLIER) >> np.uint64(64 - _BITS)).astype(np.intp)


class Block(NamedTuple):
    """The languages of one script: `keys` (n,) packed n-grams, `weights` (n + 1, languages), `table` slot -> row."""

    languages: tuple[str, ...]
    keys: np.ndarray
    weights: np.ndarray
    table: np.ndarray

    def scores(self, texts: Sequence[str]) -> np.ndarray:
        """Return an array (texts, languages) of whole numbers; a text is lower-case words with single spaces.

        A text is scored as if spaces stood around it. Time and memory are linear in the bytes of all texts.
        """
        encoded = [b" %s " % text.encode("utf-8", "replace") for text in texts]
        starts = [0, *accumulate(map(len, encoded[:-1]))]
        data = b"".join([_PADDING, *encoded])
        # The eight bytes up to each position as one number, the last byte lowest. No n-gram of the model holds two spaces,
        # so none reaches over the border between two texts.
        packed = np.ndarray(len(data) - 7, dtype=">u8", buffer=data, strides=(1,)).astype(np.uint64)
        ngrams = packed & _MASKS
        rows = self.table.take(slots(ngrams))
        known = self.keys.take(rows) == ngrams
        # The row of the longest known n-gram that ends at each position; the row of zeros at the end where there is none.
        row = np.full(len(packed), len(self.keys))
        for each, hit in zip(rows[::-1], known[::-1], strict=True):
            np.copyto(row, each, where=hit)
        # Whole numbers below 2**24 are exact in float32, which numpy sums fastest.
        return np.add.reduceat(self.weights.take(row, axis=0).astype(np.float32), starts, axis=0)


@lru_cache(maxsize=32)
def load_block(script: str) -> Block | None:
    """Return the block of a script (ISO 15924), or None where the model has none."""
    with np.load(MODEL_FILE, allow_pickle=False) as model:
        if f"{script}_keys" not in model.files:
            return None
        keys, weights = model[f"{script}_keys"], model[f"{script}_weights"]
        languages = tuple(model[f"{script}_languages"].tolist())
    table = np.zeros(1 << _BITS, dtype=np.uint16)
    table[slots(keys)] = np.arange(len(keys), dtype=np.uint16)
    return Block(languages, keys, np.vstack([weights, np.zeros_like(weights[:1])]), table)
