"""What commands share that compose a Hydra configuration: parts made from their settings, errors in one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from culturefit.errors import CulturefitError, UsageError, unknown

__all__ = ["GROUPS", "composed", "explain", "make_part", "opened"]

#: The configuration groups of a run, in the order they are made: what a user's own file gets wrong is told first.
GROUPS = ("suite", "translator", "model", "judge", "pairs")

#: Settings whose keys are the user's: `scorer.language.identifier=langdetect`.
_MAPS = (
    "scorer.",
    "prices.",
    "judge.models.",
    "model.extra_body.",
    "model.headers.",
    "model.headers_env.",
    "model.body.",
    "translator.gate.thresholds.",
    "translator.gate.glossary.",
    "translator.model.extra_body.",
)


def opened(argument: str) -> str:
    """Let a user name new keys below settings that are maps, without Hydra's `++`."""
    return f"++{argument}" if argument.startswith(_MAPS) else argument


def composed(overrides: Sequence[str], config_dir: Path | None) -> dict[str, Any]:
    """Return the configuration of a run with overrides, as plain data; for commands that are no Hydra app.

    Args:
        overrides: as on the command line of `culturefit run`.
        config_dir: a folder of the user's own configs.

    Raises:
        CulturefitError: a group or setting that does not exist, a secret, no such folder.
    """
    from hydra import compose, initialize_config_module
    from hydra.errors import HydraException
    from omegaconf import OmegaConf
    from omegaconf.errors import OmegaConfBaseException

    from culturefit.secrets import refuse_secrets

    refuse_secrets(overrides)
    if config_dir is not None and not config_dir.is_dir():
        raise UsageError(f"--config-dir {config_dir} is no folder.")
    search = [f"hydra.searchpath=['file://{config_dir.resolve()}']"] if config_dir else []
    try:
        with initialize_config_module(config_module="culturefit.conf", version_base="1.3"):
            config = compose("config", overrides=[*map(opened, overrides), *search])
            data: dict[str, Any] = OmegaConf.to_container(config, resolve=True)  # type: ignore[assignment]
    except (HydraException, OmegaConfBaseException) as error:
        raise explain(error, overrides) or error from None
    except ValueError as error:  # Hydra's own, for an override of a group that is no name
        raise UsageError(f"The configuration cannot be used: {str(error).splitlines()[0]}.") from None
    return data


def make_part(group: str, part: Any) -> Any:
    """Return the suite, translator or model that a group's settings describe.

    Raises:
        CulturefitError: a setting without a value, one that does not exist, or what its maker says.
    """
    from hydra.utils import instantiate

    if not isinstance(part, dict) or "_target_" not in part:
        raise UsageError(f"{group} needs a `_target_`; choose one with {group}=NAME (see `culturefit list {group}s`).")
    if key := _without_value(part):
        raise UsageError(f"{group}.{key} has no value yet; give it as {group}.{key}=VALUE.")
    try:
        return instantiate(part, _convert_="all")
    except Exception as error:
        cause = error.__cause__ or error
        if isinstance(cause, CulturefitError):
            raise cause from None
        if isinstance(cause, TypeError) and (found := re.search(r"unexpected keyword argument '(\w+)'", str(cause))):
            raise unknown(
                f"setting of {group}", f"{group}.{found[1]}", [f"{group}.{key}" for key in part if key != "_target_"]
            ) from None
        raise UsageError(f"{group} cannot be made from its settings: {str(cause).splitlines()[0]}.") from None


def _without_value(part: Mapping[str, Any]) -> str | None:
    """Return the first key, dotted, whose value is still to be given."""
    for key, value in part.items():
        if value == "???":
            return key
        if isinstance(value, Mapping) and (inner := _without_value(value)):
            return f"{key}.{inner}"
    return None


def explain(error: Exception, argv: Sequence[str]) -> CulturefitError | None:
    """Return one sentence for an error of Hydra's or OmegaConf's, or None where the error is no user's."""
    from omegaconf.errors import OmegaConfBaseException

    from culturefit.suite.load import suite_folder

    text = str(error)
    if found := re.search(r"Could not find '(\w+)/([^']*)'", text):
        group, name = found.groups()
        options = re.findall(r"^\t(\S+)$", text, re.M)
        told = unknown(group, name, [each for each in options if each])
        # A suite in a clone's folder, or just started, has no settings of its own.
        own = suite_folder(name) if group == "suite" else None
        return UsageError(f"{told} For the one in '{own}', write suite=folder suite.path={own}.") if own else told
    if found := re.search(r"(?:Could not override|Key) '([^']+)'", text):
        return _unknown_key(found[1], argv)
    if found := re.search(r"Could not override '([^']+)'\.\s*No match in the defaults list", text):
        return _unknown_key(found[1], argv)
    if "MissingMandatoryValue" in type(error).__name__ or "Missing mandatory value" in text:
        found = re.search(r"Missing mandatory value: (\S+)|full_key: (\S+)", text)
        key = next((each for each in found.groups() if each), "a setting") if found else "a setting"
        return UsageError(f"{key} has no value yet; give it as {key}=VALUE.")
    if isinstance(error, OmegaConfBaseException) or type(error).__module__.startswith("hydra"):
        lines = [line.strip() for line in text.splitlines() if line.strip() and "HYDRA_FULL_ERROR" not in line]
        return UsageError(f"The configuration cannot be used: {' '.join(lines[:3])[:400]}")
    return None


def _unknown_key(key: str, argv: Sequence[str]) -> CulturefitError:
    from culturefit.run.settings import Settings

    key = key.lstrip("+~")
    group = key.partition(".")[0]
    if "." in key and group in GROUPS:
        return unknown(f"setting of {group}", key, [f"{group}.{name}" for name in _options_of(group, argv)])
    nested = [
        f"{name}.{inner}"
        for name, info in Settings.model_fields.items()
        for inner in getattr(info.annotation, "model_fields", ())
    ]
    return unknown("setting", key, [*GROUPS, *Settings.model_fields, *nested])


def _options_of(group: str, argv: Sequence[str]) -> list[str]:
    """Return the settings of the chosen (or default) option of a group, from the shipped configuration."""
    from importlib import resources

    import yaml

    conf = resources.files("culturefit.conf")
    defaults: list[Mapping[str, str]] = yaml.safe_load((conf / "config.yaml").read_text(encoding="utf-8"))["defaults"]
    chosen = {name: option for entry in defaults if isinstance(entry, dict) for name, option in entry.items()}
    chosen |= dict(each.split("=", 1) for each in argv if each.startswith(f"{group}="))
    file = conf / group / f"{chosen[group]}.yaml"
    data = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return [name for name in data if name not in ("_target_", "defaults")]
