"""Several turns: each is asked after the reply to the one before, and kept on its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from aiohttp import web
from loopback import Loopback, completion

TURNS = 'turns: ["First {cue}", "That is not how it works in my family.", "Thank you."]\n'


def test_each_turn_is_asked_after_the_reply_to_the_one_before_and_kept(
    mini_suite: Path, tmp_path: Path, cli: Callable[..., Any]
) -> None:
    for locale in ("de-DE", "ja-JP"):
        (mini_suite / "debt" / f"{locale}.yaml").unlink()
    file = mini_suite / "debt" / "en-US.yaml"
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(TURNS if line.startswith("prompt:") else line for line in lines), encoding="utf-8")
    fail_third = True

    def answer(body: dict[str, Any], _: int) -> web.Response:
        turns = [m["content"] for m in body["messages"] if m["role"] == "user"]
        if fail_third and len(turns) == 3:
            return web.json_response({"error": {"message": "broken"}}, status=400)
        return completion(f"reply {len(turns)}")

    with Loopback(answer) as server:
        command = (
            "run", "suite=folder", f"suite.path={mini_suite}", "model=openai", "model.name=m", f"model.base_url={server.url}",
            "scorers=[]", "report=none", "scenarios=[debt]", "locales=[en-US]", "arms=[pivot]",
        )  # fmt: skip
        cli(*command)
        assert [[m["content"] for m in body["messages"]] for body in server.bodies] == [
            ["First"],
            ["First", "reply 1", "That is not how it works in my family."],
            ["First", "reply 1", "That is not how it works in my family.", "reply 2", "Thank you."],
        ]
        [table] = (pq.read_table(path).to_pylist() for path in tmp_path.glob("outputs/*/*/replies.parquet"))
        assert table[0]["status"] == "failed"
        assert table[0]["error"].startswith("turn 3 of 3: ")
        fail_third = False
        done = cli(*command)
        assert "1 asked, 2 reused" in done.stderr  # only the failed turn is asked again
