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
_NAME = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True)
class Sources:
    """What stands for all that pages are rendered from; when each file and folder of it, and our code, was changed."""

    mark: str
    times: tuple[tuple[str, int], ...]

    @classmethod
    def now(cls, root: Path) -> Sources:
        """As they are on the disk.

        Raises:
            OSError: when one of them cannot be read.
        """
        configuration, code = sorted(root.glob("mkdocs*.yml")), sorted(Path(__file__).parent.rglob("*.py"))
        written = sorted(_below(root / "docs"))
        digest = hashlib.sha256("\n".join(_libraries()).encode())
        for path in (*configuration, *written):
            if path.is_file():  # no folder, and no pipe, which would never end
                with path.open("rb") as file:
                    body = hashlib.file_digest(file, "sha256").hexdigest()
                digest.update(os.fsencode(path.relative_to(root)) + f"\n{body}\n".encode())
        for path in configuration:
            names = {*_NAME.findall(path.read_text("utf-8", errors="replace"))}
            digest.update(f"{sorted(os.environ.items() & {(name, os.environ.get(name)) for name in names})}".encode())
        times = tuple((str(path), path.stat().st_mtime_ns) for path in (*configuration, *written, *code))
        return cls(digest.hexdigest(), times)


def find(root: Path, language: Language, sources: Sources) -> Files | None:
    """What was rendered of the same sources; None where nothing is kept of them."""
    found = kept.read_value(root / FOLDER / f"{language}.pickle")
    if not isinstance(found, tuple) or len(found) != 2 or found[0] != sources.mark:
        return None
    files = found[1]
    if not files or not isinstance(files, dict):
        return None
    return None if any(name.startswith("/") or ".." in name.split("/") for name in files) else files


def keep(root: Path, language: Language, sources: Sources, rendered: Path) -> None:
    """Keep what was rendered in a folder, where the disk takes it."""
    with suppress(OSError):
        files = {
            path.relative_to(rendered).as_posix(): path.read_bytes() for path in rendered.rglob("*") if path.is_file()
        }
        kept.write_value(root / FOLDER / f"{language}.pickle", (sources.mark, files))


def _below(folder: Path) -> Iterator[Path]:
    """A folder and all that is in it, but for what MkDocs leaves out: names that begin with a full stop."""
    for name, folders, files in os.walk(folder, followlinks=True):
        yield Path(name)
        folders[:] = [one for one in folders if not one.startswith(".")]
        yield from (Path(name, file) for file in files if not file.startswith("."))


def _libraries() -> list[str]:
    """All that is installed, with its versions."""
    return sorted(path.name for entry in sys.path for path in Path(entry or ".").glob("*.dist-info"))
