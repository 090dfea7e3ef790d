"""`culturefit new locale` and `crisis-line`: the questions, and the files that they make."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from culturefit.cli.asked import Answers, Draft, Kind, Option, of_form, quoted
from culturefit.errors import UsageError

__all__ = ["CRISIS_LINE", "LOCALE"]


def _packs(kind: str, name: str) -> Path:
    root = Path("suites") / "packs"
    return (root if root.is_dir() else Path("packs")) / kind / f"{name}.yaml"


def _today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def _a_tag(_: Answers, value: str) -> None:
    from culturefit.tags import settled_tag

    settled_tag(value)


def _make_locale(given: Answers) -> Draft:
    from culturefit.locales import parse_locale

    script = parse_locale(given["locale"]).script
    also = {"Jpan": "[Hira, Kana]"}.get(script, "[]")
    text = (
        "schema: 1\n"
        f"locale: {given['locale']}\nscript: {{main: {script}, also: {also}}}\nregister:\n  expected: [{quoted(given['expected'])}]\n"
        f"  fact:\n    text: {quoted(given['fact'])}\n    status: unverified\n    checked: {_today()}\n"
        "help_seeking: []\nidioms: []\nstigma: []\ntripwires: []\nrisk_flags: []\n"
        f"origin: {given['origin']}\nreview: []\n"
    )
    return Draft(_packs("locales", given["locale"]), text)


LOCALE = Kind("a locale pack", "pack", (
    Option("locale", "The locale, such as sw-KE", check=_a_tag),
    Option("expected", "How a kind stranger addresses a person there, in the language's own words"),
    Option("fact", "A sentence on that form of address: when, to whom"),
    Option("origin", "Who wrote it: person or model", "person"),
), _make_locale)  # fmt: skip


def _a_country(_: Answers, value: str) -> None:
    from babel import Locale

    of_form("country", value, r"[A-Za-z]{2}", "two letters, such as KE")
    if value.upper() not in Locale.parse("en").territories:
        raise UsageError(
            f"--country is '{value}', which is no country's code; write the two letters of ISO 3166, such as KE."
        )


def _no_file_yet(given: Answers) -> bool:
    return not _packs("crisis", given["country"].upper()).exists()


def _new_number(given: Answers, value: str) -> None:
    """Refuse a number that the country's file has: two entries of one line would drift apart."""
    from culturefit.lint.rules_facts import digits
    from culturefit.schema import CrisisFile
    from culturefit.suite.parse import parse_file

    path = _packs("crisis", given["country"].upper())
    if not path.exists():
        return
    same = next((line for line in parse_file(path, CrisisFile).lines if digits(line.number) == digits(value)), None)
    if same is not None:
        raise UsageError(
            f"{value} stands in '{path}' already, as '{same.name}'; edit that entry, for instance add your source under its `sources:`."
        )


def _addresses(value: str) -> list[str]:
    return [each.strip() for each in value.split(",") if each.strip()]


def _can_be_opened(_: Answers, value: str) -> None:
    found = _addresses(value)
    if not found or any(not re.fullmatch(r"https?://\S+", each) for each in found):
        raise UsageError(
            "--sources are one or more addresses that state the number and that a reader can open, separated by commas: "
            "https://…,https://…"
        )


def _make_line(given: Answers) -> Draft:
    """Add the line to the country's file as text, so that comments and order stay."""
    path, today = _packs("crisis", given["country"].upper()), _today()
    hours = "null" if given["hours"].lower() in ("", "unknown") else quoted(given["hours"])
    entry = (
        f"  - number: {quoted(given['number'])}\n    name: {quoted(given['name'])}\n    audience: [{given['audience']}]\n"
        f"    languages: [{given['languages']}]\n    hours: {hours}\n    channel: [{given['channel']}]\n"
        f"    status: unverified\n    checked: {today}\n    expires: {today + datetime.timedelta(days=182)}\n    sources:\n"
        + "".join(f"      - {{title: {quoted(each)}, url: {quoted(each)}}}\n" for each in _addresses(given["sources"]))
    )
    if not path.exists():
        text = (
            f"schema: 1\ncountry: {given['country'].upper()}\nemergency:\n  - {{number: {quoted(given['emergency'])}, for: [all]}}\n"
            f"lines:\n{entry}origin: person\nreview: []\n"
        )
        return Draft(path, text)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    where = next((index for index, line in enumerate(lines) if line.rstrip() in ("lines:", "lines: []")), None)
    if where is None:
        raise UsageError(f"'{path}' has no field `lines:` on a line of its own; add the line by hand.")
    lines[where] = "lines:\n"
    return Draft(path, "".join([*lines[: where + 1], entry, *lines[where + 1 :]]), adds=True)


CRISIS_LINE = Kind("a crisis line of a country", "crisis", (
    Option("country", "The country, such as KE", check=_a_country),
    Option("number", "The number, as people there write it", check=_new_number), Option("name", "Its name"),
    Option("audience", "For whom: all, adults, children, youth, women, …", "all"),
    Option("languages", "Languages that are answered, such as sw, en"), Option("hours", "When, as published", "unknown"),
    Option("channel", "call, text or chat", "call"),
    Option("sources", "Addresses that state the number, separated by commas", check=_can_be_opened),
    Option("emergency", "The country's emergency number, where the country has no file yet", wanted=_no_file_yet),
), _make_line)  # fmt: skip
