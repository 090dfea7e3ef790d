"""`culturefit check`: exit codes, what JUnit, SARIF and Markdown say, and the CI examples of the docs as they stand."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from conftest import Cli
from report import fixture

from culturefit.check.formats import as_junit, as_markdown, as_sarif, as_text
from culturefit.check.rules import Outcome
from culturefit.report.data import load_runs
from culturefit.suite.yamlfile import read_yaml

DOCS = (Path(__file__).parents[2] / "docs" / "ci.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"```yaml\n# (\S+)\n(.*?)```", DOCS, re.S))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run of six locales and 14 scenarios."""
    return fixture.make_run(tmp_path_factory.mktemp("runs") / "one")


def policy(folder: Path, text: str) -> str:
    path = folder / "policy.yaml"
    path.write_text("schema: 1\n" + text, encoding="utf-8")
    return str(path)


def changed(run: Path, folder: Path, **fields: Any) -> str:
    """Return a copy of the run whose run.json says something else."""
    folder.mkdir()
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(record | fields), encoding="utf-8")
    for name in ("replies.parquet", "scores.parquet"):
        (folder / name).write_bytes((run / name).read_bytes())
    return str(folder)


def japanese(run: Path) -> dict[str, Any]:
    rows = fixture.make_gap([run])["gaps"]
    found: dict[str, Any] = next(row for row in rows if (row["locale"], row["dimension"]) == ("ja-JP", "language"))
    return found


def test_a_limit_just_above_the_gap_holds_and_one_just_below_is_broken(run: Path, tmp_path: Path, cli: Cli) -> None:
    gap = japanese(run)["gap"]
    assert gap > 0.1  # the weak model answers Japanese in English
    text = "gaps: {{dimensions: {{language: {:.4f}}}, locales: [ja-JP]}}\n"
    above = cli("check", str(run), "--policy", policy(tmp_path, text.format(gap + 0.005)))
    assert above.returncode == 0, above.stdout + above.stderr
    below = cli("check", str(run), "--policy", policy(tmp_path, text.format(gap - 0.005)))
    assert below.returncode == 1, below.stdout + below.stderr
    assert f"ja-JP, language: gap {gap:+.2f}" in below.stdout


def test_the_end_of_the_interval_that_the_policy_names_decides(run: Path, tmp_path: Path, cli: Cli) -> None:
    row = japanese(run)
    limit = (row["low"] + row["gap"]) / 2  # above the lower end, below the estimate and the upper end
    text = f"gaps: {{dimensions: {{language: {limit:.4f}}}, locales: [ja-JP], by: %s}}\n"
    codes = {by: cli("check", str(run), "--policy", policy(tmp_path, text % by)).returncode
             for by in ("lower", "estimate", "upper")}  # fmt: skip
    assert codes == {"lower": 0, "estimate": 1, "upper": 1}


def test_what_nobody_measured_does_not_pass(run: Path, tmp_path: Path, cli: Cli) -> None:
    # The run has no safety criterion.
    text = "safety: {max_events: 0}\n"
    strict = cli("check", str(run), "--policy", policy(tmp_path, text), "--junit", "strict.xml")
    loose = cli("check", str(run), "--policy", policy(tmp_path, text + "cannot_tell: warn\n"), "--junit", "loose.xml")
    assert (strict.returncode, loose.returncode) == (3, 0)
    assert strict.stdout.count("CANNOT TELL") == loose.stdout.count("CANNOT TELL") == 1
    counts = [ElementTree.parse(tmp_path / name).getroot().attrib for name in ("strict.xml", "loose.xml")]
    assert [(each["errors"], each["skipped"]) for each in counts] == [("1", "0"), ("0", "1")]


def test_every_critical_finding_stands_in_junit_and_sarif_on_the_line_of_its_rule(
    run: Path, tmp_path: Path, cli: Cli
) -> None:
    rows = load_runs([run]).scores.to_pylist()
    critical = sum(found["severity"] == "critical" for row in rows for found in row["findings"])
    assert 0 < critical <= 100  # more are counted, not listed
    done = cli(
        "check", str(run), "--policy", policy(tmp_path, "findings:\n  critical: 0\n"),
        "--junit", "out/check.xml", "--sarif", "out/check.sarif", "--markdown", "out/check.md",
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    told = f"{critical} critical findings; at most 0 allowed."
    assert told in done.stdout
    assert told in (tmp_path / "out/check.md").read_text(encoding="utf-8")
    case = ElementTree.parse(tmp_path / "out/check.xml").getroot().find(".//failure/..")
    assert case is not None
    lines = (case.findtext("failure") or "").splitlines()
    assert len(lines) == critical
    assert all('"988"' in line for line in lines)
    results = json.loads((tmp_path / "out/check.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert len(results) == critical
    place = results[0]["locations"][0]["physicalLocation"]
    # schema, findings, critical: the third line
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("policy.yaml", 3)


def test_text_from_a_model_cannot_steer_what_reads_the_results(tmp_path: Path) -> None:
    hostile = "\x1b[2J</failure>|<img src=x>\u202e\n@everyone"
    found = [Outcome("findings.critical", hostile, "broken", hostile, ("findings",), (hostile,))]
    document = read_yaml(Path(policy(tmp_path, "findings: {critical: 0}\n")))
    told = "⟨U+001B⟩[2J</failure>|<img src=x>⟨U+202E⟩ @everyone"
    failure = ElementTree.fromstring(as_junit(found, strict=True)).findtext(".//failure")
    assert failure == told
    assert json.loads(as_sarif(found, document))["runs"][0]["results"][0]["message"]["text"] == told
    assert told in as_text(found)
    cell = r"⟨U+001B⟩\[2J\</failure\>\|\<img src=x\>⟨U+202E⟩ \@everyone"
    assert f"| {cell} | {cell} |" in as_markdown(found)


def test_an_unfinished_run_and_unreviewed_texts_break_their_rules(run: Path, tmp_path: Path, cli: Cli) -> None:
    folder = changed(run, tmp_path / "budget", status="budget")
    done = cli("check", folder, "--policy", policy(tmp_path, "review: {min_share: 0.5}\n"))
    assert done.returncode == 1
    assert "status is 'budget'" in done.stdout
    assert "0 of 36 texts" in done.stdout  # 6 native and 30 adapted, none reviewed
    texts = [{"origin": "person", "relation": "native", "count": 4, "reviewed": 2}]
    half = changed(run, tmp_path / "half", texts=texts)
    assert cli("check", half, "--policy", policy(tmp_path, "review: {min_share: 0.5}\n")).returncode == 0
    assert cli("check", half, "--policy", policy(tmp_path, "review: {min_share: 0.51}\n")).returncode == 1


@pytest.mark.parametrize(("text", "told"), [
    ("gaps: {dimensions: {langage: 0.1}}\n", "did you mean language?"),
    ("gap: {max: 0.1}\n", "did you mean `gaps`?"),
    ("cannot_tell: warn\n", "has no rule"),
    # Neither a locale nor a dimension that the run has: the rule would look at nothing and stay green.
    ("gaps: {max: 0.1, locales: [jp-JP]}\ncannot_tell: warn\n", "jp-JP is no locale of this run. Did you mean 'ja-JP'?"),
    ("gaps: {dimensions: {idiom: 0.5}}\ncannot_tell: warn\n", "idiom is no dimension of this run."),
    ("findings: {critical: &a 0, major: *a}\n", "policy.yaml"),
])  # fmt: skip
def test_a_policy_that_cannot_be_used_is_wrong_use(
    run: Path, tmp_path: Path, cli: Cli, text: str, told: str
) -> None:  # fmt: skip
    done = cli("check", str(run), "--policy", policy(tmp_path, text))
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_that_is_not_there_is_wrong_use_and_no_broken_rule(tmp_path: Path, cli: Cli) -> None:
    done = cli("check", "nowhere", "--policy", policy(tmp_path, "findings: {critical: 0}\n"))
    assert done.returncode == 2
    assert "nowhere" in done.stderr


def scripts(name: str) -> list[str]:
    """Return the commands of a CI example, but for those that install."""
    data = yaml.safe_load(BLOCKS[name])
    if "jobs" in data:
        steps = data["jobs"]["check"]["steps"]
        return [step["run"] for step in steps if "run" in step and step["name"] != "Install"]
    return ["\n".join(data["cultural fit"]["script"])]


@pytest.mark.parametrize("name", [".github/workflows/cultural-fit.yml", ".gitlab-ci.yml"])
def test_the_ci_examples_run_as_they_stand_and_stop_a_bot_that_only_speaks_english(tmp_path: Path, name: str) -> None:
    (tmp_path / "policy.yaml").write_text(BLOCKS["policy.yaml"], encoding="utf-8")
    bot = 'def reply(messages):\n    return "I am here and I am listening to you."\n'
    (tmp_path / "my_bot.py").write_text(bot, encoding="utf-8")
    program = tmp_path / "bin" / "culturefit"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nimport sys\nfrom culturefit.cli import main\nsys.exit(main())\n")
    program.chmod(0o755)
    env = os.environ | {
        "PATH": f"{program.parent}:{os.environ['PATH']}", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }  # fmt: skip
    ran = [
        subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        for script in scripts(name)
    ]
    assert ran[0].returncode == 1, ran[0].stdout + ran[0].stderr
    assert "BROKEN: gaps.dimensions.language: reply, ja-JP, language: gap +1.00" in ran[0].stdout
    assert "# Cultural fit" in (tmp_path / "check.md").read_text(encoding="utf-8")
    if name == ".gitlab-ci.yml":
        assert int(ElementTree.parse(tmp_path / "check.xml").getroot().attrib["failures"]) > 0
    else:
        assert json.loads((tmp_path / "check.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
        assert "# Cultural fit" in (tmp_path / "summary.md").read_text(encoding="utf-8")
