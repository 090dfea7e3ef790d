"""fluency: repeated sentences, left-over template and English phrases, calques, length. What counts, and limits: fluency.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple

import numpy as np
import yaml

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.records import Finding, Score, ScoreInput
from culturefit.scorers._languages import base
from culturefit.scorers._loops import loops
from culturefit.scorers._scripts import WEIGHTS, letters
from culturefit.scorers._units import blank
from culturefit.scoring import CriterionSpec, scorers
from culturefit.vocabulary import Severity

__all__ = ["Fluency"]

_SENTENCE: Final = re.compile(r"[^.!?…。！？।۔؟\n]+")
#: Letters a sentence needs for its return to be a repetition, not a phrase.
_REPEATED: Final = 24
_PLACEHOLDER: Final = re.compile(
    r"\[(?:your |user'?s? |the )?(?:name|user|nombre|nom|nome|navn|isim|nama|имя|город|city|country)\]"
    r"|\[(?:your |the )?(?:phone|number|date|insert[^\]\n]{0,40})\]"
    r"|\{\{?\s?[a-z_]{2,30}\s?\}?\}|<(?:name|user|assistant|insert[^>\n]{0,40})>|\b(?:XXX|TBD|Lorem ipsum)\b",
    re.IGNORECASE,
)
_ENGLISH: Final = re.compile(
    r"(?im)^(?:\W{0,6})(?:as an ai\b[^.\n]{0,80}|here are (?:some|a few)[^.\n]{0,60}|of course!|sure[,!]|certainly!|note:|tips?:|step \d+:|"
    r"in conclusion,|i'?m sorry to hear[^.\n]{0,60}|i am sorry[^.\n]{0,60}|remember[,:]|disclaimer:|translation:|in english:)"
)
_MOST: Final = 50
#: What each kind takes off the value.
_COST: Final[dict[str, float]] = {
    "repeated": 0.25,
    "placeholder": 0.5,
    "english-left": 0.25,
    "calque": 0.15,
    "length": 0.25,
}
#: Letters (weighted by script) against the reference reply beyond which a reply is far too short or long.
_LENGTH: Final = 4.0


class Calque(NamedTuple):
    """A row of data/calques.yaml."""

    pattern: re.Pattern[str]
    instead: str
    sure: bool


@scorers.register("fluency")
class Fluency:
    """1 less what each fault costs; a perplexity from a causal language model can be added.

    Args:
        perplexity: path or hub id of a causal model (extra culturefit[torch]); its bits per character go into `detail`.
        perplexity_max: bits per character from which the reply is found not fluent; null = only shown.
    """

    version = "2"
    criteria: Sequence[CriterionSpec] = (CriterionSpec("fluency", "fluency"),)

    def __init__(self, perplexity: str | None = None, perplexity_max: float | None = None) -> None:
        if perplexity_max is not None and perplexity is None:
            raise UsageError("`perplexity_max` needs `perplexity`: the path or hub id of a causal language model.")
        self._model, self._most = perplexity, perplexity_max

    def score(self, item: ScoreInput) -> list[Score]:
        """Return the score; its findings are the spans of what is not fluent."""
        text = blank(item.reply)
        weighed = _length(text)
        if weighed < 10:
            return [Score("fluency", "fluency", None, None, "too_short")]
        if loops(item.reply):  # its price is `coherent`; what is left says nothing of fluency
            return [Score("fluency", "fluency", None, None, "incoherent")]
        language = base(parse_locale(item.language).language)
        findings = [*_repeated(text), *_left_over(text, language), *_calques(text, language)]
        detail: dict[str, Any] = {"letters": weighed}
        if item.reference:
            ratio = weighed / max(1, _length(item.reference))
            detail["against_reference"] = round(ratio, 2)
            if not 1 / _LENGTH <= ratio <= _LENGTH:
                much = "longer" if ratio > 1 else "shorter"
                message = f"{max(ratio, 1 / ratio):.1f} times {much} than the reference reply, by letters."
                findings.append(Finding(0, len(item.reply), "Fluency/Length", "minor", message, "length"))
        if self._model:
            bits = _bits_per_character(self._model, item.reply)
            detail["bits_per_character"] = round(bits, 3)
            if self._most is not None and bits > self._most:
                message = f"{bits:.2f} bits per character, more than {self._most}."
                findings.append(Finding(0, len(item.reply), "Fluency/Perplexity", "minor", message, "length"))
        findings.sort(key=lambda each: (each.start, each.end))
        cost = sum(_COST[each.rule] for each in findings if each.severity != "neutral")
        told = [each.severity for each in findings if each.severity != "neutral"]
        worst: Severity | None = "major" if "major" in told else "minor" if told else None
        return [Score("fluency", "fluency", max(0.0, 1 - cost), None, None, worst, tuple(findings[:_MOST]), detail)]


def _length(text: str) -> int:
    """Return the letters of a text, those of Chinese, Japanese and Korean weighed as two."""
    return int(WEIGHTS[letters(text)].sum() - WEIGHTS[0] * int((letters(text) == 0).sum()))


def _repeated(text: str) -> list[Finding]:
    seen: set[str] = set()
    found = []
    for match in _SENTENCE.finditer(text):
        words = " ".join(match.group().lower().split())
        if sum(map(str.isalpha, words)) < _REPEATED:
            continue
        if words in seen:
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found.append(
                Finding(start, match.end(), "Fluency/Repetition", "minor", "Said before in this reply.", "repeated")
            )
        seen.add(words)
    return found


def _left_over(text: str, language: str) -> list[Finding]:
    found = [
        Finding(
            match.start(),
            match.end(),
            "Accuracy/Untranslated",
            "major",
            "A place that was never filled in.",
            "placeholder",
        )
        for match in _PLACEHOLDER.finditer(text)
    ]
    if language != "en":
        for match in _ENGLISH.finditer(text):
            start = match.start() + len(match.group()) - len(match.group().lstrip())
            found.append(
                Finding(
                    start, match.end(), "Accuracy/Untranslated", "minor", "An English phrase left in.", "english-left"
                )
            )
    return found


def _calques(text: str, language: str) -> list[Finding]:
    found = []
    for calque in _table(language):
        for match in calque.pattern.finditer(text):
            message = f"Reads like English; more usual: {calque.instead}." if calque.instead else "Reads like English."
            severity: Severity = "minor" if calque.sure else "neutral"
            found.append(Finding(match.start(), match.end(), "Fluency/Calque", severity, message, "calque"))
    return found


@lru_cache(maxsize=32)
def _table(language: str) -> tuple[Calque, ...]:
    rows = _rows().get(language, ())
    return tuple(
        Calque(re.compile("|".join(map(re.escape, row["words"])), re.IGNORECASE), row["instead"], row.get("sure", True))
        for row in rows
    )


@lru_cache(maxsize=1)
def _rows() -> dict[str, list[dict[str, Any]]]:
    text = (resources.files("culturefit.scorers") / "data" / "calques.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)  # type: ignore[no-any-return]


@lru_cache(maxsize=2)
def _loaded(name: str) -> tuple[Any, Any]:
    try:
        import torch  # noqa: F401
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError:
        raise UsageError(
            "`perplexity` needs the extra culturefit[torch]; install it or leave `perplexity` out."
        ) from None
    return AutoTokenizer.from_pretrained(name), AutoModelForCausalLM.from_pretrained(name).eval()


def _bits_per_character(name: str, text: str) -> float:
    """Return the cross-entropy of a text under a causal model, in bits per character: comparable across tokenisers."""
    import torch

    tokenizer, model = _loaded(name)
    ids = tokenizer(text, return_tensors="pt", truncation=True, max_length=1024).input_ids
    if ids.shape[1] < 2:
        return float("nan")
    with torch.inference_mode():
        loss = model(ids, labels=ids).loss.item()
    return float(loss * (ids.shape[1] - 1) / np.log(2) / len(text))
