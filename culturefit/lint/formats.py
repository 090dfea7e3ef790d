"""Problems as text, JSON, or SARIF 2.1.0 for the viewers that code hosts have."""

from __future__ import annotations

import json
from collections.abc import Sequence

from culturefit import __version__
from culturefit.lint.catalogue import RULES
from culturefit.lint.problem import Problem
from culturefit.plain import json_safe, plain

__all__ = ["FORMATS", "told"]

FORMATS = ("text", "json", "sarif")


def told(problems: Sequence[Problem], files: int, kind: str) -> str:
    """Return the problems in a format of `FORMATS`."""
    if kind == "json":
        rows = [
            {"rule": p.rule, "severity": p.severity, "path": p.path, "line": p.line, "field": p.field, "message": p.message,
             "fixable": p.fix is not None}
            for p in problems
        ]  # fmt: skip
        return json_safe(json.dumps({"files": files, "problems": rows}, ensure_ascii=False, indent=1)) + "\n"
    if kind == "sarif":
        return json_safe(json.dumps(_sarif(problems), ensure_ascii=False, indent=1)) + "\n"
    errors = sum(problem.severity == "error" for problem in problems)
    # One problem, one line: a file must not be able to write the line that counts the errors.
    lines = [
        *(" ".join(plain(str(problem)).splitlines()) for problem in problems),
        f"{files} files: {errors} errors, {len(problems) - errors} warnings.",
    ]
    return "\n".join(lines) + "\n"


def _sarif(problems: Sequence[Problem]) -> dict[str, object]:
    used = sorted({problem.rule for problem in problems})
    return {
        "version": "2.1.0",
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "runs": [{
            "tool": {"driver": {
                "name": "culturefit lint", "version": __version__,
                "rules": [
                    {"id": rule, "shortDescription": {"text": RULES[rule].what}, "help": {"text": RULES[rule].remedy},
                     "defaultConfiguration": {"level": RULES[rule].severity}}
                    for rule in used
                ],
            }},
            "results": [
                {
                    "ruleId": p.rule, "ruleIndex": used.index(p.rule), "level": p.severity,
                    "message": {"text": f"{p.field}: {p.message}" if p.field else p.message},
                    "locations": [{"physicalLocation": {
                        "artifactLocation": {"uri": p.path.replace("\\", "/")}, "region": {"startLine": max(1, p.line)},
                    }}],
                }
                for p in problems
            ],
        }],
    }  # fmt: skip
