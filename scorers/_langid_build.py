"""Make `_langid.npz` from py3langid's model: `python -m culturefit.scorers._langid_build` (needs py3langid 0.4.0).

py3langid walks an automaton over the bytes of a text; each byte ends at most one feature, the longest known byte n-gram
(mostly 2 to 5 bytes) that ends there, and the features are weighed by multinomial naive Bayes. What is kept of it:

* one block per script, with the languages written in it: within a script the script itself says nothing;
* lower case, letters and spaces only: P(feature) of an n-gram is the sum over the n-grams that fold into it;
* the most informative n-grams. A position whose longest n-gram was dropped falls to its longest kept suffix, so the
  probability of a dropped n-gram is added to that suffix: the smaller model is the larger one, marginalised exactly;
* log-probabilities minus their mean over the block, in steps of 1/STEPS nat, as int8. Sums of integers are the same on
  every machine.

The slots of the hash table in `_langid.py` must be distinct: of two n-grams in one slot the less informative is dropped.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from culturefit.scorers._langid import MODEL_FILE, STEPS, slots

__all__ = ["build"]

_JUNK = re.compile(rb"[\x00-&(-@\[-`{-\x7f ]+")
_LATIN = (
    "en es fr de it pt ca gl oc nl af fy lb da sv no nn is fi et lv lt pl cs sk sl hr bs sr hu ro sq tr az uz tk id ms jv "
    "tl vi ku sw ha yo ig so om sn zu xh st rw lg ln mg eu cy ga mt ht eo"
)
#: The base tags of BCP-47 where py3langid says something else.
_RENAMED = {"sdh": "ckb"}
#: Languages whose n-grams count three times when the informative ones are chosen: chatbots are used, and err, in these.
_LARGE = frozenset({
    "en", "es", "fr", "de", "it", "pt", "nl", "sv", "da", "no", "fi", "pl", "cs", "ro", "tr", "id", "ms", "vi", "tl",
    "sw", "hu", "ru", "uk", "ar", "fa", "hi",
})  # fmt: skip


def _within(*ranges: tuple[int, int]) -> Callable[[bytes], bool]:
    """Return a test for byte n-grams that may stand in a text of these code points, spaces and apostrophes."""
    leads = {lead for low, high in ranges for cp in range(low, high + 1) for lead in chr(cp).encode()[:1]}
    trail = set(range(0x80, 0xC0))

    def fits(ngram: bytes) -> bool:
        return all(byte in leads or byte in trail or byte in b" '" for byte in ngram)

    return fits


#: Block -> languages, most n-grams kept, and which n-grams belong to it.
BLOCKS: dict[str, tuple[str, int, Callable[[bytes], bool]]] = {
    "Latn": (_LATIN, 20_000, _within((0x61, 0x7A), (0xC0, 0x24F), (0x300, 0x36F), (0x1E00, 0x1EFF))),
    "Cyrl": ("ru uk be bg sr mk kk ky mn tg tt ba uz", 6_000, _within((0x400, 0x52F))),
    "Arab": ("ar fa ur ps sdh ug", 4_000, _within((0x600, 0x6FF), (0x750, 0x77F))),
    "Deva": ("hi mr ne", 3_000, _within((0x900, 0x97F))),
    "Beng": ("bn as", 1_000, _within((0x980, 0x9FF))),
}


def _ngrams(model: Any) -> dict[int, bytes]:
    """Return feature index -> its bytes: the shortest way through the automaton to a state that puts it out."""
    rows = np.asarray(model.tk_nextmove).reshape(-1, 256)
    reached, queue = {0: b""}, [0]
    found: dict[int, bytes] = {}
    for state in queue:
        for byte, target in enumerate(rows[model.tk_row[state]].tolist()):
            if target not in reached:
                reached[target] = reached[state] + bytes([byte])
                queue.append(target)
                if model.tk_output[target] >= 0:
                    found.setdefault(model.tk_output[target], reached[target])
    return found


def _block(model: Any, ngrams: dict[int, bytes], name: str) -> dict[str, np.ndarray]:
    listed, most, fits = BLOCKS[name]
    languages = listed.split()
    columns = [[i for i, known in enumerate(model.nb_classes) if known == each] for each in languages]
    # A language that has two columns (Serbian: one per script) is the likelier of them within a block.
    probability = np.exp(np.stack([model.nb_ptc[:, each].astype(np.float64).max(1) for each in columns], axis=1))
    folded: dict[bytes, np.ndarray] = {}
    for index, ngram in ngrams.items():
        key = _JUNK.sub(b" ", ngram.lower())
        if key != b" " and fits(key):
            folded[key] = folded.get(key, 0) + probability[index]
    keys = list(folded)
    table = np.stack([folded[key] for key in keys])
    weight = np.array([3.0 if each in _LARGE else 1.0 for each in languages])
    weight /= weight.sum()
    information = (weight * table * np.log(table / (table @ weight)[:, None])).sum(1)
    kept: dict[int, bytes] = {}
    for position in np.argsort(-information, kind="stable"):
        kept.setdefault(int(slots(_packed([keys[position]]))[0]), keys[position])
        if len(kept) == most:
            break
    merged = {key: np.zeros(len(languages)) for key in kept.values()}
    for key, row in folded.items():
        suffix = next((key[start:] for start in range(len(key)) if key[start:] in merged), None)
        if suffix is not None:
            merged[suffix] += row
    # The commonest n-grams first: their rows lie together in memory.
    merged = dict(sorted(merged.items(), key=lambda item: (-item[1] @ weight, item[0])))
    weights = np.log(np.stack(list(merged.values())))
    weights -= weights.mean(axis=1, keepdims=True)
    return {
        f"{name}_languages": np.array([_RENAMED.get(each, each) for each in languages]),
        f"{name}_keys": _packed(merged),
        f"{name}_weights": np.clip(np.round(weights * STEPS), -127, 127).astype(np.int8),
    }


def _packed(ngrams: Any) -> np.ndarray:
    return np.array([int.from_bytes(each, "big") for each in ngrams], dtype=np.uint64)


def build(path: Path) -> None:
    """Write the model to `path`."""
    from py3langid.langid import MODEL_FILE as THEIRS
    from py3langid.langid import LanguageIdentifier

    model = LanguageIdentifier.from_model_file(THEIRS)
    ngrams = _ngrams(model)
    arrays: dict[str, Any] = {}
    for name in BLOCKS:
        arrays |= _block(model, ngrams, name)
    np.savez_compressed(path, **arrays)
    sizes = {name: arrays[f"{name}_weights"].shape for name in BLOCKS}
    sys.stdout.write(f"{path}: {path.stat().st_size} bytes, n-grams × languages {sizes}\n")


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else MODEL_FILE)
