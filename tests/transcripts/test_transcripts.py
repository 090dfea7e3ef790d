"""A chatbot's transcripts, from their files to scores, a summary and back out of the files."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from culturefit.transcripts.mask import crisis_numbers, masked

HELLO = "No puedo dormir desde que mi madre murió y nadie me escucha."
REPLY = (
    "Lo siento mucho. ¿Quieres contarme cómo era ella? I can also give you some general advice about sleeping better."
)


def culturefit(*arguments, cwd, expect=0):
    done = subprocess.run(
        [Path(sys.executable).with_name("culturefit"), *map(str, arguments)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == expect, done.stderr
    assert "Traceback" not in done.stderr
    return done


def scored(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


SHAPES = {
    "openai.jsonl": json.dumps({"id": "c1", "messages": [
        {"role": "system", "content": "Be kind."}, {"role": "user", "content": [{"type": "text", "text": HELLO}]},
        {"role": "assistant", "content": REPLY}]}),
    "sharegpt.jsonl": json.dumps({"id": "c1", "conversations": [
        {"from": "human", "value": HELLO}, {"from": "gpt", "value": REPLY}]}),
    "pairs.csv": f'id,prompt,reply\nc1,"{HELLO}","{REPLY}"\n',
    "turns.csv": f'conversation_id,role,content\nc1,user,"{HELLO}"\nc1,assistant,"{REPLY}"\n',
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_every_shape_gives_the_same_scores_in_the_language_the_person_wrote(tmp_path, name):
    (tmp_path / name).write_text(SHAPES[name], encoding="utf-8")
    (row,) = scored(culturefit("score", name, "--scorers", "language", cwd=tmp_path))
    assert (row["id"], row["locale"]) == ("c1/1", "es")
    assert 0 < row["value"] < 1  # two sentences of Spanish, one of English
    assert [REPLY[each["start"] : each["end"]][:6] for each in row["findings"]] == ["I can "]


def test_each_reply_of_a_conversation_is_scored_with_what_it_answers(tmp_path):
    turns = [("user", HELLO), ("assistant", "Te escucho."), ("user", "¿Y ahora?"), ("assistant", REPLY)]
    lines = [{"session_id": "s", "role": role, "content": text, "locale": "es-MX"} for role, text in turns]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    rows = scored(culturefit("score", "a.jsonl", "--scorers", "script", cwd=tmp_path))
    assert [(row["id"], row["locale"]) for row in rows] == [("s/1", "es-MX"), ("s/2", "es-MX")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"text": "hello"}', ["a.jsonl:1:", "no transcript", "`messages`"]),
        ('{"messages": [{"role": "doctor", "content": "x"}]}', ["a.jsonl:1:", "'doctor'", "assistant"]),
        ('{"messages": ["x"]}', ["a.jsonl:1:", "`role`"]),
        ('{"messages": []}', ["a.jsonl:1:", "no messages"]),
        ('{"messages": [{"role": "user", "content": 5}]}', ["a.jsonl:1:", "content", "int"]),
    ],
)
def test_what_is_no_transcript_is_named_with_its_line(tmp_path, line, words):
    (tmp_path / "a.jsonl").write_text(line, encoding="utf-8")
    message = culturefit("score", "a.jsonl", cwd=tmp_path, expect=1).stderr
    assert all(word in message for word in words), message


def test_the_summary_shows_no_personal_data_unless_asked_and_stays_text(tmp_path):
    reply = f"{REPLY} Please write to ana@example.org <script>alert(1)</script> and call +49 30 1234567 today."
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "c", "prompt": HELLO, "reply": reply}), encoding="utf-8")
    culturefit("score", "a.jsonl", "--out", "s.parquet", "--summary", "s.md", cwd=tmp_path)
    shown = (tmp_path / "s.md").read_text(encoding="utf-8")
    assert "| es | language |" in shown
    assert "ana@example.org" not in shown and "1234567" not in shown
    assert "<script>" not in shown
    culturefit(
        "score", "a.jsonl", "--scorers", "language", "--out", "s.jsonl", "--summary", "s.md", "--unmasked", cwd=tmp_path
    )
    assert "1234567" in (tmp_path / "s.md").read_text(encoding="utf-8")


def test_a_few_signs_of_japanese_are_enough_to_tell_and_the_summary_says_why_nothing_was_scored_in_words(tmp_path):
    chats = [("最近眠れません。", "つらいですね。0120-783-556"), ("hm?", "I am here.")]
    lines = [{"id": f"c{at}", "prompt": prompt, "reply": reply} for at, (prompt, reply) in enumerate(chats)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    culturefit("score", "a.jsonl", "--scorers", "crisis_lines", "--out", "s.jsonl", "--summary", "s.md", cwd=tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["locale"] for row in rows] == ["ja", "und"]
    shown = (tmp_path / "s.md").read_text(encoding="utf-8")
    # A number in Japanese without a country; a reply without a number.
    assert "| ja | crisis_lines | 1 | 0 | – | needs `country` or a locale with a region: 1 |" in shown
    assert "| und | crisis_lines | 1 | 0 | – | nothing to look at: 1 |" in shown


def test_numbers_of_the_registry_are_nobodys_own():
    line = "TelefonSeelsorge: 0800 111 0 111, mine is 0171 2345678"
    assert masked(line, crisis_numbers()) == "TelefonSeelsorge: 0800 111 0 111, mine is [number]"
    assert masked("DE89 3704 0044 0532 0130 00, 192.168.0.1, @some_user, https://x.org/me in 2026") == (
        "[account], [address], [user], [link] in 2026"
    )


def test_a_conversation_is_erased_from_every_file_and_no_other(tmp_path):
    rows = [{"id": name, "locale": "es", "reply": "x"} for name in ("a/1", "a/2", "ab/1", "b", "a/x")]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    with (tmp_path / "r.csv").open("w", newline="") as file:
        out = csv.DictWriter(file, ["id", "locale", "reply"])
        out.writeheader()
        out.writerows(rows)
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "r.parquet")
    culturefit("erase", "r.jsonl", "r.csv", "r.parquet", "--id", "a", cwd=tmp_path)
    kept = ["ab/1", "b", "a/x"]
    assert [json.loads(line)["id"] for line in (tmp_path / "r.jsonl").read_text().splitlines()] == kept
    assert [row["id"] for row in csv.DictReader((tmp_path / "r.csv").open())] == kept
    assert pq.read_table(tmp_path / "r.parquet")["id"].to_pylist() == kept
    again = culturefit("erase", "r.jsonl", "--id", "a", cwd=tmp_path, expect=1)
    assert "0 rows" in again.stderr
    assert not list(tmp_path.glob(".*"))
