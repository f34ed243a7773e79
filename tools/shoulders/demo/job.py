"""One run of one demo, anywhere: what it needs travels with it, and what came of it travels back.

Knows nothing of records, of other jobs or of who asks: the same function runs on this machine and on a cluster.

What is closed here guards against mistakes, and on Linux with namespaces against most harm. It is no jail: a demo reads
and writes the files that its user may, reaches sockets that stand in the file system, fills what is not its folder,
and says of its claims what it likes. Where the kernel refuses namespaces (macOS, many containers), programs other
than Python reach the network, and a demo sees and may end its user's other processes. Demos are read before they run.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
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
from typing import BinaryIO, Literal

from shoulders import runs, svg
from shoulders.demo.watch import MARK, MIB, Limits, Place, Watched, watch
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
    seconds: float = 0.0  # see Watched
    memory_mib: float = 0.0
    network: Literal["closed by the kernel", "closed in Python"] = "closed in Python"

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
    report, figure = work / "work" / "report.json", work / "work" / "figure.svg"
    _lay_out(job, work)
    arguments = ["--seed", str(job.seed), "--device", job.device, "--report", str(report)]
    if job.figure:
        arguments += ["--figure", str(figure)]
    script = work / "demos" / f"{job.name}.py"
    mark, wall = uuid.uuid4().hex, _wall()
    with (
        tempfile.TemporaryFile() as output,
        subprocess.Popen(
            [*wall, sys.executable, str(CHILD), str(_FILE_MIB * MIB), str(script), *arguments],
            cwd=report.parent,
            env=_environment(work, mark),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
        ) as keeper,
    ):
        look = functools.partial(_pass_on, job, output, tell) if tell else lambda: None
        watched = watch(keeper, Place(mark, output, work), job.limits, stop=STOP, look=look)
        failures, found, drawn = _judge(job, watched, report, figure)
        return Outcome(
            job=job,
            report=found,
            figure=drawn,
            failures=tuple(failures),
            output=_tail(output) if failures else "",
            seconds=round(watched.seconds, 2),
            memory_mib=watched.peak_mib,
            network="closed by the kernel" if wall else "closed in Python",
        )


def _lay_out(job: Job, work: Path) -> None:
    """The demo's files, and the folder in which it starts."""
    for path, data in job.files.items():
        target = work / "demos" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (work / "work").mkdir()


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
        "SHOULDERS_PROGRESS": "1",
        MARK: mark,
    }


@functools.cache
def _wall() -> tuple[str, ...]:
    """The command that takes network and processes of others from a process, as far as the system lets us (Linux)."""
    user, processes = ("--user", "--map-current-user"), ("--pid", "--fork", "--kill-child")
    for options in ((*user, *processes), user, processes, ()):
        command = ("unshare", "--net", *options)
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            if subprocess.run([*command, "true"], capture_output=True, timeout=10).returncode == 0:
                return command
    return ()


def _judge(
    job: Job, watched: Watched, report_path: Path, figure_path: Path
) -> tuple[list[str], runs.Report | None, str]:
    """What is wrong with a run that ended, its report, and its figure."""
    code = watched.code
    if watched.reason:
        return [watched.reason], None, ""
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
    try:
        drawn = _read(figure_path, svg.MAX_BYTES)
        svg.check(drawn)
    except FileNotFoundError:
        return failures, report, ""
    except (ValueError, OSError) as error:
        return [*failures, str(error)], report, ""
    return failures, report, drawn


def _read(path: Path, most: int) -> str:
    """A small text that a demo wrote; nothing that it may have put in the place of a file is followed or waited for."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ValueError(f"expected a file called {path.name}, got what cannot be read ({error.strerror})") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ValueError(f"expected a file called {path.name}, got something else")
        data = b""
        while len(data) <= most and (more := os.read(handle, most + 1 - len(data))):
            data += more
    finally:
        os.close(handle)
    if len(data) > most:
        raise ValueError(f"expected at most {most >> 10} KiB in {path.name}, got more")
    try:
        return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"expected UTF-8 in {path.name}, got the byte 0x{data[error.start]:02x}") from None


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return name + (" (perhaps the system ran out of memory)" if number == signal.SIGKILL else "")


def _last_lines(output: BinaryIO, bytes_back: int) -> list[str]:
    """The end of the output, read without moving the place at which the demo writes."""
    handle = output.fileno()
    text = os.pread(handle, bytes_back, max(0, os.fstat(handle).st_size - bytes_back)).decode("utf-8", "replace")
    return [visible(line[-400:]) for line in text.split("\n") if line.strip()]


def _tail(output: BinaryIO) -> str:
    progress = re.compile(r".*: \d+/\d+$")
    return "\n".join([line for line in _last_lines(output, 16_384) if not progress.match(line)][-_TAIL:])


def _pass_on(job: Job, output: BinaryIO, tell: Callable[[str, str], None]) -> None:
    lines = _last_lines(output, 1024)
    if lines:
        tell(job.title, lines[-1][:100])


def _open_up(work: Path) -> None:
    """Give back the rights that a demo took from its folders, so that they can be removed."""
    work.chmod(0o700)
    for folder, names, _ in os.walk(work):
        for name in names:
            if not (path := Path(folder, name)).is_symlink():
                path.chmod(0o700)


__all__ = ["STOP", "Job", "Limits", "Outcome", "run_job"]
