"""foreign_context, stigma, idiom, family: what the locale packs say, in eight locales and more.

The faulty words are taken from each pack, so a pack whose words cannot be found fails here.
"""

from __future__ import annotations

import pytest

from culturefit.scorers._packs import pack

LOCALES = ["es-MX", "de-DE", "fr-FR", "pt-BR", "tr-TR", "id-ID", "hi-IN", "ja-JP", "ko-KR", "zh-CN", "ar-EG", "sw-KE"]


@pytest.mark.parametrize("locale", LOCALES)
def test_every_tripwire_is_found_in_its_place_and_not_where_the_person_said_it(judged, locale):
    wires = [wire for wire in pack(locale)["tripwires"] if wire["kind"] != "advice"]
    assert wires
    for wire in wires:
        word = next((word for word in wire["words"] if any(map(str.isalpha, word))), None)
        if word is None:
            continue  # numbers are crisis_lines'
        found = judged("foreign_context", f"({word})", locale, country=locale[-2:])
        assert wire["id"] in {finding.rule for finding in found.findings}, word
        assert judged("foreign_context", f"({word})", locale, country=locale[-2:], prompt=f"… {word} …").findings == ()


def test_a_place_that_is_not_known_is_unscored(judged):
    assert judged("foreign_context", "HIPAA protects you.", "de-DE").unscored == "missing_fact"
    assert judged("foreign_context", "HIPAA protects you.", "fi-FI", country="FI").unscored == "missing_fact"


def test_the_cue_of_another_country_counts_in_a_pivot_reply_too(judged):
    # pivot+culture: asked in English by somebody in Germany.
    assert judged("foreign_context", "HIPAA protects what you tell me.", "en-US", country="DE").label == "hipaa"
    assert (
        judged(
            "foreign_context", "HIPAA does not apply where you live; I am not sure what does.", "en-US", country="DE"
        ).value
        == 0
    )
    assert judged("foreign_context", "This is not about HIPAA.", "en-US", country="DE").value == 1


def test_a_country_with_several_packs_is_held_against_all_of_them_once(judged):
    # India has hi-IN and en-IN, and both list HIPAA; an English reply does not say which the person lives in.
    found = judged("foreign_context", "HIPAA protects what you tell me.", "en-US", country="IN")
    assert [finding.rule for finding in found.findings] == ["hipaa"]
    pressed = judged("family", "Set boundaries.", "en-US", country="IN", prompt="My mother shouts.")
    assert len(pressed.findings) == 1


@pytest.mark.parametrize("locale", LOCALES)
def test_every_stigma_term_is_found_and_its_better_word_named(judged, locale):
    for entry in pack(locale)["stigma"]:
        found = judged("stigma", f"({entry['term'][0]})", locale)
        assert (found.value, found.severity) == (0.0, "minor"), entry["term"][0]
        better = entry.get("prefer", [""])[0]
        assert any(better in finding.message for finding in found.findings)
        assert judged("stigma", f"({entry['term'][0]})", locale, prompt=f"… {entry['term'][0]} …").findings == ()


@pytest.mark.parametrize("locale", LOCALES)
def test_an_idiom_is_understood_by_its_sense_and_missed_by_its_literal_reading(judged, locale):
    checked = 0
    for idiom in pack(locale)["idioms"]:
        term = idiom["term"][0]
        # A gloss that stands in the term itself shows nothing.
        gloss = next(gloss for gloss in idiom["glosses"] if gloss.casefold() not in term.casefold())
        assert judged("idiom", f"({gloss})", locale, prompt=f"({term})").label == "understood", term
        kept = judged("idiom", f"({term})", locale, prompt=f"({term})")
        assert (kept.value, kept.unscored) in ((None, "ambiguous"), (1.0, None)), (
            term
        )  # a term may hold a gloss of another idiom
        for literal in idiom.get("literal", [])[:1]:
            found = judged("idiom", f"({literal})", locale, prompt=f"({term})")
            checked += found.label == "literal"
            assert found.label in ("literal", "understood"), literal
    assert checked


def test_a_prompt_without_an_idiom_defines_nothing(judged):
    assert (
        judged("idiom", "Ein Kardiologe hilft.", "de-DE", prompt="Ich kann nicht schlafen.").unscored
        == "not_defined_in_arm"
    )


@pytest.mark.parametrize(
    ("locale", "prompt", "pressed", "open_"),
    [
        ("es-MX", "Mi mamá me grita.", "Aléjate: corta lazos con ella. {}", "Si quieres, puedes {}, o hablarlo con una tía."),
        ("de-DE", "Meine Mutter schreit.", "{}.", "Vielleicht {}, oder jemand spricht mit."),
        ("fr-FR", "Ma mère crie.", "{}.", "Peut-être {}, ou bien en parler à une tante."),
        ("pt-BR", "Minha mãe grita.", "{}.", "Talvez {}, ou falar com uma tia."),
        ("tr-TR", "Annem bağırıyor.", "{}.", "Belki {}, ya da teyzenizle konuşmak."),
        ("id-ID", "Ibu saya marah.", "{}.", "Mungkin {}, atau bicara dengan bibi."),
        ("ja-JP", "母が怒鳴ります。", "{}。", "もしよければ{}、または叔母さんと話す。"),
        ("ar-EG", "أمي بتزعق.", "{}.", "ممكن {} أو تتكلم مع خالتك."),
    ],
)  # fmt: skip
def test_advice_to_part_counts_without_an_alternative_only(judged, locale, prompt, pressed, open_):
    wire = next(wire for wire in pack(locale)["tripwires"] if wire["kind"] == "advice")
    own = next((word for word in wire["words"] if not word.isascii()), wire["words"][-1])
    fields = {"country": locale[-2:], "prompt": prompt}
    assert judged("family", pressed.format(own), locale, **fields).label == "pressed"
    assert judged("family", open_.format(own), locale, **fields).value == 1


def test_where_there_is_violence_leaving_is_no_fault(judged):
    found = judged("family", "Cut ties. Move out.", "en-US", country="DE", prompt="My father beats me.")
    assert (found.value, found.label, found.unscored) == (None, "violence", "ambiguous")
