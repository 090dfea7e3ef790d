"""A real Ray cluster of two nodes on 127.0.0.1, each in a directory of its own; nothing of it can be reached from outside.

Ray takes "127.0.0.1" for a wish to be found from elsewhere and puts the machine's address in its place, so the nodes are
started with that replacement taken out; a driver does without it when `ENV` is set.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

__all__ = ["ENV", "TwoNodes"]

#: For a driver: with it Ray takes this machine's address to be 127.0.0.1.
ENV = {"RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}

_START = """\
import ray._private.services as services
services.node_ip_address_from_perspective = lambda address=None: "127.0.0.1"
from ray.scripts.scripts import main
main()
"""
_MEMORY = 150 * 2**20


class TwoNodes:
    """The head, where drivers run, and a second node that can be killed and started again."""

    def __init__(self, base: Path, *, cpus: tuple[int, int] = (1, 1)) -> None:
        self._base, self._cpus = base, cpus
        self._nodes: dict[str, subprocess.Popen[bytes]] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"

    def __enter__(self) -> TwoNodes:
        port = self.address.partition(":")[2]
        try:
            self._start("head", "--head", f"--port={port}", "--include-dashboard=false", cpus=self._cpus[0])
            self._await_nodes(1)
            self.start_second()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._nodes):
            self._kill(name)

    def folder(self, name: str) -> Path:
        """Return the directory in which node `head` or `second` runs."""
        return self._base / name

    def start_second(self) -> None:
        """Start the second node and wait until it has joined."""
        self._start("second", f"--address={self.address}", cpus=self._cpus[1])
        self._await_nodes(2)

    def kill_second(self) -> None:
        """Kill the second node with all its workers, without a word to anybody."""
        self._kill("second")

    def second_is_working(self) -> bool:
        """Return whether a worker of the second node has a task now."""
        for pid in _below(self._nodes["second"].pid):
            try:
                title = Path(f"/proc/{pid}/cmdline").read_bytes()
            except OSError:
                continue
            if title.startswith(b"ray::") and b"IDLE" not in title and b"Agent" not in title:
                return True
        return False

    def _start(self, name: str, *options: str, cpus: int) -> None:
        folder = self.folder(name)
        folder.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {"HOME": str(folder), "TMPDIR": str(folder)}
        for variable in ("RAY_ADDRESS", *ENV):
            environment.pop(variable, None)
        with (folder / "start.log").open("ab") as log:
            self._nodes[name] = subprocess.Popen(
                [sys.executable, "-c", _START, "start", "--block", "--node-ip-address=127.0.0.1", "--disable-usage-stats",
                 f"--num-cpus={cpus}", f"--object-store-memory={_MEMORY}", f"--temp-dir={folder / 'ray'}", *options],
                cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def _kill(self, name: str) -> None:
        process = self._nodes.pop(name)
        for pid in [process.pid, *_below(process.pid)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait(10)

    def _await_nodes(self, count: int) -> None:
        from ray._raylet import GcsClient
        from ray.exceptions import RpcError

        last = "the nodes that answered were too few"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                nodes = GcsClient(self.address).get_all_node_info(timeout=2)
                if sum(node.state == 0 for node in nodes.values()) >= count:  # 0 = alive
                    return
            except RpcError as error:  # the head does not answer yet
                last = str(error)
            time.sleep(0.2)
        logs = "\n".join(path.read_text(errors="replace")[-1000:] for path in self._base.glob("*/start.log"))
        raise RuntimeError(f"{count} nodes were not there within a minute ({last}):\n{logs}")


def _below(pid: int) -> list[int]:
    """Return the processes that descend from `pid`."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]
