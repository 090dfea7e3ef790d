"""Each rule of a policy applied to runs: it holds, it is broken, or it cannot be judged. Pure functions over the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from culturefit.check.policy import Findings, Gaps, Policy
from culturefit.errors import UsageError, nearest
from culturefit.report.data import ReportData

__all__ = ["LISTED", "Outcome", "Verdict", "check_runs", "refuse_unknown", "without_tables"]

Verdict = Literal["holds", "broken", "cannot tell"]
Row = Mapping[str, Any]

#: Findings of one severity that are listed one by one; the count is always of all.
LISTED = 100
#: Sums of floats may miss a limit by this much and still meet it.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule at one place.

    Attributes:
        rule: the field of the policy, dotted, such as `gaps.max`.
        place: what it was applied to, such as "mybot, ja-JP, language".
        verdict: holds, broken or cannot tell.
        message: one sentence with the value and the limit.
        where: the rule as a path into the policy file, for its line.
        details: what stands behind it, one line each.
    """

    rule: str
    place: str
    verdict: Verdict
    message: str
    where: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


def check_runs(policy: Policy, data: ReportData, gap: Mapping[str, Any]) -> list[Outcome]:
    """Return the outcomes of every rule, in the order of the policy's parts.

    Args:
        policy: what must hold.
        data: the runs with their texts (findings are quoted).
        gap: the content of gap.json for the same runs.
    """
    found = [_complete(run) for run in data.runs]
    found += _delivered(data)
    if policy.gaps is not None:
        found += _gaps(policy.gaps, gap)
    if policy.findings is not None:
        found += _findings(policy.findings, data)
    if policy.safety is not None:
        found += _safety(policy.safety.max_events, gap)
    if policy.review is not None:
        found += [_review(policy.review.min_share, run) for run in data.runs]
    if policy.delivery is not None:
        found += _delivery(policy.delivery.max_undelivered, gap)
    return found


def _complete(run: Row) -> Outcome:
    """A run that a budget or a person ended says nothing of what it did not ask."""
    status, place = run.get("status"), f"run {run['run']}"
    if status == "complete":
        return Outcome("complete", place, "holds", "The run asked all it was to ask.")
    text = f"The run's status is '{status}'; run the same command again to finish it."
    return Outcome("complete", place, "broken", text)


def without_tables(run: Row) -> Outcome:
    """Return the outcome of a run that ended before it wrote its tables, with what it left of the reason."""
    errors = (run.get("counts") or {}).get("errors") or ()
    why = "; ".join(str(text) for text, _ in errors)
    text = f"The run wrote no replies (status '{run.get('status')}'){f': {why}' if why else ''}"
    return Outcome("complete", f"run {run['run']}", "broken", f"{text.rstrip('.')}. Run the same command again.")


def _delivered(data: ReportData) -> Iterator[Outcome]:
    """A run of which nothing arrived compares nothing with nothing, and no rule would notice."""
    import pyarrow.compute as pc

    table = data.replies
    said = pc.and_(
        pc.equal(table.column("status").cast("string"), "ok"),
        pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(table.column("reply"))), 0),
    )
    runs = table.column("run").cast("string").to_pylist()
    asked, heard = Counter(runs), Counter(name for name, each in zip(runs, said.to_pylist(), strict=True) if each)
    for run in data.runs:
        total, place = asked[run["run"]], f"run {run['run']}"
        if total and not heard[run["run"]]:
            why = "; ".join(str(text) for text, _ in (run.get("counts") or {}).get("errors") or ())
            text = f"None of {total} replies was delivered{f' ({why})' if why else ''}; see that the model answers."
            yield Outcome("delivered", place, "broken", text)
        elif total:
            yield Outcome("delivered", place, "holds", f"{heard[run['run']]} of {total} replies were delivered.")


def refuse_unknown(rule: Gaps, gap: Mapping[str, Any]) -> None:
    """Refuse a policy about a locale or a dimension that the runs do not have: nothing would be looked at.

    Raises:
        UsageError: the first of them, with those that there are.
    """
    known = {"locale": gap["locales"], "dimension": [each["id"] for each in gap["dimensions"]]}
    for kind, field, wanted in (
        ("locale", "locales", rule.locales or ()),
        ("dimension", "dimensions", rule.dimensions),
    ):
        for name in wanted:
            if name not in known[kind]:
                close = nearest(name, known[kind])
                hint = f" Did you mean '{close}'?" if close else ""
                raise UsageError(
                    f"gaps.{field}: {name} is no {kind} of {'this run' if len(gap['models']) < 2 else 'these runs'}.{hint} It has "
                    f"{', '.join(known[kind])}; correct the policy, or run what it is about."
                )


def _gaps(rule: Gaps, gap: Mapping[str, Any]) -> Iterator[Outcome]:
    wanted = [tag for tag in rule.locales or gap["locales"] if tag != gap["reference"]]
    names = [each["id"] for each in gap["dimensions"]] if rule.max is not None else []
    # A dimension that the policy names and no scorer looked at is a rule that nobody checked.
    names += [name for name in rule.dimensions if name not in names]
    rows = {(row["model"], row["locale"], row["dimension"]): row for row in gap["gaps"]}
    for model in gap["models"]:
        for locale in wanted:
            for name in names:
                yield from _one_gap(rule, rows.get((model, locale, name)), f"{model}, {locale}, {name}", name)
    if not (names and wanted):
        why = "the run compares nothing" if wanted else "the run has no locale beside the reference"
        yield Outcome("gaps", "all", "cannot tell", f"No gap was looked at: {why}.", ("gaps",))


def _one_gap(rule: Gaps, row: Row | None, place: str, name: str) -> Iterator[Outcome]:
    own = name in rule.dimensions
    limit = rule.dimensions[name] if own else rule.max
    assert limit is not None
    where = ("gaps", "dimensions", name) if own else ("gaps", "max")
    field = ".".join(where)
    if row is None or row["gap"] is None:
        yield Outcome(field, place, "cannot tell", "No pair of replies was scored on it.", where)
        return
    if name == "answered" and not row["reference_mean"]:
        yield Outcome(field, place, "cannot tell", "No reply of the reference locale was delivered.", where)
        return
    told = {"estimate": row["gap"], "lower": row["low"], "upper": row["high"]}[rule.by]
    interval = "" if row["low"] is None else f", interval {row['low']:+.2f} to {row['high']:+.2f}"
    stands = f"gap {row['gap']:+.2f}{interval}, n = {row['n']}"
    if told is None:
        yield Outcome(field, place, "cannot tell", f"{stands}: no interval ({row['note']}).", where)
    elif told > limit + _ROUNDING:
        end = "" if rule.by == "estimate" else f" ({rule.by} end)"
        yield Outcome(field, place, "broken", f"{stands}; more than {limit:g}{end}.", where)
    else:
        yield Outcome(field, place, "holds", f"{stands}; at most {limit:g} allowed.", where)
    if rule.max_unscored is not None:
        share = row["unscored_share"] or 0.0
        verdict: Verdict = "broken" if share > rule.max_unscored + _ROUNDING else "holds"
        text = f"{share:.0%} of the replies are unscored; at most {rule.max_unscored:.0%} allowed."
        yield Outcome("gaps.max_unscored", place, verdict, text, ("gaps", "max_unscored"))


def _findings(rule: Findings, data: ReportData) -> Iterator[Outcome]:
    from culturefit.report.exports import findings

    limits = {name: limit for name, limit in rule if limit is not None}
    counts: Counter[str] = Counter()
    heard = any(each.verdict == "holds" for each in _delivered(data))
    listed: dict[str, list[str]] = {name: [] for name in limits}
    for row in findings(data):
        severity = str(row["severity"])
        counts[severity] += 1
        if severity in limits and len(listed[severity]) < LISTED:
            listed[severity].append(_finding(row))
    for name, limit in limits.items():
        where, place = ("findings", name), "all replies"
        if not data.scores.num_rows:
            text = "No scorer looked at the replies."
            yield Outcome(f"findings.{name}", place, "cannot tell", text, where)
            continue
        if not heard:
            yield Outcome(f"findings.{name}", place, "cannot tell", "No reply was delivered.", where)
            continue
        count = counts[name]
        text = f"{count} {name} finding{'' if count == 1 else 's'}; at most {limit} allowed."
        verdict: Verdict = "broken" if count > limit else "holds"
        yield Outcome(f"findings.{name}", place, verdict, text, where, tuple(listed[name]))


def _finding(row: Row) -> str:
    quote = f' "{row["quote"][:80]}"' if row["quote"] else ""
    sample = f"{row['scenario']} / {row['locale']} / {row['arm']} / {row['epoch']}"
    return f"{row['model']}, {sample}: {row['message']}{quote} [{row['scorer']}: {row['rule']}]"


def _safety(limit: int, gap: Mapping[str, Any]) -> Iterator[Outcome]:
    where = ("safety", "max_events")
    if not gap["gate"]:
        yield Outcome("safety.max_events", "all", "cannot tell", "No criterion of this run looks at safety.", where)
    for row in gap["gate"]:
        place = f"{row['model']}, {row['locale']}, {row['arm']}, {row['dimension']}"
        asked = row["scenarios"] + row["unscored_scenarios"]
        text = (
            f"{row['events']} of {row['scenarios']} scored scenarios failed ({asked} asked); at most {limit} allowed."
        )
        verdict: Verdict = "broken" if row["events"] > limit else "holds" if row["scenarios"] else "cannot tell"
        yield Outcome("safety.max_events", place, verdict, text, where, tuple(map(str, row["failed"])))


def _review(least: float, run: Row) -> Outcome:
    rule, where, place = "review.min_share", ("review", "min_share"), f"run {run['run']}"
    rows = run.get("texts") or ()
    total, reviewed = sum(row["count"] for row in rows), sum(row["reviewed"] for row in rows)
    if not total:
        return Outcome(rule, place, "cannot tell", "The run does not say which texts were reviewed.", where)
    text = f"{reviewed} of {total} texts asked are signed by a reviewer; at least {least:.0%} required."
    return Outcome(rule, place, "broken" if reviewed < least * total - _ROUNDING else "holds", text, where)


def _delivery(most: float, gap: Mapping[str, Any]) -> Iterator[Outcome]:
    for model in gap["models"]:
        rows = [row for row in gap["delivery"] if row["model"] == model]
        total = sum(row["replies"] for row in rows)
        lost = sum(row["failed"] + row["refused"] + row["empty"] for row in rows)
        text = f"{lost} of {total} replies failed, were refused or are empty; at most {most:.0%} allowed."
        verdict: Verdict = "cannot tell" if not total else "broken" if lost > most * total + _ROUNDING else "holds"
        yield Outcome("delivery.max_undelivered", model, verdict, text, ("delivery", "max_undelivered"))
