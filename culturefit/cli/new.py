"""`culturefit new`: starts a case, a scenario, a locale pack or a crisis line; the file it writes passes lint."""

from __future__ import annotations

import argparse
import datetime
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Ask for what is not given as an option, write the file, and say what to do next."""
    parser = argparse.ArgumentParser(prog="culturefit new", description=__doc__, epilog=(
        "In a terminal it asks for what is missing; elsewhere every option without a default is needed. Example: "
        "culturefit new case --suite suites/core --scenario leaving_home --locale sw-KE --prompt '…{cue}…' --cue '… ' "
        "--cue-pivot '… ' --placebo '… '"
    ))  # fmt: skip
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="KIND")
    for name, (about, options, _) in _KINDS.items():
        own = kinds.add_parser(name, help=about, description=about)
        for option, text, default in options:
            own.add_argument(f"--{option}", help=text + (f" (default: {default})" if default else ""))
        own.add_argument("--force", action="store_true", help="write over a file that is there")
    given = vars(parser.parse_args(argv))
    about, options, write = _KINDS[given["kind"]]
    answers = {}
    for option, text, default in options:
        value = given[option.replace("-", "_")]
        answers[option] = value if value is not None else _ask(option, text, default)
    path, content = write(answers)
    # A crisis line is added to the file of its country: the content holds all that was there.
    _save(path, content, force=given["force"] or given["kind"] == "crisis-line")
    return _check(path)


Options = tuple[tuple[str, str, str | None], ...]
Answers = dict[str, str]


def _ask(option: str, text: str, default: str | None) -> str:
    """Ask on a terminal; elsewhere take the default, or say which option is missing."""
    from culturefit.errors import UsageError

    if not sys.stdin.isatty():
        if default is not None:
            return default
        raise UsageError(f"--{option} is missing: {text}. There is no terminal to ask on.")
    sys.stderr.write(f"{text}{f' [{default}]' if default else ''}: ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise UsageError(f"--{option} is missing: {text}.")
    if answer.strip():
        return answer.strip()
    if default is None:
        return _ask(option, text, default)
    return default


def _save(path: Path, content: str, *, force: bool) -> None:
    from culturefit.errors import UsageError
    from culturefit.files import write_whole

    if path.exists() and not force:
        raise UsageError(f"'{path}' is there already; edit it, or add --force to write over it.")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content)


def _check(path: Path) -> int:
    """Lint what was written, and say so."""
    from culturefit.lint import lint
    from culturefit.plain import plain

    problems, _ = lint(path, datetime.datetime.now(datetime.UTC).date())
    for problem in problems:
        sys.stdout.write(plain(f"{problem}\n"))
    errors = sum(each.severity == "error" for each in problems)
    sys.stdout.write(
        f"Wrote {path}.{' Mend what is said above, then run' if problems else ' Check it with'} culturefit lint {path}\n"
    )
    return int(errors > 0)


def _quoted(text: str) -> str:
    """Return text as a double-quoted YAML scalar."""
    import json

    return json.dumps(text, ensure_ascii=False)


def _spaced(text: str, locale: str) -> str:
    """Return a cue with the space that joins it to the prompt, where the language has spaces."""
    text = text.strip()
    return text if locale.split("-", maxsplit=1)[0] in ("ja", "zh", "th", "yue") else f"{text} "


def _suite_folder(name: str) -> Path:
    from culturefit.errors import UsageError
    from culturefit.suite import load_suite
    from culturefit.suite.load import suites_root

    folder = Path(name)
    if not (folder / "suite.yaml").is_file():
        local = Path("suites") / name
        folder = local if (local / "suite.yaml").is_file() else suites_root() / name
    if not (folder / "suite.yaml").is_file():
        raise UsageError(
            f"'{name}' is no suite; give a folder that holds suite.yaml, or a name from `culturefit list suites`."
        )
    load_suite(folder)
    return folder


def _of_form(given: Answers, option: str, pattern: str, told: str) -> None:
    """Refuse a name that could not be a file's, before anything is made of it."""
    import re

    from culturefit.errors import UsageError

    if not re.fullmatch(pattern, given[option]):
        raise UsageError(f"--{option} is '{given[option]}'; write {told}.")


def _head(folder: Path) -> str:
    from culturefit.schema import SuiteCard
    from culturefit.suite.parse import parse_file

    card = parse_file(folder / "suite.yaml", SuiteCard)
    return "schema: 1\n" + (f'canary: "{card.canary}"\n' if card.canary else "")


def _case(given: Answers) -> tuple[Path, str]:
    from culturefit.errors import UsageError, unknown
    from culturefit.locales import parse_locale
    from culturefit.suite import load_suite
    from culturefit.suite.texts import source_hash

    folder = _suite_folder(given["suite"])
    suite = load_suite(folder)
    if given["scenario"] not in suite.cases:
        raise unknown("scenario", given["scenario"], suite.cases)
    locale = parse_locale(given["locale"])
    prompt = given["prompt"] if "{cue}" in given["prompt"] else "{cue}" + given["prompt"]
    if prompt.count("{cue}") != 1:
        raise UsageError(
            f"The prompt holds {{cue}} {prompt.count('{cue}')} times; put it in once, where the cue belongs."
        )
    tag = given["locale"]
    lines = [_head(folder).rstrip(), f"locale: {tag}"]
    lines += [f"country: {locale.region}"] if locale.region else []
    lines += [
        f"prompt: {_quoted(prompt)}", "cue:", f"  local: {_quoted(_spaced(given['cue'], tag))}",
        f"  pivot: {_quoted(_spaced(given['cue-pivot'], suite.card.pivot))}",
        f"placebo:\n  local: {_quoted(_spaced(given['placebo'], tag))}",
        f"origin: {given['origin']}", f"relation: {given['relation']}",
    ]  # fmt: skip
    pivot = suite.cases[given["scenario"]].renderings.get(suite.card.pivot)
    if given["relation"] != "native" and pivot is not None:
        lines.append(f"source_hash: {source_hash(pivot)}")
    lines.append("review: []")
    return folder / given["scenario"] / f"{tag}.yaml", "\n".join(lines) + "\n"


def _scenario(given: Answers) -> tuple[Path, str]:
    folder = _suite_folder(given["suite"])
    _of_form(given, "id", r"[a-z][a-z0-9_]{0,63}", "lower-case letters, digits and underscores")
    text = (
        f"{_head(folder)}id: {given['id']}\ntitle: {_quoted(given['title'])}\ntheme: {given['theme']}\nrole: {given['role']}\n"
        f"risk: {given['risk']}\ntags: {{bernal: [], layer: []}}\ncriteria:\n  - id: first\n    text: {_quoted(given['criterion'])}\n"
        f"    dimension: {given['dimension']}\n    severity: major\n    kind: judge\n    source: {_quoted(given['source'])}\n"
    )
    return folder / given["id"] / "scenario.yaml", text


def _packs(kind: str, name: str) -> Path:
    root = Path("suites") / "packs"
    return (root if root.is_dir() else Path("packs")) / kind / f"{name}.yaml"


def _locale(given: Answers) -> tuple[Path, str]:
    from culturefit.locales import parse_locale

    script = parse_locale(given["locale"]).script
    today = datetime.datetime.now(datetime.UTC).date()
    also = {"Jpan": "[Hira, Kana]"}.get(script, "[]")
    text = (
        "schema: 1\n"
        f"locale: {given['locale']}\nscript: {{main: {script}, also: {also}}}\nregister:\n  expected: [{_quoted(given['expected'])}]\n"
        f"  fact:\n    text: {_quoted(given['fact'])}\n    status: unverified\n    checked: {today}\n"
        "help_seeking: []\nidioms: []\nstigma: []\ntripwires: []\nrisk_flags: []\n"
        f"origin: {given['origin']}\nreview: []\n"
    )
    return _packs("locales", given["locale"]), text


def _crisis_line(given: Answers) -> tuple[Path, str]:
    """Add the line to the country's file as text, so that comments and order stay."""
    from culturefit.errors import UsageError

    _of_form(given, "country", r"[A-Za-z]{2}", "two letters, such as KE")
    path = _packs("crisis", given["country"].upper())
    today = datetime.datetime.now(datetime.UTC).date()
    sources = [each.strip() for each in given["sources"].split(",") if each.strip()]
    if any(not each.startswith(("http://", "https://")) for each in sources):
        raise UsageError("--sources are addresses that a reader can open, separated by commas: https://…,https://…")
    entry = (
        f"  - number: {_quoted(given['number'])}\n    name: {_quoted(given['name'])}\n    audience: [{given['audience']}]\n"
        f"    languages: [{given['languages']}]\n    hours: {_quoted(given['hours'])}\n    channel: [{given['channel']}]\n"
        f"    status: unverified\n    checked: {today}\n    expires: {today + datetime.timedelta(days=182)}\n    sources:\n"
        + "".join(f"      - {{title: {_quoted(each)}, url: {_quoted(each)}}}\n" for each in sources)
    )
    if not path.exists():
        text = (
            f"schema: 1\ncountry: {given['country'].upper()}\nemergency:\n  - {{number: {_quoted(given['emergency'])}, for: [all]}}\n"
            f"lines:\n{entry}origin: person\nreview: []\n"
        )
        return path, text
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    where = next((index for index, line in enumerate(lines) if line.rstrip() in ("lines:", "lines: []")), None)
    if where is None:
        raise UsageError(f"'{path}' has no field `lines:` on a line of its own; add the line by hand.")
    lines[where] = "lines:\n"
    return path, "".join([*lines[: where + 1], entry, *lines[where + 1 :]])


_KINDS: dict[str, tuple[str, Options, Callable[[Answers], tuple[Path, str]]]] = {
    "case": ("a rendering: a scenario in one locale", (
        ("suite", "The suite, a name or a folder", None), ("scenario", "The scenario's id", None),
        ("locale", "The locale, such as sw-KE", None),
        ("prompt", "What the person types; {cue} stands where the cue goes", None),
        ("cue", "The words that place the person in their culture, in the local language", None),
        ("cue-pivot", "The same in the suite's pivot language", None),
        ("placebo", "Words of like length that say nothing about culture, in the local language", None),
        ("origin", "Who wrote it: person, model, machine, model+person, machine+person", "person"),
        ("relation", "native (no source text), adapted or parallel", "adapted"),
    ), _case),
    "scenario": ("a scenario: one culture-neutral situation", (
        ("suite", "The suite, a name or a folder", None), ("id", "Its id, in lower case with underscores", None),
        ("title", "A line that says what it is about", None), ("theme", "Its theme, such as migration", None),
        ("role", "What the person asks for: listen, plan, rehearse, inform, translate_for_family", "listen"),
        ("risk", "none, benign_hyperbole, low, veiled or acute", "none"),
        ("criterion", "One testable sentence about a good reply", None),
        ("dimension", "Its dimension, such as empathy", "empathy"), ("source", "What it rests on", None),
    ), _scenario),
    "locale": ("a locale pack", (
        ("locale", "The locale, such as sw-KE", None),
        ("expected", "How a kind stranger addresses a person there, in the language's own words", None),
        ("fact", "A sentence on that form of address: when, to whom", None),
        ("origin", "Who wrote it: person or model", "person"),
    ), _locale),
    "crisis-line": ("a crisis line of a country", (
        ("country", "The country, such as KE", None), ("number", "The number, as people there write it", None),
        ("name", "Its name", None), ("audience", "For whom: all, adults, children, youth, women, …", "all"),
        ("languages", "Languages that are answered, such as sw, en", None), ("hours", "When, as published", "unknown"),
        ("channel", "call, text or chat", "call"), ("sources", "Addresses that state the number, separated by commas", None),
        ("emergency", "The country's emergency number, where the country has no file yet", "112"),
    ), _crisis_line),
}  # fmt: skip
