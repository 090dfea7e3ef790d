"""The criteria of a suite as a readable rubric, in Markdown: for people who are to criticise them, per locale if wanted.

With a locale, each case stands with the person's words there, a judge is shown as it is asked in that language, and what
the locale pack says is expected there stands beside. The criteria themselves are in the suite's pivot language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from culturefit.judge.prompt import LANGUAGES, judge_prompt
from culturefit.locales import english_name, parse_locale
from culturefit.schema import Criterion, LocalePack, Rendering
from culturefit.schema.pack import Fact
from culturefit.schema.rendering import SLOT
from culturefit.suite.load import Case, Suite
from culturefit.vocabulary import DUE_RISKS

__all__ = ["rubric"]

_INTRO = (
    "Each line is one testable sentence about a reply. Criticise it: is it right in your culture, can it be told from a reply, "
    "would a good reply fail it?"
)
_HEAD = ["| criterion | dimension | weight | severity | judged by | where | rests on |", "|" + "---|" * 7]


def rubric(suite: Suite, cases: Sequence[Case], locale: str | None = None, pack: LocalePack | None = None) -> str:
    """Return the rubric of some cases of a suite.

    Args:
        suite: whose criteria.
        cases: which of its cases.
        locale: adds what a reply in this locale is held against; cases without a rendering there are named at the end.
        pack: of that locale.
    """
    where = f" in {english_name(locale)} ({locale})" if locale else ""
    lines = [f"# Rubric of {suite.card.id} {suite.card.version}{where}", "", _INTRO, ""]
    if suite.card.content_warning:
        lines += [f"**Content warning.** {_cell(suite.card.content_warning)}", ""]
    if locale is not None:
        lines += [*_expected(pack), *_question(locale)]
    shown = [case for case in cases if locale is None or locale in case.renderings]
    shared = _shared(shown)
    if shared:
        lines += ["## In more than one case", "", *_HEAD]
        lines += [f"{_row(each)[:-1]}(`{each.id}`, {count} of {len(shown)} cases) |" for each, count in shared]
        lines.append("")
    said = {_key(each) for each, _ in shared}
    for case in shown:
        lines += _case(case, case.renderings[locale] if locale else None, said)
    missing = [case.scenario.id for case in cases if case not in shown]
    if missing:
        lines += [f"Not rendered in {locale}: {', '.join(missing)}.", ""]
    return "\n".join(lines)


def _key(each: Criterion) -> str:
    return each.model_dump_json()


def _shared(cases: Sequence[Case]) -> list[tuple[Criterion, int]]:
    """Return the criteria that several cases have word for word, the most frequent first: read once, not in every case."""
    counts = Counter(_key(each) for case in cases for each in case.scenario.criteria)
    found = {_key(each): each for case in cases for each in case.scenario.criteria}
    return [(found[key], count) for key, count in counts.most_common() if count > 1]


def _case(case: Case, rendering: Rendering | None, said: set[str]) -> Iterator[str]:
    scenario = case.scenario
    own = [each for each in scenario.criteria if _key(each) not in said]
    yield f"## {scenario.id}: {scenario.title or ''}".rstrip(": ")
    yield ""
    yield f"Role asked: {scenario.role}. Risk: {scenario.risk}."
    if rendering is not None:
        if scenario.risk in DUE_RISKS:
            yield "This person may be speaking of not wanting to live."
        state = "reviewed" if rendering.reviewed else "unreviewed"
        yield f"The text is of origin {rendering.origin}, {rendering.relation}, {state}."
        yield ""
        cue = rendering.cue.local or rendering.cue.pivot or ""
        for number, message in enumerate(rendering.messages):
            words = message.replace(SLOT, f"**{_cell(cue.strip())}** " if cue else "")
            # A message's own lines stay lines of the quotation.
            yield from (f"> {line}" for line in words.splitlines())
            if number + 1 < len(rendering.messages):
                yield ">"
    yield ""
    others = len(scenario.criteria) - len(own)
    if own:
        yield from _HEAD
        yield from map(_row, own)
    if others:
        if own:
            yield ""
        named = ", ".join(f"`{each.id}`" for each in scenario.criteria if _key(each) in said)
        yield f"{'Also' if own else 'Held against'}: {named}."
    yield ""


def _row(each: Criterion) -> str:
    where = ", ".join(each.arms or ["everywhere"]) + (" (rate, not in the gap)" if each.cue_dependent else "")
    by = f"scorer `{each.scorer}`" if each.scorer else "judge"
    rests = _cell(each.source or "–")
    return f"| {_cell(each.text)} | {each.dimension} | {each.weight:g} | {each.severity} | {by} | {where} | {rests} |"


def _expected(pack: LocalePack | None) -> Iterator[str]:
    """Say what the locale pack holds that a reader can confirm or deny."""
    if pack is None:
        return
    yield "## What is expected there"
    yield ""
    yield (
        f"From the locale pack, origin {pack.origin or 'not said'}, {'reviewed' if pack.review else 'unreviewed'}. "
        "“Unverified” means that no source stands behind it."
    )
    yield ""
    facts: list[tuple[str, Fact]] = [
        (f"how people come to help ({each.rung or 'step'})", each) for each in pack.help_seeking
    ]
    if pack.directive_advice is not None:
        facts.append((f"how welcome plain advice is ({pack.directive_advice.welcome})", pack.directive_advice.fact))
    facts += [("a failure to expect", each) for each in pack.usual_failures]
    yield from (f"- {name}: {_cell(fact.text)} *({fact.status})*" for name, fact in facts)
    yield ""


def _question(locale: str) -> Iterator[str]:
    """Show how a judge is asked with native instructions, and that there are none where there are none."""
    language = parse_locale(locale).language
    native = language in LANGUAGES()
    yield "## How a judge is asked"
    yield ""
    if not native:
        yield f"There are no instructions in this language; a judge is asked in English. Nobody asks it in {english_name(locale)}."
    else:
        yield (
            "With `judge.language=native` or `both`, in these words, written by a language model and reviewed by nobody; the criterion "
            "stands in it as below, in English."
        )
    text = judge_prompt("[criterion]", "[what the person wrote]", "[the reply]", language if native else "en")
    text = re.sub(r"=== [0-9a-f]{16} ===", "===", text)
    yield from ("", "```text", *text.strip().splitlines(), "```", "")


def _cell(text: str) -> str:
    """Return text on one line that ends no cell."""
    return " ".join(text.split()).replace("|", "\\|")
