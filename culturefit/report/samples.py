"""Replies with their scores: who answered what, what was found in it, and the value a sample adds to a cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.report.anchors import Anchors
from culturefit.report.data import ReportData
from culturefit.tables import messages_in
from culturefit.vocabulary import DIMENSIONS, DUE_RISKS, SEVERITIES

__all__ = [
    "Finding", "Sample", "ScoreRow", "addresses", "case_anchor", "direction", "language_tag", "list_anchor", "list_known",
    "load_samples", "reply_anchor",
]  # fmt: skip

_REPLY_COLUMNS = (
    "run", "suite", "scenario", "locale", "arm", "epoch", "model", "language", "country", "risk", "role", "origin",
    "relation", "messages", "prompt", "reply", "status", "finish_reason", "error", "completion_tokens", "latency_s",
    "reused",
)  # fmt: skip
_SCORE_COLUMNS = (
    "run", "suite", "scenario", "locale", "arm", "epoch", "model", "scorer", "criterion", "dimension", "value", "label",
    "unscored", "findings",
)  # fmt: skip
_place = itemgetter("run", "suite", "scenario", "locale", "arm", "epoch")
_ORDER = {name: place for place, name in enumerate(DIMENSIONS)}


@dataclass(slots=True)
class Finding:
    """A finding and its number within the reply; `quote` is the flagged text, empty for the whole reply."""

    start: int
    end: int
    category: str
    severity: str
    message: str
    rule: str
    quote: str
    number: int = 0


@dataclass(slots=True)
class ScoreRow:
    """One score; `weight` is None where the criterion depends on the cue and stays out of every gap."""

    scorer: str
    criterion: str
    dimension: str
    value: float | None
    label: str | None
    unscored: str | None
    weight: float | None


@dataclass(slots=True)
class Sample:
    """A reply, its scores and findings; `place` is (suite, scenario, epoch), the same across locales and arms."""

    row: dict[str, Any]
    scores: list[ScoreRow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    _means: dict[str, float] | None = None

    @property
    def place(self) -> tuple[Any, ...]:
        """What pairs this sample with the others of its scenario."""
        row = self.row
        return (row["suite"], row["scenario"], row["epoch"])

    @property
    def warned(self) -> bool:
        """Whether the case stands behind a content warning."""
        return self.row["risk"] in DUE_RISKS

    @property
    def text(self) -> str:
        """The reply, empty where there is none."""
        return self.row["reply"] or ""

    def value(self, dimension: str) -> float | None:
        """Return the weighted mean of the scored criteria of a dimension, None where none is scored."""
        if self._means is None:
            kept: dict[str, tuple[float, float]] = {}
            for each in self.scores:
                if each.value is not None and each.weight:
                    total, weight = kept.get(each.dimension, (0.0, 0.0))
                    kept[each.dimension] = (total + each.value * each.weight, weight + each.weight)
            self._means = {name: total / weight for name, (total, weight) in kept.items()}
        return self._means.get(dimension)

    def earlier(self) -> list[tuple[str, str]]:
        """Return the turns before the prompt as (role, text), without the system prompt."""
        return [(role, text) for role, text in messages_in(self.row)[:-1] if role != "system"]

    def system(self) -> str | None:
        """Return the system prompt that was sent, None where none was."""
        return next((text for role, text in messages_in(self.row) if role == "system"), None)


def load_samples(data: ReportData) -> list[Sample]:
    """Join replies with their scores, in the order of the replies.

    `model` becomes the label that gap.json uses: the model's name, with the run's where two runs of it differ.
    """
    from culturefit.gap.cells import criteria_index, system_labels

    labels = system_labels(data.runs)
    samples = {_key(row): Sample(row) for row in _rows(data.replies, _REPLY_COLUMNS)}
    for each in samples.values():
        each.row["model"] = labels.get(each.row["run"], each.row["model"])
    known = criteria_index(data.runs)
    for row in _rows(data.scores, _SCORE_COLUMNS):
        if (sample := samples.get(_key(row))) is None:
            continue
        entry = known.get((row["scenario"], row["scorer"] or "", row["criterion"]), {})
        sample.scores.append(
            ScoreRow(
                scorer=row["scorer"] or "",
                criterion=row["criterion"] or "",
                dimension=row["dimension"] or "",
                value=row["value"],
                label=row["label"],
                unscored=row["unscored"],
                weight=None if entry.get("cue_dependent") else float(entry.get("weight", 1.0)),
            )
        )
        for found in row["findings"] or ():
            sample.findings.append(_finding(found, sample.text))
    for each in samples.values():
        each.scores.sort(key=lambda score: (_ORDER.get(score.dimension, 99), score.criterion))
        each.findings.sort(key=lambda finding: (finding.start, -finding.end))
        for number, finding in enumerate(each.findings, start=1):
            finding.number = number
    return list(samples.values())


def reply_anchor(sample: Sample, anchors: Anchors) -> str:
    """Return the fragment of a reply's own card; its findings are that with .f1, .f2 and so on."""
    row = sample.row
    return anchors.get(
        row["model"], row["locale"], row["scenario"], row["arm"], apart=("reply", *sample.place, row["run"])
    )


def case_anchor(sample: Sample, anchors: Anchors) -> str:
    """Return the fragment of the case a reply belongs to: its scenario in its locale."""
    row = sample.row
    return anchors.get(row["model"], row["locale"], row["scenario"], apart=("case", row["suite"]))


def addresses(
    runs: Sequence[Mapping[str, Any]], anchors: Anchors, href: Callable[[str], str]
) -> Callable[[Mapping[str, Any]], str]:
    """Return what gives the address of a reply of a finished page, empty where it has none; see `write_html`."""
    from culturefit.gap.cells import system_labels

    labels = system_labels(runs)

    def address(row: Mapping[str, Any]) -> str:
        model, locale, scenario = labels.get(row["run"], ""), row["locale"], row["scenario"]
        if row.get("risk") in DUE_RISKS:
            found = anchors.known(model, locale, scenario, apart=("case", row["suite"]))
        else:
            apart = ("reply", row["suite"], scenario, row["epoch"], row["run"])
            found = anchors.known(model, locale, scenario, row["arm"], apart=apart)
        return href(found) if found else ""

    return address


def list_anchor(model: str, locale: str, *which: str, anchors: Anchors) -> str:
    """Return the fragment of a locale's list of replies: (scorer, dimension) of a rate, or (category, severity, rule) found."""
    return anchors.get(model, locale, "rate" if len(which) == 2 else "found", which[-1], apart=("list", *which))


def list_known(model: str, locale: str, *which: str, anchors: Anchors) -> str:
    """Return the fragment of `list_anchor`, empty where there is no such list."""
    return anchors.known(model, locale, "rate" if len(which) == 2 else "found", which[-1], apart=("list", *which))


def direction(tag: str | None) -> str:
    """Return the `dir` of text in a locale: "rtl", "ltr", or "auto" where the tag says nothing."""
    try:
        return parse_locale(tag or "").direction
    except UsageError:
        return "auto"


def language_tag(tag: str | None) -> str:
    """Return the `lang` of text in a locale, "und" where the tag is none."""
    try:
        return parse_locale(tag or "").tag
    except UsageError:
        return "und"


def _rows(table: Any, columns: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the rows as records; a word that many rows share is made once."""
    values = [
        _values(table.column(name)) if name in table.column_names else [None] * table.num_rows for name in columns
    ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _values(column: Any) -> list[Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        found: list[Any] = []
        for chunk in column.chunks:
            words = [*chunk.dictionary.to_pylist(), None]
            found += map(words.__getitem__, pc.fill_null(chunk.indices, len(words) - 1).to_pylist())
        return found
    if pa.types.is_list(column.type):
        # Most rows have no finding, and records are slow to make.
        filled = pc.fill_null(pc.greater(pc.list_value_length(column), 0), False)
        lists = iter(column.filter(filled).to_pylist())
        return [next(lists) if each else () for each in filled.to_pylist()]
    values: list[Any] = column.to_pylist()
    return values


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    found: tuple[Any, ...] = _place(row)
    return found


def _finding(found: Mapping[str, Any], text: str) -> Finding:
    start, end = max(0, found["start"] or 0), min(len(text), found["end"] or 0)
    severity = found["severity"] if found["severity"] in SEVERITIES else "neutral"
    start, end = (start, end) if start < end else (0, 0)
    told = [str(found[name] or "") for name in ("category", "message", "rule")]
    return Finding(start, end, told[0], severity, told[1], told[2], text[start:end])
