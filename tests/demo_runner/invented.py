"""Invented demos: small scripts without torch that write their report by themselves, and projects that hold them."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psutil
from click.testing import CliRunner, Result

from shoulders.cli import main
from shoulders.demo import job
from shoulders.demo.job import Job, Outcome, run_job
from shoulders.demo.watch import Limits

KEY = "ashdown-2010-dark"
CARD = f'"""An invented demo.\n\nEntry: {KEY}\n"""\n'
SHARED = f'''
import ctypes, json, os, signal, socket, subprocess, sys, time
from pathlib import Path

ARGUMENTS = dict(zip(sys.argv[1::2], sys.argv[2::2]))
SEED = int(ARGUMENTS["--seed"])
REPORT = Path(ARGUMENTS["--report"])
FIGURE = Path(ARGUMENTS.get("--figure", "no figure is asked for"))

def claim(statement="it holds", value=1.0, **bounds):
    return {{"statement": statement, "value": value, **(bounds or {{"at_least": 0.5}})}}

def text(*claims, **changed):
    known = {{"entry": "{KEY}", "claims": claims or [claim()], "config": {{"seed": SEED}}, "seconds": 0.1}}
    return json.dumps(known | {{"versions": {{"python": "3"}}}} | changed)

def report(*claims, **changed):
    REPORT.write_text(text(*claims, **changed), "utf-8")

def svg(body=""):
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{{body}}</svg>'

def daemon(*command, wiped=False):
    """A process of its own session whose parent and grandparent are gone."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execve(command[0], command, {{}} if wiped else os.environ)
        os._exit(0)
    os.wait()
'''
GOOD = "report()\n"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">{}</svg>'
PLENTY = Limits(seconds=60, memory_mib=512)  # no test is decided by how fast a machine is


def source(body: str) -> str:
    """The text of a demo."""
    return f"{CARD}from shared import *\n{body}"


def job_of(body: str, *, seed: int = 0, figure: bool = True, limits: Limits = PLENTY) -> Job:
    """A job that runs `body`."""
    files = {"demo.py": source(body).encode(), "shared.py": SHARED.encode()}
    return Job("demo", KEY, files, seed=seed, limits=limits, figure=figure)


def run(body: str, **options: Any) -> Outcome:
    """What comes of a demo."""
    return run_job(job_of(body, **options))


def make_project(root: Path, **demos: str) -> Path:
    """A project with these demos; `data/` is empty."""
    (root / "data").mkdir(parents=True, exist_ok=True)
    (root / "demos").mkdir(exist_ok=True)
    (root / "demos/shared.py").write_text(SHARED, "utf-8")
    for name, body in demos.items():
        (root / f"demos/{name}.py").write_text(source(body), "utf-8")
    return root


def command(root: Path, *arguments: str | Path) -> Result:
    """`shoulders demo ...` in this process, on the project in `root`."""
    first, *rest = map(str, arguments)
    return CliRunner().invoke(main, ["demo", first, "--root", str(root), *rest], prog_name="shoulders")


def records(root: Path) -> list[str]:
    """The names of all files among the records, hidden ones too."""
    folder = root / "data/runs"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def wall() -> tuple[str, ...]:
    """What this system lets us take from a demo."""
    return job._wall()


def still_running(word: str, seconds: float = 10) -> list[str]:
    """The processes with `word` in their command line that are still there when they had time to end."""
    deadline = time.monotonic() + seconds
    while (found := _with(word)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _with(word: str) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline"]):
        line = " ".join(process.info["cmdline"] or ())
        if word in line:
            found.append(line)
    return found
