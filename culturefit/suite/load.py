"""Suites in memory: the card, the scenarios, and for each scenario its renderings by locale."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.errors import SuiteError, UsageError, unknown
from culturefit.schema import Rendering, Scenario, SuiteCard
from culturefit.suite.parse import parse_file

if TYPE_CHECKING:
    from datasets import Dataset

__all__ = ["Case", "Suite", "load_suite", "shipped_suites", "suite_folder", "suites_root"]


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario and its renderings."""

    scenario: Scenario
    renderings: Mapping[str, Rendering]


@dataclass(frozen=True)
class Suite:
    """A loaded suite. `hash` is the sha256 over the names and contents of its files: a changed case changes it."""

    card: SuiteCard
    cases: Mapping[str, Case]
    hash: str
    path: Path = field(compare=False)

    @property
    def locales(self) -> list[str]:
        """Every locale with at least one rendering, the pivot first, then in order of tags."""
        found = {locale for case in self.cases.values() for locale in case.renderings}
        return sorted(found, key=lambda tag: (tag != self.card.pivot, tag))

    def to_dataset(self) -> Dataset:
        """Return the renderings as a `datasets.Dataset`, one row per scenario and locale.

        Its features are the same for every suite, also where a column is empty, so that suites can be concatenated.
        """
        from datasets import Dataset, Features, List, Value

        kinds = {"messages": List(Value("string")), "reviews": Value("int32")}
        features = Features({name: kinds.get(name, Value("string")) for name in _COLUMNS})
        rows = [_row(self, case, rendering) for case, rendering in self._renderings()]
        return Dataset.from_list(rows, features=features)

    def _renderings(self) -> Iterator[tuple[Case, Rendering]]:
        for case in self.cases.values():
            for locale in sorted(case.renderings):
                yield case, case.renderings[locale]


def suites_root() -> Path:
    """Return the folder of the suites that culturefit ships."""
    return Path(str(resources.files("culturefit.suites")))


def shipped_suites() -> list[str]:
    """Return the ids of the suites that culturefit ships, and of those that installed packages add."""
    return sorted({*(path.parent.name for path in suites_root().glob("*/suite.yaml")), *_added()})


def _added() -> dict[str, Path]:
    """Return the suites of other packages: entry points of the group `culturefit.suites`, name = "package.with.the.files"."""
    return {
        point.name: Path(str(resources.files(point.value)))
        for point in metadata.entry_points(group="culturefit.suites")
    }


def suite_folder(name: str | Path) -> Path | None:
    """Return the folder of a suite: the path itself, ./suites/NAME, or that of a shipped or added suite; None if there is none."""
    folder = Path(name)
    if (folder / "suite.yaml").is_file():
        return folder
    if folder.is_dir() or len(folder.parts) > 1:
        return None
    local = Path("suites") / folder
    if (local / "suite.yaml").is_file():
        return local
    return (_added().get(str(name)) or suites_root() / folder) if str(name) in shipped_suites() else None


def load_suite(path: str | Path, *, begun: bool = False) -> Suite:
    """Load a suite by the id of a shipped one or by the path of its folder.

    Args:
        path: the id or the folder.
        begun: whether the suite may be without a scenario, because somebody has just started it.

    Raises:
        UsageError: no such suite; the message lists the shipped ones.
        SuiteError: a file says something it may not.
    """
    folder = Path(path)
    if not (folder / "suite.yaml").is_file():
        if folder.is_dir() or len(folder.parts) > 1:
            raise UsageError(
                f"'{path}' is no suite: it holds no suite.yaml. Shipped suites: {', '.join(shipped_suites())}."
            )
        if str(path) in shipped_suites():
            folder = _added().get(str(path)) or suites_root() / str(path)
        else:
            found = suite_folder(path)
            if found is None:
                raise unknown("suite", str(path), shipped_suites())
            folder = found
    files = sorted(folder.rglob("*.yaml"))
    for file in files:
        if not file.resolve().is_relative_to(folder.resolve()):
            raise SuiteError("leads out of its suite's folder; put the file itself there", path=str(file))
    card = parse_file(folder / "suite.yaml", SuiteCard)
    cases = {}
    for scenario_file in (file for file in files if file.name == "scenario.yaml"):
        case = _load_case(scenario_file)
        cases[case.scenario.id] = case
    if not cases and not begun:
        raise SuiteError(
            f"holds no scenario; add one with `culturefit new scenario --suite {folder}`", path=str(folder)
        )
    return Suite(card, cases, _hash(folder, files), folder)


def _load_case(scenario_file: Path) -> Case:
    scenario = parse_file(scenario_file, Scenario)
    if scenario.id != scenario_file.parent.name:
        raise SuiteError(f"is '{scenario.id}', but its folder is '{scenario_file.parent.name}'; make them the same",
                         path=str(scenario_file), field="id")  # fmt: skip
    renderings = {}
    for file in sorted(scenario_file.parent.glob("*.yaml")):
        if file == scenario_file:
            continue
        rendering = parse_file(file, Rendering)
        if rendering.locale != file.stem:
            raise SuiteError(f"is '{rendering.locale}', but the file is '{file.name}'; make them the same",
                             path=str(file), field="locale")  # fmt: skip
        renderings[rendering.locale] = rendering
    return Case(scenario, renderings)


def _hash(folder: Path, files: list[Path]) -> str:
    total = hashlib.sha256()
    for file in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(folder).as_posix()} {content}\n".encode())
    return total.hexdigest()


_COLUMNS = (
    "suite", "scenario", "locale", "country", "theme", "role", "risk", "messages", "cue_local", "cue_pivot",
    "placebo_local", "placebo_pivot", "origin", "relation", "reviews", "canary",
)  # fmt: skip


def _row(suite: Suite, case: Case, rendering: Rendering) -> dict[str, Any]:
    return {
        "suite": suite.card.id,
        "scenario": case.scenario.id,
        "locale": rendering.locale,
        "country": rendering.country,
        "theme": case.scenario.theme,
        "role": case.scenario.role,
        "risk": case.scenario.risk,
        "messages": list(rendering.messages),
        "cue_local": rendering.cue.local,
        "cue_pivot": rendering.cue.pivot,
        "placebo_local": rendering.placebo.local,
        "placebo_pivot": rendering.placebo.pivot,
        "origin": rendering.origin,
        "relation": rendering.relation,
        "reviews": len(rendering.reviewed),
        "canary": rendering.canary,
    }
