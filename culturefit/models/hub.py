"""Where the files of a local model are, and which they are: a folder, a GGUF file, or an id on the Hugging Face hub."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from culturefit.errors import ModelError
from culturefit.models import weights

__all__ = ["Source", "one_line"]

_HUB_ID = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?", re.ASCII)
#: What in a model's folder can change a reply: weights, configuration, tokenizer, chat template.
_SUFFIXES = frozenset({".safetensors", ".bin", ".gguf", ".json", ".jinja", ".model", ".txt"})


class Source:
    """The place of a model's files.

    Args:
        path: a folder, a GGUF file or a hub id.
        revision: branch, tag or commit, for a hub id.
        gguf_file: the GGUF file's name where `path` is a folder or a hub id.
    """

    def __init__(self, path: str, revision: str | None = None, gguf_file: str | None = None) -> None:
        self.path, self._revision, self._gguf = path, revision, gguf_file
        self._origin: dict[str, str] | None = None

    def place(self) -> tuple[str, str | None, bool]:
        """Return the folder or hub id, the GGUF file's name in it or None, and whether it is local.

        Raises:
            ModelError: nothing is there, and it cannot be a hub id either.
        """
        path = Path(self.path).expanduser()
        if path.is_file() and path.suffix == ".gguf":
            return str(path.parent), path.name, True
        if path.is_dir():
            if self._gguf and not (path / self._gguf).is_file():
                raise ModelError(f"model.gguf_file={self._gguf} is not in {self.path}; give the name of a file there.")
            return str(path), self._gguf, True
        if not _HUB_ID.fullmatch(self.path) or path.suffix == ".gguf":
            raise ModelError(
                f"model.path={self.path} is not here; give a folder of model files, a GGUF file, or a hub id "
                "such as organisation/model."
            )
        return self.path, self._gguf, False

    def origin(self) -> dict[str, str]:
        """Return what tells these files from others, found out once; every byte of local ones is read.

        Returns:
            `files` (sha256) for local ones; `hub`, `revision` (the commit) and perhaps `file` for a hub model.

        Raises:
            ModelError: they are not there, or the hub does not give them.
        """
        if self._origin is None:
            place, gguf, local = self.place()
            if local:
                self._origin = {"files": weights.sha256(Path(place, gguf)) if gguf else _folder_digest(Path(place))}
            else:
                self._origin = {"hub": place, "revision": self._commit(place)} | ({"file": gguf} if gguf else {})
        return self._origin

    def _commit(self, hub_id: str) -> str:
        """Return the commit that `revision` stands for now; without a network, when it was last fetched."""
        import huggingface_hub

        try:
            # It fetches one small file, and answers from the cache where the hub cannot be reached.
            folder = huggingface_hub.snapshot_download(hub_id, revision=self._revision, allow_patterns=["config.json"])
        except Exception as error:  # a dozen classes of two libraries: no such model, gated, no network, proxy
            raise ModelError(
                f"model.path={hub_id} is no folder here and could not be had from the hub at revision "
                f"{self._revision or 'main'} ({one_line(error)}); check the id, the network, and HF_TOKEN if the "
                "model is gated."
            ) from error
        return Path(folder).name


def one_line(error: BaseException) -> str:
    """Return the first line of what a library says, to stand inside a sentence; its class where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".:")


def _folder_digest(folder: Path) -> str:
    """Return one checksum over the names and contents of the files that make up a model."""
    total = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in _SUFFIXES and path.is_file():
            total.update(f"{path.name} {weights.sha256(path)}\n".encode())
    return total.hexdigest()
