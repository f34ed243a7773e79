"""Plant bugs in the demos, one at a time, and see whether the tests notice. `make mutants` runs it.

Each `tests/demos/mutants/NAME.toml` lists bugs for `demos/NAME.py`: a text that stands there once, and what to put
in its place. The copy with the bug stands in a temporary folder; the working tree is never touched. Given names of
demos, only theirs are planted and the table of the docs is left as it is.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
LISTS = ROOT / "tests" / "demos" / "mutants"
TABLE = ROOT / "docs" / "mutants.md"
MINIMUM = 5
SECONDS = 300  # a bug may make the tests hang; that is noticed too


@dataclass(frozen=True)
class Mutant:
    """One bug: in which demo, what it is, and how it is made."""

    demo: str
    bug: str
    old: str
    new: str


def read_mutants(names: Sequence[str]) -> list[Mutant]:
    """The bugs of the named demos, or of all.

    Raises:
        ValueError: naming every list that has too few bugs, and every text that does not stand there exactly once.
    """
    mutants, wrong = [], []
    for path in sorted(LISTS.glob("*.toml")):
        if names and path.stem not in names:
            continue
        found = [Mutant(path.stem, **entry) for entry in tomllib.loads(path.read_text("utf-8"))["mutant"]]
        source = (ROOT / "demos" / f"{path.stem}.py").read_text("utf-8")
        if len(found) < MINIMUM:
            wrong.append(f"{path}: expected at least {MINIMUM} bugs, got {len(found)}")
        for mutant in found:
            if (count := source.count(mutant.old)) != 1:
                wrong.append(f"{path}: {mutant.bug}: expected its text once in the demo, got it {count} times")
        mutants += found
    if wrong or not mutants:
        raise ValueError("\n".join(wrong) or f"expected names of demos with bugs, got {' '.join(names) or 'no list'}")
    return mutants


def plant(mutant: Mutant) -> str:
    """The test that notices the bug, or an empty text when none does."""
    with tempfile.TemporaryDirectory(prefix="shoulders-mutant-") as folder:
        demos = Path(folder) / "demos"
        shutil.copytree(ROOT / "demos", demos, ignore=shutil.ignore_patterns("__pycache__"))
        path = demos / f"{mutant.demo}.py"
        path.write_text(path.read_text("utf-8").replace(mutant.old, mutant.new), "utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-o", f"pythonpath=. {demos}"]
        try:
            done = subprocess.run(
                [*command, f"tests/demos/test_{mutant.demo}.py"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=SECONDS,
            )
        except subprocess.TimeoutExpired:
            return "a test that never ends"
    if done.returncode == 0:
        return ""
    failed = re.search(r"^(?:FAILED|ERROR) \S+?(?:::(\w+))?(?:\[.*?\])?(?: |$)", done.stdout, re.MULTILINE)
    if failed is None:
        raise RuntimeError(f"{mutant.demo}: {mutant.bug}: the tests could not run:\n{done.stdout}{done.stderr}")
    return (failed[1] or "the import of the demo").removeprefix("test_").replace("_", " ")


def table(mutants: Sequence[Mutant], caught: Sequence[str]) -> str:
    """What `docs/` says of the bugs."""
    lines = [
        "# Bugs planted in the demos",
        "",
        "Written by `make mutants`. Each line is a bug that was put into a demo, and the first test that noticed it.",
        "A demo that trains is no evidence that it is right: most of these bugs leave it training.",
        "",
        f"{sum(map(bool, caught))} of {len(mutants)} bugs were noticed.",
    ]
    for demo in sorted({mutant.demo for mutant in mutants}):
        lines += ["", f"## {demo}", "", "| bug | noticed by |", "|---|---|"]
        rows = [(m.bug, by) for m, by in zip(mutants, caught, strict=True) if m.demo == demo]
        lines += [f"| {bug} | {by or '**nothing**'} |" for bug, by in rows]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Plant the bugs; exit code 1 when one goes unnoticed."""
    parser = argparse.ArgumentParser(
        description=__doc__.split("\n", 1)[0], epilog="Example: python tools/mutants.py bert"
    )
    parser.add_argument("demo", nargs="*", help="only the bugs of these demos")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default 2)")
    arguments = parser.parse_args()
    try:
        mutants = read_mutants(arguments.demo)
    except ValueError as error:
        sys.exit(str(error))
    caught = []
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for mutant, by in zip(mutants, pool.map(plant, mutants), strict=True):
            print(
                f"{'noticed' if by else 'MISSED '}  {mutant.demo}: {mutant.bug}" + (f"  [{by}]" if by else ""),
                flush=True,
            )
            caught.append(by)
    if not arguments.demo:
        TABLE.write_text(table(mutants, caught), "utf-8")
    missed = sum(not by for by in caught)
    print(f"{len(mutants)} bugs planted, {missed} missed")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
