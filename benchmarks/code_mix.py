"""Romanised Hindi accepted and other languages rejected: `python benchmarks/code_mix.py ../shared/data/hinglish-top`.

DIR holds TSV files with human Hinglish in the column `cs_query`; `../ntrex-part` beside it, where it is there, has lines of
English, Spanish and Hindi in Devanagari. A text counts as accepted for hi-Latn-IN where the smaller value of `language` and
`script` is at least .5, as rejected below; unscored is neither. The shipped model was trained on Hinglish-TOP's train and
validation splits: on those, give `--cross-validate`, which trains it anew without the texts it is asked about.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
from _common import Table, arguments, store

from culturefit.records import ScoreInput
from culturefit.scorers._linear import load_models
from culturefit.scorers._linear_build import fit
from culturefit.scorers._romanised_build import FEATURES, texts
from culturefit.scorers.language import Language
from culturefit.scorers.script import Script

LOCALE = "hi-Latn-IN"
OTHERS = {"English": "eng-US", "Spanish": "spa", "Hindi in Devanagari": "hin"}


def verdict(text: str) -> str:
    """Return accepted, rejected or unscored."""
    values = [scorer.score(ScoreInput(text, LOCALE))[0].value for scorer in (Language(), Script())]
    told = [value for value in values if value is not None]
    if told and min(told) < 0.5:
        return "rejected"
    return "accepted" if len(told) == 2 else "unscored"


def human(folder: Path) -> list[str]:
    """Return Hinglish of six words and more, in order."""
    found = []
    for path in sorted(folder.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row["cs_query"].split()) >= 6:
                    found.append(row["cs_query"])
    return found


def main() -> int:
    """Run the benchmark and return the exit code."""
    options = arguments(__doc__, "the folder of Hinglish TSV files", ("--cross-validate", "train anew in five folds"))
    lines = human(options.directory)
    if not lines:
        print(f"'{options.directory}' holds no TSV with a column cs_query; give the folder of Hinglish.")
        return 2
    ntrex = options.directory.resolve().parent / "ntrex-part"
    table = Table("Romanised Hindi: accepted for hi-Latn-IN, and other languages rejected")
    table.start()
    models = load_models("romanised")
    shipped = models["hi"]
    if options.cross_validate:
        every, right = texts(options.directory, ntrex)
        fold_of = {text: place % 5 for place, text in enumerate(dict.fromkeys(lines))}
        found = []
        for fold in range(5):
            held = {text for text, place in fold_of.items() if place == fold}
            keep = [place for place, text in enumerate(every) if text not in held]
            weights, bias = fit([every[place] for place in keep], right[np.array(keep)], FEATURES)
            models["hi"] = shipped._replace(weights=weights, bias=bias)
            found += [verdict(text) for text in lines if fold_of[text] == fold]
        models["hi"] = shipped
    else:
        found = [verdict(text) for text in lines]
    accepted = found.count("accepted") / len(found)
    how = ", cross-validated" if options.cross_validate else ""
    table.row(f"human Hinglish, {len(found)} texts{how}", f"{accepted:.3f}", ">= 0.95 accepted", accepted >= 0.95)
    card = {"Hinglish accepted": f"{accepted:.3f}"}
    for name, stem in OTHERS.items():
        path = ntrex / f"{stem}.txt"
        if not path.exists():
            print(f"{name}: ../ntrex-part/{stem}.txt is not there, skipped")
            continue
        # The model saw every second English and every eighth Spanish line; the rest are new to it.
        other = [
            line for place, line in enumerate(path.read_text(encoding="utf-8").splitlines()) if place % 8 and place % 2
        ]
        rejected = sum(verdict(line) == "rejected" for line in other) / len(other)
        table.row(f"{name}, {len(other)} lines", f"{rejected:.3f}", ">= 0.95 rejected", rejected >= 0.95)
        card[f"{name} rejected"] = f"{rejected:.3f}"
    store("code_mix", {"card": card, "cards": ["code_mix"], "cross_validated": options.cross_validate}, options)
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
