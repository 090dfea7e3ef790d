"""The transformers engine for real, on the CPU, with tiny models that the tests train; skipped where torch is absent.

Each model learns three sentences by heart in two languages, so that a wrong mark, source code or first token shows as the
wrong language.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from culturefit.errors import ModelError, UsageError
from culturefit.run.budget import Caps
from culturefit.suite import load_suite
from culturefit.translation import Means, Wanted
from culturefit.translators._drafts import Piece
from culturefit.translators.transformers import Seq2Seq

torch = pytest.importorskip("torch", reason="the transformers engine needs torch; install culturefit[torch]")
transformers = pytest.importorskip("transformers", reason="it needs transformers; install culturefit[torch]")

ENGLISH = ["I cannot sleep.", "Can you listen?", "The dog is old."]
SPANISH = ["No puedo dormir.", "¿Me escuchas?", "El perro es viejo."]
GERMAN = ["Ich schlafe nicht.", "Hörst du zu?", "Der Hund ist alt."]


def learn(model: Any, inputs: Any, labels: Any, enough: float) -> None:
    """Train until the pairs are known by heart."""
    torch.set_num_threads(1)  # several would wait for each other beside other busy programs
    torch.manual_seed(3)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(600):
        loss = model(**inputs, labels=labels).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if loss.item() < enough:
            return
    pytest.fail(f"not learned: {loss.item()}")


def labels_of(tokenizer: Any, texts: list[str]) -> Any:
    ids = tokenizer(text_target=texts, padding=True, return_tensors="pt")["input_ids"]
    return ids.masked_fill(ids == tokenizer.pad_token_id, -100)


@pytest.fixture(scope="module")
def byt5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A T5 over bytes, told its languages by "translate English to Spanish: "."""
    folder = tmp_path_factory.mktemp("byt5")
    tokenizer = transformers.ByT5Tokenizer(extra_ids=0)
    torch.manual_seed(3)
    model = transformers.T5ForConditionalGeneration(transformers.T5Config(
        vocab_size=len(tokenizer), d_model=64, d_kv=16, d_ff=128, num_layers=2, num_heads=4, dropout_rate=0.0,
        pad_token_id=0, eos_token_id=1, decoder_start_token_id=0,
    ))  # fmt: skip
    sources = [f"translate English to {name}: {text}" for name in ("Spanish", "German") for text in ENGLISH]
    inputs = tokenizer(sources, padding=True, return_tensors="pt")
    learn(model, inputs, labels_of(tokenizer, SPANISH + GERMAN), 0.02)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def nllb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An M2M100 with NLLB's tokenizer and codes; a token is a letter."""
    folder = tmp_path_factory.mktemp("nllb")
    letters = sorted({letter for text in (*ENGLISH, *SPANISH, *GERMAN) for letter in text if letter != " "})
    names = ["<s>", "<pad>", "</s>", "<unk>", "▁", *letters]
    tokenizer = transformers.NllbTokenizer(
        vocab={name: place for place, name in enumerate(names)}, extra_special_tokens=["eng_Latn", "spa_Latn", "deu_Latn"]
    )  # fmt: skip
    torch.manual_seed(3)
    model = transformers.M2M100ForConditionalGeneration(transformers.M2M100Config(
        vocab_size=len(tokenizer), d_model=64, encoder_layers=2, decoder_layers=2, encoder_attention_heads=4, decoder_attention_heads=4,
        encoder_ffn_dim=128, decoder_ffn_dim=128, dropout=0.0, attention_dropout=0.0, activation_dropout=0.0, max_position_embeddings=256,
        pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, encoder_layerdrop=0.0, decoder_layerdrop=0.0,
        forced_eos_token_id=2,
    ))  # fmt: skip
    tokenizer.src_lang = "eng_Latn"
    inputs = tokenizer(ENGLISH * 2, padding=True, return_tensors="pt")
    rows = []
    for code, texts in (("spa_Latn", SPANISH), ("deu_Latn", GERMAN)):
        tokenizer.tgt_lang = code
        rows += [tokenizer(text_target=text)["input_ids"] for text in texts]
    width = max(map(len, rows))
    # Which of two languages is meant is not in the source: ln 2 for the first of about 18 tokens, 0.039, is the best there is.
    learn(model, inputs, torch.tensor([row + [-100] * (width - len(row)) for row in rows]), 0.05)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def load(path: Path, **settings: Any) -> Seq2Seq:
    return Seq2Seq(str(path), **{"dtype": "float32", "device": "cpu", "threads": 1} | settings)


def pieces(*texts: str) -> list[Piece]:
    return [Piece(text, "prompt") for text in texts]


WHOLE = "I cannot sleep. {cue}Can you listen?\n\nThe dog is old. https://a.example/x"


@pytest.mark.parametrize("family", ["byt5", "nllb"])
def test_each_language_is_asked_for_in_the_familys_own_way_and_what_is_no_sentence_comes_through(
    family: str, request: pytest.FixtureRequest
) -> None:
    engine = load(request.getfixturevalue(family))
    made = engine.translate(pieces(WHOLE, "The dog is old."), "en-US", "es-MX")
    assert made == [
        "No puedo dormir. {cue}¿Me escuchas?\n\nEl perro es viejo. https://a.example/x",
        "El perro es viejo.",
    ]
    assert engine.translate(pieces("Can you listen?"), "en-GB", "de-AT") == ["Hörst du zu?"]
    parameters = engine.parameters("en-US", "de-DE")
    assert len(parameters["files"]) == 64
    told = (parameters["family"], parameters["before"], parameters["source"])
    assert told == {
        "byt5": ("t5", "translate English to German: ", None),
        "nllb": ("nllb", "", "eng_Latn"),
    }[family]  # fmt: skip


def test_a_language_the_model_does_not_know_is_told_with_those_it_knows(nllb: Path) -> None:
    with pytest.raises(
        UsageError,
        match="does not know sw-KE: swh_Latn is not in its vocabulary; its languages are deu_Latn, eng_Latn, spa_Latn",
    ):
        load(nllb).translate(pieces("The dog is old."), "en-US", "sw-KE")


def test_a_text_that_does_not_come_to_an_end_has_no_translation_and_is_not_kept(nllb: Path, tmp_path: Path) -> None:
    """The configuration puts an end where the limit is; five letters are not the eighteen of the sentence."""
    short = load(nllb, max_tokens=5)
    short.prepare(Means(tmp_path / "s.sqlite3", "here", Caps()))
    assert short.translate(pieces("The dog is old."), "en-US", "es-MX") == [None]


def test_what_was_translated_is_kept_under_the_weights_and_the_search(
    byt5: Path, tmp_path: Path, monkeypatch: Any
) -> None:
    means = Means(tmp_path / "s.sqlite3", "here", Caps())
    first = load(byt5)
    first.prepare(means)
    due = first.translate(pieces(*ENGLISH), "en-US", "es-MX")
    again = load(byt5)
    again.prepare(means)
    model = again._model("en-US", "es-MX")
    calls: list[int] = []
    generate = model.generate
    monkeypatch.setattr(model, "generate", lambda *given: (calls.append(len(given[0])), generate(*given))[1])
    assert again.translate(pieces(*ENGLISH), "en-US", "es-MX") == due == SPANISH
    assert not calls
    greedy = load(byt5, beams=1)
    greedy.prepare(means)
    assert greedy.parameters("en-US", "es-MX") != again.parameters("en-US", "es-MX")


def test_a_rendering_of_a_suite_is_made_and_names_the_weights(byt5: Path, mini_suite: Path) -> None:
    pivot = mini_suite / "exam" / "en-US.yaml"
    pivot.write_text(
        pivot.read_text().replace("because of exam", "").replace("sleep .", "sleep.").replace("The kettle stands on a table by a window. ", "The dog is old. ")
    )  # fmt: skip
    [made] = load(byt5).render([Wanted(load_suite(mini_suite).cases["exam"], "es-MX", "en-US", "en-US")])
    assert made is not None
    assert made.rendering is not None
    assert made.rendering.prompt == "No puedo dormir. {cue}¿Me escuchas?"
    assert made.rendering.placebo.local == "El perro es viejo. "
    assert {each.where: each.verdict for each in made.checked} == {"prompt": "pass", "placebo.local": "pass"}
    assert made.rendering.machine is not None
    assert made.rendering.machine.parameters["family"] == "t5"


def test_what_cannot_be_loaded_is_told_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"translator.path=.*/none is not here; give a folder"):
        load(tmp_path / "none").parameters("en-US", "es-MX")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="could not be loaded as a seq2seq model"):
        load(tmp_path).parameters("en-US", "es-MX")
    with pytest.raises(UsageError, match="family=nlb is not known"):
        load(tmp_path, family="nlb")
