"""The README's examples run as they stand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import Cli
from loopback import Loopback, completion

from culturefit.models import weights

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHELL = re.findall(r"```sh\n(.*?)\n```", README, re.S)
PYTHON = re.findall(r"```python\n# (\S+)\n(.*?)\n```", README, re.S)


def command(name: str) -> list[str]:
    """Return the words of the README's command that holds `name`, without `culturefit`."""
    [found] = [each for each in SHELL if name in each]
    return [word.strip("'") for word in re.findall(r"'[^']*'|\S+", found)][1:]


def test_the_function_example_runs(tmp_path: Path, cli: Cli) -> None:
    for name, text in PYTHON:
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = cli(*command("model=callable"))
    assert done.returncode == 0, done.stderr
    [report] = tmp_path.glob("outputs/*/*/report.html")
    assert "I am listening." in report.read_text(encoding="utf-8")


def test_the_endpoint_example_runs(cli: Cli) -> None:
    with Loopback(lambda *_: completion("I am here.")) as server:
        words = [word.replace("http://127.0.0.1:8000/v1", server.url) for word in command("model=openai")]
        done = cli(*words, "limit=1", "report=none")
    assert done.returncode == 0, done.stderr
    assert len(server.bodies) == 18  # one scenario: 2 uncued or placebo + 6 cued in English + 5 locales x 2


def test_the_score_example_runs(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "replies.jsonl").write_text('{"id": "1", "locale": "ja-JP", "reply": "Please call 988 tonight."}\n')
    done = cli(*command("score replies.jsonl"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "scores.jsonl").read_text().count('"crisis_lines"') >= 1


@pytest.mark.skipif(
    not (weights.cache_folder() / weights.WEIGHTS["embedded"].name).is_file(),
    reason="the weights are not here; run `culturefit fetch embedded`",
)
def test_the_main_job_runs_offline_on_the_embedded_model(tmp_path: Path, cli: Cli) -> None:
    # One scenario of one locale, short replies, and proxies that lead nowhere: no network is needed after `fetch`.
    nowhere = "http://127.0.0.1:9"
    done = cli(
        "run", "limit=1", "locales=[ja-JP]", "sampling.max_tokens=24", "model.threads=1",
        HTTP_PROXY=nowhere, HTTPS_PROXY=nowhere, http_proxy=nowhere, https_proxy=nowhere,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "ja-JP" in done.stdout
    assert list(tmp_path.glob("outputs/*/*/report.html"))


def test_every_link_of_the_readme_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        if not target.startswith("http"):
            assert (ROOT / target).exists(), target
