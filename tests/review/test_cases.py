"""Cases read and signed: in a browser, and put under the files, which else stay as they were."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path

import pytest
from review.test_review_browser import open_first, tab_to

from culturefit.cli import main
from culturefit.errors import UsageError
from culturefit.lint import lint
from culturefit.review.cases import draw_cases
from culturefit.review.page import words
from culturefit.review.sign import apply_signatures
from culturefit.suite import load_suite, suites_root
from culturefit.suite.coverage import coverage


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return Path(shutil.copytree(suites_root() / "quickstart", tmp_path / "quickstart"))


QUESTIONS = ("natural", "plausible", "cue", "criteria")


def saved(suite: Path, tmp_path: Path, count: int = 1, labels: str = "yes yes yes yes", **changes: object) -> Path:
    """Write what the page saves where a reader answers with `labels` and signs the first `count` cases."""
    rows, ratings = [], []
    for name, case in list(load_suite(suite).cases.items())[:count]:
        row = {"by": "A. Reader", "role": "native", "date": "2026-11-27", "case": name}
        rows.append(row | {"text": case.renderings["de-DE"].text_hash} | changes)
        answers = zip(QUESTIONS, labels.split(), strict=False)
        ratings += [{"item": name, "criterion": each, "label": label} for each, label in answers]
    path = tmp_path / "saved.json"
    whole = {"kind": "cases", "suite": {"id": "quickstart"}, "locale": "de-DE", "rater": "A. Reader"}
    path.write_text(json.dumps(whole | {"signatures": rows, "ratings": ratings}), encoding="utf-8")
    return path


def first(suite: Path) -> Path:
    return suite / next(iter(load_suite(suite).cases)) / "de-DE.yaml"


def change(path: Path) -> None:
    path.write_text(path.read_text("utf-8").replace("{cue}", "Ach. {cue}", 1), "utf-8")


def told(suite: Path) -> list[tuple[str, str]]:
    return [(each.rule, Path(each.path).name) for each in lint(suite, datetime.date(2026, 11, 28))[0]]


def test_a_case_signed_by_keyboard_stands_reviewed_in_its_file(page, suite, tmp_path, capsys):
    html = tmp_path / "page.html"
    assert main(["review", "--suite", str(suite), "--locale", "ar-EG", "--share", "0.3", "--out", str(html)]) == 0
    page.goto(html.as_uri())
    case = open_first(page, "Nadia")
    screen = page.locator(".item:not([hidden])")
    assert screen.locator(".sign").is_disabled()
    assert screen.get_by_text(words("ar")["sign_when"]).is_visible()
    # The last question is answered no, then yes.
    for _ in range(screen.locator(".question").count() - 1):
        page.keyboard.press("1")
    page.keyboard.press("2")
    assert screen.locator(".sign").is_disabled()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("1")
    assert screen.locator(".sign").is_enabled()
    assert screen.get_by_text(words("ar")["sign_when"]).is_hidden()
    tab_to(page, "sign")
    page.keyboard.press("Space")
    while page.locator("#end").is_hidden():
        tab_to(page, "next")
        page.keyboard.press("Enter")
    tab_to(page, "save")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = tmp_path / "saved.json"
    download.value.save_as(file)
    before = next(suite.rglob(f"{case}/ar-EG.yaml")).read_text("utf-8")
    assert main(["review", "--apply", str(file), "--suite", str(suite)]) == 0
    after = next(suite.rglob(f"{case}/ar-EG.yaml")).read_text("utf-8")
    cases = load_suite(suite).cases
    own = cases[case].renderings["ar-EG"]
    assert [(each.by, each.role, each.text_hash) for each in own.review] == [("Nadia", "native", own.text_hash)]
    assert sum(bool(each.review) for case in cases.values() for each in case.renderings.values()) == 1
    # Nothing but the signature: every line of before is there, in order, but an empty list.
    kept = [line for line in before.splitlines() if not line.startswith("review:")]
    assert [line for line in after.splitlines() if line in kept] == kept
    # The same file again signs nothing twice.
    assert main(["review", "--apply", str(file), "--suite", str(suite)]) == 0
    assert next(suite.rglob(f"{case}/ar-EG.yaml")).read_text("utf-8") == after


def test_a_no_takes_a_signature_back_and_what_a_reader_signs_unseen_can_be_opened(page, suite, tmp_path):
    html = tmp_path / "page.html"
    path = first(suite)
    text = path.read_text("utf-8").replace("\norigin:", "\nspeaker_gender: f\norigin:", 1)
    path.write_text(text, "utf-8")
    own = load_suite(suite).cases[path.parent.name].renderings["de-DE"]
    assert main(["review", "--suite", str(suite), "--locale", "de-DE", "--out", str(html)]) == 0
    page.goto(html.as_uri())
    page.fill("#rater", "Uli")
    page.click("#begin")
    item = page.locator(f"[data-item={path.parent.name}]")
    while item.is_hidden():
        page.locator(".item:not([hidden]) .next").click()
    item.locator("summary").click()
    shown = item.locator("details").inner_text()
    assert [
        each for each in (own.cue.pivot.strip(), words("de")["gender_f"], *own.address.expected) if each not in shown
    ] == []
    for each in item.locator("input[value=yes]").all():
        each.check()
    item.locator(".sign").check()
    assert len(page.evaluate("Object.keys(JSON.parse(localStorage.getItem(localStorage.key(0))).signed)")) == 1
    item.locator("input[value=no]").first.check()
    assert not item.locator(".sign").is_checked()
    assert page.evaluate("JSON.parse(localStorage.getItem(localStorage.key(0))).signed") == {}


def test_what_cannot_stand_is_told_and_the_rest_is_signed(suite, tmp_path, capsys):
    file = saved(suite, tmp_path, count=2)
    changed = first(suite)
    change(changed)
    before = changed.read_bytes()
    second = list(load_suite(suite).cases)[1]
    assert main(["review", "--apply", str(file), "--suite", str(suite)]) == 1
    out = capsys.readouterr().out
    assert f"signed {second}: A. Reader" in out
    assert f"not signed: {changed.parent.name}: A. Reader: the text has changed since" in out
    assert changed.read_bytes() == before
    assert len(load_suite(suite).cases[second].renderings["de-DE"].review) == 1


@pytest.mark.parametrize(
    ("labels", "reason"),
    [("yes no unsure yes", "answered no to plausible"), ("yes yes unsure", "left criteria unanswered")],
)
def test_a_case_with_a_no_or_an_open_question_is_not_signed_and_the_editors_hear_of_it(
    labels, reason, suite, tmp_path, capsys
):
    file = saved(suite, tmp_path, labels=labels)
    data = json.loads(file.read_text("utf-8"))
    name = data["signatures"][0]["case"]
    data["comments"] = [{"item": name, "comment": "Nobody\nsays so \x1b[2J"}]
    file.write_text(json.dumps(data), "utf-8")
    assert main(["review", "--apply", str(file), "--suite", str(suite)]) == 1
    out = capsys.readouterr().out
    assert "Nothing new was signed." in out
    assert reason in out
    assert f"{name}: comment: Nobody says so" in out
    assert "\x1b" not in out
    assert (f"{name}: no: {words('en')['q_plausible']}" in out) == ("no" in labels.split())
    assert not load_suite(suite).cases[name].renderings["de-DE"].review


def test_a_signature_holds_only_for_the_text_that_was_read(suite, tmp_path, capsys, cli):
    apply_signatures(saved(suite, tmp_path), suite)
    path = first(suite)
    assert told(suite) == []
    assert coverage(load_suite(suite)).reviewed.total() == 1
    change(path)
    assert told(suite) == [("signature-changed", "de-DE.yaml")]
    assert coverage(load_suite(suite)).reviewed.total() == 0
    assert main(["show", f"{suite}/{path.parent.name}", "--locales", "de-DE"]) == 0
    assert "unreviewed, changed since it was signed" in capsys.readouterr().out
    assert sum(row["reviews"] for row in load_suite(suite).to_dataset()) == 0
    run = tmp_path / "run"
    (tmp_path / "bot.py").write_text("def reply(messages):\n    return 'Ich höre dir zu.'\n", "utf-8")
    chosen = ["suite=folder", f"suite.path={suite}", "locales=[de-DE]", "model=callable", "model.function=bot.py:reply"]
    assert cli("run", *chosen, "report=none", f"hydra.run.dir={run}").returncode == 0
    texts = json.loads((run / "run.json").read_text("utf-8"))["texts"]
    assert sum(row["reviewed"] for row in texts) == 0
    # Read again by the same person, the old signature gives way to the new one.
    again = saved(suite, tmp_path, date="2026-11-28")
    assert apply_signatures(again, suite).signed == [f"{path.parent.name}: A. Reader"]
    assert told(suite) == []
    found = load_suite(suite).cases[path.parent.name].renderings["de-DE"].review
    assert [str(each.date) for each in found] == ["2026-11-28"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("speaker_gender: f", "speaker_gender: m"),
        ("expected: [du", "expected: [Sie"),
        ("translators: [a]", "translators: [b]"),
    ],
)
def test_a_signature_covers_gender_and_address_but_not_who_translated(old, new, suite):
    path = first(suite)
    path.write_text(path.read_text("utf-8") + "speaker_gender: f\ntranslators: [a]\n", "utf-8")
    before = load_suite(suite).cases[path.parent.name].renderings["de-DE"].text_hash
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    after = load_suite(suite).cases[path.parent.name].renderings["de-DE"].text_hash
    assert (after == before) == old.startswith("translators")


def test_a_review_without_a_hash_holds_and_one_of_tomorrow_is_an_error(suite):
    path = first(suite)
    text = path.read_text("utf-8")
    path.write_text(text.replace("review: []", "review: [{by: B, role: native, date: 2026-11-28}]"), "utf-8")
    assert told(suite) == []
    assert coverage(load_suite(suite)).reviewed.total() == 1
    path.write_text(text.replace("review: []", "review: [{by: B, role: native, date: 2026-11-30}]"), "utf-8")
    assert told(suite) == [("future-date", "de-DE.yaml")]


def test_who_signs_under_another_name_than_the_readers_is_told(suite, tmp_path, capsys):
    assert main(["review", "--apply", str(saved(suite, tmp_path, by="B. Other")), "--suite", str(suite)]) == 0
    assert "signed by 'B. Other', but the page was filled in by 'A. Reader'" in capsys.readouterr().err


def test_a_language_without_instructions_gets_english_ones_and_is_told(page, suite, tmp_path, capsys):
    path = first(suite)
    (path.parent / "pl-PL.yaml").write_text(path.read_text("utf-8").replace("de-DE", "pl-PL"), "utf-8")
    html = tmp_path / "page.html"
    assert main(["review", "--suite", str(suite), "--locale", "pl-PL", "--out", str(html)]) == 0
    assert "no instructions in 'pl' yet; they are in English" in capsys.readouterr().err
    page.goto(html.as_uri())
    assert page.get_attribute("html", "lang") == "en"
    assert page.get_attribute("blockquote", "lang") == "pl-PL"
    # Asked for by name, there is nothing to fall back to.
    assert main(["review", "--suite", str(suite), "--locale", "pl-PL", "--language", "pl", "--out", str(html)]) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"by": " "}, "no readable name"),
        ({"by": "a\nreview: []"}, "no readable name"),
        ({"role": "friend"}, "friend"),
        ({"date": "soon"}, "soon"),
        ({"date": str(datetime.date.today() + datetime.timedelta(days=9))}, "yet to come"),
        ({"case": "../../etc"}, "does not have"),
    ],
)
def test_a_saved_page_that_was_tampered_with_changes_nothing(change, told, suite, tmp_path):
    with pytest.raises(UsageError, match=f"{told}.*Nothing was signed"):
        apply_signatures(saved(suite, tmp_path, **change), suite)


@pytest.mark.parametrize("ending", ["", "\nreview: [] # none\n", "\nreview:\n  - by: B\n    role: native\n    date: 2026-01-02\n",
                                    "\nreview:\n# old\n- by: B\n  role: native\n  date: 2026-01-02\n\nspeaker_gender: x\n",
                                    "\r\nreview:\r\n- {by: B, role: native, date: 2026-01-02}",
                                    "\nreview: [{by: B, role: native, date: 2026-01-02}] # lines\nspeaker_gender: x\n"])  # fmt: skip
def test_signatures_join_what_stands_there(ending, suite, tmp_path):
    name = next(iter(load_suite(suite).cases))
    path = next(suite.rglob(f"{name}/de-DE.yaml"))
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("review:")]
    path.write_bytes(("\n".join(lines) + ending).encode())
    apply_signatures(saved(suite, tmp_path), suite)
    text = path.read_bytes().decode()
    assert text.startswith("\n".join(lines))
    assert ending.count("#") == text.count("#")
    assert ending.count("speaker_gender") == text.count("speaker_gender")
    found = [each.by for each in load_suite(suite).cases[name].renderings["de-DE"].review]
    assert found == (["B", "A. Reader"] if "by: B" in ending else ["A. Reader"])


def test_two_signatures_of_one_case_both_stand(suite, tmp_path):
    file = saved(suite, tmp_path)
    data = json.loads(file.read_text("utf-8"))
    data["signatures"].append(data["signatures"][0] | {"by": "B. Reader", "role": "clinical"})
    file.write_text(json.dumps(data), "utf-8")
    apply_signatures(file, suite)
    name = data["signatures"][0]["case"]
    found = load_suite(suite).cases[name].renderings["de-DE"].review
    assert [(each.by, each.role) for each in found] == [("A. Reader", "native"), ("B. Reader", "clinical")]


def test_the_same_seed_draws_the_same_cases_whichever_locales_are_drawn(suite):
    loaded = load_suite(suite)
    both = draw_cases(loaded, ["de-DE", "ja-JP"], 0.5, 7)
    # Six scenarios, half of them: three in each locale.
    assert [rendering.locale for _, rendering in both] == ["de-DE"] * 3 + ["ja-JP"] * 3
    assert draw_cases(loaded, ["ja-JP"], 0.5, 7) == both[3:]
