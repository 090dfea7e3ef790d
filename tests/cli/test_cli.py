"""The command line as people meet it: help, wrong names, and how quickly it answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import Cli

from culturefit.cli import COMMANDS


def test_help_lists_every_command(cli: Cli) -> None:
    done = cli("--help")
    assert done.returncode == 0
    assert all(f"  {name}" in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_has_help_and_exits_0(cli: Cli, command: str) -> None:
    done = cli(command, "--help")
    assert done.returncode == 0, done.stderr
    assert f"culturefit {command}" in done.stdout


def test_start_up_imports_nothing_heavy() -> None:
    # Each of these costs between 0.1 and 5 s; help and a wrong word must not pay for them.
    heavy = {
        "datasets",
        "evaluate",
        "transformers",
        "torch",
        "hydra",
        "pydantic",
        "pyarrow",
        "aiohttp",
        "numpy",
        "rich",
    }
    code = "import sys, culturefit.cli as c; c.main(['--help']); print(sorted(set(sys.modules) & set(sys.argv[1:])))"
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rnu"], "Unknown command 'rnu'. Did you mean 'run'?"),
        (["run", "model=embeded"], "Unknown model 'embeded'. Did you mean 'embedded'? Known: "),
        (["run", "suite=quickstrat"], "Unknown suite 'quickstrat'. Did you mean 'quickstart'?"),
        (["run", "translator=suit"], "Unknown translator 'suit'. Did you mean 'suite'?"),
        (["run", "epoch=2"], "Unknown setting 'epoch'. Did you mean 'epochs'?"),
        (["run", "model.slotz=2"], "Did you mean 'model.slots'?"),
        (["run", "sampling.temprature=1"], "Did you mean 'sampling.temperature'?"),
        (["run", "model=openai"], "model.name has no value yet; give it as model.name=VALUE."),
        (["run", "model=openai", "model.name=x", "model.base_url=localhost:80"], "is no http(s) address"),
        (["run", "model=callable", "model.function=x"], "module:function"),
        (["run", "suite=folder", "suite.path=nowhere"], "Unknown suite 'nowhere'"),
        (["run", "scorers=[langage]"], "Unknown scorer 'langage'. Did you mean 'language'?"),
        (["run", "scorer.language.identifer=x"], "does not take these parameters"),
        (["run", "locales=[ja]"], "Did you mean 'ja-JP'?"),
        (["run", "reference=xx-XX"], "Unknown locale 'xx-XX'"),
        (["run", "epochs=two"], "epochs=two does not fit"),
        (["run", "limit=0"], "limit=0 does not fit"),
        (["run", "a=[b"], "The configuration cannot be used"),
        (["score", "x.txt"], "use .jsonl, .csv or .parquet"),
        (["score", "nowhere.jsonl"], "cannot be read"),
        (["report", "nowhere"], "nowhere"),
        (["fetch", "embeded"], "Did you mean 'embedded'?"),
        (["list", "scorer"], "scorers"),
    ],
    ids=" ".join,
)
def test_a_mistake_is_one_sentence_with_the_remedy(cli: Cli, arguments: list[str], words: str) -> None:
    done = cli(*arguments)
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_mistake_leaves_no_run_directory_behind(cli: Cli, tmp_path: Path) -> None:
    cli("run", "locales=[nowhere]")
    assert list(tmp_path.glob("outputs/*/*")) == []


def test_list_prints_one_item_per_line_id_first(cli: Cli) -> None:
    scorers = [line.split()[0] for line in cli("list", "scorers").stdout.splitlines()]
    assert scorers == sorted(scorers)
    assert {"language", "script", "degeneration", "crisis_lines"} <= set(scorers)
    models = {line.split()[0] for line in cli("list", "models").stdout.splitlines()}
    assert {"callable", "embedded", "http", "openai", "replay"} <= models
    assert "ja-JP" in cli("list", "locales").stdout


def test_the_published_schemas_are_those_of_the_code(cli: Cli) -> None:
    published = Path(__file__).parents[2] / "docs" / "schema"
    assert cli("schema", "--check", str(published)).returncode == 0
    rendering = json.loads(cli("schema", "rendering").stdout)
    assert rendering["additionalProperties"] is False
    assert "prompt" in rendering["properties"]
