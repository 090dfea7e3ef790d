"""What code hosts read (workflows, issue forms, the examples of docs/ci.md, the citation) fits the schemas that they publish."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")


def _validated(schema: str, *files: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *map(str, files)],
        capture_output=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", sorted((ROOT / ".github/workflows").glob("*.yml"))),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [ROOT / ".github/ISSUE_TEMPLATE/config.yml"]),
        ("citation-file-format", [ROOT / "CITATION.cff"]),
    ],
)
def test_a_file_for_the_code_host_fits_its_schema(schema: str, files: list[Path]) -> None:
    assert files
    assert _validated(schema, *files) == ""


@pytest.mark.parametrize(
    ("first", "schema"), [("# .github/workflows/", "github-workflows"), ("# .gitlab-ci.yml", "gitlab-ci")]
)
def test_the_ci_examples_fit_the_schemas_of_their_hosts(tmp_path: Path, first: str, schema: str) -> None:
    text = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
    [example] = [found for found in re.findall(r"```yaml\n(.*?)```", text, re.S) if found.startswith(first)]
    good, bad = tmp_path / "good.yml", tmp_path / "bad.yml"
    good.write_text(example, encoding="utf-8")
    bad.write_text(example.replace("steps:", "stepss:").replace("script:", "scripts:"), encoding="utf-8")
    assert _validated(schema, good) == ""
    assert _validated(schema, bad) != ""
