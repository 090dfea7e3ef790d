"""The gate applied to a rendering of origin `machine`: each of its texts beside the one it was made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from culturefit.records import Finding
from culturefit.schema import Rendering
from culturefit.translation import Checked, Rendered, Wanted, texts_of

__all__ = ["Guard", "sources_of"]

#: Apertium's marks before a word it does not know, cannot inflect, or has no counterpart of.
_MARK = re.compile(r"[*@#][^\W\d_]{2,}")


def sources_of(source: Rendering) -> dict[str, str]:
    """Return the texts of a rendering that a translation is made from, by their place in the translation's file.

    A culture cue is not among them: a translated cue places the person in the source's culture.
    """
    found = {where: text for where, text in texts_of(source) if not where.startswith("cue.")}
    for part in ("placebo", "placebo_b"):
        if text := getattr(source, part).local or getattr(source, part).pivot:
            found[f"{part}.local"] = text
    return found


def _marks(source: str, target: str) -> Iterator[Finding]:
    """Yield words that an engine has marked as not known, also where the mark stands behind a slot or inside a word."""
    for found in _MARK.finditer(target):
        if found[0].casefold() not in source.casefold() and not (found[0][0] == "@" and "@" in source):
            say = "The engine did not know this word."
            yield Finding(found.start(), found.end(), "Accuracy/Untranslated", "major", say, "unknown-word")


class Guard:
    """Judges machine-made texts and says which may be sent.

    Args:
        gate: has `judge(source, target, source_locale, target_locale, speaker_gender=…)`; None = the gate with its own thresholds.
        allow_review: whether texts with the verdict `review` are sent.
    """

    def __init__(self, gate: Any = None, allow_review: bool = False) -> None:
        self._gate, self.allow_review = gate, allow_review

    def rendered(self, wanted: Wanted) -> Rendered | None:
        """Return the suite's own rendering of a locale, its texts judged where it is of origin `machine`."""
        own = wanted.case.renderings.get(wanted.locale)
        if own is None:
            return None
        if own.origin != "machine":
            return Rendered(own)
        pivot = wanted.case.renderings.get(wanted.pivot)
        return Rendered(own, tuple(self._own(own, pivot)))

    def _own(self, own: Rendering, pivot: Rendering | None) -> Iterator[Checked]:
        sources = sources_of(pivot) if pivot else {}
        # A cue is the locale's own; what it was made from stands beside it in the pivot language.
        sources |= {"cue.local": own.cue.pivot or "", "cue.name_local": own.cue.name_pivot or ""}
        of = pivot.locale if pivot else own.locale
        for where, text in texts_of(own):
            yield self.check(where, sources.get(where, ""), text, of, own.locale, own.speaker_gender)

    def check(
        self, where: str, source: str, target: str, of: str, into: str, speaker_gender: str | None = "any",
        back: str | None = None,
    ) -> Checked:  # fmt: skip
        """Return the gate's word on one text; without a source there is nothing to hold it against, which asks for review."""
        if source:
            if self._gate is None:
                from culturefit.translators.gate import Gate  # reads its data; a suite without machine texts needs none

                self._gate = Gate()
            judged = self._gate.judge(source, target, of, into, speaker_gender=speaker_gender, back=back)
            verdict, findings = judged.verdict, judged.findings
            if marks := [
                each for each in _marks(source, target) if not any(each.start == one.start for one in findings)
            ]:
                verdict, findings = "block" if verdict == "block" else "review", (*findings, *marks)
        else:
            say = "There is no source text to compare it with."
            verdict, findings = "review", (Finding(0, len(target), "Other", "major", say, "no-source"),)
        sent = verdict == "pass" or (verdict == "review" and self.allow_review)
        return Checked(where, verdict, sent, findings, target)

    def all_of(
        self, sources: Mapping[str, str], targets: Mapping[str, str], of: str, into: str, speaker_gender: str | None,
        backs: Mapping[str, str | None],
    ) -> Sequence[Checked]:  # fmt: skip
        """Return the gate's word on each target that has a source of the same name; `backs` are translated back, where they are."""
        return [
            self.check(where, sources[where], text, of, into, speaker_gender, backs.get(where))
            for where, text in targets.items()
        ]
