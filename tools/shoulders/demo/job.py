"""One run of one demo, anywhere: what it needs travels with it, and what came of it travels back.

Knows nothing of records, of other jobs or of who asks: the same function runs on this machine and on a cluster.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shoulders import runs, svg
from shoulders.demo.watch import MARK, MIB, Limits, watch
from shoulders.problems import expected, visible

CHILD = Path(__file__).with_name("child.py")
STOP = threading.Event()
"""Set to end all jobs of this process soon."""

_KEPT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "SYSTEMROOT")
_REPORT_BYTES = 1024 * 1024
_FILE_MIB = 64  # the largest file that a demo may write
_TAIL = 12  # lines of output that a failure shows


@dataclass(frozen=True)
class Job:
    """A demo to run: its files by their path in `demos/`, and how."""

    name: str
    entry: str
    files: Mapping[str, bytes]
    seed: int = 0
    device: str = "cpu"
    limits: Limits = field(default_factory=Limits)
    figure: bool = True

    @property
    def title(self) -> str:
        """The name, with the seed where it is not the first."""
        return f"{self.name} (seed {self.seed})" if self.seed else self.name


@dataclass(frozen=True)
class Outcome:
    """What came of a job: a report, or the sentences that say why there is none."""

    job: Job
    report: runs.Report | None = None
    figure: str = ""
    failures: tuple[str, ...] = ()
    output: str = ""  # the last lines, when it failed
    seconds: float = 0.0
    memory_mib: float = 0.0
    network: str = ""

    @property
    def passed(self) -> bool:
        """Whether the demo ran as it should and every claim held."""
        return not self.failures


def run_job(job: Job, tell: Callable[[str, str], None] | None = None) -> Outcome:
    """Run the demo in a process of its own; never raises for what a demo does.

    `tell` gets the demo's name and what it last said of its progress.
    """
    with tempfile.TemporaryDirectory(prefix="shoulders-demo-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        try:
            return _run(job, work, tell)
        except OSError as error:
            return Outcome(job, failures=(f"could not be run: {error}",))
        finally:
            _open_up(work)


def _run(job: Job, work: Path, tell: Callable[[str, str], None] | None) -> Outcome:
    demos, place = work / "demos", work / "work"
    for path, data in job.files.items():
        target = demos / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    place.mkdir()
    output, report, figure = work / "output", place / "report.json", place / "figure.svg"
    arguments = ["--seed", str(job.seed), "--device", job.device, "--report", str(report)]
    if job.figure:
        arguments += ["--figure", str(figure)]
    wall = _network_wall()
    command = [*wall, sys.executable, str(CHILD), str(_FILE_MIB * MIB), str(demos / f"{job.name}.py"), *arguments]
    mark = uuid.uuid4().hex
    with output.open("wb") as sink:
        process = subprocess.Popen(
            command,
            cwd=place,
            env=_environment(work, mark),
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    look = functools.partial(_pass_on, job, output, tell) if tell else lambda: None
    watched = watch(process, mark, output, job.limits, stop=STOP, look=look)
    network = "closed by the kernel" if wall else "closed in Python"
    failures, found, drawn = _judge(job, watched.reason, watched.code, report, figure)
    return Outcome(
        job=job,
        report=found,
        figure=drawn,
        failures=tuple(failures),
        output=_tail(output) if failures else "",
        seconds=round(watched.seconds, 2),
        memory_mib=watched.peak_mib,
        network=network,
    )


def _environment(work: Path, mark: str) -> dict[str, str]:
    """Little of ours: no secrets, one thread, nothing written outside, nothing fetched."""
    threads = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return {
        **{name: os.environ[name] for name in _KEPT if name in os.environ},
        **dict.fromkeys(threads, "1"),
        "HOME": str(work),
        "TMPDIR": str(work),
        "MPLCONFIGDIR": str(work),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "CUBLAS_WORKSPACE_CONFIG": ":4096:8",  # without it, deterministic kernels are refused on a GPU
        "SHOULDERS_PROGRESS": "1",
        MARK: mark,
    }


@functools.cache
def _network_wall() -> tuple[str, ...]:
    """The command that takes the network from a process, where the system lets us: Linux with namespaces."""
    if shutil.which("unshare"):
        for options in (["--user", "--map-current-user"], []):
            command = ("unshare", *options, "--net")
            try:
                if subprocess.run([*command, "true"], capture_output=True, timeout=10).returncode == 0:
                    return command
            except (OSError, subprocess.SubprocessError):
                continue
    return ()


def _judge(
    job: Job, reason: str, code: int, report_path: Path, figure_path: Path
) -> tuple[list[str], runs.Report | None, str]:
    """What is wrong with a run that ended, its report, and its figure."""
    if reason:
        return [reason], None, ""
    if code < 0:
        return [f"was ended by {_signal(-code)}"], None, ""
    try:
        report = runs.parse_report(_read(report_path, _REPORT_BYTES))
    except FileNotFoundError:
        return [f"ended with exit code {code} and wrote no report"], None, ""
    except (ValueError, OSError) as error:
        return [f"report: {visible(line)}" for line in str(error).split("\n")], None, ""
    if report.entry != job.entry:
        return [f"report: entry: {expected(f'the key on its card, {job.entry!r}', report.entry)}"], None, ""
    failures = [f"{c.statement}: expected {c.bound}, got {c.value:.4g}" for c in report.claims if not c.holds]
    if code != (1 if failures else 0):
        failures.append(f"ended with exit code {code}")
    drawn = ""
    try:
        drawn = _read(figure_path, svg.MAX_BYTES)
        svg.check(drawn)
    except FileNotFoundError:
        pass
    except (ValueError, OSError) as error:
        failures.append(str(error))
    return failures, report, drawn


def _read(path: Path, most: int) -> str:
    """A small text that a demo wrote; nothing that it may have put in the place of a file is followed or waited for."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError(f"expected a file called {path.name}, got something else")
        data = stream.read(most + 1)
    if len(data) > most:
        raise ValueError(f"expected at most {most >> 10} KiB in {path.name}, got more")
    return data.decode("utf-8")


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return name + (" (perhaps the system ran out of memory)" if number == signal.SIGKILL else "")


def _last_lines(output: Path, bytes_back: int) -> list[str]:
    with output.open("rb") as stream:
        stream.seek(max(0, output.stat().st_size - bytes_back))
        text = stream.read(bytes_back).decode("utf-8", "replace")
    return [visible(line[-400:]) for line in text.split("\n") if line.strip()]


def _tail(output: Path) -> str:
    progress = re.compile(r".*: \d+/\d+$")
    return "\n".join([line for line in _last_lines(output, 16_384) if not progress.match(line)][-_TAIL:])


def _pass_on(job: Job, output: Path, tell: Callable[[str, str], None]) -> None:
    lines = _last_lines(output, 1024)
    if lines:
        tell(job.title, lines[-1][:100])


def _open_up(work: Path) -> None:
    """Give back the rights that a demo took from its folders, so that they can be removed."""
    for folder, names, _ in os.walk(work):
        for name in names:
            if not (path := Path(folder, name)).is_symlink():
                path.chmod(0o700)


__all__ = ["STOP", "Job", "Limits", "Outcome", "run_job"]
