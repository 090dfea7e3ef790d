"""Train the model of romanised Hindi: `python -m culturefit.scorers._romanised_build HINGLISH_DIR NTREX_DIR`.

HINGLISH_DIR holds TSV files with the columns `cs_query` (romanised Hindi with English, by people) and `en_query` (the same in
English); NTREX_DIR aligned lines, of which those in Latin script are what is not Hindi. Writes data/romanised.tsv.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Final

import numpy as np

from culturefit.scorers._linear_build import fit, rows, write

FEATURES: Final = 3000
#: Languages in Latin script that Hindi in Latin script is held against, beside English.
OTHERS: Final = (
    "spa",
    "por-BR",
    "fra",
    "deu",
    "ita",
    "ind",
    "tur",
    "swa",
    "fil",
    "pol",
    "nld",
    "vie",
    "sna-Latn",
    "hau",
    "som",
)


def texts(hinglish: Path, ntrex: Path) -> tuple[list[str], np.ndarray]:
    """Return the texts and 1 for romanised Hindi."""
    found: list[str] = []
    right: list[int] = []
    for path in sorted(hinglish.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                # A query without any Hindi word is English in both columns.
                if len(row["cs_query"].split()) >= 4 and row["cs_query"].split() != row["en_query"].split():
                    found += [row["cs_query"], row["en_query"]]
                    right += [1, 0]
    for name in ("eng-US", "eng-IN"):
        found += (ntrex / f"{name}.txt").read_text(encoding="utf-8").splitlines()[::2]
    for name in OTHERS:
        found += (ntrex / f"{name}.txt").read_text(encoding="utf-8").splitlines()[::8]
    right += [0] * (len(found) - len(right))
    return found, np.array(right)


def main() -> int:
    """Train and write."""
    weights, bias = fit(*texts(Path(sys.argv[1]), Path(sys.argv[2])), FEATURES)
    head = "# key, n-gram, weight; trained by _romanised_build.py on Hinglish-TOP (NOTICE-hinglish-top.md)"
    write("romanised", [head, *rows("hi", weights, bias, 0.1)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
