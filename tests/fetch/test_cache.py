"""Answers are kept for a day, and nothing that happens to their files is an error."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from shoulders.fetch.cache import Cache

DAY = 24 * 3600

WRITER = """
import sys
from pathlib import Path
from shoulders.fetch.cache import Cache
cache = Cache(Path(sys.argv[1]))
for number in range(200):
    body = bytes([number]) * 30011
    cache.put("shared", body)
    found = cache.get("shared")
    assert found is not None and len(found) == 30011 and len(set(found)) == 1
"""


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "new" / "folder")


def the_file(tmp_path):
    (file,) = (tmp_path / "new" / "folder").iterdir()
    return file


def test_what_was_put_is_got_by_its_name(cache):
    cache.put("a", b"one")
    cache.put("b", b"")
    cache.put("a", b"two\x00\nthree")
    assert cache.get("a") == b"two\x00\nthree"
    assert cache.get("b") == b""
    assert cache.get("c") is None


@pytest.mark.parametrize(("age", "there"), [(DAY - 60, True), (DAY + 60, False), (60 - DAY, True), (-DAY - 60, False)])
def test_a_day_later_it_is_gone_and_so_is_what_comes_from_the_future(cache, tmp_path, age, there):
    cache.put("a", b"one")
    os.utime(the_file(tmp_path), (time.time() - age,) * 2)
    assert (cache.get("a") == b"one") == there


def changed(data):
    return [b"", data[:10], data[:-1], data + b" ", data[:40] + bytes([data[40] ^ 1]) + data[41:], b"\x00" * len(data)]


@pytest.mark.parametrize("case", range(6))
def test_a_file_that_is_not_as_it_was_written_is_not_there(cache, tmp_path, case):
    cache.put("a", b"some dozens of bytes")
    file = the_file(tmp_path)
    file.write_bytes(changed(file.read_bytes())[case])
    assert cache.get("a") is None
    cache.put("a", b"anew")
    assert cache.get("a") == b"anew"


def test_a_deleted_file_a_deleted_folder_and_a_folder_for_a_file_are_nothing(cache, tmp_path):
    cache.put("a", b"one")
    file = the_file(tmp_path)
    file.unlink()
    assert cache.get("a") is None
    file.mkdir()
    assert cache.get("a") is None
    cache.put("a", b"one")
    assert cache.get("a") is None
    file.rmdir()
    for left in (tmp_path / "new" / "folder").iterdir():
        left.unlink()
    (tmp_path / "new" / "folder").rmdir()
    cache.put("a", b"two")
    assert cache.get("a") == b"two"


def test_a_folder_that_cannot_be_written_keeps_nothing(tmp_path):
    (tmp_path / "folder").write_text("here first")
    cache = Cache(tmp_path / "folder")
    cache.put("a", b"one")
    assert cache.get("a") is None
    assert (tmp_path / "folder").read_text() == "here first"


def test_what_is_too_old_is_thrown_away_and_nothing_else(tmp_path):
    old, half, other = tmp_path / "old.answer", tmp_path / "tmp1.answer", tmp_path / "progress.json"
    for file in (old, half, other):
        file.write_bytes(b"x")
        os.utime(file, (time.time() - DAY - 60,) * 2)
    fresh = tmp_path / "fresh.answer"
    fresh.write_bytes(b"x")
    Cache(tmp_path).put("a", b"one")
    assert not old.exists()
    assert not half.exists()
    assert other.exists()
    assert fresh.exists()


def test_programs_at_the_same_time_never_see_half_an_answer(tmp_path):
    programs = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path)]) for _ in range(3)]
    assert [program.wait(timeout=120) for program in programs] == [0, 0, 0]
    assert len(list(tmp_path.iterdir())) == 1
