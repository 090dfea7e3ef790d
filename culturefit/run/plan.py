"""From a suite and a configuration to the samples of a run: scenario × locale × arm × epoch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from culturefit.errors import UsageError, unknown
from culturefit.locales import parse_locale
from culturefit.records import Sample
from culturefit.schema import Rendering
from culturefit.suite.dataset import PromptTable
from culturefit.suite.load import Case, Suite
from culturefit.suite.texts import Missing, turns_for
from culturefit.translation import Checked, Translator, Wanted, released
from culturefit.vocabulary import ARMS, CUED_ARMS, OWN_ARM

__all__ = ["Plan", "Selection", "make_plan"]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which part of a suite a run asks. None = all; `limit` takes the first scenarios in order of ids."""

    reference: str
    arms: Sequence[str]
    epochs: int = 1
    #: More for cells of the reference locale; None = the same.
    epochs_reference: int | None = None
    locales: Sequence[str] | None = None
    scenarios: Sequence[str] | None = None
    limit: int | None = None


@dataclass(slots=True)
class Plan:
    """The samples to ask, in the order of every table that is written, and what could not be rendered."""

    locales: list[str]
    cases: list[Case]
    #: scenario id -> locale -> the rendering used
    renderings: dict[str, dict[str, Rendering]] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    #: (scenario id, locale) -> what the gate says of its machine-made texts
    checked: dict[tuple[str, str], tuple[Checked, ...]] = field(default_factory=dict)
    #: (scenario id, locale) -> places of the texts that are held back
    held: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    #: Renderings that the translator made for this run.
    made: int = 0


def make_plan(suite: Suite | PromptTable, translator: Translator, selection: Selection) -> Plan:
    """Render the selected part of `suite`.

    Raises:
        UsageError: a locale, scenario or arm that does not exist, or nothing left to ask.
    """
    if isinstance(suite, PromptTable):
        return _plan_table(suite, selection)
    native = suite.card.design == "native"
    plan = Plan(_locales(suite, selection, makes=translator.makes), _cases(suite, selection))
    if not selection.arms:
        raise UsageError(f"arms is empty; name at least one of {', '.join(ARMS)}.")
    for arm in selection.arms:
        if arm not in ARMS:
            raise unknown("arm", arm, ARMS)
    if selection.epochs < 1:
        raise UsageError(f"epochs is {selection.epochs}; it must be 1 or more.")
    _render(plan, translator, [
        Wanted(case, locale, parse_locale(selection.reference).tag, suite.card.pivot)
        # A native case was written where it belongs: there is no other place to translate it for.
        for case in plan.cases for locale in plan.locales if not native or locale in case.renderings
    ])  # fmt: skip
    for case in plan.cases:
        # A native case is asked where it was written, as it stands.
        own = ((locale, "local") for locale in plan.locales if locale in case.renderings)
        for locale, arm in own if native else _cells(plan.locales, selection):
            found = _cell(suite, plan, case, locale, arm, selection)
            if isinstance(found, Missing):
                plan.missing.append(_told(found, plan.held))
            else:
                plan.samples.extend(found)
    if not plan.samples:
        raise UsageError(
            f"Nothing to ask: suite '{suite.card.id}' has none of these renderings for {', '.join(plan.locales)}."
        )
    return plan


def _render(plan: Plan, translator: Translator, wanted: Sequence[Wanted]) -> None:
    """Take the renderings, without the machine-made texts that must not be sent."""
    for each, rendered in zip(wanted, translator.render(wanted), strict=True):
        if rendered is None:
            continue
        key = (each.case.scenario.id, each.locale)
        rendering, held = released(rendered)
        plan.made += rendered.made
        if rendered.checked:
            plan.checked[key] = rendered.checked
        if held:
            plan.held[key] = held
        if rendering is not None:
            plan.renderings.setdefault(key[0], {})[each.locale] = rendering


def _told(missing: Missing, held: dict[tuple[str, str], list[str]]) -> Missing:
    """Return what is missing, saying so where the text is only held back."""
    locale, _, where = missing.what.partition(".yaml")
    back = held.get((missing.scenario, locale), [])
    found = back if not where else [each for each in back if each == where.removeprefix(": ")]
    if not found:
        return missing
    return missing._replace(what=f"{locale}.yaml: {found[0]} (held back by the gate)", held=True)


def _locales(suite: Suite, selection: Selection, *, makes: bool) -> list[str]:
    known = suite.locales
    chosen = [parse_locale(tag).tag for tag in selection.locales] if selection.locales is not None else known
    reference = parse_locale(selection.reference).tag
    if suite.card.design == "native":
        for tag in chosen:
            if tag not in known:
                raise unknown("locale", tag, known)
        return list(dict.fromkeys(chosen))
    for tag in (reference, *chosen):
        if tag not in known and (tag == reference or not makes):
            raise unknown("locale", tag, known)
    # The reference locale is always asked: every gap is measured against it.
    return [reference, *(tag for tag in dict.fromkeys(chosen) if tag != reference)]


def _cases(suite: Suite, selection: Selection) -> list[Case]:
    if selection.limit is not None and selection.limit < 1:
        raise UsageError(f"limit is {selection.limit}; it is a number of scenarios, 1 or more.")
    ids = list(suite.cases) if selection.scenarios is None else list(dict.fromkeys(selection.scenarios))
    for each in ids:
        if each not in suite.cases:
            raise unknown("scenario", each, suite.cases)
    return [suite.cases[each] for each in ids[: selection.limit]]


def _cells(locales: list[str], selection: Selection) -> Iterator[tuple[str, str]]:
    for locale in locales:
        for arm in selection.arms:
            if locale == selection.reference and ARMS[arm].language == "local":
                continue  # in the reference locale the local arms are the pivot arms
            if ARMS[arm].per_locale or locale == selection.reference:
                yield locale, arm


def _cell(suite: Suite, plan: Plan, case: Case, locale: str, arm: str, selection: Selection) -> list[Sample] | Missing:
    renderings = plan.renderings.get(case.scenario.id, {})
    turns = turns_for(case, renderings, locale, arm, selection.reference, suite.card.pivot)
    if isinstance(turns, Missing):
        return turns
    asked_in = selection.reference if ARMS[arm].language == "pivot" else locale
    rendering, base = renderings[locale], renderings[asked_in]
    repair = base.repair.corrected if base.repair else []
    return [
        Sample(
            suite=suite.card.id,
            scenario=case.scenario.id,
            locale=locale,
            arm=arm,
            epoch=epoch,
            turns=turns,
            language=asked_in,
            country=(rendering.country or parse_locale(locale).region) if arm in CUED_ARMS else None,
            risk=case.scenario.risk,
            role=case.scenario.role,
            speaker_gender=base.speaker_gender,
            corrected=tuple(repair),
            # A cue of another file makes the prompt's origin that of the locale it stands for.
            origin=rendering.origin,
            relation=rendering.relation,
        )
        for epoch in range(1, _epochs(locale, selection) + 1)
    ]


def _epochs(locale: str, selection: Selection) -> int:
    return selection.epochs_reference or selection.epochs if locale == selection.reference else selection.epochs


def _plan_table(table: PromptTable, selection: Selection) -> Plan:
    """Plan the user's own rows: each is asked as it stands; `limit` counts rows."""
    locales = None if selection.locales is None else {parse_locale(tag).tag for tag in selection.locales}
    for tag in locales or ():
        if tag not in table.locales:
            raise unknown("locale", tag, table.locales)
    rows = [
        row
        for row in table.rows
        if (locales is None or row.locale in locales)
        and (selection.scenarios is None or row.scenario in selection.scenarios)
    ][: selection.limit]
    plan = Plan(list(dict.fromkeys(row.locale for row in rows)), [])
    for row in rows:
        arm = ARMS[row.arm] if row.arm else None
        cued = row.arm is None or row.arm in CUED_ARMS
        for epoch in range(1, selection.epochs + 1):
            plan.samples.append(
                Sample(
                    suite=table.card.id,
                    scenario=row.scenario,
                    locale=row.locale,
                    arm=row.arm or OWN_ARM,
                    epoch=epoch,
                    turns=(row.prompt,),
                    language=selection.reference if arm and arm.language == "pivot" else row.locale,
                    country=(row.country or parse_locale(row.locale).region) if cued else None,
                    risk=row.risk,
                    role=row.role,
                    own_id=row.id,
                )
            )
    if not plan.samples:
        raise UsageError(f"Nothing to ask: none of the rows of '{table.card.id}' is selected.")
    return plan
