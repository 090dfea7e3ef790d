"""`culturefit fetch`: the weights of the embedded model, once."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Fetch, verify and cache weights; does nothing where they are there."""
    parser = argparse.ArgumentParser(
        prog="culturefit fetch", description=__doc__,
        epilog="They are kept in the user's cache folder; CULTUREFIT_CACHE=DIR moves it. Example: culturefit fetch embedded",
    )  # fmt: skip
    parser.add_argument(
        "name", nargs="?", default="embedded", help="what to fetch: embedded (98 MB, SmolLM2-135M-Instruct)"
    )
    options = parser.parse_args(argv)
    from culturefit.models.weights import fetch

    fetch(options.name, lambda text: print(text, flush=True))  # noqa: T201
    return 0
