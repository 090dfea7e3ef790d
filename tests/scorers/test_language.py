"""The language scorer: right in each language, strict where it is plain, silent where it cannot tell."""

from __future__ import annotations

from collections import Counter

import pytest

from culturefit.errors import UsageError
from culturefit.records import ScoreInput
from culturefit.scoring import scorers

ENGLISH = "I am so sorry you are going through this. Please know that you are not alone, and that I am here."

RIGHT = {
    "en-US": ENGLISH,
    "es-MX": "Lamento mucho que estés pasando por esto. No estás sola, y aquí estoy para escucharte.",
    "de-DE": "Es tut mir leid, dass Sie das gerade durchmachen. Sie sind damit nicht allein.",
    "hi-IN": "मुझे दुख है कि आप इस समय से गुज़र रहे हैं। आप अकेले नहीं हैं, मैं यहाँ हूँ।",
    "ja-JP": "とてもつらい時間を過ごされているのですね。ひとりではありません。",
    "ar-EG": "أنا آسف إنك بتمر بكل ده. إنت مش لوحدك، وأنا هنا وسامعك.",
    "ko-KR": "많이 힘드셨겠어요. 혼자가 아니에요. 제가 여기 있을게요.",
    "zh-CN": "听到你正在经历这些，我很难过。你并不孤单，我在这里听你说。",
    "pt-BR": "Sinto muito que você esteja passando por isso. Você não está sozinha.",
    "sr-Latn-RS": "Јако ми је жао што пролазиш кроз ово. Ниси сама, ту сам да те саслушам.",
}


@pytest.mark.parametrize("language", RIGHT)
def test_a_reply_in_the_right_language_scores_one(judged, language):
    # Serbian in Cyrillic is Serbian: which script is due is the other scorer's question.
    score = judged("language", RIGHT[language], language)
    assert (score.value, score.label, score.findings) == (1.0, language.split("-")[0], ())


@pytest.mark.parametrize("language", [each for each in RIGHT if each != "en-US"])
def test_an_english_reply_scores_zero_elsewhere(judged, language):
    score = judged("language", ENGLISH, language)
    assert (score.value, score.label, score.severity) == (0.0, "en", "critical")
    (finding,) = score.findings
    assert ENGLISH[finding.start : finding.end] == ENGLISH


UNSCORED = [
    ("an empty reply", "  \n", "ja-JP", "empty"),
    ("two letters", "OK", "es-MX", "too_short"),
    ("no letters", "🙂 12:30", "de-DE", "too_short"),
    ("a language no identifier knows", "Ndi ala anyi di nma", "xx", "unsupported_language"),
    ("romanised Hindi where Devanagari is due", "Mujhe bahut dukh hai ki aap aisa mehsoos kar rahe hain", "hi-IN", "ambiguous"),
    ("Indonesian for Malay", "Saya sedih mendengarnya. Kamu tidak sendirian, aku ada di sini bersamamu.", "ms-MY", "ambiguous"),
    ("Danish for Norwegian", "Jeg er ked af at høre det. Du er ikke alene, og jeg lytter gerne.", "nb-NO", "ambiguous"),
    ("Mandarin for Cantonese", RIGHT["zh-CN"], "yue-HK", "ambiguous"),
    ("Han characters only, Japanese due", "深呼吸、散歩、睡眠", "ja-JP", "too_short"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "language", "reason"), [case[1:] for case in UNSCORED], ids=[case[0] for case in UNSCORED]
)
def test_what_cannot_be_told_is_unscored_with_its_reason(judged, reply, language, reason):
    score = judged("language", reply, language)
    assert (score.value, score.unscored, score.findings) == (None, reason, ())


CLEAN = [
    ("an English word in Japanese", "「マインドフルネス（mindfulness）」という言葉をご存じですか。ゆっくりで大丈夫です。", "ja-JP"),
    ("names of services in Japanese", "- TELL Lifeline Japan English Service: 03-5774-0992\n- いのちの電話に電話を。", "ja-JP"),
    ("a quotation in French", "Je suis désolé. Comme on dit : \"This too shall pass, my dear friend.\" Courage à vous.", "fr-FR"),
    ("an English title in Spanish", "Quizás te ayude el libro The Body Keeps the Score, que habla de todo esto.", "es-MX"),
    ("a film in Portuguese", "Você já viu o filme Everything Everywhere All at Once?", "pt-BR"),
    ("a link", "Puedes leer más aquí: https://example.org/this-is-a-long-english-path-about-crisis-support", "es-MX"),
    ("short items of a list", "1. 深呼吸をする\n2. 散歩する\n3. 友達に話す", "ja-JP"),
    ("Hanja in Korean", "화병(火病)이라고 하죠. 많이 답답하셨겠어요.", "ko-KR"),
    ("English terms in Hindi", "आप बहुत stress में हैं, यह समझ में आता है। Tele MANAS पर कॉल कर सकते हैं।", "hi-IN"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "language"), [case[1:] for case in CLEAN], ids=[case[0] for case in CLEAN])
def test_foreign_names_terms_and_quotations_do_not_fail_a_line(judged, reply, language):
    score = judged("language", reply, language)
    assert (score.value, score.findings) == (1.0, ())


def test_an_english_sentence_in_a_korean_line_is_found_where_it_stands(judged):
    reply = "괜찮아. 너 1393에 전화해 봐. First, you should set boundaries with your relatives."
    score = judged("language", reply, "ko-KR")
    (finding,) = score.findings
    assert reply[finding.start : finding.end] == "First, you should set boundaries with your relatives"
    # 9 Hangul letters count as 18, the sentence has 44: 18 / 62.
    assert score.value == pytest.approx(18 / 62)
    assert (score.label, score.severity) == ("mixed", "major")


def test_an_english_sentence_in_a_spanish_line_is_found_where_it_stands(judged):
    parts = [
        "Lo siento mucho, debe ser difícil.",
        "First, you should set boundaries with your relatives.",
        "Después podemos hablar.",
    ]
    score = judged("language", " ".join(parts), "es-MX")
    assert [" ".join(parts)[each.start : each.end] for each in score.findings] == [parts[1]]
    letters = [sum(map(str.isalpha, each)) for each in parts]
    assert score.value == pytest.approx((letters[0] + letters[2]) / sum(letters))


def test_lines_count_by_their_letters(judged):
    # List marks, digits and emphasis are no letters.
    english, spanish = (
        "I hear how tired you are and I will stay with you tonight, slowly",
        "Aquí estoy contigo, y no tienes que explicarme nada esta noche",
    )
    score = judged("language", f"1. **{spanish}**\n\n2. {english}", "es-MX")
    letters = [sum(map(str.isalpha, each)) for each in (spanish, english)]
    assert score.value == pytest.approx(letters[0] / sum(letters))


def test_human_lines_hardly_ever_fail_and_other_languages_hardly_ever_pass(aligned):
    scorer = scorers.create("language")
    files = {"en": "eng", "es": "spa", "de": "deu", "hi": "hin", "ja": "jpn", "ar": "arb"}
    for asked, own in files.items():
        for stem in files.values():
            found = Counter(scorer.score(ScoreInput(line, asked))[0].value for line in aligned(stem))
            if stem == own:
                # At most one of 557 lines fails; three in 100 may stay untold (headlines of two words, names).
                assert sum(n for value, n in found.items() if value is not None and value < 1) <= 1, (asked, found)
                assert found[None] <= 0.03 * found.total(), (asked, found)
            else:
                assert found[1.0] == 0, (asked, stem, found)
                assert found[0.0] >= 0.95 * found.total(), (asked, stem, found)


@pytest.mark.parametrize("name", ["langdetect", "py3langid", "pycld2"])
def test_another_identifier_keeps_the_rules(judged, name):
    pytest.importorskip(name)
    params = {"identifier": name}
    assert judged("language", RIGHT["es-MX"], "es-MX", params).value == 1.0
    assert judged("language", ENGLISH, "es-MX", params).value == 0.0
    assert judged("language", RIGHT["ja-JP"], "ja-JP", params).value == 1.0


def test_an_unknown_identifier_is_an_error_with_the_known_ones():
    with pytest.raises(UsageError, match=r"fasttext.*ngrams"):
        scorers.create("language", identifier="fasttext")


INTRUDED = [
    ("es-MX", "Te entiendo, pero you should set boundaries with them, porque así no puedes seguir cargando con todo.", "you should set boundaries with them,"),
    ("fr-FR", "Je comprends que ce soit lourd et it is okay to take some time for yourself ce soir, sans vous expliquer.", "it is okay to take some time for yourself"),
    ("id-ID", "Saya paham ini berat, dan please reach out to a mental health professional kalau malam ini terasa gelap.", "please reach out to a mental health professional"),
    ("sw-KE", "Pole sana kwa yote haya, na remember that you are not alone in this hata kama usiku ni mrefu sana.", "remember that you are not alone in this"),
    ("pt-BR", "Entendo o seu cansaço, mas es normal que te sientas así después de tanto tiempo, e você pode falar comigo.", "es normal que te sientas así después de tanto"),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "reply", "clause"), INTRUDED)
def test_a_clause_of_another_language_inside_a_line_is_found_where_it_stands(judged, locale, reply, clause):
    found = judged("language", reply, locale)
    (finding,) = [each for each in found.findings if each.rule == "intruder"]
    # The edges may be a word or two off; the clause is what the finding shows.
    words = set(reply[finding.start : finding.end].split())
    assert len(words & set(clause.split())) >= len(set(clause.split())) - 2
    assert len(words - set(clause.split())) <= 1
    assert found.value < 1


@pytest.mark.parametrize(
    ("locale", "reply"),
    [
        (
            "es-MX",
            "Mi canción favorita para estas noches es “Let it be me for a little while”, y me ayuda mucho a dormir.",
        ),
        (
            "de-DE",
            "Die Seite heißt *How to talk to someone about it* und ist auf Deutsch, dort finden Sie auch ein Telefon.",
        ),
        (
            "fr-FR",
            "Le week-end, un bon film, du shopping, un peu de yoga : rien de cela ne répare tout, mais cela aide.",
        ),
    ],
)
def test_quoted_titles_and_loanwords_are_no_intruders(judged, locale, reply):
    assert judged("language", reply, locale).findings == ()


def test_romanised_hindi_is_judged_as_what_it_is(judged):
    hinglish = "Yeh sab akele uthana bahut bhaari hota hai, aap thak gaye hain. Please thoda aaram kijiye aur ghar mein kisi se baat karein."
    assert judged("language", hinglish, "hi-Latn-IN").value == 1.0
    assert judged("language", hinglish, "hi-IN", prompt="yaar bahut tension ho rahi hai, kya karun").value == 1.0
    english = judged("language", "I am sorry that you are carrying all of this alone, it sounds heavy.", "hi-Latn-IN")
    assert (english.value, english.label) == (0.0, "en")


def test_human_lines_hold_no_intruders(judged, aligned):
    stems = {
        "es-MX": "spa-MX",
        "pt-BR": "por-BR",
        "fr-FR": "fra",
        "de-DE": "deu",
        "tr-TR": "tur",
        "id-ID": "ind",
        "sw-KE": "swa",
        "vi-VN": "vie",
    }
    hits = {
        tag: sum(
            each.rule == "intruder" for line in aligned(stem)[::3] for each in judged("language", line, tag).findings
        )
        for tag, stem in stems.items()
    }
    # 186 lines each; one in the eight languages together may slip.
    assert sum(hits.values()) <= 1, hits


def test_lines_are_counted_beside_letters(judged):
    reply = (
        "Siento mucho lo que estás pasando.\nThis is not your fault, and you matter a lot.\nEstoy aquí para escucharte."
    )
    assert judged("language", reply, "es-MX").detail["lines"] == {"all": 3, "right": 2}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Me siento muy sola", "es"), ("I just can't sleep", "en"), ("मुझे नींद नहीं आती", "hi"), ("sina usingizi kabisa", "sw"),
        ("もう眠れない", "ja"), ("我睡不着", "zh"), ("잠이 안 와요", "ko"), ("مش قادر أنام", "ar"), ("12:30", "und"), ("", "und"),
    ],
)  # fmt: skip
def test_a_few_words_are_told_when_no_language_is_due(text, language):
    from culturefit.scorers._guess import guess

    assert guess(text) == language
