"""A short round of benchmarks/fuzz.py at each parser, the same inputs every time."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def _module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def fuzz(request: pytest.FixtureRequest) -> ModuleType:
    before = {name: sys.modules.get(name) for name in ("_common", "_fuzz_targets", "fuzz")}

    def restore() -> None:
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)

    request.addfinalizer(restore)
    return [_module(name) for name in ("_common", "_fuzz_targets", "fuzz")][-1]


@pytest.mark.parametrize("parser", ["suite", "replies", "answer", "judge", "run", "rows", "xliff", "po", "csv"])
def test_a_parser_ends_in_data_or_one_sentence(fuzz: ModuleType, parser: str) -> None:
    target = fuzz.TARGETS[parser]()
    tried = fuzz.Tried(target)
    for raw in target.seeds():
        tried(raw)

    @settings(max_examples=60, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(fuzz.mutated(target))
    def one(raw: bytes) -> None:
        tried(raw)

    one()
    assert tried.inputs >= 60


def test_the_fuzzer_finds_and_shrinks_what_a_parser_does_not_expect(fuzz: ModuleType) -> None:
    def breaks(raw: bytes, _: Path) -> None:
        if b"1e999" in raw:
            raise OverflowError("cannot convert float infinity to integer")

    target = fuzz.TARGETS["replies"]()._replace(run=breaks)
    tried = fuzz.Tried(target)
    told = fuzz.fuzz(target, tried, fuzz.time.monotonic() + 60)
    assert "OverflowError" in told
    assert b"1e999" in tried.shortest
