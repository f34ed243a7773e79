"""Tasks in processes come to the same as one by one, and nothing of them outlives the program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from shoulders import workers

BEGIN = """
import os, sys, time
from functools import partial
from pathlib import Path
from shoulders import workers
folder = Path(sys.argv[1])
def note(number):
    (folder / f"{number}.{os.getpid()}").write_text("begun")
    return number * number
"""


def program(folder: Path, text: str, processes: str = "3") -> subprocess.Popen[str]:
    """A Python program of its own: the tests' own process has threads, and forks nothing."""
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + textwrap.dedent(text), str(folder)],
        env={**os.environ, workers.VARIABLE: processes, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def pids(folder: Path) -> set[int]:
    """The processes in which tasks began."""
    return {int(path.suffix[1:]) for path in folder.iterdir()}


@pytest.mark.parametrize(("processes", "several"), [("3", True), ("1", False)])
def test_results_come_in_the_order_of_the_tasks_and_each_is_heard_of(tmp_path, processes, several):
    running = program(
        tmp_path,
        """
        heard = []
        def last(number):  # the first that is done here: wait for the others
            while os.environ[workers.VARIABLE] != "1" and not list(folder.iterdir()):
                time.sleep(0.01)
            return note(number)
        tasks = [*(partial(note, number) for number in range(39)), partial(last, 39)]
        print(workers.run(tasks, lambda number, count: heard.append((number, count))))
        print(sorted(heard) == heard and heard[-1] == (40, 40), workers.run([]))
        """,
        processes,
    )
    out, err = running.communicate(timeout=60)
    assert (out, err) == (f"{[number**2 for number in range(40)]}\nTrue []\n", "")
    assert running.pid in pids(tmp_path), "it does not only wait"
    assert 1 < len(pids(tmp_path)) <= 3 if several else len(pids(tmp_path)) == 1


def test_beside_other_threads_nothing_is_forked():
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert workers.run([os.getpid] * 4) == [os.getpid()] * 4
    finally:
        over.set()
        thread.join()


def test_an_exception_ends_it_when_what_runs_is_done_and_nothing_else_begins(tmp_path):
    running = program(
        tmp_path,
        """
        def slow(number):
            if number == 1:
                raise ValueError("of task 1")
            time.sleep(0.2)
            return note(number)
        try:
            workers.run([partial(slow, number) for number in range(300)])
        except ValueError as error:
            before = len(list(folder.iterdir()))
            time.sleep(0.6)
            print(error, before == len(list(folder.iterdir())) < 40)
        """,
    )
    out, err = running.communicate(timeout=60)
    assert (out, err) == ("of task 1 True\n", "")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_no_process_outlives_the_program(tmp_path, number):
    running = program(
        tmp_path,
        """
        def forever(number):
            note(number)
            time.sleep(1 if number < 2 else 30)
        workers.run([partial(forever, number) for number in range(2)])
        """,
    )
    deadline = time.monotonic() + 30
    while len(pids(tmp_path)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    running.send_signal(number)
    running.communicate(timeout=30)
    while left := [pid for pid in pids(tmp_path) if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


@pytest.mark.parametrize("asked", ["", "0", "none", "-1", "²"])
def test_what_is_no_number_of_processes_is_as_if_nothing_was_asked(monkeypatch, asked):
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.delenv(workers.VARIABLE, raising=False)
    own = workers.cores()
    monkeypatch.setenv(workers.VARIABLE, asked)
    assert workers.cores() == (1 if asked == "0" else own)


def test_a_process_that_holds_much_works_alone(monkeypatch):
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setenv(workers.VARIABLE, "3")
    assert workers.cores() == (3 if sys.platform == "linux" else 1)
    monkeypatch.setattr(workers, "LARGEST", 1_000_000)
    assert workers.cores() == 1


def test_programs_run_side_by_side_and_answer_in_the_order_of_the_tasks(monkeypatch):
    monkeypatch.setenv(workers.VARIABLE, "2")
    meet = threading.Barrier(2)

    def task(number: int) -> int:
        meet.wait(timeout=30)
        return number

    heard: list[tuple[int, int]] = []
    tasks = [partial(task, number) for number in range(6)]
    assert workers.run_programs(tasks, lambda *told: heard.append(told)) == [0, 1, 2, 3, 4, 5]
    assert heard == [(number, 6) for number in range(1, 7)]


def test_when_a_program_fails_those_that_wait_are_given_up(monkeypatch):
    monkeypatch.setenv(workers.VARIABLE, "1")
    begun: list[int] = []

    def task(number: int) -> None:
        begun.append(number)
        time.sleep(0.02)
        if number == 1:
            raise ValueError("of task 1")

    with pytest.raises(ValueError, match="of task 1"):
        workers.run_programs([partial(task, number) for number in range(300)])
    assert len(begun) < 300


def test_a_task_need_not_be_picklable_here_or_there(tmp_path):
    running = program(tmp_path, "print(workers.run([lambda n=n: n + 1 for n in range(5)]))")
    assert running.communicate(timeout=60) == ("[1, 2, 3, 4, 5]\n", "")
    assert workers.run([lambda: 7, lambda: 8]) == [7, 8]


def test_a_process_that_the_system_ends_is_told_in_a_sentence(tmp_path):
    running = program(
        tmp_path,
        """
        def lost(number):
            if os.getpid() != parent:
                os.kill(os.getpid(), 9)
            time.sleep(0.1)
        parent = os.getpid()
        try:
            workers.run([partial(lost, number) for number in range(100)])
        except workers.WorkerLost as error:
            print(error)
        """,
    )
    out, err = running.communicate(timeout=60)
    assert (out, err) == (
        "the system ended a process of ours, perhaps for lack of memory; SHOULDERS_PROCESSES=1 makes do with one\n",
        "",
    )
