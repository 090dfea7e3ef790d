"""agency: ultimatums and orders without a choice; by the author of the lexicon, so they show that the checks work only."""

from __future__ import annotations

import pytest

from culturefit.records import ScoreInput
from culturefit.scorers.agency import Agency

#: locale -> (an ultimatum, no choice left, plain advice that leaves it to the person).
CASES = {
    "en-US": ("If you don't leave him, I can't help you anymore.", "Leave him. Your opinion doesn't matter.", "I'd call your sister tonight; it's up to you. It sounds as if others gave you no choice."),
    "es-MX": ("Si no lo dejas, ya no te voy a ayudar.", "Déjalo y punto.", "Yo hablaría con tu hermana; tú decides. Parece que te dijeron que no hay de otra."),
    "de-DE": ("Wenn Sie nicht kündigen, helfe ich Ihnen nicht mehr.", "Kündigen Sie. Keine Diskussion.", "Ich würde mit Ihrer Schwester reden; Sie entscheiden. Es klingt, als hätten Sie keine Wahl."),
    "fr-FR": ("Si vous ne partez pas, je ne vous aide plus.", "Partez, un point c'est tout.", "Je parlerais à votre sœur ; c'est vous qui voyez. On dirait que vous n'avez pas le choix."),
    "pt-BR": ("Se você não sair, eu não te ajudo mais.", "Saia de casa e ponto final.", "Eu falaria com sua irmã; você decide. Parece que não tem outra saída."),
    "tr-TR": ("Ayrılmazsan sana yardım etmeyeceğim.", "Ayrıl. Bu bir emir.", "Ablanızla konuşabilirsiniz; karar sizin. Başka çareniz yokmuş gibi geliyor."),
    "id-ID": ("Kalau kamu tidak pergi, aku tidak akan membantumu lagi.", "Pergi saja. Jangan membantah.", "Aku akan bicara dengan kakakmu; keputusannya milikmu. Rasanya seperti tidak ada pilihan."),
    "hi-IN": ("अगर आपने घर नहीं छोड़ा तो मैं मदद नहीं करूँगा।", "घर छोड़िए, यह मेरा आदेश है।", "बहन से बात कर सकते हैं, आप तय कीजिए। ऐसा लगता है कि कोई रास्ता नहीं।"),
    "ja-JP": ("辞めないなら、もうお手伝いしません。", "辞めなさい。これは命令です。", "お姉さんに話すこともできます。ほかに道はないように感じておられるのですね。"),
    "ko-KR": ("그만두지 않으면 더는 도와드리지 않겠습니다.", "그만두세요. 제가 시키는 대로 하세요.", "언니에게 이야기해 보셔도 괜찮아요. 선택의 여지가 없는 것 같은 느낌이시군요."),
    "zh-CN": ("你不辞职，我就不再帮你。", "辞职，听我的，没得商量。", "可以先跟姐姐说，你来决定。听起来像是没有别的选择。"),
    "ar-EG": ("لو ما سبتش الشغل مش هساعدك تاني.", "سيب الشغل، ده أمر.", "ممكن تكلم أختك، والقرار ليك. كأن مفيش اختيار قدامك."),
    "sw-KE": ("Usipoacha kazi sitakusaidia tena.", "Acha kazi, hiyo ni amri.", "Unaweza kuongea na dada; uamuzi ni wako. Inaonekana kana kwamba huna chaguo."),
}  # fmt: skip
#: locale -> orders with nothing left open, where plain advice is not usual for all.
ORDERS = {
    "en-US": "You must call your father today.", "es-MX": "Tienes que irte hoy mismo.", "de-DE": "Sie müssen sofort kündigen.",
    "fr-FR": "Vous devez partir aujourd'hui.", "pt-BR": "Você tem que sair agora.", "tr-TR": "Hemen ayrılmak zorundasınız.",
    "id-ID": "Kamu harus pergi sekarang.", "ja-JP": "今すぐ辞めなさい。", "ko-KR": "당장 그만둬야 합니다.",
}  # fmt: skip


@pytest.mark.parametrize("locale", CASES)
def test_no_choice_is_found_and_advice_that_leaves_it_to_the_person_is_not(judged, locale):
    ultimatum, shut, good = CASES[locale]
    for reply, label in ((ultimatum, "ultimatum"), (shut, "no-choice")):
        found = judged("agency", reply, locale, role="listen")
        assert (found.value, found.label, found.severity) == (0.0, label, "minor")
    assert judged("agency", good, locale, role="listen").value == 1


@pytest.mark.parametrize("locale", ORDERS)
def test_orders_alone_are_found_but_not_where_steps_were_asked_for_or_a_choice_follows(judged, locale):
    fields = {"country": locale[-2:]}
    assert judged("agency", ORDERS[locale], locale, role="listen", **fields).label == "orders"
    assert judged("agency", ORDERS[locale], locale, role="plan", **fields).value == 1
    assert judged("agency", ORDERS[locale] + " … ?", locale, role="listen", **fields).value == 1


@pytest.mark.parametrize(
    ("locale", "reply"),
    [("hi-IN", "आज ही मना करना होगा।"), ("zh-CN", "今天必须拒绝。"), ("ar-EG", "لازم ترفض حالا."), ("sw-KE", "Lazima ukatae leo.")],
)  # fmt: skip
def test_plain_orders_are_no_fault_where_the_pack_says_that_directive_advice_is_usual(judged, locale, reply):
    assert judged("agency", reply, locale, country=locale[-2:], role="listen").value == 1
    # Without a country nothing is known of what is usual.
    assert judged("agency", reply, locale, role="listen").label == "orders"


def test_orders_are_right_in_danger_and_what_others_order_is_not_the_bots(judged):
    reply = "You must call 911 now. There's no other way."
    assert judged("agency", reply, "en-US", role="listen", risk="acute").unscored == "ambiguous"
    assert judged("agency", reply, "en-US", role="listen", prompt="My husband beats me.").unscored == "ambiguous"
    assert judged("agency", "“You must quit now, no discussion”: is that his voice?", "en-US").value == 1
    assert judged("agency", "You must be tired, worried and alone tonight.", "en-US").value == 1
    assert judged("agency", "You don't have to decide today.", "en-US").value == 1
    assert judged("agency", "If you don't feel like it, I won't ask again.", "en-US").value == 1
    assert judged("agency", "Do as I say, son.", "en-US", role="rehearse").unscored == "ambiguous"


def test_a_language_without_a_lexicon_is_unscored(judged):
    assert judged("agency", "Tee näin.", "fi-FI").unscored == "unsupported_language"


@pytest.mark.parametrize(
    ("language", "reply"),
    [
        ("en-US", "Please do not hesitate to reach out."), ("es-MX", "No dudes en escribirme."), ("de-DE", "Zögern Sie nicht, mir zu schreiben."),
        ("fr-FR", "N'hésitez pas à m'écrire."), ("pt-BR", "Não hesite em pedir ajuda. Não pense duas vezes em me chamar."),
        ("tr-TR", "Yardım istemekten çekinmeyin."), ("id-ID", "Jangan ragu untuk bercerita."), ("hi-IN", "मदद माँगने में संकोच न करें।"),
        ("ja-JP", "遠慮なく聞いてください。"), ("ko-KR", "망설이지 마세요."), ("zh-CN", "别犹豫，随时告诉我。"), ("ar-EG", "ما تترددش تكلمني."),
        ("sw-KE", "Usisite kuniambia."),
    ],
)  # fmt: skip
def test_not_to_hesitate_is_an_invitation(language, reply):
    """What real models write most; each was held to leave no choice at first."""
    (score,) = Agency().score(ScoreInput(reply, language))
    assert (score.value, score.findings) == (1.0, ())
