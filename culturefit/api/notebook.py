"""What notebooks show of results: tables, spans in replies, charts. No script, no style sheet; every text is escaped.

Replies and names come from models and files: they are escaped, and characters that hide or reorder text are written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from culturefit.report import words as say
from culturefit.report.spans import segments, visible

if TYPE_CHECKING:
    from culturefit.api.results import Gap, Report, Run, Scores, ScoreTable

__all__ = ["gap_html", "report_html", "run_html", "score_table_html", "scores_html"]

#: Replies that a table of many shows; the worst first.
_SHOWN = 20
_TINT = {"critical": "#f5b7a6", "major": "#f9d5b0", "minor": "#fbeec2", "neutral": "#e6e6e6"}
_WEIGHT = {"critical": 0, "major": 1, "minor": 2, "neutral": 3}


def scores_html(scores: Scores) -> str:
    """Return one reply with its findings marked, and a row per criterion."""
    findings = [_plain(finding) for found in scores.values() for each in found for finding in each.findings]
    rows = [
        (name, each.criterion, each.dimension, say.number(each.value), each.unscored or each.label or "")
        for name, found in scores.items()
        for each in found
    ]
    head = ("scorer", "criterion", "dimension", "value", "label, or why unscored")
    return _box(_reply(scores.text, scores.locale, findings), _messages(findings), _table(head, rows))


def score_table_html(table: ScoreTable) -> str:
    """Return means per locale and criterion, and the replies with the worst findings."""
    means = [
        (row["locale"], row["dimension"], row["criterion"], say.number(row["mean"]), row["scored"], row["unscored"])
        for row in table.means()
    ]
    found: dict[str, list[Mapping[str, Any]]] = {}
    locales = {}
    for row in table.rows:
        locales[row["id"]] = row["locale"]
        found.setdefault(row["id"], []).extend(row["findings"])
    worst = sorted(
        (name for name, findings in found.items() if findings),
        key=lambda name: min(_WEIGHT[each["severity"]] for each in found[name]),
    )
    parts = [
        _p(f"{len(table.replies)} replies, {len(table)} scores."),
        _table(("locale", "dimension", "criterion", "mean", "scored", "unscored"), means),
    ]
    for name in worst[:_SHOWN]:
        parts += [_p(name), _reply(table.replies.get(name, ""), locales[name], found[name]), _messages(found[name])]
    if len(worst) > _SHOWN:
        parts.append(_p(f"… and {len(worst) - _SHOWN} more replies with findings."))
    return _box(*parts)


def run_html(run: Run) -> str:
    """Return what a run was, its counts, and the gap."""
    from culturefit.api import gap

    record = run.record
    counts = record["counts"]
    told = (
        f"{record['model']['name']} on {record['suite']['title']} {record['suite']['version']}: {record['status']}, "
        f"{counts['requests']} requests, {counts.get('asked', 0)} asked, {counts.get('reused', 0)} kept from before, "
        f"{counts.get('failed', 0)} failed, {counts['missing_renderings']} prompts missing. {run.folder}"
    )
    whole = (run.folder / "scores.parquet").is_file()
    if judge := record.get("judge"):
        told += f" Judged by {say.words(str(each['name']) for each in judge['models'].values())}."
    elif waiting := counts.get("awaiting_judge"):
        told += f" {say.counted(waiting, 'criterion awaits', 'criteria await')} a judge."
    return _box(_p(told), gap(run)._repr_html_() if whole else _p("It was stopped before its tables were written."))


def gap_html(gap: Gap) -> str:
    """Return per model a sentence, the gaps as a table and as charts."""
    from culturefit.report.exports import in_light
    from culturefit.report.plot import gap_plots

    parts = []
    for model, sentence in gap.sentences().items():
        parts += [f"<p><b>{_text(sentence)}</b></p>", _heat(gap, model)]
        if doubt := say.uncalibrated(gap.data, model):
            parts.append(_p(f"~ {doubt}"))
        for family, svg, _ in gap_plots(gap.data, model):
            if svg:
                parts += [_p(f"{family}: gap and interval; right of 0 the locale is behind"), _paper(in_light(svg))]
        parts.append(_native(gap, model))
    return _box(*parts, _p(say.CAVEAT))


def report_html(report: Report) -> str:
    """Return a link to the page."""
    return f'<p>Report: <a href="{escape(report.path.as_posix(), quote=True)}">{_text(str(report.path))}</a></p>'


def _heat(gap: Gap, model: str) -> str:
    """Return dimension × locale."""
    by_place = {(row["locale"], row["dimension"]): row for row in say.of_model(gap["gaps"], model)}
    locales = [locale for locale in gap["locales"] if locale != gap["reference"]]
    if not locales or not gap["dimensions"]:
        return ""
    rows = [
        [each["id"].replace("_", " "), *(_cell(by_place.get((locale, each["id"]))) for locale in locales)]
        for each in gap["dimensions"]
    ]
    marks = f"Gap = {gap['reference']} − local, + is behind. *: stands at {gap['alpha']:g} after correction for all."
    return _table(["dimension", *locales], rows) + _p(marks)


def _cell(row: Mapping[str, Any] | None) -> str:
    return "–" if row is None else say.signed(row["gap"]) + ("*" if row["verdict"] == "gap" else "") + _doubt(row)


def _doubt(row: Mapping[str, Any]) -> str:
    """Return the mark of a number that holds verdicts of a judge that was not calibrated against people."""
    return "~" if row.get("judged") == "uncalibrated" else ""


def _native(gap: Gap, model: str) -> str:
    rows = [
        (row["locale"], row["dimension"], say.number(row["rate"]) + _doubt(row), row["n"])
        for row in say.of_model(gap["native"], model)
        if row["family"] == "all" and row["n"]
    ]
    return _table(("locale", "dimension", "rate of native cases", "n"), rows) if rows else ""


def _plain(finding: Any) -> dict[str, Any]:
    names = ("start", "end", "category", "severity", "message", "rule")
    return {name: getattr(finding, name) for name in names}


def _reply(text: str, locale: str, findings: Sequence[Mapping[str, Any]]) -> str:
    """Return a reply with its findings' spans tinted by the worst that covers them."""
    pieces = []
    for piece, inside in segments(text, [(each["start"], each["end"]) for each in findings]):
        shown = _text(piece)
        if inside:
            worst = min((findings[place]["severity"] for place in inside), key=_WEIGHT.__getitem__)
            told = "; ".join(dict.fromkeys(findings[place]["message"] for place in inside))
            shown = f'<mark style="background:{_TINT[worst]};color:#1b1b1b" title="{_text(told)}">{shown}</mark>'
        pieces.append(shown)
    style = "white-space:pre-wrap;margin:0.3em 0;padding-left:0.6em;border-left:3px solid #8888"
    return f'<blockquote dir="auto" lang="{_text(locale)}" style="{style}">{"".join(pieces)}</blockquote>'


def _messages(findings: Iterable[Mapping[str, Any]]) -> str:
    told = dict.fromkeys(f"{each['severity']}: {each['message']} ({each['rule']})" for each in findings)
    return f"<ul>{''.join(f'<li>{_text(each)}</li>' for each in told)}</ul>" if told else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    heads = "".join(f"<th>{_text(each)}</th>" for each in head)
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


def _box(*parts: str) -> str:
    return f"<div>{''.join(parts)}</div>"


def _paper(drawing: str) -> str:
    """Return a drawing on white, for notebooks with a dark theme."""
    return f'<div style="background:#fff;color:#1b1b1b;padding:0.5em;width:fit-content">{drawing}</div>'


def _p(text: str) -> str:
    return f"<p>{_text(text)}</p>"


def _text(value: Any) -> str:
    return escape(visible(str(value)), quote=True)
