"""Rules about the words of a locale pack: none that it recommends is one that it marks."""

from __future__ import annotations

from collections.abc import Iterator

from culturefit.lint.problem import File, Problem
from culturefit.lint.words import says
from culturefit.schema import LocalePack
from culturefit.suite.yamlfile import Where

__all__ = ["of_packs"]


def of_packs(file: File) -> Iterator[Problem]:
    """Find words that a scorer would mark in a reply that does what the pack asks for."""
    if not isinstance(file.content, LocalePack):
        return
    pack = file.content
    # Small letters, not casefold: Straße is the German word and Strasse the Swiss one.
    fine = _recommended(pack)
    for where, word in _marked(pack):
        for place, text in fine:
            if says(text.lower(), word.lower()):
                yield file.problem(
                    "marked-and-recommended", where, f"'{word}' is marked, and {place} recommends '{text[:60]}'; remove one"
                )  # fmt: skip
                break
    for index, idiom in enumerate(pack.idioms):
        for name in ("", "_pivot"):
            for literal in getattr(idiom, f"literal{name}"):
                for gloss in getattr(idiom, f"glosses{name}"):
                    if says(literal.lower(), gloss.lower()):
                        yield file.problem(
                            "marked-and-recommended", ("idioms", index, f"literal{name}"),
                            f"'{literal}' is a literal reading of {idiom.id}, and its gloss '{gloss}' stands in it; remove one",
                        )  # fmt: skip


def _marked(pack: LocalePack) -> Iterator[tuple[Where, str]]:
    for index, tripwire in enumerate(pack.tripwires):
        yield from ((("tripwires", index, "words"), word) for word in tripwire.words)
    for index, flag in enumerate(pack.risk_flags):
        yield from ((("risk_flags", index, "words"), word) for word in flag.words)
    for index, entry in enumerate(pack.stigma):
        yield from ((("stigma", index, "term"), word) for word in entry.term)
    if pack.variety:
        yield from ((("variety", "foreign", index), word) for index, word in enumerate(pack.variety.foreign))


def _recommended(pack: LocalePack) -> list[tuple[str, str]]:
    found = [(f"tripwires[{index}].instead", each.instead) for index, each in enumerate(pack.tripwires) if each.instead]
    found += [(f"stigma[{index}].prefer", word) for index, each in enumerate(pack.stigma) for word in each.prefer]
    for each in pack.idioms:
        found += [(f"the idiom {each.id}", word) for word in (*each.term, *each.glosses, *each.glosses_pivot)]
    found += [("gender.neutral", word) for word in (pack.gender.neutral if pack.gender else ())]
    found += [("variety.own", word) for word in (pack.variety.own if pack.variety else ())]
    return found
