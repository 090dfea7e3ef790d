"""The page itself: one HTML file that works without a network, in the language of the person who reads.

What models wrote is hostile input: Jinja escapes every value, what reorders or hides text is written out, and a content
security policy lets nothing load and no script run but the page's own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from types import SimpleNamespace
from typing import Any, Literal

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.report.spans import visible

__all__ = ["Asked", "Item", "More", "languages", "render_page", "words"]

Kind = Literal["replies", "cases"]
#: What the script says itself; the rest stands in the page.
_SCRIPT_WORDS = ("resumed", "not_kept", "need_name", "done", "saved", "erase", "erase_sure", "erased")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question on a screen; `english` where its text is in English whatever the page's language."""

    criterion: str
    dimension: str
    text: str
    english: bool = False


@dataclass(frozen=True, slots=True)
class More:
    """What the file says besides: its name in the page's language, the text, and the text's locale (None = the page's language)."""

    name: str
    text: str
    tag: str | None = None

    @property
    def lang(self) -> str | None:
        """Return the language of the text, for the browser."""
        return parse_locale(self.tag).tag if self.tag else None


@dataclass(frozen=True, slots=True)
class Item:
    """One screen: turns as (user or assistant, pieces), pieces as (text, marked)."""

    id: str
    tag: str
    turns: Sequence[tuple[str, Sequence[tuple[str, bool]]]]
    questions: Sequence[Asked]
    warned: bool = False
    placebo: str | None = None
    note: str | None = None
    criteria: Sequence[str] = ()
    more: Sequence[More] = ()
    #: Written into the exported file beside each answer (replies) or signature (cases).
    export: Mapping[str, Any] = field(default_factory=dict)

    @property
    def lang(self) -> str:
        """Return the language of the texts, for the browser."""
        return parse_locale(self.tag).tag

    @property
    def dir(self) -> str:
        """Return the direction of the texts."""
        return parse_locale(self.tag).direction

    @property
    def facts(self) -> str:
        """Return what is exported, as JSON."""
        return json.dumps(self.export, ensure_ascii=False)


def languages() -> list[str]:
    """Return the base languages that the instructions exist in."""
    folder = resources.files("culturefit.review") / "words"
    return sorted(path.name.removesuffix(".yaml") for path in folder.iterdir() if path.name.endswith(".yaml"))


def words(language: str) -> dict[str, str]:
    """Return the instructions in a base language.

    Raises:
        UsageError: there are none in it.
    """
    import yaml

    if language not in languages():
        raise UsageError(
            f"The page has no instructions in '{language}'; it has {', '.join(languages())}: choose with --language, or add "
            f"culturefit/review/words/{language}.yaml."
        )
    path = resources.files("culturefit.review") / "words" / f"{language}.yaml"
    found: dict[str, str] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def render_page(
    kind: Kind, items: Sequence[Item], locale: str, language: str, *, weighted: bool = False, suite: Mapping[str, str] | None = None
) -> str:  # fmt: skip
    """Return the page as HTML.

    Args:
        kind: what is read.
        items: in the order in which they are shown.
        locale: of the texts.
        language: base language of the instructions.
        weighted: the items were not drawn with equal chances, which the page then says.
        suite: id and version, for cases.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    say = words(language)
    environment = Environment(
        loader=PackageLoader("culturefit.review"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined,
        finalize=_shown,
    )  # fmt: skip
    assert environment.loader is not None
    script, style = (environment.loader.get_source(environment, name)[0] for name in ("review.js", "review.css"))
    told = [[item.id, item.turns, [each.text for each in item.questions], item.export] for item in items]
    page = hashlib.sha256(json.dumps([kind, locale, told], sort_keys=True).encode()).hexdigest()[:16]
    config = {
        "kind": kind, "page": page, "locale": locale, "suite": suite, "say": {name: say[name] for name in _SCRIPT_WORDS},
    }  # fmt: skip
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Attributes, not keys: in a template, a mapping's own methods come before its keys.
    return environment.get_template("review.html").render(
        csp=f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'",
        # Ours, not a model's: the style, the script, and JSON in which no tag can begin.
        style=Markup(style),  # noqa: S704
        script=Markup(script),  # noqa: S704
        config=Markup(json.dumps(config, ensure_ascii=True).replace("<", "\\u003c")),  # noqa: S704
        kind=kind, items=items, locale=locale, language=language, direction=parse_locale(language).direction, say=SimpleNamespace(**say),
        weighted=weighted,
    )  # fmt: skip


def _shown(value: Any) -> Any:
    if value is None:
        return ""
    return visible(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
