"""The data files as they are, and what `check` would say of them after a change that is not written yet.

Reads; only `Workspace.write` writes, and all or nothing.
"""

from __future__ import annotations

import difflib
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

from shoulders import demo_files, handwritten, load, read_ahead, rules, workers
from shoulders.catalog import Catalog
from shoulders.memory import Memory
from shoulders.problems import Problem
from shoulders.wholefile import WriteError, write_whole

CONTEXT = 3  # lines of a diff around what changes


@dataclass(frozen=True)
class Workspace:
    """The catalog of a folder with the places of its entries and the problems it has already."""

    root: Path
    catalog: Catalog
    paths: Mapping[str, str]  # the file of each entry, from the root
    problems: tuple[Problem, ...]
    readable: bool  # whether every file could be read
    demos: Mapping[str, str]  # the key of the work that each shows
    concepts: frozenset[str]  # the names of the concept pages
    _memory: Memory  # what of it is known to be sound
    _bytes: dict[str, bytes | None] = field(default_factory=dict)

    @classmethod
    def open(cls, root: Path, done: workers.Done = workers.ignored) -> Workspace:
        """What stands under `root`, problems or not; where that may take a while, `done` hears how much is read."""
        data = load.load_data(root, read_ahead.remembered(root, done))
        demos = {name: demo.card.entry for name, demo in demo_files.read_demos(root)[0].items()}
        concepts = frozenset(handwritten.read_concepts(root))
        problems = rules.check(data, demos, concepts)
        data.memory.save()
        paths = {loaded.record.key: loaded.path for loaded in data.works}
        catalog = rules.to_catalog(data, demos)
        return cls(root, catalog, paths, tuple(problems), not data.unread, demos, concepts, data.memory)

    def read(self, path: str) -> bytes | None:
        """The bytes of a data file when it was read first, or None where there was none.

        What is written later is compared with these, so that nobody's change in between is lost.
        """
        if path not in self._bytes:
            try:
                self._bytes[path] = (self.root / path).read_bytes()
            except FileNotFoundError:
                self._bytes[path] = None
        return self._bytes[path]

    def default_file(self) -> str:
        """Where a new entry goes when nobody says: `data/papers.yaml`, or the last of `data/papers/`."""
        parts = sorted((self.root / "data" / "papers").glob("*.yaml"))
        if (self.root / "data" / "papers.yaml").exists() or not parts:
            return "data/papers.yaml"
        return parts[-1].relative_to(self.root).as_posix()

    def problems_with(self, files: Mapping[str, bytes]) -> list[Problem]:
        """The problems that the data would have with these files, and has not now.

        Raises:
            WriteError: when there is no room to try it.
        """
        try:
            with tempfile.TemporaryDirectory(prefix="shoulders-") as folder:
                found = self._checked(Path(folder), files)
        except OSError as error:
            raise WriteError(f"the change cannot be checked: {error.strerror or error}; nothing was written") from None
        known = {_without_lines(problem) for problem in self.problems}
        return [problem for problem in found if _without_lines(problem) not in known]

    def _checked(self, staged: Path, files: Mapping[str, bytes]) -> list[Problem]:
        shutil.copytree(self.root / "data", staged / "data", ignore=shutil.ignore_patterns("runs", "schema", ".*"))
        for path, data in files.items():
            (staged / path).parent.mkdir(parents=True, exist_ok=True)
            (staged / path).write_bytes(data)
        return rules.check(load.load_data(staged, self._memory), self.demos, self.concepts)

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write the files, unless somebody changed one since it was read.

        Raises:
            WriteError: when nothing was written.
        """
        before = {self.root / path: self.read(path) for path in files}
        write_whole({self.root / path: data for path, data in files.items()}, before)


def _without_lines(problem: Problem) -> tuple[str, str, str]:
    """What a problem is, wherever it stands: a change above it moves it, and what it points to."""
    return problem.id, problem.field, re.sub(r":[0-9]+\)", ")", problem.message)


def diff(path: str, old: bytes | None, new: bytes) -> str:
    """A unified diff of a file, quick also where the file is long and the change is short."""
    before, after = _lines(old or b""), _lines(new)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False)))
    start = max(0, same - CONTEXT)
    tail = sum(1 for _ in takewhile(lambda p: p[0] == p[1], zip(before[same:][::-1], after[same:][::-1], strict=False)))
    tail = max(0, tail - CONTEXT)
    ours, theirs = before[start : len(before) - tail], after[start : len(after) - tail]
    name = path if old is not None else "/dev/null"
    found = list(difflib.unified_diff(ours, theirs, name, path, lineterm="", n=CONTEXT))
    return "".join(f"{_moved(line, start)}\n" for line in found)


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()


def _moved(line: str, start: int) -> str:
    """A heading of a hunk with the line numbers of the whole file."""
    if not line.startswith("@@"):
        return line
    parts = []
    for part in line.split()[1:3]:
        first, comma, count = part[1:].partition(",")
        parts.append(f"{part[0]}{int(first) + start}{comma}{count}")
    return f"@@ {parts[0]} {parts[1]} @@"
