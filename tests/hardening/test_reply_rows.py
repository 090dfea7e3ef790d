"""Rows of a reply file that nobody meant: refused with the line and the field, or scored; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from conftest import Cli

_ROW = '{"id": "1", "locale": "ja-JP", "reply": "hi there"'


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('"epoch": 1e999', "epoch: is 'inf'"),
        ('"epoch": 99999999999', "epoch: is '99999999999'"),
        ('"epoch": 1.5', "epoch: is '1.5'"),
        ('"locale": NaN', "locale: is float"),  # as text it would be a tag: the language nan, Min Nan
        ('"arm": [1]', "arm: is list"),
        ('"prompt": {"a": 1}', "prompt: is dict"),
        ('"risk": ["low"]', "risk: is list"),
        ('"speaker_gender": [1]', "speaker_gender: is list"),
        ('"finish_reason": 7', "finish_reason: is int"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_line_and_field(cli: Cli, tmp_path: Path, more: str, told: str) -> None:
    (tmp_path / "a.jsonl").write_text(f"{_ROW}, {more}}}\n", encoding="utf-8")
    ended = cli("score", "a.jsonl", "--scorers", "script", "--out", "out.parquet")
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"a.jsonl:1: {told}")
    assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "out.parquet").exists()


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_lone_surrogates_become_replacement_characters(cli: Cli, tmp_path: Path, ending: str) -> None:
    row = dict.fromkeys(("id", "prompt", "scenario", "model", "role", "country"), "\ud800")
    (tmp_path / "a.jsonl").write_text(
        json.dumps(row | {"locale": "ja-JP", "reply": "hi there"}) + "\n", encoding="utf-8"
    )
    ended = cli("score", "a.jsonl", "--scorers", "script", "--out", f"out.{ending}")
    assert ended.returncode == 0, ended.stderr
    if ending == "parquet":
        assert pq.read_table(tmp_path / "out.parquet")["id"].to_pylist() == ["\ufffd"]
    assert cli("score", "a.jsonl", "--scorers", "script").returncode == 0


def test_a_line_without_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    from culturefit.errors import CulturefitError
    from culturefit.tables import MAX_LINE, read_rows

    (tmp_path / "a.jsonl").write_text('{"id": "' + "x" * (MAX_LINE + 10), encoding="utf-8")
    with pytest.raises(CulturefitError, match="longer than"):
        list(read_rows(tmp_path / "a.jsonl"))


def test_a_value_of_any_length_does_not_fill_the_terminal(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"id": "1", "locale": "x" * 1_000_000, "reply": "hi"}) + "\n", encoding="utf-8"
    )
    told = cli("score", "a.jsonl", "--scorers", "script").stderr
    assert "is no locale" in told
    assert len(told) < 10_000


def test_the_unknown_language_has_no_script_due() -> None:
    from culturefit.locales import parse_locale
    from culturefit.records import ScoreInput
    from culturefit.scoring import scorers

    # CLDR's likely tag of `und` is en_Latn_US: a reply in English would be right in a language nobody named.
    (score,) = scorers.create("script").score(ScoreInput(reply="This is an English reply to you.", language="und"))
    assert (score.value, score.unscored) == (None, "unsupported_language")
    assert parse_locale("und-Latn").script == "Latn"  # what is named is due
