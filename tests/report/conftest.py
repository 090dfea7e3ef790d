"""Two runs, their gaps and their report, made once; a real Chromium where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from report import fixture

from culturefit.report.data import ReportData, load_runs
from culturefit.report.html import write_html


@dataclass
class Made:
    data: ReportData
    gap: dict[str, Any]
    html: Path

    @property
    def url(self) -> str:
        return self.html.as_uri()


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    sweep = tmp_path_factory.mktemp("multirun")
    return [
        fixture.make_run(sweep / f"22-10-0{seed}-1", model, seed=3 * seed) for seed, model in enumerate(fixture.MODELS)
    ]


@pytest.fixture(scope="session")
def made(folders: list[Path]) -> Made:
    data, gap = load_runs(folders), fixture.make_gap(folders)
    path = folders[0].parent / "report.html"
    write_html(data, gap, path)
    return Made(data, gap, path)
