"""A chat model as translator: what it is told, how its answer is read, what is kept, and what never reaches the model under test."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pyarrow.parquet as pq
import pytest
from aiohttp import web
from conftest import Cli
from loopback import Loopback, completion

from culturefit.models import weights
from culturefit.models.openai import OpenAI
from culturefit.run.budget import Caps
from culturefit.translation import Means
from culturefit.translators._drafts import Piece
from culturefit.translators.gate import Gate
from culturefit.translators.llm import LLM, answer_in

T = TypeVar("T")


def alone(function: Callable[..., T], *arguments: Any) -> T:
    """Call a function in a thread of its own: a browser that other tests opened may keep an event loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(function, *arguments).result()


def engine(server: Loopback, folder: Path, caps: Caps | None = None, **settings: Any) -> LLM:
    made = LLM(OpenAI("m", server.url, max_retries=0), **settings)
    made.prepare(Means(folder / "store.sqlite3", "here", caps or Caps()))
    return made


def source_of(body: dict[str, Any]) -> str:
    found = re.search(r"<t>(.*)</t>", body["messages"][1]["content"], re.DOTALL)
    assert found
    return found[1]


def scripted(translations: dict[str, str]) -> Callable[[dict[str, Any], int], web.StreamResponse]:
    return lambda body, _: completion(f"<t>{translations[source_of(body)]}</t>")


def test_the_model_is_told_register_variety_gender_and_glossary_of_the_locale(tmp_path: Path) -> None:
    with Loopback(scripted({"My faith is weak.": "Mi fe es débil."})) as server:
        gate = Gate(keep=["Wichita"], glossary={"faith": ["fe"]})
        [made] = alone(
            engine(server, tmp_path, gate=gate).translate, [Piece("My faith is weak.", "prompt", "f")], "en-US", "es-MX"
        )
    assert made == "Mi fe es débil."
    [body] = server.bodies
    system, user = (message["content"] for message in body["messages"])
    # What suites/packs/locales/es-MX.yaml says.
    assert "from English (United States) into Spanish (Mexico)" in system
    assert "Form of address: tú; usted, con personas mayores" in system
    assert "Not: vos; vosotros." in system
    assert "celular" in system
    assert "ordenador" in system.split("not to be used")[1]
    assert "Keep as it is: Wichita." in system
    assert "'faith' is fe." in system
    assert "The writer is a woman." in user
    assert body["temperature"] == 0.0


def test_a_lost_slot_is_asked_for_once_more_and_what_is_known_is_not_asked_again(tmp_path: Path) -> None:
    def answer(body: dict[str, Any], _: int) -> web.StreamResponse:
        if len(body["messages"]) == 2:
            return completion("Sure! <t>No puedo dormir. ¿Me escuchas?</t>")
        assert "{cue} must stand in it" in body["messages"][-1]["content"]
        return completion("<t>No puedo dormir. {cue}¿Me escuchas?</t>")

    piece = Piece("I cannot sleep. {cue}Can you listen?", "prompt")
    with Loopback(answer) as server:
        for _ in range(2):
            assert alone(engine(server, tmp_path).translate, [piece], "en-US", "es-MX") == [
                "No puedo dormir. {cue}¿Me escuchas?"
            ]
        assert len(server.bodies) == 2


@pytest.mark.parametrize(
    ("reply", "due"),
    [
        ("<t>Hola.\n\nAdiós.</t> I hope this helps!", "Hola.\n\nAdiós."),
        ("<think>They say <t>hi</t></think>\n<t>Hola.</t>", "Hola."),
        ("“Hola.”", "Hola."),
        ("<t>cut off", "cut off"),
        ("Hola.", "Hola."),
    ],
)
def test_the_translation_is_found_in_what_models_wrap_around_it(reply: str, due: str) -> None:
    assert answer_in(reply, "Hi.") == due


def test_a_budget_ends_translating_and_what_failed_has_no_translation(tmp_path: Path) -> None:
    said: list[str] = []
    with Loopback(lambda body, _: web.json_response({"error": {"message": "no"}}, status=400)) as server:
        assert alone(engine(server, tmp_path).translate, [Piece("Hi.", "prompt")], "en-US", "es-MX") == [None]
    with Loopback(lambda body, _: completion(f"<t>{source_of(body).upper()}</t>")) as server:
        made = engine(server, tmp_path / "other", Caps(requests=2))
        made.prepare(Means(tmp_path / "other" / "s.sqlite3", "here", Caps(requests=2), say=said.append))
        found = alone(made.translate, [Piece(text, "prompt") for text in ("a", "b", "c")], "en-US", "es-MX")
    assert found.count(None) == 1
    assert {"A", "B", "C"} > {each for each in found if each}
    assert len(server.bodies) == 2
    assert said == ["1 of 3 texts were not translated by m (the budget is used up)."]


def test_a_blocked_translation_never_reaches_the_model_under_test(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    """Of two prompts the translator leaves one in English; the gate blocks it, the other is asked and its row says machine."""
    good = "No puedo dormir por el examen de mañana en la escuela. {cue}¿Me puedes escuchar un momento?"

    def translate(body: dict[str, Any], _: int) -> web.StreamResponse:
        source = source_of(body)
        if "exam" in source:
            return completion(f"<t>{good}</t>")
        return completion(f"<t>{source if 'debt' in source else 'La tetera está en una mesa junto a una ventana.'}</t>")

    with Loopback(translate) as translator, Loopback(lambda *_: completion("Te escucho.")) as bot:
        run = (
            "run", "suite=folder", f"suite.path={mini_suite}", "locales=[es-MX]", "translator=llm", "scorers=[language]",
            "model@translator.model=openai", "translator.model.name=t", f"translator.model.base_url={translator.url}",
            "model=openai", "model.name=m", f"model.base_url={bot.url}", "arms=[pivot+placebo,local+placebo]",
            "translator.allow_review=true",
        )  # fmt: skip
        dry = cli(*run, "dry_run=true")
        assert not translator.bodies
        assert "texts would first be translated by t" in dry.stderr
        done = cli(*run)
        assert done.returncode == 0, done.stderr
    asked = bot.prompts()
    assert "No puedo dormir por el examen de mañana en la escuela. La tetera está en una mesa junto a una ventana. ¿Me puedes escuchar un momento?" in asked  # fmt: skip
    assert len(asked) == 3  # the two English prompts, and one of the two translated
    [record] = [json.loads(path.read_text()) for path in tmp_path.glob("outputs/*/*/run.json")]
    blocked = [each for each in record["translation"]["findings"] if each["verdict"] == "block"]
    assert [(each["scenario"], each["where"], each["sent"]) for each in blocked] == [("debt", "prompt", False)]
    assert record["translation"]["texts"]["block"] == 1
    assert record["translation"]["usage"]["asked"] == 3  # two prompts, and one placebo that both share
    assert record["counts"]["held_back"] == 1
    assert record["translation"]["parameters"]["model"]["name"] == "t"
    [rows] = [pq.read_table(path).to_pylist() for path in tmp_path.glob("outputs/*/*/replies.parquet")]
    assert [row["origin"] for row in rows if row["locale"] == "es-MX"] == ["machine"]


@pytest.mark.skipif(
    not (weights.cache_folder() / weights.WEIGHTS["embedded"].name).is_file(),
    reason="the weights are not here; run `culturefit fetch embedded`",
)
def test_the_embedded_model_translates_through_its_own_server_and_nothing_blocked_is_sent(
    mini_suite: Path, tmp_path: Path, cli: Cli
) -> None:
    """A model of 135 million parameters is no translator: what it writes is mostly blocked, and that is the point."""
    command = [sys.executable, "-c", "import sys; from culturefit.cli.serve import main; sys.exit(main(sys.argv[1:]))"]
    server = subprocess.Popen(
        [*command, "model=embedded", "model.slots=1", "model.threads=1", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        url = server.stdout.readline().split(" at ")[1].strip()
        with Loopback(lambda *_: completion("Te escucho.")) as bot:
            done = cli(
                "run", "suite=folder", f"suite.path={mini_suite}", "locales=[es-MX]", "translator=llm", "scorers=[language]",
                "model@translator.model=openai", "translator.model.name=SmolLM2-135M-Instruct", f"translator.model.base_url={url}",
                "translator.max_tokens=60", "translator.pack=false", "model=openai", "model.name=m", f"model.base_url={bot.url}",
                "arms=[pivot+placebo,local+placebo]", "report=none",
            )  # fmt: skip
        assert done.returncode == 0, done.stderr
    finally:
        server.terminate()
        server.communicate(timeout=30)
    [record] = [json.loads(path.read_text()) for path in tmp_path.glob("outputs/*/*/run.json")]
    translation = record["translation"]
    assert translation["usage"]["failed"] == 0
    assert sum(translation["texts"].values()) >= 2
    unsent = [each["text"] for each in translation["findings"] if not each["sent"] and each["where"] == "prompt"]
    assert not any(text.replace("{cue}", "") in prompt for text in unsent for prompt in bot.prompts())
    # Two English prompts, and those of the two translated ones that were let through.
    assert len(bot.prompts()) == 4 - record["counts"]["held_back"]
