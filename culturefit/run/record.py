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


def texts_used(plan: Plan) -> list[dict[str, Any]]:
    """Count the renderings of a plan by origin and relation, and how many of them somebody has reviewed."""
    counts: Counter[tuple[str, str]] = Counter()
    reviewed: Counter[tuple[str, str]] = Counter()
    for renderings in plan.renderings.values():
        for rendering in renderings.values():
            counts[rendering.origin, rendering.relation] += 1
            reviewed[rendering.origin, rendering.relation] += bool(rendering.review)
    return [
        {"origin": origin, "relation": relation, "count": count, "reviewed": reviewed[origin, relation]}
        for (origin, relation), count in sorted(counts.items())
    ]


def write_json(path: Path, data: Mapping[str, Any], secrets: Iterable[str] = ()) -> None:
    """Write JSON whole or not at all, without any of `secrets`."""
    text = redact(json.dumps(data, ensure_ascii=False, indent=1) + "\n", tuple(secrets))
    write_whole(path, text)
