"""The suite's own renderings: nothing is translated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from culturefit.records import Finding
from culturefit.translation import Rendered, Wanted, translators
from culturefit.translators._checks import Guard

__all__ = ["SuiteRenderings"]


@translators.register("suite")
class SuiteRenderings:
    """Takes each rendering from the suite's files; a locale without a file has none.

    Args:
        allow_review: whether texts of origin `machine` that the gate wants reviewed are sent to a model.
        gate: judges the texts of origin `machine`; None = the gate with its own thresholds.
    """

    version = "1"
    makes = False

    def __init__(self, allow_review: bool = False, gate: Any = None) -> None:
        self._guard = Guard(gate, allow_review)

    @staticmethod
    def compare(source: str, target: str, of: str, into: str, speaker_gender: str | None) -> Sequence[Finding]:
        """Return the gate's findings on a text beside the one it was made from, for `culturefit lint`."""
        from culturefit.translators.gate import Gate

        return Gate().judge(source, target, of, into, speaker_gender=speaker_gender).findings

    def render(self, wanted: Sequence[Wanted]) -> Sequence[Rendered | None]:
        """Return the suite's rendering of each wanted locale, or None."""
        return [self._guard.rendered(each) for each in wanted]

    def provenance(self) -> dict[str, Any]:
        """Return that nothing is translated."""
        return {"engine": "suite", "version": self.version, "parameters": {}}
