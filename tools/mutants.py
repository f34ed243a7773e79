"""Plant bugs in the demos, one at a time, and see whether the tests notice. `make mutants` runs it.

Each `tests/demos/mutants/NAME.toml` lists bugs for `demos/NAME.py`: a text that stands there once, and what to put
in its place. The copy with the bug stands in a temporary folder; the working tree is never touched. Given names of
demos, only theirs are planted and the pages of the docs are left as they are.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import multiprocessing
import re
import shutil
import signal
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LISTS = ROOT / "tests" / "demos" / "mutants"
PAGES = {language: ROOT / "docs" / language / "planted-bugs.md" for language in ("en", "zh")}
MINIMUM = 5
SECONDS = 300
MODELS = ("bert.modeling_bert", "gpt2.modeling_gpt2", "openai.modeling_openai", "roberta.modeling_roberta")


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


class Noticing:
    """A plugin of pytest that remembers the first test that failed."""

    def __init__(self) -> None:
        self.by = ""

    def pytest_collectreport(self, report: Any) -> None:
        """The tests may fail before the first begins."""
        if report.failed:
            self.by = self.by or "the import of the demo"

    def pytest_runtest_logreport(self, report: Any) -> None:
        """One test has run."""
        if report.failed:
            name = report.location[2].partition("[")[0].rpartition(".")[2]
            self.by = self.by or name.removeprefix("test_").replace("_", " ")


def plant(mutant: Mutant) -> str:
    """The test that notices the bug, or an empty text when none does. For a process of its own.

    Raises:
        RuntimeError: when the tests could not run.
    """
    import pytest

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(SECONDS)
    noticing, said = Noticing(), io.StringIO()
    with tempfile.TemporaryDirectory(prefix="shoulders-mutant-") as folder, contextlib.redirect_stdout(said):
        demos = Path(folder) / "demos"
        shutil.copytree(ROOT / "demos", demos, ignore=shutil.ignore_patterns("__pycache__"))
        path = demos / f"{mutant.demo}.py"
        path.write_text(path.read_text("utf-8").replace(mutant.old, mutant.new), "utf-8")
        tests = ROOT / "tests" / "demos" / f"test_{mutant.demo}.py"
        options = ["-x", "-q", "-p", "no:cacheprovider", "-o", f"pythonpath={ROOT} {demos}", "--rootdir", str(ROOT)]
        # The libraries were imported before pytest could rewrite the assertions in its plugins among them.
        options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
        code = pytest.main([*options, str(tests)], plugins=[noticing])
    if code not in (0, 1, 2) or bool(code) != bool(noticing.by):
        raise RuntimeError(f"{mutant.demo}: {mutant.bug}: the tests could not run:\n{said.getvalue()}")
    return noticing.by


def give_up(*_: object) -> None:
    """A bug may make a test hang, which notices it too."""
    raise TimeoutError(f"no end after {SECONDS} s")


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
    # Each bug gets a fresh process, but the libraries are imported only once.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "torch", *(f"transformers.models.{name}" for name in MODELS)])
    with ProcessPoolExecutor(arguments.jobs, mp_context=context, max_tasks_per_child=1) as pool:
        sound = [Mutant(demo, "no bug", "", "") for demo in sorted({mutant.demo for mutant in mutants})]
        failing = [f"{m.demo}: {by}" for m, by in zip(sound, pool.map(plant, sound), strict=True) if by]
        if failing:
            sys.exit("expected tests that pass without a bug, got failures:\n" + "\n".join(failing))
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
