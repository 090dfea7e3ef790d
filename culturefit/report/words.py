"""From numbers to words: shared by the page and the terminal, so that both say the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

__all__ = [
    "CAVEAT", "EDGES", "NOTABLE", "REASONS", "SAME", "UNCALIBRATED", "cause", "counted", "interval", "named", "number", "of_model",
    "share", "signed", "step", "uncalibrated", "unfinished", "unscored_reasons", "words",
]  # fmt: skip

Row = Mapping[str, Any]

#: Upper ends of the colour steps: a gap below 0.02 is nothing, one of 0.75 or more is the strongest.
EDGES = (0.02, 0.10, 0.25, 0.50, 0.75)
#: A point estimate without an interval is spoken of from here on: the second edge of the colours.
NOTABLE = EDGES[1]

#: What a good score does not license, in one line.
CAVEAT = "A small gap is no sign that a chatbot is safe or helps: it compares replies to test prompts, nothing else."

#: vocabulary.Unscored in a reader's words.
REASONS = {
    "empty": "the reply was empty",
    "failed": "the request failed",
    "refused": "the provider refused",
    "too_short": "too short to tell",
    "unsupported_language": "the scorer does not know the language",
    "wrong_language": "the reply is not in the language due",
    "ambiguous": "no clear sign either way",
    "not_defined_in_arm": "not defined for this prompt",
    "no_reference": "nothing to compare with",
    "judge_abstained": "the judge abstained",
    "judge_unparsable": "the judge's answer could not be read",
    "judge_unsupported_quote": "the judge quoted what is not there",
    "missing_fact": "the fact is not known",
    "incoherent": "the reply is a loop",
    "scorer_error": "the scorer failed",
}


def number(value: float | None, none: str = "–") -> str:
    """Return two decimals, or `none` where there is no value."""
    return none if value is None else f"{value:.2f}"


def signed(value: float | None, *, minus: str = "−", none: str = "–") -> str:
    """Return two decimals with a sign; what rounds to zero has none."""
    if value is None:
        return none
    text = f"{abs(value):.2f}"
    return text if text == "0.00" else f"{'+' if value > 0 else minus}{text}"


def share(part: float, whole: float = 1.0) -> str:
    """Return a percentage; what is more than nothing is never printed as 0%."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    return "under 1%" if 0 < percent < 1 else f"{percent:.0f}%"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return "1 reply", "2 replies"; `many` defaults to `one` + s."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def words(names: Iterable[str]) -> str:
    """Return "a", "a and b", "a, b and c"."""
    listed = list(names)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def named(dimension: str) -> str:
    """Return a dimension as a reader reads it."""
    return dimension.replace("_", " ")


def step(gap: float) -> int:
    """Return the colour step of a gap, −5 (far ahead) to 5 (far behind)."""
    size = sum(abs(gap) >= edge for edge in EDGES)
    return size if gap > 0 else -size


def of_model(rows: Iterable[Row], model: str) -> list[Row]:
    """Return the rows of one model."""
    return [row for row in rows if row["model"] == model]


#: The verdict on a gap that is shown to be small.
SAME = "no gap larger than the margin"
#: Behind a number that holds verdicts of a judge nobody has held against people.
UNCALIBRATED = "judge not calibrated"


def uncalibrated(gap: Mapping[str, Any], model: str) -> str:
    """Return which numbers of a model hold verdicts of a judge that was not calibrated against people; empty if none do."""
    places: dict[str, list[str]] = {}
    for part in ("gaps", "native", "gate", "rates"):
        for row in of_model(gap.get(part, ()), model):
            where = places.setdefault(row["dimension"], [])
            if row.get("judged") == "uncalibrated" and row["locale"] not in where:
                where.append(row["locale"])
    told = [
        name.replace("_", " ") + ("" if len(where) >= len(gap["locales"]) else f" ({', '.join(where)})")
        for name, where in places.items()
        if where
    ]
    return f"Judge not calibrated against people: {words(told)}." if told else ""


def unfinished(run: Row) -> str:
    """Return that and why a run asked less than it was to ask; empty where it asked all."""
    status, counts = run.get("status"), run.get("counts") or {}
    if status == "complete":
        return ""
    why = {"budget": "was ended by its budget", "failed": "was ended by a fault of the model"}.get(
        str(status), "was stopped before its end"
    )
    missing = counts.get("unanswered")
    left = f": {missing} of {counts['requests']} requests are missing" if missing and counts.get("requests") else ""
    return f"The run of {run['model']['name']} {why}{left}."


def cause(row: Row) -> str | None:
    """Return what a gap mostly comes with, in words; None where it cannot be split."""
    language, cue = row.get("language_effect"), row.get("cue_effect")
    if not language or not cue:
        return None
    first, second = abs(language["value"]), abs(cue["value"])
    if max(first, second) < EDGES[0]:
        return None
    if first >= 2 * second:
        return "mostly a language effect"
    if second >= 2 * first:
        return "mostly a cue effect"
    return "language and cue about alike"


def interval(row: Row) -> str:
    """Return "+0.75 to +1.00", or why there is none."""
    if row["low"] is None or row["high"] is None:
        return str(row.get("note") or "–")
    return f"{signed(row['low'])} to {signed(row['high'])}"


def unscored_reasons(rows: Sequence[Row]) -> dict[str, int]:
    """Add up the reasons in the `unscored` of some cells, most frequent first."""
    found: dict[str, int] = {}
    for row in rows:
        for reason, count in (row.get("unscored") or {}).items():
            found[reason] = found.get(reason, 0) + count
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
