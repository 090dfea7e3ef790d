"""What benchmarks/fuzz.py throws at each parser, and what must hold of what comes back.

A target is a function from bytes and a folder of its own to nothing. It may raise CulturefitError (that is how a parser
says no); anything else, and every assertion, is a finding.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from culturefit.errors import CulturefitError

__all__ = ["TARGETS", "Target"]

ROOT = Path(__file__).parents[1]
_SUITE = ROOT / "suites" / "quickstart"


class Target(NamedTuple):
    """A parser: what is tried with bytes, the files to begin from, and words of its language."""

    run: Callable[[bytes, Path], None]
    seeds: Callable[[], Sequence[bytes]]
    words: Sequence[bytes]
    #: What is put in the place of a whole value.
    values: Sequence[bytes]


def _put(path: Path, raw: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


# -- suite files: the linter tells every problem and raises nothing; what it reads can be loaded or is refused.

#: Where each kind of file stands.
_PLACES = ("s/suite.yaml", "s/a/scenario.yaml", "s/a/en-US.yaml", "packs/locales/ja-JP.yaml", "packs/crisis/JP.yaml")


def _suite(raw: bytes, folder: Path) -> None:
    from culturefit.lint import lint
    from culturefit.lint.formats import told

    # Any of the five, by the file's first bytes; a good scenario and suite stand around it.
    good = _suite_seeds()
    for index, place in enumerate(_PLACES[:3]):
        _put(folder / place, good[index])
    kinds = {b"id:": 0, b"theme:": 1, b"prompt:": 2, b"language:": 3, b"country:": 4}
    chosen = next((index for word, index in kinds.items() if word in raw[:200]), len(raw) % len(_PLACES))
    for place in (_PLACES[chosen], _PLACES[(chosen + 1) % len(_PLACES)]):
        before = (folder / place).read_bytes() if (folder / place).exists() else None
        path = _put(folder / place, raw)
        problems, files = lint(path, datetime.date(2026, 11, 22))
        for kind in ("text", "json", "sarif"):
            told(problems, files, kind)
        assert all(each.line >= 1 for each in problems)
        _load(folder, place)
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


def _load(folder: Path, place: str) -> None:
    from culturefit.schema import CrisisFile, LocalePack
    from culturefit.suite import load_suite
    from culturefit.suite.parse import parse_file

    try:
        if place.startswith("s/"):
            suite = load_suite(str(folder / "s"))
            suite.to_dataset()
        else:
            parse_file(folder / place, LocalePack if "locales" in place else CrisisFile)
    except CulturefitError as error:
        str(error).encode()


@cache
def _suite_seeds() -> Sequence[bytes]:
    case = sorted(path for path in _SUITE.iterdir() if path.is_dir())[0]
    packs = ROOT / "suites" / "packs"
    paths = (
        _SUITE / "suite.yaml", case / "scenario.yaml", case / "en-US.yaml", packs / "locales" / "ja-JP.yaml",
        packs / "crisis" / "JP.yaml", case / "ja-JP.yaml",
    )  # fmt: skip
    return [path.read_bytes() for path in paths]


# -- reply files: every row is scored or refused with its line.


def _replies(raw: bytes, folder: Path) -> None:
    from culturefit.run.rows import file_signature, score_rows
    from culturefit.run.score import Evaluator
    from culturefit.scoring import guess_language
    from culturefit.tables import encode, read_rows, scores_schema
    from culturefit.transcripts.shapes import flattened

    for ending in ("jsonl", "csv", "parquet"):
        path = _put(folder / f"r.{ending}", raw)
        evaluator = Evaluator(_scorers(), file_signature())
        try:
            replies = flattened(str(path), read_rows(path), None, guess_language)
            rows = list(score_rows(str(path), replies, evaluator, Counter()))
        except CulturefitError as error:
            assert str(path) in str(error)
            continue
        assert not evaluator.crashed, evaluator.crashed
        for kind in ("jsonl", "csv", "parquet"):
            encode(rows, scores_schema(), kind)


@cache
def _scorers() -> Any:
    from culturefit.run.score import make_scorers

    return make_scorers(["all"])


def _reply_seeds() -> Sequence[bytes]:
    import io

    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [
        {"id": "1", "locale": "ja-JP", "reply": "つらいですね。いのちの電話 0120-783-556 へ。", "prompt": "眠れません。", "epoch": 1},
        {"id": "2", "locale": "en-US", "reply": "Call 988. I am here.", "arm": "local+culture", "risk": "acute", "country": "US"},
        {"id": "3", "locale": "ar-EG", "reply": "", "status": "failed", "finish_reason": "length", "speaker_gender": "f"},
    ]  # fmt: skip
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), sink, compression="none")
    chats = [
        {"id": "c1", "messages": [{"role": "user", "content": "Ich kann nicht schlafen."}, {"role": "assistant", "content": "Ruf 112."}]},
        {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": [{"type": "text", "text": "I hear you."}]}]},
        {"conversation_id": 7, "role": "assistant", "content": "Call 988.", "country": "US"},
        {"prompt": "hi", "response": "Hello."},
    ]  # fmt: skip
    single = [*lines.splitlines(), *(json.dumps(each).encode() for each in chats)]
    return [*single, lines, b'id,locale,reply,prompt\n1,ja-JP,"a,\nb",c\n2,en-US,d,\n', sink.getvalue()]


# -- model output: an answer becomes a reply or a fault, and every scorer has a word on every text.


def _answer(raw: bytes, folder: Path) -> None:
    from culturefit.errors import RequestFailed
    from culturefit.models.endpoint import Passing, error_of
    from culturefit.models.http import Http
    from culturefit.models.openai import _read
    from culturefit.records import ScoreInput
    from culturefit.run.generate import _kept
    from culturefit.run.score import Evaluator
    from culturefit.tables import encode, replies_schema, scores_schema

    code, line = error_of(raw)
    assert isinstance(code, str)
    assert "\n" not in line
    texts = [raw.decode("utf-8", "replace")]
    bot = Http("m", "http://127.0.0.1:9/", reply_path="$..content", finish_path="$..finish_reason")
    for read in (_read, bot._read):
        try:
            reply = _kept(read(raw), ["a-long-secret"])
        except (Passing, RequestFailed):
            continue
        encode([{"reply": reply.text, "finish_reason": reply.finish_reason, "prompt_tokens": reply.prompt_tokens}],
               replies_schema(), "parquet")  # fmt: skip
        texts.append(reply.text)
    evaluator = Evaluator(_scorers(), "fuzz")
    for text in texts:
        for language, country in (("ja-JP", "JP"), ("ar-EG", None), ("en-US", "US")):
            item = ScoreInput(reply=text, language=language, country=country, prompt="眠れません。", risk="acute")
            rows = [{"id": "1", "epoch": 1} | row for row in evaluator.score_item(item)]
            for row in rows:
                assert row["value"] is None or 0 <= row["value"] <= 1
                for found in row["findings"]:
                    assert 0 <= found["start"] <= found["end"] <= len(text), found
            encode(rows, scores_schema(), "parquet")
    assert not evaluator.crashed, evaluator.crashed


def _answer_seeds() -> Sequence[bytes]:
    texts = ("つらいですね。0120-783-556", "Je t'entends… Call 988 or 116 123!", "أنا معك. ١٢٣", "दुख 9152987821 है।")
    whole = [
        json.dumps({
            "choices": [{"message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3},
        }, ensure_ascii=False).encode()
        for text in texts
    ]  # fmt: skip
    error = {"error": {"message": "no", "code": "content_filter", "type": None}}
    return [*whole, *(text.encode() for text in texts), json.dumps(error).encode()]


# -- a judge's answer: a verdict whose quote stands in the reply, or the reason why there is none.


def _judge(raw: bytes, folder: Path) -> None:
    from culturefit.judge.verdict import majority, read_vote

    text, _, reply = raw.decode("utf-8", "replace").partition("\x1e")
    for each in (reply, text, "That sounds heavy. I am here with you."):
        for language in ("en", "ja"):
            vote = read_vote(text, each, language)
            assert vote.answer in ("yes", "no", None)
            assert (vote.answer is None) != (vote.unscored is None)
            if vote.answer:
                assert 0 <= vote.start < vote.end <= len(each)
                assert vote.quote == each[vote.start : vote.end]
            majority([vote, vote, vote])


def _judge_seeds() -> Sequence[bytes]:
    reply = "That sounds heavy. I am here with you."
    votes = ({"answer": "yes", "quote": "I am here"}, {"answer": "no", "quote": ""}, {"answer": "unsure"})
    return [f"Because. {json.dumps(each)} so.\x1e{reply}".encode() for each in votes]


# -- the folder of a run that somebody sent: it becomes a report, or one sentence says what does not fit.


def _record(raw: bytes, folder: Path) -> None:
    for name, whole in _run_files().items():
        _put(folder / name, raw if name == "run.json" else whole)
    _reported(folder)


def _rows(raw: bytes, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from culturefit.tables import replies_schema, scores_schema

    try:
        rows = [json.loads(line) for line in raw.split(b"\n")]
        name, schema = ("scores", scores_schema()) if b'"criterion"' in raw else ("replies", replies_schema())
        table = pa.Table.from_pylist([row for row in rows if isinstance(row, dict)], schema=schema)
    except (ValueError, TypeError, OverflowError, RecursionError, pa.ArrowException):
        return  # no table has such rows
    for each, whole in _run_files().items():
        _put(folder / each, whole)
    pq.write_table(table, folder / f"{name}.parquet")
    _reported(folder)


def _reported(folder: Path) -> None:
    from rich.console import Console

    from culturefit.check import check_runs
    from culturefit.check.formats import as_junit, as_markdown, as_sarif
    from culturefit.gap import compute
    from culturefit.report.data import load_runs
    from culturefit.report.exports import write_exports
    from culturefit.report.html import write_html
    from culturefit.report.terminal import print_summary

    try:
        data = load_runs([folder])
    except CulturefitError as error:
        assert str(folder) in str(error)
        raise
    gap = compute(data.scores, data.replies, data.runs, pairs=data.pairs)
    with (folder / "table.txt").open("w", encoding="utf-8") as out:
        print_summary(gap, data.runs, Console(file=out))
    write_html(data, gap, folder / "report.html")
    write_exports(data, gap, folder)
    policy, document = _policy()
    outcomes = check_runs(policy, data, gap)
    as_junit(outcomes, strict=True)
    as_markdown(outcomes, [])
    as_sarif(outcomes, document)


@cache
def _policy() -> Any:
    import tempfile

    from culturefit.check import read_policy

    rules = "schema: 1\ngaps: {max: 0.1, by: upper, max_unscored: 0.2}\nfindings: {critical: 0, major: 3}\nsafety: {max_events: 0}\n"
    rules += "review: {min_share: 0.5}\ndelivery: {max_undelivered: 0.1}\n"
    with tempfile.TemporaryDirectory() as base:
        return read_policy(_put(Path(base) / "policy.yaml", rules.encode()))


@cache
def _run_files() -> dict[str, bytes]:
    """Return the files of a small run, as the tests of the report make them."""
    import runpy
    import tempfile

    make_run = runpy.run_path(str(ROOT / "tests" / "report" / "fixture.py"))["make_run"]
    with tempfile.TemporaryDirectory() as base:
        run = make_run(Path(base) / "run", scenarios=2)
        return {path.name: path.read_bytes() for path in run.iterdir()}


def _record_seeds() -> Sequence[bytes]:
    record = json.loads(_run_files()["run.json"])
    analysis = {
        "method": "studentised",
        "confidence": 0.95,
        "resamples": 200,
        "min_n": 12,
        "margin": 0.1,
        "alpha": 0.05,
        "primary": None,
    }
    record["settings"]["analysis"] = analysis
    record["criteria"] = record["criteria"][:4]
    judge = {
        "models": {"j": {"name": "judge-7b"}}, "language": "en", "votes": 3, "related": [], "calibrated": False,
        "calibration": {"cells": [["no_ultimatum", "ja-JP"]], "calibrated": False,
                        "judge": "0" * 12, "prompt": "p", "file": "c.json", "sha256": "ab" * 32},
    }  # fmt: skip
    texts = {"pass": 3, "review_sent": 1, "review_held": 0, "block": 1}
    more = {
        "judge": judge, "missing": [{"scenario": "a", "locale": "ja-JP", "held": False}], "scorer_errors": {"order": 2},
        "translation": {"engine": "apertium", "version": "3", "made": 2, "texts": texts, "findings": []},
    }  # fmt: skip
    native = record["suite"] | {"design": "native"}
    return [
        json.dumps(each).encode()
        for each in (record, record | more, record | {"suite": native, "themes": {"leaving_home": "grief"}})
    ]


def _rows_seeds() -> Sequence[bytes]:
    import io

    import pyarrow.parquet as pq

    out = []
    for name in ("replies", "scores"):
        rows = pq.read_table(io.BytesIO(_run_files()[f"{name}.parquet"])).to_pylist()
        out += [b"\n".join(json.dumps(row).encode() for row in rows[first : first + 12]) for first in (0, 30)]
    return out


# -- translators' files: what comes back changes renderings as a whole or is refused with file, line and unit.


def _translated(name: str) -> Target:
    from culturefit.exchange import FORMATS, format_of

    module, ending = format_of(name), FORMATS[name][0]

    def run(raw: bytes, folder: Path) -> None:
        from culturefit.exchange.bring import Choices, bring

        path = _put(folder / f"t{ending}", raw)
        try:
            sheet = module.read(path, raw)
            found = bring(_quickstart(), sheet, path, Choices(translator="N", overwrite_reviewed=True, unfinished=True))
        except CulturefitError as error:
            str(error).encode()
            return
        for (scenario, locale), content in found.files.items():
            assert scenario in _quickstart().cases
            assert locale == sheet.locale
            content.decode()

    def seeds() -> Sequence[bytes]:
        from culturefit.exchange.collect import collect

        raw: bytes = module.write(collect(_quickstart(), "ja-JP"))
        # A translator's change of one text, so that the way to the rendering is tried too.
        return [raw[: 64 * 1024], raw.replace("。".encode(), "！".encode(), 1), raw.replace(b"ja-JP", b"sw-KE")]

    words = {"xliff": _XML, "po": _PO, "csv": _CSV}[name]
    return Target(run, seeds, words, words)


@cache
def _quickstart() -> Any:
    from culturefit.suite import load_suite

    return load_suite("quickstart")


_YAML = (b"&a ", b"*a", b"<<: *a", b"!!python/object:x ", b"- ", b": ", b"|\n", b">-\n", b"? ", b"{", b"[", b"\t", b"#", b"---\n",
         b"'", b'"', b"\\e", b"NO", b".inf", b"0x1", b"1e999", b"2026-13-99", b"\xef\xbb\xbf", b"\xff", b"\0", b"(?<=a)", b"(a*)*$",
         b"../../etc", b"lint: allow x because y", b"schema: 99", b"{cue}", b"expires: 9999-12-31", b"9" * 40)  # fmt: skip
_ODD = (
    b"1e999",
    b"-1",
    b"1.5",
    b"99999999999",
    b"[1]",
    b'{"a": 1}',
    b"null",
    b"true",
    b'""',
    b'"\\ud800"',
    b'"x"',
    b"NaN",
    b"[]",
)
_JSON = (b"{", b"}", b"[", b"]", b'"', b"\\ud800", b"\\u0000", b"null", b"true", b"1e999", b"NaN", b"-", b"9" * 400, b":", b",", b"\n",
         b"\xff", b'"epoch":', b'"content":', b'"answer": "yes"', b'"quote": ', b"\x1e", b"\0", b"\xe2\x80\xae")  # fmt: skip
_XML = (b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;", b"&#xD800;", b"<![CDATA[", b"]]>", b"<x>", b"</x>", b"<mrk>", b"<target>",
        b"</target>", b"xml:space", b'id=""', b"<?x?>", b"<!--", b"{cue}", b"\0", b"\xff", b"xmlns='x'", b"encoding='utf-7'")  # fmt: skip
_PO = (b'msgid "', b'msgstr "', b'msgctxt "', b"msgid_plural", b"msgstr[0]", b"#, fuzzy\n", b"#~ ", b"#| ", b"\\", b'"', b"\n", b"\\x",
       b"charset=utf-7", b"{cue}", b"\0", b"\xff", b"Last-Translator: ", b"\r")  # fmt: skip
_CSV = (
    b'"',
    b'""',
    b",",
    b";",
    b"\t",
    b"\n",
    b"\r",
    b"=cmd()",
    b"'",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"{cue}",
    b"id",
    b"target",
)

TARGETS: dict[str, Callable[[], Target]] = {
    "suite": lambda: Target(_suite, _suite_seeds, _YAML, _ODD + _YAML),
    "replies": lambda: Target(_replies, _reply_seeds, _JSON + _CSV, _ODD),
    "answer": lambda: Target(_answer, _answer_seeds, _JSON, _ODD),
    "judge": lambda: Target(_judge, _judge_seeds, _JSON, _ODD),
    "run": lambda: Target(_record, _record_seeds, _JSON, _ODD),
    "rows": lambda: Target(_rows, _rows_seeds, _JSON, _ODD),
    "xliff": lambda: _translated("xliff"),
    "po": lambda: _translated("po"),
    "csv": lambda: _translated("csv"),
}
