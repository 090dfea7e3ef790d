"""What all engines share: which texts are translated, how a rendering is put together, what is kept and what is checked."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from culturefit.errors import UsageError
from culturefit.locales import parse_locale
from culturefit.models.base import Request, Sampling
from culturefit.records import Reply
from culturefit.schema import Rendering
from culturefit.suite.texts import source_hash
from culturefit.translation import Checked, Means, Rendered, Wanted
from culturefit.translators._checks import Guard, sources_of

#: Scripts that join a cue to its prompt without a space.
_SPACELESS = frozenset({"Jpan", "Hans", "Hant", "Thai", "Khmr", "Laoo", "Mymr"})

__all__ = ["Drafts", "Piece", "kept", "spaced"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A text to translate, what it is (prompt, turn, placebo, cue) and the gender of the person who says it, if known."""

    text: str
    kind: str
    gender: str | None = None


class Drafts(ABC):
    """A translation engine: takes the renderings that the suite has and makes those that it has not.

    A subclass says what a pair of locales needs (`parameters`) and translates pieces (`translate`).

    Args:
        allow_review: whether texts that the gate wants reviewed are sent to a model.
        gate: judges what is made; None = the gate with its own thresholds.
        source: the locale to translate from; None = the run's reference.
        back: whether what was made is translated back by the same engine, where it can, for the gate to compare.
        cue: `none` = a made rendering has no culture cue; `place` = "I live in <country>." stands for one.
    """

    #: Its name in the registry and in the provenance.
    engine: str
    makes = True

    def __init__(
        self,
        allow_review: bool = False,
        gate: Any = None,
        source: str | None = None,
        cue: str = "none",
        back: bool = False,
    ) -> None:
        if cue not in ("none", "place"):
            raise UsageError(f"translator.cue={cue} is not known; it is none or place.")
        self._guard = Guard(gate, allow_review)
        self._source = parse_locale(source).tag if source else None
        self._cue, self._back = cue, back
        self._means: Means | None = None
        #: "en-US>es-MX" -> the parameters of the pairs that were drafted.
        self._pairs: dict[str, dict[str, Any]] = {}

    @property
    @abstractmethod
    def version(self) -> str:
        """The engine's version, as far as it says one."""

    @abstractmethod
    def parameters(self, of: str, into: str) -> dict[str, Any]:
        """Return all that can change a translation between two locales, as JSON without secrets.

        Raises:
            UsageError: the pair is not supported; names what is.
        """

    @abstractmethod
    def translate(self, pieces: Sequence[Piece], of: str, into: str) -> Sequence[str | None]:
        """Return the translation of each piece, in order; None where there is none."""

    def prepare(self, means: Means) -> None:
        """Take the journal and the budget of a run."""
        self._means = means

    def settings(self) -> dict[str, Any]:
        """Return the settings that change a translation whatever the pair, as JSON without secrets."""
        return {"source": self._source, "cue": self._cue}

    def provenance(self) -> dict[str, Any]:
        """Return engine, version, settings, and the parameters of each pair that was used."""
        return {"engine": self.engine, "version": self.version, "parameters": self.settings(), "pairs": self._pairs}

    def render(self, wanted: Sequence[Wanted]) -> Sequence[Rendered | None]:
        """Return the suite's rendering where it has one, else one made now and checked by the gate."""
        found = [self._guard.rendered(each) for each in wanted]
        missing = [index for index, each in enumerate(found) if each is None]
        for index, made in zip(missing, self.draft([wanted[index] for index in missing]), strict=True):
            found[index] = made
        return found

    def draft(self, wanted: Sequence[Wanted]) -> Sequence[Rendered | None]:
        """Return a rendering made now for each, whatever the suite has; None where there is no source or no translation."""
        found: list[Rendered | None] = [None] * len(wanted)
        for (of, into), jobs in self.check(wanted).items():
            parameters = self._pairs[f"{of}>{into}"]
            texts = [self._texts(source, into) for _, source in jobs]
            pieces = list(dict.fromkeys(
                _piece(where, text, source) for (_, source), own in zip(jobs, texts, strict=True) for where, text in own.items()
            ))  # fmt: skip
            made = dict(zip(pieces, self.translate(pieces, of, into), strict=True))
            backs = self._translated_back(made, of, into)
            for (index, source), own in zip(jobs, texts, strict=True):
                targets = {where: made[_piece(where, text, source)] for where, text in own.items()}
                back = {where: backs.get(_piece(where, text, source)) for where, text in own.items()}
                found[index] = self.rendered(wanted[index], source, own, targets, parameters, back)
        return found

    def _translated_back(self, made: Mapping[Piece, str | None], of: str, into: str) -> dict[Piece, str | None]:
        """Return what becomes of each translation on the way back; empty if nobody asked or the engine has no way back."""
        if not self._back:
            return {}
        try:
            self.parameters(into, of)
        except UsageError:
            return {}
        there = {piece: text for piece, text in made.items() if text}
        texts = [Piece(text, piece.kind, piece.gender) for piece, text in there.items()]
        return dict(zip(there, self.translate(texts, into, of), strict=True))

    def check(self, wanted: Sequence[Wanted]) -> dict[tuple[str, str], list[tuple[int, Rendering]]]:
        """Return what is to be translated by pair of locales: each place in `wanted`, and the rendering it is made from.

        Raises:
            UsageError: a pair is not supported, or is one language.
        """
        pairs: dict[tuple[str, str], list[tuple[int, Rendering]]] = {}
        for index, each in enumerate(wanted):
            source = each.case.renderings.get(self._source or each.reference)
            if source is not None:
                pairs.setdefault((source.locale, each.locale), []).append((index, source))
        for of, into in pairs:
            self._same_language(of, into)
            self._pairs[f"{of}>{into}"] = self.parameters(of, into)
        return pairs

    def _same_language(self, of: str, into: str) -> None:
        if parse_locale(of).language == parse_locale(into).language:
            raise UsageError(
                f"{of} and {into} are one language, so there is nothing to translate; use translator=adapt, or write {into}.yaml by hand."
            )

    def _texts(self, source: Rendering, into: str) -> dict[str, str]:
        found = sources_of(source)
        if self._cue == "place" and parse_locale(source.locale).language == "en" and (place := _place(into)):
            found["cue.local"] = f"I live in {place}. "
        return found

    def rendered(
        self, wanted: Wanted, source: Rendering, sources: Mapping[str, str], made: Mapping[str, str | None],
        parameters: dict[str, Any], backs: Mapping[str, str | None] | None = None,
    ) -> Rendered | None:  # fmt: skip
        """Return a rendering put together from its texts by place, each checked beside its source; None without a whole prompt."""
        tight = parse_locale(wanted.locale).script in _SPACELESS
        texts = {
            where: text.strip() if tight and "." in where else spaced(text, sources[where])
            for where, text in made.items()
            if text is not None
        }
        if any(where not in texts for where in made if where.startswith(("prompt", "turns"))):
            return None
        checked: Sequence[Checked] = self._guard.all_of(
            sources, texts, source.locale, wanted.locale, source.speaker_gender, backs or {}
        )
        pivot, region = wanted.case.renderings.get(wanted.pivot), parse_locale(wanted.locale).region
        data: dict[str, Any] = {
            "schema": 1, "canary": source.canary, "locale": wanted.locale, "origin": "machine", "relation": "parallel",
            "machine": {"engine": self.engine, "version": self.version, "parameters": parameters},
            # What the pivot was when this was made; a source that is itself a translation says what it was made from.
            "source_hash": source_hash(source) if source is pivot else source.source_hash,
            "country": region if region and region.isalpha() else None,
            "speaker_gender": source.speaker_gender, "age_band": source.age_band,
        }  # fmt: skip
        for where, text in texts.items():
            part, _, side = where.partition(".")
            if part.startswith("turns"):
                data.setdefault("turns", []).append(text)
            elif side:
                data.setdefault(part, {})[side] = text
            else:
                data[part] = text
        if "cue.local" in sources:
            data.setdefault("cue", {})["pivot"] = sources["cue.local"]
        try:
            return Rendered(Rendering.model_validate(data), tuple(checked), made=True)
        except ValidationError:  # it lost its slot, or says nothing at all: no file can hold it
            blocked = [each if each.verdict == "block" else _blocked(each) for each in checked]
            return Rendered(None, tuple(blocked), made=True)


def _blocked(checked: Checked) -> Checked:
    return Checked(checked.where, "block", False, checked.findings, checked.text)


def _piece(where: str, text: str, source: Rendering) -> Piece:
    kind = re.split(r"[.\[]", where)[0]
    return Piece(text.strip(), {"turns": "turn", "placebo_b": "placebo"}.get(kind, kind), source.speaker_gender)


#: Countries whose English name takes an article.
_THE = frozenset({"AE", "BS", "CD", "CF", "DO", "GB", "GM", "KM", "MV", "NL", "PH", "SB", "SC", "US"})


def _place(locale: str) -> str | None:
    """Return the English name of a locale's country, as it stands after "in"."""
    from babel import Locale

    region = parse_locale(locale).region or ""
    name: str | None = Locale("en").territories.get(region)
    return f"the {name}" if name and region in _THE else name


def spaced(text: str, source: str) -> str:
    """Return a translation with the spaces around it that the source has: they join a cue to its prompt."""
    before, after = source[: len(source) - len(source.lstrip())], source[len(source.rstrip()) :]
    return f"{before}{text.strip()}{after}"


def kept(
    means: Means | None, identity: Mapping[str, Any], texts: Sequence[str], batch: int,
    translate: Callable[[Sequence[str]], Sequence[str | None]],
) -> list[str | None]:  # fmt: skip
    """Return translations, those of an earlier run from the journal; each batch is kept as it comes.

    Args:
        means: names the journal; None = nothing is kept.
        identity: all that can change a translation: engine, version, parameters of the pair.
        texts: n texts.
        batch: texts per call.
        translate: returns a translation per text, None where there is none; that is tried again next time.
    """
    from culturefit.store import Store, identity_digest, request_key

    digest = identity_digest(identity)
    requests = {text: Request([{"role": "user", "content": text}], Sampling(0.0, 1.0, 1, 0)) for text in texts}
    found: dict[str, str | None] = {}
    store = Store(means.journal) if means else None
    try:
        for text, request in requests.items():
            reply = store.get(request_key(digest, request)) if store else None
            if reply is not None:
                found[text] = reply.text
        todo = [text for text in requests if text not in found]
        for start in range(0, len(todo), batch):
            some = todo[start : start + batch]
            for text, made in zip(some, translate(some), strict=True):
                found[text] = made
                if store and made is not None:
                    name = f"{identity['engine']} {identity['version']}"[:200]
                    store.put(request_key(digest, requests[text]), requests[text], Reply(made), model=name)
            if store:
                store.commit()
    finally:
        if store:
            store.close()
    return [found[text] for text in texts]
