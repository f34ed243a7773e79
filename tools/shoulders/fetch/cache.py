"""Answers kept on disk for a while, so that trying again costs nobody anything.

Any file of it may be deleted or cut off at any time: what does not read as it was written is not there.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

LONGEST_AGE = 24 * 3600.0  # seconds


class Cache:
    """A folder of answers, and of when each host was last asked."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _file(self, name: str) -> Path:
        return self.folder / hashlib.sha256(name.encode()).hexdigest()

    def get(self, name: str) -> bytes | None:
        """What was put under the name within the last day."""
        try:
            file = self._file(name)
            if time.time() - file.stat().st_mtime > LONGEST_AGE:
                return None
            digest, body = file.read_bytes()[:64], file.read_bytes()[64:]
        except OSError:
            return None
        return body if hashlib.sha256(body).hexdigest().encode() == digest else None

    def put(self, name: str, body: bytes) -> None:
        """Keep it; where the disk will not have it, it is not kept."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self.folder)
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(body).hexdigest().encode() + body)
            Path(temporary).replace(self._file(name))

    def seconds_since(self, host: str) -> float:
        """How long ago the host was asked, by this program or by another that shares the folder."""
        try:
            return max(0.0, time.time() - self._file(f"asked {host}").stat().st_mtime)
        except OSError:
            return float("inf")

    def asked(self, host: str) -> None:
        """Remember that the host was asked just now."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file(f"asked {host}").touch()
