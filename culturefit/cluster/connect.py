"""The connection to a running Ray cluster, quiet enough that our own output can be piped."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError, UsageError

__all__ = ["connected"]


@contextlib.contextmanager
def connected(address: str | None = None) -> Iterator[Any]:
    """Give the `ray` module, connected to the cluster at `address`, and leave the cluster at the end.

    Without an address: the one in RAY_ADDRESS, else the cluster that runs on this machine. No cluster is ever started here.
    A connection that the process already has is used and left as it is.

    Raises:
        UsageError: Ray is not installed.
        CulturefitError: no cluster answers.
    """
    try:
        import ray
    except ImportError:
        raise UsageError("This needs Ray, which is not installed: pip install 'culturefit[ray]'.") from None
    if ray.is_initialized():
        yield ray
        return
    # What a node says when it dies goes to our stdout, where rows may be going.
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        try:
            ray.init(
                _reachable(address), log_to_driver=False, logging_level=logging.CRITICAL, namespace="culturefit",
            )  # fmt: skip
        except Exception as error:
            place = f"at '{address}'" if address else "on this machine or in RAY_ADDRESS"
            raise CulturefitError(
                f"No Ray cluster answers {place} ({str(error).splitlines()[0]}); start one with `ray start --head`, or give "
                "the HOST:PORT of one that runs. This machine must be one of its nodes."
            ) from None
        try:
            yield ray
        finally:
            ray.shutdown()


def _reachable(address: str | None) -> str:
    """Return the cluster's HOST:PORT once something answers there: Ray itself would try for many minutes.

    Raises:
        OSError, ValueError, ConnectionError: nothing does.
    """
    from ray._private.services import canonicalize_bootstrap_address

    found = canonicalize_bootstrap_address(address or "auto")
    if found is None:
        raise ConnectionError("none was found")
    host, _, port = found.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port)), timeout=10):
        return str(found)
