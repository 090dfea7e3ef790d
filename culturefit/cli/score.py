"""`culturefit score`: scores replies that come from elsewhere."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from culturefit.errors import CulturefitError, UsageError, nearest, unknown

__all__ = ["main"]

_REQUIRED = ("id", "locale", "reply")
_OPTIONAL = ("prompt", "scenario", "suite", "arm", "model", "risk", "country", "role", "epoch", "speaker_gender",
             "status", "finish_reason", "run", "origin", "relation")  # fmt: skip

#: Columns that are words; suite, scenario, run and model may be numbers in somebody's table.
_WORDS = ("arm", "prompt", "risk", "role", "speaker_gender", "status", "finish_reason", "origin", "relation")
_MOST_EPOCHS = 2**31 - 1  # a column of 32 bits


def main(argv: Sequence[str]) -> int:
    """Score a file row by row and write the score rows, or print a summary."""
    parser = argparse.ArgumentParser(
        prog="culturefit score", description=__doc__,
        epilog="Columns: id, locale, reply; optional: " + ", ".join(_OPTIONAL)
        + ". Example: culturefit score replies.jsonl --scorers language,crisis_lines --out scores.jsonl",
    )  # fmt: skip
    parser.add_argument("file", type=Path, metavar="FILE", help="JSONL, CSV or Parquet with one reply per row")
    parser.add_argument("--scorers", default="all", help="names with commas between (default: all)")
    parser.add_argument(
        "--out", type=Path, help="write score rows to this .jsonl, .csv or .parquet; default: JSONL to stdout"
    )
    options = parser.parse_args(argv)
    from culturefit.plain import json_safe
    from culturefit.run.score import Evaluator, make_scorers
    from culturefit.tables import RowWriter, format_of, read_rows, scores_schema

    evaluator = Evaluator(
        make_scorers([name.strip() for name in options.scorers.split(",") if name.strip()]), _signature()
    )
    if options.out:
        format_of(options.out)  # a wrong ending is told before the work, not after it
    counts: Counter[str] = Counter()
    rows = _score_rows(options.file, read_rows(options.file), evaluator, counts)
    if options.out:
        with RowWriter(options.out, scores_schema()) as writer:
            for row in rows:
                writer.write(row)
        sys.stderr.write(f"{counts['replies']} replies, {counts['rows']} score rows in {options.out}.\n")
    else:
        names = scores_schema().names
        for row in rows:
            row["detail"] = json.loads(row["detail"]) if row["detail"] else None
            line = json.dumps({name: row.get(name) for name in names}, ensure_ascii=False)
            sys.stdout.write(json_safe(line) + "\n")
    if not counts["replies"]:
        raise UsageError(f"'{options.file}' holds no rows; each row needs {', '.join(_REQUIRED)}.")
    return 0


def _signature() -> str:
    from culturefit import __version__

    return f"culturefit:{__version__}"


def _score_rows(
    path: Path, rows: Iterator[tuple[int, dict[str, Any]]], evaluator: Any, counts: Counter[str]
) -> Iterator[dict[str, Any]]:
    from culturefit.records import well_formed

    for number, row in rows:
        place = f"{path}:{number}"
        if not counts["replies"]:
            _check_columns(row, place)
        item = _item(row, place)
        counts["replies"] += 1
        cell = {name: row.get(name) for name in ("run", "suite", "scenario", "arm", "model", "origin", "relation")}
        cell = {name: None if value is None else well_formed(str(value)) for name, value in cell.items()}
        cell |= {"id": well_formed(str(row["id"])), "locale": row["locale"], "epoch": _epoch(row, place)}
        for score in evaluator.score_item(item):
            counts["rows"] += 1
            yield cell | score


def _check_columns(row: Mapping[str, Any], place: str) -> None:
    known = (*_REQUIRED, *_OPTIONAL)
    for name in row:
        close = nearest(name, known)
        if name not in known and close and close not in row:
            raise CulturefitError(f"{place}: column '{name}' is not known; did you mean '{close}'?")


def _item(row: Mapping[str, Any], place: str) -> Any:
    from culturefit.locales import parse_locale
    from culturefit.records import ScoreInput, well_formed
    from culturefit.vocabulary import ARMS, CUED_ARMS, Risk, Status

    for name in _REQUIRED:
        if row.get(name) is None and not (name == "reply" and name in row):
            # An empty CSV cell is an empty reply, which is a result; a column that is absent is a mistake.
            if name == "reply" and place.split(":", maxsplit=1)[0].endswith(".csv"):
                continue
            raise CulturefitError(f"{place}: {name}: is missing; each row needs {', '.join(_REQUIRED)}.")
    reply = row.get("reply") or ""
    if not isinstance(reply, str):
        raise CulturefitError(f"{place}: reply: is {type(reply).__name__}; it must be text.")
    try:
        locale = parse_locale(str(row["locale"]))
    except UsageError as error:
        raise CulturefitError(f"{place}: locale: {error}") from None
    for name in _WORDS:
        if not isinstance(row.get(name) or "", str):
            raise CulturefitError(f"{place}: {name}: is {type(row[name]).__name__}; it must be text.")
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
        reply=well_formed(reply), language=locale.tag, country=str(country).upper() if country else None, prompt=_text(row.get("prompt")),
        status=cast(Status, status), finish_reason=row.get("finish_reason"), arm=arm, risk=risk, role=row.get("role"),
        speaker_gender=row.get("speaker_gender"), scenario=_text(row.get("scenario")),
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


def _text(value: Any) -> str | None:
    from culturefit.records import well_formed

    return None if value is None else well_formed(str(value))
