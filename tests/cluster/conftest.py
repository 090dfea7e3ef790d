"""One cluster for the tests of this folder; they are skipped where Ray is not installed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from two_nodes import TwoNodes


@pytest.fixture(scope="session")
def nodes() -> Iterator[TwoNodes]:
    """Two nodes on 127.0.0.1 with one CPU each."""
    pytest.importorskip("ray", reason="needs ray (pip install 'culturefit[ray]')")
    # Ray's sockets lie below its directory, and a socket's path may have no more than 107 bytes: pytest's own folders grow longer.
    with tempfile.TemporaryDirectory(prefix="n", ignore_cleanup_errors=True) as base, TwoNodes(Path(base)) as cluster:
        yield cluster
