"""Files that are there whole or not at all, and never through somebody's link.

What is written goes to a hidden file beside its place and gets its name when it is complete: a crash or a full disk leaves
the file that was there before. The hidden file is always a new one, so that a link planted under its name, or under the final
one, is replaced and not followed.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from culturefit.errors import CulturefitError

__all__ = ["cannot_write", "folder_of_ours", "held", "open_new", "part_of", "read_small", "whole", "write_whole"]

_NO_ROOM = frozenset(getattr(errno, name) for name in ("ENOSPC", "EDQUOT", "EFBIG") if hasattr(errno, name))


def part_of(path: Path) -> Path:
    """Return where a file stands until it is complete."""
    return path.with_name(f".{path.name}.part")


def open_new(path: Path, *, binary: bool = False) -> IO[Any]:
    """Open `path` for writing as a file that did not exist before; text is UTF-8 and keeps its line ends."""
    path.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o666)
    return os.fdopen(handle, "wb") if binary else os.fdopen(handle, "w", encoding="utf-8", newline="")


def read_small(path: Path, most: int) -> bytes:
    """Return a file's bytes; whoever made it chooses no more than `most` bytes of our memory.

    Raises:
        CulturefitError: it cannot be read, or is larger.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise CulturefitError(f"'{path}' cannot be read ({error.strerror or error}); check the path.") from None
    if len(raw) > most:
        raise CulturefitError(f"'{path}' is larger than {most // 1024**2} MB; is it the file that was meant?")
    return raw


def folder_of_ours(path: Path) -> Path:
    """Make a folder that we fill, and empty of what we wrote before; return it.

    Raises:
        CulturefitError: it is a link, so that what it leads to would be filled and emptied, or cannot be made.
    """
    if path.is_symlink():
        raise CulturefitError(f"'{path}' is a link; remove it, so that a folder of its own can be made there.")
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from None
    return path


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other processes from writing to a folder meanwhile, by a lock that dies with its process.

    Where there are no locks (Windows, some shared disks) nothing is kept out.

    Raises:
        CulturefitError: another process holds it, or it cannot be written to.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    path = folder / ".lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise cannot_write(path, error) from None
    locked = False
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            locked = True
        except BlockingIOError:
            raise _busy(folder) from None
        except OSError:
            pass  # a disk that knows no locks
        # Whoever held it may have taken the file away since it was opened here; another could lock a new one.
        if locked and not (path.exists() and os.path.samestat(os.fstat(handle), path.stat())):
            locked = False
            raise _busy(folder)
        yield
    finally:
        if locked:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        os.close(handle)


def _busy(folder: Path) -> CulturefitError:
    return CulturefitError(
        f"Another run writes to '{folder}' now; wait for its end, or choose another folder (hydra.run.dir=DIR, in Python out=DIR)."
    )


def cannot_write(path: Path, error: OSError) -> CulturefitError:
    """Return the error that says which file could not be written, why, and what to do."""
    if error.errno in _NO_ROOM:
        remedy = "free the disk or choose another place"
    elif error.errno == errno.ENOENT:
        remedy = "its folder is not there or was taken away meanwhile; make it or choose another place"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        remedy = "choose a place where you may write"
    else:
        remedy = "choose another place"
    return CulturefitError(
        f"'{path}' cannot be written ({error.strerror or error}); {remedy}, and run the same command again: what was there before "
        "is still whole."
    )


def _is_stream(path: Path) -> bool:
    """Whether this is a terminal, a pipe or /dev/null: nothing that could be replaced, and /dev holds links to them."""
    with suppress(OSError):
        mode = path.stat().st_mode
        return stat.S_ISCHR(mode) or stat.S_ISFIFO(mode) or path.parent.resolve() == Path("/dev")
    return False


def _streamed(path: Path, *, binary: bool) -> Iterator[IO[Any]]:
    try:
        with path.open("wb") if binary else path.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise cannot_write(path, error) from None


@contextmanager
def whole(path: Path, *, binary: bool = False) -> Iterator[IO[Any]]:
    """Yield a file to write to, which becomes `path` when the block ends well and leaves no trace when it does not.

    Raises:
        CulturefitError: it cannot be written; the message says what to do.
    """
    if _is_stream(path):
        yield from _streamed(path, binary=binary)
        return
    part = part_of(path)
    try:
        with open_new(part, binary=binary) as file:
            yield file
        if path.is_file() and not path.is_symlink():
            part.chmod(stat.S_IMODE(path.stat().st_mode))
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise cannot_write(path, error) from None
        raise


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file at once; text is UTF-8.

    Raises:
        CulturefitError: it cannot be written; the message says what to do.
    """
    with whole(path, binary=isinstance(content, bytes)) as file:
        file.write(content)
