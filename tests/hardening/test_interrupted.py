"""Killed at every step of a command, and without room in every stage: what was there before is whole, and the same command mends it."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import Cli
from report import fixture

MAIN = "import sys; from culturefit.cli import main; sys.exit(main())"
ROWS = "".join(
    json.dumps({"id": str(number), "locale": "ja-JP", "reply": "つらいですね。"}) + "\n" for number in range(3)
)
#: command -> the files that it writes.
COMMANDS = {
    "report": (["report", "run", "--out", "out"],
               ["out/gap.json", "out/report.html", "out/gap.csv", "out/findings.csv", "out/summary.md"]),
    "score": (["score", "in.jsonl", "--scorers", "script", "--out", "out/s.parquet"], ["out/s.parquet"]),
    "export results": (["export", "run", "--out", "out"],
                       [*(f"out/{name}/train-00000-of-00001.parquet" for name in ("gaps", "scores", "replies")), "out/README.md"]),
    "export texts": (["export", "mini", "--format", "xliff", "--locale", "ja-JP", "--out", "out/t.xlf", "--force"], ["out/t.xlf"]),
    "import": (["import", "t.po", "--suite", "mini", "--translator", "N"], ["mini/debt/ja-JP.yaml", "mini/exam/ja-JP.yaml"]),
    "check": (["check", "run", "--policy", "policy.yaml", "--markdown", "out/c.md", "--junit", "out/c.xml", "--sarif", "out/c.sarif"],
              ["out/c.md", "out/c.xml", "out/c.sarif"]),
    "review": (["review", "run", "--locale", "ja-JP", "--out", "out/page.html"], ["out/page.html"]),
}  # fmt: skip


@pytest.fixture
def before(mini_suite: Path, tmp_path: Path, cli: Cli) -> Path:
    """A folder with all that the commands read, and an older file under each name that they write."""
    folder = tmp_path / "before"
    folder.mkdir()
    shutil.move(mini_suite, folder / "mini")
    fixture.make_run(folder / "run", scenarios=3)
    (folder / "in.jsonl").write_text(ROWS, encoding="utf-8")
    (folder / "policy.yaml").write_text("schema: 1\ndelivery: {max_undelivered: 1.0}\n", encoding="utf-8")
    done = cli("export", "mini", "--format", "po", "--locale", "ja-JP", "--out", "t.po", cwd=folder)
    assert done.returncode == 0, done.stderr
    text = (folder / "t.po").read_text(encoding="utf-8")
    (folder / "t.po").write_text(text.replace("聞いてもらえますか", "聞いてくれますか"), encoding="utf-8")
    for _, names in COMMANDS.values():
        for name in names:
            if not (folder / name).exists():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text("older", encoding="utf-8")
    return folder


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_before_any_step_a_file_is_the_older_or_the_new_one(before: Path, name: str) -> None:
    command, names = COMMANDS[name]
    ended = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("_interrupted.py")), str(before), ",".join(names), *command],
        capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    assert found["made"] == sorted(names)
    assert found["steps"] >= 2 * len(names)  # a hidden file and its name, for each
    assert (found["wrong"], found["again"]) == ([], [])


def _limited(folder: Path, limit: int | None, *args: str) -> subprocess.CompletedProcess[str]:
    """Run a command whose files may have `limit` bytes: the system's answer is that of a disk or a quota that is full."""
    return subprocess.run(
        [sys.executable, "-c", MAIN, *args], cwd=folder, capture_output=True, encoding="utf-8", timeout=300, check=False,
        preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )  # fmt: skip


@pytest.mark.parametrize("name", ["report", "score", "export results", "export texts", "import", "check", "review"])
def test_without_room_a_command_says_so_in_one_sentence_and_the_older_files_stand(before: Path, name: str) -> None:
    command, names = COMMANDS[name]
    older = {each: (before / each).read_bytes() for each in names}
    ended = _limited(before, 100, *command)
    assert ended.returncode == (2 if name == "check" else 1), ended.stderr  # 1 is a broken rule there
    assert ended.stderr.count("\n") == 1
    assert "cannot be written (File too large); free the disk" in ended.stderr
    assert {each: (before / each).read_bytes() for each in names} == older
    assert list(before.rglob(".*.part")) == []
    assert _limited(before, None, *command).returncode == 0


def test_replies_that_were_kept_before_the_disk_was_full_are_not_asked_again(mini_suite: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.py"
    answers.write_text(
        "from pathlib import Path\n"
        "def reply(messages):\n"
        "    with Path('asked').open('a') as file: file.write('x')\n"
        "    return 'I hear you. ' * 2000\n",
        encoding="utf-8",
    )
    command = (
        "run", "suite=folder", f"suite.path={mini_suite}", "model=callable", "model.function=answers.py:reply",
        "model.concurrency=1", "scorers=[script]", "report=none",
    )  # fmt: skip
    # 18 replies of 24 kB do not fit into a journal (and its log) of 200 kB.
    first = _limited(tmp_path, 200_000, *command)
    assert first.returncode == 1, first.stderr
    told = first.stderr.strip().splitlines()[-1]
    assert "free the disk" in told
    assert "run the same command again" in told
    assert list(tmp_path.glob("outputs/*/*/scores.parquet")) == []
    asked = len((tmp_path / "asked").read_text())
    assert 0 < asked < 18
    second = _limited(tmp_path, None, *command)
    assert second.returncode == 0, second.stderr
    [path] = tmp_path.glob("outputs/*/*/replies.parquet")
    rows = pq.read_table(path).to_pylist()
    assert len(rows) == 18
    # The one whose keeping failed is asked again, and with it at most what shared its transaction.
    assert len((tmp_path / "asked").read_text()) <= 18 + 2
