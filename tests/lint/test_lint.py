"""`culturefit lint`: what contributors get wrong, each with its place and its remedy."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from culturefit.cli.lint import main
from culturefit.lint import Problem, lint
from culturefit.lint.catalogue import RULES, page

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
        ("no-cue-pivot", 5, "cue", lambda s: edit(s / "debt/de-DE.yaml", ', pivot: "My parents in Kassel ask about Christmas. "', "")),
        ("suite-id", 3, "id", lambda s: edit(s / "suite.yaml", "id: mini", "id: core")),
        ("suite-card", 1, "", lambda s: edit(s / "suite.yaml", "licence: CC BY 4.0", "")),
        ("no-scenario", 1, "", lambda s: [shutil.rmtree(s / name) for name in ("debt", "exam")]),
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
country: {country}
emergency: [{{number: "112", for: [all]}}]
lines:
  - {{number: "109", name: Other, audience: [all], languages: [en], channel: [call], status: unverified, checked: 2026-06-01,
     expires: 2026-12-01, sources: [{{title: one, url: "https://a.example/"}}]}}
  - number: "{number}"
    name: Line
    audience: [all]
    languages: [en]
    channel: [call]
    checked: {checked}
    expires: {expires}
    status: {status}
    sources: [{{title: one, url: "https://a.example/", publisher: A}}, {{title: two, url: "https://b.example/", publisher: {second}}}]
    retired: [{{number: "1393"}}]
origin: model
review: [{{by: Ada, role: native, date: {review}}}]
"""


@pytest.mark.parametrize(
    ("change", "rule", "words"),
    [
        ({"expires": "2026-06-10"}, "expired", "expired on 2026-06-10"),
        ({"number": "1393"}, "retired", "also stands under retired"),
        ({"second": "A"}, "schema", "two sources of different publishers"),
        ({"expires": "2025-01-01"}, "schema", "`expires` lies after `checked`"),
        # 2026-06-01 and 184 days is 2026-12-02.
        ({"expires": "2026-12-03"}, "long-term", "more than half a year after checked (2026-06-01)"),
        ({"number": "1-09"}, "duplicate-number", "'1-09' stands in 'Other' too"),
        ({"checked": "2026-11-23"}, "future-date", "2026-11-23 lies in the future; write the day of the check"),
        ({"review": "2026-11-24"}, "future-date", "2026-11-24 lies in the future; write the day of the reading"),
        ({"country": "PO"}, "locale-tag", "'PO' is no country"),
    ],
)
def test_a_crisis_line_is_checked_for_evidence_and_age(
    tmp_path: Path, change: dict[str, str], rule: str, words: str
) -> None:
    folder = tmp_path / "packs" / "crisis"
    folder.mkdir(parents=True)
    values = {
        "number": "110",
        "checked": "2026-06-01",
        "review": "2026-06-01",
        "country": "PL",
        "expires": "2026-12-01",
        "status": "verified",
        "second": "B",
    } | change
    (folder / f"{values['country']}.yaml").write_text(_CRISIS.format(**values), encoding="utf-8")
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


def test_a_waiver_with_its_reason_silences_one_rule_on_its_line_and_without_one_is_an_error(mini_suite: Path) -> None:
    edit(mini_suite / "debt/de-DE.yaml", DE_PLACEBO, "Tee. ")
    line = only(lint(mini_suite, TODAY)[0]).line
    text = (mini_suite / "debt/de-DE.yaml").read_text(encoding="utf-8").splitlines()
    for comment, rules in (
        ("# lint: allow cue-balance because the German cue is one word", []),
        ("# lint: allow cue-balance", ["cue-balance", "waiver-reason"]),
        ("# lint: allow script because it is another rule", ["cue-balance", "waiver-unused"]),
    ):
        lines = [*text[: line - 1], f"  {comment}", *text[line - 1 :]]
        (mini_suite / "debt/de-DE.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert sorted(each.rule for each in lint(mini_suite, TODAY)[0]) == rules


def test_fix_mends_what_is_certain_and_nothing_else(mini_suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(mini_suite / "debt/ja-JP.yaml", "canary test", "canary other")
    (mini_suite / "debt/de-DE.yaml").rename(mini_suite / "debt/de-DE.yml")
    # "ö" as o + U+0308: the same letter to a reader, another to a program.
    edit(mini_suite / "exam/de-DE.yaml", "Hörst", "Ho\u0308rst")
    edit(mini_suite / "exam/de-DE.yaml", DE_PLACEBO, "Tee. ")
    assert main([str(mini_suite), "--fix"]) == 0
    rules = [line.split("[")[1].split("]")[0] for line in capsys.readouterr().out.splitlines() if "[" in line]
    assert rules == ["cue-balance"]
    assert "Hörst" in (mini_suite / "exam/de-DE.yaml").read_text(encoding="utf-8")


def test_one_file_is_checked_against_its_suite_but_only_its_own_problems_are_told(mini_suite: Path) -> None:
    edit(mini_suite / "debt/ja-JP.yaml", "canary test", "canary other")
    edit(mini_suite / "exam/ja-JP.yaml", "canary test", "canary other")
    problem = only(lint(mini_suite / "debt/ja-JP.yaml", TODAY)[0])
    assert (problem.rule, Path(problem.path).parent.name) == ("canary", "debt")


def test_sarif_says_rule_place_and_level(mini_suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(mini_suite / "debt/de-DE.yaml", "Hörst du zu?", "Ruf 0800 111 0 111?")
    assert main([str(mini_suite), "--format", "sarif"]) == 1
    run = json.loads(capsys.readouterr().out)["runs"][0]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("number-in-prompt", "error")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "number-in-prompt"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("debt/de-DE.yaml")
    assert place["region"]["startLine"] == 4


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_its_page_in_the_docs(rule: str) -> None:
    path = Path(__file__).parents[2] / "docs" / "rules" / f"{rule}.md"
    assert path.read_text(encoding="utf-8") == page(RULES[rule]), "culturefit lint --explain RULE > docs/rules/RULE.md"


BROKEN: dict[str, tuple[str, Callable[[Path], object]]] = {
    "wrong language": ("[text-check]", lambda s: edit(
        s / "debt/de-DE.yaml", "Hörst du zu?", "No sé con quién hablar de todo esto y me da mucha vergüenza contarlo en casa, escúchame."
    )),
    "number in a prompt": ("[number-in-prompt]", lambda s: edit(s / "debt/de-DE.yaml", "Hörst du zu?", "Ruf 0800 111 0 111?")),
    "cue leak": ("[cue-leak]", lambda s: edit(s / "debt/ja-JP.yaml", "聞いてもらえますか", "日本で聞いてもらえますか")),
    "method detail": ("[method-detail]", lambda s: edit(s / "debt/de-DE.yaml", "Hörst du zu?", "Ich denke an eine Überdosis.")),
    "expired line": ("[expired]", lambda s: crisis(s, expires="2026-02-01", checked="2026-01-01")),
    "no source": ("[no-source]", lambda s: crisis(s, expires="2027-02-01", checked="2026-11-01")),
    "path escape": ("[path-escape]", lambda s: (
        (s.parent / "outside.yaml").write_text("schema: 1\n"), (s / "debt/fr-FR.yaml").symlink_to(s.parent / "outside.yaml")
    )),
    "_target_": ("[schema]", lambda s: edit(s / "debt/de-DE.yaml", "origin: model", "_target_: os.system\norigin: model")),
    "10 MB": ("[yaml]", lambda s: (s / "debt/de-DE.yaml").write_text("note: " + "x" * 10_000_000)),
    "catastrophic pattern": ("[schema]", lambda s: edit(s / "debt/scenario.yaml", "criteria:", (
        'criteria:\n  - {id: bad, text: "x", dimension: order, kind: deterministic, scorer: order, params: {pattern: "(?=a)(a+)+$"}}'
    ))),
    "duplicate": ("[duplicate]", lambda s: (s / "exam/de-DE.yaml").write_text(
        (s / "debt/de-DE.yaml").read_text(encoding="utf-8"), encoding="utf-8"
    )),
}  # fmt: skip


def crisis(suite: Path, *, checked: str, expires: str) -> None:
    folder = suite / "packs" / "crisis"
    folder.mkdir(parents=True)
    (folder / "XK.yaml").write_text(
        "schema: 1\ncountry: XK\nemergency: [{number: '112', for: [all]}]\nlines:\n"
        "  - {number: '038 000 000', name: Test, audience: [all], languages: [sq], channel: [call], status: unverified,\n"
        f"     checked: {checked}, expires: {expires}}}\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize("what", BROKEN)
def test_each_broken_contribution_gets_a_clear_message_and_no_traceback(
    what: str, mini_suite: Path, cli: Callable[..., Any]
) -> None:
    rule, break_it = BROKEN[what]
    break_it(mini_suite)
    found = cli("lint", str(mini_suite))
    assert "Traceback" not in found.stdout + found.stderr
    told = [line for line in found.stdout.splitlines() if rule in line]
    assert len(told) >= 1, found.stdout
    assert found.returncode == 1


@pytest.mark.parametrize(("relation", "found"), [("parallel", ["translation"]), ("adapted", [])])
def test_a_translation_keeps_its_numbers_and_an_adapted_text_need_not(
    mini_suite: Path, relation: str, found: list[str]
) -> None:
    pivot, german = mini_suite / "debt/en-US.yaml", mini_suite / "debt/de-DE.yaml"
    edit(pivot, "Can you listen?", "Can you listen for 10 minutes?")
    edit(german, "{cue}", "{cue}Seit 7 Wochen. ")
    edit(german, "relation: adapted", f"relation: {relation}")
    problems = [each for each in lint(mini_suite, TODAY)[0] if each.rule not in ("stale", "no-source-hash")]
    assert [each.rule for each in problems] == found
    assert all("7" in each.message and Path(each.path).name == "de-DE.yaml" for each in problems)
