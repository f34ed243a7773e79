"""Tasks spread over the processor's cores: in processes, as Python's threads share one core; programs beside threads.

The processes are forks of this one, so that nothing has to be handed to them; what a task returns is pickled back.
Where no fork can be had safely (not on Linux, or beside other threads), or where it would double much memory,
everything is done here, one by one.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
VARIABLE = "SHOULDERS_PROCESSES"
LARGEST = 1_500_000_000  # bytes; a larger process works alone: beside its fork, one of 2.4 GB came to 4.6
Done = Callable[[int, int], None]
"""Hears how many of how many tasks are done."""

_tasks: Sequence[Callable[[], Any]] = ()  # what forked processes find here; a task itself need not be picklable
_taken: Any = ()  # which of them some process does, shared by all


class WorkerLost(Exception):
    """The system ended a process of ours."""


def ignored(*_: int) -> None:
    """Nobody wants to hear how far it is."""


def run(tasks: Sequence[Callable[[], T]], done: Done = ignored) -> list[T]:
    """What the tasks return, in their order; `done` hears how many of them are, whenever one is.

    The first exception of a task is raised here, and tasks that have not begun are given up.

    Raises:
        WorkerLost: when the system ends a process.
    """
    processes = min(cores(), len(tasks))
    if processes < 2:
        return list(_here(tasks, done))
    with _forked(tasks, processes - 1) as pool:
        try:
            futures = [pool.submit(_call, number) for number in range(len(tasks))]
            here = dict(_from_the_end(tasks, futures, done))
            return [here[number] if number in here else future.result() for number, future in enumerate(futures)]
        except BrokenProcessPool as error:
            message = f"the system ended a process of ours, perhaps for lack of memory; {VARIABLE}=1 makes do with one"
            raise WorkerLost(message) from error
        except BaseException:
            pool.shutdown(cancel_futures=True)  # and wait for those that run: what they write must not come later
            raise


def _from_the_end(
    tasks: Sequence[Callable[[], T]], futures: Sequence[Future[T]], done: Done
) -> Iterator[tuple[int, T]]:
    """Do here what the forks, which come from the beginning, have not reached: a process that waited would be one more.

    Each fork copies much of the memory that it shares, as Python counts references in it.
    """
    theirs = len(tasks)
    while theirs and _claim(theirs - 1):
        theirs -= 1
        yield theirs, tasks[theirs]()
        ended = [future for future in futures[:theirs] if future.done()]
        for future in ended:
            future.result()  # raises what a task raised
        done(len(tasks) - theirs + len(ended), len(tasks))
    waiting = [future for future in futures[:theirs] if not future.done()]
    before = len(tasks) - len(waiting)
    done(before, len(tasks))
    for count, future in enumerate(as_completed(waiting), before + 1):
        future.result()
        done(count, len(tasks))


def run_programs(tasks: Sequence[Callable[[], T]], done: Done = ignored) -> list[T]:
    """The same as `run` for tasks that mostly wait for programs of their own: in threads, which copy no memory."""
    with ThreadPoolExecutor(_wanted()) as pool:
        futures = [pool.submit(task) for task in tasks]
        try:
            for count, future in enumerate(as_completed(futures), 1):
                future.result()
                done(count, len(tasks))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return [future.result() for future in futures]


def cores() -> int:
    """How many processes may share the tasks: as many as are wanted, or this one alone."""
    if sys.platform != "linux" or threading.active_count() > 1:  # elsewhere a fork may crash, or there is none
        return 1
    return 1 if _held() > LARGEST else _wanted()


def _wanted() -> int:
    asked = os.environ.get(VARIABLE, "")
    if asked.isascii() and asked.isdigit():
        return max(1, int(asked))
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _held() -> int:
    """The bytes of memory that this process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _here(tasks: Sequence[Callable[[], T]], done: Done) -> Iterator[T]:
    for number, task in enumerate(tasks, 1):
        yield task()
        done(number, len(tasks))


@contextmanager
def _forked(tasks: Sequence[Callable[[], Any]], processes: int) -> Iterator[ProcessPoolExecutor]:
    global _tasks, _taken
    context = multiprocessing.get_context("fork")
    _tasks, _taken = tasks, context.Array("b", len(tasks))
    gc.freeze()  # what is shared is not touched by looking for garbage, and so stays shared
    try:
        with ProcessPoolExecutor(processes, context, initializer=_begin, initargs=(os.getpid(),)) as pool:
            yield pool
    finally:
        gc.unfreeze()
        _tasks, _taken = (), ()


def _begin(parent: int) -> None:
    """In a forked process: leave Ctrl-C to the one it came from, and end with that."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def _call(number: int) -> Any:
    return _tasks[number]() if _claim(number) else None


def _claim(number: int) -> bool:
    """Whether the task is for this process to do: no other has taken it."""
    with _taken.get_lock():
        free = not _taken[number]
        _taken[number] = 1
    return free
