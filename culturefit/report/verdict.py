"""The first sentence: in how many locales a model is behind, where most, and in how many this run cannot tell.

A locale counts as *behind* on a dimension where the verdict on its gap is "gap" and the gap is positive: the p-value stands
after correction for all locales × dimensions. Where nothing could be tested (n too small), a point estimate of at least
`words.NOTABLE` counts, and the sentence says that it is only that. The largest gap names a locale only where no other
locale's interval overlaps with its.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from culturefit.report import words as say

__all__ = ["Verdict", "dead", "verdict"]

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One model against the reference locale.

    Attributes:
        lead: the answer, without a full stop.
        how: what counts as behind here, or what the answer rests on.
        top: the row of the largest gap that counts, or, where none does, of the largest; None without any gap.
        behind: whether any gap counts.
        tied: the largest rows of other locales, or of `top`'s, that this run cannot tell from `top`: where gaps stand, those
            whose interval overlaps; else those printed alike.
        others: in how many locales this run cannot tell, and in how many it shows no gap; "; ..." or empty.
    """

    lead: str
    how: str
    top: Row | None
    behind: bool
    tied: tuple[Row, ...] = ()
    others: str = ""

    @property
    def label(self) -> str:
        """Return what `top` is called."""
        return "largest gaps" if self.tied else "worst" if self.behind else "largest gap"

    def place(self, *, minus: str = "−") -> str:
        """Return the largest gap and where it is; of several that cannot be told apart, their range and number of locales."""
        if self.top is None:
            return ""
        if not self.tied:
            return f"{self.top['locale']} on {say.named(self.top['dimension'])} ({say.signed(self.top['gap'], minus=minus)})"
        rows = (self.top, *self.tied)
        ends = dict.fromkeys(say.signed(end(row["gap"] for row in rows), minus=minus) for end in (min, max))
        locales = list(dict.fromkeys(row["locale"] for row in rows))
        where = say.words(locales) if len(locales) < 4 else f"{len(locales)} locales"
        names = list(dict.fromkeys(say.named(row["dimension"]) for row in rows))
        on = say.words(names) if len(names) < 4 else f"{len(names)} dimensions"
        return f"{' to '.join(ends)} in {where} on {on}"

    @property
    def unranked(self) -> str:
        """Return that the largest gaps rank no locale, or an empty text."""
        apart = self.top is None or not self.behind or _ends(self.top) is None
        one = len({row["locale"] for row in (self.top, *self.tied) if row}) < 2
        return "" if apart or one else " (intervals overlap)"

    @property
    def cause(self) -> str | None:
        """Return what all of the largest gaps mostly come with, None if not the same."""
        found = {say.cause(row) for row in (self.top, *self.tied) if row} if self.behind else set()
        return found.pop() if len(found) == 1 else None

    def sentence(self, *, minus: str = "−") -> str:
        """Return all of it as one or two sentences of plain text."""
        how = f" ({self.how})" if self.how else ""
        if self.top is None:
            return f"{self.lead}{how}."
        place = f"{self.label}: {self.place(minus=minus)}{self.unranked}"
        if self.behind:
            return f"{self.lead}{how}{self.others}; {place}{f', {self.cause}' if self.cause else ''}."
        return f"{self.lead}{how}{self.others}. {place[:1].upper()}{place[1:]}. That is no proof that there is none."


def _ends(row: Row) -> tuple[float, float] | None:
    low, high = row.get("low"), row.get("high")
    return None if low is None or high is None else (float(low), float(high))


def dead(gap: Mapping[str, Any], model: str) -> Verdict | None:
    """Return the verdict on a model that delivered nothing: nothing against nothing is no gap of 0."""
    rows = say.of_model(gap.get("delivery", ()), model)
    total = sum(row["replies"] for row in rows)
    lost = {name: sum(row[name] for row in rows) for name in ("failed", "refused", "empty")}
    if not total or sum(lost.values()) < total:
        return None
    why = say.words(f"{count} of {total} {name}" for name, count in lost.items() if count)
    return Verdict(f"{model} answered nothing; nothing can be compared", why, None, False)


def verdict(gap: Mapping[str, Any], model: str) -> Verdict:
    """Say where a model is behind the reference locale, and where most."""
    if found := dead(gap, model):
        return found
    reference = gap["reference"]
    rows = [row for row in say.of_model(gap["gaps"], model) if row["gap"] is not None and row["locale"] != reference]
    native = {row["locale"] for row in say.of_model(gap.get("native", ()), model)}
    if not rows and native:
        where = say.counted(len(native), "locale")
        return Verdict(
            f"{model} on native cases of {where}: rates", "a case stands in one locale, so there is no gap", None, False
        )
    if not rows:
        return Verdict(f"{model} cannot be compared with {reference}", "no scenario was scored in both", None, False)
    tested = [row for row in rows if row["p"] is not None]
    if tested:
        clear = [row for row in tested if row["verdict"] == "gap" and row["gap"] > 0]
        counted_as = f"at {gap['alpha']:g} after correction for {say.counted(len(tested), 'tested comparison')}"
        yes, no = f"on at least one dimension, {counted_as}", f"no gap stands {counted_as}"
    else:
        clear = [row for row in rows if row["gap"] >= say.NOTABLE]
        yes = f"by {say.NOTABLE:.2f} or more on at least one dimension; n is too small for intervals"
        no = f"no gap reaches {say.NOTABLE:.2f}; n is too small for intervals"
    top = max(clear or rows, key=lambda row: float(row["gap"]))
    tied = tuple(row for row in clear or rows if row is not top and _untold(row, top, bool(clear)))
    names = {row["locale"] for row in rows}
    behind = {row["locale"] for row in clear}
    others = _others(gap, names - behind, tested)
    where = say.counted(len(names), "locale")
    if not clear:
        return Verdict(f"{model} is not clearly behind {reference} in any of {where}", no, top, False, tied, others)
    seems = "is" if tested else "seems to be"
    return Verdict(f"{model} {seems} behind {reference} in {len(behind)} of {where}", yes, top, True, tied, others)


def _untold(row: Row, top: Row, overlap: bool) -> bool:
    """Whether a gap cannot be told from the largest: a reader sees one number, or (where gaps stand) intervals overlap."""
    mine, theirs = _ends(row), _ends(top)
    if say.signed(row["gap"]) == say.signed(top["gap"]):
        return True
    return bool(overlap and row["locale"] != top["locale"] and mine and theirs and mine[1] >= theirs[0])


def _others(gap: Mapping[str, Any], locales: set[str], tested: Sequence[Row]) -> str:
    """Count the locales that are not behind: shown so, on every tested dimension, or not told."""
    if not tested or not locales:
        return ""
    same = {
        locale
        for locale in locales
        if (mine := [row for row in tested if row["locale"] == locale])
        and all(row["verdict"] == say.SAME or (row["verdict"] == "gap" and row["gap"] < 0) for row in mine)
    }
    return f"; cannot tell in {len(locales - same)}; shown no more than {gap['margin']:g} behind in {len(same)}"
