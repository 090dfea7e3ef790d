"""Train the register model: `python -m culturefit.scorers._register_build ../shared/data/register-cocoa-mt`.

DIR holds `<lang>.tsv` with the columns `formal` and `informal`; needs scikit-learn (extra `bench`). Writes
data/register_ngrams.tsv: the heaviest n-grams of each language that rules leave undecided, and how far from even odds the
model abstains: at the width that leaves its answers on unseen sentences right as often as `PRECISION` asks (five folds over
English source lines, so that no sentence is trained on beside its pair).
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np

from culturefit.scorers._register_model import SIZES, fold

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


def fit(texts: list[str], formal: np.ndarray) -> tuple[dict[str, float], float]:
    """Return the weights of the chosen n-grams and the bias."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    folded = [fold(text) for text in texts]
    counter = CountVectorizer(
        analyzer="char", ngram_range=(SIZES[0], SIZES[-1]), min_df=2, lowercase=False, binary=True
    )
    present: Any = counter.fit_transform(folded).astype(float)
    sizes = np.sqrt(np.asarray(present.sum(axis=1)).ravel())
    first = LogisticRegression(C=30, max_iter=200).fit(present.multiply(1 / sizes[:, None]).tocsr(), formal)
    often = np.asarray(present.sum(axis=0)).ravel()
    keep = np.sort(np.argsort(-np.abs(first.coef_[0]) * np.sqrt(often), kind="stable")[:FEATURES])
    lengths = np.sqrt(np.array([len(text) for text in folded]))
    second = LogisticRegression(C=30, max_iter=500).fit(present[:, keep].multiply(1 / lengths[:, None]).tocsr(), formal)
    names = counter.get_feature_names_out()[keep]
    return dict(zip(names.tolist(), second.coef_[0].tolist(), strict=True)), float(second.intercept_[0])


def out_of_fold(texts: list[str], formal: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Return the probability of formal for each sentence by a model that saw neither it nor its pair."""
    from sklearn.model_selection import GroupKFold

    from culturefit.scorers._register_model import Model

    found = np.zeros(len(texts))
    for train, test in GroupKFold(5).split(texts, formal, lines):
        model = Model(*fit([texts[each] for each in train], formal[train]), 0.0)
        found[test] = [model.formal(texts[each]) for each in test]
    return found


def main() -> int:
    """Train and write."""
    folder = Path(sys.argv[1])
    rows = ["# language, n-gram, weight; trained by _register_build.py on CoCoA-MT (NOTICE-cocoa-mt.md)"]
    for language in LANGUAGES:
        texts, formal, lines = pairs(folder / f"{language}.tsv")
        apart = np.abs(out_of_fold(texts, formal, lines) - 0.5)
        width = float(np.quantile(apart, ABSTAIN.get(language, 0.04)))
        weights, bias = fit(texts, formal)
        rows.append(f"{language}\t\t{bias:.3f}\t{width:.3f}")
        rows += [f"{language}\t{gram}\t{weight:.2f}" for gram, weight in sorted(weights.items())]
    (Path(__file__).parent / "data" / "register_ngrams.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
