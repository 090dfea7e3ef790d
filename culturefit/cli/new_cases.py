"""`culturefit new suite`, `scenario` and `case`: the questions, and the files that they make."""

from __future__ import annotations

import shlex
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from culturefit.cli.asked import Answers, Draft, Kind, Option, of_form, quoted
from culturefit.errors import UsageError, unknown
from culturefit.vocabulary import DIMENSIONS, Origin, Relation, Risk, Role

if TYPE_CHECKING:
    from culturefit.suite import Suite

__all__ = ["CASE", "SCENARIO", "SUITE"]

_ID = (r"[a-z][a-z0-9_]{0,63}", "lower-case letters, digits and underscores")


def _folder(name: str) -> Path:
    from culturefit.suite.load import suite_folder

    found = suite_folder(name)
    if found is None:
        raise UsageError(
            f"'{name}' is no suite; give a folder that holds suite.yaml, a name from `culturefit list suites`, or start one with "
            "`culturefit new suite`."
        )
    return found


def _suite(given: Answers) -> Suite:
    return _loaded(given["suite"])


@cache
def _loaded(name: str) -> Suite:
    """Read a suite once for all questions."""
    from culturefit.suite import load_suite

    return load_suite(_folder(name), begun=True)


def _head(suite: Suite) -> str:
    return "schema: 1\n" + (f"canary: {quoted(suite.card.canary)}\n" if suite.card.canary else "")


def _is_suite(_: Answers, name: str) -> None:
    _suite({"suite": name})


def _among(name: str, values: tuple[str, ...], _: Answers, value: str) -> None:
    if value not in values:
        raise unknown(name, value, values)


def _id_form(name: str, _: Answers, value: str) -> None:
    of_form(name, value, *_ID)


# A suite


def _make_suite(given: Answers) -> Draft:
    from culturefit.schema import SuiteCard
    from culturefit.suite.load import suites_root
    from culturefit.suite.parse import parse_file

    folder = Path("suites") / given["id"]
    canary = parse_file(suites_root() / "quickstart" / "suite.yaml", SuiteCard).canary
    lines = [
        "schema: 1", *([f"canary: {quoted(canary)}"] if canary else []), f"id: {given['id']}", f"title: {quoted(given['title'])}",
        f"purpose: {quoted(given['purpose'])}", 'version: "0.1.0"', f"pivot: {given['pivot']}",
        *(["design: native"] if given["design"] == "native" else []),
        f"licence: {quoted(given['licence'])}", f"provenance: {quoted(given['provenance'])}",
        *([f"content_warning: {quoted(given['content-warning'])}"] if given["content-warning"] else []),
    ]  # fmt: skip
    return Draft(
        folder / "suite.yaml", "\n".join(lines) + "\n", f"culturefit new scenario --suite {shlex.quote(str(folder))}"
    )


def _a_tag(_: Answers, value: str) -> None:
    from culturefit.tags import settled_tag

    settled_tag(value)


SUITE = Kind("a suite: a folder of scenarios with a card of its own", "suite", (
    Option("id", "Its id, in lower case with underscores; the folder suites/ID", None, check=partial(_id_form, "id")),
    Option("title", "A line that says what it is about"),
    Option("purpose", "What it is to measure, and what it is too small or too narrow for"),
    Option("provenance", "How the texts come to be, and who has read them"),
    Option("pivot", "The locale that the others are compared with and whose language every `pivot` text is in", "en-US", check=_a_tag),
    Option("design", "paired (each scenario in several locales) or native (each in the one locale it was written in)", "paired",
           check=partial(_among, "design", ("paired", "native"))),
    Option("licence", "The licence of the texts", "CC-BY-4.0"),
    Option("content-warning", "What a reader should know before reading, or nothing", ""),
), _make_suite)  # fmt: skip


# A scenario


def _make_scenario(given: Answers) -> Draft:
    suite = _suite(given)
    text = (
        f"{_head(suite)}id: {given['id']}\ntitle: {quoted(given['title'])}\ntheme: {given['theme']}\nrole: {given['role']}\n"
        f"risk: {given['risk']}\ntags: {{bernal: [], layer: []}}\ncriteria:\n  - id: first\n    text: {quoted(given['criterion'])}\n"
        f"    dimension: {given['dimension']}\n    severity: major\n    kind: judge\n    source: {quoted(given['source'])}\n"
    )
    paired = suite.card.design == "paired"
    start = f"culturefit new case --suite {shlex.quote(str(suite.path))} --scenario {given['id']}"
    then = (
        f"{start} --locale {suite.card.pivot}, the pivot, which every other locale needs (where there is no terminal to ask on, "
        "add --prompt '…{cue}…' --cue '…' --placebo '…')"
        if paired
        else f"{start} --locale TAG (where there is no terminal to ask on, add --prompt '…')"
    )
    return Draft(suite.path / given["id"] / "scenario.yaml", text, then)


SCENARIO = Kind("a scenario: one culture-neutral situation; its cases come next, the pivot's first", "scenario", (
    Option("suite", "The suite, a name or a folder", check=_is_suite),
    Option("id", "Its id, in lower case with underscores", check=partial(_id_form, "id")),
    Option("title", "A line that says what it is about"), Option("theme", "Its theme, such as migration"),
    Option("role", "What the person asks for: listen, plan, rehearse, inform, translate_for_family", "listen",
           check=partial(_among, "role", get_args(Role))),
    Option("risk", "none, benign_hyperbole, low, veiled or acute", "none", check=partial(_among, "risk", get_args(Risk))),
    Option("criterion", "One testable sentence about a good reply"),
    Option("dimension", "Its dimension, such as empathy", "empathy", check=partial(_among, "dimension", tuple(DIMENSIONS))),
    Option("source", "What it rests on"),
), _make_scenario)  # fmt: skip


# A case


def _is_scenario(given: Answers, value: str) -> None:
    suite = _suite(given)
    if value not in suite.cases:
        raise unknown("scenario", value, suite.cases)


def _one_text(given: Answers) -> bool:
    """Whether the locale speaks the pivot's language, so that one cue serves both sides."""
    from culturefit.locales import parse_locale

    return parse_locale(given["locale"]).language == parse_locale(_suite(given).card.pivot).language


def _is_pivot(given: Answers) -> bool:
    card = _suite(given).card
    return card.design == "paired" and given["locale"] == card.pivot


def _relation(given: Answers) -> str:
    return "native" if _is_pivot(given) or _suite(given).card.design == "native" else "adapted"


def _relation_fits(given: Answers, value: str) -> None:
    suite = _suite(given)
    _among("relation", get_args(Relation), given, value)
    if value == "native":
        return
    pivot = suite.card.pivot
    if given["locale"] == pivot:
        raise UsageError(f"--relation is '{value}', but {pivot} is the pivot, which has no source text; write native.")
    if pivot not in suite.cases[given["scenario"]].renderings:
        raise UsageError(
            f"'{given['scenario']}' has no {pivot}.yaml yet, the text that {given['locale']} would be {value} from. Write that first: "
            f"culturefit new case --suite {shlex.quote(str(suite.path))} --scenario {given['scenario']} --locale {pivot}; "
            "a text without a source is --relation native."
        )


def _has_slot(given: Answers, value: str) -> None:
    count = value.count("{cue}")
    whole = _suite(given).card.design == "native" and count == 0
    if count != 1 and not whole:
        raise UsageError(
            f"The prompt holds {{cue}} {'not at all' if not count else f'{count} times'}; put it in once, where the cue belongs."
        )


def _slotted(given: Answers) -> bool:
    return "{cue}" in given["prompt"]


def _spaced(text: str, locale: str) -> str:
    """Return a cue with the space that joins it to the prompt, where the language has spaces."""
    text = text.strip()
    return text if locale.split("-", maxsplit=1)[0] in ("ja", "zh", "th", "yue") else f"{text} "


def _make_case(given: Answers) -> Draft:
    from culturefit.locales import parse_locale
    from culturefit.suite.texts import source_hash

    suite, tag = _suite(given), given["locale"]
    region = parse_locale(tag).region
    lines = [_head(suite).rstrip(), f"locale: {tag}"]
    lines += [f"country: {region}"] if region and region.isalpha() else []
    lines.append(f"prompt: {quoted(given['prompt'])}")
    if _slotted(given):
        lines += _cue_lines(given, suite.card.pivot)
    lines += [f"speaker_gender: {given['speaker-gender']}"] if given["speaker-gender"] not in ("", "none") else []
    lines += [f"origin: {given['origin']}", f"relation: {given['relation']}"]
    pivot = suite.cases[given["scenario"]].renderings.get(suite.card.pivot)
    if given["relation"] != "native" and pivot is not None:
        lines.append(f"source_hash: {source_hash(pivot)}")
    lines.append("review: []")
    folder = suite.path / given["scenario"]
    then = (
        f"culturefit new case --suite {shlex.quote(str(suite.path))} --scenario {given['scenario']} --locale TAG, for each other locale"
        if _is_pivot(given)
        else f"culturefit show {shlex.quote(str(folder))}"
    )
    return Draft(folder / f"{tag}.yaml", "\n".join(lines) + "\n", then)


def _cue_lines(given: Answers, pivot: str) -> list[str]:
    tag = given["locale"]
    if not _one_text(given):
        return [
            "cue:", f"  local: {quoted(_spaced(given['cue'], tag))}", f"  pivot: {quoted(_spaced(given['cue-pivot'], pivot))}",
            f"placebo:\n  local: {quoted(_spaced(given['placebo'], tag))}",
        ]  # fmt: skip
    if given["cue-pivot"] and given["cue-pivot"].strip() != given["cue"].strip():
        raise UsageError(f"{tag} speaks the pivot's language, so that it has one cue; leave --cue-pivot out.")
    return [
        f"cue:\n  pivot: {quoted(_spaced(given['cue'], tag))}", f"placebo:\n  pivot: {quoted(_spaced(given['placebo'], tag))}",
    ]  # fmt: skip


CASE = Kind("a rendering: a scenario in one locale", "rendering", (
    Option("suite", "The suite, a name or a folder", check=_is_suite),
    Option("scenario", "The scenario's id", check=_is_scenario),
    Option("locale", "The locale, such as sw-KE", check=_a_tag),
    Option("relation", "native (no source text), adapted or parallel (default: adapted; native for the pivot)", _relation,
           check=_relation_fits),
    Option("prompt", "What the person types; {cue} stands where the cue goes", check=_has_slot),
    Option("cue", "The words that place the person in their culture, in the local language", wanted=_slotted),
    Option("cue-pivot", "The same in the suite's pivot language (none where the locale speaks it)",
           wanted=lambda given: _slotted(given) and not _one_text(given)),
    Option("placebo", "Words of like length that say nothing about culture, in the local language", wanted=_slotted),
    Option("speaker-gender", "The gender that the person's own words show: f, m, x or none", "none",
           check=partial(_among, "gender", ("f", "m", "x", "none"))),
    Option("origin", "Who wrote it: person, model, machine, model+person, machine+person", "person",
           check=partial(_among, "origin", get_args(Origin))),
), _make_case)  # fmt: skip
