"""Completion scripts in the real shells: what is typed with TAB arrives at the command as whole words."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from conftest import Cli

#: TAB after each: one command of two that begin so (`report`, `review`, …), a group, an option of it, a setting, which takes
#: no space so that its value can follow.
TYPED = ["culturefit ru\t", "mod\t", "em\t", "limi\t", "3", "\n"]
SHELLS = {
    "bash": (["bash", "--noprofile", "--norc", "-i"], ""),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit && compinit -D -u\n"),
}


def typed(start: list[str], lines: str, keys: list[str], folder: Path) -> str:
    """Return what an interactive shell on a terminal wrote."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(start[0], start, {**os.environ, "TERM": "dumb", "PS1": "$ ", "HOME": str(folder), "COLUMNS": "400"})
    seen = ""

    def read(until: str, seconds: float) -> None:
        nonlocal seen
        end = time.monotonic() + seconds
        while time.monotonic() < end and until not in seen:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    seen += os.read(terminal, 65536).decode(errors="replace")
                except OSError:
                    return

    try:
        os.write(terminal, f"{lines}echo rea''dy\n".encode())
        read("\nready", 60)
        for key in keys:
            os.write(terminal, key.encode())
            read("\0", 1.0)
        read("<end>", 30)
    finally:
        os.close(terminal)
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    return seen


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes_commands_groups_and_settings(cli: Cli, tmp_path: Path, shell: str) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    done = cli("completion", shell)
    assert done.returncode == 0, done.stderr
    (tmp_path / "script").write_text(done.stdout, encoding="utf-8")
    start, first = SHELLS[shell]
    # The command is a function here, which shows the words it was given.
    lines = f"{first}source ./script; culturefit() {{ printf '<%s>' \"$@\"; echo '<end>'; }}\n"
    assert "<run><model=embedded><limit=3><end>" in typed(start, lines, TYPED, tmp_path)


def test_fish_offers_commands_choices_and_settings(cli: Cli, tmp_path: Path) -> None:
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed")
    (tmp_path / "script").write_text(cli("completion", "fish").stdout, encoding="utf-8")
    asked = ["culturefit rep", "culturefit score --engine ", "culturefit run model=em", "culturefit lint --ex"]
    code = "source ./script; " + "; ".join(f"complete -C '{each}'" for each in asked)
    done = subprocess.run(
        ["fish", "-N", "-c", code], cwd=tmp_path, env=os.environ | {"HOME": str(tmp_path)}, capture_output=True, text=True, check=True
    )  # fmt: skip
    offered = [line.split("\t")[0] for line in done.stdout.splitlines()]
    assert offered == ["report", "local", "ray", "model=embedded", "--explain"]
