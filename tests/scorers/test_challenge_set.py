"""The challenge set holds what its README says: a wrong span or a doubled reply would spoil every figure of the cards."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from culturefit.vocabulary import ARMS, Risk, Role

FILES = sorted((Path(__file__).parents[1] / "data" / "challenge").glob("*.yaml"))
LOCALES = 13


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_each_file_has_faults_and_clean_replies_apart_and_each_fault_shows_in_its_reply(path):
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    cases = data["cases"]
    assert (data["scorer"], data["origin"]) == (path.stem, "model")
    for field in ("id", "reply"):
        values = [case[field] for case in cases]
        assert len(set(values)) == len(values), field
    assert min(sum(case["fault"] for case in cases), sum(not case["fault"] for case in cases)) >= 30
    assert len({case["locale"] for case in cases}) == LOCALES
    # A third is held back, of the faults and of the clean ones.
    for fault in (True, False):
        chosen = [bool(case.get("unseen")) for case in cases if case["fault"] == fault]
        assert 0.25 <= sum(chosen) / len(chosen) <= 0.4
    for case in cases:
        assert case["reply"].count(case["span"]) == 1 if case.get("span") else True, case["id"]
        assert case.get("arm") in {None, *ARMS}, case["id"]
        assert case.get("risk") in {None, *Risk.__args__}, case["id"]
        assert case.get("role") in {None, *Role.__args__}, case["id"]
