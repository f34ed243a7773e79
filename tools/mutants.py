"""Plant bugs in the demos, one at a time, and see whether the tests notice. `make mutants` runs it.

Each `tests/demos/mutants/NAME.toml` lists bugs for `demos/NAME.py`: a text that stands there once, and what to put
in its place. The copy with the bug stands in a temporary folder; the working tree is never touched. Given names of
demos, only theirs are planted and the pages of the docs are left as they are.
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
PAGES = {language: ROOT / "docs" / language / "planted-bugs.md" for language in ("en", "zh")}
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


WORDS = {
    "en": (
        "Planted bugs",
        "Bugs that were put into the demos, and the tests that noticed them.",
        "A demo that trains is no evidence that it is right: most of these bugs leave it training. Each was put into a "
        "copy of its demo by itself; beside it stands the first test that noticed. Written by `make mutants`.",
        "{caught} of {all} bugs were noticed.",
        ("bug", "noticed by"),
    ),
    "zh": (
        "埋入的错误",
        "埋入演示的错误，以及发现它们的测试。",
        "演示能训练，不等于它是对的：下面大多数错误都不妨碍训练。每个错误单独埋入演示的一份副本，旁边是第一个发现它的测试。"
        "本页由 `make mutants` 写成，错误与测试的名称只有英文。",
        "{all} 个错误中，{caught} 个被发现。",
        ("错误", "发现它的测试"),
    ),
}


def page(language: str, mutants: Sequence[Mutant], caught: Sequence[str]) -> str:
    """The page that says which bug was noticed by which test."""
    title, description, said, count, (bug, noticed) = WORDS[language]
    total = count.format(caught=sum(map(bool, caught)), all=len(mutants))
    lines = [f"---\ntitle: {title}\ndescription: {description}\n---\n", f"# {title}\n", f"{said}\n", total]
    for demo in sorted({mutant.demo for mutant in mutants}):
        lines += [f"\n## {demo}\n", f"| {bug} | {noticed} |", "|---|---|"]
        rows = [(m.bug, by) for m, by in zip(mutants, caught, strict=True) if m.demo == demo]
        lines += [f"| {_plain(what)} | {_plain(by) or '**-**'} |" for what, by in rows]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """A text in which Markdown finds nothing to set."""
    return re.sub(r"[\\`*_\[\]|<&$]", lambda found: f"&#{ord(found[0])};", text)


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
        for language, path in PAGES.items():
            path.write_text(page(language, mutants, caught), "utf-8")
    missed = sum(not by for by in caught)
    print(f"{len(mutants)} bugs planted, {missed} missed")
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
