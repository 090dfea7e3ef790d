"""The judge's prompt: instructions in a language, the person's words and the reply fenced as data, one question."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

__all__ = ["LANGUAGES", "answer_words", "judge_prompt", "prompt_id"]


@cache
def _templates() -> dict[str, dict[str, Any]]:
    path = resources.files("culturefit.judge") / "prompts.yaml"
    data: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    # YAML 1.1 reads bare yes and no as true and false.
    names: dict[Any, str] = {True: "yes", False: "no"}
    return {language: {names.get(key, key): value for key, value in own.items()} for language, own in data.items()}


def LANGUAGES() -> list[str]:  # noqa: N802 - a constant that is read when it is needed
    """Return the base languages that the judge's instructions exist in."""
    return list(_templates())


def judge_prompt(question: str, prompt: str, reply: str, language: str) -> str:
    """Return the prompt for one question.

    The fence is made from the reply, so that a reply cannot hold it and the same reply is asked about in the same words.
    """
    fence = "=== " + hashlib.sha256(f"{prompt}\0{reply}".encode()).hexdigest()[:16] + " ==="
    text: str = _templates()[language]["text"]
    # One pass: what is filled in is never filled again.
    parts = {"question": question, "prompt": prompt, "reply": reply, "fence": fence}
    out, rest = "", text
    while True:
        places = [(rest.find("{" + name + "}"), name) for name in parts]
        places = [(place, name) for place, name in places if place >= 0]
        if not places:
            return out + rest
        place, name = min(places)
        out += rest[:place] + parts[name]
        rest = rest[place + len(name) + 2 :]


@cache
def prompt_id() -> str:
    """Return 12 hex digits for the instructions in all languages: a judge that is told something else is another judge."""
    return hashlib.sha256(json.dumps(_templates(), sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


@cache
def answer_words(language: str) -> Mapping[str, str]:
    """Return word -> "yes", "no" or "unsure", in the language and in English; case is folded."""
    found: dict[str, str] = {}
    for tag in dict.fromkeys(("en", language)):
        own = _templates().get(tag, {})
        for answer in ("yes", "no", "unsure"):
            found |= {str(word).casefold(): answer for word in own.get(answer, ())}
    return found
