"""What a demo may use: whatever goes past a limit, or leaves something behind, is ended and told, every time."""

from __future__ import annotations

import os
import re
import subprocess
import uuid
from time import monotonic

import pytest
from tests.demo_runner.invented import GOOD, PLENTY, job_of, run, still_running, wall

from shoulders.demo import job
from shoulders.demo.job import run_job
from shoulders.demo.watch import Limits

SLEEP = "/bin/sleep"
SHORT = Limits(seconds=0.5, memory_mib=512)
SMALL = Limits(seconds=60, memory_mib=100)
GROWS = "held = []\nwhile True: held.append(b'x' * 2**20); time.sleep(0.001)\n"

PAST_A_LIMIT = {
    "sleeps": ("time.sleep(600)\n", SHORT, "ran for more than 0.5 s"),
    "computes": ("while True: pass\n", SHORT, "ran for more than 0.5 s"),
    "reports and stays": (GOOD + "time.sleep(600)\n", SHORT, "ran for more than 0.5 s"),
    "waits for what it started": (f"subprocess.run(['{SLEEP}', '600'])\n", SHORT, "ran for more than 0.5 s"),
    "ignores what it can": (
        "for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}: signal.signal(number, signal.SIG_IGN)\n"
        "time.sleep(600)\n",
        SHORT,
        "ran for more than 0.5 s",
    ),
    "stops itself": ("os.kill(os.getpid(), signal.SIGSTOP)\n", SHORT, "ran for more than 0.5 s"),
    "grows": (GROWS, SMALL, "used more than 100 MiB of memory"),
    "held much and gave it back": ("x = b'x' * (200 << 20); del x; report()\n", SMALL, "used more than 100 MiB"),
    "its child grows": (
        f"subprocess.run([sys.executable, '-c', {'import time;' + GROWS!r}])\n",
        SMALL,
        "used more than",
    ),
    "many are a lot together": (
        "for _ in range(4):\n    if os.fork() == 0: x = b'x' * (40 << 20); time.sleep(600)\ntime.sleep(600)\n",
        SMALL,
        "used more than 100 MiB of memory",
    ),
    "prints for ever": ("while True: os.write(1, b'x' * 2**16)\n", PLENTY, "printed more than 8 MiB"),
    "prints much and ends": ("print('x' * (9 << 20)); report()\n", PLENTY, "printed more than 8 MiB"),
    "fills a file": (
        "with open('big', 'wb') as stream:\n    for _ in range(1024): stream.write(b'x' * 2**20)\nreport()\n",
        PLENTY,
        "ended with exit code 1 and wrote no report",
    ),
    "fills files": (
        "for i in range(40): Path(f'{i}').write_bytes(b'x' * 2**20)\nreport()\n",
        Limits(seconds=60, written_mib=32),
        "wrote more than 32 MiB or 2000 files",
    ),
    "makes files": ("for i in range(2100): Path(f'{i}').touch()\nreport()\n", PLENTY, "wrote more than 256 MiB or"),
    "starts many": (
        "for _ in range(12):\n    if os.fork() == 0: time.sleep(600)\ntime.sleep(600)\n",
        Limits(seconds=60, processes=8),
        "ran more than 8 processes",
    ),
}


@pytest.mark.parametrize("what", PAST_A_LIMIT)
def test_a_demo_that_goes_past_a_limit_is_ended_and_told(what):
    body, limits, said = PAST_A_LIMIT[what]
    outcome = run(body, limits=limits)
    assert len(outcome.failures) == 1
    assert outcome.failures[0].startswith(said)
    assert (outcome.report, outcome.figure) == (None, "")


LEFT = {
    "a child": "if os.fork() == 0: os.execv('{sleep}', ['sleep', '{time}'])\n",
    "a session of its own": "subprocess.Popen(['{sleep}', '{time}'], start_new_session=True)\n",
    "a daemon": "daemon('{sleep}', '{time}')\n",
    "a daemon without our mark": "daemon('{sleep}', '{time}', wiped=True)\n",
}


@pytest.mark.parametrize("closed", [True, False], ids=["kernel", "python"])
@pytest.mark.parametrize("what", LEFT)
def test_what_a_demo_leaves_running_is_found_and_ended(what, closed, monkeypatch):
    if not closed:
        monkeypatch.setattr(job, "_wall", tuple)
    time = f"{600 + uuid.uuid4().int % 10**9 / 10**9:.9f}"  # found again by it
    outcome = run(LEFT[what].format(sleep=SLEEP, time=time) + GOOD)
    assert outcome.failures == ("left 1 process running: sleep",)
    assert outcome.report is None
    assert still_running(time) == []


@pytest.mark.parametrize("what", LEFT)
def test_what_a_demo_started_ends_with_it_when_its_time_is_up(what):
    time = f"{600 + uuid.uuid4().int % 10**9 / 10**9:.9f}"
    outcome = run(LEFT[what].format(sleep=SLEEP, time=time) + "time.sleep(600)\n", limits=SHORT)
    assert outcome.failures == ("ran for more than 0.5 s",)
    assert still_running(time) == []


def test_what_ends_by_itself_soon_is_no_failure():
    assert run(f"subprocess.Popen(['{SLEEP}', '0.2'])\n" + GOOD).failures == ()


def test_dead_children_that_nobody_buried_are_no_failure():
    assert run("if os.fork() == 0: os._exit(0)\n" + GOOD).failures == ()


def test_the_kernel_is_asked_for_all_that_it_gives():
    job._wall.cache_clear()
    assert wall()[:1] in ((), ("unshare",))
    for part in (["--net"], ["--net", "--user", "--map-current-user"], ["--net", "--pid", "--fork", "--kill-child"]):
        try:
            given = subprocess.run(["unshare", *part, "true"], capture_output=True, check=False).returncode == 0
        except OSError:
            pytest.skip("this system has no unshare")
        assert not given or wall(), f"it gives {part}"
    whole = ("unshare", "--net", "--user", "--map-current-user", "--pid", "--fork", "--kill-child")
    if subprocess.run([*whole, "true"], capture_output=True, check=False).returncode == 0:
        assert wall() == whole


def test_a_demo_cannot_end_what_watches_over_it():
    body = f"""
for pid in (os.getppid(), {os.getpid()}):
    try: os.kill(pid, 0 if pid == {os.getpid()} else signal.SIGKILL)
    except ProcessLookupError: continue
    if pid == {os.getpid()}: raise SystemExit('it sees who asked')
"""
    if "--pid" not in wall():
        pytest.skip("this system gives a demo no process ids of its own: unshare --pid is refused")
    assert run(body + GOOD).failures == ()


def test_a_demo_that_ends_its_keeper_fails_and_is_ended(monkeypatch):
    monkeypatch.setattr(job, "_wall", tuple)
    time = f"{600 + uuid.uuid4().int % 10**9 / 10**9:.9f}"
    outcome = run(f"os.kill(os.getppid(), signal.SIGKILL)\nos.execv('{SLEEP}', ['sleep', '{time}'])\n")
    assert outcome.failures == ("lost the process that keeps it",)
    assert still_running(time) == []


def test_the_most_that_a_demo_held_is_told():
    outcome = run("x = b'x' * (100 << 20); del x\n" + GOOD)
    assert outcome.failures == ()
    assert 100 <= outcome.memory_mib < 200


def test_the_seconds_are_those_that_a_demo_and_what_it_started_computed():
    computes = "import time\nwhile time.process_time() < 0.3: pass\n"
    start = monotonic()
    outcome = run(f"{computes}subprocess.run([sys.executable, '-c', {computes!r}])\ntime.sleep(1)\n" + GOOD)
    assert outcome.failures == ()
    assert 0.6 <= outcome.seconds <= monotonic() - start - 1


def test_the_seconds_of_a_demo_that_was_ended_are_those_of_the_clock():
    assert run("time.sleep(600)\n", limits=SHORT).seconds >= SHORT.seconds


def test_progress_is_passed_on_without_anything_that_acts_on_a_terminal():
    said: list[tuple[str, str]] = []
    body = "print('\\x1b[31mstep: 1/2\\x07', flush=True); time.sleep(1)\n"
    assert run_job(job_of(body + GOOD, seed=3), lambda *words: said.append(words)).failures == ()
    assert set(said) == {("demo (seed 3)", r"\x1b[31mstep: 1/2\x07")}


def test_signals_are_named():
    for number, name in (("SIGSEGV", "SIGSEGV"), ("SIGTERM", "SIGTERM"), ("SIGKILL", "SIGKILL (perhaps the system")):
        (failure,) = run(f"os.kill(os.getpid(), signal.{number})\n").failures
        assert re.match(rf"was ended by {re.escape(name)}", failure)
