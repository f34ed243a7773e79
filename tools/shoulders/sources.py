"""Of which files and packages a demo is made: what a record's freshness goes by, and how demos build on each other.

Reads demos with `ast` and never imports them.
"""

from __future__ import annotations

import ast
import hashlib
import re
import tomllib
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;]+)", re.MULTILINE)
_NAME = re.compile(r"^[A-Za-z0-9._-]+")
MAX_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sources:
    """A demo's file, then the files that it imports from `demos/`, directly or not, by their path there."""

    files: Mapping[str, bytes]
    demos: tuple[str, ...]  # the names of the demos that the demo itself imports

    @property
    def fingerprints(self) -> dict[str, str]:
        """What each file holds, in 16 hexadecimal digits; line ends do not count."""
        return {
            path: hashlib.sha256(data.replace(b"\r\n", b"\n")).hexdigest()[:16]
            for path, data in sorted(self.files.items())
        }


def read_sources(root: Path, name: str) -> Sources:
    """The files that the demo called `name` needs.

    Raises:
        OSError: when a file cannot be read.
        SyntaxError: when a file is no Python; names it.
    """
    folder = root / "demos"
    files: dict[str, bytes] = {}
    waiting = [f"{name}.py"]
    direct: list[str] = []
    while waiting:
        path = waiting.pop()
        if path in files:
            continue
        if (folder / path).stat().st_size > MAX_BYTES:
            raise OSError(f"demos/{path}: expected a file of at most {MAX_BYTES >> 20} MiB, got a larger one")
        files[path] = (folder / path).read_bytes()
        try:
            found = sorted({local for module in _imports(files[path]) for local in _local(folder, module)})
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(f"demos/{path}: expected Python, got {type(error).__name__}: {error}") from None
        waiting += found
        if len(files) == 1:
            direct = found
    demos = tuple(path[:-3] for path in direct if "/" not in path and path[:-3] not in ("shared", "figures", name))
    return Sources(files, demos)


@lru_cache(maxsize=256)  # what demos share is read for each of them
def _imports(source: bytes) -> tuple[str, ...]:
    """The modules that a file imports anywhere; of `from a import b` both `a` and `a.b`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of odd escapes in strings, which are not for us to judge
        tree = ast.parse(source)
    found: dict[str, None] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= dict.fromkeys([node.module, *(f"{node.module}.{alias.name}" for alias in node.names)])
    return tuple(found)


def _local(folder: Path, module: str) -> Iterator[str]:
    """The files of `demos/` that importing a module reads: none for a library."""
    parts = module.split(".")
    for count in range(1, len(parts) + 1):
        stem = folder.joinpath(*parts[:count])
        for path in (stem.with_suffix(".py"), stem / "__init__.py"):
            if path.is_file():
                yield path.relative_to(folder).as_posix()


def requirements(root: Path) -> dict[str, str]:
    """The packages that the demos ask for, each with the version that `constraints.txt` pins."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
        asked: Sequence[str] = project["optional-dependencies"]["demos"]
        found = _PIN.findall((root / "constraints.txt").read_text("utf-8"))
    except (OSError, KeyError, ValueError):
        return {}
    pins = {_normal(name): version for name, version in found}
    names = sorted({_normal(match[0]) for line in asked if (match := _NAME.match(line))})
    return {name: pins[name] for name in names if name in pins}


def _normal(name: str) -> str:
    """One spelling of a package's name, which has several."""
    return re.sub(r"[-_.]+", "-", name).lower()
