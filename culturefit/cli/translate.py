"""`culturefit translate`: drafts of the renderings that a suite does not have, by a translation engine, for people to finish."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from culturefit.suite import Suite
    from culturefit.translation import Rendered, Wanted

__all__ = ["main"]

#: Overrides that mean something here.
_TAKEN = (
    "suite", "translator", "model", "locales", "scenarios", "limit", "reference", "store", "budget", "rate", "prices", "missing_only",
)  # fmt: skip
#: Renderings between two writings: what is lost where the command is killed, and what an engine has for a batch.
_CHUNK = 32


def main(argv: Sequence[str]) -> int:
    """Write the drafts and what the gate found beside each; return 0, or 1 where something could not be made."""
    parser = argparse.ArgumentParser(
        prog="culturefit translate", description=__doc__,
        epilog="A draft has origin machine; what a person wrote, edited or reviewed is never touched. Beside es-MX.yaml stands "
        "es-MX.gate.json with the gate's findings. The same command again makes what is missing. missing_only=false also makes "
        "unreviewed drafts again. Example: culturefit translate suite=core 'locales=[es-AR]' translator=apertium",
    )  # fmt: skip
    parser.add_argument(
        "overrides", nargs="*", metavar="KEY=VALUE",
        help="as in `culturefit run`: suite, locales, translator, translator.…, scenarios, limit, store, budget; and missing_only",
    )  # fmt: skip
    parser.add_argument("--to", type=Path, metavar="DIR", help="write below this folder and leave the suite alone")
    parser.add_argument("--config-dir", type=Path, metavar="DIR", help="a folder of your own configs")
    options = parser.parse_intermixed_args(argv)
    missing_only, overrides = _missing_only(options.overrides)
    suite, all_wanted, translator = _prepared(overrides, options.config_dir)
    root = options.to or suite.path
    wanted = [each for each in all_wanted if _is_free(each, root, missing_only)]
    translator.check(wanted)
    counts = Counter(left=len(all_wanted) - len(wanted))
    for start in range(0, len(wanted), _CHUNK):
        some = wanted[start : start + _CHUNK]
        for each, rendered in zip(some, translator.draft(some), strict=True):
            # Somebody may have written there meanwhile.
            counts[_write(root, each, rendered) if _is_free(each, root, missing_only) else "left"] += 1
    written = sum(counts[name] for name in ("pass", "review", "block"))
    if translator.provenance()["parameters"].get("model", "") is None:
        sys.stdout.write(f"No model is set: {counts['none']} lists of what to change written below {root}.\n")
        return 0
    sys.stdout.write(
        f"{written} drafts written below {root}: {counts['pass']} pass the gate, {counts['review']} to be reviewed, {counts['block']} "
        f"blocked; {counts['none']} could not be made; {counts['left']} left as they are.\n"
    )
    return int(counts["none"] > 0)


def _is_free(wanted: Wanted, root: Path, missing_only: bool) -> bool:
    """Tell whether neither the suite nor the folder has a rendering that must stay."""
    from culturefit.exchange.drafts import gives_way, may_write

    own = wanted.case.renderings.get(wanted.locale)
    path = root / wanted.case.scenario.id / f"{wanted.locale}.yaml"
    return gives_way(own, missing_only=missing_only) and may_write(path, missing_only=missing_only)


def _prepared(overrides: Sequence[str], config_dir: Path | None) -> tuple[Suite, list[Wanted], Any]:
    """Return the suite, every rendering that is asked for, and the engine."""
    from culturefit.cli.compose import GROUPS, composed, make_part
    from culturefit.errors import UsageError
    from culturefit.run.settings import Settings, caps_of
    from culturefit.suite.dataset import PromptTable
    from culturefit.translation import Means

    for each in overrides:
        name = each.partition("=")[0].lstrip("+~").partition("@")[0].partition(".")[0]
        if name not in _TAKEN:
            raise UsageError(f"'{name}' is nothing that `culturefit translate` uses; it takes {', '.join(_TAKEN)}.")
    data = composed(overrides, config_dir)
    parts = {group: data.pop(group) for group in GROUPS}
    settings = Settings.check(data)
    suite, translator = make_part("suite", parts["suite"]), make_part("translator", parts["translator"])
    if isinstance(suite, PromptTable) or suite.card.design == "native":
        raise UsageError(
            f"'{suite.card.id}' holds prompts that are asked where they were written; there is nothing to translate."
        )
    if not hasattr(translator, "draft"):
        raise UsageError(
            "This translator makes no drafts; choose one with translator=NAME (see `culturefit list translators`)."
        )
    if hasattr(translator, "prepare"):
        caps, prices = caps_of(settings)
        scope = f"translate:{os.getpid()}:{time.time_ns()}"
        translator.prepare(Means(settings.store.path, scope, caps, prices, say=_say))
    return suite, list(_wanted(suite, settings)), translator


def _missing_only(overrides: Sequence[str]) -> tuple[bool, list[str]]:
    from culturefit.errors import UsageError

    given = [each for each in overrides if each.startswith("missing_only=")]
    value = given[-1].partition("=")[2].lower() if given else "true"
    if value not in ("true", "false"):
        raise UsageError(f"missing_only={value} is not known; it is true or false.")
    return value == "true", [each for each in overrides if each not in given]


def _wanted(suite: Suite, settings: Any) -> Iterator[Wanted]:
    from culturefit.errors import UsageError, unknown
    from culturefit.locales import parse_locale
    from culturefit.translation import Wanted

    if not settings.locales:
        raise UsageError("Name the locales to translate into: 'locales=[sw-KE]'.")
    reference = parse_locale(settings.reference).tag
    tags = list(dict.fromkeys(parse_locale(tag).tag for tag in settings.locales))
    if reference not in suite.locales:
        raise unknown("locale", reference, suite.locales)
    if clash := {reference, suite.card.pivot} & set(tags):
        raise UsageError(f"{clash.pop()} is what '{suite.card.id}' is translated from; give other locales.")
    names = settings.scenarios or list(suite.cases)
    for name in names:
        if name not in suite.cases:
            raise unknown("scenario", name, suite.cases)
    for tag in tags:
        for name in names[: settings.limit]:
            yield Wanted(suite.cases[name], tag, reference, suite.card.pivot)


def _write(root: Path, wanted: Wanted, rendered: Rendered | None) -> str:
    """Write a draft and its findings, each whole or not at all; return the verdict, or "none" where there is no file."""
    from culturefit.errors import CulturefitError
    from culturefit.exchange.drafts import draft_file, findings_file, worst
    from culturefit.files import write_whole

    if rendered is None:
        return "none"
    folder = root / wanted.case.scenario.id
    if not folder.resolve().is_relative_to(root.resolve()):
        raise CulturefitError(f"'{folder}' leads out of '{root}'; put a folder there, not a link.")
    files = {f"{wanted.locale}.gate.json": findings_file(rendered, wanted.locale)}
    if rendered.rendering is not None:
        # Last, because a rendering that is there is not made again.
        files[f"{wanted.locale}.yaml"] = draft_file(rendered.rendering)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            write_whole(folder / name, content)
    except OSError as error:
        raise CulturefitError(
            f"'{folder}' cannot be written ({error.strerror or error}); give another with --to DIR."
        ) from None
    return "none" if rendered.rendering is None else worst(rendered)


def _say(text: str) -> None:
    from culturefit.plain import plain

    sys.stderr.write(plain(text) + "\n")
