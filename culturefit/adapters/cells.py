"""What both adapters share: the samples of a suite, and the scores of a reply as one number per dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from culturefit.api import load_suite
from culturefit.errors import UsageError
from culturefit.records import Reply, Sample
from culturefit.run.plan import Selection, make_plan
from culturefit.run.score import Evaluator, make_scorers
from culturefit.translation import translators

__all__ = ["Cells"]

#: What a person of the locale would write: their language, and where they are.
_OWN = ("pivot+culture", "local+culture")


class Cells:
    """The samples of a suite and its scorers.

    Args:
        suite: a name, a folder, or a table of prompts.
        locales: BCP-47 tags, as a list or with commas between; None = all.
        limit: the first so many scenarios; None = all.
        arms: arms of docs/contracts.md, in the same ways; None = each locale in its own language with its cue.
        scorers: names, in the same ways; None = all.
        reference: the locale in whose language the pivot arms are.

    Raises:
        UsageError: nothing of that name, or nothing to ask.
    """

    def __init__(
        self, suite: str, locales: str | Sequence[str] | None = None, limit: int | None = None,
        arms: str | Sequence[str] | None = None, scorers: str | Sequence[str] | None = None, reference: str = "en-US",
    ) -> None:  # fmt: skip
        wanted, chosen = _listed(locales), _listed(arms)
        found = load_suite(suite)
        plan = make_plan(found, translators.create("suite"), Selection(
            reference, chosen or _OWN, locales=wanted, limit=limit,
        ))  # fmt: skip
        self.name = found.card.id
        self.samples = [
            sample
            for sample in plan.samples
            # Without arms named, only the locales that were asked for, each in its own language.
            if chosen or ((wanted is None or sample.locale in wanted) and sample.language == sample.locale)
        ]
        if not self.samples:
            raise UsageError(
                f"Nothing to ask: suite '{self.name}' has no such prompts; look at `culturefit list suites`."
            )
        self.missing = len(plan.missing)
        self._evaluator = Evaluator(
            make_scorers(_listed(scorers) or ["all"]), f"culturefit adapter|suite:{found.hash[:12]}"
        )
        for case in plan.cases:
            self._evaluator.bind(case.scenario)
        criteria = [each for case in plan.cases for each in self._evaluator.criteria(case.scenario)]
        criteria = criteria or list(self._evaluator.plain_criteria())
        self._weights = {(each["scenario"], each["id"]): each for each in criteria if each["scorer"]}
        #: The names of the numbers, the same for every reply; `<dimension>_rate` for what makes sense only with the cue.
        self.measures = list(dict.fromkeys(_measure(each) for each in self._weights.values()))
        self._by_id = {sample.id: sample for sample in self.samples}

    def sample(self, id_: str) -> Sample:
        """Return the sample of an id."""
        return self._by_id[id_]

    def rows(self, id_: str, text: str, *, cut: bool = False) -> list[dict[str, Any]]:
        """Return the score rows of a reply; `cut` = the token limit ended it."""
        reply = Reply(text, finish_reason="length" if cut else "stop")
        return list(self._evaluator.score(self._by_id[id_], reply))

    def values(self, id_: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
        """Return per measure the weighted mean of its criteria that were scored; None where none was."""
        scenario = self._by_id[id_].scenario
        totals = dict.fromkeys(self.measures, (0.0, 0.0))
        for row in rows:
            about = self._weights.get((scenario, row["criterion"])) or self._weights[("*", row["criterion"])]
            if row["value"] is not None:
                total, weight = totals[_measure(about)]
                totals[_measure(about)] = (total + row["value"] * about["weight"], weight + about["weight"])
        return {name: total / weight if weight else None for name, (total, weight) in totals.items()}


def _measure(criterion: Mapping[str, Any]) -> str:
    return f"{criterion['dimension']}_rate" if criterion["cue_dependent"] else str(criterion["dimension"])


def _listed(value: str | Sequence[str] | None) -> list[str] | None:
    if value is None:
        return None
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else list(value)
