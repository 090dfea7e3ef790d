"""A Hydra launcher: the jobs of a sweep as tasks of a Ray cluster that is running, their results gathered here.

Hydra takes launchers from the package `hydra_plugins` only; the class is entered there by name when it is asked for, so that nothing
lands outside this package. Jobs share no disk: each gets the journal and gives its own back. What they may use together
is kept by one actor.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from hydra.core.plugins import Plugins
from hydra.core.utils import JobReturn, JobStatus
from hydra.plugins.launcher import Launcher

from culturefit.errors import CulturefitError
from culturefit.plain import plain

__all__ = ["RayLauncher", "register"]

#: Errors of jobs, for the command to end with; the other jobs go on.
ERRORS: list[CulturefitError] = []


class RayLauncher(Launcher):
    """Launches jobs on a cluster.

    Args:
        address: HOST:PORT; None: RAY_ADDRESS, else the cluster on this machine.
        cpus_per_job: what a job holds of a node.
    """

    def __init__(self, address: str | None = None, cpus_per_job: float = 1) -> None:
        self._address, self._cpus = address, cpus_per_job
        self._config: Any = None
        self._context: Any = None

    def setup(self, *, hydra_context: Any, task_function: Any, config: Any) -> None:
        """Take what Hydra gives; the task function is not called, since a node has its own."""
        self._context, self._config = hydra_context, config

    def launch(self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int) -> Sequence[JobReturn]:
        """Run all jobs and write what they send into the sweep's folder.

        Raises:
            CulturefitError: no cluster, a secret in a configuration, or a folder that cannot be written.
        """
        from culturefit.cluster.connect import connected

        sweep = Path(self._config.hydra.sweep.dir)
        configs = [self._composed(initial_job_idx + index, overrides) for index, overrides in enumerate(job_overrides)]
        with connected(self._address) as ray:
            return self._run(ray, sweep, configs)

    def _composed(self, number: int, overrides: Sequence[str]) -> Any:
        from omegaconf import OmegaConf, open_dict

        from culturefit.secrets import refuse_recorded

        config = self._context.config_loader.load_sweep_config(self._config, list(overrides))
        with open_dict(config):
            config.hydra.job.id = config.hydra.job.num = number
        own = OmegaConf.masked_copy(config, [key for key in config if key != "hydra"])
        refuse_recorded(OmegaConf.to_container(own, resolve=True), OmegaConf.to_container(own, resolve=False))
        return config

    def _run(self, ray: Any, sweep: Path, configs: Sequence[Any]) -> list[JobReturn]:
        from omegaconf import OmegaConf

        from culturefit import __version__
        from culturefit.cluster.jobs import Job, run_job, snapshot
        from culturefit.cluster.purse import Purse

        scope = str(sweep.resolve())
        plain_configs: list[Any] = [
            OmegaConf.to_container(OmegaConf.masked_copy(each, [key for key in each if key != "hydra"]), resolve=True)
            for each in configs
        ]
        first = plain_configs[0]
        store = Path(first["store"]["path"])
        caps = {**first["budget"], "per_minute": first["rate"]["requests_per_minute"]}
        purse = ray.remote(num_cpus=0)(Purse).remote(caps, scope) if any(caps.values()) else None
        journal = ray.put(snapshot(store))
        task = ray.remote(num_cpus=self._cpus, max_retries=3)(run_job)
        waiting = {}
        for each, data in zip(configs, plain_configs, strict=True):
            job = Job(data, dict(each.hydra.runtime.choices), _run_id(sweep, each.hydra.job.num), scope, __version__)
            waiting[task.remote(job, journal, purse)] = each
        returns: list[JobReturn] = []
        while waiting:
            ready, _ = ray.wait(list(waiting))
            config = waiting.pop(ready[0])
            returns.append(self._gather(ray, ready[0], sweep, store, config))
        return sorted(returns, key=lambda each: int(each.cfg.hydra.job.num))  # type: ignore[union-attr]

    def _gather(self, ray: Any, reference: Any, sweep: Path, store: Path, config: Any) -> JobReturn:
        from culturefit.files import folder_of_ours, write_whole
        from culturefit.report.make import make_report
        from culturefit.run.faults import nothing_delivered

        number = config.hydra.job.num
        _say(f"\n#{number}: {' '.join(config.hydra.overrides.task)}")
        try:
            done = ray.get(reference)
        except Exception as error:  # Ray's own: a node that was lost more often than a job is begun again
            ERRORS.append(
                CulturefitError(f"Job {number} was lost ({str(error).splitlines()[0]}); run the same command again.")
            )
            return _returned(config)
        for line in done.said:
            _say(line)
        folder = folder_of_ours(sweep / str(config.hydra.sweep.subdir))
        for name, data in done.files.items():
            write_whole(folder / name, data)
        _merge(done.journal, store)
        if done.error is not None:
            _say(done.error)
            ERRORS.append(CulturefitError(done.error))
        elif "scores.parquet" in done.files:
            make_report([folder], folder, html=config.report == "html", say=_say)
            record = json.loads(done.files["run.json"])
            if dead := nothing_delivered(record["model"]["name"], record["counts"]):
                _say(str(dead))
                ERRORS.append(dead)
        return _returned(config)


def _returned(config: Any) -> JobReturn:
    return JobReturn(cfg=config, hydra_cfg=config, status=JobStatus.COMPLETED, _return_value=None)


def _merge(journal: bytes, store: Path) -> None:
    """Add a job's replies to the journal here; what is there stays, unless it had failed."""
    import sqlite3
    import tempfile
    from contextlib import closing

    from culturefit.store import Store

    if not journal:
        return
    Store(store).close()
    with tempfile.TemporaryDirectory(prefix="culturefit-journal-") as name:
        theirs = Path(name) / "theirs.sqlite3"
        theirs.write_bytes(journal)
        with closing(sqlite3.connect(store, timeout=60)) as ours:
            ours.execute("ATTACH ? AS theirs", (str(theirs),))
            ours.execute(
                "INSERT OR REPLACE INTO replies SELECT * FROM theirs.replies AS their WHERE NOT EXISTS "
                "(SELECT 1 FROM main.replies AS our WHERE our.key = their.key AND our.status != 'failed')"
            )
            ours.commit()


def _run_id(sweep: Path, number: int) -> str:
    parts = sweep.resolve().parts
    base = "/".join(parts[parts.index("outputs") + 1 :]) if "outputs" in parts else sweep.name
    return f"{base}/{number}"


def _say(text: str) -> None:
    sys.stderr.write(plain(text) + "\n")


def register() -> None:
    """Make the launcher known to Hydra, as hydra_plugins.culturefit.RayLauncher."""
    try:
        package = import_module("hydra_plugins")
    except ImportError:
        package = sys.modules["hydra_plugins"] = ModuleType("hydra_plugins")
    setattr(package, "culturefit", sys.modules[__name__])  # noqa: B010 - not an attribute that a module declares
    sys.modules["hydra_plugins.culturefit"] = sys.modules[__name__]
    RayLauncher.__module__ = "hydra_plugins.culturefit"
    Plugins.instance().register(RayLauncher)
