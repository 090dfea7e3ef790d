"""`culturefit score`: scores replies that come from elsewhere, also a chatbot's transcripts."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from culturefit.errors import UsageError

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Score a file row by row and write the score rows, or print a summary."""
    from culturefit.run.rows import OPTIONAL, REQUIRED

    parser = argparse.ArgumentParser(
        prog="culturefit score", description=__doc__,
        epilog="Columns: id, locale, reply; optional: " + ", ".join(OPTIONAL)
        + ". Transcripts are read too: rows with `messages` or `conversations`, `prompt` and `reply`, or a row per turn."
        " Examples: culturefit score replies.jsonl --scorers language,crisis_lines --out scores.jsonl;"
        " culturefit score chats.jsonl --out scores.parquet --summary summary.md",
    )  # fmt: skip
    parser.add_argument("file", type=Path, metavar="FILE", help="JSONL, CSV or Parquet with one reply per row")
    parser.add_argument("--scorers", default="all", help="names with commas between (default: all)")
    parser.add_argument(
        "--out", type=Path, help="write score rows to this .jsonl, .csv or .parquet; default: JSONL to stdout"
    )
    parser.add_argument(
        "--locale", metavar="TAG", help="of transcripts that name none (default: guessed, per conversation)"
    )
    parser.add_argument(
        "--summary", type=Path, metavar="FILE", help="write a page of Markdown: means, and what was found most"
    )
    parser.add_argument(
        "--unmasked", action="store_true", help="show e-mail addresses, phone numbers and the like in the summary"
    )
    parser.add_argument(
        "--engine", choices=("local", "ray"), default="local",
        help="local: this process (default); ray: a Ray cluster that is running, for large Parquet files",
    )  # fmt: skip
    parser.add_argument(
        "--ray-address", metavar="HOST:PORT", help="the cluster (default: RAY_ADDRESS, else the one on this machine)"
    )
    options = parser.parse_args(argv)
    from culturefit.tables import format_of

    if options.out:
        format_of(options.out)  # a wrong ending is told before the work, not after it
    if options.ray_address and options.engine != "ray":
        raise UsageError(
            f"--ray-address {options.ray_address} is for --engine ray; add that, or leave the address out."
        )
    if options.engine == "ray" and (options.locale or options.summary):
        raise UsageError("--locale and --summary are not for --engine ray; score transcripts in one process.")
    names = [name.strip() for name in options.scorers.split(",") if name.strip()]
    score = _on_ray if options.engine == "ray" else _here
    counts = score(options, names)
    if options.out:
        _say(f"{counts['replies']} replies, {counts['rows']} score rows in {options.out}.")
    if not counts["replies"]:
        raise UsageError(f"'{options.file}' holds no rows; each row needs {', '.join(REQUIRED)}.")
    return 0


def _here(options: argparse.Namespace, names: Sequence[str]) -> Counter[str]:
    """Score in this process."""
    from culturefit.files import write_whole
    from culturefit.locales import parse_locale
    from culturefit.run.rows import file_signature, score_rows
    from culturefit.run.score import Evaluator, make_scorers
    from culturefit.scoring import guess_language
    from culturefit.tables import RowWriter, encode, read_rows, scores_schema
    from culturefit.transcripts.mask import crisis_numbers, masked
    from culturefit.transcripts.shapes import flattened
    from culturefit.transcripts.summary import Summary

    locale = parse_locale(options.locale).tag if options.locale else None
    evaluator = Evaluator(make_scorers(names), file_signature())
    counts: Counter[str] = Counter()
    summary = Summary(str if options.unmasked else lambda text: masked(text, crisis_numbers()))
    last: dict[str, str] = {}

    def replies() -> Iterator[tuple[int, dict[str, Any]]]:
        for number, row in flattened(str(options.file), read_rows(options.file), locale, guess_language):
            last["reply"] = row.get("reply") or ""
            yield number, row

    def scored() -> Iterator[dict[str, Any]]:
        for row in score_rows(str(options.file), replies(), evaluator, counts):
            if options.summary:
                summary.add(row, last["reply"])
            yield row

    schema = scores_schema()
    if options.out:
        with RowWriter(options.out, schema) as writer:
            for row in scored():
                writer.write(row)
    else:
        for row in scored():
            sys.stdout.write(encode([row], schema, "jsonl").decode())
    if options.summary:
        write_whole(options.summary, summary.markdown(options.file.name, counts["replies"]))
    return counts


def _on_ray(options: argparse.Namespace, names: Sequence[str]) -> Counter[str]:
    """Score on a Ray cluster; the same bytes come out."""
    from culturefit.cluster.connect import connected
    from culturefit.cluster.score import score_parquet
    from culturefit.tables import RowWriter, format_of, scores_schema

    counts: Counter[str] = Counter()
    stdout = sys.stdout
    kind = format_of(options.out) if options.out else "jsonl"
    with connected(options.ray_address) as ray:
        parts = score_parquet(ray, options.file, names, kind, say=_say)
        if options.out:
            with RowWriter(options.out, scores_schema()) as writer:
                for part in parts:
                    writer.write_encoded(part.data)
                    counts.update(replies=part.replies, rows=part.rows)
        else:
            for part in parts:
                stdout.write(part.data.decode())
                counts.update(replies=part.replies, rows=part.rows)
    return counts


def _say(text: str) -> None:
    from culturefit.plain import plain

    sys.stderr.write(plain(text) + "\n")
