"""What cross-lingual ranks can tell: `python benchmarks/semantic.py ../shared/data`.

DIR holds `ntrex-part/<language>.txt` (aligned lines by professional translators) and `hinglish-top/validation.tsv` (English
requests and what Hindi speakers type for them in Latin letters). Per language: a line's mean rank beside its translation
among the other English lines (1 = nearest of all, .5 = chance) and how often it is the nearest. Beside them the same for
the core suite's own prompts against the reference locale's, and for Hindi written in Latin letters, which should fail.
"""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path

import numpy as np
from _common import Table, arguments, machine, store

from culturefit.gap.rates import wilson
from culturefit.pairing import ranks
from culturefit.scorers._semantic import SUPPORTED, Semantic
from culturefit.suite import load_suite

LINES = 120
#: NTREX's file of each language that the suites have, and some that the model has read little of.
FILES = {
    "am": "amh", "ar": "arb", "bn": "ben", "cs": "ces", "da": "dan", "de": "deu", "es": "spa-MX", "fa": "fas", "fil": "fil", "fr": "fra",
    "ha": "hau", "he": "heb", "hi": "hin", "id": "ind", "ig": "ibo", "it": "ita", "ja": "jpn", "ko": "kor", "mr": "mar", "my": "mya",
    "nl": "nld", "pl": "pol", "pt": "por-BR", "ru": "rus", "sn": "sna-Latn", "so": "som", "sv": "swe", "sw": "swa", "ta": "tam",
    "th": "tha", "tr": "tur", "uk": "ukr", "ur": "urd", "vi": "vie", "yo": "yor", "yue": "yue", "zh": "zho-CN",
}  # fmt: skip


def lines(path: Path) -> list[str]:
    """Return every fourth line of a file, up to LINES."""
    return path.read_text(encoding="utf-8").splitlines()[::4][:LINES]


def told(found: np.ndarray) -> dict[str, float]:
    """Return mean rank and share of nearest with Wilson's interval."""
    hits = int((found > 1 - 1e-9).sum())
    low, high = wilson(hits, len(found))
    return {
        "n": len(found), "rank": round(float(found.mean()), 4), "nearest": round(hits / len(found), 4), "low": round(low, 4),
        "high": round(high, 4),
    }  # fmt: skip


def latin(text: str) -> str:
    """Return Devanagari in Latin letters, as no person types it but letter by letter."""
    from anyascii import anyascii

    return str(anyascii(text)).lower()


def main() -> int:
    """Print the tables."""
    options = arguments(__doc__, "folder with ntrex-part and hinglish-top")
    scorer, folder = Semantic(threads=1), options.directory / "ntrex-part"
    print(f"{machine()}\n")
    english, started = lines(folder / "eng.txt"), time.process_time()
    reference = scorer.embed(english)
    per_line = (time.process_time() - started) / len(english)
    found: dict[str, dict[str, float]] = {}

    def show(name: str, ranked: np.ndarray) -> dict[str, float]:
        each = told(ranked)
        print(f"{name:<28} n {each['n']:>4}  rank {each['rank']:.3f}  nearest {each['nearest']:.3f} "
              f"({each['low']:.3f} to {each['high']:.3f})", flush=True)  # fmt: skip
        return each

    for code, name in FILES.items():
        found[code] = show(code, ranks(scorer.embed(lines(folder / f"{name}.txt")), reference))
    romanised = show(
        "hi in Latin letters", ranks(scorer.embed([latin(each) for each in lines(folder / "hin.txt")]), reference)
    )
    with (options.directory / "hinglish-top" / "validation.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[:LINES]
    pair = [scorer.embed([row[name] for row in rows]) for name in ("cs_query", "en_query")]
    hinglish = show("Hinglish, typed by people", ranks(*pair))
    suite, prompts = load_suite("core"), {}
    cases = [case for case in suite.cases.values() if suite.card.pivot in case.renderings]
    pivot = scorer.embed([_prompt(case, suite.card.pivot) for case in cases])
    for code, locale in {each.split("-")[0]: each for each in reversed(suite.locales)}.items():
        here = [index for index, case in enumerate(cases) if locale in case.renderings]
        if locale != suite.card.pivot and code in FILES and len(here) > 20:
            ranked = ranks(scorer.embed([_prompt(cases[index], locale) for index in here]), pivot[here])
            prompts[locale] = show(f"core's prompts, {locale}", ranked)
    good = sorted(code for code, each in found.items() if each["nearest"] >= 0.9)
    bad = sorted(set(found) - set(good))
    table = Table("bounds")
    table.row(
        "languages in which 9 of 10 are nearest",
        f"{len(good)} of {len(found)}",
        "SUPPORTED are among them",
        {*good, "en"} >= SUPPORTED,
    )
    table.row(
        "Hindi in Latin letters, nearest",
        f"{romanised['nearest']:.2f}",
        "expected to fail: < 0.9",
        romanised["nearest"] < 0.9,
    )
    print(f"\nsupported: {' '.join(good)}\nnot: {' '.join(bad)}\n{1000 * per_line:.0f} ms CPU per line")
    worst = min(found.items(), key=lambda each: each[1]["nearest"])
    low = min(prompts.items(), key=lambda each: each[1]["rank"])
    card = {
        **{f"{code} nearest": f"| {code} | {found[code]['rank']:.3f} | {found[code]['nearest']:.2f} |" for code in sorted(found)},
        "romanised": f"| Hindi in Latin letters, by machine | {romanised['rank']:.3f} | {romanised['nearest']:.2f} |",
        "hinglish": f"| Hinglish, typed by people | {hinglish['rank']:.3f} | {hinglish['nearest']:.2f} |",
        "prompts": f"lowest {low[0]}: {low[1]['rank']:.3f}",
    }  # fmt: skip
    print(f"worst: {worst}")
    store("semantic", {
        "lines": LINES, "languages": found, "romanised": romanised, "hinglish": hinglish, "prompts": prompts, "supported": good,
        "ms_cpu_per_line": round(1000 * per_line, 1), "card": card,
    }, options)  # fmt: skip
    return table.finish()


def _prompt(case: object, locale: str) -> str:
    return "\n".join(case.renderings[locale].messages).replace("{cue}", "")  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
