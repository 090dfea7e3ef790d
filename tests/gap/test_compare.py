"""`culturefit compare` on two run directories, and `culturefit power`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from report import fixture

from culturefit.cli.compare import main as compare
from culturefit.cli.power import main as power
from culturefit.errors import CulturefitError


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return fixture.make_run(tmp_path / "before", scenarios=14)


def changed(run: Path, name: str, where: dict[str, str], value: float) -> Path:
    """Copy a run with the value of some score rows replaced."""
    copy = run.with_name(name)
    shutil.copytree(run, copy)
    table = pq.ParquetFile(copy / "scores.parquet").read()
    mask = None
    for column, wanted in where.items():
        own = pc.equal(table.column(column).cast(pa.string()), wanted)
        mask = own if mask is None else pc.and_(mask, own)
    values = pc.if_else(pc.and_(mask, pc.is_valid(table.column("value"))), value, table.column("value"))
    pq.write_table(table.set_column(table.schema.get_field_index("value"), "value", values), copy / "scores.parquet")
    return copy


def test_a_run_compared_with_itself_changes_nothing(before, capsys):
    assert compare([str(before), str(before)]) == 0
    assert "0 of" in (out := capsys.readouterr().out)
    assert "got worse and 0 got better" in out


def test_what_got_worse_is_named_and_the_exit_code_says_so(before, capsys):
    # Every Spanish reply fails `order` in the second run, wherever it was scored.
    after = changed(before, "after", {"locale": "es-MX", "dimension": "order"}, 0.0)
    assert compare([str(before), str(after), "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert [(each["locale"], each["dimension"]) for each in found["changes"] if each["verdict"] == "worse"] == [
        ("es-MX", "order")
    ]
    entry = next(each for each in found["changes"] if (each["locale"], each["dimension"]) == ("es-MX", "order"))
    assert entry["b"] == 0.0
    assert entry["difference"] == pytest.approx(entry["b"] - entry["a"])
    # Turned round, the same change is an improvement and no reason to fail.
    assert compare([str(after), str(before)]) == 0
    assert "1 got better" in capsys.readouterr().out


def test_runs_without_a_common_sample_are_refused_in_a_sentence(before, tmp_path):
    other = changed(before, "other", {"locale": "es-MX"}, 1.0)
    table = pq.ParquetFile(other / "scores.parquet").read()
    renamed = pa.array([f"other_{name}" for name in table.column("scenario").to_pylist()])
    pq.write_table(
        table.set_column(table.schema.get_field_index("scenario"), "scenario", renamed), other / "scores.parquet"
    )
    with pytest.raises(CulturefitError, match="no sample in common"):
        compare([str(before), str(other)])


def test_power_answers_both_questions(capsys):
    assert power(["--sd", "0.35", "--gap", "0.1"]) == 0
    assert power(["--sd", "0.35", "--n", "99"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("99 scenarios show a gap of 0.1 ")
    assert lines[1].startswith("99 scenarios show a gap of 0.100 or more")


def test_power_refuses_what_is_no_standard_deviation():
    with pytest.raises(CulturefitError, match="--sd is -1"):
        power(["--sd=-1", "--gap", "0.1"])
