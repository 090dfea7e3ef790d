"""Typography: the locale's own marks, where they are due, and never against the person's own habits."""

from __future__ import annotations

import pytest

GOOD_AND_BAD = [
    ("es-MX", "¿Qué pesa más hoy? ¡Gracias por contarlo!", "Qué pesa más hoy? Gracias por contarlo!", "es-opening"),
    ("fr-FR", "Qu'est-ce qui pèse ? Je vous écoute : dites.", "Qu'est-ce qui pèse? Je vous écoute: dites.", "fr-spacing"),
    ("fr-CA", "Qu'est-ce qui pèse le plus? Courage!", "Qu'est-ce qui pèse le plus ? Courage !", "fr-spacing"),
    ("ja-JP", "つらかったですね。何がいちばん重いですか。", "つらかったですね.そうですか.何が重いですか", "full-width"),
    ("zh-CN", "听起来很累，您愿意说说吗？", "听起来很累,真的很累,您愿意说说吗?", "full-width"),
    ("zh-TW", "她說「我很累」，您也累了。", "她說“我很累”，您也累了。", "cjk-quotes"),
    ("hi-IN", "यह सब अकेले उठाना भारी होता है। आप थक गए हैं।", "यह सब अकेले उठाना भारी होता है. आप थक गए होंगे. बताइए.", "danda"),
    ("ar-EG", "أنا سامعك، تحب تحكي أكتر؟", "أنا سامعك, تحب تحكي أكتر?", "arabic-marks"),
    ("ur-PK", "میں سن رہا ہوں، کیا آپ بتائیں گے؟", "میں سن رہا ہوں, کیا آپ بتائیں گے?", "arabic-marks"),
    ("fa-IR", "می‌دانم سخت است و می‌فهمم.", "می دانم سخت است و می فهمم.", "zwnj"),
    ("ko-KR", "많이 힘드셨겠어요. 듣고 있어요.", "많이 힘드셨겠어요。 듣고 있어요。", "half-width"),
]  # fmt: skip


@pytest.mark.parametrize(("locale", "good", "bad", "rule"), GOOD_AND_BAD)
def test_the_locales_own_marks_pass_and_others_are_shown(judged, locale, good, bad, rule):
    assert judged("typography", good, locale).value == 1.0
    found = judged("typography", bad, locale)
    assert found.value < 1
    assert {each.rule for each in found.findings} == {rule}
    assert found.severity == "minor"


def test_what_the_person_omits_as_well_is_no_fault(judged):
    reply = "Qué pesa más hoy? Quieres contarlo?"
    assert judged("typography", reply, "es-MX", prompt="no sé qué hacer, me ayudas?").findings == ()
    assert judged("typography", reply, "es-MX", prompt="no sé qué hacer, ¿me ayudas?").value == 0.0


VIETNAMESE = (
    "Một mình chịu đựng chuyện này thật nặng nề. Bạn mệt là điều dễ hiểu, vì bạn đã cố gắng rất lâu mà không ai hỏi bạn thấy "
    "thế nào. Đêm nay chưa cần giải quyết hết mọi chuyện. Nếu muốn, bạn kể cho mình nghe điều gì nặng lòng nhất nhé."
)


def test_text_that_lost_its_tone_marks_is_told_from_text_that_has_them(judged):
    import unicodedata

    stripped = "".join(
        each for each in unicodedata.normalize("NFD", VIETNAMESE.replace("đ", "d").replace("Đ", "D")) if each.isascii()
    )
    assert judged("typography", VIETNAMESE, "vi-VN").value == 1.0
    found = judged("typography", stripped, "vi-VN")
    assert (found.value, [each.rule for each in found.findings]) == (0.0, ["marks"])


@pytest.mark.parametrize(
    ("locale", "stem"),
    [("es-ES", "spa"), ("fr-FR", "fra"), ("fr-CA", "fra-CA"), ("pl-PL", "pol"), ("tr-TR", "tur"), ("vi-VN", "vie"), ("yo-NG", "yor"),
     ("ja-JP", "jpn"), ("zh-CN", "zho-CN"), ("zh-TW", "zho-TW"), ("ar-EG", "arb"), ("ur-PK", "urd"), ("hi-IN", "hin"), ("fa-IR", "fas"),
     ("bn-BD", "ben"), ("ko-KR", "kor")],
)  # fmt: skip
def test_of_human_lines_at_most_one_in_a_hundred_has_a_finding(judged, aligned, locale, stem):
    lines = aligned(stem)
    assert sum(bool(judged("typography", line, locale).findings) for line in lines) <= 0.01 * len(lines)
