"""Rules about where a text is from: its tag, its country, and whether the packs know the place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from culturefit.lint.problem import File, Problem
from culturefit.locales import parse_locale
from culturefit.schema import CrisisFile, LocalePack, Rendering, SuiteCard
from culturefit.suite.load import suites_root
from culturefit.tags import languages, likely_tag, territories

__all__ = ["of_places", "of_tags"]


def of_tags(file: File) -> Iterator[Problem]:
    """A tag has a language and a region that there are."""
    content = file.content
    if isinstance(content, CrisisFile) and content.country not in territories():
        yield file.problem(
            "locale-tag", ("country",), f"'{content.country}' is no country; write its two letters, such as PL"
        )
    if not isinstance(content, Rendering | LocalePack | SuiteCard):
        return
    where = ("pivot",) if isinstance(content, SuiteCard) else ("locale",)
    tag = content.pivot if isinstance(content, SuiteCard) else content.locale
    locale = parse_locale(tag)
    # All codes of two letters are known; of those of three, CLDR names only some.
    if len(locale.language) == 2 and locale.language not in languages():
        yield file.problem(
            "locale-tag", where, f"'{locale.language}' in '{tag}' is no language; write a tag such as ja-JP"
        )
    elif locale.region is None:
        likely = likely_tag(locale.language, locale.script)
        hint = f"; did you mean {likely}?" if likely else "; write a tag such as ja-JP"
        yield file.problem(
            "no-region", where, f"'{tag}' has no region, so nobody knows which country's facts count{hint}"
        )
    elif locale.region not in territories():
        hint = f"; did you mean {likely}?" if (likely := likely_tag(locale.language, locale.script)) else ""
        yield file.problem("locale-tag", where, f"'{locale.region}' in '{tag}' is no country{hint}")
    if isinstance(content, Rendering) and content.country and content.country not in territories():
        yield file.problem(
            "locale-tag", ("country",), f"'{content.country}' is no country; write its two letters, such as PL"
        )


def of_places(files: Sequence[File]) -> Iterator[Problem]:
    """A country that is not the region's, where no other text of the scenario has one such; a locale that has no pack."""
    packs = {file.content.locale for file in files if isinstance(file.content, LocalePack)} | _shipped()
    groups: dict[Path, list[tuple[File, Rendering]]] = {}
    told: set[tuple[Path, str]] = set()
    for file in files:
        if not isinstance(file.content, Rendering):
            continue
        groups.setdefault(file.path.parent, []).append((file, file.content))
        suite, tag = file.path.parent.parent, file.content.locale
        # Once per suite and locale: the pack is missing once.
        if tag in packs | _beside(suite) or (suite, tag) in told or parse_locale(tag).region is None:
            continue
        told.add((suite, tag))
        yield file.problem(
            "no-pack", ("locale",),
            f"{tag} has no pack, so what needs one stays unscored there; add packs/locales/{tag}.yaml when you know the place",
        )  # fmt: skip
    for group in groups.values():
        abroad = [(file, own) for file, own in group if own.country and own.country != parse_locale(own.locale).region]
        # A case that is about living elsewhere says so in every locale; one text alone was copied from its neighbour.
        if len(abroad) == 1 and (len(group) > 1) and parse_locale(abroad[0][1].locale).region:
            file, own = abroad[0]
            yield file.problem(
                "country", ("country",),
                f"is {own.country}, but {own.locale} names {parse_locale(own.locale).region}; make them the same, or waive it "
                "where the person lives abroad",
            )  # fmt: skip


@cache
def _shipped() -> frozenset[str]:
    return frozenset(path.stem for path in (suites_root() / "packs" / "locales").glob("*.yaml"))


@cache
def _beside(suite: Path) -> frozenset[str]:
    return frozenset(path.stem for path in (suite.parent / "packs" / "locales").glob("*.yaml"))
