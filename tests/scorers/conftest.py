"""One way to score a reply in every test of a scorer, and the shared data where it is at hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from culturefit.records import Score, ScoreInput
from culturefit.scoring import score_reply, scorers

DATA = Path(__file__).parents[2].parent / "shared" / "data"


@pytest.fixture
def judged() -> Callable[..., Score]:
    """Score one reply with a scorer by name; the last of its criteria is returned."""

    def score(scorer: str, reply: str, language: str, params: dict[str, Any] | None = None, **fields: Any) -> Score:
        return score_reply(scorers.create(scorer, **(params or {})), ScoreInput(reply, language, **fields))[-1]

    return score


@pytest.fixture
def aligned() -> Callable[[str], list[str]]:
    """Lines of one variety of ../shared/data/ntrex-part."""

    def lines(stem: str) -> list[str]:
        path = DATA / "ntrex-part" / f"{stem}.txt"
        if not path.exists():
            pytest.skip(
                "../shared/data/ntrex-part is absent: these are professional translations, not part of the project"
            )
        return path.read_text(encoding="utf-8").splitlines()

    return lines
