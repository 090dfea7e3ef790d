"""Locale packs for scoring: one locale's facts as plain data, read when first asked for and without validation.

`culturefit lint` and the loader of suites check the files; here a run of ten replies should not wait for that.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

__all__ = ["ReadsPacks", "fingerprint", "pack", "packs_of", "supported"]


def _folder() -> Path:
    return Path(str(resources.files("culturefit.suites"))) / "packs" / "locales"


@lru_cache(maxsize=64)
def pack(tag: str) -> dict[str, Any] | None:
    """Return the pack of a locale, or None where there is none for exactly this tag."""
    path = _folder() / f"{tag}.yaml"
    if not path.is_file():
        return None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(path.read_bytes(), Loader=loader)  # noqa: S506 - a safe loader either way
    return data if isinstance(data, dict) else None


@lru_cache(maxsize=1)
def fingerprint() -> str:
    """Return a short string that changes with any pack."""
    digest = hashlib.sha256()
    for path in sorted(_folder().glob("*.yaml")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class ReadsPacks:
    """A scorer whose scores depend on the locale packs."""

    @property
    def fingerprint(self) -> str:
        """What else a score depends on: the locale packs."""
        return f"packs@{fingerprint()}"


@lru_cache(maxsize=256)
def packs_of(country: str | None, language: str) -> tuple[dict[str, Any], ...]:
    """Return the packs of a place: the one of `language` if it is that country's, else all of the country; empty if none is known.

    A reply in the pivot language does not say which of a country's languages the person lives in: what is foreign to India is in
    the packs of hi-IN and en-IN alike.
    """
    if country is None:
        return ()
    if language.endswith(f"-{country}") and (own := pack(language)):
        return (own,)
    found = (pack(path.stem) for path in sorted(_folder().glob(f"*-{country}.yaml")))
    return tuple(each for each in found if each)


def supported(fact: dict[str, Any]) -> bool:
    """Return whether a fact is verified and names a source that can be opened."""
    return fact.get("status") == "verified" and any(source.get("url") for source in fact.get("sources") or ())
