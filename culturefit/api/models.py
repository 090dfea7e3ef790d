"""What a person may hand over as the model: a function, a pipeline, a Model, or a name."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

from culturefit.errors import UsageError, unknown
from culturefit.models.base import Model

__all__ = ["as_model", "named_model"]


def as_model(value: Any, version: str = "1") -> Model:
    """Return the Model that a value stands for.

    Raises:
        UsageError: it stands for none.
    """
    from culturefit.models.callable import CallableModel
    from culturefit.models.pipeline import Pipeline, is_pipeline

    if isinstance(value, str):
        return named_model(value, {"version": version} if _is_function(value) else {})
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


def named_model(name: str, settings: Mapping[str, Any]) -> Model:
    """Return a model by the name of a file in conf/model/, or by a function's place.

    Raises:
        UsageError: no such model or setting, or one that still needs a value.
    """
    from omegaconf import OmegaConf

    from culturefit.cli.compose import make_part

    if _is_function(name):
        return named_model("callable", {"function": name, **settings})
    folder = resources.files("culturefit.conf") / "model"
    known = sorted(each.name.removesuffix(".yaml") for each in folder.iterdir() if each.name.endswith(".yaml"))
    if name not in known:
        raise unknown("model", name, known)
    own: Any = OmegaConf.create((folder / f"{name}.yaml").read_text(encoding="utf-8"))
    shipped: Any = OmegaConf.to_container(own, resolve=True)
    part: dict[str, Any] = {**shipped, **settings}
    for key in settings:
        if key not in shipped:
            raise unknown(f"setting of {name}", key, [each for each in shipped if each != "_target_"])
    if empty := next((key for key, value in part.items() if value == "???"), None):
        raise UsageError(f"The model {name} needs {empty}; give it as load_model('{name}', {empty}=…).")
    model: Model = make_part("model", part)
    return model


def _is_function(name: str) -> bool:
    return ":" in name
