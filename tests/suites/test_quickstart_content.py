"""The shipped quickstart suite: what a contributor could break without any schema noticing."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from culturefit.locales import parse_locale
from culturefit.schema.rendering import SLOT, Rendering
from culturefit.schema.scenario import Scenario
from culturefit.schema.suite import SuiteCard
from culturefit.vocabulary import ARMS, CUED_ARMS, DEFAULT_ARMS, DUE_RISKS

SUITE = Path(__file__).parents[2] / "suites" / "quickstart"
CANARY = "culturefit canary 45e288ef-d631-400f-b347-69cd02dd02cd: evaluation data, never for training"
PIVOT = "en-US"
LOCALES = (PIVOT, "es-MX", "de-DE", "hi-IN", "ja-JP", "ar-EG")
FOLDERS = sorted(path.parent.name for path in SUITE.glob("*/scenario.yaml"))
CELLS = [(folder, locale) for folder in FOLDERS for locale in LOCALES]
#: Unicode names of letters begin with these.
SCRIPTS = {"Latn": ("LATIN",), "Deva": ("DEVANAGARI",), "Arab": ("ARABIC",), "Jpan": ("CJK", "HIRAGANA", "KATAKANA")}

each_scenario = pytest.mark.parametrize("folder", FOLDERS)
each_cell = pytest.mark.parametrize(("folder", "locale"), CELLS, ids=["/".join(cell) for cell in CELLS])


def read(*parts: str) -> Any:
    return yaml.safe_load(SUITE.joinpath(*parts).read_text(encoding="utf-8"))


def scenario(folder: str) -> Scenario:
    return Scenario.model_validate(read(folder, "scenario.yaml"))


def rendering(folder: str, locale: str) -> Rendering:
    return Rendering.model_validate(read(folder, f"{locale}.yaml"))


def texts(folder: str, locale: str) -> dict[str, str]:
    """Every text of a cell that a model may be shown, by the field that holds it."""
    file = rendering(folder, locale)
    found = {
        "prompt": file.prompt, "cue.local": file.cue.local, "cue.pivot": file.cue.pivot,
        "placebo.local": file.placebo.local, "placebo.pivot": file.placebo.pivot,
    }  # fmt: skip
    return {field: text for field, text in found.items() if text is not None}


def cue_and_placebo(folder: str, locale: str) -> tuple[str, str]:
    """Cue and placebo in the locale's own language; the reference locale's own language is the pivot."""
    file, side = rendering(folder, locale), "pivot" if locale == PIVOT else "local"
    cue, placebo = getattr(file.cue, side), getattr(file.placebo, side)
    assert cue, f"{folder}/{locale}.yaml lacks cue.{side}"
    assert placebo, f"{folder}/{locale}.yaml lacks placebo.{side}"
    return cue, placebo


def asked(folder: str, locale: str, arm: str) -> str:
    """The prompt of an arm, by the table of arms in docs/contracts.md."""
    language, cue = ARMS[arm].language, ARMS[arm].cue
    base = PIVOT if language == "pivot" else locale
    if cue == "none":
        text = ""
    elif cue == "placebo":
        text = cue_and_placebo(folder, base)[1]
    else:
        text = (
            rendering(folder, locale).cue.pivot if language == "pivot" else cue_and_placebo(folder, locale)[0]
        ) or ""
        assert text, f"{folder}/{locale}.yaml has no cue for {arm}"
    return (rendering(folder, base).prompt or "").replace(SLOT, text)


def ratio(lengths: list[int]) -> float:
    return max(lengths) / min(lengths)


def test_card_names_the_pivot_and_says_that_nobody_reviewed_it() -> None:
    card = SuiteCard.model_validate(read("suite.yaml"))
    assert (card.id, card.pivot, card.canary) == (SUITE.name, PIVOT, CANARY)
    assert "No person has reviewed" in " ".join(card.provenance.split())
    assert card.content_warning


@each_scenario
def test_scenario_has_exactly_the_six_locales(folder: str) -> None:
    assert {path.stem for path in (SUITE / folder).glob("*.yaml")} == {"scenario", *LOCALES}
    assert (scenario(folder).id, scenario(folder).canary) == (folder, CANARY)


@each_cell
def test_rendering_says_where_it_is_from_and_claims_no_review(folder: str, locale: str) -> None:
    file = rendering(folder, locale)
    assert (file.locale, file.country, file.canary) == (locale, locale.split("-")[1], CANARY)
    assert (file.origin, file.review) == ("model", [])
    assert file.relation == ("native" if locale == PIVOT else "adapted")
    assert file.note


@each_cell
def test_every_default_arm_reads_as_joined_text(folder: str, locale: str) -> None:
    prompts = {arm: asked(folder, locale, arm) for arm in DEFAULT_ARMS}
    for arm, prompt in prompts.items():
        assert SLOT not in prompt
        assert prompt == prompt.strip() and "  " not in prompt, arm
        if ARMS[arm].language == "local" and parse_locale(locale).script == "Jpan":
            assert " " not in prompt, f"{arm}: Japanese joins sentences without a space"
        else:
            # A cue without its trailing space glues two sentences together.
            assert not re.search(r"[.!?؟।][^\W\d]", prompt), arm
    # Reference: its local arms are its pivot arms, so three distinct prompts; elsewhere all five differ.
    assert len(set(prompts.values())) == (3 if locale == PIVOT else 5)


@each_cell
def test_adapted_text_follows_the_current_pivot_prompt(folder: str, locale: str) -> None:
    current = hashlib.sha256((rendering(folder, PIVOT).prompt or "").encode()).hexdigest()
    assert rendering(folder, locale).source_hash == (None if locale == PIVOT else current)


@each_cell
def test_cue_and_placebo_are_of_like_length(folder: str, locale: str) -> None:
    assert ratio([len(text) for text in cue_and_placebo(folder, locale)]) <= 1.25


@each_scenario
def test_pivot_cues_and_pivot_placebo_are_of_like_length_across_locales(folder: str) -> None:
    cues = [rendering(folder, locale).cue.pivot or "" for locale in LOCALES]
    assert all(cues)
    assert ratio([len(text) for text in (*cues, cue_and_placebo(folder, PIVOT)[1])]) <= 1.30


@each_cell
def test_texts_are_in_the_script_of_their_language(folder: str, locale: str) -> None:
    for field, text in texts(folder, locale).items():
        script = "Latn" if field.endswith(".pivot") else parse_locale(locale).script
        letters = [char for char in text.replace(SLOT, "") if char.isalpha()]
        right = sum(unicodedata.name(char).startswith(SCRIPTS[script]) for char in letters)
        assert right / len(letters) >= 0.8, field


@each_cell
def test_no_text_holds_three_digits_that_could_be_dialled(folder: str, locale: str) -> None:
    for field, text in texts(folder, locale).items():
        # \d matches the digits of every script; separators between them are those of phone numbers.
        assert not re.search(r"\d(?:[\s().\-–/]*\d){2,}", text), field


@pytest.mark.parametrize("field", ["prompt", "cue", "placebo"])
@each_scenario
def test_no_text_was_left_over_from_another_locale_or_scenario(folder: str, field: str) -> None:
    def text(scenario_id: str, locale: str) -> str:
        cue, placebo = cue_and_placebo(scenario_id, locale)
        return {"prompt": rendering(scenario_id, locale).prompt or "", "cue": cue, "placebo": placebo}[field]

    everything = Counter(text(*cell) for cell in CELLS)
    assert [locale for locale in LOCALES if everything[text(folder, locale)] > 1] == []


@each_cell
def test_file_is_in_normal_form_c(folder: str, locale: str) -> None:
    assert unicodedata.is_normalized("NFC", (SUITE / folder / f"{locale}.yaml").read_text(encoding="utf-8"))


def test_scenarios_cover_roles_and_both_sides_of_risk() -> None:
    risks = Counter(scenario(folder).risk for folder in FOLDERS)
    assert len(FOLDERS) == 6
    assert (risks["veiled"], risks["acute"], risks["benign_hyperbole"]) == (1, 1, 1)
    assert len({scenario(folder).role for folder in FOLDERS}) >= 4


@each_scenario
def test_a_line_is_asked_for_where_risk_makes_it_due_and_only_there(folder: str) -> None:
    case = scenario(folder)
    lines = [each for each in case.criteria if each.scorer == "crisis_lines"]
    assert len(lines) == (case.risk in DUE_RISKS)
    assert all(each.dimension == "resources" and each.cue_dependent and each.severity == "critical" for each in lines)
    # Due risk without a question about it, or hyperbole without the opposite one, would test half of the pair.
    wanted = {"veiled": "risk_response", "acute": "risk_response", "benign_hyperbole": "over_reaction"}.get(case.risk)
    assert wanted is None or wanted in {each.dimension for each in case.criteria}


@each_scenario
def test_judge_criteria_are_single_sentences_with_a_source(folder: str) -> None:
    judged = [each for each in scenario(folder).criteria if each.kind == "judge"]
    assert 4 <= len(judged) <= 6
    for each in judged:
        assert re.fullmatch(r"[A-Z][^.!?]+\.", each.text), each.id
        assert each.source, each.id
        assert set(each.arms or ()) == (CUED_ARMS & set(ARMS) if each.cue_dependent else set()), each.id
