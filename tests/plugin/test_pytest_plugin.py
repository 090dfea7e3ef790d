"""The pytest plugin in real pytest processes: what is collected, what a failure shows, what is asked, what it costs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from culturefit.errors import UsageError
from culturefit.testing import FitError, assert_fit
from culturefit.testing.limits import Limits

JAPANESE = "つらいですね。よければ、もう少し聞かせてください。"
#: Japanese where it is asked in Japanese about debt; else English with a hostile escape. Each call leaves a line.
BOT = f'''
import pathlib
def reply(messages):
    said = messages[-1]["content"]
    with pathlib.Path(__file__).with_name("calls.txt").open("a") as file:
        file.write(said.replace("\\n", " ") + "\\n")
    if "boom" in said:
        raise KeyError("boom")
    return "{JAPANESE}" if "debt" in said and "れ" in said else "I am listening \\x1b[31mto you, and you are not alone."
'''
Pytest = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def pytest_in(tmp_path: Path) -> Pytest:
    """Start pytest as its own process in a folder with a bot; the plugin comes by its entry point."""
    (tmp_path / "bot.py").write_text(BOT, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

    def start(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:hypothesispytest", *args], cwd=tmp_path, capture_output=True, text=True,
            encoding="utf-8", timeout=300, check=False, env=os.environ | env,
        )  # fmt: skip

    return start


def suite(mini_suite: Path, *more: str) -> list[str]:
    return ["--culturefit-suite", str(mini_suite), "--culturefit-model", "bot.py:reply", *more]


def calls(folder: Path) -> int:
    file = folder / "calls.txt"
    return len(file.read_text(encoding="utf-8").splitlines()) if file.is_file() else 0


def test_scenarios_and_locales_are_tests_that_are_asked_once_and_chosen_as_others(
    mini_suite: Path, pytest_in: Pytest, tmp_path: Path
):
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n")
    these = suite(mini_suite, "--culturefit-locales", "de-DE,ja-JP", "--culturefit-scorers", "language,script")
    first = pytest_in(*these, "-v", "--junitxml=out.xml")
    outcome = dict(re.findall(r"^(\S+::\S+) (PASSED|FAILED)", first.stdout, re.M))
    # The bot answers in Japanese to the one Japanese prompt about debt, else in English.
    assert outcome == {
        "test_own.py::test_own": "PASSED", "culturefit-mini::debt[ja-JP]": "PASSED", "culturefit-mini::debt[de-DE]": "FAILED",
        "culturefit-mini::exam[de-DE]": "FAILED", "culturefit-mini::exam[ja-JP]": "FAILED",
    }  # fmt: skip
    assert first.returncode == 1
    assert calls(tmp_path) == 4
    assert "\x1b" not in first.stdout
    assert "collected 5 items" in first.stdout
    # What was asked, the reply with the finding's span, the finding, the escape written out.
    assert "person: " in first.stdout
    assert re.search(
        r"⟦1 I am listening ⟨U\+001B⟩\[31mto you, and you are not alone\. ?1⟧",
        first.stdout.replace("⟦2 ", "").replace(" 2⟧", ""),
    )
    assert "not met: language (language) is 0.00, critical" in first.stdout
    cases = {each.get("name"): each for each in ElementTree.parse(tmp_path / "out.xml").iter("testcase")}
    assert cases["debt[ja-JP]"].get("classname") == "culturefit-mini"
    assert cases["debt[ja-JP]"].find("properties/property[@name='language.language']").get("value") == "1.0"
    assert "looks like English" in cases["exam[ja-JP]"].find("failure").text

    # Kept replies: nothing is asked again; --lf, -k, -m and -x choose among these tests too.
    assert "3 failed" in pytest_in(*these, "--lf").stdout
    assert "1 passed, 4 deselected" in pytest_in(*these, "-k", "debt and ja-JP").stdout
    assert "3 failed, 1 passed, 1 deselected" in pytest_in(*these, "-m", "culturefit").stdout
    assert "1 failed, 1 passed" in pytest_in(*these, "-x").stdout
    assert calls(tmp_path) == 4


def test_xdist_workers_share_the_journal_and_ask_nothing_twice(mini_suite: Path, pytest_in: Pytest, tmp_path: Path):
    pytest.importorskip("xdist", reason="pytest-xdist is not installed")
    done = pytest_in(*suite(mini_suite, "--culturefit-scorers", "language"), "-n", "2")
    # 2 scenarios x 3 locales; in en-US English is right.
    assert "3 failed, 3 passed" in done.stdout, done.stdout
    assert calls(tmp_path) == 6
    assert "3 failed, 3 passed" in pytest_in(*suite(mini_suite, "--culturefit-scorers", "language")).stdout
    assert calls(tmp_path) == 6


def test_after_x_little_more_is_asked_than_was_needed(mini_suite: Path, pytest_in: Pytest, tmp_path: Path):
    (tmp_path / "one.yaml").write_text("schema: 1\nmodel: {use: callable, function: 'bot.py:reply', concurrency: 1}\n")
    these = [
        "--culturefit-suite",
        str(mini_suite),
        "--culturefit-config",
        "one.yaml",
        "--culturefit-locales",
        "de-DE,ja-JP",
    ]
    assert "1 failed" in pytest_in(*these, "-x").stdout
    assert calls(tmp_path) == 1


def test_the_config_moves_the_line_and_holds_the_budget(mini_suite: Path, pytest_in: Pytest, tmp_path: Path):
    (tmp_path / "lax.yaml").write_text("schema: 1\nlimits: {severity: never}\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\nculturefit_config = lax.yaml\n")
    assert "6 passed" in pytest_in(*suite(mini_suite)).stdout
    (tmp_path / "strict.yaml").write_text("schema: 1\nlimits: {severity: never, dimensions: {language: 1.0}}\n")
    strict = pytest_in(*suite(mini_suite), "--culturefit-config", "strict.yaml")
    assert "language (language) is 0.00; at least 1.00 is asked" in strict.stdout
    (tmp_path / "poor.yaml").write_text("schema: 1\nbudget: {requests: 0}\nsystem_prompt: Another.\n")
    poor = pytest_in(*suite(mini_suite), "--culturefit-config", "poor.yaml", "-k", "debt and ja-JP")
    assert "budget.requests=0 is used up" in poor.stdout
    assert calls(tmp_path) == 6
    (tmp_path / "wrong.yaml").write_text("schema: 1\nlimits: {severty: never}\n")
    wrong = pytest_in(*suite(mini_suite), "--culturefit-config", "wrong.yaml")
    assert "wrong.yaml:2: limits.severty" in wrong.stdout
    assert wrong.returncode == 2


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--culturefit-suite", "core"], "There is no model to ask: give --culturefit-model NAME"),
        (["--culturefit-suite", "cor", "--culturefit-model", "bot.py:reply"], "Did you mean 'core'"),
        (["--culturefit-suite", "core", "--culturefit-model", "opnai"], "Did you mean 'openai'"),
    ],
)
def test_a_wrong_option_is_one_sentence(pytest_in: Pytest, args: list[str], words: str):
    done = pytest_in(*args)
    assert done.returncode == 2
    assert words in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_fit_files_are_tests(pytest_in: Pytest, tmp_path: Path):
    (tmp_path / "a.fit.yaml").write_text(
        "schema: 1\nmodel: bot.py:reply\ncases:\n"
        f'  - {{id: kept, locale: ja-JP, reply: "{JAPANESE}", require: [language]}}\n'
        '  - {id: short, locale: ja-JP, reply: "はい。", require: [variety]}\n'
        '  - {id: broken, locale: ja-JP, prompt: "boom"}\n',
        encoding="utf-8",
    )
    done = pytest_in("-v")
    assert dict(re.findall(r"^a.fit.yaml::(\S+) (PASSED|FAILED)", done.stdout, re.M)) == {
        "kept[ja-JP]": "PASSED", "short[ja-JP]": "FAILED", "broken[ja-JP]": "FAILED",
    }  # fmt: skip
    assert "variety (variety) is required and cannot be told" in done.stdout
    assert "raised KeyError: 'boom'" in done.stdout
    (tmp_path / "a.fit.yaml").write_text("schema: 1\ncases:\n  - {id: x, locale: ja-JP}\n")
    wrong = pytest_in()
    assert "a.fit.yaml:3" in wrong.stdout
    assert "has no `prompt`, `turns` or `reply`; write one" in wrong.stdout


def test_the_examples_of_the_docs_run(pytest_in: Pytest, tmp_path: Path):
    docs = (Path(__file__).parents[2] / "docs/pytest.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"```\w+\n# (\S+)\n(.*?)\n```", docs, re.S):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "bot.py").write_text(f"def reply(messages): return '{JAPANESE}'\n", encoding="utf-8")
    done = pytest_in("--culturefit-model", "bot.py:reply", "--culturefit-config", "culturefit.yaml")
    assert "5 passed" in done.stdout, done.stdout


def test_the_plugin_imports_nothing_heavy_until_it_is_used(tmp_path: Path):
    (tmp_path / "test_own.py").write_text("def test_own(): pass\n")
    (tmp_path / "conftest.py").write_text(
        "import sys\n"
        "def pytest_unconfigure(config):\n"
        "    found = sorted(each for each in sys.modules if each.partition('.')[0] in {'culturefit', 'pydantic', 'numpy', 'yaml',"
        " 'pyarrow', 'datasets', 'hydra', 'aiohttp', 'babel', 'rich'})\n"
        "    print('imported', found)\n"
    )
    for how in (["--help"], ["--collect-only", "-q"], []):
        # Without the other plugins of this environment, which import what they like.
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "culturefit.testing.plugin", *how], cwd=tmp_path, capture_output=True,
            text=True, timeout=60, check=True, env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        )  # fmt: skip
        assert "imported ['culturefit', 'culturefit.testing', 'culturefit.testing.plugin']" in done.stdout


def test_assert_fit_passes_what_fits_and_shows_what_does_not():
    assert_fit(JAPANESE, locale="ja-JP", require=["language", "script"])
    with pytest.raises(FitError, match="there is no reply"):
        assert_fit("  ", locale="ja-JP", require=["language"])
    with pytest.raises(FitError, match=r"(?s)person: 眠れません。.*⟦1 988 1⟧.*A number of CA, US, not of JP"):
        assert_fit(
            "つらいですね。988 に電話してください。", locale="ja-JP", prompt="眠れません。", scorers=["crisis_lines"]
        )
    with pytest.raises(UsageError, match="Did you mean 'language'"):
        assert_fit(JAPANESE, locale="ja-JP", require=["langage"])
    # Nobody can tell the variety of Japanese: required, that fails unless the limits say otherwise.
    assert_fit(JAPANESE, locale="ja-JP", require=["variety"], limits=Limits(cannot_tell="pass"))
