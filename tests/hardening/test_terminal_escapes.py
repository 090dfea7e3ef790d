"""What others wrote is shown, and obeyed by no terminal: no ESC, no C1, nothing that turns a line around."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from culturefit.plain import json_safe, plain
from tests.conftest import Cli

#: Sets the window's title; the same by C1; a line turned around; hidden tag characters.
EVIL = "\x1b]0;owned\x07 \x9b31m \u202egnp.exe \U000e0041"
_RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]")


def _yaml(text: str) -> str:
    return text.replace("\x1b", "\\e").replace("\x07", "\\a").replace("\x9b", "\\x9b")


@pytest.fixture
def evil_suite(mini_suite: Path) -> Path:
    """The small suite with escapes in a title, a prompt, a criterion and the suite's title."""
    card = mini_suite / "suite.yaml"
    card.write_text(card.read_text(encoding="utf-8").replace("A suite for tests", f'"{_yaml(EVIL)}"'), encoding="utf-8")
    scenario = mini_suite / "debt" / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8").replace("title: debt", f'title: "{_yaml(EVIL)}"')
    scenario.write_text(text.replace("The reply reflects", f'"{_yaml(EVIL)} The reply reflects').replace(
        "advises.,", 'advises.",'), encoding="utf-8")  # fmt: skip
    case = mini_suite / "debt" / "en-US.yaml"
    case.write_text(
        case.read_text(encoding="utf-8").replace("Can you listen?", f"{_yaml(EVIL)} Can you listen?"), encoding="utf-8"
    )
    return mini_suite


@pytest.mark.parametrize(
    "command",
    [
        ("show", "{suite}/debt"),
        ("show", "{suite}/debt", "--locales", "en-US"),
        ("show", "{suite}", "--rubric"),
        ("lint", "{suite}"),
        ("lint", "{suite}", "--format", "json"),
        ("lint", "{suite}", "--format", "sarif"),
    ],
)
def test_no_command_prints_what_a_suite_file_tells_a_terminal(
    cli: Cli, evil_suite: Path, command: tuple[str, ...]
) -> None:
    ended = cli(*(each.format(suite=evil_suite) for each in command))
    assert "Traceback" not in ended.stderr
    assert ended.stdout
    assert not _RAW.search(ended.stdout)
    assert not _RAW.search(ended.stderr)


def test_list_prints_no_escape_of_a_suite_title(cli: Cli, evil_suite: Path) -> None:
    root = evil_suite.parent / "suites"
    root.mkdir()
    evil_suite.rename(root / "mini")
    for args in (("list", "suites"), ("list", "suites", "--coverage")):
        ended = cli(*args, cwd=root.parent)
        assert ended.returncode == 0
        assert not _RAW.search(ended.stdout)


def test_agree_prints_no_escape_of_a_label_or_a_group(cli: Cli, tmp_path: Path) -> None:
    rows = [
        {"unit": str(unit), "who": who, "label": EVIL + str(unit % 2), "by": EVIL} for unit in range(4) for who in "ab"
    ]
    (tmp_path / "r.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    args = ("agree", "r.jsonl", "--unit", "unit", "--rater", "who", "--label", "label", "--by", "by")
    for more in ((), ("--json",)):
        ended = cli(*args, *more)
        assert ended.returncode == 0, ended.stderr
        assert not _RAW.search(ended.stdout)


def test_compare_prints_no_escape_of_a_run(cli: Cli) -> None:
    from culturefit.cli.compare import _told

    found = {"a": EVIL, "b": EVIL, "samples": 1, "alpha": 0.05, "unlike": [EVIL], "changes": []}
    assert _RAW.search(_told(found, markdown=False))  # so the door must clean it
    source = Path("culturefit/cli/compare.py").read_text(encoding="utf-8")
    assert "sys.stdout.write(plain(_told(" in source


def test_an_error_that_repeats_a_value_repeats_no_escape(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text(f'id,locale,reply\n1,"{EVIL}",hi\n', encoding="utf-8")
    for args in (("score", "e.csv"), ("score", f"{EVIL.replace('/', '')}.csv"), ("show", f"x/{EVIL}")):
        ended = cli(*args)
        assert ended.returncode != 0
        assert not _RAW.search(ended.stderr)


def test_scores_on_stdout_are_the_same_data_without_raw_controls(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"id": EVIL, "locale": "ja-JP", "reply": "hi there"}) + "\n", encoding="utf-8"
    )
    ended = cli("score", "a.jsonl", "--scorers", "script")
    assert not _RAW.search(ended.stdout)
    assert json.loads(ended.stdout)["id"] == EVIL


def test_json_made_safe_is_the_same_data() -> None:
    data = {"text": f"{EVIL}\n\t\u3000こんにちは\u200d"}
    assert json.loads(json_safe(json.dumps(data, ensure_ascii=False))) == data
    assert plain("a\r\nb\tc\rd") == "a\nb\tc?d"  # a lone CR would write over the line
