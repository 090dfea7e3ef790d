"""The translate stage: from scenarios to the renderings that are asked.

A translator is one class in one module of `translators/` with its card, and one file in `conf/translator/`:

    @translators.register("suite")
    class SuiteRenderings:
        version = "1"

        def render(self, wanted: Sequence[Wanted]) -> Sequence[Rendering | None]: ...

It gets every scenario × locale of a run at once, so that an engine can work in batches. What it makes itself carries
origin `machine`; None means that it has nothing for that locale, which is counted as missing, never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from culturefit.registry import Registry
from culturefit.schema import Rendering
from culturefit.suite.load import Case

__all__ = ["Translator", "Wanted", "translators"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rendering that a run needs; `reference` is the locale an engine would translate from."""

    case: Case
    locale: str
    reference: str


class Translator(Protocol):
    """What a translation engine offers."""

    version: str

    def render(self, wanted: Sequence[Wanted]) -> Sequence[Rendering | None]:
        """Return one rendering per wanted one, in order; None where there is none."""


translators: Registry[Translator] = Registry("translator", "culturefit.translators")
