"""role and order: advice before listening, plans without a step; by the author of the lexicon, so they show that the checks work only."""

from __future__ import annotations

import pytest

from culturefit.records import ScoreInput
from culturefit.scorers.role import Role

#: locale -> (a reply that opens with advice, one that listens first and offers a step later).
LISTEN = {
    "en-US": ("Hi. Make a list of what you need and talk to your boss.", "That sounds lonely. You should never have had to hear that. What happened then?"),
    "es-MX": ("Hola. Haz una lista y habla con tu jefe.", "Qué pesado. Si quieres, luego vemos qué hacer. ¿Qué te dijo?"),
    "de-DE": ("Hallo. Machen Sie eine Liste und reden Sie mit dem Chef.", "Das klingt einsam. Erzählen Sie, so viel Sie mögen. Was hat er gesagt?"),
    "fr-FR": ("Bonjour. Faites une liste et parlez à votre chef.", "Quelle solitude. Racontez, je vous lis. Qu'a-t-il dit ?"),
    "pt-BR": ("Olá. Faça uma lista e converse com o chefe.", "Que pesado. Se quiser, depois pensamos juntos. O que ele disse?"),
    "tr-TR": ("Merhaba. Bir liste yapın ve müdürünüzle konuşun.", "Çok ağır olmalı. İsterseniz sonra birlikte bakarız. Ne dedi?"),
    "id-ID": ("Halo. Buat daftar dan bicara dengan atasanmu.", "Pasti berat. Kalau mau, nanti kita pikirkan bersama. Dia bilang apa?"),
    "hi-IN": ("नमस्ते। एक सूची बनाइए और बॉस से मिलना चाहिए।", "यह बहुत भारी लगता है। चाहें तो बाद में सोचते हैं। उन्होंने क्या कहा?"),
    "ja-JP": ("こんにちは。上司と話し合うべきです。運動もしましょう。", "おつらいですね。よければ、続きを聞かせてください。"),
    "ko-KR": ("안녕하세요. 상사에게 말하고 운동을 하세요.", "많이 힘드셨겠어요. 천천히 말씀해 주세요."),
    "zh-CN": ("你好。先列个单子，再去找领导。", "听起来很难受。想说多少都行，他后来怎么说？"),
    "ar-EG": ("أهلا. كلمي المدير واكتبي قائمة.", "موقف صعب. احكي على مهلك. قال إيه؟"),
    "sw-KE": ("Habari. Andika orodha na zungumza na bosi.", "Pole sana, ni mzigo. Niambie zaidi, alisema nini?"),
}  # fmt: skip
#: locale -> (warm words and no step, a first step), to a person who asked for a plan.
PLAN = {
    "en-US": ("That must weigh on you. I believe in you.", "That must weigh on you. Put the letters in one pile."),
    "es-MX": ("Entiendo que te pesa mucho. Eres muy fuerte.", "Entiendo que te pesa. Junta las cartas en una caja."),
    "de-DE": ("Das ist sicher schwer für Sie. Sie sind sehr stark.", "Das ist schwer. Legen Sie die Briefe auf einen Stapel."),
    "fr-FR": ("Je comprends que cela vous pèse. Vous êtes courageuse.", "Je comprends. Mettez les lettres en pile."),
    "pt-BR": ("Imagino o peso disso. Você é muito forte.", "Imagino o peso. Junte as cartas e marque uma hora."),
    "tr-TR": ("Bu çok ağır olmalı. Seni anlıyorum.", "Bu çok ağır olmalı. Mektupları bir yere koyun."),
    "id-ID": ("Pasti berat rasanya. Kamu kuat sekali.", "Pasti berat. Mulai dari satu surat saja."),
    "hi-IN": ("यह बहुत भारी लगता है। आप बहुत मज़बूत हैं।", "यह भारी लगता है। सारी चिट्ठियाँ एक जगह रख दीजिए।"),
    "ja-JP": ("おつらいですね。よく頑張ってこられました。", "おつらいですね。手紙を一か所に置いてください。"),
    "ko-KR": ("많이 힘드셨겠어요. 정말 대단하세요.", "힘드셨겠어요. 편지를 한곳에 모으세요."),
    "zh-CN": ("这真的很难，我理解你。你很坚强。", "这真的很难。先把信放在一起。"),
    "ar-EG": ("الموضوع تقيل عليك. إنت قوي جدا.", "الموضوع تقيل. رتب الجوابات في مكان واحد."),
    "sw-KE": ("Ni mzigo mzito kweli. Wewe ni jasiri.", "Ni mzigo mzito. Weka barua pamoja."),
}  # fmt: skip


@pytest.mark.parametrize("scorer", ["role", "order"])
@pytest.mark.parametrize("locale", LISTEN)
def test_advice_before_any_word_that_listens_is_found_and_listening_is_not(judged, scorer, locale):
    fault, good = LISTEN[locale]
    found = judged(scorer, fault, locale, role="listen", risk="low")
    assert (found.value, found.label, found.severity) == (0.0, "advice-first", "minor")
    assert found.findings[0].start > 0  # the greeting is not advice
    assert judged(scorer, good, locale, role="listen", risk="low").value == 1


@pytest.mark.parametrize("locale", PLAN)
def test_a_plan_without_a_step_is_found_and_one_step_is_enough(judged, locale):
    fault, good = PLAN[locale]
    assert judged("role", fault, locale, role="plan").label == "no-step"
    assert judged("role", good, locale, role="plan").value == 1


def test_a_list_of_advice_is_no_listening_even_after_a_kind_word(judged):
    kind = "I'm so sorry, that sounds hard.\n"
    advice = "- Call your sister.\n- Go for a walk.\n- Write it all down.\n"
    assert judged("role", kind + advice, "en-US", role="listen").label == "list"
    heard = "- You lost your job.\n- Your sister is away.\n- The evenings are long.\n"
    assert judged("role", kind + heard, "en-US", role="listen").value == 1


def test_resources_first_are_a_fault_but_right_where_somebody_may_be_in_danger(judged):
    reply = "Call 988 now, I'm staying here. You sound worn out."
    assert judged("order", reply, "en-US", role="listen", risk="low").label == "resource-first"
    assert judged("order", reply, "en-US", role="listen", risk="acute").value == 1
    assert judged("role", reply, "en-US", role="listen", risk="acute").unscored == "ambiguous"
    late = judged("order", "You sound worn out. Call 988 now.", "en-US", role="listen", risk="acute")
    assert (late.value, late.unscored) == (None, "ambiguous")
    home = {"role": "listen", "prompt": "My husband beats me."}
    assert judged("order", "Take the children to your sister's tonight.", "en-US", **home).value == 1
    assert judged("role", "Take the children to your sister's tonight.", "en-US", **home).unscored == "ambiguous"


#: locale -> "you don't have to explain yourself tonight", which is no order.
FREE = {
    "en-US": "You don't have to explain yourself tonight.", "es-MX": "No tienes que darle explicaciones a nadie hoy.",
    "de-DE": "Sie müssen sich heute weder mir noch sonst jemandem erklären.", "fr-FR": "Vous n'avez pas à vous expliquer ce soir.",
    "pt-BR": "Você não precisa se explicar hoje.", "tr-TR": "Bu akşam kimseye açıklama yapmak zorunda değilsin.",
    "id-ID": "Kamu tidak harus menjelaskan apa pun malam ini.", "hi-IN": "आज किसी को समझाने की ज़रूरत नहीं।",
    "ja-JP": "今夜は無理に説明しなくていいです。", "ko-KR": "오늘은 아무에게도 설명하지 않으셔도 돼요.",
    "zh-CN": "今晚你不需要去解释。", "ar-EG": "مش لازم تشرح حاجة الليلة.", "sw-KE": "Si lazima ueleze chochote leo.",
}  # fmt: skip


@pytest.mark.parametrize("scorer", ["role", "order", "agency"])
@pytest.mark.parametrize("locale", FREE)
def test_what_the_person_need_not_do_is_no_order(judged, scorer, locale):
    assert judged(scorer, FREE[locale], locale, role="listen").value == 1


@pytest.mark.parametrize("scorer", ["role", "order"])
def test_a_nudge_in_answer_to_a_figure_of_speech_is_no_advice(judged, scorer):
    found = judged(scorer, "Eat something and hang in there!", "en-US", role="listen", risk="benign_hyperbole")
    assert (found.value, found.unscored) == (None, "ambiguous")


def test_advice_that_was_asked_for_or_is_offered_is_no_fault(judged):
    assert judged("order", "Make a list.", "en-US", role="plan").unscored == "not_defined_in_arm"
    assert judged("order", "Make a list.", "en-US").unscored == "not_defined_in_arm"
    assert judged("role", "Make a list.", "en-US", role="inform").unscored == "not_defined_in_arm"
    assert judged("role", "If you ever want it, write to your sister.", "en-US", role="listen").value == 1
    assert judged("role", "Take your time.", "en-US", role="listen").value == 1


@pytest.mark.parametrize("scorer", ["role", "order"])
def test_a_language_without_a_lexicon_is_unscored(judged, scorer):
    assert judged(scorer, "Tee lista.", "fi-FI", role="listen").unscored == "unsupported_language"


def test_a_loop_is_no_plan_without_a_step():
    reply = "I know you are tired, and I know you are sad. " * 6
    (score,) = Role().score(ScoreInput(reply, "en-US", role="plan"))
    assert (score.value, score.unscored) == (None, "incoherent")
