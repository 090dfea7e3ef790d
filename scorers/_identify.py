"""Language identifiers behind one small protocol, so that the scorer's rules do not depend on which one is used.

An identifier is asked about texts of one script and about the language that is due: the rules need to know how strongly a
text speaks against that language, not only which language looks best. `ngrams` is ours and the default; the others are
used where they are installed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple, Protocol

import numpy as np

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.scorers._langid import STEPS, Block, load_block
from culturefit.scorers._languages import CASED

__all__ = ["Guess", "Identifier", "fold", "identifier"]


class Guess(NamedTuple):
    """What an identifier says of one text."""

    #: The likeliest language, or "und" where no language it knows fits.
    language: str
    #: Evidence for `language` against the language asked for, 0 where that is the likeliest: a log-likelihood ratio in
    #: nat, over the square root of the bytes, because neighbouring n-grams are not independent. inf: not written so.
    against: float
    #: Whether `language` fits the text as a language fits text in it.
    fits: bool


class Identifier(Protocol):
    """Knows languages by their base tags (`no` for Norwegian, `tl` for Tagalog)."""

    name: str

    def languages(self, script: str) -> frozenset[str]:
        """Return the languages it can tell apart in texts of a script; none where it does not know the script."""

    def identify(self, script: str, lines: Sequence[Sequence[str]], asked: str) -> list[list[Guess]]:
        """Return for each line, given as its sentences, a guess for the whole and, if there are several, one for each.

        All lines are mainly in `script`.
        """


# What is no letter: ASCII but space, line feed and apostrophe, Latin-1 punctuation, general punctuation, digits and stops of
# other scripts. Marks over Arabic letters go without a space.
_JUNK = re.compile(
    "[\\x00-\\x09\\x0b-\\x1f!-&(-@\\[-`{-\\xbf\u060c\u061b\u061f\u0660-\u066d\u06d4\u06f0-\u06f9\u0964-\u096f\u2000-\u206f]+"
)
_MARKS = re.compile("[\u0640\u064b-\u0652]+")
# Words with a small first letter are enough to go by: names and titles in other languages do not count then.
_ENOUGH: Final = 12
# More of a text does not change the answer.
_MOST: Final = 6000


def fold(texts: Sequence[str], script: str, enough: int = _ENOUGH) -> list[str]:
    """Return the words of each text in lower case with single spaces, without those in capitals where `enough` are left."""
    joined = "\n".join([text[:_MOST].replace("\n", " ") for text in texts])
    if script not in CASED:
        joined = _JUNK.sub(" ", _MARKS.sub("", joined) if script == "Arab" else joined)
        return [" ".join(text.split()) for text in joined.split("\n")]
    joined = _JUNK.sub(" ", unicodedata.normalize("NFC", joined).replace("’", "'"))
    folded = []
    for text in joined.split("\n"):
        words = text.split()
        small = " ".join([word for word in words if not word[0].isupper()])
        folded.append(small if len(small) >= enough else " ".join(words).lower())
    return folded


class NGrams:
    """Byte n-grams within a script (`_langid.py`)."""

    name = "ngrams"
    # Mean evidence for the likeliest language, nat per byte: 1.3 and more in 95 % of human lines of every language in Latin
    # script, 0.5 to 1.0 in romanised Hindi, which it does not know. Other blocks have too few languages for such a bound.
    fit: Mapping[str, float] = {"Latn": 1.1}

    def languages(self, script: str) -> frozenset[str]:
        """Return the languages of the model's block for a script."""
        block = load_block(script)
        return frozenset(block.languages) if block else frozenset()

    def identify(self, script: str, lines: Sequence[Sequence[str]], asked: str) -> list[list[Guess]]:
        """Return the guesses; the evidence of a line is the sum over its sentences."""
        block = load_block(script)
        if block is None:
            return [[Guess("und", 0.0, False)] * (1 + len(line) * (len(line) > 1)) for line in lines]
        folded = fold([text for line in lines for text in line], script)
        sizes = [len(text.encode("utf-8", "replace")) + 2 for text in folded]
        sums = block.scores(folded)
        ends = list(accumulate(map(len, lines)))
        spans = [slice(end - len(line), end) for line, end in zip(lines, ends, strict=True)]
        wholes = [sums[span.start] if span.stop == span.start + 1 else sums[span].sum(axis=0) for span in spans]
        sizes += [sum(sizes[span]) for span in spans]
        guesses = self._guesses(block, script, np.vstack([sums, *wholes]), sizes, asked)
        own = [guesses[span] if span.stop > span.start + 1 else [] for span in spans]
        return [[whole, *each] for whole, each in zip(guesses[len(folded) :], own, strict=True)]

    def _guesses(self, block: Block, script: str, rows: np.ndarray, sizes: list[int], asked: str) -> list[Guess]:
        names, least = block.languages, self.fit.get(script, 0.0) * STEPS
        places, tops = rows.argmax(axis=1).tolist(), rows.max(axis=1).tolist()
        due = rows[:, names.index(asked)].tolist() if asked in names else [-math.inf] * len(tops)
        return [
            Guess(
                names[place] if top >= least * size else "und",
                (top - own) / (STEPS * math.sqrt(size)),
                top >= least * size,
            )
            for place, top, own, size in zip(places, tops, due, sizes, strict=True)
        ]


class Classifier:
    """A library that says how likely each language is, whatever the script.

    Args:
        name: what it is called in a configuration.
        known: the base tags it can say.
        rank: text -> [(base tag, probability)], likeliest first.
    """

    # A probability below this is no fit; the log of the ratio of two probabilities is cut to what a float can say.
    fit = 0.5

    def __init__(self, name: str, known: frozenset[str], rank: Callable[[str], list[tuple[str, float]]]) -> None:
        self.name, self._known, self._rank = name, known, rank

    @lru_cache(maxsize=64)  # noqa: B019 - identifiers live as long as the program, through `identifier` below
    def languages(self, script: str) -> frozenset[str]:
        """Return the languages it knows that are written in a script: none of them knows romanised Hindi."""
        block = load_block(script)
        also = block.languages if block else ()
        return frozenset(each for each in self._known if each in also or parse_locale(each).script == script)

    def identify(self, script: str, lines: Sequence[Sequence[str]], asked: str) -> list[list[Guess]]:
        """Return the guesses; a line is asked about as a whole, and then by sentences."""
        texts = [[" ".join(line), *(line if len(line) > 1 else ())] for line in lines]
        return [[self._guess(text[:_MOST], asked) for text in each] for each in texts]

    def best(self, text: str) -> str:
        """Return the likeliest language of a text, however unlikely; "und" where the library says none."""
        return next((language for language, _ in self._rank(text)), "und")

    @lru_cache(maxsize=4096)  # noqa: B019
    def _guess(self, text: str, asked: str) -> Guess:
        ranked = self._rank(text)
        if not ranked:
            return Guess("und", 0.0, False)
        (best, likely), *_ = ranked
        other = dict(ranked).get(asked, 0.0)
        fits = likely >= self.fit
        return Guess(best if fits else "und", 0.0 if best == asked else math.log(likely / max(other, 1e-12)), fits)


# What the libraries call languages that have another base tag here.
_SAME: Final = {
    "nb": "no", "fil": "tl", "iw": "he", "in": "id", "jw": "jv", "zh-cn": "zh", "zh-tw": "zh", "zh-Hant": "zh", "arz": "ar",
    "ary": "ar", "wuu": "zh", "sdh": "ckb",
}  # fmt: skip


def _langdetect() -> Classifier:
    from langdetect.detector_factory import PROFILES_DIRECTORY, DetectorFactory
    from langdetect.lang_detect_exception import LangDetectException

    factory = DetectorFactory()
    factory.set_seed(0)
    factory.load_profile(PROFILES_DIRECTORY)

    def rank(text: str) -> list[tuple[str, float]]:
        detector = factory.create()
        detector.append(text)
        try:
            return [(_SAME.get(each.lang, each.lang), each.prob) for each in detector.get_probabilities()]
        except LangDetectException:  # no letters it knows
            return []

    known = frozenset(_SAME.get(each, each) for each in factory.get_lang_list())
    return Classifier("langdetect", known, rank)


def _py3langid() -> Classifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def rank(text: str) -> list[tuple[str, float]]:
        return [(_SAME.get(language, language), probability) for language, probability in model.rank(text)]

    return Classifier("py3langid", frozenset(_SAME.get(each, each) for each in model.labels), rank)


def _pycld2() -> Classifier:
    import pycld2

    def rank(text: str) -> list[tuple[str, float]]:
        # CLD2 refuses control characters, surrogates and unassigned code points.
        clean = "".join(each if unicodedata.category(each)[0] != "C" else " " for each in text)
        _, _, found = pycld2.detect(clean, bestEffort=True)
        return [(_SAME.get(code, code), percent / 100) for _, code, percent, _ in found if code != "un"]

    return Classifier("pycld2", frozenset(_SAME.get(code, code) for _, code in pycld2.LANGUAGES), rank)


_IDENTIFIERS: Final[dict[str, Callable[[], Identifier]]] = {
    "ngrams": NGrams,
    "langdetect": _langdetect,
    "py3langid": _py3langid,
    "pycld2": _pycld2,
}


@lru_cache(maxsize=8)
def identifier(name: str) -> Identifier:
    """Return the identifier called `name`, loading it at the first call.

    Raises:
        UsageError: there is none of that name, or its library is not installed.
    """
    if name not in _IDENTIFIERS:
        raise UsageError(f"Unknown identifier '{name}'; choose one of {', '.join(_IDENTIFIERS)}.")
    try:
        return _IDENTIFIERS[name]()
    except ImportError:
        raise UsageError(
            f"The identifier '{name}' is not installed; run `pip install {name}` or use 'ngrams'."
        ) from None
