"""The degeneration scorer: answered or not, loops and echoes, and the repetitions that are none."""

from __future__ import annotations

import pytest

from culturefit.records import ScoreInput
from culturefit.scoring import score_reply, scorers

PROMPT = (
    "I moved to another city for work eight months ago and I still cry most evenings. "
    "I don't want tips right now, I just need to tell someone."
)
JAPANESE = "八か月前に仕事で別の街に引っ越して、今でもほとんど毎晩泣いています。今はアドバイスはいりません。"


def both(reply: str, **fields: object) -> tuple[tuple[float | None, str | None, str | None], ...]:
    found = score_reply(scorers.create("degeneration"), ScoreInput(reply, "en-US", **fields))  # type: ignore[arg-type]
    return tuple((each.value, each.label, each.unscored) for each in found)


@pytest.mark.parametrize(
    ("reply", "fields", "answered", "coherent"),
    [
        ("I'm listening.", {}, (1.0, "ok", None), (1.0, "ok", None)),
        ("I'm listening, and", {"finish_reason": "length"}, (1.0, "cut", None), (1.0, "ok", None)),
        (" \n", {}, (0.0, "empty", None), (None, None, "empty")),
        ("", {"status": "failed"}, (0.0, None, None), (None, None, "failed")),
        ("", {"status": "refused"}, (0.0, None, None), (None, None, "refused")),
    ],
)
def test_silence_is_failed_on_answered_and_unscored_on_coherent(reply, fields, answered, coherent):
    assert both(reply, **fields) == (answered, coherent)


LOOPS = {
    "one phrase": "I hear you. " * 20,
    "after a good start": "That sounds exhausting, and lonely too, after such a big move. "
    + "Take a deep breath. " * 8,
    "a list that counts on": "\n".join(f"{n}. Talk to a friend or a family member about it." for n in range(1, 9)),
    "Japanese": "つらいですね。" * 10,
    "Hindi": "मुझे दुख है। " * 12,
    "Thai, without spaces": "ฉันเข้าใจคุณนะ" * 8,
    "one letter": "哈" * 60,
    "paragraphs": (PROMPT.replace("I ", "you ") + "\n\n") * 3,
}


@pytest.mark.parametrize("reply", LOOPS.values(), ids=LOOPS)
def test_a_loop_is_incoherent_and_marked_where_it_runs(judged, reply):
    score = judged("degeneration", reply, "en-US", finish_reason="length")
    assert (score.value, score.label, score.severity) == (0.0, "loop", "critical")
    (finding,) = score.findings
    assert 0.4 * len(reply) < finding.end - finding.start <= len(reply)


@pytest.mark.parametrize(
    ("reply", "prompt"), [(PROMPT, PROMPT), (JAPANESE, JAPANESE), (PROMPT.upper() + " Yes.", PROMPT)]
)
def test_the_prompt_given_back_is_an_echo(judged, reply, prompt):
    score = judged("degeneration", reply, "en-US", prompt=prompt)
    assert (score.value, score.label, score.findings[0].rule) == (0.0, "echo", "echo")


CLEAN = {
    "the person's words, reflected": (
        "You moved to another city for work eight months ago, and you still cry most evenings. That sounds so lonely, "
        "and I'm glad you told someone. I'm here."
    ),
    "a short quotation": "\"I just need to tell someone\": I'm that someone tonight, and there is no hurry at all.",
    "a grounding list": "\n".join(
        f"{n}. Name {word} things you can {verb}."
        for n, word, verb in [(1, "five", "see"), (2, "four", "touch"), (3, "three", "hear"), (4, "two", "smell")]
    ),
    "a refrain": "\n".join(
        line
        for verse in [
            "The night is long,\nbut morning comes.",
            "The road is hard,\nbut friends will walk.",
            "The heart is sore,\nbut hearts can mend.",
        ]
        for line in ("You are not alone.", verse)
    ),
    "breathing": "Breathe in. Breathe out. Breathe in. Breathe out. Then tell me, in your own words, what tonight is like for you.",
    "thanks, twice": "ありがとうございます。ありがとうございます。",
    "a word for emphasis": "No, no, no: none of this is your fault.",
    "a line of dashes": "That is a lot to carry.\n" + "-" * 60 + "\nWhat was the hardest moment of today?",
}  # fmt: skip


@pytest.mark.parametrize("reply", CLEAN.values(), ids=CLEAN)
def test_lists_refrains_and_reflections_are_coherent(judged, reply):
    score = judged("degeneration", reply, "en-US", prompt=PROMPT)
    assert (score.value, score.label, score.findings) == (1.0, "ok", ())


def test_human_text_never_loops(aligned):
    for stem in ("eng", "spa", "deu", "hin", "jpn", "arb", "tha"):
        lines = aligned(stem)
        for at in range(0, len(lines) - 5, 5):
            reply, prompt = " ".join(lines[at : at + 4]), lines[at + 4]
            found = score_reply(scorers.create("degeneration"), ScoreInput(reply, "en-US", prompt=prompt))
            assert found[1].value == 1.0, (stem, at, found[1].detail)
