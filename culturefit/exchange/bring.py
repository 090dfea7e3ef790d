"""From a translator's file to new bytes of renderings: what changed, checked text by text, with its provenance.

Nothing is written here; `bring` fails as a whole or returns every file that changes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError, SuiteError, UsageError, nearest
from culturefit.exchange.collect import Place, places
from culturefit.exchange.edit import edited, quoted
from culturefit.exchange.sheet import Sheet, Unit, mark, person, unwritable
from culturefit.locales import parse_locale
from culturefit.schema import Rendering
from culturefit.schema.rendering import SLOT
from culturefit.suite.load import Case, Suite
from culturefit.suite.parse import parse
from culturefit.suite.texts import source_hash
from culturefit.suite.yamlfile import Where, dotted, parse_yaml

__all__ = ["Brought", "Choices", "bring"]

#: What a text is after a named person has edited it.
_EDITED = {"model": "model+person", "machine": "machine+person"}
#: Scripts that join a cue to its prompt without a space.
_SPACELESS = frozenset({"Jpan", "Hans", "Hant", "Thai", "Khmr", "Laoo", "Mymr"})


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person who imports has decided; see `culturefit import --help`."""

    translator: str | None = None
    overwrite_reviewed: bool = False
    unfinished: bool = False


@dataclass(slots=True)
class Brought:
    """What an import does.

    Attributes:
        files: (scenario, locale) -> the new bytes of its file.
        changed: unit ids of the texts that change.
        confirmed: scenarios whose stale prompt the translator has read again and left as it is.
        reviewed: unit ids that were left because the rendering is reviewed; one changed by hand since is not.
        unfinished: unit ids that were left because the tool says that they are not finished.
        incomplete: scenarios without a file that have a text now, but not their whole prompt.
        unsigned: scenarios whose reviews were removed, because the text under them is another now.
        cues: scenarios whose cue changed in one language, so that somebody should look at the other.
        one_sided: new renderings whose cue is in the locale's language only.
    """

    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    reviewed: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    incomplete: list[str] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    cues: list[str] = field(default_factory=list)
    one_sided: list[str] = field(default_factory=list)


Texts = dict[Where, tuple[str, Unit]]


def bring(suite: Suite, sheet: Sheet, path: Path, choices: Choices) -> Brought:
    """Find what a translator changed.

    Args:
        suite: the suite as it is now.
        sheet: what the file says; its locale is the target.
        path: the file, for messages.
        choices: what may be done.

    Raises:
        SuiteError: a text of the file cannot be used; names file, line, unit.
        UsageError: the file belongs to another suite, or nobody is named as its translator.
    """
    known = places(suite, sheet.locale)
    _of_this_locale(sheet, known, path)
    if sheet.source_locale and sheet.source_locale != suite.card.pivot:
        raise UsageError(
            f"{path} was made from {sheet.source_locale}, but the pivot of '{suite.card.id}' is {suite.card.pivot}; export it again."
        )
    found = Brought()
    units: dict[str, dict[Where, Unit]] = {}
    texts: dict[str, Texts] = {}
    for unit in sheet.units:
        place = known.get(unit.id)
        if place is None:
            raise _fault(path, unit, _unknown(unit.id, known, suite.card.id, sheet.locale))
        own = units.setdefault(place.scenario, {})
        if place.where in own:
            raise _fault(path, unit, f"stands twice, first in line {own[place.where].line}; keep one")
        own[place.where] = unit
        new = _wanted(path, place, unit, sheet.locale)
        if new is None:
            continue
        if unit.done is False and not choices.unfinished:
            found.unfinished.append(unit.id)
            continue
        texts.setdefault(place.scenario, {})[place.where] = (new, unit)
    name = person(choices.translator) or person(sheet.translator)
    for scenario, own in units.items():
        case = suite.cases[scenario]
        if scenario in texts:
            _change(suite, case, sheet.locale, path, texts[scenario], own, name, choices, found)
        elif _confirms(case, suite.card.pivot, sheet.locale, own):
            digest = source_hash(case.renderings[suite.card.pivot])
            file = suite.path / scenario / f"{sheet.locale}.yaml"
            found.files[scenario, sheet.locale] = edited(file, file.read_bytes(), {("source_hash",): digest})
            found.confirmed.append(scenario)
    return found


def _of_this_locale(sheet: Sheet, known: Mapping[str, Place], path: Path) -> None:
    """Refuse a file whose texts were another locale's when it was exported: its head has been changed since."""
    told = [(unit, known[unit.id]) for unit in sheet.units if unit.id in known and unit.base and unit.target.strip()]
    other = [
        unit for unit, place in told if unit.base != mark(place.target) and mark(unit.target) != mark(place.target)
    ]
    if len(other) > max(1, len(told) // 2):
        raise UsageError(
            f"{path} says that it is in {sheet.locale}, but {len(other)} of its {len(told)} texts were others when it was exported; "
            "correct the target language at the top of the file, or, if it is right, export again."
        )


def _fault(path: Path, unit: Unit, message: str) -> SuiteError:
    return SuiteError(message, path=str(path), line=unit.line or None, field=unit.id or "(no id)")


def _unknown(name: str, known: Mapping[str, Place], suite: str, locale: str) -> str:
    close = nearest(name, known) if len(name) < 200 else None
    return f"is no text of '{suite}' in {locale}; {f'did you mean {close}?' if close else 'ids are those of the exported file'}"


def _wanted(path: Path, place: Place, unit: Unit, locale: str) -> str | None:
    """Return the new text of a place, or None if the translator left it as it was or empty."""
    text = unit.target.replace("\r\n", "\n") if "\r" not in place.target else unit.target
    if not text.strip() or text == place.target:
        return None
    new = _spaced(text, place, locale)
    if new == place.target or (unit.base and unit.base == mark(text)):
        return None
    if char := unwritable(text):
        raise _fault(path, unit, f"holds the control character {char}; remove it")
    due = (place.target or place.source).count(SLOT)
    if text.count(SLOT) != due:
        near = re.search(r"[{｛][^{}｛｝]{0,30}[}｝]", text.replace(SLOT, ""))
        held = f", but '{near[0]}'" if near else ""
        raise _fault(
            path,
            unit,
            f"holds the slot {SLOT} {text.count(SLOT)} times{held}; it belongs here {_times(due)}, letter by letter",
        )
    if unit.base and unit.base != mark(place.target):
        raise _fault(
            path,
            unit,
            "was changed by the translator and, since the export, in the suite too; put one of both into the suite, export again",
        )
    return new


def _times(count: int) -> str:
    return {0: "not at all", 1: "once"}.get(count, f"{count} times")


def _spaced(text: str, place: Place, locale: str) -> str:
    """Return a text with the spaces around it that the rendering had: they join it to the prompt, and tools lose them."""
    model = place.target
    if not model:
        # The pivot's side of a cue has the pivot's spaces.
        spaceless = parse_locale(locale).script in _SPACELESS and place.where[-1] != "pivot"
        if place.where[0] not in ("cue", "placebo", "placebo_b") or spaceless:
            return text.strip()
        model = place.source
    before, after = model[: len(model) - len(model.lstrip())], model[len(model.rstrip()) :]
    return f"{before}{text.strip()}{after}"


def _messages(own: Mapping[Where, Unit], rendering: Rendering) -> list[Unit] | None:
    """Return the units of a rendering's messages, if the file holds them all."""
    wheres: list[Where] = [("turns", i) for i in range(len(rendering.turns))] if rendering.turns else [("prompt",)]
    return [own[where] for where in wheres] if all(where in own for where in wheres) else None


def _hash(units: list[Unit] | None) -> str | None:
    """Return the hash of the sources the translator saw: where the pivot has changed since, lint says so."""
    if units is None:
        return None
    joined = "\n".join(unit.source for unit in units)
    return hashlib.sha256(joined.encode()).hexdigest()


def _confirms(case: Case, pivot: str, locale: str, own: Mapping[Where, Unit]) -> bool:
    """Whether a translator has declared finished what was exported as stale, with the present source before the eyes."""
    rendering = case.renderings.get(locale)
    if rendering is None or rendering.source_hash is None or rendering.reviewed:
        return False
    units, current = _messages(own, rendering), source_hash(case.renderings[pivot])
    return bool(units) and rendering.source_hash != current == _hash(units) and all(unit.done for unit in units or ())


def _change(
    suite: Suite, case: Case, locale: str, path: Path, texts: Texts, own: Mapping[Where, Unit], name: str | None,
    choices: Choices, found: Brought,
) -> None:  # fmt: skip
    scenario, rendering = case.scenario.id, case.renderings.get(locale)
    ids = [unit.id for _, unit in texts.values()]
    if rendering and rendering.reviewed and not choices.overwrite_reviewed:
        found.reviewed += ids
        return
    pivot = case.renderings[suite.card.pivot]
    units = _messages(own, rendering or pivot)
    if rendering is None and not (units and all(where in texts for where in own if where[0] in ("prompt", "turns"))):
        found.incomplete.append(scenario)
        return
    if name is None:
        raise UsageError(f"{path} does not say who translated it; add --translator 'NAME'.")
    file = suite.path / scenario / f"{locale}.yaml"
    if rendering is None:
        raw = _new_file(suite, pivot, locale, {where: text for where, (text, _) in texts.items()}, name, _hash(units))
    else:
        changes: dict[Where, Any] = {where: text for where, (text, _) in texts.items()}
        changes |= _provenance(rendering, texts, units, pivot, name)
        raw = edited(file, file.read_bytes(), changes)
        if rendering.review:
            found.unsigned.append(scenario)
    _check(file, raw, path, texts)
    found.files[scenario, locale] = raw
    found.changed += ids
    sides = {where[1] for where in texts if where[0] == "cue"}
    after = rendering.cue if rendering else None
    if (sides == {"local"} and after and after.pivot) or (sides == {"pivot"} and after and after.local):
        found.cues.append(scenario)
    if rendering is None and "local" in sides and "pivot" not in sides:
        found.one_sided.append(scenario)


def _provenance(
    rendering: Rendering, texts: Texts, units: list[Unit] | None, pivot: Rendering, name: str
) -> dict[Where, Any]:
    changes: dict[Where, Any] = {}
    if rendering.origin in _EDITED:
        changes["origin",] = _EDITED[rendering.origin]
    if name not in rendering.translators:
        changes["translators",] = [*rendering.translators, name]
    of_prompt = any(where[0] in ("prompt", "turns") for where in texts)
    same_shape = len(rendering.messages) == len(pivot.messages)
    digest = _hash(units) if of_prompt and same_shape and rendering.relation != "native" else None
    if digest and digest != rendering.source_hash:
        changes["source_hash",] = digest
    if rendering.review:
        changes["review",] = []
    return changes


def _new_file(
    suite: Suite, pivot: Rendering, locale: str, texts: Mapping[Where, str], name: str, digest: str | None
) -> bytes:
    """Return a rendering that a person has made from the pivot, text by text."""
    lines = ["schema: 1", *([f"canary: {quoted(suite.card.canary)}"] if suite.card.canary else []), f"locale: {locale}"]
    region = parse_locale(locale).region
    lines += [f"country: {region}"] if region and region.isalpha() else []
    if pivot.turns:
        lines += ["turns:", *(f"- {quoted(texts['turns', index])}" for index in range(len(pivot.turns)))]
    else:
        lines.append(f"prompt: {quoted(texts['prompt',])}")
    for part in ("cue", "placebo", "placebo_b"):
        held = [f"  {where[1]}: {quoted(text)}" for where, text in texts.items() if where[0] == part]
        lines += [f"{part}:", *held] if held else []
    lines += [
        "origin: person",
        "relation: adapted",
        f"source_hash: {digest}",
        f"translators: [{quoted(name)}]",
        "review: []",
    ]
    return "\n".join([*lines, ""]).encode()


def _check(file: Path, raw: bytes, path: Path, texts: Texts) -> None:
    """Hold the new file against the schema; what does not fit is told at the unit it came from."""
    result = parse(parse_yaml(file, raw), Rendering)
    if not isinstance(result, list):
        return
    fault = result[0]
    unit = next((unit for where, (_, unit) in texts.items() if fault.field == dotted(where)), None)
    if unit is not None:
        raise _fault(path, unit, fault.message)
    raise CulturefitError(f"{path}: would make {file} a file that cannot be used: {fault.field}: {fault.message}.")
