"""Outcomes as text, Markdown, JUnit XML and SARIF 2.1.0: what terminals, pull requests and CI servers read.

Replies and findings are not trusted: what would end a line, a cell or an element, or steer a terminal, is written out.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from culturefit import __version__
from culturefit.check.rules import Outcome
from culturefit.report.spans import markdown, visible
from culturefit.report.words import CAVEAT
from culturefit.suite.yamlfile import Document

__all__ = ["as_junit", "as_markdown", "as_sarif", "as_text", "sentence"]

_MARK = {"holds": "ok", "broken": "BROKEN", "cannot tell": "CANNOT TELL"}
#: Lines of detail that text and Markdown show of one outcome; JUnit and SARIF hold all that are listed.
_SHOWN = 10


def sentence(outcomes: Sequence[Outcome]) -> str:
    """Return the answer in one line."""
    counts = {name: sum(each.verdict == name for each in outcomes) for name in _MARK}
    return (
        f"{len(outcomes)} checks: {counts['holds']} hold, {counts['broken']} broken, "
        f"{counts['cannot tell']} cannot be told."
    )


def as_text(outcomes: Sequence[Outcome], notes: Sequence[str] = ()) -> str:
    """Return what is not as it should be, one line each, the counts, and `notes` on what they rest on."""
    lines = []
    for each in outcomes:
        if each.verdict != "holds":
            lines.append(f"{_MARK[each.verdict]}: {each.rule}: {_line(each.place)}: {_line(each.message)}")
            lines += [f"    {_line(line)}" for line in _some(each.details)]
    return "\n".join([*lines, sentence(outcomes), *map(_line, notes)]) + "\n"


def as_markdown(outcomes: Sequence[Outcome], notes: Sequence[str] = ()) -> str:
    """Return a summary for a pull request, with `notes` on what it rests on."""
    wrong = [each for each in outcomes if each.verdict != "holds"]
    lines = ["# Cultural fit", "", sentence(outcomes), ""]
    if wrong:
        lines += ["| verdict | rule | where | what |", "|---|---|---|---|"]
        lines += [
            f"| {each.verdict} | `{each.rule}` | {markdown(each.place)} | {markdown(each.message)} |" for each in wrong
        ]
        lines.append("")
    for each in (each for each in wrong if each.details):
        lines += [
            f"{each.rule}, {markdown(each.place)}:",
            "",
            *(f"- {markdown(line)}" for line in _some(each.details)),
            "",
        ]
    for note in notes:
        lines += [markdown(note), ""]
    return "\n".join([*lines, CAVEAT]) + "\n"


def as_junit(outcomes: Sequence[Outcome], *, strict: bool) -> str:
    """Return JUnit XML: one case per outcome; what cannot be told is an error if `strict`, else skipped."""
    wrong = sum(each.verdict == "broken" for each in outcomes)
    unsure = sum(each.verdict == "cannot tell" for each in outcomes)
    counts = {
        "tests": len(outcomes), "failures": wrong, "errors": unsure if strict else 0, "skipped": 0 if strict else unsure,
    }  # fmt: skip
    texts = {name: str(count) for name, count in counts.items()}
    root = ElementTree.Element("testsuites", texts)
    suite = ElementTree.SubElement(root, "testsuite", {"name": "culturefit check", **texts})
    for each in outcomes:
        case = ElementTree.SubElement(
            suite, "testcase", {"classname": f"culturefit.{each.rule}", "name": visible(each.place)}
        )
        kind = {"broken": "failure", "cannot tell": "error" if strict else "skipped"}.get(each.verdict)
        if kind:
            told = ElementTree.SubElement(case, kind, {"message": visible(each.message)})
            told.text = "\n".join(map(_line, each.details)) or None
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def as_sarif(outcomes: Sequence[Outcome], policy: Document) -> str:
    """Return SARIF: a result per broken rule and place (per finding where they are listed), on the policy's line."""
    wrong = [each for each in outcomes if each.verdict != "holds"]
    rules = sorted({each.rule for each in wrong})
    results = [
        _result(each, rules.index(each.rule), text, policy)
        for each in wrong
        for text in each.details or (f"{each.place}: {each.message}",)
    ]
    driver = {
        "name": "culturefit check", "version": __version__,
        "rules": [{"id": name, "shortDescription": {"text": f"Policy rule {name}"}} for name in rules],
    }  # fmt: skip
    data = {
        "version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _result(each: Outcome, index: int, text: str, policy: Document) -> dict[str, Any]:
    return {
        "ruleId": each.rule, "ruleIndex": index, "level": "error" if each.verdict == "broken" else "warning",
        "message": {"text": _line(text)},
        "locations": [{
            "physicalLocation": {
                "artifactLocation": {"uri": _uri(policy.path)}, "region": {"startLine": policy.line(each.where)},
            },
            "logicalLocations": [{"fullyQualifiedName": _line(each.place)}],
        }],
    }  # fmt: skip


def _uri(path: Path) -> str:
    """Return the path as code hosts want it: below the working directory where it is."""
    full = path.resolve()
    return full.relative_to(Path.cwd()).as_posix() if full.is_relative_to(Path.cwd()) else full.as_uri()


def _some(lines: Sequence[str]) -> list[str]:
    rest = len(lines) - _SHOWN
    return [*lines[:_SHOWN], *([f"… and {rest} more"] if rest > 0 else [])]


def _line(text: str) -> str:
    """Return one line that can neither steer a terminal nor turn text around."""
    return visible(" ".join(text.split()))
