"""A clock that is set while runs go on, and recorded files that are not what they should be."""

from __future__ import annotations

import asyncio
import json
import pickle
import time
from pathlib import Path

import pytest

from culturefit.errors import CulturefitError, ModelError
from culturefit.models.replay import Replay
from culturefit.rating.read import read_ratings
from culturefit.records import Reply
from culturefit.run import beside
from culturefit.run.budget import Caps, Ledger
from culturefit.run.generate import Conversation, Outcome
from culturefit.store import LEASE_S, Store

DAY = 86_400.0


def test_a_claim_made_before_the_clock_was_set_back_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = Store(tmp_path / "s"), Store(tmp_path / "s")
    # Another machine's claim, so that nobody can see whether its process still lives.
    first.owner = "elsewhere:1:x"
    now = time.time()
    monkeypatch.setattr("culturefit.store.time.time", lambda: now + DAY)
    assert first.claim("key")
    first.commit()
    monkeypatch.setattr("culturefit.store.time.time", lambda: now)
    assert second.claim("key")
    second.commit()


def test_a_claim_of_another_machine_holds_while_it_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Store(tmp_path / "s"), Store(tmp_path / "s")
    first.owner = "elsewhere:1:x"
    now = time.time()
    assert first.claim("key")
    first.commit()
    # Clocks of two machines differ by some seconds.
    for offset, free in ((-5.0, False), (LEASE_S - 5, False), (LEASE_S + 5, True)):
        monkeypatch.setattr("culturefit.store.time.time", lambda offset=offset: now + offset)
        assert second.claim("key") is free
        second.commit()


def test_a_claim_whose_owner_has_no_form_is_no_traceback(tmp_path: Path) -> None:
    store = Store(tmp_path / "s")
    store.begin()
    store.execute("INSERT INTO claims (key, owner, until) VALUES ('key', 'x', ?)", (time.time() + 60,))
    store.commit()
    assert store.claim("key") is False  # it may live
    store.commit()


def test_the_rate_waits_no_longer_after_the_clock_was_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "s")
    ledger = Ledger(store, "scope", Caps(per_minute=6000), None)

    async def paced() -> float:
        started = time.monotonic()
        await asyncio.sleep(ledger.wait_for_turn())
        return time.monotonic() - started

    asyncio.run(paced())
    now = time.time()
    monkeypatch.setattr("culturefit.run.budget.time.time", lambda: now - DAY)
    assert asyncio.run(asyncio.wait_for(paced(), 5)) < 1
    store.close()


class _Touches:
    """Makes a file when a pickle of it is read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self._path,)


@pytest.mark.skipif(not beside.can_fork(), reason="another thread runs, so that this process may not be forked")
def test_what_goes_to_the_process_that_scores_is_data_and_comes_whole(tmp_path: Path) -> None:
    from contextlib import contextmanager

    seen: list[tuple[int, Reply, list[dict[str, str]]]] = []

    @contextmanager
    def work():
        yield lambda outcome: seen.append((outcome.conversation.number, outcome.reply, outcome.messages))

    reply = Reply(
        "héllo \ud800 \x00 \u2028", "ok", "stop", "why", 1, 2, 0.25, "2026-11-22T10:00:00+00:00", "k" * 64, True
    )
    todo = [Conversation(("a",), 1, number=number) for number in range(3)]
    with beside.Beside(todo, work, lambda: [seen[2][0], seen[2][1] == reply, seen[2][2], len(seen)]) as scoring:
        for each in todo:
            scoring.done(Outcome(each, reply, [{"role": "user", "content": "a"}]))
    assert scoring.result == [2, True, [{"role": "user", "content": "a"}], 3]


@pytest.mark.skipif(not beside.can_fork(), reason="another thread runs, so that this process may not be forked")
def test_a_pickle_on_that_pipe_is_not_run(tmp_path: Path) -> None:
    from contextlib import contextmanager

    @contextmanager
    def work():
        yield lambda outcome: None

    planted = tmp_path / "planted"
    scoring = beside.Beside([], work, lambda: 0)
    scoring._send.send_bytes(pickle.dumps(_Touches(planted)))
    with pytest.raises(CulturefitError, match="Scoring stopped"):
        scoring._finish()
    scoring._send.close()
    scoring._process.join()
    assert not planted.exists()


@pytest.mark.parametrize("epoch", ["1e999", '"two"', "[1]", "NaN"])
def test_a_recorded_reply_whose_epoch_is_no_number_is_told_with_its_row(tmp_path: Path, epoch: str) -> None:
    (tmp_path / "r.jsonl").write_text(f'{{"prompt": "a", "reply": "b", "epoch": {epoch}}}\n', encoding="utf-8")
    with pytest.raises(ModelError, match="row 1: epoch: is"):
        asyncio.run(Replay("m", str(tmp_path / "r.jsonl")).open())


@pytest.mark.parametrize(
    ("content", "told"), [(b"\xff\xfe[]", "is not UTF-8"), (b"[" * 100_000, "is no JSON"), (b"{", "is no JSON")]
)
def test_ratings_that_are_no_ratings_are_one_sentence(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "r.json").write_bytes(content)
    with pytest.raises(CulturefitError, match=told):
        read_ratings([tmp_path / "r.json"], "unit", "rater", "label")


def test_a_record_of_a_run_that_is_nested_too_deep_is_one_sentence(tmp_path: Path) -> None:
    from culturefit.report.data import load_runs

    (tmp_path / "run.json").write_text("[" * 100_000, encoding="utf-8")
    with pytest.raises(CulturefitError, match="cannot be read"):
        load_runs([tmp_path])
    (tmp_path / "run.json").write_text(json.dumps({"schema": 99}), encoding="utf-8")
    with pytest.raises(CulturefitError, match="has schema 99"):
        load_runs([tmp_path])
