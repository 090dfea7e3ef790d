"""Which locale first: one row per locale, the crisis lines in a sentence, and what was not measured.

Rows stand in the order of `RULE`. Critical replies and safety events are counted over all prompts of a locale, so that a
locale's rows, and the reference's, are of about as many replies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from culturefit.report import words as say
from culturefit.vocabulary import DIMENSIONS, OWN_ARM

__all__ = ["LARGE_SHARE", "RULE", "First", "LocaleRow", "crisis_told", "culture_told", "first", "warnings"]

Row = Mapping[str, Any]
#: From this share of replies that are cut, empty or missing on, the first thing to know is that.
LARGE_SHARE = 0.1
RULE = "most critical replies, then safety events, then the fewest fitting crisis lines, then the worst gap"
_LOST = {
    "failed": "never arrived",
    "refused": "were refused by the provider",
    "empty": "were empty",
    "cut": "were cut by the token limit",
}


@dataclass(slots=True)
class LocaleRow:
    """One locale: `worst` are its rows of the largest gap (several where printed alike), `stands` whether it is a gap.

    `lines` is the rate of crisis lines that fit, `unsure` of `compared` dimensions cannot be told, `missing` were measured
    in another locale only.
    """

    locale: str
    worst: list[Row] = field(default_factory=list)
    stands: bool = False
    critical: int | None = None
    replies: int = 0
    events: int | None = None
    checks: int = 0
    lines: Row | None = None
    unsure: int = 0
    compared: int = 0
    missing: list[str] = field(default_factory=list)

    @property
    def worst_on(self) -> str:
        """Return on which dimensions the largest gap is; nothing where it is none."""
        if not any(say.step(row["gap"]) for row in self.worst):
            return ""
        names = [say.named(row["dimension"]) for row in self.worst]
        return say.words(names) if len(names) < 4 else f"{len(names)} dimensions"

    def told(self, none: str = "–", minus: str = "−", of: str = " of ") -> tuple[str, str, str, str]:
        """Return critical replies, safety events, crisis lines that fit and the largest gap (*: it stands), as printed."""
        gap = f"{say.signed(self.worst[0]['gap'], minus=minus)}{'*' if self.stands else ''}" if self.worst else none
        return (
            none if self.critical is None else f"{self.critical}{of}{self.replies}",
            none if self.events is None else f"{self.events}{of}{self.checks}",
            none if self.lines is None else f"{say.share(self.lines['rate'])}{of}{self.lines['n']}",
            f"{gap} {self.worst_on}".strip(),
        )

    @property
    def key(self) -> tuple[float, ...]:
        """What the row is ordered by, gravest first."""
        lines = self.lines["rate"] if self.lines else None
        return (
            -(self.critical or 0),
            -(self.events or 0),
            2.0 if lines is None else round(lines, 4),
            -round(self.worst[0]["gap"], 2) if self.stands else 1.0,
        )


@dataclass(slots=True)
class First:
    """The rows in the order of `RULE`, the reference's last; `alike` counts rows that the rule cannot order."""

    rows: list[LocaleRow]
    reference: LocaleRow | None
    alike: int
    unmeasured: str

    @property
    def rule(self) -> str:
        """Return how the rows are ordered, and how many it leaves alike."""
        alike = f"; rows alike in all of these ({self.alike}) stand in the run's order" if self.alike else ""
        return f"Order: {RULE}{alike}."


def first(gap: Mapping[str, Any], model: str, runs: Sequence[Row]) -> First:
    """Return what is known of each locale of a model, gravest first."""
    gaps = [row for row in say.of_model(gap["gaps"], model) if row["gap"] is not None]
    everywhere = {row["dimension"] for row in gaps if row["locale"] != gap["reference"]}
    rows = [_row(gap, model, locale, gaps, everywhere) for locale in gap["locales"]]
    own = [row for row in rows if row.locale == gap["reference"] and (row.checks or row.critical is not None)]
    others = sorted((row for row in rows if row.locale != gap["reference"]), key=lambda row: row.key)
    keys = [row.key for row in others]
    alike = sum(keys.count(key) > 1 for key in keys)
    return First(others, own[0] if own else None, alike, _unmeasured(gap, model, runs, everywhere))


def _row(gap: Mapping[str, Any], model: str, locale: str, gaps: Sequence[Row], everywhere: set[str]) -> LocaleRow:
    row = LocaleRow(locale, lines=_lines(gap, model, locale))
    for each in say.of_model(gap.get("critical", ()), model):
        if each["locale"] == locale:
            row.critical = each["critical"]
    row.replies = sum(each["replies"] for each in say.of_model(gap["delivery"], model) if each["locale"] == locale)
    for each in (each for each in say.of_model(gap["gate"], model) if each["locale"] == locale):
        row.events = (row.events or 0) + each["events"]
        row.checks += each["scenarios"]
    mine = [each for each in gaps if each["locale"] == locale]
    if locale == gap["reference"] or not mine:
        return row
    clear = [each for each in mine if each["verdict"] == "gap" and each["gap"] > 0]
    # Below min_n a point says little: it is shown only where nothing was tested.
    told = clear or [each for each in mine if each["p"] is not None] or mine
    most = say.signed(max(each["gap"] for each in told))
    row.worst = sorted((each for each in told if say.signed(each["gap"]) == most), key=lambda each: -each["gap"])
    row.stands, row.compared = bool(clear), len(mine)
    row.unsure = sum(each["verdict"] == "cannot tell" or each["p"] is None for each in mine)
    row.missing = [say.named(name) for name in DIMENSIONS if name in everywhere - {each["dimension"] for each in mine}]
    return row


def _lines(gap: Mapping[str, Any], model: str, locale: str) -> Row | None:
    """Return the rate of crisis lines that fit where the person is, asked there and told so."""
    arms = ("pivot+culture",) if locale == gap["reference"] else ("local+culture", OWN_ARM)
    for row in say.of_model(gap["rates"], model):
        found = row["scorer"] == "crisis_lines" and row["locale"] == locale and row["arm"] in arms
        if found and row["rate"] is not None:
            return row
    return None


def crisis_told(gap: Mapping[str, Any], model: str) -> str:
    """Say how often a line fits where the person is, lowest first with its ties, and how many replies are critical on crisis lines."""
    rows = [row for tag in gap["locales"] if tag != gap["reference"] and (row := _lines(gap, model, tag))]
    if not rows:
        return ""
    own = _lines(gap, model, gap["reference"])
    beside = f" ({gap['reference']}: {say.share(own['rate'])})" if own else ""
    low = say.share(min(row["rate"] for row in rows))
    ties = [row["locale"] for row in rows if say.share(row["rate"]) == low]
    where = say.words(ties) if len(ties) < 4 else f"{len(ties)} of {say.counted(len(rows), 'locale')}"
    whole = len(ties) == len(rows) > 1
    if low == "0%":
        where = f"any of {len(rows)} locales" if whole else where
        told = f"No scored reply in {where} names a crisis line that fits there{beside}"
    else:
        where = f"each of {len(rows)} locales" if whole else where
        least = "" if len(ties) == len(rows) else ", the lowest"
        told = f"A crisis line that fits there is named in {low} of the scored replies in {where}{least}{beside}"
    found = sum(
        row["scorers"].get("crisis_lines", 0)
        for row in say.of_model(gap.get("critical", ()), model)
        if row["locale"] != gap["reference"]
    )
    return f"{told}; {say.counted(found, 'reply is', 'replies are')} critical on crisis lines." if found else f"{told}."


def warnings(gap: Mapping[str, Any], model: str) -> list[str]:
    """Say which replies were cut, empty or missing in so large a share that the numbers may be about that."""
    delivery = [row for row in say.of_model(gap["delivery"], model) if row["replies"]]
    told = []
    for key, what in _LOST.items():
        total, lost = sum(row["replies"] for row in delivery), sum(row[key] for row in delivery)
        if total and lost / total >= LARGE_SHARE:
            told.append(f"{say.share(lost, total)} of {say.counted(total, 'reply', 'replies')} {what}")
            continue
        places = [tag for tag in gap["locales"] if _share(delivery, tag, key) >= LARGE_SHARE]
        if places:
            most = say.share(max(_share(delivery, tag, key) for tag in places))
            told.append(f"up to {most} of the replies in {say.words(places)} {what}")
    return told


def _share(delivery: Iterable[Row], locale: str, key: str) -> float:
    mine = [row for row in delivery if row["locale"] == locale]
    total = sum(row["replies"] for row in mine)
    return sum(row[key] for row in mine) / total if total else 0.0


def culture_told(gap: Mapping[str, Any], model: str, runs: Sequence[Row]) -> str:
    """Say on which culture dimensions there is no gap, so that its split into language and cue is silent there."""
    family = [name for name, of in DIMENSIONS.items() if of == "cultural_framing"]
    known = {row["dimension"] for row in say.of_model(gap["gaps"], model) if row["gap"] is not None}
    missing = [name for name in family if name not in known]
    if not missing:
        return ""
    waiting = sum(each["dimension"] in family for each in _waiting(runs, model))
    why = f"{say.counted(waiting, 'culture criterion awaits', 'culture criteria await')} a judge; " if waiting else ""
    return (
        f"This split says little about culture: {say.words(map(say.named, missing))} {'is' if len(missing) == 1 else 'are'} in "
        f"no gap ({why}crisis lines and what else needs the cue are rates)."
    )


def _waiting(runs: Sequence[Row], model: str) -> list[Row]:
    """Return the criteria of scenarios for which there was no judge."""
    return [
        each
        for run in _of(runs, model)
        if not run.get("judge")
        for each in run.get("criteria") or ()
        if each["kind"] == "judge"
    ]


def _unmeasured(gap: Mapping[str, Any], model: str, runs: Sequence[Row], known: set[str]) -> str:
    """Name the dimensions without a gap in any locale: rates, those that await a judge, and those with nothing to compare."""
    rates = {row["dimension"] for row in say.of_model(gap["rates"], model) if row["n"]}
    asked = {each["dimension"] for run in _of(runs, model) for each in run.get("criteria") or ()}
    asked |= {each["id"] for each in gap["dimensions"]}
    judged = {each["dimension"] for each in _waiting(runs, model)}
    missing = [name for name in DIMENSIONS if name in asked - known - rates]
    parts = (
        ("awaiting a judge", [name for name in missing if name in judged]),
        ("nothing to compare", [name for name in missing if name not in judged]),
    )
    told = [f"{say.words(map(say.named, names))} ({why})" for why, names in parts if names]
    return f"Not measured in any locale: {'; '.join(told)}." if told else ""


def _of(runs: Sequence[Row], model: str) -> list[Row]:
    """Return the runs of a model; its name may have a run's behind it where two runs differ."""
    from culturefit.gap.cells import system_labels

    labels = system_labels(runs)
    return [run for run in runs if labels.get(run["run"]) == model] or list(runs)
