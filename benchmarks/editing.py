"""From saving a change of the first entry to its changed page being served, by `shoulders serve`; and other waits.

With the real catalog and with invented ones; the other waits are those of `shoulders --help`, `check` and `export`.
"""

from __future__ import annotations

import argparse
import http.client
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.many_works import many_works
from benchmarks.measure import machine
from benchmarks.projects import write_project

from shoulders.project import open_project

COMMAND = [sys.executable, "-m", "shoulders"]
NEVER = 60.0  # seconds after which a page is not waited for


def command(project: Path, *arguments: str) -> float:
    """The seconds of a command."""
    start = time.perf_counter()
    subprocess.run([*COMMAND, *arguments], cwd=project, check=True, capture_output=True)
    return time.perf_counter() - start


def edits(project: Path, count: int) -> list[float]:
    """The seconds from saving each of some changes of the first entry to reading it in the page that is served."""
    serving = subprocess.Popen([*COMMAND, "serve", "--port", "0"], cwd=project, stderr=subprocess.PIPE, text=True)
    try:
        lines = iter(serving.stderr or ())
        port = next(int(found[1]) for line in lines if (found := re.search(r"http://127\.0\.0\.1:(\d+)/", line)))
        file = project / "data/papers.yaml"
        text = file.read_text("utf-8")
        key = re.findall(r"(?m)^[- ] key: (\S+)", text)[0]
        return [_edit(file, text, f"Edited {number} times", f"/papers/{key}/", port) for number in range(count)]
    finally:
        serving.send_signal(signal.SIGINT)
        serving.communicate()


def _edit(file: Path, text: str, title: str, address: str, port: int) -> float:
    new = f"  title: {title}\n  # A line more, so that all others move.\n"
    changed = re.sub(r"(?m)^  title: .*\n(?:    .*\n)*", new, text, count=1)
    start = time.perf_counter()
    file.write_text(changed, "utf-8")
    while time.perf_counter() - start < NEVER:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", address)
        if title in connection.getresponse().read().decode():
            return time.perf_counter() - start
        time.sleep(0.02)
    raise RuntimeError(f"the page did not change within {NEVER:.0f} seconds of '{title}'; does `shoulders check` pass?")


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__, epilog="Example: python benchmarks/editing.py --works 3000")
    parser.add_argument("--works", type=int, nargs="*", default=[10_000], help="sizes of invented catalogs")
    parser.add_argument("--edits", type=int, default=5, help="how many changes are saved")
    asked = parser.parse_args()
    print(f"On {machine()}; seconds.\n\n| catalog | edit to page | --help | check | check again | export as BibTeX |")
    print("|---|--:|--:|--:|--:|--:|")
    for count in (0, *asked.works):
        with tempfile.TemporaryDirectory() as name:
            project = Path(name) / "project"
            if count:
                write_project(many_works(open_project(ROOT).catalog, count), project)
            else:
                project.mkdir()
                for part in ("data", "docs", "demos", "tools", "tests", "mkdocs.yml", "mkdocs.zh.yml"):
                    whole = ROOT / part
                    shutil.copytree(whole, project / part) if whole.is_dir() else shutil.copy(whole, project / part)
            waits = [command(project, *what) for what in (["--help"], ["check"], ["check"], ["export"])]
            seconds = statistics.median(edits(project, asked.edits))
        row = " | ".join(f"{value:.2f}" for value in (seconds, *waits))
        print(f"| {f'{count:,} works' if count else 'ours'} | {row} |", flush=True)


if __name__ == "__main__":
    main()
