"""Refuses secrets on the command line: Hydra records every override in the run directory, and shells keep a history."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from culturefit.errors import UsageError

__all__ = ["refuse_secrets"]

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
    values = {
        value for name, value in os.environ.items() if _SECRET_NAME.search(name.replace("_", ".")) and len(value) >= 12
    }
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
