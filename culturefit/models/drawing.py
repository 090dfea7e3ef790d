"""How the next token is drawn when several requests share a batch: each for itself."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from culturefit.models.base import Sampling

__all__ = ["Draw"]


class Draw:
    """Draws one token per row, each row with its own temperature, top_p and generator, and leaves only that token.

    Nucleus sampling as in Holtzman et al. (2020), "The Curious Case of Neural Text Degeneration": the most likely tokens
    up to and including the one that reaches `top_p`. A row of temperature 0 keeps the most likely token alone.
    """

    def __init__(self, torch: Any, rows: Sequence[tuple[Sampling, list[int]]], device: str) -> None:
        self._torch = torch
        hot = [sampling.temperature > 0 for sampling, _ in rows]
        heats = [[sampling.temperature if warm else 1.0] for (sampling, _), warm in zip(rows, hot, strict=True)]
        reach = [[sampling.top_p if warm else 0.0] for (sampling, _), warm in zip(rows, hot, strict=True)]
        self._heat, self._top_p = torch.tensor(heats, device=device), torch.tensor(reach, device=device)
        # On the CPU whatever the device, so that a seed draws the same numbers everywhere.
        self._generators = [torch.Generator().manual_seed(_seed(sampling.seed, ids)) for sampling, ids in rows]

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        """Return `scores` (rows, vocabulary) with 0 for the token drawn and -inf for all others."""
        torch = self._torch
        ordered, tokens = (scores.float() / self._heat).sort(descending=True, stable=True)
        share = ordered.softmax(-1)
        kept = share.cumsum(-1) - share < self._top_p
        kept[:, 0] = True
        reached = (share * kept).cumsum(-1)
        draws = torch.stack([torch.rand(1, generator=generator) for generator in self._generators]).to(scores.device)
        place = (reached <= draws * reached[:, -1:]).sum(-1, keepdim=True)
        place = place.minimum(kept.sum(-1, keepdim=True) - 1)  # a draw close to 1 may be rounded past the end
        return torch.full_like(scores, -torch.inf).scatter_(1, tokens.gather(1, place), 0.0)


def _seed(seed: int, ids: Sequence[int]) -> int:
    """Return the seed of a request's generator: the prompt is part of it, or all prompts would share their luck."""
    digest = hashlib.sha256(repr((seed, list(ids))).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
