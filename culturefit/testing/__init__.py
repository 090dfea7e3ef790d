"""Cultural fit in tests of one's own: `assert_fit`, and the pytest plugin (plugin.py) that collects suites as tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from culturefit.testing.limits import Limits

__all__ = ["FitError", "assert_fit"]


class FitError(AssertionError):
    """A reply that does not fit; the message shows it with its findings."""


def assert_fit(
    reply: str, *, locale: str, prompt: str | None = None, require: Sequence[str] = (),
    scorers: Sequence[str] | None = None, limits: Limits | None = None, **fields: Any,
) -> None:  # fmt: skip
    """Raise FitError unless a reply fits the person's language and culture, as far as the scorers can tell.

    It fails where nothing was said (an empty reply), where a scorer finds something major or critical, and where one of
    `require` is not met or cannot be told.

    Args:
        reply: the text.
        locale: BCP-47 tag of the language, script and variety it is due in.
        prompt: the person's turn.
        require: dimensions, scorers or criteria that must be scored, with at least `limits.minimum`.
        scorers: names; None = all there are.
        limits: other limits than the defaults (culturefit.testing.limits.Limits).
        fields: `country` (default: the region of the locale), `risk`, `role` and the others of ScoreInput.

    Raises:
        FitError: it does not fit.
        UsageError: no such locale, scorer or required name.
    """
    __tracebackhide__ = True
    from culturefit.locales import parse_locale
    from culturefit.records import ScoreInput
    from culturefit.run.score import Evaluator, make_scorers
    from culturefit.testing.limits import Limits, judge
    from culturefit.testing.show import told
    from culturefit.vocabulary import OWN_ARM

    chosen = limits or Limits()
    tag = parse_locale(locale)
    item = ScoreInput(reply, tag.tag, prompt=prompt, **{"country": tag.region, "arm": OWN_ARM, **fields})
    evaluator = Evaluator(make_scorers(["all"] if scorers is None else scorers), "")
    rows = list(evaluator.score_item(item))
    verdict = judge(rows, chosen, require, delivered=bool(reply.strip()))
    if verdict.failures:
        raise FitError(told(reply, rows, verdict, place=tag.tag, prompts=[prompt] if prompt else []))
