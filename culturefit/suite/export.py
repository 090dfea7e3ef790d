"""A suite as a `datasets` folder: Parquet and a card that the Hugging Face hub shows, and back again without loss."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError
from culturefit.files import folder_of_ours, whole, write_whole
from culturefit.schema import Rendering, Scenario, SuiteCard
from culturefit.suite.load import Case, Suite

__all__ = ["SUITE_COLUMNS", "suite_from_rows", "write_dataset"]

#: The columns from which a suite is made again; the others are for people who look at the table.
SUITE_COLUMNS = ("card_json", "scenario_json", "rendering_json", "suite_hash")


def write_dataset(suite: Suite, folder: Path) -> Path:
    """Write data/train-00000-of-00001.parquet and README.md to `folder`, and return the Parquet file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder_of_ours(folder / "data") / "train-00000-of-00001.parquet"
    table = suite.to_dataset()
    rows = [dict(row) | _whole(suite, row) for row in table]
    columns = [*table.features.arrow_schema, *(pa.field(name, pa.string()) for name in SUITE_COLUMNS)]
    with whole(path, binary=True) as file:
        pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(columns)), file, compression="zstd")
    write_whole(folder / "README.md", _card(suite, rows))
    return path


def suite_from_rows(rows: Iterable[Mapping[str, Any]], path: Path) -> Suite:
    """Make a suite from the rows that `write_dataset` wrote.

    Raises:
        CulturefitError: a row is not one of them.
    """
    scenarios: dict[str, Scenario] = {}
    renderings: dict[str, dict[str, Rendering]] = {}
    card, digest = None, ""
    for number, row in enumerate(rows, 1):
        try:
            card = SuiteCard.model_validate_json(row["card_json"])
            scenario = Scenario.model_validate_json(row["scenario_json"])
            rendering = Rendering.model_validate_json(row["rendering_json"])
        except (KeyError, ValueError) as error:
            raise CulturefitError(
                f"{path}, row {number}: is no row of an exported suite ({str(error).splitlines()[0]})."
            ) from None
        scenarios[scenario.id] = scenario
        renderings.setdefault(scenario.id, {})[rendering.locale] = rendering
        digest = str(row["suite_hash"])
    if card is None:
        raise CulturefitError(f"{path} holds no row; export the suite again.")
    return Suite(card, {name: Case(scenario, renderings[name]) for name, scenario in scenarios.items()}, digest, path)


def _whole(suite: Suite, row: Mapping[str, Any]) -> dict[str, str]:
    case = suite.cases[row["scenario"]]

    def dumped(model: Any) -> str:
        return json.dumps(model.model_dump(mode="json", by_alias=True, exclude_unset=True), ensure_ascii=False)

    return {
        "card_json": dumped(suite.card), "scenario_json": dumped(case.scenario),
        "rendering_json": dumped(case.renderings[row["locale"]]), "suite_hash": suite.hash,
    }  # fmt: skip


def _card(suite: Suite, rows: list[dict[str, Any]]) -> str:
    """Return the dataset card: metadata for the hub, then what a reader must know."""
    from culturefit.locales import parse_locale

    languages = sorted({parse_locale(locale).language for locale in suite.locales})
    reviewed = sum(bool(row["reviews"]) for row in rows)
    title = json.dumps(suite.card.title, ensure_ascii=False)
    licence = suite.card.licence.lower().replace(" ", "-")
    lines = [
        "---", f"license: {licence}", "language:", *(f"- {each}" for each in languages), f"pretty_name: {title}",
        "tags:", "- mental-health", "- evaluation", "- multilingual", "configs:", "- config_name: default", "  data_files: data/*.parquet",
        "---", "", f"# {suite.card.title}", "", suite.card.purpose or "", "",
        f"{len(suite.cases)} scenarios, {len(suite.locales)} locales, {len(rows)} renderings, {reviewed} of them reviewed by a person. "
        f"Version {suite.card.version}, hash `{suite.hash}`, licence {suite.card.licence}.", "",
        f"**Provenance.** {suite.card.provenance}", "",
    ]  # fmt: skip
    if suite.card.content_warning:
        lines += [f"**Content warning.** {suite.card.content_warning}", ""]
    if suite.card.canary:
        lines += [f"Evaluation data, not for training. Canary: `{suite.card.canary}`", ""]
    datasheet = suite.path / "DATASHEET.md"
    if datasheet.is_file():
        lines += [datasheet.read_text(encoding="utf-8")]
    return "\n".join(lines).rstrip() + "\n"
