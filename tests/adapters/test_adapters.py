"""A suite through Inspect and lm-evaluation-harness for real: the embedded model on loopback, the same replies and scores."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from culturefit.api import load_model, run
from culturefit.errors import UsageError
from culturefit.models import weights

ARMS = ["pivot+placebo", "pivot+culture", "local+placebo", "local+culture"]
LOCALES, TOKENS = ["ja-JP", "de-DE"], 16
#: One slot and no prompt cache: the text repeats exactly.
EXACT = {"slots": 1, "cache_prompt": False, "threads": 1}
OURS = ("id", "scorer", "criterion", "dimension", "value", "label", "unscored", "severity", "findings")

needs_weights = pytest.mark.skipif(
    not (weights.cache_folder() / weights.WEIGHTS["embedded"].name).is_file(),
    reason="the weights are not here; run `culturefit fetch embedded`",
)


@contextlib.contextmanager
def served() -> Iterator[str]:
    """Serve the embedded model as a user does; yield the address."""
    settings = [f"model.{name}={str(value).lower()}" for name, value in EXACT.items()]
    code = "import sys; from culturefit.cli import main; sys.exit(main())"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "serve", "model=embedded", *settings, "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        [address] = re.findall(r"http://\S+", process.stdout.readline())
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], dict[str, list[dict[str, Any]]]]:
    """The suite, and what culturefit's own run says of it: replies and score rows by id."""
    from conftest import write_suite

    folder = tmp_path_factory.mktemp("run")
    suite = write_suite(folder / "mini")
    done = run(
        load_model("embedded", **EXACT), suite, locales=LOCALES, arms=ARMS, sampling={"max_tokens": TOKENS}, limit=1,
        out=folder / "out", store=folder / "store.sqlite3",
    )  # fmt: skip
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in done.scores.to_pylist():
        rows.setdefault(row["id"], []).append(plain(row))
    return suite, {row["id"]: row["reply"] for row in done.replies.to_pylist()}, rows


def plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in OURS if name in row}


@needs_weights
def test_inspect_gets_the_same_replies_and_scores(reference: Any, tmp_path: Path):
    pytest.importorskip("inspect_ai", reason="Inspect is not installed; pip install inspect_ai openai")
    suite, replies, rows = reference
    with served() as address:
        command = [
            sys.executable, "-m", "inspect_ai", "eval", "culturefit/suite", "-T", f"suite={suite}", "-T", f"locales={','.join(LOCALES)}",
            "-T", f"arms={','.join(ARMS)}", "-T", "limit=1", "--model", "openai-api/local/SmolLM2-135M-Instruct",
            "--max-tokens", str(TOKENS), "--max-connections", "1", "--display", "plain", "--log-dir", "logs", "--log-format", "json",
        ]  # fmt: skip
        env = os.environ | {"LOCAL_BASE_URL": address, "LOCAL_API_KEY": "none"}
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env, timeout=500, check=False)
    logs = list(tmp_path.glob("logs/*.json"))
    assert len(logs) == 1, done.stdout + done.stderr
    log = json.loads(logs[0].read_text(encoding="utf-8"))
    assert log["status"] == "success", log.get("error") or done.stdout + done.stderr
    found = {each["id"]: each["scores"]["fit"] for each in log["samples"]}
    assert {id_: score["answer"] for id_, score in found.items()} == replies
    for id_, score in found.items():
        assert [plain(row | {"id": id_}) for row in score["metadata"]["rows"]] == rows[id_]
    # A mean is over what was scored; nothing scored is NaN, never 0.
    language = [each["value"]["language"] for each in found.values()]
    told = [each for each in language if isinstance(each, int | float) and not math.isnan(each)]
    printed = {each["name"]: next(iter(each["metrics"].values()))["value"] for each in log["results"]["scores"]}
    assert printed["language"] == pytest.approx(sum(told) / len(told)) if told else True


@needs_weights
def test_lm_eval_gets_the_same_replies_and_scores(reference: Any, tmp_path: Path):
    pytest.importorskip("lm_eval", reason="lm-evaluation-harness is not installed; pip install lm_eval tenacity")
    suite, replies, rows = reference
    tasks = subprocess.run(
        [sys.executable, "-m", "culturefit.adapters.for_lm_eval"], capture_output=True, text=True, check=True
    ).stdout.strip()
    parameters = {"suite": str(suite), "locales": LOCALES, "arms": ARMS, "limit": 1}
    with served() as address:
        command = [
            sys.executable, "-m", "lm_eval", "run", "--include_path", tasks, "--tasks", "culturefit", "--metadata", json.dumps(parameters),
            "--model", "local-chat-completions", "--apply_chat_template", "--gen_kwargs", f"max_gen_toks={TOKENS}",
            "--model_args", f"model=SmolLM2-135M-Instruct,base_url={address}/chat/completions,num_concurrent=1,eos_string=",
            "--output_path", "out", "--log_samples",
        ]  # fmt: skip
        env = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=env, timeout=500, check=False)
    [path] = list(tmp_path.glob("out/**/samples_culturefit*.jsonl")) or [None]
    assert path, done.stdout + done.stderr
    found = {each["doc"]["id"]: each for each in map(json.loads, path.read_text(encoding="utf-8").splitlines())}
    assert {id_: each["filtered_resps"][0] for id_, each in found.items()} == replies
    for id_, each in found.items():
        theirs = [plain(row | {"id": id_}) for row in json.loads(each["rows"])]
        # The harness does not say that the token limit ended a reply, so what a cut does to a score is not seen.
        assert theirs == rows[id_]


def test_conversations_are_left_to_inspect():
    pytest.importorskip("lm_eval", reason="lm-evaluation-harness is not installed; pip install lm_eval tenacity")
    from culturefit.adapters.for_lm_eval import SuiteTask

    with pytest.raises(UsageError, match="only conversations of several turns"):
        SuiteTask({"suite": "repair", "locales": "ja-JP"})


def test_a_measure_is_the_weighted_mean_of_what_was_scored():
    from culturefit.adapters.cells import Cells

    cells = Cells("quickstart", locales="ja-JP")
    sample = next(each for each in cells.samples if each.risk == "acute" or each.risk == "veiled")
    values = cells.values(
        sample.id, cells.rows(sample.id, "You are not alone in this, and I am listening to you. Call 988.")
    )
    # Another country's line where one is due; English where Japanese is; no listed phrase says anything of empathy.
    assert (values["resources_rate"], values["language"]) == (0.0, 0.0)
    assert values["idiom"] is None
    assert {each.locale for each in cells.samples} == {"ja-JP"}
