"""How a reply opens: does it take up what the person said, or tell them what to do? Shared by `role` and `order`.

Only the first sentence is looked at, and it counts as advice only where it orders or hands over places, leaves nothing open and takes
up nothing: what no list knows is held to be listening, because advice before it cannot be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from culturefit.records import ScoreInput
from culturefit.scorers._phrases import language_of, lexicon
from culturefit.vocabulary import DUE_RISKS

__all__ = ["Opening", "in_danger", "opening", "ordered_items", "playful", "sentences"]

Groups = Mapping[str, re.Pattern[str]]

#: Sentences looked at; a reply to a person in distress has fewer.
_MOST: Final = 60
_SENTENCE: Final = re.compile(r"[^.!?…。！？؟।\n]+[.!?…。！？؟।]*")
#: Bullets, numbers and marks before the first word.
_LEAD: Final = re.compile(r"[\s\-*_•#>:()¡¿]*(?:[0-9]{1,2}[.)]\s+)?[\s\-*_•#>:()¡¿]*")
_ITEM: Final = re.compile(r"(?m)^[ \t]*(?:[-*•]|[0-9]{1,2}[.)])[ \t]+\S[^\n]*")
_ASKS: Final = re.compile(r"[?？؟]\s*$|か[。]?\s*$")
_LETTER: Final = re.compile(r"[^\W\d_]")
#: Greetings and the like in front are passed over.
_GREETING: Final = re.compile(
    r"(?:hi|hey|hello|okay|ok|sure|of course|hola|claro|hallo|guten \w+|bonjour|bonsoir|salut|olá|oi|claro|merhaba|selam|halo|hai|"
    r"नमस्ते|こんにちは|こんばんは|わかりました|안녕하세요|알겠습니다|你好|您好|好的|أهلا\w*|مرحبا\w*|السلام عليكم|habari|jambo|hujambo|sawa)"
    r"(?:[ ,،，、]+\w{1,20})?\s*[.!。！।،,]*\s*",
    re.IGNORECASE,
)


def in_danger(item: ScoreInput) -> bool:
    """Return whether the person may be in danger: then to say at once what to do is right, whatever they asked for."""
    home = lexicon("family", language_of(item))
    return item.risk in DUE_RISKS or bool(home and home["violence"].search(item.prompt or ""))


def playful(item: ScoreInput) -> bool:
    """Return whether the person used a figure of speech: a nudge in the same tone answers it, and is no advice."""
    return item.risk == "benign_hyperbole"


class Opening(NamedTuple):
    """A first sentence that tells the person what to do."""

    start: int
    end: int
    kind: Literal["advice", "resource"]


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a text, without what stands before their first word."""
    for count, found in enumerate(_SENTENCE.finditer(text)):
        if count == _MOST:
            return
        lead = _LEAD.match(text, found.start(), found.end())
        start = lead.end() if lead else found.start()
        if _LETTER.search(text, start, found.end()):
            yield start, found.end()


def opening(text: str, groups: Groups) -> Opening | None:
    """Return the first sentence if it is advice or hands over resources, else None."""
    for start, end in sentences(text):
        said = text[start:end]
        if _open(said, groups):
            return None
        orders = groups["order"].search(said)
        points = groups["point"].search(said) and groups["resource"].search(said)
        if orders or points:
            kind: Literal["advice", "resource"] = "resource" if groups["resource"].search(said) else "advice"
            return Opening(start, start + len(said.rstrip()), kind)
        if not _GREETING.fullmatch(said):
            return None
    return None


def ordered_items(text: str, groups: Groups) -> list[tuple[int, int]]:
    """Return the list items that tell the person what to do."""
    found = []
    for item in _ITEM.finditer(text):
        lead = _LEAD.match(text, item.start(), item.end())
        start = lead.end() if lead else item.start()
        said = text[start : item.end()]
        if groups["order"].search(said) and not _open(said, groups):
            found.append((start, item.end()))
    return found


def _open(said: str, groups: Groups) -> bool:
    """Return whether a sentence asks, offers, invites to go on, lifts a duty or takes up what was said."""
    return bool(_ASKS.search(said)) or any(groups[name].search(said) for name in ("offer", "invite", "free", "listens"))
