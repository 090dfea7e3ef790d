"""Write report.html: one file, no request, readable without scripts.

Model output is hostile input. Three things stand between it and the reader: Jinja escapes every value; what hides or
reorders text is written out (`spans.visible`); and a content security policy lets nothing load and no script run but
the page's own, which is named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from culturefit.files import write_whole
from culturefit.report import words as say
from culturefit.report.data import ReportData
from culturefit.report.spans import visible

__all__ = ["write_html"]


def write_html(data: ReportData, gap: Mapping[str, Any], path: Path) -> None:
    """Write the report of some runs and their gaps as one self-contained page.

    Args:
        data: the runs, from `load_runs`.
        gap: the contents of gap.json.
        path: where the page goes; its folder must exist.
    """
    write_whole(path, _render(data, gap))


def _render(data: ReportData, gap: Mapping[str, Any]) -> str:
    from culturefit.report.anchors import Anchors
    from culturefit.report.drilldown import contrast_arms, drill_down
    from culturefit.report.overview import model_view, verdict_told
    from culturefit.report.plot import gap_plots
    from culturefit.report.quality import criteria_told, found_most, quality
    from culturefit.report.samples import load_samples, reply_anchor

    samples = load_samples(data)
    models = list(dict.fromkeys([*gap["models"], *(sample.row["model"] for sample in samples)]))
    anchors = Anchors(models)
    for sample in samples:
        reply_anchor(sample, anchors)
    of_model = {model: [sample for sample in samples if sample.row["model"] == model] for model in models}
    environment = _environment()
    script = _source(environment, "report.js")
    page: str = environment.get_template("report.html").render(
        csp=_policy(script),
        script=_trusted(script),
        style=_trusted(_source(environment, "report.css")),
        gap=gap,
        models=models,
        arms=contrast_arms(gap),
        runs=data.runs,
        views=[model_view(gap, model, anchors) for model in models],
        drawings={model: gap_plots(gap, model) for model in models},
        found=[(model, *found_most(of_model[model], gap["locales"], anchors)) for model in models],
        quality=quality(gap, data.runs),
        criteria=criteria_told(data.runs),
        systems=_systems(samples),
        drills=[(model, anchors.get(model), drill_down(of_model[model], gap, model, anchors)) for model in models],
        say=say,
        verdict_told=verdict_told,
        by_kind=gap["by_kind"],
        by_provenance=gap["by_provenance"],
    )
    return page


def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from culturefit.locales import english_name
    from culturefit.report.samples import direction, language_tag

    environment = Environment(
        loader=PackageLoader("culturefit.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    environment.filters |= {
        "signed": say.signed, "number": say.number, "words": say.words, "english": english_name, "dir": direction,
        "lang": language_tag, "svg": _trusted, "plain": _plain,
    }  # fmt: skip
    return environment


def _source(environment: Any, name: str) -> str:
    text: str = environment.loader.get_source(environment, name)[0]
    return text


def _shown(value: Any) -> Any:
    """Pass every printed text through `visible`; what is markup already has been through it."""
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _trusted(text: str) -> Any:
    """Mark our own style, script and drawings as markup; nothing a model wrote comes through here unescaped."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704


def _plain(value: Any) -> str:
    """Return a value of run.json on one line."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def _systems(samples: list[Any]) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for sample in samples:
        text = sample.system()
        if text is not None:
            found[text] = found.get(text, 0) + 1
    return list(found.items())
