"""Whose turn it is to ask a server, so that nobody is asked too often by all that share a folder.

Only counts; waiting is the work of `client`.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such lock; two programs there may take the same turn
    fcntl = None  # type: ignore[assignment]  # a module else

FARTHEST = 60.0  # seconds; no queue is so long, so a turn beyond was taken before the clock was set back


class Turns:
    """When each server may be asked next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taken: dict[str, float] = {}  # for a folder that cannot be written

    def take(self, server: str, pause: float) -> float:
        """Take the next turn, `pause` seconds after the one before it: how many seconds to wait for it."""
        now = time.time()
        turn = _after(self._taken.get(server, 0.0), pause, now=now)
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"{hashlib.sha256(server.encode()).hexdigest()}.turn"
            with (self._folder / name).open("a+b") as file:
                if fcntl:
                    fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed
                file.seek(0)
                turn = max(turn, _after(_number(file.read(40)), pause, now=now))
                file.truncate(0)
                file.write(repr(turn).encode())
        self._taken[server] = turn
        return turn - now


def _after(taken: float, pause: float, *, now: float) -> float:
    return max(now, taken + pause) if taken <= now + FARTHEST else now


def _number(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
