"""The transformers backend for real, on the CPU, with a tiny Llama of random weights; skipped where torch is absent."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from conftest import Cli

from culturefit.errors import ModelError, RequestFailed
from culturefit.models import weights
from culturefit.models.base import Completion, Model, Request, Sampling
from culturefit.models.drawing import Draw
from culturefit.models.embedded import Embedded
from culturefit.models.transformers import Transformers

torch = pytest.importorskip("torch", reason="the transformers backend needs torch; install culturefit[torch]")
transformers = pytest.importorskip("transformers", reason="it needs transformers; install culturefit[torch]")

#: [s]…[u]…[a]: one byte is one token, so that lengths can be counted by hand.
PLAIN = "{% for m in messages %}[{{ m['role'][0] }}]{{ m['content'] }}{% endfor %}{% if add_generation_prompt %}[a]{% endif %}"
#: As Gemma's template does it.
NO_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + PLAIN
)
CONTEXT = 128


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of two layers that holds 128 tokens, one per byte. Weights are drawn wide, so that texts differ."""
    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = transformers.ByT5Tokenizer(extra_ids=0)
    tokenizer.chat_template = PLAIN
    tokenizer.save_pretrained(folder)
    torch.manual_seed(11)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=CONTEXT, initializer_range=0.5, bos_token_id=None, eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(folder)
    return folder


def with_template(tiny: Path, folder: Path, template: str) -> Path:
    shutil.copytree(tiny, folder, dirs_exist_ok=True)
    tokenizer = transformers.AutoTokenizer.from_pretrained(tiny)
    tokenizer.chat_template = template
    tokenizer.save_pretrained(folder)
    return folder


def request(prompt: str, max_tokens: int = 12, temperature: float = 0.0, seed: int = 1, system: str = "") -> Request:
    messages = [{"role": "system", "content": system}] if system else []
    messages.append({"role": "user", "content": prompt})
    return Request(messages, Sampling(temperature, 0.9, max_tokens, seed))


def ask(model: Model, requests: Sequence[Request]) -> list[Any]:
    """Return completions, or the exception in the place of one that failed; all are asked for at once."""

    async def go() -> list[Any]:
        await model.open()
        try:
            return await asyncio.gather(*map(model.reply, requests), return_exceptions=True)
        finally:
            await model.close()

    return asyncio.run(go())


def load(path: Path | str, **settings: Any) -> Transformers:
    return Transformers(str(path), **{"dtype": "float32", "threads": 1, "device": "cpu"} | settings)


# 17 prompts of 1, 4, 7, … 49 bytes in an order in which neighbours differ much.
PROMPTS = [("lonely " * 8)[: 1 + 3 * ((5 * place) % 17)] for place in range(17)]


@pytest.mark.parametrize("temperature", [0.0, 0.8])
def test_a_reply_in_a_batch_is_the_reply_that_comes_alone(tiny: Path, temperature: float) -> None:
    requests = [request(prompt, temperature=temperature) for prompt in PROMPTS]
    alone = ask(load(tiny, batch_size=1), requests)
    batched = ask(load(tiny, batch_size=6), requests)
    assert [each.text for each in batched] == [each.text for each in alone]
    assert [each.completion_tokens for each in batched] == [each.completion_tokens for each in alone]
    assert len({each.text for each in alone}) > 8  # else equality would say little
    assert {each.extra["batch"] for each in alone} == {1}
    assert sorted(each.extra["batch"] for each in batched) == [5] * 5 + [6] * 12


def test_a_seed_repeats_a_reply_and_another_seed_gives_another(tiny: Path) -> None:
    requests = [request("I feel alone.", 24, 1.0, seed) for seed in (1, 2, 1)]
    first, other, again = ask(load(tiny, batch_size=3), requests)
    assert first.text == again.text != other.text


def test_tokens_are_drawn_from_the_nucleus_in_their_shares_and_greedy_rows_beside_them_are_not() -> None:
    rows = [(Sampling(1.0, 0.7, 1, seed), [seed]) for seed in range(4000)] + [(Sampling(0.0, 1.0, 1, 1), [1])] * 50
    scores = torch.tensor([[0.2, 0.5, 0.3]]).log().repeat(len(rows), 1)
    drawn = Draw(torch, rows, "cpu")(None, scores).argmax(-1)
    assert set(drawn[4000:].tolist()) == {1}
    # 0.5 does not reach 0.7, 0.5 + 0.3 does: the third token is out, the others have 5/8 and 3/8.
    shares = drawn[:4000].bincount(minlength=3) / 4000
    assert shares[0] == 0
    assert abs(shares[1] - 0.625) < 3 * (0.625 * 0.375 / 4000) ** 0.5


def test_batches_are_cut_by_length_so_that_little_is_padding(tiny: Path) -> None:
    found: list[Completion] = ask(load(tiny, batch_size=4), [request(prompt, 1) for prompt in PROMPTS[:16]])
    padded = sum(each.extra["padded_to"] for each in found)
    given = sum(each.prompt_tokens or 0 for each in found)
    # Sorted, neighbours are 3 bytes apart: 3 + 6 + 9 in a batch of 4, and one gap of 6, where the 17th length is
    # missing, adds 3 for each of 3 prompts at most. In the order they came in they are 5 steps of 3 bytes apart.
    unsorted = sum(4 * max(each.prompt_tokens or 0 for each in found[at : at + 4]) for at in (0, 4, 8, 12))
    assert padded - given <= 4 * 18 + 9
    assert unsorted - given > 2 * (padded - given)


def test_a_prompt_that_the_context_cannot_hold_fails_alone(tiny: Path) -> None:
    # [u] and [a] add 6 bytes: 122 bytes make 128 tokens and leave no room, 118 leave room for 4.
    full, crowded, short = ask(load(tiny), [request("x" * 122), request("x" * 118), request("short")])
    assert isinstance(full, RequestFailed)
    assert str(full).startswith(f"The prompt has 128 tokens and {Path(tiny).name} holds 128 with the reply;")
    assert (crowded.prompt_tokens, crowded.completion_tokens <= 4) == (124, True)
    assert short.text == ask(load(tiny), [request("short")])[0].text


def test_where_memory_runs_out_the_batch_is_halved_and_stays_so(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    generate = transformers.LlamaForCausalLM.generate

    def greedy_for_memory(self: Any, input_ids: Any, **settings: Any) -> Any:
        sizes.append(len(input_ids))
        if len(input_ids) > 2:
            torch.empty(2**55)  # 128 PB: the allocator itself says that there is no memory
        return generate(self, input_ids=input_ids, **settings)

    expected = [each.text for each in ask(load(tiny, batch_size=1), [request(prompt) for prompt in PROMPTS[:10]])]
    monkeypatch.setattr(transformers.LlamaForCausalLM, "generate", greedy_for_memory)
    found = ask(load(tiny, batch_size=5), [request(prompt) for prompt in PROMPTS[:10]])
    assert [each.text for each in found] == expected
    assert sizes == [5, 2, 2, 2, 2, 2]


def test_a_request_for_which_there_is_no_memory_fails_with_a_remedy(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(self: Any, input_ids: Any, **settings: Any) -> Any:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(transformers.LlamaForCausalLM, "generate", too_much)
    for each in ask(load(tiny, batch_size=2), [request("one"), request("two")]):
        assert isinstance(each, RequestFailed)
        # 3 bytes, 6 of the template, 12 to be written
        assert str(each).startswith("Memory ran out on cpu for one request of 21 tokens; use a smaller max_tokens")


def test_the_finish_reason_tells_a_cut_reply_from_one_that_ended(tiny: Path) -> None:
    # At temperature 9 every byte is about as likely as the stop token, 1 in 259: after 100 bytes a third has stopped.
    found = ask(load(tiny), [request("a", 100, 9.0, seed) for seed in range(40)])
    stopped = [each.completion_tokens for each in found if each.finish_reason == "stop"]
    cut = [each.completion_tokens for each in found if each.finish_reason == "length"]
    assert len(stopped) + len(cut) == 40
    assert set(cut) == {100}
    assert 3 < len(stopped) < 30
    assert len(set(stopped)) > 3
    assert max(stopped) <= 100


def test_a_system_message_reaches_a_model_whose_template_has_no_place_for_it(tiny: Path, tmp_path: Path) -> None:
    model = load(with_template(tiny, tmp_path, NO_SYSTEM))
    merged, by_hand, without = ask(
        model, [request("Hello.", system="Be kind."), request("Be kind.\n\nHello."), request("Hello.")]
    )
    assert merged.text == by_hand.text != without.text
    assert merged.prompt_tokens == by_hand.prompt_tokens


def test_a_template_that_drops_the_system_message_silently_is_found_out(tiny: Path, tmp_path: Path) -> None:
    dropping = PLAIN.replace("{% for m in messages %}", "{% for m in messages if m['role'] != 'system' %}")
    (found,) = ask(load(with_template(tiny, tmp_path, dropping)), [request("Hello.", system="Be kind.")])
    assert found.prompt_tokens == len("[u]Be kind.\n\nHello.[a]")


def test_messages_that_the_template_refuses_fail_alone(tiny: Path, tmp_path: Path) -> None:
    picky = "{% if 'x' in messages[0]['content'] %}{{ raise_exception('No x here') }}{% endif %}" + PLAIN
    refused, fine = ask(load(with_template(tiny, tmp_path, picky)), [request("x"), request("y")])
    assert isinstance(refused, RequestFailed)
    assert "refuses these messages: No x here" in str(refused)
    assert fine.completion_tokens > 0


def test_a_request_goes_on_when_those_beside_it_are_dropped(tiny: Path) -> None:
    async def go() -> Completion:
        model = load(tiny, batch_size=4)
        await model.open()
        tasks = [asyncio.create_task(model.reply(request("a" * size, 60))) for size in (1, 2, 3, 4)]
        await asyncio.sleep(0.06)
        for task in tasks[:3]:
            task.cancel()
        found = await asyncio.wait_for(tasks[3], 30)
        await model.close()
        return found

    assert asyncio.run(go()).text == ask(load(tiny, batch_size=1), [request("aaaa", 60)])[0].text


def test_closing_ends_what_is_under_way_and_what_waits(tiny: Path) -> None:
    async def go() -> list[Any]:
        model = load(tiny, batch_size=1)
        await model.open()
        # 30 × 110 tokens take seconds; four are taken first and the others wait.
        tasks = [asyncio.create_task(model.reply(request("a", 110))) for _ in range(30)]
        await asyncio.sleep(0.1)
        await asyncio.wait_for(model.close(), 10)
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)

    found = asyncio.run(go())
    assert str(found[-1]) == "The model was closed before it answered."
    assert {type(each) for each in found} <= {Completion, RequestFailed}
    assert {each.completion_tokens for each in found if isinstance(each, Completion)} <= {110}


def test_the_identity_is_the_checksum_of_the_files_and_not_their_place(tiny: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tiny, copy)
    identity = load(tiny, name="m").identity()
    assert json.loads(json.dumps(identity)) == identity
    assert load(copy, name="m").identity() == identity
    assert load(copy, name="m", batch_size=4).identity() == identity
    assert load(copy, name="m", batch_size=1).identity() == identity | {"repeatable": True}
    other = with_template(tiny, tmp_path / "other", PLAIN + " ")  # a chat template changes every reply
    assert load(other, name="m").identity()["files"] != identity["files"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"path": "./no/such/folder"}, "model.path=./no/such/folder is not here; give a folder of model files"),
        ({"path": "weights.gguf"}, "model.path=weights.gguf is not here; give a folder of model files"),
        ({"path": "organisation/model"}, "model.path=organisation/model is no folder here and could not be had"),
        ({"dtype": "int3"}, "model.dtype=int3 is not known; use one of auto, float32"),
        ({"batch_size": 0}, "model.batch_size is 0; it must be 1 or more."),
        ({"gguf_file": "a.gguf"}, "model.gguf_file=a.gguf is not in"),
        ({"device": "cuda:77"}, "could not be loaded"),
    ],
)
def test_what_cannot_be_loaded_is_told_in_a_sentence(
    tiny: Path, settings: dict[str, Any], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError) as told:
        ask(load(**{"path": str(tiny)} | settings), [])
    assert str(told.value).startswith(words) or words in str(told.value)
    assert "\n" not in str(told.value)


def test_a_base_model_without_a_chat_template_is_not_taken(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="has no chat template"):
        ask(load(with_template(tiny, tmp_path, "")), [])


def test_a_run_asks_a_cached_hub_model_without_a_network_and_records_its_commit(
    tiny: Path, mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    cached = tmp_path / "hf" / "hub" / "models--someone--tiny"
    shutil.copytree(tiny, cached / "snapshots" / commit)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit)
    done = cli(
        "run", "model=transformers", "model.path=someone/tiny", "model.threads=1", "suite=folder",
        f"suite.path={mini_suite}", "scorers=[]", "sampling.max_tokens=4", "limit=1", "report=none",
        HF_HOME=str(tmp_path / "hf"), HF_HUB_OFFLINE="1",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (path,) = tmp_path.glob("outputs/*/*/replies.parquet")
    rows = pq.read_table(path).to_pylist()
    # Some prompts with cues, the Japanese ones at 3 bytes a letter, are longer than 128 bytes; the uncued are answered.
    assert {row["status"] for row in rows if row["arm"] == "pivot"} == {"ok"}
    assert {row["completion_tokens"] for row in rows if row["status"] == "ok"} <= {1, 2, 3, 4}
    assert {row["model"] for row in rows} == {"tiny"}
    assert commit in (path.parent / "run.json").read_text()


@pytest.mark.skipif(
    not (weights.cache_folder() / weights.WEIGHTS["embedded"].name).is_file(),
    reason="the weights are not here; run `culturefit fetch embedded`",
)
def test_the_embedded_models_weights_give_the_text_that_llama_cpp_gives() -> None:
    pytest.importorskip("gguf", reason="GGUF files need gguf; install culturefit[torch]")
    pytest.importorskip("accelerate", reason="GGUF files need accelerate; install culturefit[torch]")
    model = load(weights.find(), dtype="auto", batch_size=2)
    assert model.identity()["files"] == weights.WEIGHTS["embedded"].digest
    lonely, capital = ask(model, [request("I feel lonely in a new city.", 4), request("Capital of France?", 8)])
    assert (lonely.finish_reason, lonely.completion_tokens) == ("length", 4)
    # llama.cpp reads the same file with code of its own; sums taken in another order part the texts only later.
    (other,) = ask(Embedded("m", slots=1, threads=1, cache_prompt=False), [request("Capital of France?", 8)])
    assert (capital.text, capital.prompt_tokens) == (other.text, other.prompt_tokens)


def test_a_pipeline_is_a_model_with_the_backends_own_replies_and_the_weights_it_holds_now(
    tiny: Path, mini_suite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from culturefit.api import run
    from culturefit.errors import UsageError
    from culturefit.models.pipeline import Pipeline

    monkeypatch.chdir(tmp_path)
    made = transformers.pipeline("text-generation", str(tiny), device="cpu", dtype="float32")
    asked = [request("hello", system="Be kind."), request("hello", temperature=1.0, seed=5)]
    assert [each.text for each in ask(Pipeline(made), asked)] == [each.text for each in ask(load(tiny), asked)]
    settings: dict[str, Any] = {"scorers": [], "limit": 1, "sampling": {"max_tokens": 8}}
    assert run(made, mini_suite, **settings).record["counts"]["asked"] == 9
    assert run(made, mini_suite, **settings).record["counts"]["reused"] == 9
    with torch.no_grad():
        made.model.lm_head.weight[0, 0] += 1  # trained further under the same name
    assert run(made, mini_suite, **settings).record["counts"]["asked"] == 9
    made.tokenizer.chat_template = None
    with pytest.raises(UsageError, match="no chat template"):
        Pipeline(made)
