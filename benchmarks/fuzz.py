"""Throws files that nobody meant at one parser until the time is up, and prints what a parser did not expect.

    python benchmarks/fuzz.py suite --minutes 10

Inputs are real files with pieces cut, doubled, swapped and mixed with words of their language, found and shrunk by
Hypothesis; with `--engine atheris` (pip install atheris) they are led by what code they reach. Exit code 1: something was found.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tempfile
import time
import traceback
from pathlib import Path
from types import FunctionType

from _common import machine
from _fuzz_targets import TARGETS, Target
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from culturefit.errors import CulturefitError

#: Seconds that one input of some kB may take; more is a finding, too.
SLOW = 20.0
_ROUND = 500
#: A value of a JSON, YAML, CSV or XML file, as far as a pattern can tell.
_VALUE = re.compile(rb'"(?:[^"\\\n]|\\.)*"|(?<=[:\[,>] )[^\s,"\]}<]+|(?<=[:\[,>\n])[^\s,"\]}<:]+')
_KINDS = ("value", "insert", "cut", "swap", "double", "repeat", "flood")


def mutated(target: Target) -> st.SearchStrategy[bytes]:
    """Return seeds with a value or two exchanged, seeds with up to eight changes, and now and then bytes of no origin."""
    seeds = st.sampled_from([each for each in target.seeds() if each])
    place = st.floats(0, 1, exclude_max=True)
    text = st.text(max_size=8).map(lambda found: found.encode("utf-8", "replace"))
    word = st.one_of(st.sampled_from(target.words), st.binary(max_size=8), text)
    value = st.tuples(st.just("value"), place, place, st.sampled_from(target.values))
    change = st.tuples(st.sampled_from(_KINDS), place, place, word)
    return st.one_of(
        st.builds(_change, seeds, st.lists(value, min_size=1, max_size=2)),
        st.builds(_change, seeds, st.lists(change, min_size=1, max_size=2)),
        st.builds(_change, seeds, st.lists(st.one_of(value, change), max_size=8)),
        st.lists(word, max_size=30).map(b"".join),
        st.binary(max_size=400),
    )


def _change(raw: bytes, changes: list[tuple[str, float, float, bytes]]) -> bytes:
    for kind, first, second, piece in changes:
        at, length = int(first * len(raw)), int(second**4 * len(raw)) + 1
        if kind == "value" and (values := [found.span() for found in _VALUE.finditer(raw)]):
            at, end = values[int(first * len(values))]
            length = end - at
        part = raw[at : at + length]
        copies = {"cut": 0, "double": 0, "repeat": 300, "flood": 5000}.get(kind, 1)
        kept = {"cut": 0, "swap": 0, "value": 0, "double": 2}.get(kind, 1)
        raw = (raw[:at] + piece * copies + part * kept + raw[at + length :])[: 256 * 1024]
    return raw


class Tried:
    """Counts what was tried; runs the target in a folder that each input has to itself."""

    def __init__(self, target: Target) -> None:
        self._target, self.inputs, self.slowest = target, 0, 0.0
        #: The shortest input that was a finding.
        self.shortest: bytes | None = None

    def __call__(self, raw: bytes) -> None:
        """Try one input."""
        try:
            self._try(raw)
        except Exception:
            if self.shortest is None or len(raw) < len(self.shortest):
                self.shortest = raw
            raise

    def _try(self, raw: bytes) -> None:
        self.inputs += 1
        started = time.perf_counter()
        with tempfile.TemporaryDirectory(dir=_memory()) as folder:
            try:
                self._target.run(raw, Path(folder))
            except CulturefitError as error:
                assert str(error).strip()
        took = time.perf_counter() - started
        # The first input pays for imports.
        if self.inputs > 1 and took > self.slowest:
            self.slowest = took
        assert self.inputs == 1 or took < SLOW, f"took {took:.1f} s for {len(raw)} bytes"


def _memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def fuzz(target: Target, tried: Tried, until: float) -> str | None:
    """Try inputs until the time is up; return the traceback of the first finding with its shortest input."""
    strategy = mutated(target)

    def one(raw: bytes) -> None:
        # Once something is found it is shrunk, whatever the time.
        if tried.shortest is not None or time.monotonic() < until:
            tried(raw)

    while time.monotonic() < until:
        # `given` wants a new function each time; the seed is new, so that no round repeats another.
        test = settings(max_examples=_ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck))(
            given(strategy)(FunctionType(one.__code__, one.__globals__, "one", None, one.__closure__))
        )
        try:
            seed(random.randrange(2**32))(test)()
        except Exception as error:
            # Several faults come as one group.
            faults = [*getattr(error, "exceptions", [error])]
            told = [
                f"{type(each).__name__}: {str(each)[:300]}\n{''.join(traceback.format_tb(each.__traceback__)[-4:])}"
                for each in faults
            ]
            return "\n".join([*told, f"Shortest input: {(tried.shortest or b'')[:1000]!r}"])
    return None


def fuzz_by_reach(target: Target, tried: Tried, minutes: float) -> None:
    """Have atheris choose; it ends the process itself, and leaves a crash-* file where it found something."""
    import atheris

    def one(raw: bytes) -> None:
        tried(raw)  # `given` wants a function

    test = settings(deadline=None, database=None, suppress_health_check=list(HealthCheck))(given(mutated(target))(one))
    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={int(minutes * 60)}", "-max_len=8192", "-print_final_stats=1"],
                  test.hypothesis.fuzz_one_input)  # fmt: skip
    atheris.Fuzz()


def main() -> int:
    """Fuzz one parser."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parser", choices=sorted(TARGETS))
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--engine", choices=("hypothesis", "atheris"), default="hypothesis")
    options = parser.parse_args()
    target = TARGETS[options.parser]()
    tried = Tried(target)
    for raw in target.seeds():
        tried(raw)
    if options.engine == "atheris":
        fuzz_by_reach(target, tried, options.minutes)
        return 0
    found = fuzz(target, tried, time.monotonic() + options.minutes * 60)
    print(
        f"{options.parser}: {tried.inputs} inputs in {options.minutes:g} min, slowest {tried.slowest:.2f} s; {machine()}"
    )
    if found:
        print(found)
    return int(found is not None)


if __name__ == "__main__":
    sys.exit(main())
