"""The gate's checks of meaning: likeness of vectors, and what comes back when an engine translates the text the other way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from culturefit.errors import UsageError
from culturefit.records import Finding
from culturefit.translators._texts import PLACEHOLDER

__all__ = ["returned", "similar"]


def similar(source: str, target: str, of: str, into: str, limits: Mapping[str, float]) -> Iterator[Finding]:
    """Yield a finding where the vectors of two texts are less alike than those of translations; nothing for unmeasured languages.

    The cosine of multilingual-e5-small, as in the scorer semantic.md; unlike there it is taken absolutely, since NTREX gives the
    threshold (benchmarks/translation_gate.py --semantic).

    Raises:
        UsageError: the package is not installed.
    """
    vectors = _vectors()
    if vectors.refuses(source, of) or vectors.refuses(target, into):
        return
    one, two = vectors.embed([PLACEHOLDER.sub(" ", each) for each in (source, target)])
    likeness = float((one * two).sum())
    if likeness < limits["similarity"]:
        say = (
            f"Its vector is less like the source's ({likeness:.2f}) than translations are ({limits['similarity']:.2f})."
        )
        yield Finding(0, len(target), "Accuracy/Mistranslation", "major", say, "similarity")


@lru_cache(maxsize=1)
def _vectors() -> Any:
    from culturefit.scorers._semantic import Semantic

    return Semantic()


def returned(source: str, target: str, back: str, limits: Mapping[str, float]) -> Iterator[Finding]:
    """Yield a finding where a text translated back has little in common with the source, by chrF (Popović 2015).

    Raises:
        UsageError: sacreBLEU is not installed.
    """
    try:
        from sacrebleu.metrics.chrf import CHRF
    except ImportError:
        raise UsageError(
            "translator.back=true needs sacreBLEU; install it: pip install 'culturefit[backtranslation]'."
        ) from None
    metric = CHRF()
    score = float(metric.sentence_score(back, [source]).score)
    if score < limits["back_chrf"]:
        say = (
            f"Translated back it has chrF {score:.0f} with the source, below {limits['back_chrf']:.0f} "
            f"({metric.get_signature()}): {back[:80]}"
        )
        yield Finding(0, len(target), "Accuracy/Mistranslation", "major", say, "back-translation")
