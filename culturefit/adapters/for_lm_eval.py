r"""A suite as a task of lm-evaluation-harness (pip install lm_eval).

    lm_eval run --include_path "$(python -m culturefit.adapters.for_lm_eval)" --tasks culturefit \
      --metadata '{"suite": "core", "locales": ["ja-JP"]}' --apply_chat_template --model local-chat-completions …

A measure is a mean over the replies in which it was scored; the score rows, with findings and reasons, are what
`--log_samples` writes under `rows`. The harness asks one turn, so conversations of several are left out, and said to be.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import datasets
from lm_eval.api.task import ConfigurableTask

from culturefit.adapters.cells import Cells
from culturefit.errors import UsageError

__all__ = ["SuiteTask", "folder"]

log = logging.getLogger(__name__)


def folder() -> Path:
    """Return the folder for --include_path."""
    return Path(__file__).parent / "lm_eval_tasks"


class SuiteTask(ConfigurableTask):  # type: ignore[misc]
    """One suite; `metadata` holds the parameters of culturefit.adapters.cells.Cells.

    Args:
        config: the harness's; or the parameters alone, for `simple_evaluate(tasks=[SuiteTask({"suite": "core"})])`.
    """

    VERSION = 1

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        given = dict(config or {})
        metadata = dict(given["metadata"] or {}) if "metadata" in given else given
        parameters = {name: value for name, value in metadata.items() if name in _PARAMETERS}
        self._cells = cells = Cells(**{"suite": "quickstart", **parameters})
        samples = [each for each in cells.samples if len(each.turns) == 1]
        if len(samples) < len(cells.samples):
            log.warning("%d conversations of several turns are left out.", len(cells.samples) - len(samples))
        if not samples:
            raise UsageError(
                f"Suite '{cells.name}' has only conversations of several turns, which lm_eval does not ask."
            )
        docs = [{"id": each.id, "prompt": each.turns[0], "locale": each.locale, "arm": each.arm} for each in samples]
        data = datasets.DatasetDict({"test": datasets.Dataset.from_list(docs)})
        super().__init__(config={
            "task": given.get("task", f"culturefit_{cells.name}"), "output_type": "generate_until", "test_split": "test",
            "custom_dataset": lambda **_: data, "doc_to_text": _prompt, "doc_to_target": "", "target_delimiter": "",
            "fewshot_delimiter": "", "num_fewshot": 0, "process_results": self._results,
            "metadata": {"version": self.VERSION, **parameters},
            "generation_kwargs": {"until": [], "do_sample": False, "temperature": 0.0, "top_p": 1.0, "max_gen_toks": 128},
            "metric_list": [
                {"metric": name, "aggregation": _mean, "higher_is_better": True} for name in cells.measures
            ] + [{"metric": "rows", "aggregation": _nothing, "higher_is_better": True}],
        })  # fmt: skip

    def _results(self, doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, Any]:
        """Return the measures that were scored, and the rows; what is not there does not count in a mean."""
        rows = self._cells.rows(doc["id"], results[0] or "")
        values = self._cells.values(doc["id"], rows)
        return {name: value for name, value in values.items() if value is not None} | {
            "rows": json.dumps(rows, ensure_ascii=False)
        }


_PARAMETERS = ("suite", "locales", "limit", "arms", "scorers", "reference")


def _prompt(doc: Mapping[str, Any]) -> str:
    return str(doc["prompt"])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _nothing(values: Sequence[Any]) -> int:
    """Return how many replies have rows; the rows themselves are no number."""
    return len(values)


if __name__ == "__main__":
    sys.stdout.write(f"{folder()}\n")
