"""From a judge's answer to a verdict: yes or no with a quote that stands in the reply, or unscored with the reason."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from culturefit.judge.prompt import answer_words
from culturefit.vocabulary import Unscored

__all__ = ["Vote", "majority", "read_vote"]

#: Where an object may begin: models add words before and after, and a quote may hold braces of its own.
_OPEN: Final = re.compile(r"\{")
_DECODER: Final = json.JSONDecoder()
_LONGEST: Final = 20_000


@dataclass(frozen=True, slots=True)
class Vote:
    """One answer of one judge: `yes`, `no`, or None with the reason; `start` and `end` of the quote in the reply."""

    answer: str | None
    unscored: Unscored | None = None
    quote: str = ""
    start: int = 0
    end: int = 0


def read_vote(text: str, reply: str, language: str) -> Vote:
    """Read a judge's answer about `reply`, given in `language` (a base language) or English.

    The answer is the last JSON object that has `answer`. A yes or no whose quote is missing or not in the reply is void.
    """
    found = None
    text, after = text[:_LONGEST], 0
    for start in (match.start() for match in _OPEN.finditer(text)):
        if start < after:
            continue
        try:
            data, end = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            continue
        if not isinstance(data, dict) or "answer" not in data:
            continue
        after = end
        # An object that stands in the reply is the reply's own doing, not the judge's.
        if text[start:end] not in reply:
            found = data
    if found is None:
        return Vote(None, "judge_unparsable")
    answer = answer_words(language).get(_plain(str(found["answer"])))
    if answer is None:
        return Vote(None, "judge_unparsable")
    if answer == "unsure":
        return Vote(None, "judge_abstained")
    quote = found.get("quote")
    if not isinstance(quote, str) or not quote.strip():
        return Vote(None, "judge_unsupported_quote")
    span = _find(quote, reply)
    if span is None:
        return Vote(None, "judge_unsupported_quote", quote[:200])
    return Vote(answer, None, reply[slice(*span)], *span)


def majority(votes: Sequence[Vote]) -> Vote:
    """Return the verdict of some votes: more than half of all of them, unscored ones in the denominator."""
    counts = Counter(vote.answer for vote in votes)
    for answer in ("yes", "no"):
        if counts[answer] * 2 > len(votes):
            return next(vote for vote in votes if vote.answer == answer)
    reasons = Counter(vote.unscored for vote in votes if vote.unscored)
    return Vote(None, reasons.most_common(1)[0][0] if reasons else "judge_abstained")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold().strip(" .!\"'“”。")


def _find(quote: str, reply: str) -> tuple[int, int] | None:
    """Return where the quote stands in the reply; white space, composed letters and outer quotation marks may differ."""
    words = unicodedata.normalize("NFC", quote).strip().strip("\"“”„«»「」'").split()
    if not words or sum(map(len, words)) < 2:
        return None
    pattern = r"\s+".join(map(re.escape, words))
    if found := re.search(pattern, reply):
        return found.span()
    composed = unicodedata.normalize("NFC", reply)
    if composed != reply and len(composed) == len(reply) and (found := re.search(pattern, composed)):
        return found.span()
    return None
