"""Statistics and report of a large run: `python benchmarks/report.py [--store]`.

Writes a run of 100,000 replies × 10 scorers × 20 locales (250 scenarios, 5 arms, 4 epochs; texts of about 80 words, a finding
in every twelfth score) in the engine's own format, and makes its report as a process of its own: without pages, which is the
statistics, and whole. The same at a half and a quarter of the replies. And the first screen of 5,000 replies on one page in
Chromium, which takes less than a second. Prints a table and the machine; exit code 1 when
statistics take 20 s or more, the report 30 s, either 1.5 GB, or twice the replies more than 2.4 times the time.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from _common import CULTUREFIT, Table, measure, store

from culturefit.tables import replies_schema, scores_schema

LOCALES = ("en-US", "es-MX", "de-DE", "hi-IN", "ja-JP", "ar-EG", "pt-BR", "fr-FR", "id-ID", "ko-KR", "sw-KE", "tr-TR", "zh-CN",
           "es-ES", "zh-TW", "pl-PL", "uk-UA", "vi-VN", "en-IN", "ur-PK")  # fmt: skip
ARMS = ("pivot", "pivot+culture", "local", "local+culture", "local+placebo")
DIMENSIONS = (
    "language",
    "script",
    "variety",
    "register",
    "context",
    "stigma",
    "honesty",
    "boundaries",
    "order",
    "resources",
)
SCENARIOS = 250
#: Bounds at 100,000 replies: seconds of the statistics and of the report, MB, and time against half as many replies.
BOUNDS = {"statistics": 20.0, "report": 30.0}
MOST_MB, MOST_RATIO = 1536, 2.4


def write_run(folder: Path, epochs: int, scenarios: int = SCENARIOS) -> int:
    """Write a run of `scenarios` × LOCALES × ARMS × `epochs` replies and return how many."""
    folder.mkdir(parents=True)
    rng, numbers = random.Random(1), np.random.default_rng(1)
    words = [
        "listen",
        "evening",
        "sister",
        "kitchen",
        "quiet",
        "tell",
        "what",
        "heavy",
        "morning",
        "you",
        "could",
        "and",
        "stay",
    ]
    texts = [" ".join(rng.choices(words, k=80)) for _ in range(997)]
    cells = [(s, locale, arm, e) for s in range(scenarios) for locale in LOCALES for arm in ARMS for e in range(epochs)]
    size = len(cells)
    scenario = [f"scenario_{s}" for s, *_ in cells]
    columns: dict[str, list[object]] = {
        "run": ["bench"] * size, "id": [f"{index:032x}" for index in range(size)], "suite": ["bench"] * size, "scenario": scenario,
        "locale": [locale for _, locale, *_ in cells], "arm": [arm for _, _, arm, _ in cells], "epoch": [e + 1 for *_, e in cells],
        "model": ["made"] * size, "language": [locale if arm.startswith("local") else "en-US" for _, locale, arm, _ in cells],
        "country": [locale[-2:] if "culture" in arm else None for _, locale, arm, _ in cells], "risk": ["low"] * size,
        "role": ["listen"] * size, "origin": ["model"] * size, "relation": ["adapted"] * size,
        "messages": [json.dumps([{"role": "user", "content": texts[i * 7 % 997][:200]}]) for i in range(size)],
        "prompt": [texts[i * 7 % 997][:200] for i in range(size)], "reply": [f"{texts[i % 997]} {i}." for i in range(size)],
        "status": ["ok"] * size, "finish_reason": ["stop"] * size, "error": [None] * size, "prompt_tokens": [90] * size,
        "completion_tokens": [110] * size, "latency_s": [0.5] * size, "reused": [False] * size,
        "at": ["2026-11-28T10:00:00Z"] * size, "key": [f"{index:064x}" for index in range(size)],
    }  # fmt: skip
    pq.write_table(pa.table(columns, schema=replies_schema()), folder / "replies.parquet")
    writer = pq.ParquetWriter(folder / "scores.parquet", scores_schema())
    for place, dimension in enumerate(DIMENSIONS):
        value = numbers.choice([0.0, 0.5, 1.0, 1.0, 1.0], size)
        value -= 0.1 * np.array([LOCALES.index(locale) for _, locale, *_ in cells]) / len(LOCALES)
        found = np.arange(size) % 12 == place
        finding = {
            "start": 0,
            "end": 6,
            "category": "Fluency/Language",
            "severity": "minor",
            "message": "Made up.",
            "rule": dimension,
        }
        rows: dict[str, list[object]] = {name: columns[name] for name in (
            "run", "suite", "scenario", "locale", "arm", "epoch", "model", "origin", "relation", "id")}  # fmt: skip
        rows |= {
            "scorer": [dimension] * size, "criterion": [dimension] * size, "dimension": [dimension] * size,
            "value": np.clip(value, 0, 1).tolist(), "label": ["some"] * size, "detail": ["{}"] * size, "unscored": [None] * size,
            "severity": ["minor" if each else None for each in found], "findings": [[finding] if each else [] for each in found],
            "signature": [f"{dimension}:1"] * size,
        }  # fmt: skip
        writer.write_table(pa.table(rows, schema=scores_schema()))
    writer.close()
    criteria = [
        {"scenario": f"scenario_{s}", "id": name, "scorer": name, "dimension": name, "weight": 1.0, "cue_dependent": False,
         "kind": "deterministic", "text": None}
        for s in range(SCENARIOS) for name in DIMENSIONS
    ]  # fmt: skip
    (folder / "run.json").write_text(json.dumps({
        "schema": 1, "run": "bench", "culturefit": "0", "started": "2026-11-28T10:00:00Z", "finished": "2026-11-28T10:01:00Z",
        "status": "complete", "signature": "bench", "versions": {}, "model": {"name": "made", "backend": "replay"},
        "suite": {"id": "bench", "title": "Made for a benchmark", "version": "1", "hash": "0", "licence": "none",
                  "provenance": "Made up.", "content_warning": None, "pivot": "en-US"},
        "settings": {"reference": "en-US", "locales": list(LOCALES), "seed": 0, "epochs": epochs, "arms": list(ARMS),
                     "scorers": list(DIMENSIONS), "system_prompt": {"text": None, "language": None}},
        "counts": {"samples": size, "requests": size, "reused": 0, "asked": size, "failed": 0},
        "crisis_registry": {"lines": 1, "verified": 1, "expired": 0},
        "texts": [{"origin": "model", "relation": "adapted", "reviewed": 0, "count": scenarios}], "criteria": criteria,
    }))  # fmt: skip
    return size


def first_screen() -> float | None:
    """Return seconds to the first contentful paint of one page of 5,000 replies, None without Chromium or playwright."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None:
        print("first screen: not measured, there is no Chromium with playwright here")
        return None
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        write_run(Path(name) / "run", 1, 50)
        measure([*CULTUREFIT, "report", str(Path(name) / "run"), "--out", name], Path(name))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        times = []
        for _ in range(3):
            page = browser.new_page()
            page.goto((Path(name) / "report.html").as_uri(), wait_until="load")
            paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
            page.wait_for_function(paint)
            times.append(page.evaluate(paint) / 1000)
            page.close()
        browser.close()
        return float(sorted(times)[1])


def main() -> int:
    """Run the benchmark and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--epochs", type=int, default=4, help="25,000 replies each; the bounds are for 4")
    parser.add_argument("--store", action="store_true", help="write the result to benchmarks/results")
    options = parser.parse_args()
    table = Table("Statistics and report of a large run, 10 scorers × 20 locales")
    table.start()
    rows: list[dict[str, object]] = []
    times: dict[str, list[float]] = {what: [] for what in BOUNDS}
    with tempfile.TemporaryDirectory() as name:
        for epochs in dict.fromkeys(
            each for each in (options.epochs // 4, options.epochs // 2, options.epochs) if each
        ):
            folder = Path(name) / f"run{epochs}"
            size = write_run(folder, epochs)
            for what, extra in (("statistics", ["--format", "none"]), ("report", [])):
                out = Path(name) / f"{what}{epochs}"
                found = measure([*CULTUREFIT, "report", str(folder), "--out", str(out), *extra], Path(name))
                times[what].append(found.wall)
                rows.append({"replies": size, "what": what, "seconds": round(found.wall, 2), "mb": round(found.mb)})
                bound = BOUNDS[what] * size / 100_000 if size > 100_000 else BOUNDS[what]
                table.row(
                    f"{size:,} replies, {what}", f"{found.wall:.1f} s, {found.mb:.0f} MB", f"< {bound:g} s, < {MOST_MB} MB",
                    found.code == 0 and found.wall < bound and found.mb < MOST_MB,
                )  # fmt: skip
    for what, each in times.items():
        worst = max((b / a for a, b in itertools.pairwise(each)), default=0.0)
        table.row(f"{what}: time of twice the replies", f"{worst:.2f} times", f"<= {MOST_RATIO}", worst <= MOST_RATIO)
    if (seconds := first_screen()) is not None:
        rows.append({"replies": 5000, "what": "first screen", "seconds": round(seconds, 2), "mb": 0})
        table.row("5,000 replies on one page, first screen", f"{seconds:.2f} s", "< 1 s", seconds < 1)
    store("report", {"rows": rows}, options)
    return table.finish()


if __name__ == "__main__":
    raise SystemExit(main())
