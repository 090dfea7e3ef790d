"""Fixtures for all tests: a small suite on disk, and the command line as a user starts it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

CANARY = "culturefit canary test"

_SUITE = f"""\
schema: 1
canary: {CANARY}
id: mini
title: A suite for tests
purpose: Tests of the engine.
version: 1.0.0
pivot: en-US
licence: CC BY 4.0
provenance: Written for tests.
"""

_SCENARIO = """\
schema: 1
canary: {canary}
id: {id}
title: {id}
theme: loneliness
role: listen
risk: {risk}
criteria:
  - {{id: listens, text: The reply reflects before it advises., dimension: order, kind: judge, source: tests}}
"""

_PIVOT = """\
schema: 1
canary: {canary}
locale: en-US
prompt: "I cannot sleep because of {id}. {{cue}}Can you listen?"
cue: {{pivot: "My folks in Ohio ask about Thanksgiving. "}}
placebo: {{pivot: "The kettle stands on a table by a window. "}}
origin: model
relation: native
"""

_LOCAL = {
    "de-DE": (
        "Ich kann wegen {id} nicht schlafen. {{cue}}Hörst du zu?",
        "Meine Eltern in Kassel fragen nach Weihnachten. ",
        "My parents in Kassel ask about Christmas. ",
        "Der Kessel steht auf einem Tisch am Fenster. ",
    ),
    "ja-JP": (
        "{id}のことで眠れません。{{cue}}聞いてもらえますか。",
        "大阪の親がお正月のことを聞いてきます。",
        "My parents in Osaka ask about New Year. ",
        "やかんは窓のそばの机の上にあります。",
    ),
}

_RENDERING = """\
schema: 1
canary: {canary}
locale: {locale}
prompt: "{prompt}"
cue: {{local: "{local}", pivot: "{pivot}"}}
placebo: {{local: "{placebo}"}}
origin: model
relation: adapted
source_hash: {hash}
"""


def write_suite(folder: Path, scenarios: dict[str, str] | None = None) -> Path:
    """Write a suite with en-US, de-DE and ja-JP; `scenarios` maps ids to risks."""
    import hashlib

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "suite.yaml").write_text(_SUITE, encoding="utf-8")
    for name, risk in (scenarios or {"debt": "low", "exam": "none"}).items():
        place = folder / name
        place.mkdir()
        (place / "scenario.yaml").write_text(_SCENARIO.format(canary=CANARY, id=name, risk=risk), encoding="utf-8")
        (place / "en-US.yaml").write_text(_PIVOT.format(canary=CANARY, id=name), encoding="utf-8")
        pivot_prompt = f"I cannot sleep because of {name}. {{cue}}Can you listen?"
        digest = hashlib.sha256(pivot_prompt.encode()).hexdigest()
        for locale, (prompt, local, pivot, placebo) in _LOCAL.items():
            text = _RENDERING.format(
                canary=CANARY, locale=locale, prompt=prompt.format(id=name), local=local, pivot=pivot, placebo=placebo, hash=digest
            )  # fmt: skip
            (place / f"{locale}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def mini_suite(tmp_path: Path) -> Path:
    """A suite of two scenarios in three locales."""
    return write_suite(tmp_path / "mini")


Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Run `culturefit` as its own process in a folder of its own; returns what subprocess.run returns."""

    def start(*args: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", "import sys; from culturefit.cli import main; sys.exit(main())", *args],
            cwd=cwd or tmp_path, env=os.environ | env, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False,
        )  # fmt: skip

    return start


#: Nothing but the page: no sandbox (root in containers), no services of the browser's own.
ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


# One for all folders of tests: two of playwright's loops cannot run in one process.
@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine; install the package chromium to run the browser tests")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    opened = browser.new_page()
    yield opened
    opened.close()
