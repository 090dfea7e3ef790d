"""The judging stage: asks the panel about every reply and criterion, journalled like replies, and writes score rows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from culturefit.errors import UsageError
from culturefit.files import whole
from culturefit.judge.identity import measured_locale
from culturefit.judge.panel import Panel
from culturefit.judge.prompt import LANGUAGES, judge_prompt
from culturefit.judge.verdict import Vote, majority, read_vote
from culturefit.locales import parse_locale
from culturefit.records import Sample
from culturefit.run.budget import Ledger
from culturefit.run.generate import Conversation, End, Outcome, Progress, ask_all
from culturefit.schema import Criterion, Scenario
from culturefit.store import Store
from culturefit.tables import RowWriter, read_rows, scores_schema
from culturefit.vocabulary import DIMENSIONS

__all__ = [
    "NATIVE", "PIVOT", "Question", "check_size", "conversations_of", "judge_criteria", "judge_run", "judge_scorers",
    "judged_cells", "questions_of", "row_of", "signed", "vote_of",
]  # fmt: skip

#: What stands in the scorer column: verdicts to English instructions, and to instructions in the reply's language.
PIVOT, NATIVE = "judge", "judge_native"
_CHUNK = 500
_CATEGORY = {"cultural_framing": "Culture", "therapeutic_alignment": "Alignment", "safety": "Safety"}


@dataclass(frozen=True, slots=True)
class Question:
    """One criterion of one reply (`row`: a row of replies.parquet), under one scorer's name, in one language."""

    row: Mapping[str, Any]
    criterion: Criterion
    scorer: str
    language: str


def judge_scorers(panel: Panel) -> tuple[str, ...]:
    """Return the scorer names under which a panel's verdicts stand; the first one counts."""
    return {"pivot": (PIVOT,), "native": (NATIVE,), "both": (PIVOT, NATIVE)}[panel.language]


def judge_criteria(scenarios: Iterable[Scenario]) -> dict[str, list[Criterion]]:
    """Return scenario -> its criteria that need a judge."""
    return {each.id: [one for one in each.criteria if one.kind == "judge"] for each in scenarios}


def judged_cells(
    criteria: Mapping[str, Sequence[Criterion]], samples: Iterable[Sample], reference: str
) -> list[tuple[str, str, str]]:
    """Return (criterion, its words, locale) of everything that is judged, as a calibration counts it."""
    places = {(each.scenario, each.arm, each.locale) for each in samples}
    return sorted({
        (each.id, each.text, measured_locale(locale, arm, reference))
        for scenario, arm, locale in places for each in criteria.get(scenario, ())
        if each.arms is None or arm in each.arms
    })  # fmt: skip


def judge_run(
    panel: Panel, criteria: Mapping[str, Sequence[Criterion]], folder: Path, store: Store, ledger: Callable[[Any], Ledger],
    progress: Progress, signature: str, run_columns: Sequence[str],
) -> End:  # fmt: skip
    """Judge the replies in folder/replies.parquet and add the verdicts to folder/scores.parquet.

    Args:
        panel: who judges.
        criteria: scenario -> its judge criteria.
        folder: the run directory.
        store: the journal; verdicts are kept like replies.
        ledger: makes the ledger of a judge, so that its answers count against the budget at its own price.
        progress: where the counts go.
        signature: of the run, without the judge.
        run_columns: the columns of a reply that its score rows carry.

    Returns:
        How it ended, as `ask_all` does. Nothing is added to scores.parquet unless it is "complete".
    """
    path = folder / "judged.parquet"
    signature = signed(signature, panel)
    end: End = "complete"
    with RowWriter(path, scores_schema()) as out:
        rows = (row for _, row in read_rows(folder / "replies.parquet"))
        while end == "complete" and (chunk := list(islice(rows, _CHUNK))):
            questions = [each for row in chunk for each in questions_of(row, criteria, panel)]
            votes: dict[int, list[Vote]] = {index: [] for index in range(len(questions))}
            for model in panel.models.values():
                todo, places = conversations_of(questions, panel)
                progress.total += len(todo)

                def done(outcome: Outcome, places: dict[int, tuple[int, ...]] = places) -> None:
                    for index in places[id(outcome.conversation)]:
                        votes[index].append(vote_of(outcome, questions[index]))  # noqa: B023

                if todo and end == "complete":
                    end = asyncio.run(ask_all(
                        todo, model, store, sampling=panel.sampling, system=(), progress=progress, ledger=ledger(model), done=done,
                    ))  # fmt: skip
            for index, question in enumerate(questions):
                if votes[index]:
                    out.write(row_of(question, votes[index], signature, run_columns))
    if end == "complete":
        _add(folder / "scores.parquet", path)
    path.unlink(missing_ok=True)
    return end


def questions_of(
    row: Mapping[str, Any], criteria: Mapping[str, Sequence[Criterion]], panel: Panel
) -> Iterator[Question]:
    """Yield what is asked about a reply; `criteria` maps scenarios to their judge criteria."""
    if row["status"] != "ok" or not (row["reply"] or "").strip():
        return  # silence is unscored on every dimension; the deterministic rows say so
    own = parse_locale(row["language"] or row["locale"]).language
    for criterion in criteria.get(row["scenario"], ()):
        if criterion.arms is not None and row["arm"] not in criterion.arms:
            continue
        for scorer in judge_scorers(panel):
            language = own if scorer == NATIVE and own in LANGUAGES() else "en"
            yield Question(row, criterion, scorer, language)


def conversations_of(
    questions: Sequence[Question], panel: Panel
) -> tuple[list[Conversation], dict[int, tuple[int, ...]]]:
    """Return what is asked, each distinct prompt and vote once, and which questions an answer is for."""
    found: dict[tuple[str, int], tuple[Conversation, list[int]]] = {}
    for index, question in enumerate(questions):
        row = question.row
        text = judge_prompt(question.criterion.text, row["prompt"] or "", row["reply"], question.language)
        for vote in range(1, panel.votes + 1):
            sample = Sample(
                row["suite"] or "", row["scenario"], row["locale"], row["arm"], vote, (text,), "en",
                own_id=f"judge/{question.criterion.id}/{row['id']}",
            )  # fmt: skip
            conversation, places = found.setdefault((text, vote), (Conversation((text,), vote), []))
            conversation.samples.append(sample)
            places.append(index)
    made = list(found.values())
    return [conversation for conversation, _ in made], {id(each): tuple(places) for each, places in made}


def vote_of(outcome: Outcome, question: Question) -> Vote:
    """Return what a judge said to a question; a question that failed is unscored."""
    reply = outcome.reply
    if reply.status == "refused":
        return Vote(None, "judge_abstained")
    if reply.status != "ok":
        return Vote(None, "judge_unparsable")
    return read_vote(reply.text, question.row["reply"], question.language)


def row_of(question: Question, votes: Sequence[Vote], signature: str, columns: Sequence[str]) -> dict[str, Any]:
    """Return the score row of all votes on a question."""
    verdict, criterion = majority(votes), question.criterion
    findings = []
    if verdict.answer == "no":
        part = _CATEGORY.get(DIMENSIONS[criterion.dimension], "Fluency")
        findings = [{
            "start": verdict.start, "end": verdict.end, "category": f"{part}/{criterion.dimension.replace('_', ' ').title()}",
            "severity": criterion.severity, "message": f"A judge says no to: {criterion.text}", "rule": criterion.id,
        }]  # fmt: skip
    detail = {
        "language": question.language, "quote": verdict.quote[:300],
        "votes": [vote.answer or vote.unscored for vote in votes],
    }  # fmt: skip
    return {name: question.row.get(name) for name in columns} | {
        "scorer": question.scorer, "criterion": criterion.id, "dimension": criterion.dimension,
        "value": None if verdict.answer is None else float(verdict.answer == "yes"), "label": verdict.answer,
        "detail": json.dumps(detail, ensure_ascii=False), "unscored": verdict.unscored,
        "severity": criterion.severity if verdict.answer == "no" else None, "findings": findings, "signature": signature,
    }  # fmt: skip


def signed(signature: str, panel: Panel) -> str:
    """Return the signature of a panel's verdicts on what has `signature`."""
    from culturefit.run.record import fingerprint

    return f"{signature}|judge:{panel.version}@{fingerprint(panel.identity())}"


def _add(scores: Path, judged: Path) -> None:
    """Write the rows of `judged` behind those of `scores`, row group by row group; the file is replaced when whole."""
    import pyarrow.parquet as pq

    with whole(scores, binary=True) as part, pq.ParquetWriter(part, scores_schema(), compression="zstd") as out:
        for path in (scores, judged):
            with pq.ParquetFile(path) as file:
                for index in range(file.num_row_groups):
                    out.write_table(file.read_row_group(index).cast(scores_schema()))


def check_size(panel: Panel, replies: int, criteria: int) -> None:
    """Refuse a run that would ask more judge questions than `max_calls`."""
    calls = replies * criteria * panel.votes * len(panel.models) * len(judge_scorers(panel))
    if panel.max_calls is not None and calls > panel.max_calls:
        raise UsageError(
            f"Judging would take up to {calls} questions, more than judge.max_calls={panel.max_calls}; raise it, or choose fewer "
            "scenarios or locales."
        )
