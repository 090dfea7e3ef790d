"""The documentation as a site: built strictly, without a network, and pages that ask no other host for anything."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from culturefit.cli import COMMANDS

pytest.importorskip("mkdocs", reason="mkdocs is not installed: pip install -e '.[docs]'")
pytest.importorskip("material", reason="mkdocs-material is not installed: pip install -e '.[docs]'")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built with every warning an error and with proxies that lead nowhere."""
    folder = tmp_path_factory.mktemp("site")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT, env=os.environ | nowhere | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert "WARNING" not in done.stderr
    return folder


def test_every_card_datasheet_command_and_format_has_its_page(site: Path) -> None:
    cards = [path.stem for path in (ROOT / "scorers").glob("*.md") if not path.name.startswith("NOTICE")]
    suites = [path.parent.name for path in (ROOT / "suites").glob("*/DATASHEET.md")]
    formats = [path.name.split(".")[0] for path in (ROOT / "docs/schema").glob("*.json")]
    for folder, names in {"scorers": cards, "suites": suites, "schemas": formats}.items():
        assert names
        assert not [name for name in names if not (site / folder / f"{name}.html").is_file()]
    commands = (site / "reference/commands.html").read_text(encoding="utf-8")
    assert all(f"usage: culturefit {name} " in commands for name in set(COMMANDS) - {"run"})
    python = (site / "reference/python.html").read_text(encoding="utf-8")
    assert all(
        f'id="culturefit.{name}"' in python for name in ("score", "api.run", "scoring.Scorer", "errors.UsageError")
    )


def test_links_between_files_of_the_repository_lead_to_pages(site: Path) -> None:
    home = (site / "index.html").read_text(encoding="utf-8")
    # README.md: (scorers/language.md), (docs/ci.md), (conf/config.yaml), (suites/core/DATASHEET.md)
    for page in ("scorers/language.html", "ci.html", "reference/settings.html", "suites/core.html"):
        assert f'href="{page}"' in home, page
    # docs/howto/contribute.md: (../rules/), (../schema/), (../../culturefit/scoring.py)
    contribute = (site / "howto/contribute.html").read_text(encoding="utf-8")
    for page in ("../rules/index.html", "../schemas/index.html", "../reference/python.html#culturefit.scoring"):
        assert f'href="{page}"' in contribute, page


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    loads = re.compile(
        r"<(?:script|img|iframe|source)[^>]*\bsrc=[\"']?(?:https?:)?//[^\"'> ]+|<link[^>]*\bhref=[\"']?(?:https?:)?//[^>]+"
    )
    pages = [path for path in site.rglob("*.html") if path.name != "report.html"]
    assert len(pages) > 80
    outside = {hit for path in pages for hit in loads.findall(path.read_text(encoding="utf-8"))}
    assert outside == set()
    styles = "".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert not re.findall(r"(?:url\(|@import )[\"']?(?:https?:)?//", styles)
