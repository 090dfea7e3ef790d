"""What the benchmarks share: the machine in a line, a measured process, a server, a table with its bounds."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
CULTUREFIT = [sys.executable, "-c", "import sys; from culturefit.cli import main; sys.exit(main())"]


def machine() -> str:
    """Return the machine in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    name = platform.processor() or platform.machine()
    try:
        found = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
        name = found[1] if found else name
    except OSError:
        pass
    return f"{name}, {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}, {platform.system()}"


@dataclass
class Measured:
    """A finished process: seconds, CPU seconds, peak memory in MB, exit code, what it said on stderr."""

    wall: float
    cpu: float
    mb: float
    code: int
    err: str


def measure(command: Sequence[str], cwd: Path, **env: str) -> Measured:
    """Run a whole process and return what the system says of it."""
    with tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=err)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        err.seek(0)
        # ru_maxrss is kB on Linux and bytes on macOS.
        mb = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 2**20)
        return Measured(wall, usage.ru_utime + usage.ru_stime, mb, process.returncode, err.read())


class Server:
    """The loopback server of loopback_server.py as a process of its own."""

    def __init__(self, *options: str) -> None:
        self._count = Path(tempfile.mkstemp()[1])
        command = [sys.executable, str(HERE / "loopback_server.py"), "--count", str(self._count), *options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self.url = f"http://127.0.0.1:{self._process.stdout.readline().strip()}/v1"

    def count(self) -> int:
        """Return how many requests have come."""
        self._count.write_text("")
        self._process.send_signal(signal.SIGUSR1)
        while not (text := self._count.read_text()):
            time.sleep(0.01)
        return int(text)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._count.unlink(missing_ok=True)


@contextmanager
def server(*options: str) -> Iterator[Server]:
    """A server for the length of a block."""
    found = Server(*options)
    try:
        yield found
    finally:
        found.close()


@dataclass
class Table:
    """Rows with a bound each; `finish` prints them and returns the exit code."""

    title: str
    rows: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def row(self, name: str, value: str, bound: str, kept: bool) -> None:
        """Add a row and print it at once: some take minutes."""
        self.rows.append((name, value, bound, kept))
        print(f"{name:<52} {value:>26}   {bound:<30} {'' if kept else 'MISSED'}".rstrip(), flush=True)

    def start(self) -> None:
        """Print the title and the machine."""
        print(f"{self.title}\n{machine()}\n")

    def finish(self) -> int:
        """Return 1 if a bound was missed."""
        missed = [name for name, _, _, kept in self.rows if not kept]
        print(f"\n{'all bounds kept' if not missed else 'missed: ' + ', '.join(missed)}")
        return 1 if missed else 0


def own_memory_mb() -> float:
    """Return the peak memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def arguments(doc: str | None, what: str, *switches: tuple[str, str]) -> argparse.Namespace:
    """Read the command line of a benchmark over a folder of data: the folder, switches of its own, and `--store`."""
    parser = argparse.ArgumentParser(
        description=(doc or "").split("\n", 1)[0], formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("directory", type=Path, help=what)
    for switch, meaning in switches:
        parser.add_argument(switch, action="store_true", help=meaning)
    parser.add_argument("--store", action="store_true", help="write the result to benchmarks/results")
    return parser.parse_args()


def store(name: str, values: dict[str, object], options: argparse.Namespace) -> None:
    """Write a result as JSON, with the machine, where `--store` asks for it; `card` holds what the scorer's card states."""
    if options.store:
        path = HERE / "results" / f"{name}.json"
        text = json.dumps({"machine": machine(), **values}, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")
        print(f"\nwritten to benchmarks/results/{name}.json")
