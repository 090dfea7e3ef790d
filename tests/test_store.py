"""The journal: what is kept, what gives way, what survives."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from culturefit.errors import CulturefitError
from culturefit.models.base import Request, Sampling
from culturefit.records import Reply
from culturefit.store import Store, identity_digest, request_key

REQUEST = Request(({"role": "user", "content": "hi"},), Sampling(0.0, 1.0, 10, 0))


def test_a_failed_reply_gives_way_and_an_answered_one_never_does(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.sqlite3")
    store.put("k", REQUEST, Reply("", "failed", error="timeout"), model="m")
    assert store.get("k") is None
    store.put("k", REQUEST, Reply("first"), model="m")
    store.put("k", REQUEST, Reply("second"), model="m")
    store.put("k", REQUEST, Reply("", "failed", error="late"), model="m")
    kept = store.get("k")
    assert kept is not None
    assert (kept.text, kept.reused) == ("first", True)


def test_the_key_is_what_was_asked_and_of_whom(tmp_path: Path) -> None:
    keys = {
        request_key(identity_digest(identity), request)
        for identity in ({"name": "m"}, {"name": "n"}, {"name": "m", "url": "u"})
        for request in (
            REQUEST, Request(({"role": "user", "content": "ho"},), REQUEST.sampling),
            Request(REQUEST.messages, Sampling(0.1, 1.0, 10, 0)), Request(REQUEST.messages, Sampling(0.0, 1.0, 10, 1)),
            Request(REQUEST.messages, REQUEST.sampling, epoch=2),
        )
    }  # fmt: skip
    assert len(keys) == 15  # 3 models x 5 questions, all different
    # … and nothing else: which cells share a request does not matter.
    shared = Request(REQUEST.messages, REQUEST.sampling, samples=("a", "b"))
    assert request_key("m", shared) == request_key("m", REQUEST)


def test_a_file_of_another_kind_is_refused_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("this is no database, " * 100)
    with pytest.raises(CulturefitError, match=r"set store\.path=FILE"):
        Store(tmp_path / "notes.txt")
    later = sqlite3.connect(tmp_path / "later.sqlite3")
    later.execute("PRAGMA user_version=99")
    later.close()
    with pytest.raises(CulturefitError, match="has version 99"):
        Store(tmp_path / "later.sqlite3")


def test_a_new_file_may_be_opened_by_many_at_once(tmp_path: Path) -> None:
    # Switching a new file to WAL fails at once ("database is locked") where two do it together: SQLite sees a deadlock.
    def opened(number: int) -> None:
        together.wait()
        Store(tmp_path / f"{number}.sqlite3").close()

    for number in range(20):
        together = threading.Barrier(8)
        with ThreadPoolExecutor(8) as pool:
            for each in [pool.submit(opened, number) for _ in range(8)]:
                each.result()
