"""The report of a large run, a page per locale: the same words and links as on one page. And what axe-core says of both."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from culturefit.report.html import write_html

OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"
#: What axe calls these; `minor` and `moderate` are matters of taste.
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def parted(made: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("parted") / "report.html"
    write_html(made.data, made.gap, path, one_page=10)
    return path


def ids_and_links(text: str) -> tuple[list[str], list[str]]:
    return re.findall(r'\sid="([^"]+)"', text), re.findall(r'\shref="([^"]+)"', text)


def test_every_link_between_the_pages_leads_to_a_place_that_is_there(parted):
    pages = {path.resolve(): path.read_text("utf-8") for path in [parted, *parted.with_suffix("").glob("*.html")]}
    # Two models in six locales, and the main page.
    assert len(pages) == 13
    ids = {path: set(ids_and_links(text)[0]) for path, text in pages.items()}
    broken = []
    for path, text in pages.items():
        for link in ids_and_links(text)[1]:
            file, _, fragment = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if target not in ids or (fragment and fragment not in ids[target]):
                broken.append((path.name, link))
    assert broken == []


def test_the_pages_hold_every_reply_card_that_one_page_holds(made, parted):
    cards = re.compile(r'<article id="([^"]+)"')
    whole = cards.findall(made.html.read_text("utf-8"))
    apart = [each for path in parted.with_suffix("").glob("*.html") for each in cards.findall(path.read_text("utf-8"))]
    assert sorted(apart) == sorted(whole)
    assert len(whole) == len(set(whole)) > 100


def test_a_number_of_the_main_page_leads_to_its_samples_in_the_browser(page, parted):
    told = []
    page.on("console", lambda message: told.append(message.text))
    page.goto(parted.as_uri())
    page.locator("table.heat td a").first.click()
    page.wait_for_load_state()
    assert "/report/m1." in page.url
    assert page.locator(":target").is_visible()
    assert told == []


def test_pages_of_an_earlier_report_do_not_stay_behind(made, parted):
    old = parted.with_suffix("") / "m9.xx-XX.html"
    old.write_text("old", "utf-8")
    own = parted.with_suffix("") / "notes.html"
    own.write_text("somebody's", "utf-8")
    write_html(made.data, made.gap, parted, one_page=10)
    assert not old.exists()
    whole = parted.with_name("again.html")
    write_html(made.data, made.gap, whole, one_page=10)
    write_html(made.data, made.gap, whole)
    assert list(whole.with_suffix("").iterdir()) == []
    assert own.exists()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("which", ["one page", "main page", "Arabic page"])
def test_axe_finds_no_serious_violation(which, scheme, browser, made, parted):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    path = {"one page": made.html, "main page": parted, "Arabic page": parted.with_suffix("") / "m1.ar-EG.html"}[which]
    assert path.exists()
    # Axe's own script is let in past the page's policy, which lets nothing run.
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.goto(path.as_uri())
    page.evaluate(OPEN_ALL)
    found = axe.Axe().run(page).response["violations"]
    grave = [(each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in GRAVE]
    context.close()
    assert grave == []
