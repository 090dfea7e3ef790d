"""The table of language codes: every locale of the suites has its code, and what is not there is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.translators._codes import FAMILIES, apertium_codes, code_of, marian_of

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
