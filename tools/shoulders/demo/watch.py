"""Watch a process and all that it starts, end it when it goes past a limit, and leave none of it behind."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

INTERVAL = 0.05  # seconds between two looks
GRACE = 1.0  # seconds in which what a process started may end after it
MARK = "SHOULDERS_JOB"
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one demo may use."""

    seconds: float = 120
    memory_mib: int = 2048
    output_mib: int = 8


@dataclass(frozen=True, slots=True)
class Watched:
    """How a process ended: why we ended it (empty when it ended itself), its exit code, and the most it held."""

    reason: str
    code: int
    peak_mib: float
    seconds: float


def watch(
    process: subprocess.Popen[bytes],
    mark: str,
    output: Path,
    limits: Limits,
    *,
    stop: threading.Event,
    look: Callable[[], None] = lambda: None,
) -> Watched:
    """Wait for a process that carries `mark` in its environment, and see to it that nothing of it goes on.

    `look` is called now and then; `stop` ends the process early.
    """
    start = time.monotonic()
    peak, reason = 0.0, ""
    try:
        while not reason:
            try:
                process.wait(INTERVAL)
                break
            except subprocess.TimeoutExpired:
                pass
            look()
            peak = max(peak, _resident(process.pid))
            reason = _past_a_limit(time.monotonic() - start, peak, output, limits, stop)
        seconds = time.monotonic() - start
        if not reason and _size(output) > limits.output_mib * MIB:
            reason = f"printed more than {limits.output_mib} MiB"
        if not reason and (left := _left_behind(mark)):
            reason = f"left {len(left)} process{'es' * (len(left) > 1)} running: {', '.join(left[:3])}"
    finally:
        _end(process, mark)
    return Watched(reason, process.returncode, round(peak, 1), seconds)


def _past_a_limit(seconds: float, peak: float, output: Path, limits: Limits, stop: threading.Event) -> str:
    if stop.is_set():
        return "was interrupted"
    if seconds > limits.seconds:
        return f"ran for more than {limits.seconds:g} s"
    if peak > limits.memory_mib:
        return f"used more than {limits.memory_mib} MiB of memory"
    if _size(output) > limits.output_mib * MIB:
        return f"printed more than {limits.output_mib} MiB"
    return ""


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _resident(pid: int) -> float:
    """The MiB that a process and its descendants hold."""
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return 0.0
    held = 0
    for member in family:
        try:
            held += member.memory_info().rss
        except psutil.Error:
            continue
    return held / MIB


def _marked(mark: str) -> Iterator[psutil.Process]:
    """Every living process that inherited the mark, wherever it hides."""
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                yield process
        except (psutil.Error, OSError):
            continue


def _left_behind(mark: str) -> list[str]:
    """The names of the processes that still run after their parent ended, and a moment later."""
    deadline = time.monotonic() + GRACE
    while (found := list(_marked(mark))) and time.monotonic() < deadline:
        time.sleep(INTERVAL)
    names = []
    for process in found:
        try:
            names.append(process.name())
        except psutil.Error:
            continue
    return names


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """Kill the process, its group, and whatever else carries the mark, until none is left."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except OSError:
            process.kill()
    process.wait()
    for _ in range(100):  # one that forks while it is killed may need another round
        found = list(_marked(mark))
        for member in found:
            try:
                member.kill()
            except psutil.Error:
                continue
        if not found:
            return
        psutil.wait_procs(found, timeout=1)
