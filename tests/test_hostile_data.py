"""Hostile and huge files end in seconds, in bounded memory, with problems and no traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.builders import edge, paper, write_data

MEASURE = """
import sys, time
from pathlib import Path
from shoulders.load import load_data
from shoulders.rules import check
start = time.perf_counter()
problems = check(load_data(Path(sys.argv[1])))
seconds = time.perf_counter() - start
longest = max((len(str(problem)) for problem in problems), default=0)
status = Path("/proc/self/status").read_text()  # getrusage would count what the parent had
peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
print(seconds, peak, len(problems), longest, problems[0] if problems else "")
"""


class Measured(NamedTuple):
    """What checking cost."""

    seconds: float
    mebibytes: int
    problems: int
    longest: int
    first: str


def measure(root: Path) -> Measured:
    """Check in a process of its own, so that its memory is its own."""
    run = subprocess.run(
        [sys.executable, "-c", MEASURE, str(root)], capture_output=True, text=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stderr[-2000:]
    seconds, peak, count, longest, first = run.stdout.split(" ", 4)
    return Measured(float(seconds), int(peak), int(count), int(longest), first.strip())


def big(piece: str, size: int) -> str:
    return piece * (size // len(piece.encode()))


MEGA = 1024 * 1024
HOSTILE: dict[str, Callable[[], str]] = {
    "100 MB": lambda: big("- key: a\n", 100 * MEGA),
    "30 MB of nothing": lambda: big("\n", 30 * MEGA),
    "30 MB of comments": lambda: big("# a\n", 30 * MEGA),
    "30 MB of entries": lambda: big("- a\n", 30 * MEGA),
    "30 MB of brackets": lambda: big("[", 30 * MEGA),
    "30 MB of nesting": lambda: big("- ", 30 * MEGA),
    "30 MB of one text": lambda: "- title: " + big("a", 30 * MEGA),
    "30 MB of one text with an emoji": lambda: "- title: 😀" + big("a", 30 * MEGA),
    "30 MB of one key": lambda: "- ? " + big("a", 30 * MEGA) + "\n  : b\n",
    "30 MB of quotes": lambda: big('"', 30 * MEGA),
    "30 MB of hidden characters": lambda: big("\u202e", 30 * MEGA),
    "30 MB of hidden characters on lines": lambda: big("\u202e\n", 30 * MEGA),
    "30 MB of one list": lambda: "- topics: [" + big("a,", 30 * MEGA) + "]",
    "30 MB of unknown fields": lambda: "- x: 1\n" + "".join(f"  x{number}: 1\n" for number in range(2_000_000)),
    "30 MB of entries of unknown fields": lambda: big("- kez: 1\n  tpye: 2\n  yaer: 3\n  tilte: 4\n", 30 * MEGA),
    "a key of 10 MB": lambda: "- key: " + big("a-2017-", 10 * MEGA) + "!\n",
    "names of 10 MB": lambda: "- authors: ['" + big("a ", 10 * MEGA) + "', '" + big("and ", MEGA) + "']\n",
    "a billion laughs": lambda: "- a: &a [x]\n" + "".join(f"- &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghi")),
    "100,000 tiny entries": lambda: big("- {}\n", 500_000),
    "100,000 entries of a letter": lambda: big("- a: b\n", 700_000),
    "50,000 aliases": lambda: "- aliases: [" + big("a-2017-b, ", 450_000) + "]",
}  # fmt: skip


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads peak memory from Linux's /proc")
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(tmp_path: Path, name: str) -> None:
    found = measure(write_data(tmp_path, papers=HOSTILE[name]()))
    assert found.problems > 0
    assert found.longest < 500
    assert found.seconds < 30
    assert found.mebibytes < (300 if name == "100 MB" else 600)


def test_10_000_broken_entries(tmp_path: Path) -> None:
    keys = [f"ashdown-{1900 + number % 100}-w{number}" for number in range(10_000)]
    works = [
        paper(key, tpye="x", month=13, venue="nowhere", edges=[edge(f"{keys[-number][:-1]}x")], nickname="a  b")
        for number, key in enumerate(keys)
    ]
    found = measure(write_data(tmp_path, papers="".join(works)))
    assert found.problems >= 40_000
    assert found.longest < 500
    assert found.seconds < 40
    assert found.mebibytes < 600


def test_10_000_good_entries(tmp_path: Path) -> None:
    works = [paper(f"ashdown-2010-w{n}", edges=[edge(f"ashdown-2010-w{n - 1}")] if n else []) for n in range(10_000)]
    found = measure(write_data(tmp_path, papers="".join(works)))
    assert (found.problems, found.first) == (0, "")
    assert found.seconds < 30
    assert found.mebibytes < 400
