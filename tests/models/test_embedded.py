"""The embedded model for real; skipped where its weights have not been fetched (`culturefit fetch embedded`)."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli

from culturefit.errors import ModelError
from culturefit.models import weights
from culturefit.models.base import Completion, Request, Sampling
from culturefit.models.embedded import Embedded

needs_weights = pytest.mark.skipif(
    not (weights.cache_folder() / weights.WEIGHTS["embedded"].name).is_file(),
    reason="the weights are not here; run `culturefit fetch embedded`",
)


def ask(prompt: str, max_tokens: int, **settings: Any) -> Completion:
    async def go() -> Completion:
        model = Embedded("m", **settings)
        await model.open()
        try:
            return await model.reply(Request(({"role": "user", "content": prompt},), Sampling(0.0, 1.0, max_tokens, 1)))
        finally:
            await model.close()

    return asyncio.run(go())


@needs_weights
def test_it_answers_in_words_and_says_when_the_token_limit_cut_it() -> None:
    found = ask("I feel lonely in a new city. Can you listen?", 16, threads=1)
    assert len(found.text.split()) > 5
    assert found.finish_reason == "length"
    assert found.completion_tokens == 16


@needs_weights
def test_one_slot_without_prompt_cache_repeats_the_text() -> None:
    settings: dict[str, Any] = {"slots": 1, "cache_prompt": False, "threads": 1}
    assert (
        ask("My mother died in spring.", 24, **settings).text == ask("My mother died in spring.", 24, **settings).text
    )


def test_without_weights_the_remedy_is_the_command_to_fetch_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CULTUREFIT_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="run `culturefit fetch embedded` once"):
        Embedded("m").identity()


def test_weights_that_were_altered_are_not_taken(tmp_path: Path, cli: Cli) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF" + b"\0" * 100)
    done = cli("run", f"model.path={tmp_path / 'bad.gguf'}", "limit=1", "locales=[en-US]", "scorers=[]", "report=none")
    assert done.returncode == 1
    assert "could not be loaded as a GGUF model" in done.stderr
    assert "Traceback" not in done.stderr


@needs_weights
def test_its_identity_is_the_checksum_of_its_file_and_holds_what_changes_the_text() -> None:
    identity = Embedded("m").identity()
    assert identity["file"] == weights.WEIGHTS["embedded"].digest == weights.sha256(weights.find())
    assert json.loads(json.dumps(identity)) == identity
    assert Embedded("m", slots=1, cache_prompt=False).identity() != identity
