"""Fits the models of `_linear.py`; needs scikit-learn (extra `bench`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from culturefit.scorers._linear import SIZES, Model, fold

__all__ = ["fit", "out_of_fold", "rows", "write"]


def fit(texts: list[str], right: np.ndarray, features: int) -> tuple[dict[str, float], float]:
    """Return the weights of the heaviest n-grams and the bias; `right` is 1 for the model's class."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression

    folded = [fold(text) for text in texts]
    counter = CountVectorizer(
        analyzer="char", ngram_range=(SIZES[0], SIZES[-1]), min_df=2, lowercase=False, binary=True
    )
    present: Any = counter.fit_transform(folded).astype(float)
    sizes = np.sqrt(np.asarray(present.sum(axis=1)).ravel())
    first = LogisticRegression(C=30, max_iter=200).fit(present.multiply(1 / sizes[:, None]).tocsr(), right)
    often = np.asarray(present.sum(axis=0)).ravel()
    keep = np.sort(np.argsort(-np.abs(first.coef_[0]) * np.sqrt(often), kind="stable")[:features])
    lengths = np.sqrt(np.array([len(text) for text in folded]))
    second = LogisticRegression(C=30, max_iter=500).fit(present[:, keep].multiply(1 / lengths[:, None]).tocsr(), right)
    names = counter.get_feature_names_out()[keep]
    return dict(zip(names.tolist(), second.coef_[0].tolist(), strict=True)), float(second.intercept_[0])


def out_of_fold(texts: list[str], right: np.ndarray, groups: np.ndarray, features: int) -> np.ndarray:
    """Return the probability of each text by a model that saw neither it nor its group; five folds."""
    from sklearn.model_selection import GroupKFold

    found = np.zeros(len(texts))
    for train, test in GroupKFold(5).split(texts, right, groups):
        model = Model(*fit([texts[each] for each in train], right[train], features), 0.0)
        found[test] = [model.likely(texts[each]) for each in test]
    return found


def rows(key: str, weights: dict[str, float], bias: float, abstain: float) -> list[str]:
    """Return the lines of one model."""
    return [f"{key}\t\t{bias:.3f}\t{abstain:.3f}"] + [
        f"{key}\t{gram}\t{weight:.2f}" for gram, weight in sorted(weights.items())
    ]


def write(name: str, lines: list[str]) -> None:
    """Write data/<name>.tsv."""
    (Path(__file__).parent / "data" / f"{name}.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
