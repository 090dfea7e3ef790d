"""Runs one command many times, each time killed before another of its steps on the file system; prints what was left.

Started by test_interrupted.py as a process of its own: it forks, and a step is what Python's audit hooks call one (opening a
file for writing, renaming, making a folder).

    python _interrupted.py FOLDER FILE,FILE,… COMMAND …

FOLDER holds the files as they were before. Each copy of it is one try. Prints one JSON line: how many steps there are, and
for each file that came out other than before or as after a whole run, the step and what was found.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path


def main() -> int:
    folder, names, command = Path(sys.argv[1]), sys.argv[2].split(","), sys.argv[3:]

    import culturefit.cli
    import culturefit.gap
    import culturefit.report.make  # noqa: F401

    before = state(folder, names)
    whole = copy(folder, "whole")
    steps = attempt(whole, command, None)
    after = state(whole, names)
    wrong, unlike = [], []
    for step in range(1, steps + 1):
        tried = copy(folder, "tried")
        attempt(tried, command, step)
        found = state(tried, names)
        wrong += [(step, name) for name in names if found[name] not in (before[name], after[name])]
        # The same command again, over what the killed one left.
        if step == steps:
            attempt(tried, command, None)
            unlike += [(step, name) for name in names if state(tried, names)[name] != after[name]]
            left = [each.name for each in tried.rglob(".*.part")]
            unlike += [(step, name) for name in left]
    sys.stdout.write(json.dumps({
        "steps": steps, "wrong": wrong, "again": unlike, "made": sorted(n for n in names if after[n] != before[n]),
    }))  # fmt: skip
    return 0


def copy(folder: Path, name: str) -> Path:
    target = folder.with_name(name)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    return target


def state(folder: Path, names: list[str]) -> dict[str, str | None]:
    paths = {name: folder / name for name in names}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None for name, path in paths.items()
    }


def attempt(folder: Path, command: list[str], kill_before: int | None) -> int:
    """Run the command in a fork, killed before the given step; return how many steps it made."""
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receive)
        os.chdir(folder)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        if kill_before is not None:
            os.dup2(null, 2)
        steps = 0

        def watch(event: str, args: tuple[object, ...]) -> None:
            nonlocal steps
            # A number stands for a file that is open already: os.fdopen.
            writing = event == "open" and not isinstance(args[0], int) and int(str(args[2])) & (os.O_WRONLY | os.O_RDWR)
            if writing or event in ("os.rename", "os.mkdir"):
                steps += 1
                if steps == kill_before:
                    os.kill(os.getpid(), 9)

        sys.addaudithook(watch)
        code = culturefit_main(command)
        os.write(send, json.dumps([steps, code]).encode())
        os._exit(0)
    os.close(send)
    with os.fdopen(receive) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    if kill_before is None:
        steps, code = json.loads(told)
        if code:
            sys.exit(f"{command} ended with {code}")
        return int(steps)
    return 0


def culturefit_main(command: list[str]) -> int:
    from culturefit.cli import main as start

    return start(command)


if __name__ == "__main__":
    sys.exit(main())
