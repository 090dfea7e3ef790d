"""culturefit from Python, in a script, a notebook or a server.

    from culturefit.api import load_suite, run, score, gap, report

    score("No estás sola.", "es-MX")                # what scorers say of one reply
    done = run(my_bot, "core", locales=["ja-JP"])   # ask a function, a pipeline or a configured model
    gap(done)                                       # who is behind, where most, how sure
    report(done)                                    # report.html

`culturefit.run`, `culturefit.gap` and `culturefit.report` are subpackages, so these functions stand here. What they return
shows itself as tables and charts in a notebook. They may be called while an event loop is running. docs/python.md has
an example of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from culturefit.api.results import Gap, Report, Run, Scores, ScoreTable

if TYPE_CHECKING:
    from culturefit.judge.panel import Panel
    from culturefit.models.base import Model
    from culturefit.pairing import PairScorer
    from culturefit.suite.dataset import PromptTable
    from culturefit.suite.load import Suite

__all__ = [
    "Gap", "Report", "Run", "ScoreTable", "Scores",
    "gap", "load_judge", "load_model", "load_suite", "report", "run", "score",
]  # fmt: skip

Rows = Iterable[Mapping[str, Any]]


def load_suite(source: str | Path | Rows) -> Suite | PromptTable:
    """Return a suite: the id of a shipped one, a folder with suite.yaml, or a table of prompts of your own.

    Args:
        source: an id or a folder; a .jsonl, .csv or .parquet file; or rows (a list of dicts, a `datasets.Dataset`), each
            with `prompt` and `locale`, and perhaps `id`, `scenario`, `arm`, `risk`, `role`, `country`.

    Raises:
        UsageError: no such suite; the message lists the shipped ones.
        SuiteError, CulturefitError: a file or row says something it may not, with its place.
    """
    from culturefit.suite import load_suite as from_folder
    from culturefit.suite.dataset import load_dataset_suite, table_from_rows

    if not isinstance(source, str | Path):
        return table_from_rows(((f"row {number}", row) for number, row in enumerate(source, 1)), "prompts", "The table")
    if Path(source).suffix.lower() in (".jsonl", ".ndjson", ".csv", ".parquet"):
        return load_dataset_suite(str(source))
    return from_folder(source)


def load_model(model: str, /, **settings: Any) -> Model:
    """Return a model by the name of its settings (`culturefit list models`): `load_model("openai", name="my-model")`.

    Args:
        model: such as embedded, openai, http, transformers; or "module:function" or "file.py:function" of your own.
        settings: what replaces the settings of conf/model/<model>.yaml.

    Raises:
        UsageError: no such model or setting, or one that still needs a value.
    """
    from culturefit.api.models import named_model

    return named_model(model, settings)


def load_judge(judge: Any, /, **settings: Any) -> Panel:
    """Return a judge with settings: `load_judge("openai", name="my-judge", votes=3, temperature=0.7)`.

    From Python and from the command line a judge of the same models and settings is the same judge, so that a calibration
    holds for both. A list's judges are called first, second, … there.

    Args:
        judge: what `run` takes as a model; or a list, or a dict by name, of several, which decide by strict majority.
        settings: those of conf/judge/: `language` (pivot, native or both), `votes`, `temperature`, `max_tokens`, `max_calls`,
            `calibration` (what `culturefit calibrate --json` wrote); and, for one judge by name, those of conf/model/.

    Raises:
        UsageError: no such model or setting, or settings that do not go together.
    """
    from culturefit.api.judges import made_panel

    return made_panel(judge, settings)


def run(
    model: Any,
    suite: str | Path | Rows | Suite | PromptTable = "quickstart",
    *,
    locales: Sequence[str] | None = None,
    limit: int | None = None,
    scorers: Sequence[str] | None = None,
    judge: Any = None,
    pairs: str | PairScorer | None = None,
    out: str | Path | None = None,
    store: str | Path | None = None,
    version: str = "1",
    **settings: Any,
) -> Run:
    """Ask a model the prompts of a suite, score the replies, and return the run.

    Replies are kept as they arrive; the same call again takes what is kept and asks the rest. A run that is interrupted
    keeps what has arrived.

    Args:
        model: a function that gets the messages ([{"role", "content"}, …]) and returns the reply, plain or async; a
            `transformers` pipeline for text-generation; what `load_model` returned, or a name for it.
        suite: as for `load_suite`, or what it returned.
        locales: BCP-47 tags; None = all of the suite. The reference locale is always asked.
        limit: the first so many scenarios; None = all.
        scorers: names; None = all there are.
        judge: who is asked about the criteria that need a judge, after the replies: what may be a model, several of them in a
            list or a dict by name, or what `load_judge` returned, where its settings are given. None = those criteria wait.
        pairs: "semantic" ranks each local reply beside the one in the pivot language (`culturefit[semantic]`); or an own
            culturefit.pairing.PairScorer. None = nothing is compared.
        out: the run's folder; None = outputs/<date>/<time>.
        store: the journal; None = outputs/store/replies.sqlite3.
        version: raise it when a function changed in a way that its code does not show; kept replies are then not taken.
        settings: the other settings of a run (conf/config.yaml): `arms`, `epochs`, `sampling={"max_tokens": 256}`,
            `system_prompt`, `budget={"requests": 100}`, `reference`, `scenarios`, `seed`, …

    Raises:
        UsageError: a setting, locale, scorer or judge that does not exist, or a calibration of another judge.
        ModelError: the model or a judge cannot be asked, or nothing the model sent holds a reply; what has arrived is kept.
            Where only some requests brought no reply, a UserWarning gives the reasons.
        Stopped: interrupted; what has arrived is kept.
    """
    from culturefit.api.execute import perform
    from culturefit.api.judges import as_panel
    from culturefit.api.models import as_model, as_pairs
    from culturefit.suite.dataset import PromptTable
    from culturefit.suite.load import Suite

    chosen = {"locales": locales, "limit": limit, "scorers": ["all"] if scorers is None else list(scorers), **settings}
    if store is not None:
        chosen["store"] = {"path": Path(store)}
    cases = suite if isinstance(suite, Suite | PromptTable) else load_suite(suite)
    folder = Path(out) if out is not None else Path("outputs", *f"{datetime.now():%Y-%m-%d %H-%M-%S-%f}".split())
    return perform(as_model(model, version), cases, folder, chosen, as_panel(judge), as_pairs(pairs))


@overload
def score(replies: str, locale: str, scorers: Sequence[str] | None = None, **fields: Any) -> Scores: ...
@overload
def score(
    replies: Path | Rows, locale: None = None, scorers: Sequence[str] | None = None, **fields: Any
) -> ScoreTable: ...
def score(
    replies: str | Path | Rows, locale: str | None = None, scorers: Sequence[str] | None = None, **fields: Any
) -> Scores | ScoreTable:
    """Score one reply, or many.

    Args:
        replies: the text of one reply; or a Path of JSONL, CSV or Parquet; or rows (a list of dicts, a
            `datasets.Dataset`), each with `id`, `locale`, `reply`, and perhaps `prompt`, `country`, `risk`, `arm`, …
        locale: of one reply: the BCP-47 tag of the language, script and variety it is due in.
        scorers: names; None = all there are.
        fields: of one reply: `prompt` (the person's turn), `country`, `risk` and the others of
            culturefit.records.ScoreInput.

    Returns:
        For one reply a dict, scorer -> its scores; for many a table with one row per reply and criterion.

    Raises:
        UsageError: no such scorer or locale; one reply without a locale.
        CulturefitError: a row that cannot be scored, with its place and field.
    """
    from culturefit.api.scoring import score_one, score_table

    if isinstance(replies, str):
        return score_one(replies, locale, scorers, fields)
    return score_table(replies, locale, scorers, fields)


def gap(runs: Run | str | Path | Sequence[Run | str | Path], **analysis: Any) -> Gap:
    """Return the localisation gap of one or several runs: the content of gap.json, by its names.

    Args:
        runs: what `run` returned, or folders of runs or sweeps.
        analysis: what replaces the runs' own: `method`, `confidence`, `resamples`, `min_n`, `margin`, `alpha`, `seed`.

    Raises:
        CulturefitError: a folder is no run, or the runs cannot stand beside each other.
    """
    from culturefit.gap import compute
    from culturefit.report.data import load_runs

    data = load_runs(_folders(runs), texts=False)
    return Gap(compute(data.scores, data.replies, data.runs, **analysis))


def report(
    runs: Run | str | Path | Sequence[Run | str | Path], out: str | Path | None = None, *, figures: bool = False,
    say: Callable[[str], object] = lambda _: None,
) -> Report:  # fmt: skip
    """Write report.html and what stands beside it, and return where.

    Args:
        runs: what `run` returned, or folders of runs or sweeps.
        out: the folder to write to; None = the run's own, with several ./report.
        figures: also the plots as SVG and PNG.
        say: takes lines for the person.

    Raises:
        CulturefitError: a folder is no run, or the runs cannot stand beside each other.
    """
    from culturefit.report.make import make_report

    folders = _folders(runs)
    place = Path(out) if out is not None else folders[0] if len(folders) == 1 else Path("report")
    make_report(folders, place, figures=figures, table=False, say=say)
    return Report(place / "report.html")


def _folders(runs: Run | str | Path | Sequence[Run | str | Path]) -> list[Path]:
    listed = [runs] if isinstance(runs, Run | str | Path) else list(runs)
    return [each.folder if isinstance(each, Run) else Path(each) for each in listed]
