"""Scorers and translators by name; the engine never imports one by name itself.

A scorer is one module of `scorers/` with its card beside it: `language.py` and `language.md` register the scorer
`language`. Listing names reads file names only; the module is imported when it is asked for. Other packages add theirs
through the entry-point groups `culturefit.scorers` and `culturefit.translators` (name = "package.module").
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from functools import cache
from importlib import metadata, resources
from typing import Any, Generic, TypeVar

from culturefit.errors import CulturefitError, UsageError, unknown

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Generic[T]):
    """Maps names to classes of one kind.

    Args:
        kind: the word used in messages, such as "scorer".
        package: the import package whose modules are looked through.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind, self.package = kind, package
        self._classes: dict[str, type[T]] = {}

    def register(self, name: str) -> Callable[[type[T]], type[T]]:
        """Class decorator: make the class known under `name`, which must be free."""

        def add(cls: type[T]) -> type[T]:
            known = self._classes.get(name)
            if known is not None and known.__module__ != cls.__module__:
                raise CulturefitError(
                    f"Two {self.kind}s call themselves '{name}': {known.__module__} and {cls.__module__}; rename one."
                )
            self._classes[name] = cls
            return cls

        return add

    def names(self) -> list[str]:
        """Every name that can be asked for, sorted; imports nothing."""
        return sorted({*self._modules(), *self._classes})

    def get(self, name: str) -> type[T]:
        """Return the class registered as `name`, importing its module if need be.

        Raises:
            UsageError: no module of that name is there; the message names the nearest.
        """
        if name not in self._classes:
            module = self._modules().get(name)
            if module is None:
                raise unknown(self.kind, name, self.names())
            importlib.import_module(module)
        if name not in self._classes:
            raise CulturefitError(
                f"{self._modules()[name]} registers no {self.kind} named '{name}'; name it like its file."
            )
        return self._classes[name]

    def create(self, name: str, /, **params: Any) -> T:
        """Return an instance of `name` made with `params`; a parameter it does not take is an error with its name."""
        cls = self.get(name)
        try:
            return cls(**params)
        except TypeError as error:
            raise UsageError(
                f"The {self.kind} '{name}' does not take these parameters {sorted(params)}: {error}."
            ) from error

    def card(self, name: str) -> str:
        """Return the text of the card of `name`: what it does, how, its limits and the evidence."""
        module = self._modules().get(name)
        if module is None:
            raise unknown(self.kind, name, self.names())
        package, _, stem = module.rpartition(".")
        return (resources.files(package) / f"{stem}.md").read_text(encoding="utf-8")

    def _modules(self) -> dict[str, str]:
        return _modules_with_cards(self.package)


@cache
def _modules_with_cards(package: str) -> dict[str, str]:
    files = {entry.name for entry in resources.files(package).iterdir()}
    found = {
        name[:-3]: f"{package}.{name[:-3]}" for name in files if name.endswith(".py") and f"{name[:-3]}.md" in files
    }
    group: Iterable[metadata.EntryPoint] = metadata.entry_points(group=package)
    return found | {point.name: point.value for point in group if point.name not in found}
