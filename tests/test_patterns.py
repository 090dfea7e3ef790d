"""Patterns of contributors: whatever they are, they cannot hang."""

from __future__ import annotations

import time

import pytest

from culturefit.errors import UsageError
from culturefit.patterns import compile_pattern


def test_a_pattern_that_hangs_a_backtracking_engine_is_linear_here() -> None:
    # (a+)+$ on a row of a's and a b takes Python's re 2^n steps.
    started = time.monotonic()
    assert compile_pattern("(a+)+$").search("a" * 50_000 + "b") is None
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("pattern", [r"(?=a)b", r"(a)\1", "(", "a{100000}", "x" * 1001])
def test_what_re2_does_not_take_is_one_sentence(pattern: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError):
        compile_pattern(pattern)
    assert capfd.readouterr().err == ""
