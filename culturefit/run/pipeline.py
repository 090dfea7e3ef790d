"""A whole run: plan → ask → score → write. Everything it writes is below one run directory, but for the journal."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal

from culturefit import __version__
from culturefit.errors import CulturefitError, ModelError, Stopped
from culturefit.judge.panel import Panel
from culturefit.models.base import Model
from culturefit.pairing import PairScorer
from culturefit.plain import plain
from culturefit.run.beside import Beside, can_fork
from culturefit.run.budget import Caps, Ledger, Price, price_of
from culturefit.run.forecast import forecast
from culturefit.run.generate import Conversation, End, Outcome, Progress, ask_all, conversations
from culturefit.run.plan import Plan, Selection, make_plan
from culturefit.run.progress import shown
from culturefit.run.record import signature, texts_used, versions, write_json
from culturefit.run.score import Evaluator, make_scorers
from culturefit.run.settings import Settings, caps_of
from culturefit.run.translated import lend, record_translation, translator_signature
from culturefit.store import Store
from culturefit.suite.dataset import PromptTable
from culturefit.suite.load import Suite
from culturefit.suite.packs import load_crisis_files, registry_state
from culturefit.tables import RowWriter, replies_schema, scores_schema
from culturefit.translation import Means, Translator

__all__ = ["Result", "execute"]

#: Requests from which scoring has a process of its own.
_WORTH_A_PROCESS = 200


@dataclass(frozen=True, slots=True)
class Result:
    """What a finished run left: its directory and the content of its run.json."""

    folder: Path
    record: dict[str, Any]


def execute(  # noqa: PLR0915 - a run's stages, one after the other
    settings: Settings,
    suite: Suite | PromptTable,
    translator: Translator,
    model: Model,
    folder: Path,
    *,
    run: str,
    judge: Panel | None = None,
    pairs: PairScorer | None = None,
    translator_name: str = "suite",
    scope: str | None = None,
    ledger_of: Callable[[Store, str, Caps, Price | None], Ledger] = Ledger,
    say: Callable[[str], None] = lambda _: None,
) -> Result:
    """Run `suite` on `model` and write replies.parquet, scores.parquet and run.json to `folder`.

    Args:
        settings: what to ask and how.
        suite: the cases.
        translator: gives the renderings.
        model: answers.
        folder: the run directory; made if need be.
        run: the run's id, as it stands in every row.
        judge: asked about the criteria that need one, after the replies; None = those criteria wait.
        pairs: compares each local reply with the one in the pivot language, after the replies; None = nothing is compared.
        translator_name: for the signature.
        scope: what shares one budget, such as the folder of a sweep; the run itself if None.
        ledger_of: makes the ledger; another one where the jobs of a sweep run on several machines.
        say: takes lines for the person.

    Raises:
        Stopped: the person stopped it; run.json says so, and what has arrived is kept.
        CulturefitError: what the message says.
    """
    started = datetime.now(UTC)
    caps, prices = caps_of(settings)
    scope = scope or str(folder.resolve())
    lend(translator, Means(settings.store.path, scope, caps, prices, settings.dry_run, say))
    plan = make_plan(suite, translator, Selection(
        settings.reference, settings.arms, settings.epochs, settings.epochs_reference, settings.locales,
        settings.scenarios, settings.limit,
    ))  # fmt: skip
    todo = conversations(plan.samples)
    made = signature(suite, translator_signature(translator_name, translator), model.identity(), settings)
    evaluator = _evaluator(settings, plan, made)
    _announce(suite, plan, len(todo), model, say)
    record = _record(settings, suite, plan, model, evaluator, made, run, started, requests=len(todo))
    record_translation(record, plan, translator, say)
    if judge is not None:
        _record_judge(record, judge, model, plan, settings.reference)
    price = price_of(model.name, model.identity()["backend"], prices, caps)
    if settings.dry_run:
        _foretell(todo, model, settings, price, say)
        return Result(folder, record)
    writing = partial(_writing, evaluator, folder, run, model.name)

    # Forked before the journal is opened: SQLite does not outlive a fork.
    beside = Beside(todo, writing, lambda: evaluator.crashed) if len(todo) >= _WORTH_A_PROCESS and can_fork() else None
    store = Store(settings.store.path)
    ledger = ledger_of(store, scope, caps, price)
    end: End | Literal["failed"] = "stopped"
    delivery: dict[str, Any] = {}
    try:
        with shown(len(todo)) as progress:
            try:
                end = _ask(settings, todo, model, store, ledger, progress, beside or writing())
                # Before the judges' own requests are counted.
                delivery = _delivery(progress, len(todo))
                if end == "complete" and judge is not None:
                    own = partial(ledger_of, store, scope, caps)
                    end = "stopped"  # unless they are through: a judge that cannot be asked leaves no run that looks whole
                    end = _judge(judge, plan, settings, prices, caps, folder, store, own, progress, made)
                if end == "stopped":
                    raise _Unfinished("stopped")
                if end == "complete" and pairs is not None:
                    record["pairs"] = _rank(pairs, folder, settings.reference, made, say)
            except ModelError as error:
                end = "failed"
                delivery = (delivery or _delivery(progress, len(todo))) | _stopped_by(error, progress)
                raise
            finally:
                evaluator.crashed |= (beside.result if beside else None) or {}
                folder.mkdir(parents=True, exist_ok=True)
                delivery = delivery or _delivery(progress, len(todo))
                _close(record, end, delivery, progress, ledger, evaluator, priced=bool(price))
                write_json(folder / "run.json", record, [*model.secrets(), *(judge.secrets() if judge else ())])
    except _Unfinished:
        kept = progress.done - progress.failed
        raise Stopped(
            f"Stopped: {kept} of {progress.total} replies are kept in {store.path}; run the same command again to ask the rest."
        ) from None
    finally:
        store.close()
    _say_the_end(end, progress.total - progress.done, progress.total, model, ledger, caps, evaluator, say)
    return Result(folder, record)


def _foretell(
    todo: Sequence[Conversation], model: Model, settings: Settings, price: Price | None, say: Callable[[str], None]
) -> None:
    store = Store(settings.store.path)
    say(forecast(todo, model, store, settings, price))
    store.close()


def _close(
    record: dict[str, Any], end: str, delivery: dict[str, Any], progress: Progress, ledger: Ledger, evaluator: Evaluator, *,
    priced: bool,
) -> None:  # fmt: skip
    """Write into the record how the run ended and what it took."""
    record["counts"] |= delivery | {
        "reused": progress.reused, "asked": progress.asked, "failed": progress.failed, "refused": progress.refused,
        "tokens": ledger.tokens, "usd": round(ledger.usd, 6) if priced else None,
    }  # fmt: skip
    record["finished"] = datetime.now(UTC).isoformat(timespec="seconds")
    record["status"] = end
    record["scorer_errors"] = evaluator.crashed


def _delivery(progress: Progress, requests: int) -> dict[str, Any]:
    """Return what run.json counts of the replies to the person's turns, and why there were none."""
    faults = progress.faults
    return {
        "unanswered": requests - progress.done, "delivered": faults.delivered, "empty": faults.empty, "errors": faults.most(),
    }  # fmt: skip


def _stopped_by(error: ModelError, progress: Progress) -> dict[str, Any]:
    """Return the reasons for run.json where a fault of the model ended the run."""
    return {"errors": [(plain(str(error)), 1), *progress.faults.most(4)]}


def _say_the_end(
    end: str, missing: int, requests: int, model: Model, ledger: Ledger, caps: Caps, evaluator: Evaluator,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    """Say what a budget left out, what was not metered, and which scorer failed."""
    if end == "budget":
        say(
            f"The budget ended the run: {missing} of {requests} requests are missing. Raise it and run the "
            "same command again: what is kept costs nothing."
        )
    if ledger.unmetered and (caps.tokens is not None or caps.usd is not None):
        say(
            f"{model.name} did not say how many tokens {ledger.unmetered} replies took; the budget counted an estimate."
        )
    for name, count in evaluator.crashed.items():
        say(f"The scorer '{name}' raised an error on {count} replies; they are unscored by it (scorer_error).")


def _ask(
    settings: Settings, todo: Sequence[Conversation], model: Model, store: Store, ledger: Ledger, progress: Progress,
    scores: Beside | AbstractContextManager[Callable[[Outcome], None]],
) -> End:  # fmt: skip
    """Have the conversations; their outcomes are scored and written by `scores`, unless the person stops the run."""
    with scores as scoring:
        end = asyncio.run(ask_all(
            todo, model, store, sampling=settings.sampling_for, system=settings.system_messages(), progress=progress,
            ledger=ledger, done=scoring.done if isinstance(scoring, Beside) else scoring,
            busy=scoring.busy if isinstance(scoring, Beside) else None, give_up_after=settings.give_up_after,
        ))  # fmt: skip
        if end == "stopped":
            raise _Unfinished("stopped")
    return end


def _evaluator(settings: Settings, plan: Plan, made: str) -> Evaluator:
    evaluator = Evaluator(make_scorers(settings.scorers, settings.scorer), made, settings.scorer)
    for case in plan.cases:
        evaluator.bind(case.scenario)
    return evaluator


def _announce(suite: Suite | PromptTable, plan: Plan, requests: int, model: Model, say: Callable[[str], None]) -> None:
    """Say what will be asked, and what cannot be."""
    say(
        f"{suite.card.id}: {len({s.scenario for s in plan.samples})} scenarios × {len(plan.locales)} locales, "
        f"{len(plan.samples)} samples, {requests} distinct requests to {model.name}."
    )
    for missing in plan.missing[:3]:
        is_so = "" if missing.held else " is missing"
        say(f"Skipped {missing.scenario} / {missing.locale} / {missing.arm}: {missing.what}{is_so}.")
    if len(plan.missing) > 3:
        say(f"… and {len(plan.missing) - 3} more skipped; run.json lists them.")


def _judge(
    judge: Panel, plan: Plan, settings: Settings, prices: Mapping[str, Price], caps: Caps, folder: Path, store: Store,
    own: Callable[[Price | None], Ledger], progress: Progress, made: str,
) -> End:  # fmt: skip
    """Ask the judges; what they use counts against the same budget, each at its own price."""
    from culturefit.judge.stage import judge_criteria, judge_run

    def ledger_of(model: Model) -> Ledger:
        price = price_of(model.name, model.identity()["backend"], prices, caps)
        return own(price)

    criteria = judge_criteria(case.scenario for case in plan.cases)
    columns = ("run", "suite", "scenario", "locale", "arm", "epoch", "model", "origin", "relation", "id")
    return judge_run(judge, criteria, folder, store, ledger_of, progress, made, columns)


def _rank(pairs: PairScorer, folder: Path, reference: str, made: str, say: Callable[[str], None]) -> dict[str, Any]:
    """Rank the pairs of replies, and return what run.json says of it."""
    from culturefit.run.pairs import rank_run

    say(f"Comparing the local replies with those in the pivot language ({pairs.name}).")
    counts = rank_run(pairs, folder, reference, made)
    return {"scorer": pairs.name, "version": pairs.version, "counts": dict(counts)}


def _record_judge(record: dict[str, Any], judge: Panel, model: Model, plan: Plan, reference: str) -> None:
    """Say in the record who judges, whether people have checked that judge, and under which scorer its verdicts stand."""
    from culturefit.judge.identity import calibration_record
    from culturefit.judge.stage import check_size, judge_criteria, judge_scorers, judged_cells

    first, *others = judge_scorers(judge)
    waiting = [each for each in record["criteria"] if each["kind"] == "judge"]
    for each in waiting:
        each["scorer"] = first
    criteria = judge_criteria(case.scenario for case in plan.cases)
    check_size(judge, len(plan.samples), max(map(len, criteria.values()), default=0))
    # Verdicts to instructions in the reply's language stand beside the others and count nowhere.
    record["criteria"] += [each | {"scorer": other, "compare_only": True} for each in waiting for other in others]
    record["counts"]["awaiting_judge"] = 0
    record["judge"] = judge.identity() | {"related": judge.related_to(model.name), "calibrated": False}
    if judge.calibration is not None:
        asked = judged_cells(criteria, plan.samples, reference)
        found = calibration_record(judge.calibration, judge.identity(), asked)
        record["judge"] |= {"calibrated": found.pop("calibrated"), "calibration": found}


class _Unfinished(CulturefitError):  # noqa: N818 - a way out, not a fault
    """Leaves the table writers without a result, so that no half file gets its name."""


@contextmanager
def _writing(evaluator: Evaluator, folder: Path, run: str, model: str) -> Iterator[Callable[[Outcome], None]]:
    """Yield what scores an outcome and writes its rows; the files get their names when all is well at the end."""
    with ExitStack() as stack:
        replies = stack.enter_context(RowWriter(folder / "replies.parquet", replies_schema()))
        scores = stack.enter_context(RowWriter(folder / "scores.parquet", scores_schema()))

        def done(outcome: Outcome) -> None:
            for row, rows in _rows(outcome, evaluator, run, model):
                replies.write(row)
                for score in rows:
                    scores.write(score)

        yield done


def _rows(
    outcome: Outcome, evaluator: Evaluator, run: str, model: str
) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Return the reply row and the score rows of each sample that shares this outcome."""
    reply = outcome.reply
    messages = json.dumps([dict(message) for message in outcome.messages], ensure_ascii=False)
    out = []
    for sample in outcome.conversation.samples:
        cell: dict[str, Any] = {
            "run": run, "id": sample.id, "suite": sample.suite, "scenario": sample.scenario, "locale": sample.locale,
            "arm": sample.arm, "epoch": sample.epoch, "model": model, "origin": sample.origin, "relation": sample.relation,
        }  # fmt: skip
        row = cell | {
            "language": sample.language, "country": sample.country, "risk": sample.risk, "role": sample.role,
            "messages": messages, "prompt": outcome.messages[-1]["content"], "reply": reply.text, "status": reply.status,
            "finish_reason": reply.finish_reason, "error": reply.error, "prompt_tokens": reply.prompt_tokens,
            "completion_tokens": reply.completion_tokens, "latency_s": reply.latency_s, "reused": reply.reused,
            "at": reply.at, "key": reply.key,
        }  # fmt: skip
        out.append((row, [cell | score for score in evaluator.score(sample, reply)]))
    return out


def _record(
    settings: Settings, suite: Suite | PromptTable, plan: Plan, model: Model, evaluator: Evaluator, made: str, run: str,
    started: datetime, *, requests: int,
) -> dict[str, Any]:  # fmt: skip
    chosen: Mapping[str, Any] = settings.model_dump(mode="json") | {
        "locales": plan.locales, "scenarios": [case.scenario.id for case in plan.cases], "scorers": list(evaluator.scorers),
    }  # fmt: skip
    criteria = [each for case in plan.cases for each in evaluator.criteria(case.scenario)] or list(
        evaluator.plain_criteria()
    )
    return {
        "schema": 1,
        "run": run,
        "culturefit": __version__,
        "started": started.isoformat(timespec="seconds"),
        "finished": None,
        "status": "running",
        "signature": made,
        "versions": versions(),
        "model": model.identity(),
        "suite": {
            "id": suite.card.id, "title": suite.card.title, "version": suite.card.version, "hash": suite.hash,
            "licence": suite.card.licence, "provenance": suite.card.provenance, "pivot": suite.card.pivot,
            "content_warning": suite.card.content_warning, "design": suite.card.design,
        },
        "themes": {case.scenario.id: case.scenario.theme for case in plan.cases},
        "settings": chosen,
        "counts": {
            "samples": len(plan.samples), "requests": requests,
            "missing_renderings": sum(not each.held for each in plan.missing), "held_back": sum(each.held for each in plan.missing),
            "awaiting_judge": sum(each["kind"] == "judge" for each in criteria),
        },
        "missing": [each._asdict() for each in plan.missing],
        # What expired matters where a scorer reads the registry; parsing it takes longer than ten requests.
        "crisis_registry": registry_state(load_crisis_files(), started.date())
        if any(hasattr(each, "fingerprint") for each in evaluator.scorers.values())
        else None,
        "texts": texts_used(plan, suite.card.pivot),
        "criteria": criteria,
    }  # fmt: skip
