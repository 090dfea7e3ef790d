"""Which texts of a locale a translator works on, and the source of each.

A prompt is made from the pivot's. A cue is the locale's own: its source is the same cue in the pivot language, which
stands in the same file; where there is none yet, the pivot's cue is shown as the model of one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from culturefit.errors import CulturefitError, UsageError
from culturefit.exchange.sheet import Sheet, Unit, base_note, unwritable
from culturefit.locales import parse_locale
from culturefit.schema import Rendering
from culturefit.schema.rendering import SLOT
from culturefit.suite.load import Case, Suite
from culturefit.suite.texts import is_stale
from culturefit.suite.yamlfile import Where, dotted
from culturefit.tags import settled_tag

__all__ = ["Place", "collect", "places"]


class Place(NamedTuple):
    """A text of a rendering: where it stands, its source, what it is now (empty = not there), what to know of it."""

    scenario: str
    where: Where
    source: str
    target: str
    note: str

    @property
    def id(self) -> str:
        """The id of its unit."""
        return f"{self.scenario}/{dotted(self.where)}"


_PROMPT = "What the person types. {cue} stays exactly as it is; the cue or the placebo is put there."
_CUE = "Put in place of {cue}: places the person in their culture. Keep what it says; the spaces around it are kept for you."
_NEW_CUE = "Put in place of {cue}. Do not translate: say something of the same kind from a life there."
_CUE_PIVOT = "In {pivot}: what your own text of cue.local says, in plain words. It is asked in this language too."
_PLACEBO = "Put in place of {cue}: says nothing about culture; about as long as the cue."
_NAME = "A name or place only, put in place of {cue}."
_REPAIR = "Words of the point that the person corrects, as a reply would bring it back."


def places(suite: Suite, locale: str) -> dict[str, Place]:
    """Return the texts of a locale by unit id, in the order of scenarios.

    Raises:
        UsageError: the locale is none, is new and no tag that a file may carry, or is the suite's pivot.
    """
    if locale not in suite.locales:
        settled_tag(locale)
    if locale == suite.card.pivot:
        raise UsageError(f"{locale} is the pivot of '{suite.card.id}', the source itself; give another locale.")
    same = parse_locale(locale).language == parse_locale(suite.card.pivot).language
    found = (
        each for name, case in suite.cases.items() for each in _of_case(name, case, suite.card.pivot, locale, same)
    )
    return {place.id: place for place in found}


def _of_case(name: str, case: Case, pivot_locale: str, locale: str, same: bool) -> Iterator[Place]:
    pivot, own = case.renderings.get(pivot_locale), case.renderings.get(locale)
    if pivot is None:
        return
    shape = own or pivot
    sources = pivot.messages
    for index, message in enumerate(shape.messages):
        where: Where = ("turns", index) if shape.turns else ("prompt",)
        source = sources[index] if len(sources) == len(shape.messages) else "\n".join(sources)
        yield Place(name, where, source, message if own else "", _PROMPT if index == 0 else "A later message.")
    if SLOT in shape.messages[0]:
        yield from _slotted(name, pivot, own, same)
    if own and own.repair:
        pivots = own.repair.corrected_pivot
        for index, words in enumerate(own.repair.corrected):
            source = pivots[index] if len(pivots) == len(own.repair.corrected) else " / ".join(pivots)
            yield Place(name, ("repair", "corrected", index), source or words, words, _REPAIR)


def _slotted(name: str, pivot: Rendering, own: Rendering | None, same: bool) -> Iterator[Place]:
    for part, prefix, about in (
        ("cue", "", _CUE), ("cue", "name_", _NAME), ("placebo", "", _PLACEBO), ("placebo_b", "", _PLACEBO),
    ):  # fmt: skip

        def text(rendering: Rendering | None, side: str, part: str = part, prefix: str = prefix) -> str:
            found: str | None = getattr(getattr(rendering, part), prefix + side) if rendering else None
            return found or ""

        # A locale that speaks the pivot language may write one text for both sides, and calls it pivot.
        side = "pivot" if same and not text(own, "local") else "local"
        source = text(pivot, "pivot") or text(pivot, "local")
        if part == "cue" and own and not same:
            source = text(own, "pivot") or source
        # The pivot's own cue is a model of one, not a text to translate.
        model = part == "cue" and not prefix and (same or not text(own, "pivot"))
        if source:
            yield Place(name, (part, prefix + side), source, text(own, side), _NEW_CUE if model else about)
        # The same cue in the pivot's language, which only who wrote the cue can say.
        if source and part == "cue" and not prefix and not same:
            mine = text(pivot, "pivot") or text(pivot, "local")
            yield Place(name, ("cue", "pivot"), mine, text(own, "pivot"), _CUE_PIVOT.replace("{pivot}", pivot.locale))


def collect(suite: Suite, locale: str) -> Sheet:
    """Return the texts of one locale as a sheet; those of a stale prompt are marked as not finished.

    Raises:
        UsageError: the locale cannot be a target.
        CulturefitError: a text holds a character that the files cannot.
    """
    units = []
    for place in places(suite, locale).values():
        for text, tag in ((place.source, suite.card.pivot), (place.target, locale)):
            if char := unwritable(text):
                raise CulturefitError(
                    f"{suite.path / place.scenario / f'{tag}.yaml'}: {dotted(place.where)}: holds the control character {char}; remove it."
                )
        case = suite.cases[place.scenario]
        own = case.renderings.get(locale)
        stale = (
            place.where[0] in ("prompt", "turns")
            and own is not None
            and is_stale(own, case.renderings[suite.card.pivot])
        )
        done = None if not place.target else not stale
        units.append(Unit(place.id, place.source, place.target, done, None, _note(place, case, own, stale)))
    return Sheet(suite.card.id, suite.card.pivot, locale, units, None, suite.card.canary or "")


def _note(place: Place, case: Case, own: Rendering | None, stale: bool) -> str:
    about = [place.note]
    if stale:
        about.append("The source has changed since this was written: read both again.")
    if place.where in (("prompt",), ("turns", 0)):
        about.append(
            f"Situation: {case.scenario.title}. The person asks to: {case.scenario.role}. Risk: {case.scenario.risk}."
        )
        if own and own.speaker_gender:
            about.append(f"Gender of the person: {own.speaker_gender}.")
    return " ".join([*about, base_note(place.target)])
