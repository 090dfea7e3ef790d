"""Texts out to translators' tools and back: the same but for what the translator changed, in every format."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from culturefit.errors import SuiteError
from culturefit.exchange import FORMATS, format_of
from culturefit.exchange.bring import Choices, bring
from culturefit.exchange.collect import collect
from culturefit.exchange.sheet import Sheet, Unit
from culturefit.suite import load_suite

ROOT = Path(__file__).parents[2]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Three cases of core, with its pivot and two locales, where they may be changed."""
    folder = tmp_path / "core"
    folder.mkdir()
    shutil.copy(ROOT / "suites/core/suite.yaml", folder)
    for case in ("lent_to_my_cousin", "when_it_rains", "where_is_grandpa"):
        shutil.copytree(ROOT / "suites/core" / case, folder / case)
    return folder


def written(kind: str, suite: Path, locale: str, out: Path) -> Path:
    path = out / f"texts{FORMATS[kind][0]}"
    path.write_bytes(format_of(kind).write(collect(load_suite(suite), locale)))
    return path


def read(kind: str, path: Path) -> Sheet:
    return format_of(kind).read(path, path.read_bytes())


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("locale", ["ar-EG", "ja-JP", "tr-TR"])
def test_what_nobody_changed_changes_nothing(kind, locale, suite, tmp_path):
    sheet = read(kind, written(kind, suite, locale, tmp_path))
    found = bring(load_suite(suite), sheet, tmp_path / "x", Choices("Amina"))
    assert (sheet.suite, sheet.locale) == ("core", locale)
    assert found.files == {}


@pytest.mark.parametrize("kind", FORMATS)
def test_only_the_changed_text_and_its_provenance_change(kind, suite, tmp_path, cli):
    own = suite / "when_it_rains" / "ar-EG.yaml"
    before = own.read_text(encoding="utf-8")
    prompt = yaml.safe_load(before)["prompt"]
    new = prompt.replace("{cue}", "\u200f{cue}") + " 🌧️ «كده»"  # right-to-left text, a mark, an emoji, the slot
    path = written(kind, suite, "ar-EG", tmp_path)
    translated(kind, path, "when_it_rains/prompt", new)
    others = {each: each.read_bytes() for each in suite.rglob("*.yaml") if each != own}
    done = cli("import", str(path), "--suite", str(suite), "--translator", "Amina Said")
    assert done.returncode == 0, done.stderr
    after = yaml.safe_load(own.read_text(encoding="utf-8"))
    changed = {key for key in after if after[key] != yaml.safe_load(before).get(key)}
    assert after["prompt"] == new
    # The origin says that a person has edited a model's text; what was made from the source is known by its hash.
    assert (after["origin"], after["translators"], after["review"]) == ("model+person", ["Amina Said"], [])
    assert changed <= {"prompt", "origin", "translators", "source_hash"}
    assert {each: each.read_bytes() for each in others} == others


def translated(kind: str, path: Path, name: str, text: str) -> None:
    """Put a text into a file with a library that translators' tools use, not with ours."""
    if kind == "po":
        file = polib.pofile(str(path))
        (entry,) = [each for each in file if each.msgctxt == name]
        entry.msgstr, entry.flags = text, []
        file.save()
    elif kind == "xliff":
        from translate.storage import xliff

        store = xliff.xlifffile.parsefile(str(path))
        (unit,) = [each for each in store.units if each.xmlelement.get("id") == name]
        unit.target = text
        store.save()
    else:
        from translate.storage import csvl10n

        store = csvl10n.csvfile(path.open("rb"))
        (unit,) = [each for each in store.units if each.id == name]
        unit.target, unit.fuzzy = text, ""
        path.write_bytes(bytes(store))


def test_a_locale_that_was_not_there_is_made_from_a_translators_file(suite, tmp_path):
    path = written("po", suite, "sn-ZW", tmp_path)
    file = polib.pofile(str(path))
    for entry in file:
        if entry.msgctxt.startswith("where_is_grandpa/") and entry.msgctxt.endswith("/prompt"):
            entry.msgstr = "Baba vangu vafa svondo rino. {cue}Ndichati kudii kumwana wangu?"
    file.save()
    found = bring(load_suite(suite), read("po", path), path, Choices("T. Moyo"))
    ((key, raw),) = found.files.items()
    made = yaml.safe_load(raw)
    assert key == ("where_is_grandpa", "sn-ZW")
    assert (made["origin"], made["relation"], made["translators"]) == ("person", "adapted", ["T. Moyo"])


WORDS = {
    "prompt": "Baba vangu vafa svondo rino. {cue}Ndichati kudii kumwana wangu?",
    "cue.local": "Tave kuenda kumusha kuMutoko nebhazi remangwanani, mhuri yose iri ikoko.",
    "cue.pivot": "We take the morning bus to our village in Mutoko, where the whole family is.",
    "placebo.local": "Bhazi rakanga richidziya uye risina vanhu vakawanda, pahwindo paiva nemvura.",
}


def test_a_translators_file_makes_a_whole_case_and_findings_are_told_where_it_goes(suite, tmp_path, cli):
    path = written("po", suite, "sn-ZW", tmp_path)
    file = polib.pofile(str(path))
    for entry in file:
        case, _, field = entry.msgctxt.partition("/")
        entry.msgstr = WORDS.get(field, "") if case == "where_is_grandpa" else ""
    file.save()
    done = cli("import", str(path), "--suite", str(suite), "--translator", "T", "--to", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    made = yaml.safe_load((tmp_path / "out/where_is_grandpa/sn-ZW.yaml").read_text(encoding="utf-8"))
    assert made["cue"] == {"local": WORDS["cue.local"] + " ", "pivot": WORDS["cue.pivot"] + " "}
    # The suite's case has no fault; what lint finds there is that nobody has written a pack for the place.
    assert [line.split("[")[1].split("]")[0] for line in done.stdout.splitlines() if "sn-ZW.yaml:" in line] == [
        "no-pack"
    ]
    # Without the pivot's side the cue is told to be half a cue, by the import and by the linter, at the file that was written.
    next(each for each in file if each.msgctxt == "where_is_grandpa/cue.pivot").msgstr = ""
    file.save()
    done = cli("import", str(path), "--suite", str(suite), "--translator", "T", "--to", "out", cwd=tmp_path)
    assert "out/where_is_grandpa/sn-ZW.yaml:6: error [no-cue-pivot]" in done.stdout
    assert "fill the unit cue.pivot too: where_is_grandpa" in done.stdout
    assert not (suite / "where_is_grandpa/sn-ZW.yaml").exists()


@pytest.mark.parametrize(
    ("tag", "said"),
    [("tr", "did you mean 'tr-TR'?"), ("tr-UK", "did you mean 'tr-GB'?"), ("de-DE", "says that it is in de-DE")],
)
def test_a_file_with_another_target_language_than_its_texts_is_refused(tag, said, suite, tmp_path, cli):
    path = written("xliff", suite, "tr-TR", tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace('"tr-TR"', f'"{tag}"'), encoding="utf-8")
    done = cli("import", str(path), "--suite", str(suite), "--translator", "T")
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("text", "said"), [("Yağmur yağınca korkuyorum.", "slot"), ("{ipucu}Yağmur yağınca korkuyorum.", "{ipucu}")]
)
def test_a_text_without_its_slot_is_named_with_file_line_and_unit(kind, text, said, suite, tmp_path):
    path = written(kind, suite, "tr-TR", tmp_path)
    translated(kind, path, "when_it_rains/prompt", text)
    with pytest.raises(SuiteError, match="when_it_rains/prompt") as caught:
        bring(load_suite(suite), read(kind, path), path, Choices("E"))
    assert said in str(caught.value)
    assert path.name in str(caught.value)


def test_a_reviewed_text_is_left_unless_asked(suite, tmp_path, cli):
    own = suite / "when_it_rains" / "tr-TR.yaml"
    signed = own.read_text(encoding="utf-8").replace(
        "review: []", "review:\n- {by: A. Kaya, role: native, date: 2026-11-20}"
    )
    own.write_text(signed, encoding="utf-8")
    path = written("xliff", suite, "tr-TR", tmp_path)
    translated("xliff", path, "when_it_rains/prompt", "{cue}Yağmur yağınca korkuyorum.")
    left = cli("import", str(path), "--suite", str(suite), "--translator", "E")
    assert (left.returncode, own.read_text(encoding="utf-8")) == (1, signed)
    assert "somebody has reviewed these" in left.stdout
    taken = cli("import", str(path), "--suite", str(suite), "--translator", "E", "--overwrite-reviewed")
    assert taken.returncode == 0, taken.stderr
    assert "review: []" in own.read_text(encoding="utf-8")


def test_a_signature_under_an_earlier_text_keeps_nothing_from_being_changed_and_goes(suite, tmp_path, cli):
    own = suite / "when_it_rains" / "tr-TR.yaml"
    signed = f"review:\n- {{by: A. Kaya, role: native, date: 2026-11-20, text_hash: {'0' * 64}}}"
    own.write_text(own.read_text(encoding="utf-8").replace("review: []", signed), encoding="utf-8")
    path = written("xliff", suite, "tr-TR", tmp_path)
    translated("xliff", path, "when_it_rains/prompt", "{cue}Yağmur yağınca korkuyorum.")
    done = cli("import", str(path), "--suite", str(suite), "--translator", "E")
    assert done.returncode == 0, done.stdout
    assert "reviews removed" in done.stdout
    assert "review: []" in own.read_text(encoding="utf-8")


def test_two_who_changed_one_text_are_told_so(suite, tmp_path):
    path = written("xliff", suite, "tr-TR", tmp_path)
    translated("xliff", path, "when_it_rains/prompt", "{cue}Yağmur yağınca korkuyorum.")
    own = suite / "when_it_rains" / "tr-TR.yaml"
    content = yaml.safe_load(own.read_text(encoding="utf-8"))
    own.write_text(own.read_text(encoding="utf-8").replace(content["prompt"][-9:], "kolay mı?"), encoding="utf-8")
    with pytest.raises(SuiteError, match="in the suite too"):
        bring(load_suite(suite), read("xliff", path), path, Choices("E"))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlf", "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "document type"),
        ("a.xlf", "<xliff", "well-formed"),
        ("a.xlf", "<a>" * 50 + "</a>" * 50, "nested deeper"),
        ("a.po", 'msgid "x', "a.po"),
        ("a.csv", "a,b\n1,2\n", "no column 'source'"),
        ("a.csv", "id,source,target\nx,y\n", "has 2 cells"),
        ("a.txt", "x", "no translation file"),
    ],
)
def test_a_broken_file_ends_in_one_sentence(name, content, said, tmp_path, cli):
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = cli("import", str(tmp_path / name))
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


# What XML can hold, a carriage return apart: tools turn it into a line feed.
_PARTS = st.characters(exclude_categories=("Cs", "Cc", "Cn")) | st.sampled_from(
    ["\n", "\t", "{cue}", "\\", '"', "<b>", "&amp;", "=", "؟", "👩🏽", "\u200d", "\u200f"]
)
_TEXTS = st.lists(_PARTS, min_size=1, max_size=30).map("".join)


@pytest.mark.parametrize("kind", FORMATS)
@given(texts=st.lists(_TEXTS, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_it_went(kind, texts, tmp_path):
    units = [Unit(f"case_{number}/prompt", text, text[::-1].strip()) for number, text in enumerate(texts)]
    path = tmp_path / f"any{FORMATS[kind][0]}"
    path.write_bytes(format_of(kind).write(Sheet("core", "en-US", "ar-EG", units)))
    back = read(kind, path)
    assert [(each.id, each.source, each.target) for each in back.units] == [
        (each.id, each.source, each.target) for each in units
    ]
