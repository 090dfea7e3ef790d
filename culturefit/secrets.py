"""Refuses secrets on the command line: Hydra records every override in the run directory, and shells keep a history."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from culturefit.errors import UsageError

__all__ = ["refuse_recorded", "refuse_secrets"]

_SECRET_NAME = re.compile(
    r"(?i)(^|[._+~-])(api[_-]?key|apikey|key|token|secret|password|passwd|authorization|bearer|credentials?)$"
)
_SECRET_VALUE = re.compile(
    r"\b(sk-[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{16,}|AIza[\w-]{30,}|gh[pousr]_[A-Za-z0-9]{20,}|xox[a-z]-[\w-]{10,}|Bearer\s+\S{8,})"
)
_URL_LOGIN = re.compile(r"https?://[^/\s@]+@")
_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def refuse_secrets(arguments: Iterable[str]) -> None:
    """Raise UsageError where an argument carries what looks like a secret; the message never repeats it."""
    values = _in_environment()
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if equals and name.endswith("api_key_env") and value and not _ENV_NAME.fullmatch(value.strip("'\"")):
            raise UsageError(
                f"{name} takes the name of an environment variable, not a key: export MY_KEY=… and write {name}=MY_KEY."
            )
        in_map = re.match(r"[+~]*model\.headers_env\.", name) and _ENV_NAME.fullmatch(value.strip("'\""))
        named = equals and not in_map and _SECRET_NAME.search(name) and value.strip("'\"") not in ("", "null")
        if (
            named
            or _SECRET_VALUE.search(argument)
            or _URL_LOGIN.search(argument)
            or any(each in argument for each in values)
        ):
            what = f"'{name}'" if equals else "an argument"
            raise UsageError(
                f"{what} carries a secret, which would be recorded in the run directory: export it as OPENAI_API_KEY, "
                "or in another environment variable named by model.api_key_env=NAME, and leave it off the command line."
            )


def refuse_recorded(resolved: Any, written: Any) -> None:
    """Raise UsageError where a configuration holds a secret, by interpolation or as it is; run.json records its values.

    Args:
        resolved: the configuration as plain data, interpolations filled in.
        written: the same with interpolations such as `${oc.env:KEY}` as they stand in the file.
    """
    values = _in_environment()
    sources = dict(_leaves(written))
    for name, value in _leaves(resolved):
        filled = "oc.env" in sources.get(name, "")
        if (
            _SECRET_VALUE.search(value)
            or any(each in value for each in values)
            or (filled and value and (_SECRET_NAME.search(name) or _URL_LOGIN.search(value)))
        ):
            raise UsageError(
                f"{name} holds a secret, which would be recorded in the run directory: leave it out of the configuration and "
                "name its variable by model.api_key_env=NAME or model.headers_env={HEADER: NAME}."
            )


def _in_environment() -> set[str]:
    """Return the values of the environment variables whose names say that they are secret."""
    named = ((name.replace("_", "."), value) for name, value in os.environ.items())
    return {value for name, value in named if _SECRET_NAME.search(name) and len(value) >= 12}


def _leaves(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield (dotted name, text) of every text in plain data."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from _leaves(value, f"{name}.{key}" if name else str(key))
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from _leaves(value, f"{name}.{index}")
    elif isinstance(data, str):
        yield name, data
