"""A reply that failed, as a terminal and a JUnit file show it. What a model wrote cannot steer either."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from culturefit.report.spans import visible
from culturefit.report.words import UNCALIBRATED
from culturefit.testing.limits import Verdict
from culturefit.vocabulary import SEVERITIES

__all__ = ["told"]

Row = Mapping[str, Any]
#: Findings that are told one by one.
_LISTED = 15


def told(
    reply: str, rows: Sequence[Row], verdict: Verdict, *, place: str, prompts: Sequence[str],
    texts: Mapping[str, str] | None = None, error: str | None = None,
) -> str:  # fmt: skip
    """Return what was asked, the reply with its findings numbered on their spans, what failed and what nobody could tell.

    Args:
        reply: the text.
        rows: its score rows.
        verdict: what is wrong.
        place: what the test is about.
        prompts: the person's turns.
        texts: criterion -> the sentence that it stands for.
        error: why there is no reply.
    """
    findings = [finding for row in rows for finding in row["findings"]]
    findings.sort(key=lambda each: -SEVERITIES.index(each["severity"]))
    # Many small ones would hide the reply; they are listed, and marked where there is nothing worse. A judge's is its quote.
    quotes = [finding for row in rows if row.get("judged") for finding in row["findings"]]
    worst = [each for each in findings if each["severity"] in ("critical", "major") or each in quotes] or findings
    findings = worst + [each for each in findings if each not in worst]
    lines = [_line(place), "", *(f"  person: {_indented(each)}" for each in prompts)]
    lines += [f"  reply:  {_indented(_marked(reply, worst)) if reply.strip() else _line(error or '(empty)')}", ""]
    for failure in verdict.failures:
        lines.append(f"  not met: {_line(failure)}")
    for criterion, text in (texts or {}).items():
        if any(row["criterion"] == criterion and row["value"] is not None and row["value"] < 1 for row in rows):
            lines.append(f"  criterion {_line(criterion)}: {_line(text)}")
    for number, each in enumerate(findings[:_LISTED], 1):
        quote = _short(_line(reply[each["start"] : each["end"]]))
        lines.append(f"  [{number}] {each['severity']}: {_line(each['message'])} ({_line(each['rule'])}): “{quote}”")
    for row in rows:
        if row.get("judged") and row["value"] == 1:
            quote = _line(json.loads(row["detail"])["quote"])
            doubt = f" ({UNCALIBRATED})" if row["judged"] == "uncalibrated" else ""
            lines.append(f"  a judge says yes to {_line(row['criterion'])}: “{_short(quote)}”{doubt}")
    if len(findings) > _LISTED:
        lines.append(f"  … and {len(findings) - _LISTED} more findings")
    if verdict.unsure:
        lines.append(f"  unscored: {_line('; '.join(verdict.unsure))}")
    return "\n".join(lines)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _marked(text: str, findings: Sequence[Mapping[str, Any]]) -> str:
    """Return the text with ⟦n before and n⟧ behind the span of each finding."""
    marks: list[tuple[int, int, str]] = []
    for number, each in enumerate(findings, 1):
        start, end = max(0, each["start"]), min(len(text), each["end"])
        if start < end:
            marks += [(start, 1, f"⟦{number} "), (end, 0, f" {number}⟧")]
    out, last = [], 0
    for place, _, mark in sorted(marks):
        out += [text[last:place], mark]
        last = place
    return "".join([*out, text[last:]])


def _indented(text: str) -> str:
    return "\n          ".join(visible(text).splitlines())


def _line(text: str) -> str:
    return " ".join(visible(text).split())
