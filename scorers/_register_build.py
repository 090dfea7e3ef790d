"""Train the register models: `python -m culturefit.scorers._register_build ../shared/data/register-cocoa-mt`.

DIR holds `<lang>.tsv` with the columns `formal` and `informal`; needs scikit-learn (extra `bench`). Writes
data/register_ngrams.tsv: the heaviest n-grams of each language that rules leave undecided, and how far from even odds the model
abstains: at the width within which a given share of unseen sentences lies (five folds over English source lines, so that no
sentence is trained on beside its pair).
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from typing import Final

import numpy as np

from culturefit.scorers._linear_build import fit, out_of_fold, rows, write

#: Languages whose rules leave more than a few sentences undecided.
LANGUAGES: Final = ("es", "it", "pt", "ko", "ja", "hi")
FEATURES: Final = 2500
#: Share of sentences on which the model may abstain.
ABSTAIN: Final = {"es": 0.09, "pt": 0.09, "it": 0.09}


def pairs(path: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Return sentences, 1 for formal, and the number of the source line, without pairs whose sides are equal."""
    texts, formal, lines = [], [], []
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t")):
            one, other = (re.sub(r"\[/?F\]", "", row[side]).strip() for side in ("formal", "informal"))
            if one != other:
                texts += [one, other]
                formal += [1, 0]
                lines += [number, number]
    return texts, np.array(formal), np.array(lines)


def main() -> int:
    """Train and write."""
    found = ["# language, n-gram, weight; trained by _register_build.py on CoCoA-MT (NOTICE-cocoa-mt.md)"]
    for language in LANGUAGES:
        texts, formal, lines = pairs(Path(sys.argv[1]) / f"{language}.tsv")
        apart = np.abs(out_of_fold(texts, formal, lines, FEATURES) - 0.5)
        width = float(np.quantile(apart, ABSTAIN.get(language, 0.04)))
        found += rows(language, *fit(texts, formal, FEATURES), width)
    write("register_ngrams", found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
