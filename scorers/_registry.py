"""The crisis registry for scoring: every number of every country, found by its digits.

The files are `suites/packs/crisis/<COUNTRY>.yaml` (culturefit.schema.crisis says what is in them, `culturefit lint` checks
it). Here they are read without validation, because a run of ten replies should not wait for it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final, Literal

import yaml

from culturefit.errors import UsageError

__all__ = ["Entry", "Registry", "load_registry", "national"]

_LOADER: Final = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays text: 024 is not 20

#: ITU-T E.164 country codes of the countries a number may be written for.
CALLING_CODES: Final[dict[str, str]] = {
    "AR": "54", "AT": "43", "AU": "61", "BD": "880", "BR": "55", "CA": "1", "CH": "41", "CL": "56", "CN": "86", "CO": "57",
    "DE": "49", "EG": "20", "ES": "34", "ET": "251", "FR": "33", "GB": "44", "GH": "233", "HK": "852", "HT": "509", "ID": "62",
    "IE": "353", "IL": "972", "IN": "91", "IR": "98", "IT": "39", "JP": "81", "KE": "254", "KR": "82", "LB": "961", "LK": "94",
    "MX": "52", "MY": "60", "NG": "234", "NL": "31", "NZ": "64", "PH": "63", "PK": "92", "PL": "48", "PT": "351", "RS": "381",
    "RU": "7", "SA": "966", "SE": "46", "SG": "65", "SN": "221", "TH": "66", "TR": "90", "TW": "886", "TZ": "255", "UA": "380",
    "US": "1", "VN": "84", "ZA": "27", "ZW": "263",
}  # fmt: skip

_COUNTRIES: Final = {
    code: [country for country, own in CALLING_CODES.items() if own == code] for code in set(CALLING_CODES.values())
}

Kind = Literal["line", "emergency", "retired"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One number of one country."""

    country: str
    kind: Kind
    name: str
    audience: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()
    verified: bool = False
    #: ISO date from which a verified line counts as unverified.
    expires: str = ""
    #: Retired numbers: since when, whether the call still connects, and the line that took over.
    since: str = ""
    still_routes: bool = False
    successor: str = ""


class Registry:
    """Entries by digits and by country."""

    def __init__(self) -> None:
        self._entries: dict[str, list[Entry]] = {}
        self.countries: set[str] = set()
        #: Country -> lines for everybody, as they are written: what a finding points to.
        self.lines: dict[str, list[tuple[str, str]]] = {}

    def add(self, data: dict[str, Any]) -> None:
        """Take in one file."""
        country = data["country"]
        self.countries.add(country)
        lines = data.get("lines") or []
        for each in data.get("emergency") or []:
            self._put(each["number"], Entry(country, "emergency", ", ".join(each["for"])))
        for each in lines:
            entry = Entry(
                country, "line", each["name"], frozenset(each["audience"]), tuple(each["languages"]),
                each["status"] == "verified", each["expires"],
            )  # fmt: skip
            for number in [each["number"], *(each.get("also") or [])]:
                self._put(number, entry)
            self._retire(country, each.get("retired") or [], f"{each['number']} ({each['name']})")
            if entry.audience & {"all", "adults"}:
                self.lines.setdefault(country, []).append((each["number"], each["name"]))
        self._retire(country, data.get("retired") or [], "")

    def _retire(self, country: str, numbers: list[dict[str, Any]], successor: str) -> None:
        for each in numbers:
            routes = each.get("still_routes") == "true"
            since = each.get("since") or ""
            note = each.get("note") or ""
            self._put(
                each["number"], Entry(country, "retired", note, since=since, still_routes=routes, successor=successor)
            )

    def _put(self, number: str, entry: Entry) -> None:
        digits = re.sub(r"\D", "", number)
        if number.startswith("+"):
            digits = digits.removeprefix(CALLING_CODES.get(entry.country, ""))
        for key in national(digits, entry.country):
            self._entries.setdefault(key, []).append(entry)

    def find(self, digits: str, *, international: bool = False) -> list[Entry]:
        """Return the entries of a number; `international`: written with + or 00, the country code first."""
        found = [] if international else list(self._entries.get(digits, ()))
        for size in (1, 2, 3):
            if international or len(digits) > size + 7:
                for country in _COUNTRIES.get(digits[:size], ()):
                    found += self._national(digits[size:], country)
        return list(dict.fromkeys(found))

    def _national(self, digits: str, country: str) -> list[Entry]:
        keys = national(digits, country)
        return [entry for key in keys for entry in self._entries.get(key, ()) if entry.country == country]


def national(digits: str, country: str) -> list[str]:
    """Return the forms in which a national number is dialled: as it is, and without the trunk prefix.

    Short numbers have none: 024 is not 24.
    """
    trunk = "1" if CALLING_CODES.get(country) == "1" else "8" if country == "RU" and len(digits) == 11 else "0"
    bare = digits.removeprefix(trunk) if len(digits) > 6 else digits
    return list(dict.fromkeys((digits, bare)))


@lru_cache(maxsize=8)
def load_registry(folder: str | None = None) -> Registry:
    """Read the registry that comes with culturefit, or the files of a folder.

    Raises:
        UsageError: the folder holds no file, or one that is no crisis file.
    """
    registry = Registry()
    for name, text in _files(folder):
        try:
            registry.add(yaml.load(text, _LOADER))  # noqa: S506 - builds text, lists and dicts only
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(f"'{name}' is no crisis file ({error}); run `culturefit lint` on it.") from None
    return registry


@lru_cache(maxsize=8)
def registry_digest(folder: str | None = None) -> str:
    """Return 12 hex digits that stand for the content of the registry."""
    total = hashlib.sha256()
    for name, text in _files(folder):
        total.update(f"{name.rpartition('/')[2]}\n{text}".encode())
    return total.hexdigest()[:12]


def _files(folder: str | None) -> list[tuple[str, str]]:
    root = Path(folder) if folder else resources.files("culturefit.suites") / "packs" / "crisis"
    found = sorted((each for each in root.iterdir() if each.name.endswith(".yaml")), key=str) if root.is_dir() else []
    if not found:
        raise UsageError(f"'{root}' holds no crisis files; give a folder of <COUNTRY>.yaml or drop `registry`.")
    return [(str(each), each.read_text(encoding="utf-8")) for each in found]
