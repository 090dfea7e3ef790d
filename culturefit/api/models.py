"""What a person may hand over as the model: a function, a pipeline, a Model, or a name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from culturefit.errors import UsageError, unknown
from culturefit.models.base import Model

if TYPE_CHECKING:
    from culturefit.pairing import PairScorer

__all__ = ["as_model", "as_pairs", "is_function", "named_model", "shipped"]


def as_model(value: Any, version: str = "1") -> Model:
    """Return the Model that a value stands for.

    Raises:
        UsageError: it stands for none.
    """
    from culturefit.models.callable import CallableModel
    from culturefit.models.pipeline import Pipeline, is_pipeline

    if isinstance(value, str):
        return named_model(value, {"version": version} if is_function(value) else {})
    if hasattr(value, "identity") and hasattr(value, "reply"):
        model: Model = value
        return model
    if is_pipeline(value):
        return Pipeline(value)
    if callable(value):
        return CallableModel(value, version=version)
    raise UsageError(
        f"{type(value).__name__} is no model; give a function, a transformers pipeline, what load_model returned, or a name."
    )


def named_model(name: str, settings: Mapping[str, Any], maker: str = "load_model") -> Model:
    """Return a model by the name of a file in conf/model/, or by a function's place.

    Args:
        name: the file's, without its ending, or module:function.
        settings: what replaces the file's.
        maker: the function that a sentence about a missing value names.

    Raises:
        UsageError: no such model or setting, or one that still needs a value.
    """
    from culturefit.cli.compose import make_part

    if is_function(name):
        return named_model("callable", {"function": name, **settings}, maker)
    part = shipped("model", name)
    for key in settings:
        if key not in part:
            raise unknown(f"setting of {name}", key, [each for each in part if each != "_target_"])
    part |= settings
    if empty := next((key for key, value in part.items() if value == "???"), None):
        raise UsageError(f"The model {name} needs {empty}; give it as {maker}('{name}', {empty}=…).")
    model: Model = make_part("model", part)
    return model


def as_pairs(value: PairScorer | str | None) -> PairScorer | None:
    """Return what compares pairs of replies, by the name of a file in conf/pairs/; None compares nothing.

    Raises:
        UsageError: no such file, or a package that it needs is missing.
    """
    from culturefit.cli.compose import make_part

    if not isinstance(value, str):
        return value
    made: PairScorer | None = make_part("pairs", shipped("pairs", value))
    return made


def shipped(group: str, name: str) -> dict[str, Any]:
    """Return the settings of conf/<group>/<name>.yaml.

    Raises:
        UsageError: no such file; the message lists those there are.
    """
    from omegaconf import OmegaConf

    folder = resources.files("culturefit.conf") / group
    known = sorted(each.name.removesuffix(".yaml") for each in folder.iterdir() if each.name.endswith(".yaml"))
    if name not in known:
        raise unknown(group, name, known)
    own: Any = OmegaConf.create((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    part: dict[str, Any] = OmegaConf.to_container(own, resolve=True)  # type: ignore[assignment]
    return part


def is_function(name: str) -> bool:
    """Whether a name is a function's place: module:function or file.py:function."""
    return ":" in name
