"""A card states what a benchmark measured: every figure it has stands in the stored result of the command it names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STORED = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "benchmarks" / "results").glob("*.json")
}
#: Where a benchmark measures several scorers, `cards` names them; else its own name is the scorer's.
CARDS = [
    (name, scorer, label, text)
    for name, stored in sorted(STORED.items())
    for scorer in stored.get("cards", [name])
    for label, text in stored.get("card", {}).items()
] + [
    # One that has other figures for each scorer.
    (name, scorer, label, text)
    for name, stored in sorted(STORED.items())
    for scorer, card in stored.get("by_card", {}).items()
    for label, text in card.items()
]


@pytest.mark.parametrize(("benchmark", "scorer", "label", "text"), CARDS)
def test_the_card_has_the_figure_that_was_measured(benchmark, scorer, label, text):
    card = (ROOT / "scorers" / f"{scorer}.md").read_text(encoding="utf-8")
    assert text in card, f"{label}: benchmarks/results/{benchmark}.json says {text}"
    assert f"benchmarks/{benchmark}.py" in card
