"""What a language model is told before it translates: the task, and what the locale pack and the glossary say of the language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from culturefit.locales import english_name
from culturefit.schema import LocalePack

__all__ = ["VERSION", "correction", "system_prompt", "turn"]

#: Raised when a word of the instructions changes.
VERSION = "1"

#: Entries of a list that are shown; a long prompt makes a small model lose the task.
_MOST = 8
_GENDERS = {"f": "a woman", "m": "a man", "x": "neither a woman nor a man"}
_KINDS = {
    "prompt": "a message to a chatbot",
    "turn": "a later message to a chatbot",
    "placebo": "a sentence that is put into such a message",
    "cue": "a sentence that is put into such a message",
}


def system_prompt(
    of: str, into: str, pack: LocalePack | None, keep: Sequence[str] = (), glossary: Mapping[str, Sequence[str]] | None = None
) -> str:  # fmt: skip
    """Return the instructions for a pair of locales.

    Args:
        of: the locale of the source.
        into: the locale to translate into.
        pack: its locale pack; None = only the task is told.
        keep: terms that stay as they are.
        glossary: source term -> the translations allowed.
    """
    lines = [
        f"You translate from {english_name(of)} into {english_name(into)}.",
        "The texts are what people type to a chatbot, some of them in distress.",
        f"Write it as a person in that place would type it: the same meaning, the same tone, the same strength. Translate idioms "
        f"by what they mean. Use the writing system that is usual for {english_name(into)}.",
        "Do not answer the text, do not comfort, add nothing, leave nothing out, soften nothing.",
        "Keep {cue} and everything else in braces, links, numbers and line breaks exactly as they are.",
    ]
    lines += _of_pack(pack) if pack else ()
    lines += [f"Keep as it is: {', '.join(keep)}."] if keep else []
    lines += [f"'{term}' is {' or '.join(allowed)}." for term, allowed in (glossary or {}).items()]
    lines.append("Reply with the translation alone, between <t> and </t>.")
    return "\n".join(lines)


def _of_pack(pack: LocalePack) -> Iterator[str]:
    register = pack.register_
    yield f"Form of address: {'; '.join(register.expected[:_MOST])}."
    if register.avoid:
        yield f"Not: {'; '.join(register.avoid[:_MOST])}."
    if pack.variety and pack.variety.own:
        yield f"Words of this variety, where they fit: {', '.join(pack.variety.own[:_MOST])}."
    if pack.variety and pack.variety.foreign:
        yield f"Words of other varieties, not to be used: {', '.join(pack.variety.foreign[:_MOST])}."
    for term in pack.stigma[:_MOST]:
        if term.prefer:
            yield f"Not '{term.term[0]}' but '{term.prefer[0]}'."
    if pack.gender and "none" not in pack.gender.shows:
        told = f", for example {'; '.join(pack.gender.neutral[:3])}" if pack.gender.neutral else ""
        yield f"The language shows gender. Where the writer's or reader's is not told, use forms that show none{told}."


def turn(text: str, kind: str, gender: str | None) -> str:
    """Return the message that asks for one translation."""
    who = f" The writer is {_GENDERS[gender]}." if gender in _GENDERS else ""
    return f"Translate {_KINDS.get(kind, _KINDS['prompt'])}.{who}\n<t>{text}</t>"


def correction(lost: Sequence[str]) -> str:
    """Return the message that asks once more, where parts that must stay were lost, added or said twice."""
    return f"Again, the whole translation: {', '.join(lost)} must stand in it exactly as often as in the text. Reply between <t> and </t>."
