"""Which judge it is, and whether a calibration is of this judge: of its models, its settings and its prompt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from culturefit.errors import CulturefitError, UsageError
from culturefit.vocabulary import ARMS

__all__ = ["AS_PEOPLE", "KIND", "calibration_record", "judge_id", "measured_locale", "text_id"]

KIND: Final = "culturefit calibration"
#: The verdict on a criterion in a locale that counts as calibrated.
AS_PEOPLE: Final = "as people"
_FIELDS: Final = ("version", "prompt", "models", "language", "votes", "temperature", "max_tokens")
_MOST: Final = 32 * 1024 * 1024


def judge_id(identity: Mapping[str, Any]) -> str:
    """Return 12 hex digits for a judge: another model, setting or prompt is another judge."""
    own = {name: identity.get(name) for name in _FIELDS}
    return hashlib.sha256(json.dumps(own, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def text_id(text: str | None) -> str:
    """Return 12 hex digits for the words of a criterion, which are part of what a judge is asked."""
    return hashlib.sha256((text or "").encode()).hexdigest()[:12]


def measured_locale(locale: str, arm: str | None, reference: str) -> str:
    """Return the locale whose people can say whether a judge is right: of the language that the reply was due in."""
    return reference if arm in ARMS and ARMS[arm].language == "pivot" else locale


def calibration_record(
    path: Path, identity: Mapping[str, Any], wanted: Sequence[tuple[str, str, str]]
) -> dict[str, Any]:
    """Return what run.json keeps of a calibration, if it is one of this judge.

    Args:
        path: what `culturefit calibrate --json` wrote.
        identity: of the judge of this run.
        wanted: (criterion, its words, locale) of everything this run has judged.

    Returns:
        file, sha256, judge and prompt, `cells` = [criterion, locale] in which the judge agrees as people do, on the words
        that this run uses, and `calibrated`: whether that is all of them.

    Raises:
        UsageError: no such file, or one of another judge; the message says what differs.
    """
    raw, data = _read(path)
    theirs = data["judge"]
    own, other = judge_id(identity), judge_id(theirs)
    if own != other or data.get("judge_id") != other:
        apart = [name for name in _FIELDS if theirs.get(name) != identity.get(name)] or ["judge_id"]
        raise UsageError(
            f"judge.calibration='{path}' is of the judge {data.get('judge_id')}, this one is {own}: they differ in "
            f"{', '.join(apart)}; calibrate this judge, or use the one that was calibrated."
        )
    good = {
        (cell["criterion"], cell["locale"], digest)
        for cell in data["cells"] if cell["verdict"] == AS_PEOPLE and cell["scorer"] == data["counts"]
        for digest in cell["texts"]
    }  # fmt: skip
    held = [(name, locale) for name, text, locale in wanted if (name, locale, text_id(text)) in good]
    lacking = [(name, locale) for name, text, locale in wanted if (name, locale, text_id(text)) not in good]
    cells = sorted(set(held) - set(lacking))
    return {
        "file": str(path), "sha256": hashlib.sha256(raw).hexdigest(), "judge": own, "prompt": identity.get("prompt"),
        "cells": [list(cell) for cell in cells], "calibrated": bool(cells) and not lacking,
    }  # fmt: skip


def _read(path: Path) -> tuple[bytes, dict[str, Any]]:
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST)
        data = json.loads(raw)
    except OSError as error:
        raise CulturefitError(
            f"judge.calibration='{path}' cannot be read ({error.strerror or error}); check the path."
        ) from None
    except (ValueError, RecursionError):
        data = None
    try:
        fits = data["kind"] == KIND and data["schema"] == 1 and isinstance(data["judge"], dict)
        for cell in data["cells"]:
            fits = fits and {"criterion", "locale", "scorer", "verdict", "texts"} <= set(cell)
        fits = fits and isinstance(data["counts"], str)
    except (KeyError, TypeError):
        fits = False
    if not fits:
        raise UsageError(
            f"judge.calibration='{path}' is not what `culturefit calibrate --json` writes; give that file."
        )
    return raw, data
