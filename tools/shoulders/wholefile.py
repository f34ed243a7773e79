"""Write files so that a reader, or a crash at any moment, finds the old file or the new one and nothing between.

Knows nothing of what stands in them.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such lock; two writers there see each other's change and give up
    fcntl = None  # type: ignore[assignment]  # a module else


class WriteError(Exception):
    """Nothing was written; the message says why."""


def write_whole(files: Mapping[Path, bytes], before: Mapping[Path, bytes | None] | None = None) -> None:
    """Put every file in its place, in their order; all are on the disk before the first takes its place.

    Args:
        files: what each file is to hold; folders are made where they are missing.
        before: what a file held when it was read (None: it was not there); where that is no longer so, somebody else
            wrote it meanwhile, and nothing is written.

    Raises:
        WriteError: when a file cannot be written, or was changed meanwhile.
    """
    waiting: dict[Path, Path] = {}
    try:
        with _locked({path.resolve().parent for path in files}):
            _unchanged(before or {})
            for path, data in files.items():
                place = path.resolve()  # through a link to the file it means
                waiting[place] = _beside(place, data)
            for place, new in waiting.items():
                os.replace(new, place)  # noqa: PTH105 - as atomic as the system offers
                _sync_folder(place.parent)
    except OSError as error:
        name = error.filename or ", ".join(map(str, files))
        raise WriteError(f"cannot write {name}: {error.strerror or error}") from None
    finally:
        for new in waiting.values():
            with contextlib.suppress(OSError):
                new.unlink()


def _beside(path: Path, data: bytes) -> Path:
    """A new file beside the other, on the disk, with the other's permissions."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with new.open("xb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        with contextlib.suppress(FileNotFoundError):
            new.chmod(path.stat().st_mode & 0o7777)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
    return new


def _unchanged(before: Mapping[Path, bytes | None]) -> None:
    for path, data in before.items():
        try:
            now: bytes | None = path.read_bytes()
        except FileNotFoundError:
            now = None
        if now != data:
            raise WriteError(f"{path} was changed meanwhile; nothing was written, please try again")


@contextlib.contextmanager
def _locked(folders: set[Path]) -> Iterator[None]:
    """Nobody else who asks for it writes to the folders meanwhile; a crash gives the lock back."""
    handles = []
    try:
        for folder in sorted(folders):
            folder.mkdir(parents=True, exist_ok=True)
            if fcntl:
                handles.append(os.open(folder, os.O_RDONLY))
                fcntl.flock(handles[-1], fcntl.LOCK_EX)
        yield
    finally:
        for handle in handles:
            os.close(handle)


@contextlib.contextmanager
def alone(folder: Path, seconds: float = 2.0) -> Iterator[None]:
    """Nobody else who asks for it works on a folder meanwhile; a crash gives the lock back.

    Raises:
        WriteError: when somebody else does, and goes on for some seconds.
    """
    if not fcntl:
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        deadline = time.monotonic() + seconds
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise WriteError(f"somebody else works on {folder}") from None
                time.sleep(0.05)
            except OSError:  # some network disks have no locks
                break
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """That the file took its place is on the disk, too, where the system lets one ask for that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
