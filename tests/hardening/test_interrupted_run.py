"""`culturefit run` killed before each of its steps, and without room in each of its stages: nothing that was kept is asked again."""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest

#: Ends itself before the step whose number is the first argument; 0 ends nothing. Prints the number of steps.
KILLED = """
import os, sys
wanted, steps = int(sys.argv.pop(1)), 0
def watch(event, args):
    global steps
    writing = event == "open" and not isinstance(args[0], int) and int(str(args[2])) & (os.O_WRONLY | os.O_RDWR)
    if writing or event in ("os.rename", "os.mkdir", "sqlite3.connect"):
        steps += 1
        if steps == wanted:
            os.kill(os.getpid(), 9)
from culturefit.cli import main
sys.addaudithook(watch)
code = main()
print(f"steps {steps}")
sys.exit(code)
"""
#: A function of the user's that keeps a count of its calls in a file and answers with a text that is its own for each prompt.
ANSWERS = """
import hashlib, random
def reply(messages):
    with open("asked", "a") as file: file.write("x")
    prompt = messages[-1]["content"]
    draw = random.Random(prompt)
    return " ".join(hashlib.sha256(draw.randbytes(8)).hexdigest() for _ in range(WORDS))
"""


def _run(
    folder: Path, suite: Path, out: str, *more: str, step: int = 0, room: int | None = None
) -> tuple[int, str, str]:
    command = (
        "run", "suite=folder", f"suite.path={suite}", "model=callable", "model.function=answers.py:reply", "model.concurrency=1",
        "scorers=[script,degeneration]", f"hydra.run.dir={out}", "model.name=mine", *more,
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(step), *command], cwd=folder, capture_output=True, encoding="utf-8", timeout=120,
        check=False, preexec_fn=None if room is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def _asked(folder: Path) -> int:
    path = folder / "asked"
    return len(path.read_text()) if path.exists() else 0


def _values(folder: Path) -> Sequence[tuple[object, ...]]:
    """Return what was asked, said and scored, without times and run names."""
    replies = pq.read_table(folder / "replies.parquet").select(
        ["scenario", "locale", "arm", "prompt", "reply", "status"]
    )
    scores = pq.read_table(folder / "scores.parquet").select(["scenario", "locale", "arm", "criterion", "value"])
    return sorted(tuple(map(str, row.values())) for table in (replies, scores) for row in table.to_pylist())


def test_killed_before_any_step_a_run_keeps_what_it_has_and_the_same_command_goes_on(
    mini_suite: Path, tmp_path: Path
) -> None:
    def place(name: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "answers.py").write_text(ANSWERS.replace("WORDS", "20"), encoding="utf-8")
        return folder

    own = ("limit=1", "locales=[ja-JP]", "report=none")
    calm = place("calm")
    code, told, error = _run(calm, mini_suite, "out", *own)
    assert code == 0, error
    steps, whole, asked = int(told.split("steps ")[1]), _values(calm / "out"), _asked(calm)
    # Each call of the function opens a file, so that the steps reach into the middle of the questions.
    assert steps > asked + 8
    for step in range(1, steps + 1):
        folder = place(f"step{step}")
        code, _, error = _run(folder, mini_suite, "out", *own, step=step)
        assert code == -9, (step, error)
        # What has its final name is whole.
        kept = [path.name for path in (folder / "out").glob("*.parquet")]
        rows = [pq.read_table(folder / "out" / name).num_rows for name in kept]
        assert all(rows), (step, kept)
        code, _, error = _run(folder, mini_suite, "out", *own)
        assert code == 0, (step, error)
        assert _values(folder / "out") == whole, step
        assert [path.name for path in folder.rglob(".*.part")] == [], step
        # At most the one that was in flight is asked twice.
        assert _asked(folder) <= asked + 1, step


@pytest.mark.parametrize(
    ("stage", "words", "room", "more"),
    [
        # 18 replies of 32 kB do not fit into a journal of 200 kB.
        ("generate", 500, 200_000, ["report=none"]),
        # All are in the journal; the table of 18 × 32 kB of what does not pack is larger than 200 kB.
        ("tables", 500, 200_000, ["report=none"]),
        # The tables fit; a page that holds 18 × 6 kB of text is larger.
        ("report", 100, 150_000, ["report=html"]),
    ],
)  # fmt: skip
def test_without_room_in_any_stage_a_run_says_what_to_do_and_asks_nothing_twice(
    mini_suite: Path, tmp_path: Path, stage: str, words: int, room: int, more: list[str]
) -> None:
    (tmp_path / "answers.py").write_text(ANSWERS.replace("WORDS", str(words)), encoding="utf-8")
    if stage != "generate":
        code, _, error = _run(tmp_path, mini_suite, "first", "report=none")
        assert code == 0, error
    before = {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (tmp_path / "first").rglob("*")
        if path.is_file()
    }
    asked = _asked(tmp_path)
    code, _, error = _run(tmp_path, mini_suite, "second", *more, room=room)
    assert code == 1, error
    told = error.strip().splitlines()[-1]
    assert "free the disk" in told
    assert "run the same command again" in told
    assert "Traceback" not in error
    assert {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in before} == before
    assert not (
        tmp_path
        / "second"
        / {"generate": "replies.parquet", "tables": "replies.parquet", "report": "report.html"}[stage]
    ).exists()
    code, _, error = _run(tmp_path, mini_suite, "second", *more)
    assert code == 0, error
    assert len(pq.read_table(tmp_path / "second" / "replies.parquet")) == 18
    # Where answers were kept, none is asked again; the one whose keeping failed is, and at most what shared its transaction.
    assert _asked(tmp_path) <= (20 if stage == "generate" else asked)
