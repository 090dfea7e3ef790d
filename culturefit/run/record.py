"""run.json: what a run was, so that its numbers can be followed and made again."""

from __future__ import annotations

import hashlib
import json
import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from culturefit import __version__
from culturefit.files import write_whole
from culturefit.models.base import redact
from culturefit.run.plan import Plan
from culturefit.run.settings import Settings
from culturefit.suite.dataset import PromptTable
from culturefit.suite.load import Suite
from culturefit.suite.texts import is_stale

__all__ = ["fingerprint", "signature", "texts_used", "versions", "write_json"]

_NAMED = ("aiohttp", "hydra-core", "langdetect", "numpy", "pyarrow", "pydantic", "py3langid", "xllamacpp")


def fingerprint(data: Any) -> str:
    """Return 12 hex digits that stand for JSON data."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:12]


def signature(suite: Suite | PromptTable, translator: str, identity: Mapping[str, Any], settings: Settings) -> str:
    """Return the string that says how the replies of a run came to be.

    It leaves out which locales and scenarios were asked: jobs of one sweep that split them have one signature.
    """
    sampling = settings.sampling
    system = fingerprint(settings.system_prompt.model_dump()) if settings.system_prompt.text else "none"
    return "|".join((
        f"culturefit:{__version__}",
        f"suite:{suite.card.id}:{suite.card.version}@{suite.hash[:12]}",
        f"translator:{translator}",
        f"model:{identity['name']}@{fingerprint(identity)}",
        f"reference:{settings.reference}",
        f"sampling:t{sampling.temperature:g},p{sampling.top_p:g},n{sampling.max_tokens},seed{settings.seed}",
        f"system:{system}",
        f"epochs:{settings.epochs}",
    ))  # fmt: skip


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that can change a number."""
    found = {"python": platform.python_version(), "culturefit": __version__}
    for name in _NAMED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def texts_used(plan: Plan, pivot: str) -> list[dict[str, Any]]:
    """Count the renderings of a plan by origin and relation, how many of them somebody has reviewed, and how many are stale.

    Args:
        plan: the renderings.
        pivot: the locale they were made from. Stale: made from another version of its text.
    """
    counts: Counter[tuple[str, str]] = Counter()
    reviewed: Counter[tuple[str, str]] = Counter()
    stale: Counter[tuple[str, str]] = Counter()
    suite = {case.scenario.id: case.renderings for case in plan.cases}
    for scenario, renderings in plan.renderings.items():
        whole = suite.get(scenario, {})
        source = whole.get(pivot)
        for locale, rendering in renderings.items():
            key = (rendering.origin, rendering.relation)
            counts[key] += 1
            # What was signed is the file's text; the plan's may lack a part that is held back.
            reviewed[key] += bool(rendering.review and whole.get(locale, rendering).reviewed)
            stale[key] += source is not None and is_stale(rendering, source)
    return [
        {"origin": key[0], "relation": key[1], "count": count, "reviewed": reviewed[key], "stale": stale[key]}
        for key, count in sorted(counts.items())
    ]


def write_json(path: Path, data: Mapping[str, Any], secrets: Iterable[str] = ()) -> None:
    """Write JSON whole or not at all, without any of `secrets`."""
    text = redact(json.dumps(data, ensure_ascii=False, indent=1) + "\n", tuple(secrets))
    write_whole(path, text)
