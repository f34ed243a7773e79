"""Demos on a Dask cluster: a scheduler and two workers, each a process of its own on the loopback."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.demo_runner.invented import GOOD, command, make_project, records

from shoulders.demo import runner

pytest.importorskip("distributed", reason="needs dask.distributed: pip install 'shoulders[dask]'")

SEEDED = "FIGURE.write_text(svg())\nreport(claim(value=1 + SEED / 10), caption='c')\n"
BAD = "report(claim('it fails', 0.25))\nsys.exit(1)\n"


class Cluster:
    """A scheduler at a free port, and workers with one thread."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder, self.processes = folder, []  # type: tuple[Path, list[subprocess.Popen[bytes]]]
        self.file = folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        self.address = str(self._wait()["address"])
        for _ in range(workers):
            self._start(
                "worker",
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
                "--host",
                "127.0.0.1",
                "--memory-limit",
                "0",
            )

    def _start(self, what: str, *options: str) -> None:
        line = [sys.executable, "-m", "dask", what, *options, "--scheduler-file", str(self.file)]
        with (self.folder / f"{what}.log").open("ab") as log:
            self.processes.append(
                subprocess.Popen(line, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            )

    def _wait(self) -> dict[str, object]:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                return dict(json.loads(self.file.read_text()))
            except (OSError, ValueError):
                time.sleep(0.1)
        pytest.fail("the scheduler did not start: " + (self.folder / "scheduler.log").read_text())

    def wait_for_workers(self) -> None:
        """Until both have told the scheduler of themselves."""
        deadline = time.monotonic() + 60
        while (self.folder / "scheduler.log").read_text().count("Register worker") < len(self.processes) - 1:
            assert time.monotonic() < deadline, "the workers did not start"
            time.sleep(0.1)

    def close(self) -> None:
        """End all, and bury them."""
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers."""
    made = Cluster(tmp_path_factory.mktemp("cluster"), workers=2)
    try:
        made.wait_for_workers()
        yield made
    finally:
        made.close()


def piped(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`shoulders demo run` as a process."""
    line = [sys.executable, "-m", "shoulders", "demo", "run", "--root", str(root), *arguments]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=120)


def essence(root: Path, name: str) -> dict[str, object]:
    """A record but for what differs from run to run."""
    known = json.loads((root / f"data/runs/{name}.json").read_text())
    return {field: value for field, value in known.items() if field not in ("seconds", "memory_mib", "date")}


def test_a_cluster_gives_the_claims_and_records_that_this_machine_gives(tmp_path, cluster):
    demos = {"bad": BAD, "crash": "ctypes.string_at(0)\n", "good": SEEDED}
    there, here = make_project(tmp_path / "there", **demos), make_project(tmp_path / "here", **demos)
    done = piped(there, "--dask", cluster.address, "--seeds", "2")
    own = command(here, "run", "--seeds", "2")
    assert (done.returncode, own.exit_code) == (1, 1)
    assert done.stderr == ""
    assert "3 demos: 1 passed, 2 failed" in done.stdout
    assert "  crash (seed 1): was ended by SIGSEGV" in done.stdout.splitlines()
    claims = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert sorted(claims) == sorted(line for line in own.stdout.splitlines() if line.startswith("  "))
    assert records(there) == records(here) == ["good.json", "good.svg"]
    assert essence(there, "good") == essence(here, "good")
    assert (there / "data/runs/good.svg").read_bytes() == (here / "data/runs/good.svg").read_bytes()


def test_workers_that_die_fail_their_demo_and_nothing_waits_for_ever(tmp_path, cluster):
    body = f"Path({str(tmp_path)!r}, str(time.time())).touch()\ntime.sleep(600)\n"
    root = make_project(tmp_path / "project", good=GOOD, slow=body)
    line = [sys.executable, "-m", "shoulders", "demo", "run", "--root", str(root), "--dask", cluster.address]
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        deadline = time.monotonic() + 120
        while not (records(root) == ["good.json"] and len(list(tmp_path.iterdir())) > 1):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.1)
        for worker in cluster.processes[1:]:
            worker.kill()
        output = process.communicate(timeout=120)[0]
    assert process.returncode == 1
    assert "  slow: its worker was lost: the cluster has none left" in output.splitlines()
    assert "2 demos: 1 passed, 1 failed" in output
    assert records(root) == ["good.json"]


def test_where_nobody_listens_is_told_within_seconds(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: refused, and nobody else's
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        done = piped(make_project(tmp_path, good=GOOD), "--dask", address)
    assert done.returncode == 1
    assert f"shoulders: expected a Dask scheduler at '{address}', got " in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert records(tmp_path) == []


def test_who_listens_and_is_no_scheduler_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(runner, "KNOCK", 1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        result = command(make_project(tmp_path, good=GOOD), "run", "--dask", address)
    assert result.exit_code == 1
    assert f"shoulders: expected a Dask scheduler at '{address}', got TimeoutError" in result.stderr


@pytest.mark.parametrize("address", ["nonsense://x", "tcp://127.0.0.1:port", "tcp://127.0.0.1:99999", "\x1b[31m:80"])
def test_what_is_no_address_is_told(tmp_path, address):
    result = command(make_project(tmp_path, good=GOOD), "run", "--dask", address)
    assert result.exit_code == 1
    assert "shoulders: expected a Dask scheduler at " in result.stderr
    assert "\x1b" not in result.stderr


def test_without_the_library_its_install_is_told(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = command(make_project(tmp_path, good=GOOD), "run", "--dask", "tcp://127.0.0.1:1")
    assert result.exit_code == 1
    assert result.stderr == "shoulders: --dask needs dask.distributed. Try: pip install 'shoulders[dask]'\n"
