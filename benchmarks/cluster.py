"""200,000 replies scored by one process and by a Ray cluster of two nodes on this machine: `python benchmarks/cluster.py`.

The cluster is asked twice; the second time one node is killed in the middle. Prints the wall times, whether the files are the
same byte for byte, and how many replies are missing or there twice; exit code 1 unless none is. Two nodes on one machine share
its cores: the times say what the cluster costs and gives here, not what a second machine would give.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from _common import CULTUREFIT, Table, measure
from two_nodes import ENV, TwoNodes

from scorers import TEXTS

SCORERS = "language,script,degeneration,crisis_lines"


def main() -> int:
    """Run the three and print them side by side."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--replies", type=int, default=200_000)
    options = parser.parse_args()
    table = Table(f"{options.replies:,} replies, scorers {SCORERS}, one CPU per node")
    table.start()
    with tempfile.TemporaryDirectory(prefix="cf") as name:
        base = Path(name)
        write_replies(base / "in.parquet", options.replies)
        command = [*CULTUREFIT, "score", "in.parquet", "--scorers", SCORERS, "--out"]
        alone = measure([*command, "one.parquet"], base)
        table.row("one process", f"{alone.wall:.1f} s", "ends well", alone.code == 0)
        with TwoNodes(base / "n") as nodes:
            ray = ["--engine", "ray", "--ray-address", nodes.address]
            whole = measure([*command, "two.parquet", *ray], base, **ENV)
            table.row("two nodes", f"{whole.wall:.1f} s", "ends well", whole.code == 0)
            wall, code, after, running = with_a_node_killed([*command, "killed.parquet", *ray], base, nodes)
            table.row(
                f"two nodes, one killed after {after:.0f} s",
                f"{wall:.1f} s",
                "killed while scoring, ends well",
                running and code == 0,
            )
        digests = {each: digest(base / f"{each}.parquet") for each in ("one", "two", "killed")}
        for each in ("two", "killed"):
            same = digests[each] == digests["one"]
            table.row(
                f"{each}: sha256 {digests[each][:12]}", "same bytes" if same else "other bytes", "same bytes", same
            )
        missing, twice = lost(base / "killed.parquet", options.replies)
        table.row("node killed: replies missing, there twice", f"{missing}, {twice}", "0, 0", missing == twice == 0)
    return table.finish()


def write_replies(path: Path, count: int) -> None:
    """Write `count` replies of about 80 words in six languages, no two of them the same."""
    import random

    import pyarrow as pa
    import pyarrow.parquet as pq

    draw = random.Random(0)
    locales = list(TEXTS)
    rows = []
    for number in range(count):
        country, prompt, sentences = TEXTS[locales[number % len(locales)]]
        reply = " ".join(draw.sample(sentences, 7)) + f" ({number})"
        rows.append(
            {
                "id": str(number),
                "locale": locales[number % len(locales)],
                "country": country,
                "prompt": prompt,
                "reply": reply,
            }
        )
    pq.write_table(pa.Table.from_pylist(rows), path)


def with_a_node_killed(command: Sequence[str], base: Path, nodes: TwoNodes) -> tuple[float, int, float, bool]:
    """Kill the second node once scores are written; return (seconds, exit code, seconds to the kill, still running then)."""
    started = time.perf_counter()
    with subprocess.Popen(command, cwd=base, env=os.environ | ENV, stderr=subprocess.DEVNULL) as process:
        part = base / ".killed.parquet.part"
        while process.poll() is None and not (
            part.exists() and part.stat().st_size > 1e6 and nodes.second_is_working()
        ):
            time.sleep(0.05)
        after = time.perf_counter() - started
        running = process.poll() is None and part.exists()
        nodes.kill_second()
        code = process.wait()
    return time.perf_counter() - started, code, after, running


def digest(path: Path) -> str:
    """Return the sha256 of a file, or nothing where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "none"


def lost(path: Path, count: int) -> tuple[int, int]:
    """Return how many replies have no language score, and how many have more than one."""
    import pyarrow.parquet as pq

    if not path.exists():
        return count, 0
    rows = pq.read_table(path, columns=["id", "criterion"]).to_pydict()
    found = Counter(
        id_ for id_, criterion in zip(rows["id"], rows["criterion"], strict=True) if criterion == "language"
    )
    return sum(str(number) not in found for number in range(count)), sum(each > 1 for each in found.values())


if __name__ == "__main__":
    sys.exit(main())
