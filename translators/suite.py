"""The suite's own renderings: nothing is translated."""

from __future__ import annotations

from collections.abc import Sequence

from culturefit.schema import Rendering
from culturefit.translation import Wanted, translators

__all__ = ["SuiteRenderings"]


@translators.register("suite")
class SuiteRenderings:
    """Takes each rendering from the suite's files; a locale without a file has none."""

    version = "1"

    def render(self, wanted: Sequence[Wanted]) -> Sequence[Rendering | None]:
        """Return the suite's rendering of each wanted locale, or None."""
        return [each.case.renderings.get(each.locale) for each in wanted]
