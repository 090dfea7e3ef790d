"""The gate's checks that need a locale pack or know the person: address, gender, idioms of distress taken by the letter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from culturefit.locales import parse_locale
from culturefit.records import Finding, ScoreInput
from culturefit.scorers._packs import pack
from culturefit.scorers.gender import Gender
from culturefit.scorers.register import Register

__all__ = ["manners"]

#: Languages in which one text may rightly hold both: what is told in plain style, what is asked in polite style.
_PLAIN = frozenset({"ja", "ko"})


def manners(source: str, target: str, of: str, into: str, speaker_gender: str | None) -> Iterator[Finding]:
    """Yield what in `target` does not fit the person or the place; nothing for a language that is not covered."""
    (address,) = _register().score(ScoreInput(target, into))
    if address.label == "mixed" and parse_locale(into).language not in _PLAIN:
        yield from (
            Finding(each.start, each.end, "Style/Register", "major", "Two forms of address in one text.", "register")
            for each in address.findings[:1]
        )
    wrong = None if speaker_gender == "any" else _gender().check_text(target, into, speaker_gender)
    if wrong:
        yield Finding(0, len(target), "Fluency/Gender", "major", f"The text {wrong}.", "gender")
    yield from _literal(source, target, of, into)


@lru_cache(maxsize=1)
def _register() -> Register:
    return Register()


@lru_cache(maxsize=1)
def _gender() -> Gender:
    return Gender()


def _literal(source: str, target: str, of: str, into: str) -> Iterator[Finding]:
    """Find the literal misreading of an idiom that the source uses; the packs list them in their own and in the pivot language."""
    if parse_locale(into).language != "en":
        return
    for terms, literals in _idioms(of):
        named = terms.search(source)
        found = literals.search(target) if named else None
        if named and found:
            yield Finding(
                found.start(),
                found.end(),
                "Accuracy/Mistranslation",
                "major",
                f"'{named.group()}' is an idiom of distress; '{found.group()}' takes it by the letter.",
                "literal",
            )


@lru_cache(maxsize=64)
def _idioms(tag: str) -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    known = pack(tag) or {}
    return tuple(
        (_any(each["term"]), _any(each["literal_pivot"]))
        for each in known.get("idioms", ())
        if each.get("literal_pivot")
    )


def _any(terms: Sequence[str]) -> re.Pattern[str]:
    longest = sorted(terms, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})", re.IGNORECASE)
