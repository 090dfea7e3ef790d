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
from culturefit.review.cases import apply_signatures, draw_cases, text_hash
from culturefit.suite import load_suite, suites_root


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    return Path(shutil.copytree(suites_root() / "quickstart", tmp_path / "quickstart"))


def saved(suite: Path, tmp_path: Path, **changes: object) -> Path:
    loaded = load_suite(suite)
    name, case = next(iter(loaded.cases.items()))
    row = {"by": "A. Reader", "role": "native", "date": "2026-11-27", "case": name}
    row |= {"text": text_hash(case.renderings["de-DE"])} | changes
    path = tmp_path / "saved.json"
    whole = {"kind": "cases", "suite": {"id": "quickstart"}, "locale": "de-DE", "signatures": [row]}
    path.write_text(json.dumps(whole), encoding="utf-8")
    return path


def test_a_case_signed_by_keyboard_stands_reviewed_in_its_file(page, suite, tmp_path, capsys):
    html = tmp_path / "page.html"
    assert main(["review", "--suite", str(suite), "--locale", "ar-EG", "--share", "0.3", "--out", str(html)]) == 0
    page.goto(html.as_uri())
    case = open_first(page, "Nadia")
    for _ in range(page.locator(".item:not([hidden]) .question").count()):
        page.keyboard.press("1")
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
    assert [(each.by, each.role) for each in cases[case].renderings["ar-EG"].review] == [("Nadia", "native")]
    assert sum(bool(each.review) for case in cases.values() for each in case.renderings.values()) == 1
    # Nothing but the signature: every line of before is there, in order, but an empty list.
    kept = [line for line in before.splitlines() if not line.startswith("review:")]
    assert [line for line in after.splitlines() if line in kept] == kept
    # The same file again signs nothing twice.
    assert main(["review", "--apply", str(file), "--suite", str(suite)]) == 0
    assert next(suite.rglob(f"{case}/ar-EG.yaml")).read_text("utf-8") == after


def test_a_signature_for_words_that_have_changed_is_refused(suite, tmp_path):
    file = saved(suite, tmp_path)
    path = next(suite.rglob("de-DE.yaml"))
    name = next(iter(load_suite(suite).cases))
    path = next(suite.rglob(f"{name}/de-DE.yaml"))
    path.write_text(path.read_text("utf-8").replace("{cue}", "Ach. {cue}", 1), "utf-8")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="changed since"):
        apply_signatures(file, suite)
    assert path.read_bytes() == before


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
    with pytest.raises(UsageError, match=told):
        apply_signatures(saved(suite, tmp_path, **change), suite)


@pytest.mark.parametrize("ending", ["", "\nreview: []\n", "\nreview:\n  - by: B\n    role: native\n    date: 2026-01-02\n",
                                    "\nreview:\n- by: B\n  role: native\n  date: 2026-01-02\nspeaker_gender: x\n"])  # fmt: skip
def test_signatures_join_what_stands_there(ending, suite, tmp_path):
    name = next(iter(load_suite(suite).cases))
    path = next(suite.rglob(f"{name}/de-DE.yaml"))
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("review:")]
    path.write_text("\n".join(lines) + ending, "utf-8")
    apply_signatures(saved(suite, tmp_path), suite)
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
