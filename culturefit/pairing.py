"""Pairs of replies: the protocol of what compares a local reply with the reply to the same message in the pivot language.

A scorer sees one reply; consistency between languages needs two, and all of a run to be a rank. A pair scorer therefore
only gives vectors, and the engine pairs and ranks (run/pairs.py): the similarity of a pair never leaves it, because
its size differs by language and says nothing of itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from culturefit.vocabulary import Unscored

__all__ = ["FEWEST_OTHERS", "PairScorer", "Vectors", "no_pairs", "ranks"]

Vectors = npt.NDArray[np.float32]
#: Replies to other scenarios that a rank needs.
FEWEST_OTHERS = 5


class PairScorer(Protocol):
    """What conf/pairs/ names by `_target_`."""

    name: str
    #: Raised when a rank of the same replies could change.
    version: str

    def refuses(self, text: str, language: str) -> Unscored | None:
        """Return why a reply due in `language` cannot be compared, or None."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (texts, dimensions)."""


def no_pairs() -> None:
    """Compare nothing."""


def ranks(local: Vectors, reference: Vectors) -> npt.NDArray[np.float64]:
    """Return per pair the share of the other references that are less like the local text than its own; shape (pairs,).

    1 = its own reference is the nearest of all, .5 = chance, 0 = the furthest; a tie counts a half. Only references are
    compared with each other, so that a language that lies far from the pivot's in the space does not rank lower for it.

    Args:
        local: unit vectors, shape (pairs, dimensions).
        reference: of the same pairs, in the same order.
    """
    alike = local.astype(np.float64) @ reference.T.astype(np.float64)
    own = np.diag(alike)[:, None]
    # Vectors are single floats: what differs by less is the same.
    below = (alike < own - 1e-6).sum(axis=1) + 0.5 * ((np.abs(alike - own) <= 1e-6).sum(axis=1) - 1)
    shares: npt.NDArray[np.float64] = below / max(1, len(reference) - 1)
    return shares
