"""From suite to samples: the cells of the design, what is asked once, what is missing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from culturefit.errors import UsageError
from culturefit.run.generate import conversations
from culturefit.run.plan import Plan, Selection, make_plan
from culturefit.suite import load_suite
from culturefit.translators.suite import SuiteRenderings
from culturefit.vocabulary import DEFAULT_ARMS


def plan(folder: Path, **changes: object) -> Plan:
    selection = Selection(**({"reference": "en-US", "arms": DEFAULT_ARMS} | changes))  # type: ignore[arg-type]
    return make_plan(load_suite(folder), SuiteRenderings(), selection)


def test_the_arms_of_a_scenario_are_the_cells_of_the_design(mini_suite: Path) -> None:
    cells = Counter((s.locale, s.arm) for s in plan(mini_suite, limit=1).samples)
    # Once per scenario: E0, EP. Per locale, the reference too: EC. Per other locale: LP, LC.
    assert cells == Counter([
        ("en-US", "pivot"), ("en-US", "pivot+placebo"), ("en-US", "pivot+culture"),
        ("de-DE", "pivot+culture"), ("de-DE", "local+placebo"), ("de-DE", "local+culture"),
        ("ja-JP", "pivot+culture"), ("ja-JP", "local+placebo"), ("ja-JP", "local+culture"),
    ])  # fmt: skip


def test_prompts_are_filled_by_plain_replacement_in_the_arms_language(mini_suite: Path) -> None:
    turns = {(s.locale, s.arm): s.turns[0] for s in plan(mini_suite, limit=1).samples}
    assert turns["en-US", "pivot"] == "I cannot sleep because of debt. Can you listen?"
    assert turns["en-US", "pivot+placebo"].count("kettle") == 1
    assert turns["ja-JP", "pivot+culture"] == (
        "I cannot sleep because of debt. My parents in Osaka ask about New Year. Can you listen?"
    )
    assert (
        turns["ja-JP", "local+culture"]
        == "debtのことで眠れません。大阪の親がお正月のことを聞いてきます。聞いてもらえますか。"
    )
    assert (
        turns["ja-JP", "local+placebo"]
        == "debtのことで眠れません。やかんは窓のそばの机の上にあります。聞いてもらえますか。"
    )


def test_a_reply_is_due_in_the_prompts_language_and_the_country_is_known_only_where_it_was_said(
    mini_suite: Path,
) -> None:
    due = {(s.locale, s.arm): (s.language, s.country) for s in plan(mini_suite, limit=1).samples}
    assert due["ja-JP", "pivot+culture"] == ("en-US", "JP")
    assert due["ja-JP", "local+culture"] == ("ja-JP", "JP")
    assert due["ja-JP", "local+placebo"] == ("ja-JP", None)
    assert due["en-US", "pivot"] == ("en-US", None)


def test_another_reference_turns_the_design_around_and_counts_what_it_lacks(mini_suite: Path) -> None:
    turned = plan(mini_suite, reference="ja-JP", limit=1)
    asked = {(s.locale, s.arm): s.turns[0] for s in turned.samples}
    assert asked["ja-JP", "pivot+placebo"].startswith("debtのことで")
    # en-US's cue exists in English only, so it cannot be put into a Japanese prompt; its own prompt takes it.
    assert {(m.locale, m.arm, m.what) for m in turned.missing} == {
        ("en-US", "pivot+culture", "en-US.yaml: cue.pivot"), ("de-DE", "pivot+culture", "de-DE.yaml: cue.pivot"),
    }  # fmt: skip
    assert "Thanksgiving" in asked["en-US", "local+culture"]


def test_a_missing_rendering_is_skipped_and_said(mini_suite: Path) -> None:
    (mini_suite / "debt" / "ja-JP.yaml").unlink()
    found = plan(mini_suite, locales=["ja-JP"])
    assert {(m.scenario, m.arm, m.what) for m in found.missing} == {
        ("debt", arm, "ja-JP.yaml") for arm in ("pivot+culture", "local+placebo", "local+culture")
    }
    assert {s.scenario for s in found.samples if s.locale == "ja-JP"} == {"exam"}


def test_a_prompt_that_is_the_same_in_several_cells_is_asked_once(mini_suite: Path) -> None:
    # Give de-DE's English cue the words of ja-JP's: their pivot+culture prompts are then one request.
    file = mini_suite / "debt" / "de-DE.yaml"
    text = file.read_text(encoding="utf-8").replace(
        "My parents in Kassel ask about Christmas. ", "My parents in Osaka ask about New Year. "
    )
    file.write_text(text, encoding="utf-8")
    samples = plan(mini_suite, limit=1, epochs=2).samples
    asked = conversations(samples)
    assert len(samples) == 18  # 9 cells x 2 epochs
    assert len(asked) == 16
    shared = [each for each in asked if len(each.samples) == 2]
    assert {(s.locale, s.epoch) for each in shared for s in each.samples} == {
        ("de-DE", 1), ("ja-JP", 1), ("de-DE", 2), ("ja-JP", 2),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"locales": ["ja"]}, "Did you mean 'ja-JP'"),
        ({"scenarios": ["debtt"]}, "Did you mean 'debt'"),
        ({"arms": ["local+cultur"]}, r"Did you mean 'local\+culture'"),
        ({"reference": "fr-FR"}, "Known: de-DE, en-US, ja-JP"),
        ({"epochs": 0}, "must be 1 or more"),
        ({"arms": []}, "arms is empty"),
    ],
)
def test_a_wrong_name_is_an_error_with_the_nearest(mini_suite: Path, changes: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        plan(mini_suite, **changes)
