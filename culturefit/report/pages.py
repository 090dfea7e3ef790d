"""The report of a large run: the main page, and per model and locale a page with its replies that opens on demand.

Replies are read, arranged and written one locale at a time, so that what is held does not grow with the run.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from culturefit.files import folder_of_ours, write_whole
from culturefit.locales import english_name
from culturefit.report import words as say
from culturefit.report.anchors import Anchors
from culturefit.report.data import ReportData
from culturefit.report.drilldown import contrast_arms, drill_down
from culturefit.report.html import count_systems, environment, frame, render_main
from culturefit.report.overview import verdict_told
from culturefit.report.quality import found_most
from culturefit.report.samples import Sample, addresses, load_samples, reply_anchor

__all__ = ["write_pages"]


class _Place:
    """Which page is being written, so that addresses can be given as seen from it."""

    def __init__(self, main: str, folder: str) -> None:
        self._main, self._folder = main, folder
        self.page: str | None = None

    def href(self, anchor: str) -> str:
        """Return the address of a fragment: `m1` is on the main page, `m1.ja-JP` and all below it on m1.ja-JP.html."""
        parts = anchor.split(".")
        page = ".".join(parts[:2]) if len(parts) > 1 else None
        if page == self.page:
            return f"#{anchor}"
        if page is None:
            return f"../{self._main}#{anchor}"
        return f"{self._folder + '/' if self.page is None else ''}{page}.html#{anchor}"


def write_pages(data: ReportData, gap: Mapping[str, Any], path: Path) -> Callable[[Mapping[str, Any]], str]:
    """Write the main page to `path`, and the others to the folder of its name without the ending; return as `write_html`."""
    # Looking for cycles among a locale's many records takes a fifth of the time: it is done between two locales instead.
    enabled = gc.isenabled()
    gc.disable()
    try:
        return _write(data, gap, path)
    finally:
        if enabled:
            gc.enable()


def _write(data: ReportData, gap: Mapping[str, Any], path: Path) -> Callable[[Mapping[str, Any]], str]:
    from culturefit.gap.cells import system_labels

    folder = folder_of_ours(path.with_suffix(""))
    labels = system_labels(data.runs)
    models = list(dict.fromkeys([*gap["models"], *labels.values()]))
    anchors, place = Anchors(models), _Place(path.name, folder.name)
    made = environment(place.href)
    template = made.get_template("locale.html")
    shared = frame(made) | {
        "gap": gap, "arms": contrast_arms(gap), "runs": data.runs, "say": say, "verdict_told": verdict_told, "main": path.name,
        "views": (), "drills": (), "by_kind": (), "by_provenance": (), "quality": None, "criteria": (), "systems": (),
    }  # fmt: skip
    systems: Counter[str] = Counter()
    listed, found = [], []
    for model in models:
        runs = [run for run, label in labels.items() if label == model]
        own = _of(data, "run", runs)
        references = load_samples(_of(_of(own, "locale", [gap["reference"]]), "arm", [contrast_arms(gap)[0]]))
        rows, flagged = [], []
        for locale in _locales(own, gap):
            samples = load_samples(_of(own, "locale", [locale]))
            for sample in samples:
                reply_anchor(sample, anchors)
            beside = [] if locale == gap["reference"] else references
            (block,) = drill_down([*samples, *beside], gap, model, anchors, only=locale)
            place.page = block.anchor
            text = template.render(**shared, model=model, block=block)
            write_whole(folder / f"{block.anchor}.html", text)
            rows.append((locale, english_name(locale), len(samples), block.anchor))
            systems += count_systems(samples)
            flagged += [_light(sample) for sample in samples if sample.findings]
            del samples, block, text
            gc.collect()
        listed.append((model, anchors.get(model), rows))
        found.append((model, *found_most(flagged, gap["locales"], anchors)))
    place.page = None
    text = render_main(
        data, gap, anchors, made, found=found, systems=systems, pages=listed, folder=folder.name,
    )  # fmt: skip
    write_whole(path, text)
    return addresses(data.runs, anchors, place.href)


def _light(sample: Sample) -> Sample:
    """Return the sample without its texts and scores: the list of findings needs neither."""
    return Sample(sample.row | {"messages": None, "prompt": None, "reply": None}, [], sample.findings)


def _locales(data: ReportData, gap: Mapping[str, Any]) -> list[str]:
    import pyarrow.compute as pc

    present = [each for each in pc.unique(data.replies.column("locale")).to_pylist() if each]
    return [each for each in dict.fromkeys([*gap["locales"], *present]) if each in present]


def _of(data: ReportData, column: str, values: Sequence[str]) -> ReportData:
    """Return the rows that have one of some values in a column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def kept(table: Any) -> Any:
        wanted = pa.array(values, pa.string())
        return table.filter(pc.is_in(table.column(column).cast(pa.string()), value_set=wanted))

    return ReportData(data.runs, kept(data.replies), kept(data.scores))
