"""What a pile of replies shows, in one page of Markdown: per locale and criterion, with masked excerpts of what was found.

Memory does not grow with the replies. There is no reference here, so nothing in it is a gap.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from culturefit.report.words import REASONS
from culturefit.vocabulary import SEVERITIES

__all__ = ["Summary"]

_EXAMPLES: Final = 2
_AROUND: Final = 40
_MOST: Final = 25
#: Reasons that mean something else for a product's transcripts than for a run over a suite.
_REASONS: Final = {
    "missing_fact": "needs `country` or a locale with a region",
    "not_defined_in_arm": "only for test prompts",
}
#: No value and no reason: the reply holds nothing of what the criterion looks at.
_NOTHING: Final = "nothing to look at"
_ORDER: Final = tuple(reversed(SEVERITIES))


@dataclass
class _Cell:
    replies: int = 0
    scored: int = 0
    total: float = 0.0
    reasons: Counter[str] = field(default_factory=Counter)


@dataclass
class _Found:
    count: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Summary:
    """Counts of score rows; `mask` is applied to every text that is shown."""

    mask: Callable[[str], str]
    _cells: dict[tuple[str, str], _Cell] = field(default_factory=lambda: defaultdict(_Cell))
    _found: dict[tuple[str, str, str, str], _Found] = field(default_factory=lambda: defaultdict(_Found))

    def add(self, row: Mapping[str, Any], reply: str) -> None:
        """Count a score row of `reply`."""
        cell = self._cells[row["locale"], row["criterion"]]
        cell.replies += 1
        if row["value"] is None:
            reason = row["unscored"]
            cell.reasons[_REASONS.get(reason, REASONS.get(reason, reason)) if reason else _NOTHING] += 1
        else:
            cell.scored += 1
            cell.total += row["value"]
        for each in row["findings"] or ():
            found = self._found[each["severity"], row["locale"], row["criterion"], each["category"]]
            found.count += 1
            if len(found.examples) < _EXAMPLES:
                found.examples.append((str(row["id"]), self._excerpt(reply, each["start"], each["end"])))

    def _excerpt(self, reply: str, start: int, end: int) -> str:
        # Masked as a whole first: a cut through a number would hide that it is one. Marks stand in for the span.
        marked = f"{reply[:start]}\ue000{reply[start:end]}\ue001{reply[end:]}"
        marked = self.mask(marked.replace("\ue000", " \ue000 ").replace("\ue001", " \ue001 "))
        left, _, rest = marked.partition(" \ue000 ")
        inside, _, right = rest.partition(" \ue001 ")
        if len(inside) > 2 * _AROUND:
            inside = f"{inside[:_AROUND]} … {inside[-_AROUND:]}"
        shown = f"{'…' if len(left) > _AROUND else ''}{left[-_AROUND:]}⟦{inside}⟧{right[:_AROUND]}{'…' if len(right) > _AROUND else ''}"
        return " ".join(shown.split())

    def markdown(self, source: str, replies: int) -> str:
        """Return the page."""
        lines = [
            f"# {_plain(source)}", "",
            f"{replies:,} replies. Means are over scored replies; there is no reference to compare with, so no figure here is a gap.",
            "Locales that were not given were guessed from what the person wrote; `und` where that was too little.", "",
            "| locale | criterion | replies | scored | mean | unscored because |", "|---|---|---:|---:|---:|---|",
        ]  # fmt: skip
        for (locale, criterion), cell in sorted(self._cells.items()):
            mean = f"{cell.total / cell.scored:.3f}" if cell.scored else "–"
            why = ", ".join(f"{reason}: {count:,}" for reason, count in cell.reasons.most_common())
            lines.append(f"| {locale} | {criterion} | {cell.replies:,} | {cell.scored:,} | {mean} | {why} |")
        found = sorted(self._found.items(), key=lambda item: (_ORDER.index(item[0][0]), -item[1].count, item[0]))
        if found:
            lines += [
                "",
                "## Found most, the gravest first",
                "",
                "| severity | locale | criterion | finding | times | for example |",
                "|---|---|---|---|---:|---|",
            ]
        for (severity, locale, criterion, category), each in found[:_MOST]:
            shown = " · ".join(f"{_plain(text)} ({_plain(name)})" for name, text in each.examples)
            lines.append(f"| {severity} | {locale} | {criterion} | {category} | {each.count:,} | {shown} |")
        if len(found) > _MOST:
            lines.append(f"\n{len(found) - _MOST} kinds of finding more are in the score rows.")
        return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """Return text that neither Markdown nor HTML in it can become more than text."""
    text = "".join(char if char.isprintable() else " " for char in text)
    for char in "\\`*_[]<>|#&":
        text = text.replace(char, f"&#{ord(char)};")
    return text
