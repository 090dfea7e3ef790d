"""One cluster for the tests of this folder; they are skipped where Ray is not installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from two_nodes import TwoNodes


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoNodes]:
    """Two nodes on 127.0.0.1 with one CPU each."""
    pytest.importorskip("ray", reason="needs ray (pip install 'culturefit[ray]')")
    # Ray's sockets lie below its directory, and a socket's path may have no more than 107 bytes.
    with TwoNodes(tmp_path_factory.mktemp("n", numbered=True)) as cluster:
        yield cluster
