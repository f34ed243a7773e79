"""What MkDocs rendered, kept until something changes of all that it is made of.

That is what is written by hand, the configuration, the environment that this names, our code, and every library that is
installed. Whoever lets MkDocs read more (a plugin, say, that looks at other files) adds it here.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shoulders import kept
from shoulders.model import Language

FOLDER = kept.FOLDER / "rendered"
Files = Mapping[str, bytes]
"""What a language's pages and their assets hold, by their path."""
_ENVIRONMENT = re.compile(r"!ENV\s+(\[[^\]]*\]|\S+)")


@dataclass(frozen=True)
class Sources:
    """What stands for all that pages are rendered from, and when each file of it was last written."""

    mark: str
    times: tuple[tuple[str, int], ...]

    @classmethod
    def now(cls, root: Path) -> Sources:
        """As they are on the disk.

        Raises:
            OSError: when one of them cannot be read.
        """
        digest, times = hashlib.sha256(), []
        for path in _files(root):
            times.append((str(path), path.stat().st_mtime_ns))
            body = path.read_bytes()
            digest.update(f"{path.relative_to(root)}\n{len(body)}\n".encode() + body)
            if path.parent == root:
                for named in _ENVIRONMENT.findall(body.decode(errors="replace")):
                    said = {name: os.environ.get(name) for name in re.findall(r"\w+", named)}
                    digest.update(f"{said}\n".encode())
        digest.update("\n".join(_libraries()).encode())
        return cls(digest.hexdigest(), tuple(times))


def find(root: Path, language: Language, sources: Sources) -> Files | None:
    """What was rendered of the same sources; None where nothing is kept of them."""
    found = kept.read_value(root / FOLDER / f"{language}.pickle")
    if not isinstance(found, tuple) or len(found) != 2 or found[0] != sources.mark:
        return None
    files = found[1]
    if not isinstance(files, dict) or any(name.startswith("/") or ".." in name.split("/") for name in files):
        return None
    return files


def keep(root: Path, language: Language, sources: Sources, rendered: Path) -> None:
    """Keep what was rendered in a folder, where the disk takes it."""
    with suppress(OSError):
        files = {path.relative_to(rendered).as_posix(): path.read_bytes() for path in _below(rendered)}
        kept.write_value(root / FOLDER / f"{language}.pickle", (sources.mark, files))


def _files(root: Path) -> list[Path]:
    return sorted([*root.glob("mkdocs*.yml"), *_below(root / "docs")])


def _below(folder: Path) -> Iterator[Path]:
    for name, _, files in os.walk(folder, followlinks=True):  # as MkDocs does
        yield from (Path(name, file) for file in files)


def _libraries() -> list[str]:
    """All that is installed, with its versions."""
    return sorted(path.name for entry in sys.path for path in Path(entry or ".").glob("*.dist-info"))
