"""A secret in a configuration: refused before it is recorded, without being repeated, and gone from the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Cli

SECRET = "open-sesame-4711"  # not a form that keys have: only its place, or the environment, tells that it is one
KEY = "sk-sesame4711sesame4711"


def _holding(folder: Path, secret: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def _config(folder: Path, text: str) -> None:
    """Write a model's configuration to a folder of the user's own."""
    (folder / "mine" / "model").mkdir(parents=True)
    (folder / "mine" / "model" / "mine.yaml").write_text(
        f"_target_: culturefit.models.openai.OpenAI\nname: m\nbase_url: http://127.0.0.1:9/v1\n{text}\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize("sweep", [(), ("-m",)], ids=["run", "sweep"])
@pytest.mark.parametrize(
    ("text", "secret", "named"),
    [
        ("extra_body: {note: '${oc.env:DOOR_TOKEN}'}", SECRET, "model.extra_body.note"),
        ("extra_body: {api_key: '${oc.env:DOOR}'}", "short", "model.extra_body.api_key"),
        ("extra_body: {deep: [{x: 'prefix ${oc.env:DOOR_TOKEN}'}]}", SECRET, "model.extra_body.deep.0.x"),
        (f"extra_body: {{note: {KEY}}}", KEY, "model.extra_body.note"),
    ],
)
def test_a_secret_in_a_configuration_is_refused_and_stands_in_no_file(
    mini_suite: Path, tmp_path: Path, cli: Cli, text: str, secret: str, named: str, sweep: tuple[str, ...]
) -> None:
    _config(tmp_path, text)
    ended = cli(
        "run", *sweep, "--config-dir", "mine", "model=mine", "suite=folder", f"suite.path={mini_suite}", "limit=1",
        DOOR_TOKEN=SECRET, DOOR="short",
    )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert f"{named} holds a secret" in ended.stderr
    assert secret not in ended.stderr
    assert [path for path in _holding(tmp_path, secret) if "mine" not in path.parts] == []


def test_what_the_environment_fills_in_and_is_no_secret_is_taken(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    _config(tmp_path, "extra_body: {user: '${oc.env:DESK}'}\nmax_retries: 0")
    ended = cli(
        "run", "--config-dir", "mine", "model=mine", "suite=folder", f"suite.path={mini_suite}", "limit=1", "report=none",
        DESK="reception", DOOR_TOKEN=SECRET,
    )  # fmt: skip
    # Nobody listens on port 9: the configuration is taken, the requests fail.
    assert ended.returncode == 1, ended.stderr
    assert "9 failed" in ended.stderr
