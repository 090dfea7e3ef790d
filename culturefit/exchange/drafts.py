"""A machine-made rendering as a file of the suite, and the gate's findings as a file beside it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from culturefit.exchange.edit import quoted
from culturefit.schema import Rendering
from culturefit.suite.parse import parse_file
from culturefit.translation import Rendered

__all__ = ["draft_file", "findings_file", "gives_way", "may_write", "worst"]

_ORDER = ("pass", "review", "block")


def gives_way(own: Rendering | None, *, missing_only: bool) -> bool:
    """Tell whether a draft may stand where there is this rendering or none: only a machine's own, unreviewed one gives way."""
    return own is None or (not missing_only and own.origin == "machine" and not own.review)


def may_write(path: Path, *, missing_only: bool) -> bool:
    """Tell the same of a file as it is now.

    Raises:
        SuiteError: there is a file, and it is no rendering.
    """
    return gives_way(parse_file(path, Rendering) if path.exists() else None, missing_only=missing_only)


def worst(rendered: Rendered) -> str:
    """Return the worst verdict on the texts of a draft."""
    return max((each.verdict for each in rendered.checked), key=_ORDER.index, default="pass")


def draft_file(rendering: Rendering) -> bytes:
    """Return a rendering as the YAML of a suite file."""
    lines = [
        "# A draft by a machine: read it beside the source, correct it, then write origin: machine+person.",
        "schema: 1",
    ]
    lines += [f"canary: {quoted(rendering.canary)}"] if rendering.canary else []
    lines.append(f"locale: {rendering.locale}")
    lines += [f"country: {quoted(rendering.country)}"] if rendering.country else []
    if rendering.turns:
        lines += ["turns:", *(f"- {quoted(text)}" for text in rendering.turns)]
    else:
        lines.append(f"prompt: {quoted(rendering.prompt or '')}")
    for part in ("cue", "placebo", "placebo_b"):
        held = getattr(rendering, part).model_dump(exclude_none=True)
        lines += [f"{part}:", *(f"  {side}: {quoted(text)}" for side, text in held.items())] if held else []
    for name in ("speaker_gender", "age_band"):
        lines += [f"{name}: {value}"] if (value := getattr(rendering, name)) else []
    lines += [f"origin: {rendering.origin}", f"relation: {rendering.relation}"]
    if made := rendering.machine:
        # JSON is YAML as well, and keeps the parameters on one line.
        parameters = json.dumps(made.model_dump(mode="json")["parameters"], ensure_ascii=True, sort_keys=True)
        lines += [
            "machine:",
            f"  engine: {quoted(made.engine)}",
            f"  version: {quoted(made.version)}",
            f"  parameters: {parameters}",
        ]
    lines += [f"source_hash: {quoted(rendering.source_hash)}"] if rendering.source_hash else []
    return "\n".join([*lines, "review: []", ""]).encode()


def findings_file(rendered: Rendered, locale: str) -> bytes:
    """Return the gate's findings on a draft as JSON: the verdict, and per text its own with what was found where."""
    data: dict[str, Any] = {
        "locale": locale,
        "verdict": worst(rendered),
        # Without a file the engine's texts stand only here: they cannot be a rendering (a slot is lost, or there is no word).
        "file": rendered.rendering is not None,
        "texts": [
            {"where": each.where, "verdict": each.verdict, "text": each.text, "findings": [asdict(one) for one in each.findings]}
            for each in rendered.checked
        ],
    }  # fmt: skip
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
