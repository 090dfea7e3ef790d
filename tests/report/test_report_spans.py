"""A reply cut at its findings stays the reply, whatever the findings claim."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from culturefit.report.spans import segments, visible

SPANS = st.lists(st.tuples(st.integers(-5, 60), st.integers(-5, 60)), max_size=8)


@given(st.text(max_size=50), SPANS)
def test_the_pieces_are_the_text_and_those_of_a_span_are_its_slice(text, spans):
    pieces = segments(text, spans)
    assert "".join(piece for piece, _ in pieces) == text
    assert all(piece for piece, _ in pieces)
    for index, (start, end) in enumerate(spans):
        assert "".join(piece for piece, covering in pieces if index in covering) == text[max(0, start) : max(0, end)]


def test_nested_and_overlapping_spans_cut_at_every_border():
    # 0-4 holds 1-2, and 3-6 reaches out of it.
    assert segments("abcdefg", [(0, 4), (1, 2), (3, 6)]) == [
        ("a", (0,)),
        ("b", (0, 1)),
        ("c", (0,)),
        ("d", (0, 2)),
        ("ef", (2,)),
        ("g", ()),
    ]


def test_offsets_are_code_points_not_bytes_or_utf16_units():
    assert segments("😀नमस्ते", [(1, 3)]) == [("😀", ()), ("नम", (0,)), ("स्ते", ())]


@given(st.text(st.characters(exclude_characters="⟨")))
def test_what_is_shown_can_be_written_and_says_all_that_was_there(text):
    shown = visible(text)
    shown.encode("utf-8")
    assert re.sub(r"⟨U\+([0-9A-F]+)⟩", lambda found: chr(int(found[1], 16)), shown) == text.replace("\r\n", "\n")


def test_joiners_and_direction_marks_that_languages_need_are_kept():
    text = "می\u200cروم क\u094d\u200dष \u200fא\u200e ❤\ufe0f"
    assert visible(text) == text


def test_overrides_controls_and_surrogates_are_written_out():
    assert visible("a\u202eb\x1b[0m\ud800") == "a⟨U+202E⟩b⟨U+001B⟩[0m⟨U+D800⟩"
    assert visible("one\r\ntwo\rthree") == "one\ntwo⟨U+000D⟩three"
