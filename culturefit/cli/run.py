"""`culturefit run`: a Hydra app over conf/; Hydra's `-m` sweeps, `--cfg job` shows the configuration."""

from __future__ import annotations

import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.cli.secrets import refuse_secrets
from culturefit.errors import CulturefitError, Stopped, UsageError, unknown

if TYPE_CHECKING:
    from omegaconf import DictConfig

__all__ = ["main"]

#: Settings whose keys are the user's: `scorer.language.identifier=langdetect`.
_MAPS = ("scorer.", "prices.", "model.extra_body.", "model.headers.", "model.headers_env.", "model.body.")
_GROUPS = ("suite", "translator", "model")


def main(argv: Sequence[str]) -> int:
    """Compose the configuration, run it once or per job of a sweep, and return the exit code."""
    refuse_secrets(argv)
    import hydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    # Hydra prints a traceback of its own unless it is told to raise; every error is told in one sentence here.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["culturefit run", *map(_opened, argv)]
    errors: list[CulturefitError] = []
    app = hydra.main(version_base="1.3", config_path="pkg://culturefit.conf", config_name="config")(_task(errors))
    try:
        app()
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        told = _explain(error, argv)
        if told is None:
            raise
        raise told from None
    except SystemExit as stop:
        return int(stop.code or 0) if isinstance(stop.code, int | None) else 2
    except KeyboardInterrupt:
        if not errors:
            raise
    if errors:
        raise errors[-1]
    return 0


def _opened(argument: str) -> str:
    """Let a user name new keys below settings that are maps, without Hydra's `++`."""
    return f"++{argument}" if argument.startswith(_MAPS) else argument


def _task(errors: list[CulturefitError]) -> Callable[[DictConfig], None]:
    """Return the function that Hydra calls per job.

    It keeps errors instead of raising them: in a sweep the other jobs go on, and Hydra adds no words of its own.
    """

    def task(config: DictConfig) -> None:
        try:
            _job(config)
        except CulturefitError as error:
            if errors:
                _say(str(errors[-1]))
            errors.append(error)
            _remove_if_empty()
            if isinstance(error, Stopped):
                raise KeyboardInterrupt from None  # the person stops the sweep, not one job of it

    return task


def _job(config: DictConfig) -> None:
    """Run one job of Hydra's: one model, one suite, one directory."""
    from hydra.core.hydra_config import HydraConfig
    from hydra.utils import instantiate
    from omegaconf import OmegaConf

    from culturefit.run.pipeline import execute
    from culturefit.run.settings import Settings

    data: dict[str, Any] = OmegaConf.to_container(config, resolve=True)  # type: ignore[assignment]
    parts = {group: data.pop(group) for group in _GROUPS}
    settings = Settings.check(data)
    made = {group: _instantiate(instantiate, group, part) for group, part in parts.items()}
    hydra_config = HydraConfig.get()
    folder = Path(hydra_config.runtime.output_dir)
    logging.captureWarnings(True)
    result = execute(
        settings, made["suite"], made["translator"], made["model"], folder, run=_run_id(folder),
        translator_name=hydra_config.runtime.choices.get("translator") or "own", scope=_scope(hydra_config), say=_say,
    )  # fmt: skip
    if settings.dry_run:
        return
    counts = result.record["counts"]
    _say(
        f"{counts['asked']} asked, {counts['reused']} reused from {settings.store.path}, {counts['failed']} failed"
        f"{', which the same command asks again' if counts['failed'] else ''}."
    )
    from culturefit.report.make import make_report

    make_report([folder], folder, html=settings.report == "html", say=_say)


def _remove_if_empty() -> None:
    """Remove the directory that Hydra made for a job which ended before it wrote anything."""
    from hydra.core.hydra_config import HydraConfig

    folder = Path(HydraConfig.get().runtime.output_dir)
    if {each.name for each in folder.iterdir()} <= {".hydra", "run.log"}:
        shutil.rmtree(folder, ignore_errors=True)


def _instantiate(instantiate: Any, group: str, part: Any) -> Any:
    if not isinstance(part, dict) or "_target_" not in part:
        raise UsageError(f"{group} needs a `_target_`; choose one with {group}=NAME (see `culturefit list {group}s`).")
    for key, value in part.items():
        if value == "???":
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


def _scope(hydra_config: Any) -> str | None:
    """Return what shares a budget: the folder of the sweep, for its jobs."""
    from hydra.types import RunMode

    return str(Path(hydra_config.sweep.dir).resolve()) if hydra_config.mode == RunMode.MULTIRUN else None


def _run_id(folder: Path) -> str:
    """Return the run directory below outputs/, such as 2026-11-22/10-30-00-000000 or …/3 in a sweep."""
    parts = folder.resolve().parts
    return "/".join(parts[parts.index("outputs") + 1 :]) if "outputs" in parts[:-1] else folder.name


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _explain(error: Exception, argv: Sequence[str]) -> CulturefitError | None:
    """Return one sentence for an error of Hydra's or OmegaConf's, or None where the error is no user's."""
    from omegaconf.errors import OmegaConfBaseException

    text = str(error)
    if found := re.search(r"Could not find '(\w+)/([^']*)'", text):
        group, name = found.groups()
        options = re.findall(r"^\t(\S+)$", text, re.M)
        return unknown(group, name, [each for each in options if each])
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
    if "." in key and group in _GROUPS:
        return unknown(f"setting of {group}", key, [f"{group}.{name}" for name in _options_of(group, argv)])
    nested = [
        f"{name}.{inner}"
        for name, info in Settings.model_fields.items()
        for inner in getattr(info.annotation, "model_fields", ())
    ]
    return unknown("setting", key, [*_GROUPS, *Settings.model_fields, *nested])


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
    return [name for name in data if name != "_target_"]
