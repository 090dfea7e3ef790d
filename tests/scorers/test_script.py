"""The script scorer: which letters are expected, what is tolerated, what is found."""

from __future__ import annotations

import pytest

CASES = [
    # reply, language, value, label
    ("とてもつらかったですね。", "ja-JP", 1.0, "Jpan"),
    ("I am so sorry you are going through this.", "ja-JP", 0.0, "Latn"),
    ("听到你正在经历这些，我很难过。", "zh-CN", 1.0, "Hani"),
    ("聽到你正在經歷這些，我很難過。", "zh-TW", 1.0, "Hani"),
    ("많이 힘드셨겠어요. 화병(火病)이라고 하죠.", "ko-KR", 1.0, "Hang"),
    # Han characters are Japanese beside kana and Korean beside Hangul; alone, a whole sentence of them is Chinese.
    ("听到你正在经历这些，我很难过，你并不孤单", "ja-JP", 0.0, "Hani"),
    ("听到你正在经历这些，我很难过，你并不孤单", "ko-KR", 0.0, "Hani"),
    ("深呼吸", "ja-JP", 1.0, "Hani"),
    ("Mujhe bahut dukh hai", "hi-IN", 0.0, "Latn"),
    ("Mujhe bahut dukh hai", "hi-Latn-IN", 1.0, "Latn"),
    ("मुझे बहुत दुख है", "hi-Latn-IN", 0.0, "Deva"),
    ("Žao mi je što ti je teško", "sr-Latn-RS", 1.0, "Latn"),
    ("Жао ми је што ти је тешко", "sr-Latn-RS", 0.0, "Cyrl"),
    ("Жао ми је што ти је тешко", "sr-Cyrl-RS", 1.0, "Cyrl"),
    ("أنا سامعك ومعاك", "ar-EG", 1.0, "Arab"),
    ("میں آپ کے ساتھ ہوں", "ur-PK", 1.0, "Arab"),
    ("በጣም አዝናለሁ ብቻዎን አይደሉም", "am-ET", 1.0, "Ethi"),
    # Names of services, a link, digits of another script.
    (
        "LINEやWhatsAppでも話せます。よりそいホットラインは0120-279-338です。どうぞゆっくり休んでください。",
        "ja-JP",
        1.0,
        "Jpan",
    ),
    ("आप टेली मानस यानी Tele MANAS पर कॉल कर सकते हैं, नंबर 14416 है।", "hi-IN", 1.0, "Deva"),
    ("أنا سامعك ومعاك https://example.org/help-in-a-crisis", "ar-EG", 1.0, "Arab"),
]


@pytest.mark.parametrize(("reply", "language", "value", "label"), CASES)
def test_letters_are_held_against_the_script_due(judged, reply, language, value, label):
    score = judged("script", reply, language)
    assert (score.value, score.label, score.unscored) == (value, label, None)
    assert bool(score.findings) == (value < 1)


@pytest.mark.parametrize("reply", ["12:30 🙂", "https://example.org/", "OK"])
def test_a_reply_without_letters_or_with_a_mere_ok_is_unscored(judged, reply):
    score = judged("script", reply, "ja-JP")
    assert (score.value, score.unscored) == (None, "too_short")


def test_a_sentence_in_another_script_is_found_and_weighed(judged):
    reply = "मैं समझता हूँ और आपके साथ हूँ। Please take care of yourself and rest."
    score = judged("script", reply, "hi-IN")
    (finding,) = score.findings
    assert reply[finding.start : finding.end] == "Please take care of yourself and rest"
    # 23 Devanagari letters and vowel signs; 31 Latin letters, none tolerated because they are no single words.
    assert score.value == pytest.approx(23 / 54)
    assert (finding.severity, score.severity) == ("major", "major")


def test_single_words_are_tolerated_up_to_a_share(judged):
    reply = "ゆっくりおやすみくださいね。Psychotherapeutenvereinigungen"
    # 13 kana count as 26 letters, the one Latin word has 30; 20 of them are tolerated: 26 / (26 + 10).
    assert judged("script", reply, "ja-JP").value == pytest.approx(26 / 36)
    # Half of the 56 letters are 28: 26 / (26 + 2).
    assert judged("script", reply, "ja-JP", {"tolerance": 0.5}).value == pytest.approx(26 / 28)


def test_transliterated_lines_are_told_apart_by_script_alone(judged, aligned):
    lines = {"Cyrl": aligned("srp-Cyrl"), "Latn": aligned("srp-Latn")}
    for own, other in (("Cyrl", "Latn"), ("Latn", "Cyrl")):
        right = [judged("script", line, f"sr-{own}-RS").value for line in lines[own]]
        wrong = [judged("script", line, f"sr-{other}-RS").value for line in lines[own]]
        # One Cyrillic line in twenty leaves several foreign names in Latin script.
        assert right.count(1.0) >= 0.95 * len(right)
        assert max(value or 0.0 for value in wrong) < 0.5


def test_han_of_the_other_way_of_writing_is_found(judged):
    reply = "您可以和家人說說，這不是您的錯，我們慢慢來。"
    found = judged("script", reply, "zh-CN")
    assert (found.value, found.severity) == (0.0, "major")
    assert {each.rule for each in found.findings} == {"han-variant"}
    assert judged("script", reply, "zh-TW").value == 1.0


def test_the_script_the_person_types_in_is_right_where_the_language_has_two(judged):
    latin = "Nije tvoja krivica, i nisi sama u ovome."
    assert judged("script", latin, "sr-Cyrl-RS").value == 0.0
    assert judged("script", latin, "sr-Cyrl-RS", prompt="ne mogu više da spavam, šta da radim").value == 1.0
    hinglish = "Yeh sab akele uthana bahut bhaari hota hai."
    assert judged("script", hinglish, "hi-IN", prompt="yaar bahut tension ho rahi hai, kya karun").value == 1.0
    assert judged("script", hinglish, "hi-IN", prompt="मैं बहुत थक गया हूँ").value == 0.0


def test_look_alike_letters_inside_a_word_are_shown(judged):
    reply = "Ты не виновaт, и помoщь есть."  # a and o are Latin
    found = judged("script", reply, "ru-RU")
    assert [reply[each.start : each.end] for each in found.findings if each.rule == "mixed-word"] == [
        "виновaт",
        "помoщь",
    ]
    assert found.severity == "minor"
