"""Loading a suite: what is in memory, what changes the hash, what a broken file says."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from culturefit.errors import SuiteError, UsageError
from culturefit.lint import lint
from culturefit.suite import load_suite
from culturefit.suite.parse import KINDS, PATTERNS


def test_a_suite_holds_its_scenarios_and_renderings(mini_suite: Path) -> None:
    suite = load_suite(mini_suite)
    assert list(suite.cases) == ["debt", "exam"]
    assert suite.locales == ["en-US", "de-DE", "ja-JP"]  # the pivot first


def test_a_suite_loads_into_a_dataset_with_one_row_per_rendering(mini_suite: Path) -> None:
    data = load_suite(mini_suite).to_dataset()
    assert data.num_rows == 6  # 2 scenarios x 3 locales
    assert data[0]["scenario"] == "debt"
    assert data[0]["locale"] == "de-DE"
    assert "{cue}" in data[0]["messages"][0]


def test_a_changed_case_changes_the_hash_and_a_readme_does_not(mini_suite: Path) -> None:
    before = load_suite(mini_suite).hash
    (mini_suite / "README.md").write_text("words")
    assert load_suite(mini_suite).hash == before
    file = mini_suite / "debt" / "ja-JP.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("眠れません", "眠れない"), encoding="utf-8")
    assert load_suite(mini_suite).hash != before


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "field", "remedy"),
    [
        ("debt/ja-JP.yaml", "prompt:", "promt:", 4, "promt", "did you mean `prompt`"),
        ("debt/ja-JP.yaml", "locale: ja-JP", "locale: ja_JP", 3, "locale", "write the tag as 'ja-JP'"),
        ("debt/ja-JP.yaml", "{cue}", "", 4, "prompt", "slot {cue} exactly once, and it has none"),
        ("debt/ja-JP.yaml", "{cue}", "{Cue}", 4, "prompt", "and you wrote {Cue}"),
        ("debt/ja-JP.yaml", "{cue}", "{cue}{cue}", 4, "prompt", "and it stands there 2 times"),
        ("debt/ja-JP.yaml", "origin: model", "origin: model\nlocal: x", 8, "local", "under `cue:` or `placebo:` or `placebo_b:`"),
        ("debt/ja-JP.yaml", "origin: model", "review: ''\norigin: model", 7, "review", "must be a list of entries such as - {by: …"),
        ("debt/ja-JP.yaml", "origin: model", "origin: robot", 7, "origin", "'robot', but must be one of"),
        ("debt/scenario.yaml", "risk: low", "risk: hgih", 7, "risk", "must be one of"),
        ("debt/scenario.yaml", "dimension: order", "dimension: ordre", 9, "criteria[0].dimension", "'ordre', but must be one of answered, "),
        ("debt/scenario.yaml", "dimension: order", "dimension: ordre", 9, "criteria[0].dimension", "; did you mean 'order'?"),
        ("debt/scenario.yaml", "theme: loneliness", "theme: Being Alone", 5, "theme", "is 'Being Alone', but must be lower-case letters"),
        ("debt/scenario.yaml", "kind: judge", "kind: deterministic, scorer: script, params: {pattern: '(?=a)'}", 9, "criteria[0]", "RE2"),
        ("debt/scenario.yaml", "schema: 1", "schema: 2", 1, "schema", "update culturefit"),
        ("debt/scenario.yaml", "role: listen", "role: listen\n_target_: os.system", 7, "_target_", "is not a field here"),
        ("suite.yaml", "version: 1.0.0", "version: 1", 6, "version", "must be text; put it in double quotes"),
    ],
)  # fmt: skip
def test_a_broken_file_names_file_line_field_and_remedy(
    mini_suite: Path, file: str, old: str, new: str, line: int, field: str, remedy: str
) -> None:
    path = mini_suite / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SuiteError) as error:
        load_suite(mini_suite)
    assert (error.value.path, error.value.line, error.value.field) == (str(path), line, field)
    assert remedy in error.value.message


def test_a_field_that_slid_out_of_its_block_is_told_where_it_belongs(mini_suite: Path) -> None:
    path = mini_suite / "debt/ja-JP.yaml"
    text = path.read_text(encoding="utf-8")
    assert "cue: {" in text
    start, end = text.index("cue: {"), text.index("placebo:")
    path.write_text(text[:start] + 'cue:\n  local: "a"\npivot: "b"\n' + text[end:], encoding="utf-8")
    with pytest.raises(SuiteError, match="belongs under `cue:` above it: indent the line by two spaces") as error:
        load_suite(mini_suite)
    assert (error.value.field, error.value.line) == ("pivot", 7)


def test_every_pattern_of_the_schema_is_told_in_words() -> None:
    def patterns(node: object) -> set[str]:
        if isinstance(node, list):
            return set().union(*map(patterns, node))
        if not isinstance(node, dict):
            return set()
        own = {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
        return own | set().union(*map(patterns, node.values()))

    used = set().union(*(patterns(kind.model_json_schema()) for kind in KINDS.values()))
    lists = {each for each in used if each.startswith("^(answered|") or each.startswith("^(pivot|")}
    assert len(lists) == 2  # dimensions and arms, which are told as lists of words
    assert used - lists == set(PATTERNS)


def test_a_link_out_of_the_suite_is_refused(mini_suite: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.yaml").write_text("schema: 1\n")
    (mini_suite / "debt" / "fr-FR.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(SuiteError, match="leads out"):
        load_suite(mini_suite)


def test_a_folder_without_a_card_is_no_suite(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no suite\.yaml"):
        load_suite(tmp_path)


def test_a_first_file_needs_only_what_nobody_can_guess(tmp_path: Path) -> None:
    # No title, version, licence or canary, sources as plain lines, and a scorer that is still to be written.
    case = tmp_path / "leaving"
    case.mkdir()
    (tmp_path / "suite.yaml").write_text("schema: 1\nid: own\n")
    (case / "scenario.yaml").write_text(
        "schema: 1\nid: leaving\ntheme: migration\nrole: listen\nrisk: low\n"
        "criteria:\n  - {id: a, text: It reflects., dimension: order, kind: deterministic, scorer: not_there_yet}\n"
    )
    (case / "en-US.yaml").write_text('schema: 1\nlocale: en-US\nprompt: "Hi {cue}"\norigin: person\nrelation: native\n')
    (case / "ko-KR.yaml").write_text(
        'schema: 1\nlocale: ko-KR\nprompt: "안녕 {cue}"\norigin: person\nrelation: adapted\n'
    )
    assert load_suite(tmp_path).locales == ["en-US", "ko-KR"]
    problems, _ = lint(tmp_path, datetime.date(2026, 11, 22))
    assert [(each.rule, each.severity) for each in problems] == [
        ("no-source-hash", "warning"),
        ("criterion-source", "warning"),
        ("unknown-scorer", "warning"),
        ("suite-card", "warning"),
        ("suite-id", "warning"),
    ]
