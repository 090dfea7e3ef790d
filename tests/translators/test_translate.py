"""`culturefit translate`: drafts as suite files with the gate's word beside them, never over anybody's work, and resumable."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import yaml
from aiohttp import web
from conftest import Cli
from loopback import Loopback, completion

from culturefit.suite import load_suite

SPANISH = {
    "exam": "No puedo dormir por el examen. {cue}¿Me puedes escuchar?",
    "debt": "No puedo dormir por la deuda. {cue}¿Me puedes escuchar?",
    "kettle": "La tetera está en una mesa junto a una ventana.",
}


def scripted(body: dict[str, Any], _: int) -> web.StreamResponse:
    text = body["messages"][1]["content"]
    return completion(f"<t>{next(value for key, value in SPANISH.items() if key in text)}</t>")


def arguments(suite: Path, server: Loopback, *more: str) -> list[str]:
    return [
        "translate", "suite=folder", f"suite.path={suite}", "locales=[es-MX]", "translator=llm", "model@translator.model=openai",
        "translator.model.name=t", f"translator.model.base_url={server.url}", *more,
    ]  # fmt: skip


def test_a_draft_passes_lint_says_who_made_it_and_has_the_gates_findings_beside_it(mini_suite: Path, cli: Cli) -> None:
    wrong = SPANISH | {"debt": "I cannot sleep because of debt. {cue}Can you listen?"}

    def answer(body: dict[str, Any], _: int) -> web.StreamResponse:
        return completion(f"<t>{next(v for k, v in wrong.items() if k in body['messages'][1]['content'])}</t>")

    with Loopback(answer) as server:
        done = cli(*arguments(mini_suite, server))
    assert done.returncode == 0, done.stderr
    assert "2 drafts written" in done.stdout
    assert "1 blocked" in done.stdout
    linted = cli("lint", str(mini_suite / "exam" / "es-MX.yaml"))
    assert linted.returncode == 0, linted.stdout
    suite = load_suite(mini_suite)
    draft = suite.cases["exam"].renderings["es-MX"]
    assert (draft.prompt, draft.origin, draft.relation, draft.country) == (SPANISH["exam"], "machine", "parallel", "MX")
    assert draft.placebo.local == SPANISH["kettle"] + " "
    assert draft.canary == "culturefit canary test"
    assert draft.source_hash == suite.cases["exam"].renderings["de-DE"].source_hash
    assert draft.machine is not None
    assert (draft.machine.engine, draft.machine.parameters["model"]["name"]) == ("llm", "t")  # type: ignore[index,call-overload]
    found = json.loads((mini_suite / "debt" / "es-MX.gate.json").read_text())
    assert found["verdict"] == "block"
    [prompt] = [each for each in found["texts"] if each["where"] == "prompt"]
    assert prompt["text"] == suite.cases["debt"].renderings["es-MX"].prompt
    assert {"untranslated", "language"} <= {each["rule"] for each in prompt["findings"]}
    # A run over the files judges them again, by what they say now, whatever translator is set.
    with Loopback(lambda *_: completion("Te escucho.")) as bot:
        run = ("run", "suite=folder", f"suite.path={mini_suite}", "locales=[es-MX]", "scorers=[language]", "model=openai",
               "model.name=m", f"model.base_url={bot.url}", "arms=[pivot,local]")  # fmt: skip
        assert cli(*run).returncode == 0
        english = "I cannot sleep because of debt. Can you listen?"
        assert sorted(bot.prompts()) == sorted(
            [english, english.replace("debt", "exam"), SPANISH["exam"].replace("{cue}", "")]
        )
        # The person who corrects it says so, and it is sent.
        file = mini_suite / "debt" / "es-MX.yaml"
        file.write_text(
            file.read_text()
            .replace(wrong["debt"], SPANISH["debt"])
            .replace("origin: machine", "origin: machine+person")
        )
        assert cli(*run).returncode == 0
        assert SPANISH["debt"].replace("{cue}", "") in bot.prompts()


def test_what_a_person_wrote_edited_or_reviewed_is_never_written_over(mini_suite: Path, cli: Cli) -> None:
    with Loopback(scripted) as server:
        assert cli(*arguments(mini_suite, server)).returncode == 0
        draft, reviewed = (mini_suite / name / "es-MX.yaml" for name in ("exam", "debt"))
        draft.write_text(draft.read_text().replace("el examen", "mi examen"))
        reviewed.write_text(
            reviewed.read_text().replace("review: []", "review: [{by: Ana, role: native, date: 2026-11-20}]")
        )
        kept = {path: path.read_bytes() for path in mini_suite.rglob("*.yaml")}
        assert cli(*arguments(mini_suite, server)).returncode == 0
        assert {path: path.read_bytes() for path in mini_suite.rglob("*.yaml")} == kept
        done = cli(*arguments(mini_suite, server, "missing_only=false", "locales=[es-MX,de-DE]"))
        assert "1 drafts written" in done.stdout
        assert "3 left as they are" in done.stdout
    after = {path for path in mini_suite.rglob("*.yaml") if path.read_bytes() != kept[path]}
    assert after == {draft}  # a machine's own draft, unreviewed, is the one that gives way


def test_a_text_that_lost_its_slot_is_no_file_and_stands_beside_with_the_reason(mini_suite: Path, cli: Cli) -> None:
    def forgets(body: dict[str, Any], _: int) -> web.StreamResponse:
        text = body["messages"][1]["content"]
        return completion(f"<t>{next(value for key, value in SPANISH.items() if key in text).replace('{cue}', '')}</t>")

    with Loopback(forgets) as server:
        done = cli(*arguments(mini_suite, server))
        assert done.returncode == 1
        assert "2 could not be made" in done.stdout
        assert len(server.bodies) == 5  # two prompts twice, a placebo once
    assert not list(mini_suite.rglob("es-MX.yaml"))
    found = json.loads((mini_suite / "exam" / "es-MX.gate.json").read_text())
    assert (found["file"], found["verdict"]) == (False, "block")
    assert "placeholder" in {each["rule"] for text in found["texts"] for each in text["findings"]}
    assert len(load_suite(mini_suite).cases) == 2  # what stands beside keeps nobody from reading the suite


def test_after_kill_nine_only_what_is_missing_is_asked(mini_suite: Path, tmp_path: Path, cli: Cli) -> None:
    hanging = threading.Event()

    async def never() -> web.StreamResponse:
        import asyncio

        hanging.set()
        await asyncio.sleep(60)
        return completion("<t></t>")

    def hangs_at_the_third(body: dict[str, Any], number: int) -> Any:
        return never() if len(server.bodies) == 3 else scripted(body, number)

    command = [sys.executable, "-c", "import sys; from culturefit.cli import main; sys.exit(main())"]
    with Loopback(hangs_at_the_third) as server:
        more = ("translator.model.concurrency=1",)
        process = subprocess.Popen([*command, *arguments(mini_suite, server, *more)], cwd=tmp_path, env=os.environ | {})
        assert hanging.wait(60)
        time.sleep(0.2)
        process.kill()
        process.wait(10)
        assert not list(mini_suite.rglob("es-MX.yaml"))
        done = cli(*arguments(mini_suite, server, *more))
        assert done.returncode == 0, done.stderr
        assert len(server.bodies) == 4  # the third again
    assert len(list(mini_suite.rglob("es-MX.yaml"))) == 2
    yaml.safe_load((mini_suite / "exam" / "es-MX.yaml").read_text())
    assert re.search(r"^machine:$", (mini_suite / "exam" / "es-MX.yaml").read_text(), re.M)


def test_what_cannot_be_translated_is_told_before_anything_is_written(mini_suite: Path, cli: Cli) -> None:
    for overrides, told in (
        (["locales=[en-GB]"], "en-US and en-GB are one language"),
        (["locales=[en-US]"], "en-US is what 'mini' is translated from"),
        (["epochs=2"], "'epochs' is nothing that `culturefit translate` uses"),
        (["missing_only=perhaps"], "missing_only=perhaps is not known"),
        (["locales=null"], "Name the locales to translate into"),
    ):
        with Loopback(scripted) as server:
            done = cli(*arguments(mini_suite, server, *overrides))
        assert done.returncode == 2, done.stderr
        assert told in done.stderr
        assert not server.bodies
    assert not list(mini_suite.rglob("*.gate.json"))
