"""Answers kept on disk for a day, so that trying again costs nobody anything.

Any file of it may be deleted or cut off at any time: what does not read as it was written is not there. A folder that
cannot be written holds nothing, and that is all.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from contextlib import suppress
from pathlib import Path

LONGEST_AGE = 24 * 3600.0  # seconds


class Cache:
    """A folder of answers by name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._tidied = False

    def get(self, name: str) -> bytes | None:
        """What was put under the name within the last day."""
        file = self._file(name)
        try:
            digest, body = _split(file.read_bytes()) if _is_fresh(file) else (b"", b"")
        except OSError:
            return None
        return body if digest == _digest(body) else None

    def put(self, name: str, body: bytes) -> None:
        """Keep it, if the disk will have it."""
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._tidy()
            with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".answer", delete=False) as stream:
                stream.write(_digest(body) + body)
            Path(stream.name).replace(self._file(name))

    def _file(self, name: str) -> Path:
        return self._folder / f"{_digest(name.encode('utf-8', 'surrogatepass')).hex()}.answer"

    def _tidy(self) -> None:
        """Once a run, what nobody will get any more goes."""
        if not self._tidied:
            self._tidied = True
            for file in sorted(self._folder.glob("*.answer")):
                with suppress(OSError):
                    if not _is_fresh(file):
                        file.unlink()


def _is_fresh(file: Path) -> bool:
    # A clock that was set back makes files of the future, which are not to be believed for ever either.
    return abs(time.time() - file.stat().st_mtime) <= LONGEST_AGE


def _digest(body: bytes) -> bytes:
    return hashlib.sha256(body).digest()


def _split(kept: bytes) -> tuple[bytes, bytes]:
    size = hashlib.sha256().digest_size
    return kept[:size], kept[size:]
