"""The gate on human translations and on planted damage: `python benchmarks/translation_gate.py ../shared/data/ntrex-part`.

DIR holds `<lang>.txt`, aligned by line. Two to four lines are joined to a text and a slot is planted. Odd blocks of lines set the
lengths and thresholds (`--fit` prints the lengths); even blocks are what is measured here.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import time
import unicodedata
from math import log
from pathlib import Path

from _common import Table, arguments, store

from culturefit.locales import parse_locale
from culturefit.translators.gate import Gate

CODES = {
    "arb": "ar", "ben": "bn", "cat": "ca", "ces": "cs", "dan": "da", "deu": "de", "eng": "en", "fas": "fa", "fra": "fr",
    "heb": "he", "hin": "hi", "hrv": "hr", "ind": "id", "ita": "it", "jpn": "ja", "khm": "km", "kor": "ko", "mya": "my",
    "nld": "nl", "pol": "pl", "por": "pt", "por-BR": "pt-BR", "rus": "ru", "spa": "es", "spa-MX": "es-MX", "srp-Cyrl": "sr-Cyrl",
    "srp-Latn": "sr-Latn", "swa": "sw", "swe": "sv", "tam": "ta", "tel": "te", "tha": "th", "tur": "tr", "ukr": "uk",
    "urd": "ur", "vie": "vi", "zho-CN": "zh-CN", "zho-TW": "zh-TW", "amh": "am", "hau": "ha", "mar": "mr",
}  # fmt: skip
TARGETS = [
    "arb", "ben", "cat", "ces", "deu", "fas", "fra", "heb", "hin", "ind", "ita", "jpn", "kor", "nld", "pol", "por", "por-BR",
    "rus", "spa", "spa-MX", "srp-Cyrl", "srp-Latn", "swa", "swe", "tam", "tha", "tur", "ukr", "vie", "zho-CN",
]  # fmt: skip
CYRILLIC = dict(zip("abcdefghijklmnopqrstuvwxyz", "абцдефгхийклмнопкрстувшкыз", strict=True))


def blocks(count: int, odd: bool) -> list[list[int]]:
    """Return lines joined to texts: runs of two, three, four, two, …; every other run."""
    runs, start = [], 0
    while start + 4 <= count:
        size = 2 + len(runs) % 3
        runs.append(list(range(start, start + size)))
        start += size
    return runs[odd::2]


def other_script(text: str, latin: bool) -> str:
    """Return `text` letter by letter in Cyrillic where it is Latin, else in Latin by the letters' Unicode names."""
    if latin:
        plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
        return "".join(CYRILLIC.get(c, c) for c in plain)
    named = {c: unicodedata.name(c, "x").split()[-1].lower()[:2] for c in set(text) if ord(c) > 127 and c.isalpha()}
    return "".join(named.get(c, "" if unicodedata.combining(c) else c) for c in text).replace("{cue}", "{cue}")


def slot(text: str) -> str:
    """Put the slot before the text, as most prompts have it."""
    return "{cue} " + text


def damaged(  # noqa: PLR0911 one return per kind
    kind: str, source: list[str], target: list[str], wrong: list[str], code: str, dice: random.Random
) -> str | None:
    """Return the translation with one kind of damage, None where the text does not allow it."""
    whole = " ".join(target)
    if kind == "source left in place":
        return slot(" ".join(source))
    if kind == "wrong language":
        return slot(" ".join(wrong))
    if kind == "wrong script":
        return slot(other_script(whole, parse_locale(code).script == "Latn"))
    if kind == "changed number":
        both = [
            n
            for n in re.findall(r"(?<![\d.,:])\d+(?![\d.,:])", whole)
            if n.isascii() and n in re.findall(r"\d+", " ".join(source))
        ]
        if not both:
            return None
        number = dice.choice(both)
        digit = str((int(number[0]) % 9) + 1)
        return slot(re.sub(rf"(?<!\d){number}(?!\d)", digit + number[1:], whole))
    if kind == "lost slot":
        return whole
    if kind == "repetition":
        return slot(" ".join([*target, target[-1]]))
    if kind == "half-translated":
        half = len(target) // 2
        return slot(" ".join([*target[:half], *source[half:]]))
    gone = dice.randrange(len(target))
    return slot(" ".join(line for i, line in enumerate(target) if i != gone))


BOUNDS = {
    "source left in place": (0.95, 0.95), "wrong language": (0.95, 0.95), "wrong script": (0.95, 0), "changed number": (0.95, 0),
    "lost slot": (0.95, 0.95), "repetition": (0.95, 0), "half-translated": (0.95, 0), "dropped sentence": (0.80, 0),
}  # fmt: skip


def fit(read: dict[str, list[str]]) -> None:
    """Print the mean and spread of the log of lengths relative to English, from the odd blocks."""
    for name, lines in read.items():
        ratios = [
            log(len(" ".join(lines[i] for i in run)) / len(" ".join(read["eng"][i] for i in run)))
            for run in blocks(len(lines), True)
        ]
        print(f"  {CODES[name]}: [{statistics.mean(ratios):.3f}, {statistics.stdev(ratios):.3f}]")


def print_worst(by_language: dict[str, list[str]], rules: dict[str, int]) -> None:
    """Print which languages are held back most, and by which rules."""
    passed = {name: verdicts.count("pass") / len(verdicts) for name, verdicts in by_language.items()}
    worst = sorted(passed, key=lambda each: passed[each])[:6]
    print("\nmost held back: " + ", ".join(f"{name} {1 - passed[name]:.2f}" for name in worst))
    print(f"rules on human translations: {rules}")


def main() -> int:
    """Run the benchmark and return the exit code."""
    options = arguments(
        __doc__,
        "the folder of <lang>.txt files",
        ("--fit", "print the table of lengths"),
        ("--semantic", "compare vectors as well, on every eighth text: slow"),
        ("--fit-half", "measure on the half the thresholds were set on"),
    )
    paths = {name: Path(options.directory) / f"{name}.txt" for name in CODES}
    missing = [path.name for path in paths.values() if not path.exists()]
    if missing:
        print(f"'{options.directory}' lacks {', '.join(missing)}; give the folder of aligned lines.")
        return 2
    read = {name: path.read_text(encoding="utf-8").splitlines() for name, path in paths.items()}
    if options.fit:
        fit(read)
        return 0
    gate, dice = Gate(semantic=options.semantic), random.Random(7)
    table = Table("The gate: human translations of 30 pairs, and planted damage")
    table.start()
    verdicts: dict[str, list[str]] = {}
    by_language: dict[str, list[str]] = {}
    rules: dict[str, int] = {}
    clean, spent = 0, 0.0
    for position, name in enumerate(TARGETS):
        code, wrong = CODES[name], read[TARGETS[(position + 7) % len(TARGETS)]]
        runs = blocks(len(read["eng"]), options.fit_half)[:: 8 if options.semantic else 1]
        for number, run in enumerate(runs):
            source, target = [read["eng"][i] for i in run], [read[name][i] for i in run]
            text = slot(" ".join(source))
            start = time.perf_counter()
            judged = gate.judge(text, slot(" ".join(target)), "en", code)
            spent, clean = spent + time.perf_counter() - start, clean + 1
            by_language.setdefault(name, []).append(judged.verdict)
            verdicts.setdefault("human", []).append(judged.verdict)
            for each in {f"{f.rule} {f.severity}" for f in judged.findings if f.severity in ("major", "critical")}:
                rules[each] = rules.get(each, 0) + 1
            if options.semantic:
                other = " ".join(read[name][i] for i in runs[number - 1])
                verdicts.setdefault("swapped text", []).append(gate.judge(text, slot(other), "en", code).verdict)
                continue
            if run[0] % 3:
                continue  # a third is enough for the damage
            for kind in BOUNDS:
                bad = damaged(kind, source, target, [wrong[i] for i in run], code, dice)
                if bad is not None:
                    verdicts.setdefault(kind, []).append(gate.judge(text, bad, "en", code).verdict)
    human = verdicts["human"]
    blocked, held = human.count("block") / len(human), human.count("review") / len(human)
    table.row(f"false blocks, {len(human)} texts", f"{blocked:.3f}", "<= 0.03", blocked <= 0.03)
    table.row("false reviews", f"{held:.3f}", "<= 0.10", held <= 0.10)
    values: dict[str, object] = {"false_blocks": round(blocked, 4), "false_reviews": round(held, 4)}
    for kind, (caught, at_block) in ({"swapped text": (0.90, 0.0)} if options.semantic else BOUNDS).items():
        found = verdicts.get(kind, [])
        review, block = 1 - found.count("pass") / len(found), found.count("block") / len(found)
        bound = f">= {caught:.2f}" + (f", block >= {at_block:.2f}" if at_block else "")
        table.row(
            f"{kind}, {len(found)}", f"{review:.3f}, block {block:.3f}", bound, review >= caught and block >= at_block
        )
        values[kind] = [round(review, 4), round(block, 4), len(found)]
    if not options.semantic:
        table.row("texts/s on one core", f"{clean / spent:,.0f}", ">= 500", clean / spent >= 500)
    print_worst(by_language, rules)
    store("translation_gate_semantic" if options.semantic else "translation_gate", {"values": values}, options)
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
