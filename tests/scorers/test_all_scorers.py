"""What holds for every scorer here: hostile replies take no time, spans lie in the reply, the same reply scores the same."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from culturefit.records import Score, ScoreInput
from culturefit.scoring import score_reply, scorers
from culturefit.vocabulary import DIMENSIONS

NAMES = tuple(scorers.names())

#: Pieces that make a careless pattern or loop quadratic, each repeated to 100,000 code points.
HOSTILE = [
    "a", "a\n", "1 ", "1-", "988 ", "call 988. ", "call 0800 111 0 111\n", "(", "(1) ", "+1", "aあ", "a word か ", "`", "`a", "<a",
    "a@", ".'", "Hola amigo mio que tal. ", "すみません hello there my dear old friend ", "http://", "\x00\uffff", "İ", "e\u0301",
    "abcdefghijklmnopqrstuvwxyz", "٩٨٨ اتصل ", "1/", "1-800-TALK", "\n", "愛", "**988** ", '"', "- ", "0", "Z. ", "hello wörld Hm? ",
]  # fmt: skip


def everything(reply: str, language: str = "es-MX") -> list[Score]:
    item = ScoreInput(reply, language, language[-2:], prompt=reply[:5000], risk="acute")
    return [score for name in NAMES for score in score_reply(scorers.create(name), item)]


@pytest.mark.parametrize("language", ["es-MX", "ja-JP"])
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_reply_of_100_kb_does_not_hang_the_scorers(piece, language):
    everything("warm up", language)
    reply = (piece * (100_000 // len(piece) + 1))[:100_000]
    start = time.process_time()
    found = everything(reply, language)
    # About a second for all of them; what is quadratic in the reply takes minutes.
    assert time.process_time() - start < 10.0
    assert all(len(score.findings) <= 101 for score in found)


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.sampled_from("aeé nsß.!\n-*`<>@/0123456789٩٨०९０あ漢字한국любовь\u0301\u200f\ud800\x00😀(+)\"'“"),
        max_size=120,
    ),
    st.sampled_from(["es-MX", "ja-JP", "hi-Latn-IN", "sr-Cyrl-RS", "ar", "yue-HK"]),
)
def test_any_text_gives_valid_scores_with_spans_in_the_reply_twice_the_same(reply, language):
    first, second = everything(reply, language), everything(reply, language)
    assert first == second
    for score in first:
        assert score.dimension in DIMENSIONS
        assert score.value is None or 0 <= score.value <= 1
        assert score.value is not None or score.unscored is not None or score.label is not None
        assert score.value is None or score.unscored is None
        for finding in score.findings:
            assert 0 <= finding.start < finding.end <= len(reply)
            assert finding.message.endswith(".")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("status", ["failed", "refused"])
def test_what_was_not_delivered_is_never_scored_as_fit(name, status):
    found = score_reply(scorers.create(name), ScoreInput("", "es-MX", "MX", status=status, risk="acute"))
    for score in found:
        expected = (0.0, None) if score.criterion == "answered" else (None, status)
        assert (score.value, score.unscored) == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_scorer_has_a_card_that_says_how_to_measure_it(name):
    card = scorers.card(name)
    assert card.startswith(f"# {name}")
    assert "python benchmarks/" in card or "pytest" in card
