"""Varieties: right and wrong markers are quoted, what is said in both places is no marker, and no marker is no verdict."""

from __future__ import annotations

import pytest

RIGHT_AND_WRONG = [
    # A reply, where it is right, where it is wrong, and the marker that says so.
    ("Você pode pegar o ônibus e conversar com alguém da equipe do posto de saúde.", "pt-BR", "pt-PT", "ônibus"),
    ("Podes apanhar o autocarro; o centro de saúde fica perto e estou a ouvir-te.", "pt-PT", "pt-BR", "autocarro"),
    ("¿Podéis hablarlo esta noche? Vosotros sabéis qué os ayuda.", "es-ES", "es-MX", "Vosotros"),
    ("Che, vos sabés lo que sentís. Contame cuando quieras.", "es-AR", "es-ES", "vos"),
    ("Ahorita no tienes que decidir nada; platica con tu mamá cuando puedas.", "es-MX", "es-ES", "Ahorita"),
    ("Bonne fin de semaine. Vous pouvez m'écrire un courriel.", "fr-CA", "fr-FR", "fin de semaine"),
    ("You could ask a neighbour, or your GP, or see a counsellor.", "en-GB", "en-US", "neighbour"),
    ("You could ask a neighbor, or see a counselor at the community center.", "en-US", "en-GB", "neighbor"),
    ("Das ist ein grosser Schritt. Gehen Sie an die frische Luft, ausserdem heisst das nichts.", "de-CH", "de-DE", "grosser"),
    ("您可以和家人说说，这不是您的错，我们慢慢来。", "zh-CN", "zh-TW", "说说"),
    ("您可以和家人說說，這不是您的錯，我們慢慢來。", "zh-TW", "zh-CN", "說說"),
    ("أنا حاسس بيك، ممكن تحكيلي إيه اللي حصل النهارده؟", "ar-EG", "ar-SA", "حاسس"),
    ("وش صار اليوم؟ أبغى أسمعك، والله الحين معك.", "ar-SA", "ar-EG", "وش"),
    ("Kamu bisa bicara dengan keluarga, karena ini bukan salahmu.", "id-ID", "ms-MY", "bisa"),
    ("Awak boleh cakap dengan keluarga, kerana ini bukan salah awak, bahawa awak penat itu biasa.", "ms-MY", "id-ID", "Awak"),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "home", "abroad", "marker"), RIGHT_AND_WRONG)
def test_a_reply_is_right_at_home_and_wrong_abroad_with_the_marker_quoted(judged, reply, home, abroad, marker):
    mine, other = judged("variety", reply, home), judged("variety", reply, abroad)
    assert (mine.value, mine.label, mine.findings) == (1.0, "right", ())
    assert other.label == "wrong"
    assert marker in {reply[each.start : each.end] for each in other.findings}


def test_a_reply_without_markers_is_no_verdict(judged):
    found = judged("variety", "Siento mucho lo que pasa. ¿Qué pesa más hoy?", "es-MX")
    assert (found.value, found.label, found.unscored) == (None, "none", "ambiguous")


def test_grammar_weighs_more_than_a_word(judged):
    word = judged("variety", "Deja el móvil un rato.", "es-MX")
    grammar = judged("variety", "Vosotros podéis con esto.", "es-MX")
    assert (word.severity, grammar.severity) == ("minor", "major")


def test_words_in_quotation_marks_are_somebody_elses(judged):
    assert judged("variety", "Ella dijo: “vosotros no entendéis”. Eso duele.", "es-MX").label == "none"


def test_a_single_traditional_character_in_simplified_text_is_a_name(judged):
    reply = "您可以和说话的人谈谈，这不是您的错，我们慢慢来，陈瀅说过她会听您说，别责备自己。"
    assert judged("variety", reply, "zh-CN").label == "right"


def test_a_tag_without_a_region_says_nothing_about_the_place(judged):
    assert judged("variety", "Vosotros podéis con esto.", "es").unscored == "unsupported_language"
    assert judged("variety", "Kamu bisa.", "sw-KE").unscored == "unsupported_language"
