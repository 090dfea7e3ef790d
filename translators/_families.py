"""How the families of seq2seq models are told their languages: marks before the text, the tokenizer's source, the first token."""

from __future__ import annotations

import re
from dataclasses import dataclass

from culturefit.errors import UsageError
from culturefit.locales import english_name, parse_locale
from culturefit.translators._codes import FAMILIES, code_of, marian_of

__all__ = ["NAMES", "Told", "family_of", "tell"]

NAMES = (*FAMILIES, "marian", "t5")
#: A token of the vocabulary by which a family is known.
_KNOWN_BY = {"madlad": "<2es>", "nllb": "spa_Latn", "m2m100": "__es__", "mbart50": "es_XX"}
#: What names a language in the vocabularies of these families.
_MARK = re.compile(r">>\w+<<|<2\w+>|__[a-z]{2,3}__|[a-z]{3}_[A-Z][a-z]{3}|[a-z]{2}_[A-Z]{2}")
_TOKENS = {"nllb": "{}", "m2m100": "__{}__", "mbart50": "{}", "madlad": "<2{}>"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a model is told of a pair: `before` each text, the source's code for the tokenizer, the output's first token."""

    before: str = ""
    source: str | None = None
    first_token: int | None = None


def family_of(vocabulary: dict[str, int], model_type: str) -> str:
    """Return the family of a model by its vocabulary and the type its config names.

    Raises:
        UsageError: it is of none of NAMES.
    """
    if model_type == "marian":
        return "marian"
    for family, token in _KNOWN_BY.items():
        if token in vocabulary:
            return family
    if "t5" in model_type:
        return "t5"
    raise UsageError(
        f"How a model of type '{model_type}' is told its languages is not known; name one of {', '.join(NAMES)} with translator.family."
    )


def tell(family: str, of: str, into: str, vocabulary: dict[str, int], prefix: str | None = None) -> Told:
    """Return what a model of `family` is told, looked up in its own vocabulary.

    Args:
        family: one of NAMES.
        of: the locale of the source.
        into: the locale to translate into.
        vocabulary: the tokenizer's.
        prefix: what stands before each text instead; {of} and {into} are the languages' English names.

    Raises:
        UsageError: the family has no code for a language, or this model does not know it.
    """
    if prefix is not None:
        return Told(_named(prefix, of, into))
    if family == "t5":
        return Told(_named("translate {of} to {into}: ", of, into))
    if family == "marian":
        mark = _mark(of, into)
        # A model of one pair knows no mark, and needs none.
        if mark and mark not in vocabulary and any(token.startswith(">>") for token in vocabulary):
            raise _unknown(mark, into, vocabulary)
        return Told(f"{mark} " if mark in vocabulary else "")
    token = _TOKENS[family].format(code_of(family, into))
    if token not in vocabulary:
        raise _unknown(token, into, vocabulary)
    if family == "madlad":
        return Told(f"{token} ")
    source = code_of(family, of)
    if _TOKENS[family].format(source) not in vocabulary:
        raise _unknown(_TOKENS[family].format(source), of, vocabulary)
    return Told(source=source, first_token=vocabulary[token])


def _named(prefix: str, of: str, into: str) -> str:
    names = [english_name(parse_locale(tag).language) for tag in (of, into)]
    return prefix.replace("{of}", names[0]).replace("{into}", names[1])


def _mark(of: str, into: str) -> str:
    try:
        return marian_of(of, into)[1]
    except UsageError:
        return ""  # a model of the user's own, for a pair that the table does not have


def _unknown(token: str, tag: str, vocabulary: dict[str, int]) -> UsageError:
    known = ", ".join(sorted(filter(_MARK.fullmatch, vocabulary))[:60]) or "none that it names"
    return UsageError(f"The model does not know {tag}: {token} is not in its vocabulary; its languages are {known}.")
