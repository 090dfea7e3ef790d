"""Locales as BCP-47 tags: language, script and region.

The script of a tag that does not name one is CLDR's likely script (through Babel). The region is never guessed: culture
is not nationality, and a tag without a region says nothing about where the person is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from culturefit.errors import UsageError

__all__ = ["Locale", "english_name", "parse_locale"]

_TAG = re.compile(
    r"(?P<language>[A-Za-z]{2,3})(?:[-_](?P<script>[A-Za-z]{4}))?(?:[-_](?P<region>[A-Za-z]{2}|[0-9]{3}))?"
)
_RTL_SCRIPTS = frozenset({"Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg", "Mand", "Samr"})


@dataclass(frozen=True, slots=True)
class Locale:
    """A parsed tag. `script` is an ISO 15924 code or "Zzzz" if unknown; `region` is ISO 3166 or None."""

    tag: str
    language: str
    script: str
    region: str | None

    @property
    def direction(self) -> str:
        """Return "rtl" or "ltr", as HTML's `dir` wants it."""
        return "rtl" if self.script in _RTL_SCRIPTS else "ltr"

    def __str__(self) -> str:
        return self.tag


@lru_cache(maxsize=1024)
def parse_locale(tag: str) -> Locale:
    """Parse a BCP-47 tag such as `ar-EG`, `hi-Latn-IN` or `sr-Cyrl-RS`.

    Raises:
        UsageError: the tag does not have the form language[-Script][-REGION].
    """
    found = _TAG.fullmatch(tag.strip())
    if not found:
        raise UsageError(f"'{tag}' is no locale; write a BCP-47 tag such as ja-JP, hi-Latn-IN or sr-Cyrl-RS.")
    language = found["language"].lower()
    script = found["script"].title() if found["script"] else None
    region = found["region"].upper() if found["region"] else None
    canonical = "-".join(part for part in (language, script, region) if part)
    return Locale(canonical, language, script or _likely_script(language, region), region)


def _likely_script(language: str, region: str | None) -> str:
    from babel.core import get_global

    if language == "und":
        return "Zzzz"  # CLDR's likely tag of the unknown language is English; here an unknown language stays unknown
    likely = get_global("likely_subtags")
    full = (region and likely.get(f"{language}_{region}")) or likely.get(language) or ""
    parts = full.split("_")
    return parts[1] if len(parts) > 1 else "Zzzz"


@lru_cache(maxsize=1024)
def english_name(tag: str) -> str:
    """Return a reader's name for a tag, such as "Japanese (Japan)"; the tag itself where CLDR has none."""
    from babel import Locale as BabelLocale
    from babel.core import UnknownLocaleError

    try:
        return BabelLocale.parse(tag, sep="-").get_display_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag
