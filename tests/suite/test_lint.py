"""`culturefit lint`: what contributors get wrong, each with its place and its remedy."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from culturefit.suite.lint import Problem, lint

TODAY = datetime.date(2026, 11, 22)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, [str(each) for each in problems]
    return problems[0]


def test_a_sound_suite_has_no_problems(mini_suite: Path) -> None:
    assert lint(mini_suite, TODAY) == ([], 9)  # suite.yaml + 2 x (scenario.yaml + 3 renderings)


JA_PROMPT = "debtのことで眠れません。{cue}聞いてもらえますか。"
DE_PLACEBO = "Der Kessel steht auf einem Tisch am Fenster. "


@pytest.mark.parametrize(
    ("rule", "line", "field", "break_it"),
    [
        ("name", 3, "locale", lambda s: (s / "debt/ja-JP.yaml").rename(s / "debt/ko-KR.yaml")),
        ("canary", 2, "canary", lambda s: edit(s / "debt/ja-JP.yaml", "canary test", "canary other")),
        ("number-in-prompt", 4, "prompt", lambda s: edit(s / "debt/de-DE.yaml", "Hörst du zu?", "Ruf 0800 111 0 111?")),
        ("number-in-prompt", 4, "prompt", lambda s: edit(s / "debt/ja-JP.yaml", "聞いてもらえますか", "０１２０-２７９-３３８にかけた")),
        ("script", 4, "prompt", lambda s: edit(s / "debt/ja-JP.yaml", JA_PROMPT, "I cannot sleep {cue}")),
        ("cue-balance", 6, "placebo.local", lambda s: edit(s / "debt/de-DE.yaml", DE_PLACEBO, "Tee. ")),
        ("no-pivot", 1, "", lambda s: (s / "debt/en-US.yaml").unlink()),
        ("file-name", 1, "", lambda s: (s / "debt/de-DE.yaml").rename(s / "debt/de-DE.yml")),
        ("file-place", 1, "", lambda s: (s / "stray.yaml").write_text("a: 1")),
    ],
)  # fmt: skip
def test_each_slip_is_one_problem_at_its_place(
    mini_suite: Path, rule: str, line: int, field: str, break_it: Callable[[Path], object]
) -> None:
    break_it(mini_suite)
    problem = only(lint(mini_suite, TODAY)[0])
    assert (problem.rule, problem.line, problem.field) == (rule, line, field)


def test_a_changed_pivot_makes_its_translations_stale_and_prints_the_new_hash(mini_suite: Path) -> None:
    edit(mini_suite / "debt/en-US.yaml", "I cannot sleep", "I can hardly sleep")
    problems = lint(mini_suite, TODAY)[0]
    assert [(each.rule, each.severity, Path(each.path).name) for each in problems] == [
        ("stale", "warning", "de-DE.yaml"), ("stale", "warning", "ja-JP.yaml"),
    ]  # fmt: skip


def test_several_faults_in_one_file_are_all_told(mini_suite: Path) -> None:
    edit(mini_suite / "debt/scenario.yaml", "theme: loneliness", "theme: Lone liness")
    edit(mini_suite / "debt/scenario.yaml", "role: listen", "role: hear")
    assert [each.field for each in lint(mini_suite, TODAY)[0]] == ["theme", "role"]


_CRISIS = """\
schema: 1
canary: c
country: XX
emergency: [{{number: "112", for: [all]}}]
lines:
  - number: "{number}"
    name: Line
    audience: [all]
    languages: [en]
    channel: [call]
    checked: 2026-01-01
    expires: {expires}
    status: {status}
    sources: [{{title: one, url: "https://a.example/", publisher: A}}, {{title: two, url: "https://b.example/", publisher: {second}}}]
    retired: [{{number: "1393"}}]
origin: model
"""


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        ({"expires": "2026-06-01"}, "expired", "expired on 2026-06-01"),
        ({"number": "1393"}, "retired", "also stands under retired"),
        ({"second": "A"}, "schema", "two sources of different publishers"),
        ({"expires": "2025-01-01"}, "schema", "`expires` lies after `checked`"),
    ],
)
def test_a_crisis_line_is_checked_for_evidence_and_age(
    tmp_path: Path, change: dict[str, str], rule: str, words: str
) -> None:
    folder = tmp_path / "packs" / "crisis"
    folder.mkdir(parents=True)
    values = {"number": "109", "expires": "2027-01-01", "status": "verified", "second": "B"} | change
    (folder / "XX.yaml").write_text(_CRISIS.format(**values), encoding="utf-8")
    problem = only(lint(tmp_path / "packs", TODAY)[0])
    assert problem.rule == rule
    assert words in problem.message


def test_the_command_exits_1_with_errors_and_2_on_wrong_use(mini_suite: Path, cli: Callable[..., object]) -> None:
    assert cli("lint", str(mini_suite)).returncode == 0  # type: ignore[attr-defined]
    edit(mini_suite / "debt/scenario.yaml", "risk: low", "risk: unknown")
    done = cli("lint", str(mini_suite))
    assert done.returncode == 1  # type: ignore[attr-defined]
    assert f"{mini_suite}/debt/scenario.yaml:7: error [schema]: risk: " in done.stdout  # type: ignore[attr-defined]
    assert cli("lint", "nowhere").returncode == 2  # type: ignore[attr-defined]
