"""Logistic regression over character n-grams, the weights kept as text: one n-gram per line."""

from __future__ import annotations

import math
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

__all__ = ["SIZES", "Model", "fold", "load_models"]

#: Lengths of the n-grams in code points.
SIZES: Final = (2, 3, 4, 5)
#: Text beyond this is not read.
_MOST: Final = 1500


class Model(NamedTuple):
    """Weights of n-grams that are present; a positive sum speaks for the model's class."""

    weights: dict[str, float]
    bias: float
    #: Distance from even odds (0 to 0.5) below which it abstains.
    abstain: float

    def likely(self, text: str) -> float:
        """Return the probability of the model's class."""
        folded = fold(text)
        weights = self.weights
        grams = {folded[i : i + n] for n in SIZES for i in range(len(folded) - n + 1)}
        total = sum([weights[gram] for gram in grams if gram in weights])
        logit = self.bias + total / math.sqrt(len(folded))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def fold(text: str) -> str:
    """Return the text that n-grams are taken from: in lower case, single spaces, one at each end."""
    return f" {' '.join(text[:_MOST].lower().split())} "


@lru_cache(maxsize=8)
def load_models(name: str) -> dict[str, Model]:
    """Return the models of data/<name>.tsv by their key."""
    text = (resources.files("culturefit.scorers") / "data" / f"{name}.tsv").read_text(encoding="utf-8")
    found: dict[str, Model] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        key, gram, value, *rest = line.split("\t")
        if rest:  # the head of a model: its key, an empty n-gram, the bias, the width of abstention
            found[key] = Model({}, float(value), float(rest[0]))
        else:
            found[key].weights[gram] = float(value)
    return found
