"""Forms of address on single sentences: `python benchmarks/register.py ../shared/data/register-cocoa-mt`.

DIR holds `<lang>.tsv` with the columns `formal` and `informal`, a translation each; `[F]` marks are stripped and pairs whose
two sides are equal are left out. Prints accuracy among the sentences labelled formal or informal, and their share. The shipped
model was trained on the train split of CoCoA-MT: on that split, give `--cross-validate`, which trains it anew without the
sentences it is asked about; on any other split, leave it out.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from _common import Table, arguments, store

from culturefit.records import ScoreInput
from culturefit.scorers import register
from culturefit.scorers._linear import load_models
from culturefit.scorers._linear_build import fit
from culturefit.scorers._register_build import FEATURES, LANGUAGES, pairs

#: What a character n-gram classifier trained on the train split reaches on the test split; none need exceed 0.98.
REFERENCE = {
    "de": 0.97, "es": 0.93, "fr": 0.98, "hi": 0.98, "it": 0.95, "ja": 0.98, "nl": 0.98, "pt": 0.95, "ko": 0.98, "vi": 0.98,
}  # fmt: skip
COVERAGE = {"es": 0.90, "pt": 0.90, "it": 0.90}
LOCALES = {"pt": "pt-PT"}


def labels(texts: list[str], language: str) -> list[str | None]:
    """Return the scorer's label of each sentence."""
    scorer = register.Register()
    return [scorer.score(ScoreInput(text, LOCALES.get(language, language)))[0].label for text in texts]


def cross_validated(texts: list[str], formal: np.ndarray, lines: np.ndarray, language: str) -> list[str | None]:
    """Return the labels by models that saw neither the sentence nor its pair."""
    from sklearn.model_selection import GroupKFold

    found: list[str | None] = [None] * len(texts)
    models = load_models("register_ngrams")
    shipped = models.get(language)
    for train, test in GroupKFold(5).split(texts, formal, lines):
        if shipped:
            weights, bias = fit([texts[each] for each in train], formal[train], FEATURES)
            models[language] = shipped._replace(weights=weights, bias=bias)
        for each, label in zip(test, labels([texts[each] for each in test], language), strict=True):
            found[each] = label
    if shipped:
        models[language] = shipped
    return found


def main() -> int:
    """Run the benchmark and return the exit code."""
    options = arguments(__doc__, "the folder of <lang>.tsv files", ("--cross-validate", "train anew in five folds"))
    files = sorted(options.directory.glob("*.tsv"))
    if not files:
        print(f"'{options.directory}' holds no <lang>.tsv files; give the folder of contrastive translations.")
        return 2
    table = Table("Forms of address on single sentences: accuracy among those labelled, and their share")
    table.start()
    values: dict[str, dict[str, float]] = {}
    for path in files:
        language = Path(path).stem
        texts, formal, lines = pairs(path)
        validated = options.cross_validate and language in LANGUAGES
        found = cross_validated(texts, formal, lines, language) if validated else labels(texts, language)
        told = [
            (label == "formal") == bool(due)
            for label, due in zip(found, formal, strict=True)
            if label in ("formal", "informal")
        ]
        accuracy, coverage = sum(told) / max(1, len(told)), len(told) / len(texts)
        due = REFERENCE.get(language, 0.0)
        least = due - 2 * (due * (1 - due) / max(1, len(told))) ** 0.5
        cover = COVERAGE.get(language, 0.95)
        table.row(
            f"{language}, {len(texts)} sentences" + (", cross-validated" if validated else ""),
            f"{accuracy:.3f} of {coverage:.3f}",
            f">= {least:.3f} of {cover:.2f}",
            accuracy >= least and coverage >= cover,
        )
        values[language] = {"accuracy": round(accuracy, 3), "coverage": round(coverage, 3), "n": len(texts)}
    reply = "I am sorry that you carry this alone. "
    texts = [" ".join(pairs(path)[0][:6]) for path in files]
    scorer, start, count = register.Register(), time.perf_counter(), 0
    while time.perf_counter() - start < 1.0:
        for path, text in zip(files, texts, strict=True):
            scorer.score(ScoreInput(f"{text} {count} {reply}", LOCALES.get(path.stem, path.stem)))
            count += 1
    rate = count / (time.perf_counter() - start)
    table.row("replies of six sentences/s on one core", f"{rate:,.0f}", ">= 1,000", rate >= 1000)
    card = {language: f"{each['accuracy']:.3f} of {each['coverage']:.3f}" for language, each in values.items()}
    store("register", {"values": values, "cross_validated": options.cross_validate, "card": card}, options)
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
