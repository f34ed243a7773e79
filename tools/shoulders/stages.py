"""The stages of a build: timed, with how far each is, and told when they are done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from shoulders import stamp, workers

Report = Callable[[str], None]
"""Hears a line for each stage that is done."""
Progress = Callable[[str, int, int], None]
"""Hears the name of a stage and how many of how many parts of it are done; 0 of 0 when it begins."""


class BuildError(Exception):
    """The site could not be built; the previous one stands untouched."""


def quiet(*_: object) -> None:
    """Tell nobody."""


class Stages:
    """Times the stages of a build, tells how far each is, and reports it when it is done."""

    def __init__(self, report: Report, progress: Progress) -> None:
        self.report, self._progress = report, progress
        self.total = 0.0

    def __call__(self, name: str) -> Stages:
        """Begin a stage."""
        self.name = name
        self.busy: dict[str, float] = {}
        return self

    def run(self, tasks: Mapping[str, Iterable[stamp.Task]]) -> list[stamp.Made]:
        """What tasks of several kinds make; how long each kind keeps a processor busy is reported below the stage."""
        timed = [partial(_timed, kind, task) for kind, some in tasks.items() for task in some]
        found = workers.run(timed, self.done)
        for spent, _ in found:
            for kind, seconds in spent.items():
                self.busy[kind] = self.busy.get(kind, 0.0) + seconds
        return [made for _, made in found]

    def done(self, number: int, count: int) -> None:
        """So many of the stage's parts are done."""
        self._progress(self.name, number, count)

    def __enter__(self) -> None:
        self.start = time.perf_counter()
        self._progress(self.name, 0, 0)

    def __exit__(self, *failure: object) -> None:
        seconds = time.perf_counter() - self.start
        self.total += seconds
        if failure[0] is None:
            self.report(f"  {self.name:<9} {seconds:6.2f} s")
            for kind, busy in self.busy.items():
                self.report(f"    {kind:<7} {busy:6.2f} s of a processor")


_parts: dict[str, float] = {}  # of the task that runs


@contextmanager
def part(kind: str) -> Iterator[None]:
    """What is done here within a task is reported as of another kind than the task."""
    start = time.process_time()
    try:
        yield
    finally:
        _parts[kind] = _parts.get(kind, 0.0) + time.process_time() - start


def _timed(kind: str, task: stamp.Task) -> tuple[dict[str, float], stamp.Made]:
    _parts.clear()
    start = time.process_time()
    made = task()
    return {kind: time.process_time() - start - sum(_parts.values()), **_parts}, made
