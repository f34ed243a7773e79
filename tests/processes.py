"""Our own commands as processes of their own, with what they print, and whether they leave anything running."""

from __future__ import annotations

import http.client
import os
import queue
import re
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

MARK = "SHOULDERS_TEST_MARK"


class Running:
    """A `shoulders` process whose standard error is read line by line."""

    def __init__(self, *arguments: str) -> None:
        self.mark = uuid.uuid4().hex
        self.process = subprocess.Popen(
            [sys.executable, "-m", "shoulders", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=os.environ | {MARK: self.mark},
        )
        self.printed: list[str] = []
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self._lines.put(line)

    def wait_for(self, pattern: str, seconds: float = 60) -> re.Match[str]:
        """The next line that matches; fails when it does not come."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=0.1)
            except queue.Empty:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    pytest.fail(f"{pattern!r} was not printed: {self.printed}")
                continue
            self.printed.append(line)
            if match := re.search(pattern, line):
                return match

    def end(self, signal_number: int, seconds: float = 20) -> int:
        """Send a signal; the exit code."""
        self.process.send_signal(signal_number)
        return self.wait(seconds)

    def wait(self, seconds: float = 20) -> int:
        """The exit code, once all it printed is read."""
        try:
            return self.process.wait(timeout=seconds)
        finally:
            self.close()

    def close(self) -> None:
        """End it in any case."""
        self.process.kill()
        self.process.wait()
        self._reader.join(timeout=5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream:
                stream.close()
        while not self._lines.empty():
            self.printed.append(self._lines.get())

    def left(self, seconds: float = 3) -> list[str]:
        """The processes that it started and that still run a moment later."""
        if not Path("/proc/self/environ").exists():
            pytest.skip("needs /proc to find the processes that were left")
        deadline = time.monotonic() + seconds
        while (found := self._marked()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return found

    def _marked(self) -> list[str]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}={self.mark}".encode() in (folder / "environ").read_bytes():
                    found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
        return found


class Served:
    """A running `shoulders serve` and the way to ask it."""

    def __init__(self, project: Path, port: int) -> None:
        self.project = project
        self.running = Running("serve", "--root", str(project), "--port", str(port))
        match = self.running.wait_for(r"Serving http://([\d.]+):(\d+)/ \(Chinese: (\S+)\)")
        self.host, self.port, self.chinese = match[1], int(match[2]), match[3]

    def ask(self, path: str, *, method: str = "GET", host: str | None = None) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of the answer; the path is sent as it is."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=10)
        try:
            connection.request(method, path, headers={} if host is None else {"Host": host})
            answer = connection.getresponse()
            headers = {name.title(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
