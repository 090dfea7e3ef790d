"""What a person may hand over as the judge: what may be a model, several of them, or a panel; and the settings beside it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Final

from culturefit.api.models import as_model, is_function, named_model, shipped
from culturefit.errors import UsageError, unknown
from culturefit.judge.panel import Panel
from culturefit.models.base import Model
from culturefit.models.callable import CallableModel

__all__ = ["SETTINGS", "as_panel", "made_panel"]

#: What conf/judge/ sets beside the models.
SETTINGS: Final = tuple(inspect.signature(Panel).parameters)[1:]
#: The names of judges that have none, as conf/judge/ names them: a judge is the same from Python and the command line.
_PLACES: Final = ("first", "second", "third", "fourth", "fifth")


def as_panel(value: Any) -> Panel | None:
    """Return the panel that a value stands for, None for None and "none".

    Beside what `made_panel` takes: {"use": NAME, and its settings}, or {"models": …, and the panel's settings}.

    Raises:
        UsageError: it stands for none.
    """
    if value is None or value == "none":
        return None
    if isinstance(value, Mapping) and ("use" in value or "models" in value):
        rest = dict(value)
        return made_panel(rest.pop("use" if "use" in rest else "models"), rest)
    return made_panel(value, {})


def made_panel(judge: Any, settings: Mapping[str, Any]) -> Panel:
    """Return a panel of one judge or several, with settings of the panel and, for one judge that needs them, of its model.

    Args:
        judge: what may be a model, a list of such, a dict of such by name, or a Panel.
        settings: by their names in conf/judge/ and conf/model/.

    Raises:
        UsageError: no such model or setting, or settings that do not go together.
    """
    if isinstance(judge, Panel):
        if settings:
            raise UsageError(f"This judge is made already; give {', '.join(settings)} where it is made.")
        return judge
    own = {name: value for name, value in settings.items() if name in SETTINGS}
    rest = {name: value for name, value in settings.items() if name not in SETTINGS}
    if isinstance(judge, Mapping | list | tuple):
        if rest:
            raise unknown("setting of several judges", next(iter(rest)), SETTINGS)
        models = {name: _member(each) for name, each in _by_name(judge).items()}
    else:
        given = shipped("judge", judge) if isinstance(judge, str) and _is_shipped(judge) else {}
        models = {"first": _model(judge, rest, given)}
        own = {name: value for name, value in given.items() if name in SETTINGS} | own
    try:
        return Panel(models, **own)
    except TypeError as error:  # such as votes="3"
        raise UsageError(f"A judge cannot be made from {own}: {error}.") from None


def _by_name(judges: Mapping[Any, Any] | list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    if isinstance(judges, Mapping):
        return {str(name): each for name, each in judges.items()}
    return {_PLACES[at] if at < len(_PLACES) else f"judge_{at + 1}": each for at, each in enumerate(judges)}


def _member(value: Any) -> Model:
    """Return one of several judges; {"use": NAME, …} is a model with its settings."""
    rest = dict(value) if isinstance(value, Mapping) else {}
    name = rest.pop("use", None) if rest else value
    given = shipped("judge", name) if isinstance(name, str) and _is_shipped(name) else {}
    return _model(name, rest, given)


def _model(value: Any, settings: Mapping[str, Any], given: Mapping[str, Any]) -> Model:
    """Return the model of one judge; `given` is the file in conf/judge/ of its name, if there is one."""
    if isinstance(value, str):
        first = {name: each for name, each in given.get("models", {}).get("first", {}).items() if name != "_target_"}
        known = shipped("model", "callable" if is_function(value) else value)
        for name in settings:
            if name not in known:
                raise unknown("setting of a judge", name, [*SETTINGS, *(each for each in known if each != "_target_")])
        return named_model(value, first | dict(settings), "load_judge")
    made = as_model(value)
    if not settings:
        return made
    if made is value or not isinstance(made, CallableModel):  # a model, or a pipeline, with settings of its own
        raise unknown("setting of a judge", next(iter(settings)), SETTINGS)
    known = dict.fromkeys(list(inspect.signature(CallableModel).parameters)[1:])
    for name in settings:
        if name not in known:
            raise unknown("setting of a judge", name, [*SETTINGS, *known])
    return CallableModel(value, **settings)


def _is_shipped(name: str) -> bool:
    """Whether conf/judge/ has a file of this name that names a judge."""
    from importlib import resources

    return (
        name != "none"
        and name.isidentifier()
        and (resources.files("culturefit.conf") / "judge" / f"{name}.yaml").is_file()
    )
