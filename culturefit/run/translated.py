"""What a run records of the machine-made texts among its prompts, and how it tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from culturefit.run.plan import Plan
from culturefit.run.record import fingerprint
from culturefit.translation import Means, Translator

__all__ = ["lend", "record_translation", "told_of", "translation_used", "translator_signature"]


def lend(translator: Translator, means: Means) -> None:
    """Give an engine that asks somebody the journal and the budget of the run."""
    if prepare := getattr(translator, "prepare", None):
        prepare(means)


def translator_signature(name: str, translator: Translator) -> str:
    """Return a translator's part of the signature: its version, and the settings that change its translations."""
    settings = translator.provenance()["parameters"]
    return f"{name}:{translator.version}" + (f"@{fingerprint(settings)}" if settings else "")


def record_translation(record: dict[str, Any], plan: Plan, translator: Translator, say: Callable[[str], None]) -> None:
    """Add what is said of machine-made texts to a run's record, and say it; nothing where there are none."""
    if plan.checked:
        record["translation"] = translation_used(plan, translator)
        say(told_of(record["translation"]))


def translation_used(plan: Plan, translator: Translator) -> dict[str, Any]:
    """Return the part `translation` of run.json.

    Returns:
        The engine; how many renderings it made for this run; how many machine-made texts passed the gate, were sent or
        held back at `review`, were blocked; and each text that did not pass, with its findings.
    """
    counts = Counter(
        f"review_{'sent' if each.sent else 'held'}" if each.verdict == "review" else each.verdict
        for checked in plan.checked.values()
        for each in checked
    )
    return {
        **translator.provenance(),
        "made": plan.made,
        "texts": {name: counts[name] for name in ("pass", "review_sent", "review_held", "block")},
        "findings": [
            {
                "scenario": scenario, "locale": locale, "where": each.where, "verdict": each.verdict, "sent": each.sent,
                "text": each.text, "findings": [asdict(finding) for finding in each.findings],
            }
            for (scenario, locale), checked in plan.checked.items() for each in checked if each.verdict != "pass"
        ],
    }  # fmt: skip


def told_of(translation: Mapping[str, Any]) -> str:
    """Return one line on a run's machine-made texts, for the terminal and the report."""
    texts, made = translation["texts"], translation["made"]
    new = (
        f"{made} prompts translated for this run by {translation['engine']} {translation['version']}. " if made else ""
    )
    return (
        f"{new}{sum(texts.values())} machine-made texts at the gate: {texts['pass']} passed, {texts['review_sent']} to be reviewed "
        f"and sent, {texts['review_held']} to be reviewed and held back, {texts['block']} blocked. Held back or blocked means not sent."
    )
