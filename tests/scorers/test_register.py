"""Forms of address: on whole support replies, in what is quoted, against what the person used, and as the design's example says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

REPLIES = yaml.safe_load((Path(__file__).parents[1] / "data" / "register" / "replies.yaml").read_text("utf-8"))
LOCALES = {"pt": "pt-PT", "hi-Latn": "hi-Latn-IN", "es": "es-UY"}


@pytest.mark.parametrize("language", REPLIES)
def test_support_replies_are_labelled_with_their_form_of_address(judged, language):
    told = [
        (level, judged("register", reply, LOCALES.get(language, language)).label)
        for level in ("formal", "informal")
        for reply in REPLIES[language][level]
    ]
    # Never the other one; at most one reply of a language shows no form that a rule or the model is sure of.
    assert {pair for pair in told if pair[1] != "none"} <= {("formal", "formal"), ("informal", "informal")}
    assert sum(label == "none" for _, label in told) <= 1


def test_banmal_to_a_person_who_writes_politely_is_the_worked_example(judged):
    # 너 is the eighth code point; the ending is 해체 as well.
    found = judged(
        "register", "안녕. 그건 너 때문이 아니야.", "ko-KR", prompt="요즘 너무 힘들어요. 어떻게 하면 좋을까요?"
    )
    first = found.findings[0]
    assert (found.value, found.label, found.severity, found.detail["level"]) == (0.0, "informal", "major", "해체")
    assert (first.start, first.end, first.rule, first.category) == (7, 8, "ko-banmal", "Fluency/Register")
    assert first.message == "“너” uses plain style (해체); the person writes 해요체."


def test_words_suggested_for_somebody_else_are_not_the_replys_own_address(judged):
    reply = "Sie könnten Ihrem Bruder sagen: „Ich brauche dich, ruf mich bitte an, wenn du Zeit hast.“ Mögen Sie das?"
    found = judged("register", reply, "de-DE")
    assert (found.value, found.label, found.findings) == (1.0, "formal", ())


def test_a_reply_mirrors_the_person_who_says_du(judged):
    asked = "kannst du mir zuhören? ich kann nicht mehr schlafen"
    mirrored = judged("register", "Ja, erzähl. Was hält dich wach?", "de-DE", prompt=asked)
    stiff = judged("register", "Ja, bitte. Was hält Sie wach?", "de-DE", prompt=asked)
    assert mirrored.value == 1.0
    # One step more formal than the person is no insult: half, and minor.
    assert (stiff.value, stiff.severity) == (0.5, "minor")


def test_switching_within_a_reply_is_mixed_and_shows_where(judged):
    reply = "Vous portez cela seul. Prends une pause, toi aussi. Vous pouvez me raconter."
    found = judged("register", reply, "fr-FR")
    assert found.label == "mixed"
    assert [reply[each.start : each.end] for each in found.findings] == ["toi"]


def test_european_data_never_decide_brazilian_register(judged):
    # Only a form of the verb shows the level here; in Brazil it is what one says with você, so there is no marker.
    reply = "É muito para aguentar assim. Respire fundo e tente dormir um pouco esta noite, vai fazer bem."
    assert judged("register", reply, "pt-BR").label == "none"
    assert judged("register", "Você pode ligar quando quiser. Estou aqui para você.", "pt-BR").value == 1.0


@pytest.mark.parametrize("language", ["en-US", "am-ET"])
def test_a_language_without_rules_is_unscored_and_never_passes(judged, language):
    found = judged("register", "You are not alone with this, I am here and listening to you.", language)
    assert (found.value, found.unscored) == (None, "unsupported_language")


# Each of these was taken for a form of address of the language due, by its rules or by its model.
@pytest.mark.parametrize("locale", ["es-MX", "ko-KR", "ja-JP", "pt-BR", "hi-IN", "hi-Latn-IN", "it-IT", "de-DE"])
@pytest.mark.parametrize("reply", ["I hear you. Call 988.", "You are not alone with this, I am here and listening."])
def test_a_reply_in_another_language_has_no_form_of_address_of_this_one(judged, locale, reply):
    found = judged("register", reply, locale, prompt="…")
    assert (found.value, found.unscored, found.findings) == (None, "wrong_language", ())


def test_a_message_quotes_the_words_and_is_a_sentence(judged):
    found = judged("register", "Was hält dich wach, und seit wann geht das so?", "de-DE")
    assert [each.message for each in found.findings] == [
        "“dich” is informal address; in German (Germany) formal address is expected here."
    ]
    found = judged("register", "Was hält Sie wach?", "de-DE", prompt="kannst du mir zuhören?")
    assert [each.message for each in found.findings] == ["“Sie” is formal address; the person uses informal address."]


@pytest.mark.parametrize("expect", ["formal", "informal"])
def test_what_a_configuration_expects_goes_before_everything_else(judged, expect):
    found = judged("register", "Cosa La preoccupa? Mi dica.", "it-IT", params={"expect": expect})
    assert found.value == (1.0 if expect == "formal" else 0.5)
