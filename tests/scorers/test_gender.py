"""Gender in address: what a reply assumes, what leaves it open, and what the person's own words say."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

REPLIES = yaml.safe_load((Path(__file__).parents[1] / "data" / "gender.yaml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("language", "side", "reply"),
    [(language, side, reply) for language, sides in REPLIES.items() for side, each in sides.items() for reply in each],
)
def test_a_reply_that_assumes_a_gender_says_which_and_others_are_left_alone(judged, language, side, reply):
    found = judged("gender", reply, language)
    assert found.label == side if side != "open" else (found.label in ("none", "neutral") and not found.findings), found


def test_a_generic_masculine_is_minor_and_a_guessed_woman_is_not(judged):
    guess, generic = judged("gender", "No estás sola.", "es-MX"), judged("gender", "No estás solo.", "es-MX")
    assert (guess.value, guess.severity) == (0.0, "major")
    assert (generic.value, generic.severity) == (0.75, "minor")


@pytest.mark.parametrize(
    ("language", "prompt", "reply", "value"),
    [
        ("es-MX", "estoy cansada de todo", "No estás sola.", 1.0),
        ("es-MX", "estoy cansada de todo", "No estás solo.", 0.0),
        ("ru-RU", "я так устал", "Ты не один.", 1.0),
        ("pl-PL", "wczoraj płakałam całą noc", "Zrobiłeś, co było można.", 0.0),
        ("hi-IN", "मैं थक गई हूँ", "आप थक गई हैं।", 1.0),
        ("ar-EG", "أنا تعبانة أوي", "انت تعبان وده طبيعي.", 0.0),
        ("he-IL", "אני עייפה", "את צריכה מנוחה.", 1.0),
        ("fr-FR", "je suis épuisée", "Vous n'êtes pas seul.", 0.0),
    ],
)
def test_the_persons_own_words_make_their_gender_known(judged, language, prompt, reply, value):
    assert judged("gender", reply, language, prompt=prompt).value == value


def test_lines_of_news_hardly_address_anybody(judged, aligned):
    # 557 lines of each: findings there are false, or one of a few quoted addresses.
    stems = {
        "es": "spa",
        "pt": "por-BR",
        "it": "ita",
        "fr": "fra",
        "pl": "pol",
        "ru": "rus",
        "uk": "ukr",
        "hi": "hin",
        "ar": "arb",
        "he": "heb",
    }
    hits = {
        tag: sum(bool(judged("gender", line, tag).findings) for line in aligned(stem)) for tag, stem in stems.items()
    }
    assert all(count <= 5 for count in hits.values()), hits
