"""report.html in a real browser: what a reader sees, and what a hostile reply cannot do."""

from __future__ import annotations

import json
from statistics import fmean
from typing import Any

import pytest
from report import fixture

OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"


def card(row: dict[str, Any], models: list[str]) -> str:
    """The fragment of a reply's own card."""
    return f"m{models.index(row['model']) + 1}.{row['locale']}.{row['scenario']}.{row['arm'].replace('+', '-')}"


def test_the_page_complains_of_nothing_and_asks_for_nothing(page, made):
    told, asked = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(made.url)
    page.evaluate(OPEN_ALL)
    page.wait_for_load_state("networkidle")
    assert told == []
    assert asked == [made.url]


def test_every_link_leads_somewhere_on_the_page_and_no_id_is_given_twice(page, made):
    page.goto(made.url)
    links = page.evaluate("[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))")
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(links) > 1000
    assert {link for link in links if not link.startswith("#") or link[1:] not in set(ids)} == set()
    assert len(ids) == len(set(ids))


def test_markup_in_replies_and_names_stays_text(page, made):
    page.goto(made.url)
    page.evaluate(OPEN_ALL)
    texts = page.evaluate("[...document.querySelectorAll('.answer.said')].map(e => e.textContent)")
    assert any(fixture.HOSTILE in text for text in texts)
    assert page.title().startswith("culturefit: SmolLM2-135M-Instruct and glia-large <b>&")
    assert page.evaluate("document.querySelectorAll('img, iframe, object, link, form, main b i, main i b').length") == 0
    assert page.evaluate("document.scripts.length") == 1
    assert (
        page.evaluate("[...document.querySelectorAll('*')].some(e => [...e.attributes].some(a => /^on/.test(a.name)))")
        is False
    )


def test_the_policy_stops_a_script_that_got_in(page, made, tmp_path):
    # Were escaping to fail one day, the policy alone must hold: put a script and a handler into the page by hand.
    spoiled = made.html.read_text("utf-8").replace("<main>", "<main>" + fixture.HOSTILE, 1)
    path = tmp_path / "spoiled.html"
    path.write_text(spoiled, encoding="utf-8")
    page.goto(path.as_uri())
    page.wait_for_timeout(200)
    assert page.title() != "owned"


def test_each_finding_marks_exactly_its_words(page, made):
    page.goto(made.url)
    marked = page.evaluate(
        """[...document.querySelectorAll('article[id] .answer.said mark')].flatMap(mark =>
             mark.dataset.covering.split(' ').map(n => [mark.closest('article').id, Number(n), mark.textContent]))"""
    )
    seen: dict[tuple[str, int], str] = {}
    for home, number, text in marked:
        seen[home, number] = seen.get((home, number), "") + text
    replies = {(row["model"], row["id"]): row for row in made.data.replies.to_pylist()}
    expected: dict[tuple[str, int], str] = {}
    by_reply: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in made.data.scores.to_pylist():
        by_reply.setdefault((row["model"], row["id"]), []).extend((f["start"], f["end"]) for f in row["findings"] or ())
    for key, spans in by_reply.items():
        home = card(replies[key], made.gap["models"])
        # Findings are numbered by where they begin, the longer first.
        for number, (start, end) in enumerate(sorted(spans, key=lambda span: (span[0], -span[1])), start=1):
            expected[home, number] = replies[key]["reply"][start:end]
    assert len(expected) > 100
    assert seen == expected


def test_arabic_runs_from_right_to_left_and_says_its_language(page, made):
    page.goto(made.url + "#m1.ar-EG.leaving_home.local-culture")
    said = page.locator("[id='m1.ar-EG.leaving_home.local-culture'] .said")
    assert said.count() == 2
    for text in said.all():
        assert text.get_attribute("dir") == "rtl"
        assert text.get_attribute("lang") == "ar-EG"
        assert text.evaluate("e => getComputedStyle(e).direction") == "rtl"
    reference = page.locator("[id='m1.ar-EG.leaving_home'] .reference .said").first
    assert (reference.get_attribute("dir"), reference.get_attribute("lang")) == ("ltr", "en-US")
    assert page.evaluate("[...document.querySelectorAll('.said')].every(e => e.dir && (e.lang || e.dir === 'auto'))")


def test_what_reorders_or_hides_text_is_written_out(page, made):
    page.goto(made.url + "#m1.ar-EG.exam_results.local-culture")
    text = page.locator("[id='m1.ar-EG.exam_results.local-culture'] .answer.said").text_content()
    assert "First ⟨U+202E⟩esrever⟨U+202C⟩ then ⟨U+2066⟩isolated, a bell ⟨U+0007⟩ and a hidden ⟨U+E0041⟩ tag." in text
    whole = page.evaluate("document.documentElement.outerHTML")
    assert not set(whole) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\x07\U000e0041")


def test_a_link_to_a_reply_opens_its_case_and_shows_it(page, made):
    page.goto(made.url + "#m2.ja-JP.leaving_home.local-placebo")
    target = page.locator("[id='m2.ja-JP.leaving_home.local-placebo']")
    assert target.is_visible()
    assert -5 <= target.bounding_box()["y"] < page.viewport_size["height"]


def test_cases_at_risk_stay_behind_a_warning_also_for_a_click_on_their_number(page, made):
    page.goto(made.url)
    warned = page.locator("details.warned")
    # Two of the 14 scenarios are veiled or acute, in six locales of two models.
    assert warned.count() == 2 * 6 * 2
    assert warned.evaluate_all("all => all.every(each => !each.open && each.innerText.includes('Content warning'))")
    listed = page.evaluate(
        """[...document.querySelectorAll('.samples a')].map(a => document.getElementById(a.hash.slice(1)))
             .filter(target => target.closest('.warned')).map(target => target.tagName)"""
    )
    assert len(listed) > 100
    assert set(listed) == {"DETAILS"}


def test_a_closed_case_that_is_led_to_says_how_it_opens_and_enter_opens_it(page, made):
    page.goto(made.url + "#m1.ja-JP.on_the_roof")
    page.wait_for_function("document.activeElement.tagName === 'SUMMARY'")
    case = page.locator("[id='m1.ja-JP.on_the_roof']")
    assert "Content warning: acute risk. Press Enter or click to open" in case.inner_text()
    assert case.get_attribute("open") is None
    page.keyboard.press("Enter")
    assert case.get_attribute("open") is not None
    # Another closed case does not say it: it was not asked for.
    assert "Press Enter" not in page.locator("[id='m1.ja-JP.letters_written']").inner_text()


def lines(page, anchor: str) -> list[tuple[dict[str, str], list[str]]]:
    """The values of a list by prompt, and the addresses of the scenarios that have them."""
    box = page.locator(f"[id='{anchor}']")
    heads = box.locator("thead th").all_text_contents()
    rows = box.locator("tbody tr").evaluate_all(
        "all => all.map(row => [[...row.cells].map(each => each.textContent), [...row.querySelectorAll('a')].map(a => a.hash)])"
    )
    return [(dict(zip(heads, values, strict=True)), links) for values, links in rows]


def test_the_number_of_a_cell_is_the_mean_of_the_samples_it_leads_to(page, made):
    page.goto(made.url)
    href = page.locator(".heat tbody tr", has_text="ja-JP").first.locator("td a").nth(2).get_attribute("href")
    found = lines(page, href[1:])
    # In order of what each prompt has: the pivot's, then the locale's own.
    assert list(found[0][0]) == ["pivot+placebo", "pivot+culture", "local+placebo", "local+culture", "scenarios"]
    each = [values for values, links in found for _ in links]
    row = next(r for r in made.gap["gaps"] if (r["locale"], r["dimension"]) == ("ja-JP", "language"))
    assert len(each) == row["n"] == 14
    at = {arm: fmean(float(values[arm]) for values in each) for arm in list(each[0])[:4]}
    assert at["pivot+placebo"] - at["local+culture"] == pytest.approx(row["gap"], abs=0.005)
    # All four prompts are complete here, so the split is that of gap.json: half the sum of two differences each.
    language = (at["pivot+placebo"] - at["local+placebo"] + at["pivot+culture"] - at["local+culture"]) / 2
    assert language == pytest.approx(row["language_effect"]["value"], abs=0.005)


def test_a_list_shows_what_needs_no_warning_first(page, made):
    page.goto(made.url)
    for anchor in ("m1.ja-JP.language", "m1.ja-JP.rate.resources"):
        told = ["content warning" in values["scenarios"] for values, _ in lines(page, anchor) if not blank(values)]
        assert True in told
        assert told == sorted(told)
    cases = page.locator("[id='m1.ja-JP'] details.case").evaluate_all(
        "all => all.map(e => e.classList.contains('warned'))"
    )
    assert cases == [False] * 12 + [True] * 2


def blank(values: dict[str, str]) -> bool:
    return all(value == "–" for arm, value in values.items() if arm != "scenarios")


def test_a_rate_leads_to_every_reply_it_counts(page, made):
    page.goto(made.url)
    row = next(
        r for r in made.gap["rates"]
        if (r["model"], r["locale"], r["arm"]) == (made.gap["models"][0], "ja-JP", "local+culture")
    )  # fmt: skip
    link = page.locator("#rates tbody tr", has_text="ja-JP").first.get_by_role("link", name=f"{row['rate']:.0%}").first
    values = [values["local+culture"] for values, links in lines(page, link.get_attribute("href")[1:]) for _ in links]
    scored = [float(each.split()[0]) for each in values if not each.startswith("–")]
    assert len(scored) == row["n"]
    assert fmean(scored) == pytest.approx(row["rate"], abs=0.005)


def test_a_kind_of_finding_leads_to_all_replies_that_show_it(page, made):
    page.goto(made.url)
    href = page.locator(".found li", has_text="Culture/Resources").first.get_by_role("link", name="ja-JP")
    box = page.locator(f"[id='{href.first.get_attribute('href')[1:]}']")
    replies = {
        row["id"] for row in made.data.scores.to_pylist()
        if row["model"] == made.gap["models"][0] and row["locale"] == "ja-JP"
        and any(found["rule"] == "other" for found in row["findings"])
    }  # fmt: skip
    assert len(replies) > 3
    assert box.locator("a").count() == len(replies)
    assert f"{len(replies)} replies" in box.text_content()


@pytest.mark.parametrize("width", [1280, 390])
def test_a_table_fits_or_says_at_its_edge_that_it_goes_on(browser, made, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(made.url)
    page.wait_for_timeout(200)
    boxes = page.locator(".scroll").evaluate_all(
        "all => all.filter(e => e.checkVisibility()).map(e => [e.scrollWidth - e.clientWidth > 2, e.classList.contains('more')])"
    )
    assert all(over == marked for over, marked in boxes)
    assert any(over for over, _ in boxes) == (width == 390)
    heat = page.locator(".heat").first
    shown = heat.locator("thead tr:last-child th").all_text_contents()
    # The address of English is never scored, so register has nothing to compare and is named below instead.
    assert shown == [
        "locale",
        *(each["id"].replace("_", " ") for each in made.gap["dimensions"] if each["id"] != "register"),
    ]
    assert page.locator(".folded").first.inner_text() == "Nothing to compare: register."
    tags = heat.locator("tbody th a > bdi").evaluate_all("all => all.map(e => e.getClientRects().length)")
    assert set(tags) == {1}
    page.close()


def test_the_heat_map_can_be_skipped_with_the_keyboard(page, made):
    page.goto(made.url)
    link = page.locator(".skip.here").first
    link.focus()
    assert link.bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('.heat') || document.activeElement.closest('.answer') !== "
                         "document.querySelector('.answer')")  # fmt: skip


def test_a_link_to_flagged_words_shows_their_prompt_and_frames_the_reply(page, made):
    page.goto(made.url)
    target = page.locator("article[id] .answer.said span[id$='.f2']").first.get_attribute("id")
    page.goto(made.url + f"#{target}")
    page.wait_for_timeout(200)
    reply = page.locator("article", has=page.locator(f"[id='{target}']"))
    height = page.viewport_size["height"]
    prompt, words = reply.locator(".prompt").last.bounding_box(), reply.locator("mark").first.bounding_box()
    assert -2 <= prompt["y"] < words["y"] < height
    assert reply.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    assert page.locator(f"[id='{target}']").evaluate("e => getComputedStyle(e).outlineStyle") == "none"


def test_on_paper_stand_the_numbers_and_the_cases_that_are_open(page, made):
    page.goto(made.url + "#m1.ja-JP.leaving_home.local-culture")
    page.emulate_media(media="print")
    assert page.locator("#found").is_visible()
    assert page.locator("details.case").evaluate_all("all => all.filter(e => e.checkVisibility()).map(e => e.id)") == [
        "m1.ja-JP.leaving_home"
    ]
    assert "What is closed is not printed" in page.inner_text("#replies")


def test_the_drawing_is_named_and_has_a_table_behind_it(page, made):
    page.goto(made.url + "#gaps")
    drawings = page.locator(".plot svg")
    assert drawings.count() == 8  # four families of two models
    for drawing in drawings.all():
        assert drawing.locator("title").first.text_content().startswith("Gaps of ")
    page.locator("#gaps summary").first.click()
    row = next(r for r in made.gap["gaps"] if (r["locale"], r["dimension"]) == ("ja-JP", "language"))
    wanted = ["language", "ja-JP", f"+{row['gap']:.2f}", f"+{row['low']:.2f} to +{row['high']:.2f}"]
    cells = page.locator("#gaps tbody tr", has_text="ja-JP").evaluate_all(
        "rows => rows.map(row => [...row.cells].slice(0, 4).map(cell => cell.textContent.trim()))"
    )
    assert wanted in cells


def test_the_page_reads_without_scripts(browser, made):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(made.url)
    assert "SmolLM2-135M-Instruct is behind en-US in 5 of 5 locales" in page.inner_text("#answer")
    case = page.locator("[id='m1.ja-JP.leaving_home']")
    case.locator("summary").click()
    assert fixture.PROMPTS["ja"].split("{cue}")[0] in case.inner_text()
    page.goto(made.url + "#m1.hi-IN.exam_results.local-culture")
    assert page.locator("[id='m1.hi-IN.exam_results.local-culture']").is_visible()
    context.close()


CONTRAST = """() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const ground = node => {
    for (; node; node = node.parentElement) {
      const colour = parse(getComputedStyle(node).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const bad = new Set();
  let checked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest('script, style, title')) continue;
    const style = getComputedStyle(element);
    const ink = parse(element.closest('svg') ? style.fill : style.color);
    const [high, low] = [luminance(ink), luminance(ground(element))].sort((a, b) => b - a);
    const ratio = (high + .05) / (low + .05);
    checked += 1;
    if (ratio < 4.5) bad.add(`${element.tagName}.${element.className} ${ratio.toFixed(2)} ${walker.currentNode.data.slice(0, 30)}`);
  }
  return [checked, [...bad]];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_in_every_script_has_a_contrast_of_at_least_4_5(browser, made, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.goto(made.url)
    page.evaluate(OPEN_ALL)
    checked, bad = page.evaluate(CONTRAST)
    page.close()
    assert checked > 5000
    assert bad == []


def test_no_phone_has_to_scroll_the_page_sideways(browser, made):
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(made.url)
    page.evaluate(OPEN_ALL)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()


def test_prompts_before_the_last_turn_are_shown_and_the_system_prompt_once(page, made):
    page.goto(made.url + "#m1.ja-JP.night_shift.local-culture")
    turns = page.locator("[id='m1.ja-JP.night_shift.local-culture'] .prompt").all_text_contents()
    row = next(r for r in made.data.replies.to_pylist() if r["id"] == "night_shift/ja-JP/local+culture/1")
    assert turns == [turn["content"] for turn in json.loads(row["messages"])[1:]]
    assert (
        page.evaluate("document.body.textContent.split('You are a kind listener.').length - 1") == 1 + 2
    )  # and in 2 settings
