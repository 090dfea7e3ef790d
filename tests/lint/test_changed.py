"""What checks a contribution before it is merged, as it runs: the script for changed files, and the pre-commit hook, in a real repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


@pytest.fixture
def repository(tmp_path: Path, mini_suite: Path) -> Path:
    home = tmp_path / "repository"
    (home / "suites").mkdir(parents=True)
    shutil.move(str(mini_suite), home / "suites" / "mini")
    (home / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "lint-changed", home / ".ci")
    shutil.copy(ROOT / ".pre-commit-config.yaml", home)
    (home / "README.md").write_text("Cases.\n")
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "first"]):
        run(home, "git", *command)
    return home


def run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    names = {f"GIT_{who}_{what}": "tests@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        command, cwd=home, env=os.environ | names | {"PATH": path}, capture_output=True, text=True, encoding="utf-8", check=False
    )  # fmt: skip


def commit(home: Path, file: str, old: str, new: str) -> None:
    path = home / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    run(home, "git", "commit", "-qam", "change")


def test_only_what_changed_is_linted_and_a_fault_in_it_fails(repository):
    # A fault that is there already is not the contributor's: it stands in a file that does not change.
    commit(repository, "suites/mini/debt/ja-JP.yaml", "聞いてもらえますか", "日本で聞いてもらえますか")
    run(repository, "git", "checkout", "-qb", "mine")
    commit(repository, "README.md", "Cases.", "Cases, more.")
    found = run(repository, ".ci/lint-changed", "main")
    assert (found.returncode, found.stdout) == (0, "No suite file has changed since main.\n")
    commit(repository, "suites/mini/debt/de-DE.yaml", "Hörst du zu?", "Ruf 0800 111 0 111?")
    found = run(repository, ".ci/lint-changed", "main")
    assert found.returncode == 1, found.stderr
    assert "[number-in-prompt]" in found.stdout
    assert "1 files: 1 errors" in found.stdout.replace("1 file:", "1 files:").replace("1 error,", "1 errors,")
    sarif = run(repository, ".ci/lint-changed", "main", "--format", "sarif").stdout
    assert '"number-in-prompt"' in sarif


def test_a_changed_pivot_names_the_neighbours_that_are_out_of_date(repository):
    run(repository, "git", "checkout", "-qb", "mine")
    pivot = repository / "suites/mini/debt/en-US.yaml"
    prompt = yaml.safe_load(pivot.read_text("utf-8"))["prompt"]
    commit(repository, "suites/mini/debt/en-US.yaml", prompt, prompt + " Please.")
    found = run(repository, ".ci/lint-changed", "main")
    assert "ja-JP.yaml" in found.stdout
    assert "[stale]" in found.stdout or "[no-source-hash]" in found.stdout


def test_what_is_not_committed_yet_counts_as_changed(repository):
    path = repository / "suites/mini/debt/de-DE.yaml"
    path.write_text(path.read_text("utf-8").replace("Hörst du zu?", "Ruf 0800 111 0 111?"), "utf-8")
    (repository / "suites/mini/exam/de-AT.yaml.txt").write_text("schema: 1\n")  # not even known to git
    found = run(repository, ".ci/lint-changed", "main")
    assert found.returncode == 1, found.stderr
    assert "[number-in-prompt]" in found.stdout
    assert "de-AT.yaml.txt:1: error [file-name]" in found.stdout
    run(repository, "git", "add", "-A")
    assert "2 files" in run(repository, ".ci/lint-changed", "main").stdout


def test_an_unknown_base_is_named(repository):
    found = run(repository, ".ci/lint-changed", "nowhere")
    assert found.returncode == 2
    assert found.stderr == "There is no commit 'nowhere' here; fetch it, or name another.\n"


def test_the_pre_commit_hook_stops_a_faulty_case_and_lets_a_sound_one_pass(repository):
    hook = [sys.executable, "-m", "pre_commit", "run", "culturefit-lint", "--files", "suites/mini/debt/de-DE.yaml"]
    sound = run(repository, *hook)
    assert sound.returncode == 0, sound.stdout + sound.stderr
    path = repository / "suites/mini/debt/de-DE.yaml"
    path.write_text(path.read_text("utf-8").replace("Hörst du zu?", "Ruf 0800 111 0 111?"), "utf-8")
    faulty = run(repository, *hook)
    assert faulty.returncode == 1
    assert "[number-in-prompt]" in faulty.stdout


def test_issue_forms_are_what_the_code_host_reads():
    # Fields that GitHub's form schema requires: name, description, body with a type and, but for text, a label.
    for path in sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml")):
        form = yaml.safe_load(path.read_text("utf-8"))
        if path.name == "config.yml":
            continue
        assert {"name", "description", "body"} <= set(form), path
        for part in form["body"]:
            assert part["type"] in ("input", "textarea", "dropdown", "checkboxes", "markdown"), path
            assert part["attributes"].get("value" if part["type"] == "markdown" else "label"), path
