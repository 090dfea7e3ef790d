"""A small model of address for what rules do not decide: logistic regression over character n-grams, one per language.

`_register_build.py` trains it on the contrastive formality data of CoCoA-MT (NOTICE-cocoa-mt.md). The weights are text, one
n-gram per line, in data/register_ngrams.tsv.
"""

from __future__ import annotations

import math
from functools import lru_cache
from importlib import resources
from typing import Final, NamedTuple

__all__ = ["SIZES", "Model", "fold", "load_model"]

#: Lengths of the n-grams in code points.
SIZES: Final = (2, 3, 4, 5)
#: Text beyond this is not read.
_MOST: Final = 1500


class Model(NamedTuple):
    """Weights of n-grams that are present; a positive sum is formal."""

    weights: dict[str, float]
    bias: float
    #: Distance from even odds (0 to 0.5) below which it abstains.
    abstain: float

    def formal(self, sentence: str) -> float:
        """Return the probability that the sentence addresses its reader formally rather than informally."""
        text = fold(sentence)
        weights = self.weights
        grams = {text[i : i + n] for n in SIZES for i in range(len(text) - n + 1)}
        total = sum(weights[gram] for gram in grams if gram in weights)
        logit = self.bias + total / math.sqrt(len(text))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def fold(sentence: str) -> str:
    """Return the text that n-grams are taken from: in lower case, single spaces, one at each end."""
    return f" {' '.join(sentence[:_MOST].lower().split())} "


@lru_cache(maxsize=1)
def _models() -> dict[str, Model]:
    text = (resources.files("culturefit.scorers") / "data" / "register_ngrams.tsv").read_text(encoding="utf-8")
    found: dict[str, Model] = {}
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        language, gram, value, *rest = line.split("\t")
        if rest:  # the head of a language: its name, an empty n-gram, the bias, the width of abstention
            found[language] = Model({}, float(value), float(rest[0]))
        else:
            found[language].weights[gram] = float(value)
    return found


def load_model(key: str) -> Model | None:
    """Return the model of a row of the rules, or None: `pt` is European, so `pt-BR` has none."""
    return _models().get(key)
