"""From conversations to rows that are scored: one row for each reply of the bot.

Shapes that are read: `messages` with `role` and `content` (OpenAI; content as text or as parts with `text`), `conversations` with
`from` and `value` (ShareGPT), and plain tables with `prompt` and `reply`, or a turn per row (`conversation_id`, `role`, `content`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final, NamedTuple

from culturefit.errors import CulturefitError

__all__ = ["IDS", "conversation_of", "flattened"]

#: Columns that may name a conversation, the first that is there counts.
IDS: Final = ("conversation_id", "id", "chat_id", "session_id")
_PERSON: Final = frozenset({"user", "human"})
_BOT: Final = frozenset({"assistant", "gpt", "bot", "chatgpt", "model"})
_OTHER: Final = frozenset({"system", "developer", "tool", "function"})
#: Turns of the person that are handed on as the prompt; what they said before is context, not the thing answered.
_JOIN: Final = "\n\n"
#: Letters from which a guess of the language is taken; a kana, Han or Hangul sign says as much as three of an alphabet.
_ENOUGH: Final = 12
_SIGNS: Final = "\u3040"

Numbered = tuple[int, dict[str, Any]]


class Turn(NamedTuple):
    """One message."""

    role: str
    text: str


def flattened(
    path: str, rows: Iterable[Numbered], locale: str | None, detect: Callable[[str], str]
) -> Iterator[Numbered]:
    """Yield rows with `id`, `locale`, `prompt` and `reply`; rows that have these columns already pass as they are.

    Args:
        path: named in messages.
        rows: (number, row) as `read_rows` yields them.
        locale: for rows that name none; None: guessed from what the person wrote, `und` where that is too little.
        detect: text -> language tag.

    Raises:
        CulturefitError: a row of none of the shapes, with its number.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    rows = chain([first], rows)
    columns = first[1]
    if {"id", "reply"} <= columns.keys() and ("locale" in columns):
        yield from rows
    elif {"role", "content"} <= columns.keys():
        yield from _turn_per_row(path, rows, locale, detect)
    else:
        for number, row in rows:
            yield from _conversation(f"{path}:{number}", number, row, _turns(row, f"{path}:{number}"), locale, detect)


def conversation_of(row: Mapping[str, Any], number: int) -> str:
    """Return the id of the conversation a row belongs to; its number where no column names it."""
    return next((str(row[name]) for name in IDS if row.get(name) not in (None, "")), f"row-{number}")


def _turns(row: Mapping[str, Any], place: str) -> list[Turn]:
    if isinstance(row.get("messages"), list):
        return [_turn(each, "role", "content", place) for each in row["messages"]]
    if isinstance(row.get("conversations"), list):
        return [_turn(each, "from", "value", place) for each in row["conversations"]]
    if "reply" in row or "response" in row:
        return [
            Turn("user", str(row.get("prompt") or "")),
            Turn("bot", str(row.get("reply") or row.get("response") or "")),
        ]
    raise CulturefitError(
        f"{place}: is no transcript ({', '.join(list(row)[:6]) or 'no columns'}); give `messages`, `conversations`, "
        "`prompt` and `reply`, a row per turn with `role` and `content`, or `id`, `locale` and `reply`."
    )


def _turn(each: Any, role: str, text: str, place: str) -> Turn:
    if not isinstance(each, dict) or role not in each:
        raise CulturefitError(
            f"{place}: a message is {str(each)[:40]!r}; it must be an object with `{role}` and `{text}`."
        )
    who = str(each[role]).casefold()
    if who not in _PERSON | _BOT | _OTHER:
        known = ", ".join(sorted(_PERSON | _BOT | _OTHER))
        raise CulturefitError(f"{place}: {role}: is '{who[:40]}'; it must be one of {known}.")
    said = each.get(text)
    if isinstance(said, list):  # parts: text beside images and calls of tools
        said = _JOIN.join(str(part["text"]) for part in said if isinstance(part, dict) and part.get("text"))
    if said is not None and not isinstance(said, str):
        raise CulturefitError(
            f"{place}: {text}: is {type(said).__name__}; it must be text, or a list of parts with `text`."
        )
    return Turn("user" if who in _PERSON else "bot" if who in _BOT else "other", said or "")


def _turn_per_row(
    path: str, rows: Iterator[Numbered], locale: str | None, detect: Callable[[str], str]
) -> Iterator[Numbered]:
    """Join neighbouring rows of one conversation; one that comes back later is another one, so that memory stays bounded."""
    name, begun, head, turns = None, 0, {}, list[Turn]()
    for number, row in rows:
        place = f"{path}:{number}"
        own = conversation_of(row, number)
        if own != name:
            if name is not None:
                yield from _conversation(f"{path}:{begun}", begun, head, turns, locale, detect)
            name, begun, head, turns = own, number, row, []
        turns.append(_turn(row, "role", "content", place))
    if name is not None:
        yield from _conversation(f"{path}:{begun}", begun, head, turns, locale, detect)


def _conversation(
    place: str, number: int, row: Mapping[str, Any], turns: list[Turn], locale: str | None, detect: Callable[[str], str]
) -> Iterator[Numbered]:
    name = conversation_of(row, number)
    tag = row.get("locale") or locale or _guessed([turn.text for turn in turns if turn.role == "user"], detect)
    asked: list[str] = []
    count = 0
    kept = {key: row[key] for key in ("model", "country", "risk", "speaker_gender") if row.get(key) is not None}
    for turn in turns:
        if turn.role == "user":
            asked.append(turn.text)
        elif turn.role == "bot":
            count += 1
            prompt = _JOIN.join(asked) or None
            yield number, {"id": f"{name}/{count}", "locale": tag, "prompt": prompt, "reply": turn.text, **kept}
            asked = []
    if not turns:
        raise CulturefitError(f"{place}: conversation '{name}' has no messages; leave it out.")


def _guessed(texts: list[str], detect: Callable[[str], str]) -> str:
    whole = "\n".join(texts)
    letters = sum(3 if char >= _SIGNS else 1 for char in whole if char.isalpha())
    return detect(whole) if letters >= _ENOUGH else "und"
