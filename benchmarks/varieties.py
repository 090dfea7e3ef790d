"""Varieties and ways of writing: `python benchmarks/varieties.py ../shared/data/ntrex-part`.

DIR holds aligned lines, one file per variety (`por.txt`, `por-BR.txt`, `zho-CN.txt`, `srp-Latn.txt`). Every line is judged
against both varieties of its pair. Printed: the precision of a wrong-variety finding (of the lines it is given to, the share
that are of the other variety) and its coverage (the share of the other variety's lines it is given to). Lines that are the
same in both varieties count for neither.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from _common import Table, arguments, store

from culturefit.records import ScoreInput
from culturefit.scorers.script import Script
from culturefit.scorers.variety import Variety

#: Pair of files (other names they may have), their locales, the bounds on precision and coverage.
PAIRS = [
    (("por", "por-PT"), ("por-BR",), "pt-PT", "pt-BR", 0.95, 0.15),
    (("spa", "spa-ES"), ("spa-MX",), "es-ES", "es-MX", 0.95, 0.05),
    (("fra", "fra-FR"), ("fra-CA",), "fr-FR", "fr-CA", 0.95, 0.05),
]
WRITING = [
    (("zho-CN", "zho", "cmn-Hans", "zho-Hans"), ("zho-TW", "cmn-Hant", "zho-Hant"), "zh-CN", "zh-TW"),
    (("srp-Cyrl",), ("srp-Latn",), "sr-Cyrl-RS", "sr-Latn-RS"),
]
CLOSE = [
    (("ind",), ("msa", "zsm"), "id-ID", "ms-MY"),
    (("hrv",), ("bos",), "hr-HR", "bs-BA"),
    (("hrv",), ("srp-Latn",), "hr-HR", "sr-Latn-RS"),
]


def read(folder: Path, names: tuple[str, ...]) -> list[str]:
    """Return the lines of the first file that is there."""
    for name in names:
        if (folder / f"{name}.txt").exists():
            return (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return []


def found_wrong(scorer: Variety, line: str, locale: str) -> bool:
    """Return whether a line gets a finding of another variety."""
    return bool(scorer.score(ScoreInput(line, locale))[0].findings)


def main() -> int:
    """Run the benchmark and return the exit code."""
    options = arguments(__doc__, "the folder of aligned lines")
    scorer, script = Variety(), Script()
    table = Table("Varieties: wrong-variety findings, and ways of writing")
    table.start()
    values: dict[str, dict[str, float]] = {}
    card: dict[str, str] = {}
    for one, other, mine, theirs, least, cover in PAIRS:
        pairs = [
            (a, b) for a, b in zip(read(options.directory, one), read(options.directory, other), strict=False) if a != b
        ]
        if not pairs:
            continue
        true = false = 0
        for a, b in pairs:
            true += found_wrong(scorer, b, mine) + found_wrong(scorer, a, theirs)
            false += found_wrong(scorer, a, mine) + found_wrong(scorer, b, theirs)
        precision, coverage = true / max(1, true + false), true / (2 * len(pairs))
        name = f"{mine} / {theirs}"
        table.row(
            f"{name}, {len(pairs)} pairs",
            f"{precision:.3f} of {coverage:.3f}",
            f">= {least} of {cover}",
            precision >= least and coverage >= cover,
        )
        values[name] = {"precision": round(precision, 3), "coverage": round(coverage, 3), "pairs": len(pairs)}
        card[name] = f"{precision:.3f} of {coverage:.3f}"
    for one, other, mine, theirs in WRITING:
        lines = [
            (line, locale)
            for names, locale in ((one, mine), (other, theirs))
            for line in read(options.directory, names)
        ]
        if not lines:
            continue
        right = sum(
            _fits(scorer, script, line, locale) and not _fits(scorer, script, line, _not(locale, mine, theirs))
            for line, locale in lines
        )
        share = right / len(lines)
        name = f"{mine} / {theirs}"
        table.row(f"{name}, {len(lines)} lines told", f"{share:.4f}", ">= 0.99", share >= 0.99)
        values[name], card[name] = {"right": round(share, 4), "lines": len(lines)}, f"{share:.4f}"
    for one, other, mine, theirs in CLOSE:
        pairs = list(zip(read(options.directory, one), read(options.directory, other), strict=False))
        if not pairs:
            continue
        true = sum(found_wrong(scorer, b, mine) + found_wrong(scorer, a, theirs) for a, b in pairs)
        false = sum(found_wrong(scorer, a, mine) + found_wrong(scorer, b, theirs) for a, b in pairs)
        name = f"{mine} / {theirs}"
        table.row(f"{name}, findings true and false", f"{true} and {false}", "no more false than true", false <= true)
        values[name], card[name] = {"true": true, "false": false}, f"{true} true, {false} false"
    lines = read(options.directory, ("por-BR",))[:400] or ["Você pode me contar mais sobre isso."]
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < 1.0:
        scorer.score(ScoreInput(" ".join(lines[count % len(lines) : count % len(lines) + 3]), "pt-PT"))
        count += 1
    rate = count / (time.perf_counter() - start)
    table.row("replies of three lines/s on one core", f"{rate:,.0f}", ">= 2,000", rate >= 2000)
    store("varieties", {"values": values, "card": card, "cards": ["variety"]}, options)
    return table.finish()


def _not(locale: str, one: str, other: str) -> str:
    return other if locale == one else one


def _fits(scorer: Variety, script: Script, line: str, locale: str) -> bool:
    """Return whether a line is right for a way of writing, by the scorer that knows it."""
    if locale.startswith("zh"):
        return (scorer.score(ScoreInput(line, locale))[0].value or 0.0) > 0.5
    return (script.score(ScoreInput(line, locale))[0].value or 0.0) >= 0.5


if __name__ == "__main__":
    sys.exit(main())
