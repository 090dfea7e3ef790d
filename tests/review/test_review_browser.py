"""The page in a real browser, used with the keyboard alone, in English and in Arabic: what is saved reads back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from report import fixture

from culturefit.cli.agree import main as agree
from culturefit.cli.review import main as review
from culturefit.review.page import words

CRITERIA = "listens,listens_first,address"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fixture.make_run(tmp_path_factory.mktemp("runs") / "22-10-00-1")


def focused(page) -> str:
    return page.evaluate(
        "document.activeElement.id || document.activeElement.className || document.activeElement.tagName"
    )


def tab_to(page, what: str) -> None:
    for _ in range(40):
        if what in focused(page).split():
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {what}")


def open_first(page, rater: str) -> str:
    """Begin under a name, pass the warning if there is one, stand on the first question; return what is read there."""
    tab_to(page, "rater")
    page.keyboard.type(rater)
    page.keyboard.press("Enter")
    first = page.locator(".item:not([hidden])").get_attribute("data-item")
    if page.locator(".item:not([hidden]) .gate").count():
        tab_to(page, "show")
        page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    return first


def rate(page, rater: str, labels: str, folder: Path) -> Path:
    """Rate every reply by keyboard: skip the first, answer the others with the digits of `labels` in turn, save."""
    tab_to(page, "rater")
    page.keyboard.type(rater)
    page.keyboard.press("Enter")
    tab_to(page, "skip")
    page.keyboard.press("Enter")
    while page.locator("#end").is_hidden():
        number = page.locator(".item:not([hidden])").get_attribute("data-item")
        if page.locator(".item:not([hidden]) .gate").count():
            assert page.locator(".item:not([hidden]) blockquote").first.is_hidden()
            tab_to(page, "show")
            page.keyboard.press("Enter")
        page.keyboard.press("Tab")  # from the heading to the first question
        for label in labels:
            page.keyboard.press(label)
        assert "comment" in focused(page)
        page.keyboard.type(f"about {number}")
        tab_to(page, "next")
        page.keyboard.press("Enter")
    tab_to(page, "save")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    path = folder / f"{rater}.json"
    download.value.save_as(path)
    return path


@pytest.mark.parametrize("locale", ["en-US", "ar-EG"])
def test_two_people_rate_by_keyboard_and_agree_reads_what_they_saved(locale, browser, run, tmp_path, capsys):
    html = tmp_path / "page.html"
    review([str(run), "--locale", locale, "--sample", "6", "--seed", "3", "--criteria", CRITERIA, "--out", str(html)])
    source = html.read_text("utf-8")
    assert not [word for word in ("SmolLM2", "local+culture", "pivot+placebo", "degeneration") if word in source]
    saved = []
    for rater, labels in (("ana", "121"), ("بدر", "123")):
        context = browser.new_context()
        page, asked, told = context.new_page(), [], []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, told=told: told.append(message.text))
        page.on("pageerror", lambda error, told=told: told.append(str(error)))
        page.goto(html.as_uri())
        assert page.inner_text("h1 >> visible=true").startswith(words(locale[:2])["title"])
        say = words(locale[:2])
        for name in (
            "blind",
            "english",
            "private",
            "keys",
            "warning",
            "unreviewed",
            "name_hint",
            "copy",
            "save",
            "comment",
        ):
            assert say[name] in page.locator("main").text_content()
        assert "object at 0x" not in page.content()
        assert page.evaluate("getComputedStyle(document.body).direction") == ("rtl" if locale == "ar-EG" else "ltr")
        saved.append(rate(page, rater, labels, tmp_path))
        assert [each for each in asked if not each.startswith("blob:")] == [html.as_uri()]
        assert told == []
        context.close()
    data = json.loads(saved[0].read_text("utf-8"))
    # Six replies, the first skipped, three questions each.
    assert (len(data["ratings"]), len(data["skipped"]), len(data["comments"])) == (15, 1, 5)
    assert {row["label"] for row in data["ratings"]} == {"yes", "no"}
    assert all(0 < row["inclusion"] <= 1 for row in data["ratings"])
    capsys.readouterr()
    agree([*map(str, saved), "--unit", "unit", "--rater", "rater", "--label", "label", "--by", "criterion", "--json"])
    groups = json.loads(capsys.readouterr().out)["groups"]
    # The raters answer the first two questions alike and the third apart: 10 of 15 units agree.
    assert groups["all"]["units"] == 15
    assert groups["all"]["raw"]["value"] == pytest.approx(10 / 15)
    assert sorted(groups[name]["raw"]["value"] for name in groups if name != "all") == [0.0, 1.0, 1.0]


def test_arrow_keys_answer_and_what_was_answered_survives_a_reload(page, run, tmp_path):
    html = tmp_path / "page.html"
    review([str(run), "--locale", "ar-EG", "--sample", "4", "--criteria", "listens", "--out", str(html)])
    page.goto(html.as_uri())
    first = open_first(page, "ana")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.reload()
    assert page.input_value("#rater") == "ana"
    tab_to(page, "begin")
    page.keyboard.press("Enter")
    assert page.locator(".item:not([hidden])").get_attribute("data-item") != first
    assert page.evaluate(f"document.querySelector('[data-item=\"{first}\"] input:checked').value") == "no"


def test_markup_in_replies_stays_text(page, run, tmp_path):
    html = tmp_path / "page.html"
    review([str(run), "--locale", "ar-EG", "--sample", "100", "--criteria", "listens", "--out", str(html)])
    page.goto(html.as_uri())
    texts = page.evaluate("[...document.querySelectorAll('blockquote')].map(each => each.textContent)")
    assert any(fixture.HOSTILE in text for text in texts)
    assert page.title() != "owned"
    assert page.locator("img, blockquote script, iframe, object").count() == 0
    assert not set(page.content()) & set("\u202e\u202c\u2066\x07\U000e0041")
