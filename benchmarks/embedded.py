"""The embedded model beside a bare xllamacpp loop with the same slots: `python benchmarks/embedded.py`.

Both answer the same 40 prompts with up to 64 tokens each; tokens per second of generating, loading left out: of the run from
the first request to the last reply, of the loop around its calls. They take turns three times, because a machine drifts.
Then one slot without prompt cache is asked twice. Needs `culturefit fetch embedded`; takes about two minutes on two cores.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq
from _common import CULTUREFIT, Table, measure
from engine import prompts

from culturefit.models import weights
from culturefit.models.base import Request, Sampling
from culturefit.models.embedded import Embedded
from culturefit.tables import read_rows

SLOTS, TOKENS, COUNT = 8, 64, 40


def bare(texts: list[str]) -> float:
    """Return the tokens per second of a loop over the library, settings as the backend has them."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(weights.find("embedded"))
    params.n_parallel, params.n_ctx, params.verbosity = SLOTS, 2048 * SLOTS, 0
    params.cpuparams.n_threads = 2
    server = xllamacpp.Server(params)

    def ask(text: str) -> int:
        body = {"messages": [{"role": "user", "content": text}], "temperature": 0.0, "max_tokens": TOKENS, "seed": 0}
        return int(server.handle_chat_completions(body)["usage"]["completion_tokens"])

    with ThreadPoolExecutor(SLOTS) as pool:
        started = time.perf_counter()
        tokens = sum(pool.map(ask, texts))
        spent = time.perf_counter() - started
    return tokens / spent


def ours(path: Path, base: Path) -> float:
    """Return the tokens per second of a whole run, from its first request to its last reply."""
    command = [
        *CULTUREFIT, "run", "suite=dataset", f"suite.path={path}", f"sampling.max_tokens={TOKENS}", "model.threads=2",
        f"model.slots={SLOTS}", "scorers=[language,script,degeneration]", "report=none",
        f"store.path={base}/{time.time_ns()}.sqlite3",
    ]  # fmt: skip
    found = measure(command, base)
    assert found.code == 0, found.err
    newest = max(base.glob("outputs/*/*/replies.parquet"), key=lambda each: each.stat().st_mtime)
    table = pq.read_table(newest, columns=["completion_tokens", "latency_s", "at"]).to_pylist()
    ends = [datetime.fromisoformat(row["at"]).timestamp() for row in table]
    first = min(end - row["latency_s"] for end, row in zip(ends, table, strict=True))
    return sum(row["completion_tokens"] for row in table) / (max(ends) - first)


def twice() -> bool:
    """Whether one slot without prompt cache gives the same text twice."""

    async def ask() -> str:
        model = Embedded("m", slots=1, cache_prompt=False)
        await model.open()
        try:
            message = {"role": "user", "content": "I cannot sleep and I feel alone."}
            return (await model.reply(Request((message,), Sampling(0.0, 1.0, TOKENS, 0)))).text
        finally:
            await model.close()

    return asyncio.run(ask()) == asyncio.run(ask())


def main() -> int:
    """Run the benchmark and return the exit code."""
    table = Table(f"The embedded model, {SLOTS} slots, {COUNT} prompts, {TOKENS} tokens each")
    table.start()
    with TemporaryDirectory() as folder:
        path = prompts(Path(folder), COUNT)
        texts = [str(row["prompt"]) for _, row in read_rows(path)]
        loops, runs = [], []
        for _ in range(3):
            loops.append(bare(texts))
            runs.append(ours(path, Path(folder)))
    ratio = statistics.median(a / b for a, b in zip(runs, loops, strict=True))
    table.row("bare xllamacpp loop", f"{statistics.median(loops):.0f} tokens/s", "", True)
    table.row("culturefit run", f"{statistics.median(runs):.0f} tokens/s, x {ratio:.2f}", ">= x 0.9", ratio >= 0.9)
    table.row(
        "one slot without prompt cache, twice", "same text" if (same := twice()) else "differs", "same text", same
    )
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
