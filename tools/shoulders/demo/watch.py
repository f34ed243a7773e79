"""Watch a process and all that it starts, end it when it goes past a limit, and leave none of it behind.

Where a demo has process ids of its own (`job` says where), the kernel ends all of it with its keeper. Elsewhere what
it started is found as the keeper's descendants (Linux) or by the mark in its environment, and a program that means
harm gets away by killing its keeper and wiping its environment. Memory that no process holds (files in memory) and
files written outside the demo's folder are not counted.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import BinaryIO

import psutil

INTERVAL = 0.05  # seconds between two looks, at least
SHARE = 20  # a look may take one part in so many of the time
GRACE = 1.0  # seconds in which what a process started may end after it
MARK = "SHOULDERS_JOB"
MIB = 1024 * 1024
MOST_FILES = 2000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one demo may use."""

    seconds: float = 120
    memory_mib: int = 2048
    output_mib: int = 8
    written_mib: int = 256
    processes: int = 64


@dataclass(frozen=True, slots=True)
class Place:
    """Where a demo runs: the mark in its environment, the file of its output, the folder for all its files."""

    mark: str
    output: BinaryIO
    folder: Path


@dataclass(frozen=True, slots=True)
class Watched:
    """How a demo ended: why we ended it (empty when it ended itself), its exit code, the most it held, its seconds.

    The seconds are those in which it computed, which say less of what else the machine did than a clock. A demo that
    we ended has those of the clock.
    """

    reason: str
    code: int
    peak_mib: float
    seconds: float


def watch(
    keeper: subprocess.Popen[bytes],
    place: Place,
    limits: Limits,
    *,
    stop: threading.Event,
    look: Callable[[], None] = lambda: None,
) -> Watched:
    """Wait for the demo of a keeper (see `child`), and see to it that nothing of it goes on.

    `look` is called now and then; `stop` ends the demo early.

    Raises:
        ValueError: when the keeper's standard output is no pipe.
    """
    if keeper.stdout is None:
        raise ValueError("expected a keeper that can be heard, got one without a pipe")
    start = time.monotonic()
    peak, reason, code, pause = 0.0, "", 0, INTERVAL
    try:
        while not reason and not wait([keeper.stdout.fileno()], pause):
            began = time.monotonic()
            look()
            family = _family(keeper.pid)
            peak = max(peak, _resident(family))
            reason = _past_a_limit(began - start, peak, len(family), place, limits, stop)
            pause = max(INTERVAL, SHARE * (time.monotonic() - began))
        seconds = time.monotonic() - start
        if not reason:
            code, held, seconds, reason = _said(keeper.stdout.fileno())
            peak = max(peak, held)
            reason = reason or _past_a_limit(0, peak, 0, place, limits, stop) or _left_behind(keeper.pid, place.mark)
    finally:
        printed = os.fstat(place.output.fileno()).st_size
        _end(keeper, place.mark)
        os.ftruncate(place.output.fileno(), printed)  # what unshare says of being ended is not the demo's
    return Watched(reason, code, round(peak, 1), seconds)


def _said(pipe: int) -> tuple[int, float, float, str]:
    """What its keeper says of the demo, exit code, MiB held, seconds computed, or why it says nothing."""
    match = re.match(rb"(-?\d{1,4}) (\d{1,15}) (\d{1,15})\n", os.read(pipe, 100))
    if not match:
        return 0, 0.0, 0.0, "lost the process that keeps it"
    return int(match[1]), int(match[2]) / 1024, int(match[3]) / 1000, ""


def _past_a_limit(
    seconds: float, peak: float, processes: int, place: Place, limits: Limits, stop: threading.Event
) -> str:
    if stop.is_set():
        return "was interrupted"
    if seconds > limits.seconds:
        return f"ran for more than {limits.seconds:g} s"
    if peak > limits.memory_mib:
        return f"used more than {limits.memory_mib} MiB of memory"
    if processes > limits.processes:
        return f"ran more than {limits.processes} processes"
    if os.fstat(place.output.fileno()).st_size > limits.output_mib * MIB:
        return f"printed more than {limits.output_mib} MiB"
    count, size = _written(place.folder)
    if count > MOST_FILES or size > limits.written_mib * MIB:
        return f"wrote more than {limits.written_mib} MiB or {MOST_FILES} files"
    return ""


def _written(folder: Path) -> tuple[int, int]:
    """How many files stand in a folder and how many bytes; counting ends soon after MOST_FILES."""
    count = size = 0
    for where, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(where, name)).st_size  # noqa: PTH118 - thousands, many times a second
        count += len(names) + 1
        if count > MOST_FILES:
            break
    return count, size


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def _family(keeper: int) -> list[psutil.Process]:
    """The demo and all that it started: the descendants that are not of the keeper's own session."""
    found = []
    for process in _descendants(keeper):
        with contextlib.suppress(OSError):
            if os.getsid(process.pid) != keeper:
                found.append(process)
    return found


def _resident(family: list[psutil.Process]) -> float:
    """The MiB that processes hold; what several share counts for each."""
    held = 0
    for member in family:
        with contextlib.suppress(psutil.Error):
            held += member.memory_info().rss
    return held / MIB


def _marked(mark: str) -> Iterator[psutil.Process]:
    """Every process that inherited the mark, wherever it hides."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark:
                yield process


def _left_behind(keeper: int, mark: str) -> str:
    """What still runs after the demo ended, and a moment later, in a sentence; empty when nothing does."""
    deadline = time.monotonic() + GRACE
    while (names := _running(keeper, mark)) and time.monotonic() < deadline:
        time.sleep(INTERVAL)
    return f"left {len(names)} process{'es' * (len(names) > 1)} running: {', '.join(names[:3])}" if names else ""


def _running(keeper: int, mark: str) -> list[str]:
    """The names of a demo's processes that are not dead, but for the keeper's."""
    found = {process.pid: process for process in (*_family(keeper), *_marked(mark))}
    names = []
    for pid, process in sorted(found.items()):
        with contextlib.suppress(psutil.Error, OSError):
            if os.getsid(pid) != keeper and process.status() != psutil.STATUS_ZOMBIE:
                names.append(process.name())
    return names


def _end(keeper: subprocess.Popen[bytes], mark: str) -> None:
    """Kill all that descends from the keeper or carries the mark, until none is left, and the keeper."""
    clear = 0
    for _ in range(100):  # one that forks while it is killed may need another round
        found = [*_descendants(keeper.pid), *(each for each in _marked(mark) if each.pid != keeper.pid)]
        for member in found:
            with contextlib.suppress(psutil.Error):
                member.kill()
        psutil.wait_procs(found, timeout=1)
        clear = 0 if found else clear + 1
        if clear == 2:
            break
        if clear:
            time.sleep(INTERVAL)  # one that starts another program just now shows no environment for a moment
    keeper.kill()
    keeper.wait()
