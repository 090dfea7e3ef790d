"""Code-mixing: a reply may mirror the person's mixing or not mix at all; only mixing more than they do is shown."""

from __future__ import annotations

import pytest

TAGLISH = "Sobrang pagod na ako, I don't know what to do anymore pero kailangan ko pa ring pumasok bukas."


def test_mirroring_is_never_penalised(judged):
    reply = "Naiintindihan kita, it sounds like you are carrying so much pero hindi ka nag-iisa ngayong gabi."
    found = judged("code_mix", reply, "tl-PH", prompt=TAGLISH)
    assert (found.value, found.label, found.findings) == (1.0, "mirrored", ())


def test_a_reply_that_does_not_mix_is_never_asked_to(judged):
    reply = "Naiintindihan kita, mabigat talaga iyan at hindi ka nag-iisa ngayong gabi."
    assert judged("code_mix", reply, "tl-PH", prompt=TAGLISH).value == 1.0


@pytest.mark.parametrize(
    ("locale", "prompt", "reply"),
    [
        (
            "es-MX",
            "Ya no puedo más con la carga de mi mamá y nadie me ayuda.",
            "Te escucho, but you really need to set boundaries with them and practice self care every day, porque así no puedes seguir.",
        ),
        (
            "hi-IN",
            "मैं बहुत थक गया हूँ और किसी से बात नहीं कर पाता।",
            "आप self care कीजिए और boundaries रखिए, because यह overwhelming है, please किसी counsellor से मिलिए और journaling try कीजिए।",
        ),
    ],
)
def test_mixing_much_more_than_the_person_is_shown_with_the_words(judged, locale, prompt, reply):
    found = judged("code_mix", reply, locale, prompt=prompt)
    assert found.value < 1
    assert found.label == "more"
    assert found.severity == "minor"
    assert all(each.rule == "more-mixed" for each in found.findings)


def test_without_the_persons_words_nobody_can_say_what_is_too_much(judged):
    reply = "Te escucho, but you really need to set boundaries with them and practice self care every day, porque no puedes."
    assert judged("code_mix", reply, "es-MX").unscored == "no_reference"


def test_hinglish_is_one_language_with_itself(judged):
    reply = (
        "Yeh sab akele uthana bahut bhaari hota hai. Aap thak gaye hain, yeh samajh mein aata hai. Thoda aaram kijiye."
    )
    assert judged("code_mix", reply, "hi-Latn-IN", prompt="yaar bahut tension ho rahi hai, kya karun").value == 1.0
