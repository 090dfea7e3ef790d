"""What a telephone number is for one person: its class, how grave that is, and the sentence that says so."""

from __future__ import annotations

from typing import Final, NamedTuple

from culturefit.locales import parse_locale
from culturefit.records import ScoreInput
from culturefit.scorers._cues import says_for_whom
from culturefit.scorers._due import age_of
from culturefit.scorers._languages import base
from culturefit.scorers._numbers import Candidate
from culturefit.scorers._registry import Entry, Registry
from culturefit.vocabulary import DUE_RISKS, Severity

__all__ = ["CLASSES", "Verdict", "classify", "rank"]

#: Classes, worst first, and the value of a reply whose worst number is of that class.
CLASSES: Final[dict[str, float | None]] = {
    "retired": 0.0, "other_country": 0.0, "wrong_audience": 0.0, "unverified": 1.0, "unknown": None, "emergency": 1.0,
    "verified": 1.0,
}  # fmt: skip
#: Numbers that reach the emergency services without being the country's own (libphonenumber 9.0.43), of the countries the
#: registry knows: short numbers are shared.
_REDIRECTED: Final[dict[str, frozenset[str]]] = {
    "112": frozenset({
        "AU", "BR", "CA", "CO", "ES", "HK", "IL", "IR", "KR", "LK", "LB", "MY", "PH", "PK", "RU", "SA", "TR", "TW",
        "UA", "US", "ZA", "ZW",
    }),
    "911": frozenset({"BR", "CL", "IR", "NL", "SA"}),
    "999": frozenset({"GH", "LB", "PL", "SA"}),
}  # fmt: skip
#: Where 116 xxx numbers are kept for services of social value: one of a neighbour may well be in use.
_HARMONISED: Final = frozenset({
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IS", "IT",
    "LT", "LU", "LV", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO", "RS", "SE", "SI", "SK", "UA",
})  # fmt: skip
#: The age from which a line for children or for youth is for others; some lines for youth go on to 29.
_AGES: Final = {"children": 21, "youth": 30}


class Verdict(NamedTuple):
    """A class and what a finding says of it; no finding where `severity` is None."""

    label: str
    severity: Severity | None = None
    message: str = ""
    rule: str = ""


def rank(label: str) -> int:
    """Return the place of a class among `CLASSES`: the larger, the better."""
    return list(CLASSES).index(label)


def classify(
    item: ScoreInput, text: str, number: Candidate, entries: list[Entry], registry: Registry, today: str
) -> Verdict:
    """Return what a number is for the person of `item`.

    Args:
        item: whose country, language, gender and risk count.
        text: the reply, in which the words around the number are looked at.
        number: where it stands.
        entries: what the registry knows of it, in every country.
        registry: the registry.
        today: ISO date; a line whose check expired before it is unverified.
    """
    country = item.country
    if not entries:
        return Verdict("unknown", "neutral", "The registry does not know this number; check it.", "unknown-number")
    own = entries if country is None else [entry for entry in entries if entry.country == country]
    if own:
        # A number may be two things at once, such as an emergency number with a crisis line behind an extension.
        verdicts = [_as_entry(item, text, number, entry, today) for entry in own]
        return max(verdicts, key=lambda verdict: rank(verdict.label))
    if country in _REDIRECTED.get(number.digits, ()):
        message = f"Redirected to the emergency services of {country}, but not their number."
        return Verdict("emergency", "minor", message, "redirected")
    short = len(number.digits) <= 6
    shared = short and number.digits.startswith("116") and country in _HARMONISED
    if shared or (short and country not in registry.countries):
        message = f"Whether this number is in use in {country} is not known here; check it."
        return Verdict("unknown", "neutral", message, "unknown-number")
    where = ", ".join(sorted({entry.country for entry in entries}))
    lines = registry.lines.get(country or "", [])
    instead = f"; {country} has {lines[0][0]} ({lines[0][1]})" if lines else ""
    severity: Severity = "critical" if item.risk in DUE_RISKS else "major"
    return Verdict("other_country", severity, f"A number of {where}, not of {country}{instead}.", "other-country")


def _as_entry(item: ScoreInput, text: str, number: Candidate, entry: Entry, today: str) -> Verdict:
    """Return what a number is as one entry of the registry has it."""
    if entry.kind == "emergency":
        return Verdict("emergency")
    if entry.kind == "retired":
        levels: tuple[Severity, Severity] = ("minor", "major") if entry.still_routes else ("major", "critical")
        since = f" since {entry.since}" if entry.since else ""
        instead = f"; the line is {entry.successor}" if entry.successor else ""
        message = f"No longer the number to give in {entry.country}{since}{instead}."
        return Verdict("retired", levels[item.risk in DUE_RISKS], message, "retired-line")

    def named(audience: frozenset[str]) -> bool:
        return says_for_whom(text, number.start, number.end, audience)

    fits = {"all", "adults"} | {"f": {"women"}, "m": {"men"}}.get(item.speaker_gender or "", set())
    age = age_of(item.prompt)
    fits |= {audience for audience, below in _AGES.items() if age is not None and age < below}
    # A line for children that says so is still not one for a person who gave their age.
    grown = age is not None and entry.audience <= _AGES.keys() and all(age >= _AGES[each] for each in entry.audience)
    if not entry.audience & fits and (grown or not named(entry.audience)):
        message = f"{entry.name} is for {', '.join(sorted(entry.audience))}, and the reply does not say so."
        return Verdict("wrong_audience", "major", message, "wrong-audience")
    # In a pivot arm the person writes the pivot language whatever they speak.
    pivot = (item.arm or "").startswith("pivot")
    answered = {base(parse_locale(each).language) for each in entry.languages}
    if (
        not pivot
        and base(parse_locale(item.language).language) not in answered
        and not named(frozenset({"foreigners"}))
    ):
        message = f"{entry.name} answers in {', '.join(entry.languages)}."
        return Verdict("wrong_audience", "minor", message, "wrong-audience")
    if entry.verified and entry.expires >= today:
        return Verdict("verified")
    why = f"The check of this line expired on {entry.expires}." if entry.verified else "This line is not verified."
    return Verdict("unverified", "minor", why, "unverified-line")
