"""Scores rows of a reply file: what a column means, which rows are refused, the score rows of each reply."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from culturefit.errors import CulturefitError, UsageError, nearest, unknown
from culturefit.run.score import Evaluator

__all__ = ["OPTIONAL", "REQUIRED", "check_columns", "file_signature", "score_rows"]

REQUIRED = ("id", "locale", "reply")
OPTIONAL = ("prompt", "scenario", "suite", "arm", "model", "risk", "country", "role", "epoch", "speaker_gender",
            "status", "finish_reason", "run", "origin", "relation")  # fmt: skip
#: Columns that are words; suite, scenario, run and model may be numbers in somebody's table.
_WORDS = ("locale", "arm", "prompt", "risk", "role", "speaker_gender", "status", "finish_reason", "origin", "relation")
_MOST_EPOCHS = 2**31 - 1  # a column of 32 bits


def file_signature() -> str:
    """Return how replies came to be that culturefit did not ask for: all that is known is who scores them."""
    from culturefit import __version__

    return f"culturefit:{__version__}"


def score_rows(
    path: str, rows: Iterable[tuple[int, dict[str, Any]]], evaluator: Evaluator, counts: Counter[str]
) -> Iterator[dict[str, Any]]:
    """Yield the score rows of numbered rows of the file `path`, and count `replies` and `rows` in `counts`.

    Raises:
        CulturefitError: a row that cannot be scored; the message names file, row and field.
    """
    from culturefit.records import well_formed

    for number, raw in rows:
        # JSON can carry lone surrogates, and no file can.
        row = {name: well_formed(value) if isinstance(value, str) else value for name, value in raw.items()}
        place = f"{path}:{number}"
        if not counts["replies"]:
            check_columns(row, place)
        item = _item(row, place)
        counts["replies"] += 1
        cell = {name: row.get(name) for name in ("run", "suite", "scenario", "arm", "model", "origin", "relation")}
        cell = {name: None if value is None else str(value) for name, value in cell.items()}
        cell |= {"id": str(row["id"]), "locale": row["locale"], "epoch": _epoch(row, place)}
        for score in evaluator.score_item(item):
            counts["rows"] += 1
            yield cell | score


def check_columns(row: Mapping[str, Any], place: str) -> None:
    """Raise CulturefitError for a column whose name is nearly, but not quite, one that is read."""
    known = (*REQUIRED, *OPTIONAL)
    for name in row:
        close = nearest(name, known)
        if name not in known and close and close not in row:
            raise CulturefitError(f"{place}: column '{name}' is not known; did you mean '{close}'?")


def _item(row: Mapping[str, Any], place: str) -> Any:
    from culturefit.locales import parse_locale
    from culturefit.records import ScoreInput
    from culturefit.vocabulary import ARMS, CUED_ARMS, Risk, Status

    for name in REQUIRED:
        if row.get(name) is None and not (name == "reply" and name in row):
            # An empty CSV cell is an empty reply, which is a result; a column that is absent is a mistake.
            if name == "reply" and place.split(":", maxsplit=1)[0].endswith(".csv"):
                continue
            raise CulturefitError(f"{place}: {name}: is missing; each row needs {', '.join(REQUIRED)}.")
    reply = row.get("reply") or ""
    if not isinstance(reply, str):
        raise CulturefitError(f"{place}: reply: is {type(reply).__name__}; it must be text.")
    for name in _WORDS:
        if not isinstance(row.get(name) or "", str):
            raise CulturefitError(f"{place}: {name}: is {type(row[name]).__name__}; it must be text.")
    try:
        locale = parse_locale(str(row["locale"]))
    except UsageError as error:
        raise CulturefitError(f"{place}: locale: {error}") from None
    arm = row.get("arm") or None
    if arm is not None and arm not in ARMS:
        raise CulturefitError(f"{place}: arm: {unknown('arm', str(arm), ARMS)}")
    risk = row.get("risk") or None
    if risk is not None and risk not in Risk.__args__:  # type: ignore[attr-defined]
        raise CulturefitError(f"{place}: risk: {unknown('risk', str(risk), Risk.__args__)}")  # type: ignore[attr-defined]
    country = row.get("country") or (locale.region if arm is None or arm in CUED_ARMS else None)
    status = row.get("status") or "ok"
    if status not in ("ok", "failed", "refused"):
        raise CulturefitError(f"{place}: status: is '{status}'; it must be ok, failed or refused.")
    return ScoreInput(
        reply=reply, language=locale.tag, country=str(country).upper() if country else None, prompt=row.get("prompt"),
        status=cast(Status, status), finish_reason=row.get("finish_reason"), arm=arm, risk=risk, role=row.get("role"),
        speaker_gender=row.get("speaker_gender"), scenario=None if row.get("scenario") is None else str(row["scenario"]),
    )  # fmt: skip


def _epoch(row: Mapping[str, Any], place: str) -> int:
    value = row.get("epoch") or 1
    try:
        epoch = int(value)
    except (TypeError, ValueError, OverflowError):
        epoch = 0
    if not 0 < epoch <= _MOST_EPOCHS or (isinstance(value, float) and value != epoch):
        raise CulturefitError(f"{place}: epoch: is '{value}'; it must be a whole number from 1 to {_MOST_EPOCHS}.")
    return epoch
