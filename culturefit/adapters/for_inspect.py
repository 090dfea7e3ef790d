"""A suite as a task of Inspect (pip install inspect_ai): `inspect eval culturefit/suite -T suite=core --model …`.

Every turn of a conversation is asked after the reply to the one before. A score is a number per dimension, NaN where nothing
could be scored, which Inspect leaves out; the score rows, with findings and reasons, are in its metadata.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from typing import Any

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ChatMessageUser, GenerateConfig
from inspect_ai.scorer import Metric, SampleScore, Score, Scorer, Target, metric, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from culturefit.adapters.cells import Cells

__all__ = ["converse", "fit", "mean_of_scored", "suite"]


@task
def suite(
    suite: str = "quickstart", locales: str | Sequence[str] | None = None, limit: int | None = None,
    arms: str | Sequence[str] | None = None, scorers: str | Sequence[str] | None = None, reference: str = "en-US",
) -> Task:  # fmt: skip
    """Return the task; its parameters are those of culturefit.adapters.cells.Cells."""
    cells = Cells(suite, locales, limit, arms, scorers, reference)
    samples = [
        Sample(
            id=each.id, input=[ChatMessageUser(content=each.turns[0])],
            metadata={"scenario": each.scenario, "locale": each.locale, "arm": each.arm, "risk": each.risk, "later": list(each.turns[1:])},
        )
        for each in cells.samples
    ]  # fmt: skip
    return Task(
        dataset=MemoryDataset(samples, name=f"culturefit {cells.name}"),
        solver=[converse()],
        scorer=fit(cells),
        config=GenerateConfig(temperature=0.0, top_p=1.0, max_tokens=128, seed=0),
        name=f"culturefit_{cells.name}",
    )


@solver
def converse() -> Solver:
    """Ask the first turn, and each later one after the reply to the one before."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state = await generate(state)
        for turn in state.metadata["later"]:
            state.messages.append(ChatMessageUser(content=turn))
            state = await generate(state)
        return state

    return solve


@metric
def mean_of_scored() -> Metric:
    """The mean of what was scored, NaN where nothing was; Inspect's own mean would be 0 there."""

    def compute(scores: list[SampleScore]) -> float:
        told = [score.score.as_float() for score in scores]
        told = [each for each in told if not math.isnan(each)]
        return sum(told) / len(told) if told else math.nan

    return compute


@scorer(metrics={"*": [mean_of_scored()]})
def fit(cells: Cells) -> Scorer:
    """Return the scorer of a suite's replies."""

    async def score(state: TaskState, target: Target) -> Score:
        text, id_ = state.output.completion, str(state.sample_id)
        cut = state.output.stop_reason == "max_tokens"
        rows = await asyncio.to_thread(cells.rows, id_, text, cut=cut)
        value: dict[str, Any] = {
            name: math.nan if number is None else number for name, number in cells.values(id_, rows).items()
        }
        found = [f"{each['severity']}: {each['message']}" for row in rows for each in row["findings"]]
        return Score(
            value=value, answer=text, explanation="\n".join(dict.fromkeys(found)) or None, metadata={"rows": rows}
        )

    return score
