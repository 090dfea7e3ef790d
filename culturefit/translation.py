"""The translate stage: from scenarios to the renderings that are asked.

A translator is one class in one module of `translators/` with its card, and one file in `conf/translator/`:

    @translators.register("suite")
    class SuiteRenderings:
        version = "2"
        makes = False

        def render(self, wanted: Sequence[Wanted]) -> Sequence[Rendered | None]: ...

It gets every scenario × locale of a run at once, so that an engine can work in batches. What it makes itself carries
origin `machine`; None means that it has nothing for that locale, which is counted as missing, never guessed.

A text of origin `machine` is sent to a model only if the translator says that its gate let it through (`Checked.sent`);
one that nobody has checked is held back. `released` decides it, so no engine can forget.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from culturefit.records import Finding
from culturefit.registry import Registry
from culturefit.schema import Rendering
from culturefit.suite.load import Case

if TYPE_CHECKING:
    from culturefit.run.budget import Caps, Price

__all__ = ["Checked", "Means", "Rendered", "Translator", "Wanted", "released", "texts_of", "translators"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A rendering that a run needs.

    Attributes:
        case: the scenario and the renderings it has.
        locale: what is wanted.
        reference: the locale an engine translates from, unless its settings name another.
        pivot: the locale whose language the suite's `*.pivot` texts are in.
    """

    case: Case
    locale: str
    reference: str
    pivot: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The gate's word on one text: where it stands in the file ("prompt", "placebo.local"), and whether it may be sent."""

    where: str
    verdict: Literal["pass", "review", "block"]
    sent: bool
    findings: tuple[Finding, ...] = ()
    #: What was judged; a text that no rendering can hold (it lost its slot) is kept nowhere else.
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendering, or None where an engine made one that no file can hold, with the gate's word on its machine-made texts."""

    rendering: Rendering | None
    checked: tuple[Checked, ...] = ()
    #: Made now, and not read from the suite.
    made: bool = False


@dataclass(frozen=True, slots=True)
class Means:
    """What a run lends an engine that asks somebody: its journal, its budget, its voice."""

    journal: Path
    scope: str
    caps: Caps
    prices: Mapping[str, Price] = field(default_factory=dict)
    #: Nothing that costs may be asked: what is not kept counts as missing.
    dry_run: bool = False
    say: Callable[[str], None] = lambda _: None


class Translator(Protocol):
    """What a translation engine offers; one that asks somebody also has `prepare(means)`, called before `render`."""

    @property
    def version(self) -> str:
        """What changes when a translation could."""

    #: Whether it makes renderings of locales that the suite does not have.
    makes: bool

    def render(self, wanted: Sequence[Wanted]) -> Sequence[Rendered | None]:
        """Return one rendering per wanted one, in order; None where there is none."""

    def provenance(self) -> dict[str, Any]:
        """Return engine, version and parameters as JSON, for run.json."""


translators: Registry[Translator] = Registry("translator", "culturefit.translators")

_SLOTTED = ("cue", "placebo", "placebo_b")


def texts_of(rendering: Rendering) -> Iterator[tuple[str, str]]:
    """Yield the texts of a rendering in its locale's language, each with its place in the file."""
    if rendering.turns:
        yield from ((f"turns[{index}]", text) for index, text in enumerate(rendering.turns))
    else:
        yield "prompt", rendering.prompt or ""
    for part in _SLOTTED:
        for side in ("local", *(("name_local",) if part == "cue" else ())):
            if text := getattr(getattr(rendering, part), side):
                yield f"{part}.{side}", text


def released(rendered: Rendered) -> tuple[Rendering | None, list[str]]:
    """Return what may be sent of a rendering, and the places of the texts that are held back.

    Of a rendering of origin `machine` every text is held back that its translator does not declare sent; without its
    prompt nothing is left.
    """
    rendering = rendered.rendering
    sent = {each.where for each in rendered.checked if each.sent}
    if rendering is None:
        return None, [each.where for each in rendered.checked if not each.sent]
    if rendering.origin != "machine":
        return rendering, []
    held = [where for where, _ in texts_of(rendering) if where not in sent]
    if any(where.startswith(("prompt", "turns")) for where in held):
        return None, held
    changes: dict[str, Any] = {}
    for where in held:
        part, _, side = where.partition(".")
        changes[part] = changes.get(part, getattr(rendering, part)).model_copy(update={side: None})
    return rendering.model_copy(update=changes), held
