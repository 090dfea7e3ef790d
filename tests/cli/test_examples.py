"""The examples of every command's help: each is there, its parser takes it, and it runs."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from conftest import Cli

from culturefit.cli import COMMANDS
from culturefit.cli.completion import _parser_of

ROOT = Path(__file__).parents[2]

#: Examples that are not run here, by what they hold, and why.
NOT_HERE = {
    "culturefit run": "asks a model: tests/test_readme.py",
    "culturefit calibrate": "needs a judge's run: tests/judge/",
    "culturefit new": "its texts are placeholders: tests/cli/test_contribute.py",
    "culturefit translate": "needs Apertium: tests/translators/",
    "culturefit serve": "serves until it is stopped: tests/cli/test_serve.py",
    "culturefit fetch": "needs a network",
    "review --apply": "needs what a reader signed: tests/review/",
}


def examples(command: str) -> list[list[str]]:
    """Return the words of each example in a command's help, without `culturefit`."""
    text = (_parser_of(command).epilog or "").replace("%%", "%")
    after = re.split(r"\bExamples?: ", text)
    found = re.findall(r"culturefit [a-z]+ .+?(?=;|\.$|\. |, then| >|$)", after[-1]) if len(after) > 1 else []
    return [shlex.split(each)[1:] for each in found]


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"run"}))
def test_every_command_has_an_example_that_its_parser_takes(command: str) -> None:
    own = [words[1:] for words in examples(command) if words[0] == command]
    assert own, f"culturefit {command} --help has no example"
    parser = _parser_of(command)
    take = parser.parse_intermixed_args if command == "translate" else parser.parse_args
    for words in own:
        take(words)  # exits where an option is not there


def test_the_examples_run_in_their_order(cli: Cli, tmp_path: Path) -> None:
    for name in ("quickstart", "core", "packs"):
        shutil.copytree(ROOT / "suites" / name, tmp_path / "suites" / name)
    shutil.copytree(ROOT / "suites" / "quickstart", tmp_path / "suites" / "mine")
    (tmp_path / "my_bot.py").write_text("def reply(messages):\n    return 'I am listening to you tonight.'\n")
    bot = ("model=callable", "model.function=my_bot.py:reply", "locales=[ar-EG]", "report=none")
    for folder in ("2026-11-22/10-30-00-000000", "2026-11-22/11-00-00-000000", "2026-11-23/09-00-00-000000"):
        asked = cli("run", *bot, f"hydra.run.dir=outputs/{folder}")
        assert asked.returncode == 0, asked.stderr
    chat = '{"id": "4711", "messages": [{"role": "user", "content": "I cannot sleep."}, {"role": "assistant", "content": "I am here."}]}\n'
    (tmp_path / "chats.jsonl").write_text(chat)
    (tmp_path / "replies.jsonl").write_text('{"id": "1", "locale": "ja-JP", "reply": "Please call 988 tonight."}\n')
    (tmp_path / "policy.yaml").write_text("schema: 1\nfindings: {critical: 1000}\ncannot_tell: warn\n")
    verdicts = enumerate(["yes", "no", "yes", "no"])
    rows = [f"{reply},{who},{verdict},ja-JP" for reply, verdict in verdicts for who in "ab"]
    (tmp_path / "ratings.csv").write_text("reply,who,verdict,locale\n" + "\n".join(rows) + "\n")

    ran: list[str] = []
    for command in COMMANDS:
        if command == "run":
            continue
        for words in examples(command):
            line = f"culturefit {' '.join(words)}"
            if line in ran or any(part in line for part in NOT_HERE):
                continue
            if words[0] == "export" and command == "import":
                continue  # the file is there, from the examples of export
            done = cli(*words)
            assert done.returncode == 0, f"{line}\n{done.stderr}"
            ran.append(line)
    assert {line.split()[1] for line in ran} == set(COMMANDS) - {
        "run",
        "calibrate",
        "new",
        "translate",
        "serve",
        "fetch",
    }
