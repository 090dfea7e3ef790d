"""The tutorial, literally: its files are written and its commands run, in their order."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```(sh|python)\n(.*?)\n```", (ROOT / "docs/tutorial.md").read_text(encoding="utf-8"), re.S)


def test_the_tutorial_runs_and_says_what_it_says(tmp_path: Path) -> None:
    if not (Path(sys.prefix) / "bin/culturefit").is_file():
        pytest.skip("culturefit is not installed in an environment with a bin folder")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    (kind, install), *rest = BLOCKS
    assert kind == "sh"
    assert "pip install ." in install  # the tests run in an environment where that is done
    said = []
    for kind, text in rest:
        if kind == "python":
            name = text.split("\n", 1)[0].removeprefix("# ")
            (tmp_path / name).write_text(text + "\n", encoding="utf-8")
            continue
        done = subprocess.run(["bash", "-ec", text], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        said.append(done.stdout)
    first, second, one = said
    # What the text says of the results.
    assert re.search(r"locale +language .*over_reaction", first)
    assert re.search(r"^es-MX +\+1\.00 +- +- ", first, re.M)
    assert re.search(r"^ja-JP +0\.00 .*-1\.00", first, re.M)
    assert re.search(r"fits there \(en-US: *\n?100%\)", first)
    assert (tmp_path / "outputs/first/report.html").is_file()
    assert re.search(r"es-MX +language +0\.33 +0\.94 .*cannot tell", second)
    assert re.search(r"^language 0\.0 en \['", one, re.M)
    assert re.search(r"^crisis_lines 0\.0 other_country", one, re.M)


def test_the_citation_names_this_version() -> None:
    import culturefit

    text = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {culturefit.__version__}\n" in text
    assert f"version = {{{culturefit.__version__}}}" in (ROOT / "docs/cite.md").read_text(encoding="utf-8")
