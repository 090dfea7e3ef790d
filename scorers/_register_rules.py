"""Forms of address by rules of the grammar: what each language's markers are stands in data/register.yaml.

Korean and Japanese mark politeness at the end of a sentence, so their rules are here: 해요체 and 하십시오체 are formal and
해체 informal (Sohn 1999, *The Korean Language*); です・ます is formal and a plain predicate informal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import Any, Final, Literal, NamedTuple

import yaml

__all__ = ["LANGUAGES", "LEVELS", "Level", "Marker", "default_level", "markers", "table_key"]

Level = Literal["formal", "informal"]
LEVELS: Final[tuple[Level, ...]] = ("formal", "informal")

# Letters, and the vowel signs and marks of scripts whose letters carry them: Python's \w leaves those out.
_LETTER: Final = r"[\w\u0300-\u036f\u064b-\u0652\u0900-\u0963\u0980-\u09e3\u200c]"


class Marker(NamedTuple):
    """A word or ending that shows how the reader is addressed."""

    start: int
    end: int
    level: Level
    #: The language's own name for the level, such as 해체; empty where it has just the two.
    name: str = ""
    #: Hurts a stranger.
    rude: bool = False


@lru_cache(maxsize=1)
def _table() -> dict[str, dict[str, Any]]:
    text = (resources.files("culturefit.scorers") / "data" / "register.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(text, Loader=loader)  # type: ignore[no-any-return]  # noqa: S506 - a safe loader either way


#: Languages with rules of their own in this module.
_BY_ENDING: Final = frozenset({"ko", "ja"})
#: Rows of the table that stand for more than one tag.
_SAME: Final = {"fil": "tl", "prs": "fa"}


def table_key(language: str, script: str, region: str | None) -> str | None:
    """Return which rules a locale goes by, or None: `pt-BR` for Brazil, `hi-Latn` for romanised Hindi."""
    language = _SAME.get(language, language)
    for key in (f"{language}-{script}", f"{language}-{region}", language):
        if key in _BY_ENDING or key in _table():
            romanised = script == "Latn" and language in ("hi", "ur", "bn", "fa", "ru", "uk")
            return None if romanised and key == language else key
    return None


@lru_cache(maxsize=1)
def LANGUAGES() -> frozenset[str]:  # noqa: N802 - reads a file, so it is no constant
    """Return the rows there are."""
    return frozenset(_table()) | _BY_ENDING


def default_level(key: str) -> Level | None:
    """Return what a stranger's kind reply uses in a language; None where either level will do."""
    if key in _BY_ENDING:
        return "formal"
    level = _table()[key].get("default", "any")
    return next((each for each in LEVELS if each == level), None)


@lru_cache(maxsize=32)
def _compiled(
    key: str,
) -> tuple[
    re.Pattern[str], tuple[str, ...], frozenset[str], tuple[tuple[str, re.Pattern[str]], ...], re.Pattern[str] | None
]:
    row = _table()[key]
    flags = re.MULTILINE if row.get("case") else re.MULTILINE | re.IGNORECASE
    before, after = ("", "") if row.get("nospace") else (f"(?<!{_LETTER})", f"(?!{_LETTER})")
    groups = [f"(?P<{level}>{'|'.join(row[level])})" for level in ("formal", "informal")]
    # In Tagalog `po` makes polite what is said with the plain pronouns; elsewhere the plain form is the sign.
    pattern = re.compile(f"{before}(?:{'|'.join(groups)}){after}", flags)
    names = tuple((name, re.compile("|".join(each), flags)) for name, each in row.get("levels", {}).items())
    rude = re.compile("|".join(row["rude"]), flags) if row.get("rude") else None
    return pattern, tuple(row.get("except", ())), frozenset(row.get("not", ())), names, rude


def markers(text: str, key: str) -> list[Marker]:
    """Return the markers of a text in order; the text has its quotations blanked."""
    if key == "ko":
        return sorted(_korean(text))
    if key == "ja":
        return sorted(_japanese(text))
    pattern, not_these, words, names, rude = _compiled(key)
    found = []
    for match in pattern.finditer(text):
        word = match.group()
        lower = word.lower()
        if (not_these and lower.endswith(not_these)) or lower in words:
            continue
        level: Level = "formal" if match["formal"] is not None else "informal"
        name = next((name for name, each in names if each.fullmatch(word)), "")
        found.append(Marker(match.start(), match.end(), level, name, bool(rude and rude.fullmatch(word))))
    if key == "tl" and any(each.level == "formal" for each in found):
        return [each for each in found if each.level == "formal"]
    return found


_KO_END: Final = re.compile(r"([가-힣]+)(?=[\s)\]\"'”’~^ㅎㅋㅠ]*(?:[.!?…\n]|\Z))")
_KO_PRONOUN: Final = re.compile(r"(?<![가-힣])(?:너|네가|니가|너는|너를|너의|너도|너한테|너에게|넌|널|니)(?![가-힣])")
# Syllables that end in ㅂ: the last sound of the stem in 갑니다, 합니까.
_KO_B: Final = "".join(chr(code) for code in range(0xAC00, 0xD7A4) if (code - 0xAC00) % 28 == 17)
_KO_FORMAL: Final = re.compile(rf"(?:[{_KO_B}]니[다까]|십시오|시오)\Z")
_KO_POLITE: Final = re.compile(r"(?:[요죠])\Z")
# Endings of 해체 and 해라체. Nouns may end in the same syllables, so each is a whole ending with its stem's last sound.
_KO_PLAIN: Final = re.compile(
    r"(?:[았었였했겠왔갔됐났졌봤줬썼]어|거야|이야|아니야|잖아|괜찮아|맞아|같아|알아|좋아|많아|않아|없어|있어|싶어|싫어|힘들어|[해돼줘봐와]|"
    r"[렇떻]게|[구군]나|는구나|하자|보자|가자|렴|려무나|하니|있니|었니|했니|갔니|[느는]냐|이냐|할래|볼래|줄게|할게|을게|거든|[하되있없싶]지|는데|[한된간는있없]다)\Z"
)


def _korean(text: str) -> Iterator[Marker]:
    for match in _KO_PRONOUN.finditer(text):
        yield Marker(match.start(), match.end(), "informal", "해체", True)
    for match in _KO_END.finditer(text):
        word = match.group()
        if _KO_FORMAL.search(word):
            yield Marker(match.start(), match.end(), "formal", "하십시오체")
        elif _KO_POLITE.search(word) and word not in ("필요", "중요", "주요", "수요", "동요", "소요"):
            yield Marker(match.start(), match.end(), "formal", "해요체")
        elif _KO_PLAIN.search(word):
            yield Marker(match.start(), match.end(), "informal", "해체")


_JA_PRONOUN: Final = re.compile(
    r"お前|おまえ|てめえ|てめぇ|(?<![一-龥])君(?=[はがもをのにと])|きみ(?=[はがもをのにと])|あんた"
)
_JA_SENTENCE: Final = re.compile(r"[^。！？!?\n…]+")
#: What may stand between the last word and the end of a sentence. Stripped, not matched: `x{1,40}?y*(?=z)` is cubic in a long run of y.
_JA_AFTER: Final = frozenset("」』）)♪☆〜~ー^w笑")
_JA_POLITE: Final = re.compile(
    r"(?:です|ます|ません|ました|ませんか|でした|でしょう|ましょう|ください|下さい|くださいませ|ございます|なさい|まし|ますれば|ですし|ますし)"
    r"(?:か|ね|よ|よね|かね|から|が|けど|けれど|けれども|し|もの|の|のに|って|わ)*\Z"
)
_JA_PLAIN: Final = re.compile(
    r"(?:だ|だね|だよ|だよね|だった|だろう|だろ|じゃない|ない|ないよ|ないね|なかった|[うくぐすつぬぶむるた]|[うくぐすつぬぶむるた](?:よ|ね|よね|さ|ぞ|ぜ|の|のか|んだ|んだよ|んだね)|"
    r"かな|かい|だい|[いしえけせてねべめれろ]よ|てね|てよ|ろ|なよ|いい|いいよ|いいね|いよ|いね|いな|んだ|よう|こう|て|で|もん|じゃん|っけ|い)\Z"
)


def _japanese(text: str) -> Iterator[Marker]:
    for match in _JA_PRONOUN.finditer(text):
        yield Marker(match.start(), match.end(), "informal", "", True)
    for match in _JA_SENTENCE.finditer(text):
        start, end = match.span()
        while end > start and (text[end - 1] in _JA_AFTER or text[end - 1].isspace()):
            end -= 1
        tail = text[max(start, end - 12) : end]
        polite = _JA_POLITE.search(tail)
        plain = None if polite else _JA_PLAIN.search(tail)
        if polite or plain:
            found = polite or plain
            assert found is not None
            yield Marker(
                end - len(found.group()), end, "formal" if polite else "informal", "です・ます" if polite else ""
            )
