"""A file is the old one or the new one, whatever fails and whenever it ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shoulders.wholefile import WriteError, write_whole

OLD, NEW = b"# old, with a comment\n" * 3000, b"- new\n" * 70_000


class Step:
    """Counts the steps that touch the disk, and fails at one of them."""

    def __init__(self, fail_at: int, error: BaseException) -> None:
        self.count, self.fail_at, self.error = 0, fail_at, error

    def watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self.count += 1
            if self.count == self.fail_at:
                raise self.error
            return function(*arguments, **options)

        return call


class Stream:
    """A file whose every method is a step."""

    def __init__(self, stream: Any, step: Step) -> None:
        self.stream = stream
        self.write, self.flush = step.watched(stream.write), step.watched(stream.flush)
        self.fileno = stream.fileno

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()


def watch(monkeypatch: pytest.MonkeyPatch, step: Step) -> None:
    opened = Path.open
    monkeypatch.setattr(Path, "open", step.watched(lambda *a, **o: Stream(opened(*a, **o), step)))
    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, step.watched(getattr(os, name)))
    monkeypatch.setattr(Path, "chmod", step.watched(Path.chmod))


def steps_of_one_write(tmp_path: Path) -> int:
    (tmp_path / "count.yaml").write_bytes(OLD)
    step = Step(0, OSError())
    with pytest.MonkeyPatch.context() as patch:
        watch(patch, step)
        write_whole({tmp_path / "count.yaml": NEW})
    (tmp_path / "count.yaml").unlink()
    return step.count


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "ctrl-c"])
def test_at_whichever_step_it_fails_the_file_is_the_old_or_the_new_one(tmp_path, error):
    last = steps_of_one_write(tmp_path)
    assert last == 7, "open, write, flush, fsync, chmod, replace, fsync of the folder"
    file = tmp_path / "papers.yaml"
    results = []
    for number in range(1, last + 1):
        file.write_bytes(OLD)
        step = Step(number, error)
        with pytest.MonkeyPatch.context() as patch:
            watch(patch, step)
            with contextlib.suppress(WriteError, KeyboardInterrupt):
                write_whole({file: NEW})
        results.append(file.read_bytes())
        assert results[-1] in (OLD, NEW)
        assert [path.name for path in tmp_path.iterdir()] == ["papers.yaml"], "nothing is left beside it"
    assert results[:-1] == [OLD] * (last - 1), "the last step only tells the disk"
    assert results[-1] == NEW


def test_a_killed_writer_leaves_the_old_or_the_new_file(tmp_path):
    """`kill -9` at 200 random moments; what a killed writer left beside the file disturbs no later one."""
    file = tmp_path / "papers.yaml"
    file.write_bytes(OLD)
    writer = (
        "import pathlib, sys; from shoulders.wholefile import write_whole\n"
        "file, size = pathlib.Path(sys.argv[1]), int(sys.argv[2])\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    for letter in b'abcdefgh':\n"
        "        write_whole({file: bytes([letter]) * size})\n"
    )
    size, chance, seen = 300_001, random.Random(7), set()
    whole = {OLD} | {bytes([letter]) * size for letter in b"abcdefgh"}
    for _ in range(200):
        process = subprocess.Popen([sys.executable, "-c", writer, file, str(size)], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        data = file.read_bytes()
        assert data in whole
        seen.add(data[:1])
    assert len(seen) > 1, "some writers got as far as writing"
    write_whole({file: NEW})
    assert file.read_bytes() == NEW


def test_what_somebody_else_wrote_meanwhile_stays(tmp_path):
    file, other = tmp_path / "papers.yaml", tmp_path / "people.yaml"
    file.write_bytes(b"theirs")
    with pytest.raises(WriteError, match="was changed meanwhile"):
        write_whole({file: b"ours", other: b"ours"}, {file: b"before"})
    assert file.read_bytes() == b"theirs"
    assert not other.exists()
    with pytest.raises(WriteError, match="was changed meanwhile"):
        write_whole({file: b"ours"}, {other: b"was there"})
    write_whole({file: b"ours", other: b"new"}, {file: b"theirs", other: None})
    assert (file.read_bytes(), other.read_bytes()) == (b"ours", b"new")


def test_permissions_and_links_stay(tmp_path):
    (tmp_path / "real.yaml").write_bytes(OLD)
    (tmp_path / "real.yaml").chmod(0o640)
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    write_whole({tmp_path / "link.yaml": NEW})
    assert (tmp_path / "link.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_bytes() == NEW
    assert (tmp_path / "real.yaml").stat().st_mode & 0o7777 == 0o640


def test_a_second_writer_waits_for_the_first(tmp_path):
    file = tmp_path / "papers.yaml"
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    second = threading.Thread(target=write_whole, args=({file: NEW},))
    second.start()
    second.join(0.2)
    assert not file.exists()
    os.close(handle)
    second.join(30)
    assert file.read_bytes() == NEW
