"""Scores a Parquet file of replies on a Ray cluster, with the bytes that one process would write.

The file is read here and sent in batches by Ray Data, so the nodes need no disk in common; a batch's scores depend on nothing
but the batch, so it may be scored twice. A batch is taken once, by the number of its first row, and handed on in order.
"""

from __future__ import annotations

import functools
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.errors import CulturefitError, UsageError
from culturefit.run.rows import OPTIONAL, REQUIRED, check_columns, file_signature, score_rows
from culturefit.run.score import Evaluator, make_scorers
from culturefit.tables import encode, format_of, scores_schema

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Part", "score_parquet"]

#: Replies per batch: about a second's work, which is what a lost node costs.
_BATCH = 1024
#: Batches that one Ray Data job holds, per CPU of the cluster, and bytes of them: bounds the memory here.
_PER_CPU, _BYTES = 8, 64 * 2**20
#: Jobs in a row that may fail without a single new batch.
_PATIENCE = 4
_NUMBER = "__number__"


@dataclass(frozen=True, slots=True)
class Part:
    """The scores of one batch: how many replies and rows, and the rows in the format asked for."""

    replies: int
    rows: int
    data: bytes


def score_parquet(
    ray: Any, path: Path, names: Sequence[str], kind: str, *, say: Callable[[str], object] = lambda _: None
) -> Iterator[Part]:
    """Yield the scores of the replies in `path`, in order, as `tables.encode` writes them for a file of format `kind`.

    Args:
        ray: the connected module.
        path: a Parquet file with the columns of `culturefit score`, on this machine.
        names: the scorers.
        kind: jsonl, csv or parquet.
        say: takes lines for the person.

    Raises:
        UsageError: another format, or an unknown scorer.
        CulturefitError: a row that cannot be scored, nodes that would score otherwise, or a cluster that fails for good.
    """
    if format_of(path) != "parquet":
        raise UsageError(
            f"'{path}' is no .parquet file; the ray engine reads Parquet, --engine local reads the others."
        )
    evaluator = Evaluator(make_scorers(names), file_signature())
    task = functools.partial(
        _score_batch, path=str(path), names=tuple(names), kind=kind, expected=tuple(evaluator.plain_signatures())
    )
    batches = _batches(path)
    crashed: Counter[str] = Counter()
    while window := _window(batches, max(4, _PER_CPU * int(ray.cluster_resources().get("CPU", 1)))):
        for found in _in_order(window, task, say):
            if found["problem"]:
                raise CulturefitError(found["problem"])
            crashed.update(json.loads(found["crashed"]))
            yield Part(found["replies"], found["rows"], found["data"])
    for name, count in crashed.items():
        say(f"The scorer '{name}' raised an error on {count} replies; they are unscored by it (scorer_error).")


def _batches(path: Path) -> Iterator[tuple[int, pa.Table]]:
    """Yield (number of the first row, rows) with the columns that are read, numbered from 1."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            present = file.schema_arrow.names
            if file.metadata.num_rows:
                check_columns(dict.fromkeys(present), f"{path}:1")
            wanted = [name for name in (*REQUIRED, *OPTIONAL) if name in present]
            number = 1
            for batch in file.iter_batches(_BATCH, columns=wanted):
                rows = pa.Table.from_batches([batch])
                numbers = pa.array(range(number, number + rows.num_rows), pa.int64())
                yield number, rows.append_column(_NUMBER, numbers)
                number += rows.num_rows
    except pa.ArrowException as error:
        raise CulturefitError(f"'{path}' is no Parquet file ({str(error).splitlines()[0]}).") from None
    except OSError as error:
        raise CulturefitError(f"'{path}' cannot be read ({error.strerror or error}); check the path.") from None


def _window(batches: Iterator[tuple[int, pa.Table]], most: int) -> dict[int, pa.Table]:
    found: dict[int, pa.Table] = {}
    size = 0
    for number, rows in itertools.islice(batches, most):
        found[number] = rows
        size += rows.nbytes
        if size >= _BYTES:
            break
    return found


def _in_order(
    window: dict[int, pa.Table], task: Callable[[pa.Table], pa.Table], say: Callable[[str], object]
) -> Iterator[dict[str, Any]]:
    """Yield the result of every batch, in order and once, over as many Ray Data jobs as that takes."""
    early: dict[int, dict[str, Any]] = {}
    order = iter(window)
    due: int | None = next(order)
    tries = 0
    todo = dict(window)
    while todo:
        before = len(todo)
        try:
            for found in _job(list(todo.values()), task):
                if todo.pop(found["first"], None) is None:
                    continue
                early[found["first"]] = found
                while due in early:
                    yield early.pop(due)
                    due = next(order, None)
        except CulturefitError:
            raise
        except Exception as error:  # nodes come and go, and Ray says so in many classes
            tries = tries + 1 if len(todo) == before else 1
            cause = str(error).strip().splitlines()[-1] if str(error).strip() else type(error).__name__
            if "No module named 'culturefit" in str(error):
                raise CulturefitError(
                    "A node of the cluster has no culturefit; install the same version on every node: pip install culturefit."
                ) from None
            if tries >= _PATIENCE:
                raise CulturefitError(
                    f"The cluster failed {tries} times without scoring a batch ({cause}); look at `ray status`, and run the same "
                    "command again."
                ) from None
            say(f"The cluster lost a job ({cause}); {len(todo)} batches are sent again.")
            time.sleep(tries)


def _job(tables: list[pa.Table], task: Callable[[pa.Table], pa.Table]) -> Iterator[dict[str, Any]]:
    """Run one Ray Data job over the batches and yield a result per batch, as they come."""
    import logging

    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)
    # One block per batch, each of them a task of its own.
    data = ray.data.from_arrow(tables).map_batches(task, batch_size=None, batch_format="pyarrow", num_cpus=1)
    yield from data.iter_rows()


def _score_batch(
    batch: pa.Table, *, path: str, names: tuple[str, ...], kind: str, expected: tuple[str, ...]
) -> pa.Table:
    """Return one row about a batch: its scores, or the problem that its first bad row is. Runs on the nodes."""
    import pyarrow as pa

    counts: Counter[str] = Counter()
    data, problem = b"", None
    first = batch.column(_NUMBER)[0].as_py()
    crashed: dict[str, int] = {}
    try:
        evaluator = _evaluator(names)
        evaluator.crashed.clear()
        if tuple(evaluator.plain_signatures()) != expected:
            raise CulturefitError(_differs(evaluator.plain_signatures(), expected))
        rows = [(row.pop(_NUMBER), row) for row in batch.to_pylist()]
        data = encode(list(score_rows(path, rows, evaluator, counts)), scores_schema(), kind)
        crashed = evaluator.crashed
    except CulturefitError as error:
        problem = str(error)
    return pa.table({
        "first": [first], "replies": [counts["replies"]], "rows": [counts["rows"]], "data": pa.array([data], pa.binary()),
        "problem": pa.array([problem], pa.string()), "crashed": [json.dumps(crashed)],
    })  # fmt: skip


@functools.cache
def _evaluator(names: tuple[str, ...]) -> Evaluator:
    """Return the scorers, made once per worker process."""
    return Evaluator(make_scorers(names), file_signature())


def _differs(found: Sequence[str], expected: Sequence[str]) -> str:
    import socket

    pairs = itertools.zip_longest(found, expected)
    theirs, ours = next((a, b) for a, b in pairs if a != b)
    return (
        f"Node '{socket.gethostname()}' would score as '{theirs}', this machine as '{ours}'; install the same culturefit on "
        "every node."
    )
