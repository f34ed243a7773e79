"""Servers are asked one after the other, by all programs that share a folder."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from shoulders.fetch.turns import Turns

TAKER = """
import sys, time
from pathlib import Path
from shoulders.fetch.turns import Turns
time.time = lambda: 5000.0
turns = Turns(Path(sys.argv[1]))
for _ in range(100):
    print(turns.take("https://papers.example:443", 0.125))
"""


@pytest.fixture(autouse=True)
def at(monkeypatch):
    """Sets the clock on the wall, which stands."""

    def at(now: float) -> None:
        monkeypatch.setattr(time, "time", lambda: now)

    at(5000.0)
    return at


def test_the_first_goes_at_once_and_each_further_one_a_pause_later(tmp_path):
    own = Turns(tmp_path / "new" / "folder")
    assert [own.take("a", 3.0) for _ in range(4)] == [0.0, 3.0, 6.0, 9.0]


def test_servers_do_not_wait_for_each_other(tmp_path):
    own = Turns(tmp_path)
    assert [own.take("a", 3.0), own.take("b", 5.0), own.take("a", 3.0)] == [0.0, 0.0, 3.0]


def test_who_comes_late_enough_does_not_wait(tmp_path, at):
    own = Turns(tmp_path)
    own.take("a", 3.0)
    at(5002.0)
    assert own.take("a", 3.0) == 1.0
    at(5009.0)
    assert own.take("a", 3.0) == 0.0


def test_two_that_share_a_folder_take_turns(tmp_path):
    one, other = Turns(tmp_path), Turns(tmp_path)
    assert [one.take("a", 3.0), other.take("a", 3.0), one.take("a", 3.0)] == [0.0, 3.0, 6.0]


def test_where_the_folder_cannot_be_written_one_waits_for_oneself(tmp_path):
    folder = tmp_path / "folder"
    folder.write_text("here first")
    own = Turns(folder)
    assert [own.take("a", 3.0), own.take("a", 3.0)] == [0.0, 3.0]


@pytest.mark.parametrize(
    "written", [b"", b"\xff\xfe", b"soon", b"nan", b"inf", b"1e999", b"-5", b"9" * 100, b"5000.0x"]
)
def test_what_is_no_time_is_as_if_nobody_had_asked(tmp_path, written):
    Turns(tmp_path).take("a", 3.0)
    next(tmp_path.glob("*.turn")).write_bytes(written)
    assert Turns(tmp_path).take("a", 3.0) == 0.0


def test_a_turn_far_in_the_future_was_taken_before_the_clock_was_set_back(tmp_path, at):
    own = Turns(tmp_path)
    at(9000.0)
    own.take("a", 3.0)
    at(5000.0)
    assert own.take("a", 3.0) == 0.0
    assert Turns(tmp_path).take("a", 3.0) == 3.0


def test_programs_at_the_same_time_never_take_the_same_turn(tmp_path):
    programs = [
        subprocess.Popen([sys.executable, "-c", TAKER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    taken = sorted(float(line) for program in programs for line in program.communicate(timeout=60)[0].split())
    assert taken == [0.125 * turn for turn in range(300)]
