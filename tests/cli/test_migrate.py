"""`culturefit migrate`: one version so far, and what it says of others."""

from __future__ import annotations

from pathlib import Path

from conftest import Cli


def test_files_of_this_version_are_left_alone(cli: Cli, mini_suite: Path) -> None:
    before = {path: path.read_bytes() for path in mini_suite.rglob("*.yaml")}
    done = cli("migrate", str(mini_suite))
    # suite.yaml, and for two scenarios scenario.yaml and three locales
    assert (done.returncode, done.stdout) == (
        0,
        "9 files of schema 1, the newest and so far the only one: nothing to do.\n",
    )
    assert {path: path.read_bytes() for path in mini_suite.rglob("*.yaml")} == before


def test_a_newer_version_and_none_are_told_with_the_remedy(cli: Cli, mini_suite: Path) -> None:
    card, scenario = mini_suite / "suite.yaml", mini_suite / "debt/scenario.yaml"
    card.write_text(card.read_text().replace("schema: 1", "schema: 7"))
    scenario.write_text(scenario.read_text().replace("schema: 1\n", ""))
    done = cli("migrate", str(mini_suite))
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{card}:1: schema: is 7, but this culturefit knows up to 1; update culturefit\n" in done.stderr
    assert f"{scenario}:1: schema: is None" in done.stderr
    assert "write `schema: 1`" in done.stderr
