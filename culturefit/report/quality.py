"""What the numbers rest on, and what was found: delivery, unscored, origins and reviews, findings, criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from culturefit.report import words as say
from culturefit.report.anchors import Anchors
from culturefit.report.samples import Sample, language_tag, list_anchor
from culturefit.vocabulary import DIMENSIONS

__all__ = ["FoundKind", "Quality", "Told", "criteria_told", "found_most", "quality"]

Row = Mapping[str, Any]


@dataclass(slots=True)
class Quality:
    """What the numbers rest on, and what is missing.

    Attributes:
        models: (model, rows); a row is (locale, counts of the delivery, scores, unscored by reason).
        runs: (titles, sentences); runs of which the same is to be said stand together.
    """

    models: list[tuple[str, list[tuple[str, Row, int, dict[str, int]]]]] = field(default_factory=list)
    runs: list[tuple[list[str], list[str]]] = field(default_factory=list)


def quality(gap: Mapping[str, Any], runs: Sequence[Row]) -> Quality:
    """Add up what was not delivered, not scored, not reviewed, not known."""
    found = Quality()
    scores = _grouped(gap["cells"])
    for model in gap["models"]:
        rows: list[tuple[str, Row, int, dict[str, int]]] = []
        for (_, locale), delivered in _grouped(say.of_model(gap["delivery"], model)).items():
            sums = {key: sum(row[key] for row in delivered) for key in ("replies", "failed", "refused", "empty", "cut")}
            cells = scores.get((model, locale), [])
            reasons = say.unscored_reasons(cells)
            rows.append((locale, sums, sum(row["scored"] for row in cells) + sum(reasons.values()), reasons))
        found.models.append((model, rows))
    for run in runs:
        title = f"{run['model']['name']} on {run['suite'].get('title') or run['suite']['id']}"
        notes = _run_notes(run)
        same = next((titles for titles, others in found.runs if others == notes), None)
        if same is None:
            found.runs.append(([title], notes))
        elif title not in same:
            same.append(title)
    return found


def _grouped(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["model"], row["locale"]), []).append(row)
    return groups


_ORIGINS = {
    "person": "written by a person",
    "model": "written by a language model",
    "machine": "translated by a machine",
    "model+person": "written by a language model and edited by a person",
    "machine+person": "translated by a machine and edited by a person",
}


def _not_asked(run: Row, counts: Row) -> list[str]:
    """Say which samples have no reply, and what the gate did with machine-made texts."""
    notes = []
    for name, why in (
        ("missing_renderings", "could not be asked because the rendering is missing"),
        ("held_back", "could not be asked because the gate holds a machine-made text back"),
        ("unanswered", "were not answered before the run ended"),
    ):
        if count := counts.get(name):
            notes.append(f"{say.counted(count, 'sample')} {why}.")
    if translation := run.get("translation"):
        from culturefit.run.translated import told_of

        notes.append(told_of(translation))
    if failed := counts.get("failed"):
        notes.append(f"{say.counted(failed, 'request')} failed for good; the next run asks again.")
    notes += [f"{count} × {text}" for text, count in counts.get("errors") or ()]
    return notes


def _run_notes(run: Row) -> list[str]:
    counts, registry = run.get("counts") or {}, run.get("crisis_registry") or {}
    notes = []
    if run.get("status") != "complete":
        notes.append(f"{say.unfinished(run)} What is missing here was not asked.")
    for text in run.get("texts") or ():
        origin = _ORIGINS.get(text["origin"], text["origin"])
        reviewed = text["reviewed"]
        review = "nobody has reviewed them" if not reviewed else f"{reviewed} of them reviewed by a named person"
        old = text.get("stale")
        made = f"; {old} made from an older version of the pivot text" if old else ""
        notes.append(f"{say.counted(text['count'], 'prompt')} {origin} ({text['relation']}): {review}{made}.")
    notes += _not_asked(run, counts)
    if waiting := counts.get("awaiting_judge"):
        notes.append(
            f"{say.counted(waiting, 'criterion of a scenario awaits', 'criteria of the scenarios await')} a judge: not counted "
            "anywhere yet."
        )
    if judge := run.get("judge"):
        names = say.words(str(each["name"]) for each in judge["models"].values())
        notes.append(
            f"Judged by {names}, instructions: {judge['language']}; {say.counted(judge['votes'], 'vote')} each."
        )
        notes += _calibration_notes(judge)
        if judge.get("related"):
            notes.append(f"{say.words(judge['related'])} is of the judged model's own family; models favour their own.")
    for scorer, count in (run.get("scorer_errors") or {}).items():
        notes.append(f"The scorer {scorer} failed on {say.counted(count, 'reply', 'replies')}, which it left unscored.")
    if registry:
        notes.append(
            f"Crisis lines were checked against {say.counted(registry['lines'], 'registered line')}: "
            f"{registry['verified']} verified, {registry['expired']} past their expiry date."
        )
    return notes


def _calibration_notes(judge: Row) -> list[str]:
    calibration = judge.get("calibration")
    doubt = "read its verdicts with their quotes, and the gap on deterministic criteria first."
    if not calibration:
        return [f"This judge has not been calibrated against people in these locales: {doubt}"]
    where = (
        f"{calibration['file']} (sha256 {calibration['sha256'][:12]}), of the judge {calibration['judge']} with the prompt "
        f"{calibration['prompt']}"
    )
    if judge.get("calibrated"):
        return [f"This judge was calibrated against people on all that it judged here: {where}."]
    cells = ", ".join(f"{criterion} in {locale}" for criterion, locale in calibration["cells"]) or "nothing"
    return [f"This judge agrees as people do on {cells} only, says {where}. Elsewhere {doubt}"]


@dataclass(slots=True)
class Told:
    """A criterion in its own words; `text` is empty for those that a scorer brings itself, `scenarios` where it is used."""

    id: str
    scorer: str
    dimension: str
    kind: str
    cue_dependent: bool
    text: str
    scenarios: list[str]


def criteria_told(runs: Sequence[Row]) -> list[Told]:
    """Return each criterion of some runs once, in the order of the dimensions."""
    found: dict[tuple[str, ...], Told] = {}
    for each in (each for run in runs for each in run.get("criteria") or ()):
        key = (each["id"], each["scorer"] or "", each["dimension"], each["kind"])
        text = each["text"] or ""
        told = found.setdefault((*key, text), Told(*key, bool(each["cue_dependent"]), text, []))
        if each["scenario"] not in told.scenarios:
            told.scenarios.append(each["scenario"])
    order = list(DIMENSIONS)
    return sorted(
        found.values(), key=lambda told: (order.index(told.dimension) if told.dimension in order else 99, told.id)
    )


@dataclass(slots=True)
class FoundKind:
    """A kind of finding: in how many replies, in all and by locale, and where it is first; `varied` if its messages differ.

    `quote` is what the first one outside a content warning flags, in the language `lang`.
    """

    category: str
    severity: str
    rule: str
    message: str
    places: dict[str, tuple[int, str]]
    varied: bool = False
    replies: int = 0
    quote: str = ""
    lang: str = "und"


def found_most(
    samples: Sequence[Sample], locales: Sequence[str], anchors: Anchors, limit: int = 100
) -> tuple[list[FoundKind], int]:
    """Return the gravest and most frequent kinds of finding of one model, and how many kinds are left out.

    A link leads to the list of a locale's replies that show the kind.
    """
    weight = {"critical": 0, "major": 1, "minor": 2, "neutral": 3}
    kinds: dict[tuple[str, str, str], FoundKind] = {}
    for sample in samples:
        of_reply = set()
        for each in sample.findings:
            key = (each.category, each.severity, each.rule)
            kind = kinds.setdefault(key, FoundKind(*key, each.message, {}))
            new = key not in of_reply
            kind.replies += new
            of_reply.add(key)
            if not kind.quote and each.quote and not sample.warned:
                kind.quote, kind.lang = each.quote, language_tag(sample.row["language"])
            kind.varied |= each.message != kind.message
            locale = sample.row["locale"]
            seen, anchor = kind.places.get(locale, (0, ""))
            anchor = anchor or list_anchor(sample.row["model"], locale, *key, anchors=anchors)
            kind.places[locale] = (seen + new, anchor)
    for kind in kinds.values():
        ordered = [locale for locale in dict.fromkeys([*locales, *kind.places]) if locale in kind.places]
        kind.places = {locale: kind.places[locale] for locale in ordered}
    ranked = sorted(kinds.values(), key=lambda kind: (weight[kind.severity], -kind.replies, kind.rule))
    return ranked[:limit], max(0, len(ranked) - limit)
