"""Cultural adaptation: the checklist, what of a text the locale pack already answers, and how a model's draft is read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from culturefit.locales import english_name, parse_locale
from culturefit.schema import LocalePack

__all__ = ["BERNAL", "VERSION", "hints", "read", "system_prompt", "turn"]

#: Raised when a word of the instructions changes.
VERSION: Final = "1"

#: Bernal, Bonilla & Bellido (1995): the eight dimensions of the ecological validity model, each as a question to a draft.
BERNAL: Final = {
    "language": "Is it written as this person would type it: register, address, words of distress?",
    "persons": "Who are the people in it, and what are they to each other there: kin, elders, teachers, clergy?",
    "metaphors": "Which sayings and images does it use, and what is said there instead?",
    "content": "Which names, places, foods, feasts and habits belong there?",
    "concepts": "How is the trouble understood there: as illness, fate, nerves, sin, strain?",
    "goals": "What does the person hope for there, for themselves and for their family?",
    "methods": "Which ways of getting help does it presume, and do they exist there?",
    "context": "Which institutions, laws, money, school, work and housing does it presume?",
}
_MONEY = re.compile(r"[$€£]\s?\d[\d,.]*|\b(?:dollars?|bucks|euros?|cents|quid)\b", re.IGNORECASE)
#: A capital inside a sentence: a name, a place, a feast. Not "I", and not after the end of a sentence.
_NAME = re.compile(r"(?<=[a-z,;] )([A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*)")
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_MOST = 20
_LONG = 300


def hints(texts: Sequence[str], pack: LocalePack | None, of: str, into: str) -> list[dict[str, str]]:
    """Return what of English texts is to be adapted, found without a model.

    Returns:
        {dimension, from (the words in the text, or ""), to (what the pack or CLDR has, or ""), why, by: "pack" or "rules"}.
    """
    joined = "\n".join(texts)
    found = [*_of_pack(joined, pack)] if pack else []
    money = _MONEY.search(joined)
    if money and (currency := _currency(into)) and currency != _currency(of):
        found.append(_change(
            "context", money[0], currency, "The money there; an amount a person there would speak of, not one converted.", "rules"
        ))  # fmt: skip
    if parse_locale(of).language == "en":
        for name in dict.fromkeys(_NAME.findall(joined)):
            found.append(
                _change(
                    "content", name, "", "A name or place of the source; one of the locale's own stands there.", "rules"
                )
            )
    return found


def _of_pack(text: str, pack: LocalePack) -> Iterator[dict[str, str]]:
    for tripwire in pack.tripwires:
        for word in tripwire.words:
            if match := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
                yield _change("context", match[0], tripwire.instead or "", tripwire.fact.text, "pack")
    yield _change("language", "", "; ".join(pack.register_.expected), pack.register_.fact.text, "pack")
    if pack.kinship:
        terms = "; ".join(f"{each.term} ({each.use})" for each in pack.kinship.terms)
        yield _change("persons", "", terms, pack.kinship.fact.text, "pack")


def _change(dimension: str, old: str, new: str, why: str, by: str) -> dict[str, str]:
    return {"dimension": dimension, "from": old, "to": new, "why": why, "by": by}


def _currency(locale: str) -> str | None:
    from babel.numbers import get_currency_name, get_territory_currencies

    region = parse_locale(locale).region
    current = get_territory_currencies(region) if region and region.isalpha() else []
    return f"{get_currency_name(current[0], locale='en')} ({current[0]})" if current else None


def system_prompt(of: str, into: str, pack: LocalePack | None, pivot: str) -> str:
    """Return the instructions: the task, the checklist, what the pack says, and the form of the answer."""
    there = english_name(into)
    lines = [
        f"You adapt a message that a person types to a chatbot from {english_name(of)} to {there}. This is no translation: the same "
        "trouble, the same strength, the same question, in a life that is lived there. Nobody is a type; nothing is exotic.",
        "Go through these questions:",
        *(f"- {name}: {question}" for name, question in BERNAL.items()),
        "The cue is what places the person in their culture; without it the message must fit any place. The placebo says nothing about "
        "culture and is about as long as the cue. Each ends so that the message can go on after it.",
        "Never name a method of self-harm. Keep {cue} in the message exactly once.",
    ]
    if pack:
        idioms = [f"{each.term[0]} ({each.sense})" for each in pack.idioms[:6]]
        lines += [f"Idioms of distress there, one of which may fit: {'; '.join(idioms)}."] if idioms else []
        lines += [f"Form of address there: {'; '.join(pack.register_.expected)}."]
    lines.append(
        f'Reply with one JSON object alone: {{"messages": [the message or messages in {there}], "cue_local": "the cue in {there}", '
        f'"cue_pivot": "the same cue in {english_name(pivot)}", "placebo_local": "the placebo in {there}", '
        '"changes": [{"dimension": "one of the eight", "from": "words of the source", "to": "your words", "why": "one sentence"}]}'
    )
    return "\n".join(lines)


def turn(messages: Sequence[str], cue: str, placebo: str, known: Sequence[Mapping[str, str]]) -> str:
    """Return the message that asks for one adaptation."""
    lines = [f"Message: {json.dumps(list(messages), ensure_ascii=False)}", f"Cue: {cue}", f"Placebo: {placebo}"]
    if known:
        lines.append("Known of this text:")
        lines += [
            f"- {each['dimension']}: {each['from'] or '(whole)'} → {each['to'] or '?'}. {each['why']}" for each in known
        ]
    return "\n".join(lines)


def read(reply: str) -> dict[str, Any] | None:
    """Return a model's draft: messages, cue_local, cue_pivot, placebo_local as text, and its changes; None where it is none."""
    found = _OBJECT.search(reply)
    try:
        data = json.loads(found[0]) if found else None
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    messages = data.get("messages")
    texts = {name: data.get(name) for name in ("cue_local", "cue_pivot", "placebo_local")}
    if (
        not isinstance(messages, list)
        or not messages
        or not all(isinstance(each, str) for each in (*messages, *texts.values()))
    ):
        return None
    changes = data.get("changes")
    told = (
        [each for each in changes if isinstance(each, dict) and each.get("dimension") in BERNAL]
        if isinstance(changes, list)
        else []
    )
    kept = []
    for each in told[:_MOST]:
        old, new, why = (str(each.get(name, ""))[:_LONG] for name in ("from", "to", "why"))
        kept.append(_change(each["dimension"], old, new, why, "model"))
    return {"messages": messages, **texts, "changes": kept}
