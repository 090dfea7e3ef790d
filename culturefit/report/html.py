"""Write report.html: one file (large runs: a folder of pages beside it), no request, readable without scripts.

Model output is hostile input. Three things stand between it and the reader: Jinja escapes every value; what hides or
reorders text is written out (`spans.visible`); and a content security policy lets nothing load and no script run but
the page's own, which is named by its hash.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.files import write_whole
from culturefit.report import words as say
from culturefit.report.data import ReportData
from culturefit.report.spans import visible
from culturefit.vocabulary import DIMENSION_MEANINGS

if TYPE_CHECKING:
    from culturefit.report.anchors import Anchors
    from culturefit.report.samples import Sample

__all__ = ["ONE_PAGE", "count_systems", "environment", "frame", "render_main", "write_html"]


#: Replies up to which one page holds them all; beyond, each model and locale has a page of its own.
ONE_PAGE = 5000


def write_html(
    data: ReportData, gap: Mapping[str, Any], path: Path, *, one_page: int = ONE_PAGE
) -> Callable[[Mapping[str, Any]], str]:
    """Write the report of some runs and their gaps: one self-contained page, and for large runs a folder of more.

    Return what gives the address of a reply (a row with run, suite, scenario, locale, arm, epoch and risk) as seen from the
    folder of `path`; behind a content warning it is that of the closed case, and empty for a reply that is not shown.

    Args:
        data: the runs, from `load_runs`.
        gap: the contents of gap.json.
        path: where the page goes; its folder must exist. The pages of a large run go to a folder of the same name
            without the ending, which is emptied of earlier ones.
        one_page: replies up to which one page holds all.
    """
    from culturefit.report.anchors import Anchors
    from culturefit.report.drilldown import drill_down
    from culturefit.report.quality import found_most
    from culturefit.report.samples import addresses, load_samples, reply_anchor

    # Pages of an earlier report would show replies that are not of this one.
    if not (pages := path.with_suffix("")).is_symlink():
        for old in pages.glob("m[0-9]*.*.html"):
            old.unlink()
    if data.replies.num_rows > one_page:
        from culturefit.report.pages import write_pages

        return write_pages(data, gap, path)
    samples = load_samples(data)
    models = list(dict.fromkeys([*gap["models"], *(sample.row["model"] for sample in samples)]))
    anchors = Anchors(models)
    for sample in samples:
        reply_anchor(sample, anchors)
    of_model = {model: [sample for sample in samples if sample.row["model"] == model] for model in models}
    write_whole(path, render_main(
        data, gap, anchors, environment(),
        found=[(model, *found_most(of_model[model], gap["locales"], anchors)) for model in models],
        systems=count_systems(samples),
        drills=[(model, anchors.get(model), drill_down(of_model[model], gap, model, anchors)) for model in models],
    ))  # fmt: skip
    return addresses(data.runs, anchors, f"{path.name}#{{}}".format)


def render_main(
    data: ReportData,
    gap: Mapping[str, Any],
    anchors: Anchors,
    made: Any,
    *,
    found: Sequence[tuple[str, Any, int]],
    systems: Mapping[str, int],
    drills: Sequence[tuple[str, str, Any]] = (),
    **more: Any,
) -> str:
    """Return the main page.

    Args:
        data: the runs.
        gap: the contents of gap.json.
        anchors: the places that were named already.
        made: the Jinja environment, from `environment`.
        found: per model the kinds of finding and how many are left out.
        systems: system prompts and how often each was sent.
        drills: per model its fragment and the replies of each locale; empty where they have pages of their own.
        more: what the templates of a large run need beside.
    """
    from culturefit.report.drilldown import contrast_arms
    from culturefit.report.glossary import GLOSSARY
    from culturefit.report.overview import model_view, verdict_told
    from culturefit.report.plot import gap_plots
    from culturefit.report.quality import criteria_told, quality

    models = [model for model, *_ in found]
    page: str = made.get_template("report.html").render(
        **frame(made),
        gap=gap,
        models=models,
        arms=contrast_arms(gap),
        runs=data.runs,
        views=[model_view(gap, model, anchors, data.runs) for model in models],
        drawings={model: gap_plots(gap, model) for model in models},
        found=found,
        quality=quality(gap, data.runs),
        criteria=criteria_told(data.runs),
        systems=list(systems.items()),
        drills=drills,
        say=say,
        meanings=DIMENSION_MEANINGS,
        glossary=GLOSSARY,
        verdict_told=verdict_told,
        by_kind=gap["by_kind"],
        by_provenance=gap["by_provenance"],
        **{"pages": (), "folder": "", **more},
    )
    return page


def frame(made: Any) -> dict[str, Any]:
    """Return what every page is made with: its policy, script and style."""
    script = _source(made, "report.js")
    return {"csp": _policy(script), "script": _trusted(script), "style": _trusted(_source(made, "report.css"))}


def environment(href: Callable[[str], str] = "#{}".format) -> Any:
    """Return the Jinja environment of the templates.

    Args:
        href: fragment -> address, seen from the page that is rendered.
    """
    from functools import lru_cache

    from jinja2 import Environment, PackageLoader, StrictUndefined

    from culturefit.locales import english_name
    from culturefit.report.samples import direction, language_tag

    made = Environment(
        loader=PackageLoader("culturefit.report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    made.filters |= {
        "signed": say.signed, "number": say.number, "words": say.words, "english": english_name, "dir": direction,
        "lang": language_tag, "svg": _trusted, "plain": _plain, "href": href,
    }  # fmt: skip

    # Most of a large page is scores, and most scores read alike.
    @lru_cache(maxsize=65_536)
    def line(value: Any, criterion: str, dimension: str, label: Any, unscored: Any, beside: str) -> Any:
        from types import SimpleNamespace

        score = SimpleNamespace(value=value, criterion=criterion, dimension=dimension, label=label, unscored=unscored)
        return macros.one_score(score, beside)

    macros: Any = made.get_template("macros.html").make_module({"say": say})
    made.globals["score_lines"] = lambda scores: _trusted(
        "".join(
            line(each.value, each.criterion, each.dimension, each.label, each.unscored, beside)
            for each, beside in scores
        )
    )
    return made


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


def count_systems(samples: Iterable[Sample]) -> Counter[str]:
    """Return the system prompts of some replies and how many had each."""
    return Counter(text for sample in samples if (text := sample.system()) is not None)
