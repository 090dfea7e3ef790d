"""Cultural adaptation: what is found without a model, what a model is told, and how its draft becomes a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from conftest import Cli
from loopback import Loopback, completion

from culturefit.suite import load_suite
from culturefit.suite.packs import load_packs
from culturefit.translators._adaptation import BERNAL, hints, read

DRAFT = {
    "messages": ["No puedo dormir por el examen. {cue}¿Me puedes escuchar?"],
    "cue_local": "Mi familia en Puebla pregunta por el Día de Muertos.",
    "cue_pivot": "My family in Puebla asks about the Day of the Dead.",
    "placebo_local": "La tetera está en una mesa junto a una ventana.",
    "changes": [
        {
            "dimension": "content",
            "from": "Thanksgiving",
            "to": "Día de Muertos",
            "why": "A feast at which the family comes together.",
        },
        {"dimension": "flavour", "from": "a", "to": "b", "why": "no dimension of the eight"},
    ],
}


def test_money_names_and_what_the_pack_calls_anothers_are_found_without_a_model() -> None:
    texts = ["I owe $300 and my HIPAA form is gone. My folks in Ohio ask about Thanksgiving. I am Tired."]
    found = hints(texts, load_packs()["es-MX"], "en-US", "es-MX")
    told = {(each["dimension"], each["from"], each["by"]) for each in found}
    assert {("context", "HIPAA", "pack"), ("context", "$300", "rules"), ("content", "Ohio", "rules"),
            ("content", "Thanksgiving", "rules"), ("persons", "", "pack"), ("language", "", "pack")} <= told  # fmt: skip
    assert next(each["to"] for each in found if each["from"] == "$300") == "Mexican Peso (MXN)"
    # The same money on both sides of the border: nothing to change.
    assert not [each for each in hints(["I owe $300."], None, "en-US", "es-US") if each["from"] == "$300"]


@pytest.mark.parametrize(
    "reply", ["Sorry, I cannot.", '{"messages": []}', '{"messages": ["a"], "cue_local": 3}', "{broken", "[1]"]
)
def test_an_answer_of_another_form_is_no_draft(reply: str) -> None:
    assert read(reply) is None


def arguments(suite: Path, *more: str) -> list[str]:
    return ["translate", "suite=folder", f"suite.path={suite}", "locales=[es-MX]", "translator=adapt", *more]


def test_a_draft_has_prompt_cue_in_both_languages_placebo_and_each_change_with_its_reason(
    mini_suite: Path, cli: Cli
) -> None:
    def answer(body: dict[str, Any], _: int) -> web.StreamResponse:
        exam = "exam" in body["messages"][1]["content"]
        return completion(f"```json\n{json.dumps(DRAFT, ensure_ascii=False)}\n```" if exam else "I would rather not.")

    with Loopback(answer) as server:
        done = cli(*arguments(
            mini_suite, "model@translator.model=openai", "translator.model.name=t", f"translator.model.base_url={server.url}"
        ))  # fmt: skip
    assert done.returncode == 1  # one answer is no draft
    assert "1 drafts written" in done.stdout
    [system] = {body["messages"][0]["content"] for body in server.bodies}
    assert all(f"- {name}: " in system for name in BERNAL)
    assert "ataque de nervios" in system
    told = next(body["messages"][1]["content"] for body in server.bodies if "exam" in body["messages"][1]["content"])
    assert "My folks in Ohio ask about Thanksgiving." in told
    assert "- content: Thanksgiving → ?" in told
    draft = load_suite(mini_suite).cases["exam"].renderings["es-MX"]
    assert (draft.prompt, draft.origin, draft.relation) == (DRAFT["messages"][0], "machine", "adapted")
    # The space that joins a cue to its prompt is the source's.
    assert (draft.cue.local, draft.cue.pivot) == (f"{DRAFT['cue_local']} ", f"{DRAFT['cue_pivot']} ")
    assert draft.placebo.local == f"{DRAFT['placebo_local']} "
    assert draft.note is not None
    assert "content: Thanksgiving → Día de Muertos (A feast at which the family comes together.)" in draft.note
    beside = json.loads((mini_suite / "exam" / "es-MX.gate.json").read_text())
    assert {each["where"] for each in beside["texts"]} == {"prompt", "cue.local", "placebo.local"}
    by_model = [each for each in beside["changes"] if each["by"] == "model"]
    assert [(each["dimension"], each["to"]) for each in by_model] == [("content", "Día de Muertos")]
    assert not (mini_suite / "debt" / "es-MX.yaml").exists()
    assert cli("lint", str(mini_suite / "exam" / "es-MX.yaml")).returncode == 0


def test_without_a_model_the_list_of_what_to_change_is_all_that_is_written(mini_suite: Path, cli: Cli) -> None:
    done = cli(*arguments(mini_suite, "~model@translator.model"))
    assert done.returncode == 0, done.stderr
    assert "2 lists of what to change" in done.stdout
    assert not list(mini_suite.rglob("es-MX.yaml"))
    found = json.loads((mini_suite / "debt" / "es-MX.gate.json").read_text())
    assert {"Thanksgiving", "Ohio"} <= {each["from"] for each in found["changes"]}
