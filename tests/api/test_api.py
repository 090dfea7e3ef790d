"""The Python API: a run of a function, inside an event loop too; what is kept; what a notebook shows."""

from __future__ import annotations

import asyncio
import functools
import re
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

from culturefit.api import Run, gap, load_model, load_suite, report, run, score
from culturefit.errors import CulturefitError, ModelError, UsageError
from culturefit.models.fingerprint import function_digest

HOSTILE = "<script>alert(1)</script> \u202e Please call 988 tonight."


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def bot(messages: list[dict[str, str]]) -> str:
    return f"I hear you. {messages[-1]['content']}"


def counts(done: Run) -> tuple[int, int]:
    return done.record["counts"]["asked"], done.record["counts"]["reused"]


def test_a_function_is_run_scored_reported_and_not_asked_twice(mini_suite: Path):
    done = run(bot, mini_suite, scorers=["language"])
    # 2 scenarios: 3 uncued or placebo and cued arms of en-US, and 3 arms in each of two locales: 2 x (3 + 2 x 3).
    assert counts(done) == (18, 0)
    assert done.replies.num_rows == 18
    found = gap(done)
    assert found["reference"] == "en-US"
    assert "bot" in found.sentences()
    assert report(done).path.read_text(encoding="utf-8").count("I hear you.")
    assert counts(run(bot, load_suite(mini_suite), scorers=["language"])) == (0, 18)


def test_it_runs_inside_a_running_event_loop_and_leaves_the_loop_usable(mini_suite: Path):
    async def notebook() -> tuple[int, int]:
        done = run(bot, mini_suite, scorers=[], limit=1)
        await asyncio.sleep(0)
        return counts(done)

    assert asyncio.run(notebook()) == (9, 0)
    assert counts(run(bot, mini_suite, scorers=[], limit=1)) == (0, 9)


def test_an_interrupt_in_a_notebook_keeps_what_arrived(mini_suite: Path, tmp_path: Path):
    code = """
        import asyncio, sys, time
        from culturefit.api import run
        from culturefit.errors import Stopped
        asked = []
        def bot(messages):
            asked.append(1)
            if len(asked) == 3:
                print("third", flush=True)
                time.sleep(600)
            return "A reply."
        async def cell():
            from culturefit.models.callable import CallableModel
            try:
                run(CallableModel(bot, concurrency=1), sys.argv[1], scorers=[], out="stopped")
            except Stopped as stopped:
                print(stopped, flush=True)
        # A kernel's loop, unlike asyncio.run's, lets Ctrl-C through as KeyboardInterrupt.
        asyncio.new_event_loop().run_until_complete(cell())
        import os; os._exit(0)  # the bot's thread sleeps on
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), str(mini_suite)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "third\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    told, _ = process.communicate(timeout=30)
    assert "Stopped: what has arrived is kept in outputs/store/replies.sqlite3" in told
    record = Run(tmp_path / "stopped").record
    assert (record["status"], record["counts"]["asked"]) == ("stopped", 2)
    assert "stopped before its tables" in Run(tmp_path / "stopped")._repr_html_()


def test_a_function_that_never_replies_is_an_error_and_one_that_sometimes_does_a_warning(
    mini_suite: Path, tmp_path: Path
):
    def nothing(messages: list[dict[str, str]]) -> Any:
        return None

    def sometimes(messages: list[dict[str, str]]) -> Any:
        return None if "exam" in messages[-1]["content"] else "A reply."

    with pytest.raises(ModelError, match=r"nothing answered nothing: 9 of 9 requests failed \(9 × .*returned NoneType"):
        run(nothing, mini_suite, scorers=[], limit=1, out="dead")
    assert Run(tmp_path / "dead").record["counts"]["errors"][0][1] == 9
    with pytest.warns(UserWarning, match=r"9 of 18 requests brought no reply: 9 × .*returned NoneType") as told:
        done = run(sometimes, mini_suite, scorers=[])
    assert done.record["counts"]["delivered"] == 9
    assert told[0].filename == __file__


def test_rows_of_ones_own_are_a_suite():
    done = run(bot, [{"id": "a", "prompt": "眠れません。", "locale": "ja-JP"}], scorers=["language"])
    assert [row["reply"] for row in done.replies.to_pylist()] == ["I hear you. 眠れません。"]
    with pytest.raises(CulturefitError, match="row 1: locale"):
        load_suite([{"prompt": "hello"}])


def test_many_replies_are_scored_and_averaged():
    rows = [
        {"id": "1", "locale": "es-MX", "reply": "Te escucho, no estás sola en esto."},
        {"id": "2", "locale": "es-MX", "reply": "I am listening, you are not alone in this."},
        {"id": "3", "locale": "es-MX", "reply": ""},
    ]
    table = score(rows, scorers=["language"])
    # One of the two that could be scored is Spanish; the empty one is unscored, not 0.
    expected = {"locale": "es-MX", "dimension": "language", "criterion": "language"}
    assert table.means() == [expected | {"mean": 0.5, "scored": 2, "unscored": 1}]
    assert table.to_arrow().num_rows == len(table) == 3


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: score("Hola."), "needs its locale"),
        (lambda: score([{"id": "1", "locale": "es-MX", "reply": "Hola."}], prompt="¿Qué?"), "in each row"),
        (lambda: score([], scorers=["language"]), "There are no rows"),
        (lambda: run(3), "int is no model"),
        (lambda: run("opnai"), "Did you mean 'openai'"),
        (lambda: run(bot, epoch=2), "'epoch' is no setting of a run"),
        (lambda: run(bot, dry_run=True), "belongs to the command line"),
        (lambda: load_model("openai"), r"load_model\('openai', name=…\)"),
        (lambda: load_model("openai", name="m", urll="x"), "Unknown setting of openai 'urll'"),
        (lambda: gap("nowhere"), "nowhere is no folder"),
    ],
)
def test_a_wrong_call_is_one_sentence_with_the_remedy(call: Any, words: str):
    with pytest.raises(CulturefitError, match=words):
        call()


def test_a_function_of_a_file_and_a_configured_model_go_by_name(mini_suite: Path, tmp_path: Path):
    (tmp_path / "mine.py").write_text("def reply(messages): return 'From a file.'\n", encoding="utf-8")
    done = run("mine.py:reply", mini_suite, scorers=[], limit=1)
    assert {row["reply"] for row in done.replies.to_pylist()} == {"From a file."}
    (tmp_path / "kept.jsonl").write_text('{"prompt": "p", "reply": "r"}\n', encoding="utf-8")
    assert load_model("replay", name="kept", path="kept.jsonl").name == "kept"


def test_functions_that_answer_otherwise_are_told_apart():
    def make(word: str) -> Any:
        return lambda messages: word

    class Said:
        def __init__(self, word: str) -> None:
            self.word = word

        def __call__(self, messages: Any) -> str:
            return self.word

    scope: list[dict[str, Any]] = [{"__name__": "__main__"}, {"__name__": "__main__"}, {"__name__": "__main__"}]
    for each, helper in zip(scope, ("a", "a", "b"), strict=True):
        # A notebook: the cell of the bot stays, the cell of its helper is changed.
        exec(f"def helper(): return '{helper}'\ndef bot(messages): return helper()", each)
    assert function_digest(scope[0]["bot"]) == function_digest(scope[1]["bot"]) != function_digest(scope[2]["bot"])
    scope = [{"__name__": "__main__"} for _ in range(3)]
    for each, word in zip(scope, ("a", "a", "b"), strict=True):
        exec(f"class C:\n def say(self): return '{word}'\nc = C()\ndef bot(messages): return c.say()", each)
    assert function_digest(scope[0]["bot"]) == function_digest(scope[1]["bot"]) != function_digest(scope[2]["bot"])
    assert function_digest(make("a")) == function_digest(make("a")) != function_digest(make("b"))
    assert function_digest(Said("a")) == function_digest(Said("a")) != function_digest(Said("b"))
    assert function_digest(functools.partial(make, "a")) != function_digest(functools.partial(make, "b"))


def test_a_notebook_shows_spans_tables_and_charts_and_nothing_of_a_reply_as_markup(mini_suite: Path):
    one = score(HOSTILE, "ja-JP")
    many = score([{"id": "<b>1</b>", "locale": "ja-JP", "reply": HOSTILE}])
    done = run(lambda messages: HOSTILE if "れ" in messages[-1]["content"] else "I am listening to you.", mini_suite)
    shown = [one._repr_html_(), many._repr_html_(), done._repr_html_(), report(done)._repr_html_()]
    for html in shown:
        assert "<script" not in html
        assert "<b>1" not in html
        assert "\u202e" not in html
        assert not re.search(r"\son\w+=", html)
    assert re.search(r"<mark[^>]*>[^<]*988", shown[0])
    assert "⟨U+202E⟩" in shown[0]
    assert re.search(r"<mark[^>]*>[^<]*988", shown[1])
    assert "<svg" in shown[2]
    assert "ja-JP" in shown[2]


def test_the_top_level_names_shadow_no_subpackage():
    code = (
        "import culturefit, culturefit.run, culturefit.gap, culturefit.report, types, sys\n"
        "assert all(isinstance(getattr(culturefit, n), types.ModuleType) for n in ('run', 'gap', 'report'))\n"
        "assert callable(culturefit.load_suite) and callable(culturefit.score)\n"
        "import culturefit.api\n"
        "print(sorted({'numpy', 'pyarrow', 'pydantic', 'hydra', 'datasets', 'aiohttp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    # gap's and report's own packages import none of them either.
    assert done.stdout == "[]\n"


def test_an_unknown_top_level_name_is_an_attribute_error():
    import culturefit

    with pytest.raises(AttributeError, match="rnu"):
        culturefit.rnu  # noqa: B018
    with pytest.raises(UsageError):
        culturefit.load_suite("no_such_suite")


def test_exported_results_have_the_same_features_with_and_without_intervals(mini_suite: Path, tmp_path: Path):
    from conftest import write_suite
    from datasets import concatenate_datasets, load_dataset

    from culturefit.report.dataset import write_results

    # 2 scenarios have no interval, so low, high, p, method are empty; 12 have all of them.
    twelve = write_suite(tmp_path / "twelve", {f"case{letter}": "none" for letter in "abcdefghijkl"})
    tables = []
    for name, suite in (("few", mini_suite), ("many", twelve)):
        done = run(bot, suite, scorers=["language", "script"], out=tmp_path / name)
        write_results([done.folder], tmp_path / f"{name}-hub")
        for table in ("gaps", "scores", "replies"):
            cache = str(tmp_path / "cache" / name)
            tables.append(load_dataset(str(tmp_path / f"{name}-hub"), table, split="train", cache_dir=cache))
    for few, many in zip(tables[:3], tables[3:], strict=True):
        assert few.features == many.features
        assert len(concatenate_datasets([few, many])) == len(few) + len(many)
    assert all(row["low"] is None for row in tables[0])
    assert any(row["low"] is not None for row in tables[3])
