"""culturefit: does a chatbot's reply fit this person's language and culture as well as it fits the reference locale?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from culturefit.api import Scores, load_judge, load_model, load_suite

__version__ = "0.1.0"

# `run`, `gap` and `report` are subpackages of these names; the functions stand in culturefit.api.
__all__ = ["__version__", "load_judge", "load_model", "load_suite", "score"]


def __getattr__(name: str) -> Any:
    if name in ("load_judge", "load_model", "load_suite"):
        from culturefit import api

        return getattr(api, name)
    raise AttributeError(f"module 'culturefit' has no attribute '{name}'")


def score(text: str, locale: str, scorers: Sequence[str] | None = None, **fields: Any) -> Scores:
    """Return what scorers say of one reply, by scorer: `culturefit.score("No estás solo.", "es-MX", ["gender"])`.

    Args:
        text: the reply.
        locale: BCP-47 tag of the language, script and variety it is due in.
        scorers: names; None = all there are.
        fields: `prompt` (the person's turn), `country`, and the other fields of culturefit.records.ScoreInput.

    Raises:
        UsageError: no scorer of that name, or no such locale.
    """
    from culturefit.api.scoring import score_one

    return score_one(text, locale, scorers, fields)
