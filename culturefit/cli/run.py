"""`culturefit run`: a Hydra app over conf/; Hydra's `-m` sweeps, `--cfg job` shows the configuration."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from culturefit.cli.compose import GROUPS, explain, make_part, opened
from culturefit.errors import CulturefitError, Stopped
from culturefit.plain import plain
from culturefit.secrets import refuse_recorded, refuse_secrets

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from culturefit.run.settings import Settings

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Compose the configuration, run it once or per job of a sweep, and return the exit code."""
    refuse_secrets(argv)
    import hydra
    from hydra.errors import HydraException
    from omegaconf.errors import OmegaConfBaseException

    from culturefit.cli.sweep import SweepRefused

    # Hydra prints a traceback of its own unless it is told to raise; every error is told in one sentence here.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    sys.argv = ["culturefit run", *map(opened, argv)]
    errors: list[CulturefitError] = []
    _compose_once(argv)
    if launcher := _ray_launcher(argv):
        launcher.register()
    app = hydra.main(version_base="1.3", config_path="pkg://culturefit.conf", config_name="config")(_task(errors))
    try:
        app()
    except (HydraException, OmegaConfBaseException, ValueError) as error:
        told = explain(error, argv)
        if told is None:
            raise
        raise told from None
    except SweepRefused as refused:
        raise refused.error from None
    except SystemExit as stop:
        return int(stop.code or 0) if isinstance(stop.code, int | None) else 2
    except KeyboardInterrupt:
        if not errors:
            raise
    if launcher:
        errors += launcher.ERRORS
    if errors:
        raise errors[-1]
    return 0


def _ray_launcher(argv: Sequence[str]) -> Any:
    """Return the module of our launcher if it is asked for; Hydra finds launchers of other packages itself."""
    if "hydra/launcher=ray" not in argv:
        return None
    from culturefit.cluster import launcher

    return launcher


def _compose_once(argv: Sequence[str]) -> None:
    """Keep Hydra from composing the configuration a first time only to read `hydra.mode`, a fifth of a small run.

    Our configuration leaves the mode to `-m`; where something else could set it, Hydra looks as ever.
    """
    from hydra._internal.hydra import Hydra

    if not any("hydra" in each or "experiment" in each or each.startswith("-c") or "--config" in each for each in argv):
        Hydra.get_mode = lambda *_, **__: None  # type: ignore[method-assign]


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
            _note_failed(error)
            _remove_if_empty()
            if isinstance(error, Stopped):
                raise KeyboardInterrupt from None  # the person stops the sweep, not one job of it

    return task


def _job(config: DictConfig) -> None:
    """Run one job of Hydra's: one model, one suite, one directory."""
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    from culturefit.files import held
    from culturefit.run.settings import Settings

    data: dict[str, Any] = OmegaConf.to_container(config, resolve=True)  # type: ignore[assignment]
    refuse_recorded(data, OmegaConf.to_container(config, resolve=False))
    parts = {group: data.pop(group) for group in GROUPS}
    settings = Settings.check(data)
    made = {group: make_part(group, part) for group, part in parts.items()}
    hydra_config = HydraConfig.get()
    folder = Path(hydra_config.runtime.output_dir)
    logging.captureWarnings(True)
    with held(folder):
        _perform(settings, made, folder, hydra_config)
    if settings.dry_run:
        _remove_if_empty()


def _perform(settings: Settings, made: dict[str, Any], folder: Path, hydra_config: Any) -> None:
    """Ask, write, and report, while nobody else writes to the folder."""
    from culturefit.run.faults import listed, nothing_delivered
    from culturefit.run.pipeline import execute

    record = execute(
        settings, made["suite"], made["translator"], made["model"], folder, run=_run_id(folder),
        judge=made["judge"], pairs=made["pairs"], translator_name=hydra_config.runtime.choices.get("translator") or "own",
        scope=_scope(hydra_config), say=_say,
    ).record  # fmt: skip
    counts = record["counts"]
    # The cases of a large table are held no longer than they are needed.
    made.clear()
    if settings.dry_run:
        return
    _say(
        f"{counts['asked']} asked, {counts['reused']} reused from {settings.store.path}, {counts['failed']} failed"
        f"{', which the same command asks again' if counts['failed'] else ''}."
    )
    dead = nothing_delivered(record["model"]["name"], counts)
    if dead is None and counts["errors"]:
        _say("\n".join(f"  {line}" for line in listed(counts["errors"])))
    from culturefit.report.make import make_report

    make_report([folder], folder, html=settings.report == "html", say=_say)
    if dead is not None:
        raise dead


def _note_failed(error: CulturefitError) -> None:
    """Keep which job of a sweep failed, and why, for what is told at its end."""
    from hydra.core.hydra_config import HydraConfig

    from culturefit.cli.sweep import FAILED

    if _scope(HydraConfig.get()) is not None:
        job = HydraConfig.get()
        FAILED[Path(job.runtime.output_dir).name] = (list(job.overrides.task), str(error))


def _remove_if_empty() -> None:
    """Remove the directory that Hydra made for a job which ended before it wrote anything."""
    from hydra.core.hydra_config import HydraConfig

    folder = Path(HydraConfig.get().runtime.output_dir)
    if {each.name for each in folder.iterdir()} <= {".hydra", "run.log"}:
        shutil.rmtree(folder, ignore_errors=True)


def _scope(hydra_config: Any) -> str | None:
    """Return what shares a budget: the folder of the sweep, for its jobs."""
    from hydra.types import RunMode

    return str(Path(hydra_config.sweep.dir).resolve()) if hydra_config.mode == RunMode.MULTIRUN else None


def _run_id(folder: Path) -> str:
    """Return the run directory below outputs/, such as 2026-11-22/10-30-00-000000 or …/3 in a sweep."""
    parts = folder.resolve().parts
    return "/".join(parts[parts.index("outputs") + 1 :]) if "outputs" in parts[:-1] else folder.name


def _say(text: str) -> None:
    sys.stderr.write(plain(text) + "\n")
