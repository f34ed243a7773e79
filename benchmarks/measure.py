"""What a command costs: seconds on the wall and of processors, memory, and what it leaves on the disk."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command cost."""

    wall: float  # seconds
    cpu: float  # seconds of all its processes
    memory: float  # MB of all its processes together at their most, pages they share counted once
    files: int = 0
    size: float = 0.0  # MB of the files
    output: str = ""


def run(command: Sequence[str], *, folder: Path, made: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command in `folder` and look at what it left in `made`.

    Raises:
        RuntimeError: when it fails, with the end of what it said.
    """
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    most = _Most(process.pid)
    with most:
        output = process.stdout.read() if process.stdout else ""
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    if process.stdout:
        process.stdout.close()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {output[-2000:]}")
    sizes = [path.stat().st_size for path in made.rglob("*") if path.is_file()] if made.is_dir() else []
    return Cost(wall, usage.ru_utime + usage.ru_stime, most.memory, len(sizes), sum(sizes) / 1e6, output)


class _Most:
    """Looks every tenth of a second how much memory a process and its children hold (PSS), and keeps the most."""

    def __init__(self, pid: int) -> None:
        self.pid, self.memory = pid, 0.0
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._looking.start()

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.memory = max(self.memory, sum(map(_held, _family(self.pid))) / 1e3)


def _family(pid: int) -> list[int]:
    """A process and all that come of it."""
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _held(pid: int) -> int:
    """The memory of a process in kB; what it shares with others is divided among them."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def median(costs: Sequence[Cost]) -> Cost:
    """The costs of the middle run, each figure by itself; files and output are those of the last."""
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.memory for cost in costs),
        costs[-1].files,
        costs[-1].size,
        costs[-1].output,
    )


def in_memory(folder: Path) -> bool:
    """Whether a folder lies in memory and on no disk."""
    mounts = [line.split() for line in _lines("/proc/self/mounts")]
    mounted = [(len(where), kind) for _, where, kind, *_ in mounts if folder.resolve().is_relative_to(where)]
    return max(mounted, default=(0, ""))[1] == "tmpfs"


def machine() -> str:
    """The machine in words."""
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    memory = next((int(line.split()[1]) // 1_048_576 for line in _lines("/proc/meminfo") if "MemTotal" in line), 0)
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {cpu}, {memory} GiB, {platform.system()}, Python {platform.python_version()}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
