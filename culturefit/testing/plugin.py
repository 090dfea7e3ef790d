"""The pytest plugin: suites and `*.fit.yaml` files as tests, and fixtures for tests of one's own.

It is loaded by every pytest of an environment in which culturefit is installed, so it imports nothing but pytest until one
of its options, files or fixtures is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from culturefit.testing.session import Session

__all__ = ["session_of"]

_SESSION = "_culturefit_session"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options; all are off."""
    group = parser.getgroup("culturefit", "cultural fit of a chatbot's replies")
    add = group.addoption
    add("--culturefit-suite", action="append", default=[], metavar="NAME",
        help="collect each scenario x locale of a suite (a name, a folder, or a table of prompts) as a test; may be repeated")  # fmt: skip
    add("--culturefit-model", metavar="NAME",
        help="who is asked: a name of `culturefit list models`, module:function, or file.py:function")  # fmt: skip
    add("--culturefit-judge", metavar="NAME",
        help="who is asked about the criteria of a suite that need a judge: as --culturefit-model (default: nobody)")  # fmt: skip
    add("--culturefit-locales", metavar="TAGS", help="only these, with commas between, such as ja-JP,hi-IN")
    add("--culturefit-scorers", metavar="NAMES", help="only these, with commas between (default: all)")
    add("--culturefit-limit", type=int, metavar="N", help="the first N scenarios of each suite")
    add("--culturefit-config", metavar="FILE", help="limits, sampling, system prompt, budget (docs/pytest.md)")
    parser.addini("culturefit_config", "as --culturefit-config, from the root of the tests", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker of the tests that are collected from suites."""
    config.addinivalue_line("markers", "culturefit: a test that a suite or a *.fit.yaml file holds")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect `*.fit.yaml`."""
    if not file_path.name.endswith(".fit.yaml"):
        return None
    from culturefit.testing.items import FitFile

    return FitFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add the tests of suites, before -k, -m and --lf choose."""
    for name in config.getoption("culturefit_suite"):
        from culturefit.testing.items import SuiteNode

        items.extend(session.genitems(SuiteNode.of(session, name)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Let go of the model and the journal."""
    made: Session | None = getattr(session.config, _SESSION, None)
    if made is not None:
        made.close()


def session_of(config: pytest.Config) -> Session:
    """Return what the tests of a session share: limits, scorers, the model; made when first needed."""
    made: Session | None = getattr(config, _SESSION, None)
    if made is None:
        from culturefit.testing.session import Session

        made = Session(config)
        setattr(config, _SESSION, made)
    return made


@pytest.fixture
def assert_fit(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Return culturefit.testing.assert_fit with the limits of --culturefit-config."""
    import functools

    from culturefit.testing import assert_fit as plain

    return functools.partial(plain, limits=session_of(request.config).config.limits)


@pytest.fixture
def culturefit_ask(request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """Return a function that asks the model of --culturefit-model and returns its reply, from the journal if it is kept."""

    def ask(*turns: str, **fields: Any) -> str:
        return session_of(request.config).ask(*turns, **fields)

    yield ask
