"""culturefit: does a chatbot's reply fit this person's language and culture as well as it fits the reference locale?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from culturefit.records import Score

__version__ = "0.1.0"

__all__ = ["__version__", "score"]


def score(text: str, locale: str, scorers: Sequence[str] | None = None, **fields: Any) -> dict[str, list[Score]]:
    """Return what scorers say of one reply, by scorer: `culturefit.score("No estás solo.", "es-MX", ["gender"])`.

    Args:
        text: the reply.
        locale: BCP-47 tag of the language, script and variety it is due in.
        scorers: names; None = all there are.
        fields: `prompt` (the person's turn), `country`, and the other fields of culturefit.records.ScoreInput.

    Raises:
        UsageError: no scorer of that name, or no such locale.
    """
    from culturefit.call import score_text

    return score_text(text, locale, scorers, **fields)
