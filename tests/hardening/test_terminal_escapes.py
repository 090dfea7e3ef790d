"""What others wrote is shown, and obeyed by no terminal: no ESC, no C1, nothing that turns a line around."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Cli
from report import fixture

from culturefit.plain import json_safe, plain

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
    ],
)
def test_show_prints_no_escape_of_a_suite(cli: Cli, evil_suite: Path, command: tuple[str, ...]) -> None:
    ended = cli(*(each.format(suite=evil_suite) for each in command))
    assert "owned" in ended.stdout, ended.stderr
    assert not _RAW.search(ended.stdout)


@pytest.mark.parametrize("kind", ["text", "json", "sarif"])
def test_lint_repeats_a_field_without_its_escapes(cli: Cli, mini_suite: Path, kind: str) -> None:
    card = mini_suite / "suite.yaml"
    card.write_text(card.read_text(encoding="utf-8") + f'"{_yaml(EVIL)}": 1\n', encoding="utf-8")
    ended = cli("lint", str(mini_suite), "--format", kind)
    assert "owned" in ended.stdout, ended.stderr
    assert not _RAW.search(ended.stdout)


def test_list_prints_no_escape_of_an_installed_suite(cli: Cli, evil_suite: Path, tmp_path: Path) -> None:
    # A suite that a package brings: the package's folder and its metadata, as pip leaves them.
    (evil_suite / "__init__.py").touch()
    info = tmp_path / "evil-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: evil\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("[culturefit.suites]\nmini = mini\n", encoding="utf-8")
    ended = cli("list", "suites", PYTHONPATH=str(tmp_path))
    assert "owned" in ended.stdout, ended.stderr
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


@pytest.fixture
def evil_run(tmp_path: Path) -> Path:
    """The folder of a run that somebody sent: its id and its model's name steer a terminal and a Markdown table."""
    folder = fixture.make_run(tmp_path / "sent", scenarios=3)
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    name = f"{EVIL} | @all <img src=x>"
    record["run"] = record["model"]["name"] = name
    (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
    for path in (folder / "replies.parquet", folder / "scores.parquet"):
        table = pq.ParquetFile(path).read()
        for column in ("run", "model"):
            table = table.set_column(
                table.schema.get_field_index(column), column, pa.array([name] * len(table), pa.string())
            )
        pq.write_table(table, path)
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ("compare", "{run}", "{run}"),
        ("compare", "{run}", "{run}", "--format", "json"),
        ("compare", "{run}", "{run}", "--format", "markdown"),
        ("report", "{run}", "--format", "none"),
    ],
)
def test_no_command_prints_an_escape_of_a_run(cli: Cli, evil_run: Path, command: tuple[str, ...]) -> None:
    ended = cli(*(each.format(run=evil_run) for each in command))
    assert "owned" in ended.stdout, ended.stderr
    assert not _RAW.search(ended.stdout + ended.stderr)
    if "markdown" in command:
        assert "\\<img" in ended.stdout
        assert "\\@all" in ended.stdout


def test_the_markdown_summary_of_a_report_holds_no_markup_of_a_run(cli: Cli, evil_run: Path) -> None:
    ended = cli("report", str(evil_run))
    assert ended.returncode == 0, ended.stderr
    told = (evil_run / "summary.md").read_text(encoding="utf-8")
    assert "\\@all" in told
    assert not _RAW.search(told)


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
