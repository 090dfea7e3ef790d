"""Fluency: what is said twice, left over or translated word by word, and how long a reply is beside the reference."""

from __future__ import annotations

import importlib.util

import pytest

from culturefit.errors import UsageError
from culturefit.scoring import scorers


def test_a_sentence_said_again_is_found_where_it_comes_back(judged):
    reply = "Estoy aquí para escucharte siempre. Cuéntame más. Estoy aquí para escucharte siempre."
    found = judged("fluency", reply, "es-MX")
    assert [reply[each.start : each.end] for each in found.findings] == ["Estoy aquí para escucharte siempre"]
    assert found.findings[0].start == reply.rindex("Estoy")
    assert found.value == 0.75


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        ("Hola [Nombre], gracias por escribir. Te escucho.", "placeholder"),
        ("Bonjour {{user_name}}, je vous écoute ce soir.", "placeholder"),
        ("Here are some tips:\nrespira despacio y camina un poco.", "english-left"),
        ("Sure! Claro que sí, hablemos de tu abuela.", "english-left"),
    ],
)
def test_left_over_template_and_english_openers_are_shown(judged, reply, rule):
    assert [each.rule for each in judged("fluency", reply, "es-MX").findings] == [rule]


def test_english_openers_are_fine_in_english(judged):
    assert judged("fluency", "Sure! Here are some tips: breathe slowly and walk a little.", "en-US").value == 1.0


def test_a_calque_is_counted_and_a_disputed_one_only_shown(judged):
    counted = judged("fluency", "Llega a ti misma: es hora de tomar cuidado de ti, poco a poco.", "es-MX")
    disputed = judged("fluency", "Lo que cuentas hace sentido para mí, de verdad.", "es-MX")
    assert (round(counted.value, 2), counted.severity) == (0.85, "minor")
    assert (disputed.value, disputed.severity, disputed.findings[0].severity) == (1.0, None, "neutral")


def test_length_is_held_against_the_reference_by_letters_of_the_script(judged):
    reference = "That sounds heavy. You have carried this for a long time. What weighs most on you tonight?"
    # About the same in Japanese: half as many characters, each weighed as two.
    same = judged(
        "fluency",
        "それは重いですね。長いあいだ一人で抱えてこられたのですね。今夜いちばん重いのは何ですか。",
        "ja-JP",
        reference=reference,
    )
    short = judged("fluency", "大変ですね。休んで。", "ja-JP", reference=reference)
    assert same.value == 1.0
    assert 0.7 < same.detail["against_reference"] < 1.5
    assert [each.rule for each in short.findings] == ["length"]


def test_without_torch_the_perplexity_option_says_what_to_install():
    with pytest.raises(UsageError, match="perplexity_max"):
        scorers.create("fluency", perplexity_max=3.0)
    if importlib.util.find_spec("torch"):
        pytest.skip("torch is installed here: test_perplexity_of_a_real_model measures it")


def test_perplexity_of_a_real_model_is_lower_for_what_it_has_learnt(judged, tmp_path):
    torch = pytest.importorskip("torch", reason="perplexity needs the extra culturefit[torch]")
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = {chr(code): code - 32 for code in range(32, 127)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="?")
    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config(vocab_size=95, n_positions=128, n_embd=32, n_layer=1, n_head=2))
    ids = torch.tensor([fast("you are not alone with this " * 4)["input_ids"]])
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(60):
        loss = model(ids, labels=ids).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    model.save_pretrained(tmp_path)
    fast.save_pretrained(tmp_path)
    params = {"perplexity": str(tmp_path)}
    known = judged("fluency", "you are not alone with this", "en-US", params=params).detail["bits_per_character"]
    strange = judged("fluency", "zyx quorv jkl wbnm pfgh dcba", "en-US", params=params).detail["bits_per_character"]
    assert known < 2 < strange


def test_a_loop_says_nothing_of_fluency(judged):
    looped = judged("fluency", "O que não é mais que eu me disse? " * 8, "pt-BR")
    assert (looped.value, looped.unscored) == (None, "incoherent")
