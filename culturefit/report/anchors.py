"""Names for the places of a page: readable, unique, and the same for the same run, so that a link can be shared."""

from __future__ import annotations

import re

__all__ = ["Anchors"]

_OUTSIDE = re.compile(r"[^A-Za-z0-9_-]+")


class Anchors:
    """Hands out one fragment per place; ids come from files and models, so they are slugged and never trusted."""

    def __init__(self, models: list[str]) -> None:
        self._numbers = {model: f"m{number}" for number, model in enumerate(models, start=1)}
        self._known: dict[tuple[object, ...], str] = {}
        self._taken: set[str] = set()
        self._cases: dict[tuple[str, ...], str] = {}

    def get(self, model: str, *parts: str, apart: tuple[object, ...] = ()) -> str:
        """Return the fragment of a place of `model`, without the #, such as `m1.ja-JP.leaving_home.local-culture`.

        Args:
            model: the model's name; its number stands in the fragment.
            parts: what the fragment says.
            apart: what tells the place from others of the same parts; these get .2, .3 and so on, in order of asking.
        """
        key = (model, *parts, *apart)
        if key not in self._known:
            slugs = [_OUTSIDE.sub("-", part).strip("-")[:80] or "x" for part in parts]
            name = wanted = ".".join([self._numbers.get(model, "m0"), *slugs])
            count = 1
            while name in self._taken:
                count += 1
                name = f"{wanted}.{count}"
            self._taken.add(name)
            self._known[key] = name
            if apart[:1] == ("case",):
                self._cases.setdefault((model, *parts), name)
        return self._known[key]

    def case(self, model: str, locale: str, scenario: str) -> str:
        """Return the fragment of a scenario in a locale, of whichever suite named it first; empty where none did."""
        return self._cases.get((model, locale, scenario), "")

    def known(self, model: str, *parts: str, apart: tuple[object, ...] = ()) -> str:
        """Return the fragment of a place that was named before, empty where it was not: a link there would lead nowhere."""
        return self._known.get((model, *parts, *apart), "")
