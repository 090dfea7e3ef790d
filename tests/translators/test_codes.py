"""The table of language codes: every locale of the suites has its code, and what is not there is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.translators._codes import FAMILIES, apertium_codes, code_of, marian_of
from culturefit.translators._families import Told, family_of, tell

PACKS = Path(__file__).parents[2] / "suites" / "packs" / "locales"


def test_every_locale_with_a_pack_has_a_code_in_its_own_script() -> None:
    for tag in sorted(path.stem for path in PACKS.glob("*.yaml")):
        # FLORES codes end in the ISO 15924 code of the script; Jpan, Hans and Kore are whole writing systems.
        script = {"Kore": "Hang"}.get(parse_locale(tag).script, parse_locale(tag).script)
        assert code_of("nllb", tag).endswith(f"_{script}"), tag
        for family in FAMILIES:
            if tag != "zh-TW":
                assert code_of(family, tag)
        if parse_locale(tag).language not in ("en", "ko"):  # no Korean model in the table
            assert marian_of("en-US", tag)[0].startswith("Helsinki-NLP/")


def test_a_region_and_a_script_choose_their_own_row_where_there_is_one() -> None:
    assert [code_of("nllb", tag) for tag in ("ar-EG", "ar-MA", "zh-CN", "zh-TW")] == [
        "arz_Arab", "arb_Arab", "zho_Hans", "zho_Hant",
    ]  # fmt: skip
    assert [marian_of("en-GB", tag)[1] for tag in ("pt-BR", "pt-PT", "zh-TW", "de-AT")] == [
        ">>pob<<", ">>por<<", ">>cmn_Hant<<", "",
    ]  # fmt: skip
    assert apertium_codes("es-MX") == ["spa", "es"]


@pytest.mark.parametrize(("family", "tag"), [("m2m100", "zh-TW"), ("nllb", "hi-Latn-IN"), ("mbart50", "ca-ES")])
def test_what_a_family_does_not_have_is_told_with_what_it_has(family: str, tag: str) -> None:
    with pytest.raises(UsageError, match=rf"{family} has no language code for {tag}; the table has .*\bsw\b"):
        code_of(family, tag)
    with pytest.raises(UsageError, match="No Marian model is known for ja-JP to sw-KE; the table has en to ar, ca"):
        marian_of("ja-JP", "sw-KE")


def test_a_family_is_known_by_its_vocabulary_and_told_the_pair_in_its_own_way() -> None:
    vocabularies = {
        "nllb": ["eng_Latn", "spa_Latn"], "m2m100": ["__en__", "__es__"], "mbart50": ["en_XX", "es_XX"], "madlad": ["<2en>", "<2es>"],
        "marian": [">>pob<<", ">>por<<"], "t5": ["a"],
    }  # fmt: skip
    types = {"nllb": "m2m_100", "m2m100": "m2m_100", "mbart50": "mbart", "madlad": "t5", "marian": "marian", "t5": "t5"}
    told = {}
    for name, tokens in vocabularies.items():
        vocabulary = {token: place for place, token in enumerate(tokens)}
        assert family_of(vocabulary, types[name]) == name
        told[name] = tell(name, "en-US", "pt-BR" if name == "marian" else "es-MX", vocabulary)
    # As the models' cards say: a code before the source and as the output's first token, or a mark before the text.
    assert told == {
        "nllb": Told("", "eng_Latn", 1), "m2m100": Told("", "en", 1), "mbart50": Told("", "en_XX", 1), "madlad": Told("<2es> "),
        "marian": Told(">>pob<< "), "t5": Told("translate English to Spanish: "),
    }  # fmt: skip
    assert tell("t5", "en-US", "es-MX", {}, prefix="{of} > {into}: ") == Told("English > Spanish: ")
    assert tell("marian", "en-US", "es-MX", {"a": 0}) == Told()  # a model of one pair needs no mark
    with pytest.raises(UsageError, match=r">>pob<< is not in its vocabulary; its languages are >>fra<<"):
        tell("marian", "en-US", "pt-BR", {">>fra<<": 0})
    with pytest.raises(UsageError, match="type 'bart' is not known; name one of nllb"):
        family_of({"a": 0}, "bart")
