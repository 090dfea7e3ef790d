"""Suite files are data only: whatever a contributor writes is either plain data or one clear error."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from culturefit.errors import SuiteError
from culturefit.suite.yamlfile import MAX_BYTES, read_yaml


def write(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "file.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_country_codes_dates_and_leading_zeros_stay_text(tmp_path: Path) -> None:
    # YAML 1.1 would read false, a date and octal 79.
    document = read_yaml(
        write(tmp_path, "country: NO\nchecked: 2026-11-22\nnumber: 0117\nweight: 2.5\nn: 3\nflag: true\n")
    )
    assert document.data == {
        "country": "NO", "checked": "2026-11-22", "number": "0117", "weight": 2.5, "n": 3, "flag": True,
    }  # fmt: skip


def test_each_field_knows_its_line(tmp_path: Path) -> None:
    document = read_yaml(write(tmp_path, "a: 1\ncriteria:\n  - id: x\n    text: y\n"))
    assert document.line(("criteria", 0, "text")) == 4
    assert document.line(("criteria", 0, "absent")) == 3  # the nearest thing around it


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: &x [1]\nb: *x", 1, "alias"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']", 2, "tag"),
        ("a: 1\na: 2", 2, "twice"),
        ("a: [1,\nb: 2", 1, "never closed"),
        ("a:\n\t- b", 2, "begins with a tab; use spaces"),
        ("? [1, 2]\n: x", 1, "keys are plain words"),
        (b"a: \xff\xfe", 1, "UTF-8"),
        ("", None, "empty"),
        ("[" * 4000, None, ""),
        ("a: " + "x" * MAX_BYTES, None, "larger than"),
        ("\n".join(f"k{i}: [1, 2, 3]" for i in range(9000)), 5000, "more than"),
    ],
    ids=["alias", "tag", "duplicate", "syntax", "tab", "complex-key", "encoding", "empty", "deep", "large", "many"],
)
def test_what_is_no_plain_data_is_one_error_with_its_line(
    tmp_path: Path, text: str | bytes, line: int | None, words: str
) -> None:
    with pytest.raises(SuiteError) as error:
        read_yaml(write(tmp_path, text))
    assert words in str(error.value)
    if line is not None:
        assert error.value.line == line


_HEAD = "schema: 1\nlocale: pl-PL\n"  # so the first line of each slip below is line 3


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('cue:\n  local: "a "\n   pivot: "b "\n', 5, "begins with 3 spaces, line 4 with 2 spaces"),
        (' prompt: "Hej {cue}"\norigin: model\n', 3, "begins with 1 space, line 2 with no space"),
        ('cue:\n  local: "a"\n\tpivot: "b"\n', 5, "begins with a tab; use spaces"),
        ('prompt: "Mówi "nie" {cue}"\norigin: model\n', 3, r'inside a text in double quotes is written \"'),
        ('prompt: "Mówi" i {cue}\norigin: model\n', 3, "text stands after the closing"),
        ('prompt: "Mówi {cue}\ncue:\n  local: "abc "\n  pivot: "d "\n', 3, "has no closing"),
        ('origin: model\nnote: "abc\n', 4, "has no closing"),
        ("origin model\nrelation: native\n", 3, "has no colon; write 'origin: …'"),
        ("relation: native\norigin model\n", 4, "has no colon; write 'origin: …'"),
        ("origin:model\nrelation: native\n", 3, "a space is missing after 'origin:'"),
        ("prompt: „Karta: nie {cue}”\norigin: model\n", 3, "typographic quotes such as „"),
        ('prompt: "Karta {cue}”\ncue: {local: "x"}\n', 3, "typographic quotes such as ”"),
        ("prompt: 'It's late {cue}'\norigin: model\n", 3, "an apostrophe inside a text in single quotes is written ''"),
        ("prompt: Myślę: nie {cue}\norigin: model\n", 3, "a text with ': ' in it needs double quotes"),
        ("prompt: {cue}Hej tam\norigin: model\n", 3, "a text that begins with { needs double quotes"),
        ('prompt: "C:\\dir {cue}"\n', 3, "a backslash inside a text in double quotes is written"),
        ("---\na: 1\n", 3, "second document"),
        ("note: a\x00b\n", 3, "U+0000"),
    ],
)  # fmt: skip
def test_each_usual_slip_is_told_by_its_cause_at_its_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(SuiteError) as error:
        read_yaml(write(tmp_path, _HEAD + text))
    assert words in error.value.message
    assert error.value.line == line
    assert "needs double quotes" in words or "needs double quotes" not in error.value.message


@pytest.mark.parametrize(
    "text",
    [
        # Quotes that do not pair inside a map on one line, and a text without quotes that runs on: no single change mends it.
        'cue: {local: "x, pivot: "y"}\norigin: model\n',
        'cue: {local: "on "nie" mówi", pivot: "y"}\n',
        "prompt: Hello\n  he said: no\n",
    ],
)
def test_a_cause_that_is_not_clear_is_not_guessed(tmp_path: Path, text: str) -> None:
    with pytest.raises(SuiteError, match="the cause is not clear"):
        read_yaml(write(tmp_path, _HEAD + text))


def test_a_large_broken_file_is_told_soon(tmp_path: Path) -> None:
    text = "".join(f'k{i}: "text {i}"\n' for i in range(12_000)) + 'last: "no end\n'
    started = time.monotonic()
    with pytest.raises(SuiteError, match="not valid YAML"):
        read_yaml(write(tmp_path, text))
    assert time.monotonic() - started < 20


def test_a_billion_laughs_ends_at_the_first_alias(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    with pytest.raises(SuiteError, match="alias"):
        read_yaml(write(tmp_path, bomb))


@settings(max_examples=300, deadline=None)
@given(
    raw=st.one_of(
        st.binary(max_size=200), st.text(alphabet="ab:-[]{}&*!|>'\"#\n \t?%@`,0.", max_size=80).map(str.encode)
    )
)
def test_any_bytes_give_data_or_a_suite_error(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_bytes(raw)
    try:
        read_yaml(path)
    except SuiteError as error:
        assert str(path) in str(error)
