"""The files of the pictures: those drawn before from a cache, the others drawn now.

Knows nothing of what a picture says or where its file goes. The cache may be deleted at any time; a picture stands in
it under a digest of its words and of all that draws it, and is not used when it is no longer as it was written.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Sequence, Set
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from itertools import islice
from pathlib import Path

from shoulders.opengraph import icons
from shoulders.opengraph.canvas import png
from shoulders.opengraph.design import Card, Cover
from shoulders.opengraph.draw import draw
from shoulders.opengraph.fonts import VERSIONS

TOGETHER = 64  # pictures in memory at a time
SPARE = 2_000  # pictures in a cache, besides as many again as are asked for, that nobody asks for before they go


def files(wanted: Sequence[Card | Cover], mark: str = "", folder: Path | None = None) -> Iterator[bytes]:
    """The PNG file of each picture, in their order, with the mark (as SVG) and by way of the cache in `folder`."""
    shelf = _Shelf(folder, mark)
    marked = cache(partial(icons.mark, mark)) if mark else None
    places = [shelf.place(words) for words in wanted]
    # Deflating takes half of the time and runs beside Python; drawing is done here, one after the other.
    with ThreadPoolExecutor(os.cpu_count() or 1) as threads:
        pairs = iter(zip(wanted, places, strict=True))
        while some := list(islice(pairs, TOGETHER)):
            found: list[tuple[str, bytes | Future[bytes]]] = [
                (place, shelf.read(place) or threads.submit(png, draw(words, marked))) for words, place in some
            ]
            for place, file in found:
                if isinstance(file, bytes):
                    yield file
                else:
                    shelf.keep(place, file.result())
                    yield file.result()


def forget(wanted: Iterable[Card | Cover], mark: str = "", folder: Path | None = None) -> None:
    """Do not hoard in the cache what nobody asks for, when these are all that are."""
    shelf = _Shelf(folder, mark)
    shelf.clear(frozenset(map(shelf.place, wanted)))


class _Shelf:
    """A folder of files, each behind its own digest; or no folder, and nothing is kept."""

    def __init__(self, folder: Path | None, mark: str) -> None:
        self._folder = folder
        made_by = [*VERSIONS, zlib.ZLIB_RUNTIME_VERSION, mark]
        sources = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("[!.]*.py"))]
        self._seed = hashlib.sha256(b"\0".join([*map(str.encode, made_by), *sources])).hexdigest()

    def place(self, words: Card | Cover) -> str:
        """The name of the file of a picture."""
        return hashlib.sha256((self._seed + repr(words)).encode()).hexdigest()

    def read(self, place: str) -> bytes:
        """The file as it was kept; nothing where it is absent, cut off or changed."""
        if not self._folder:
            return b""
        try:
            kept = (self._folder / place).read_bytes()
        except OSError:
            return b""
        digest, file = kept[:32], kept[32:]
        return file if hashlib.sha256(file).digest() == digest else b""

    def keep(self, place: str, file: bytes) -> None:
        """Write it, where the disk takes it; it appears whole or not at all."""
        if not self._folder:
            return
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._folder, prefix=".", delete=False) as new:
                new.write(hashlib.sha256(file).digest() + file)
            Path(new.name).replace(self._folder / place)

    def clear(self, wanted: Set[str]) -> None:
        """Take away what is not wanted; the other language's may stay, and those of a few changes."""
        kept = list(self._folder.iterdir()) if self._folder and self._folder.is_dir() else []
        if len(kept) > 2 * len(wanted) + SPARE:
            for path in kept:
                if path.name not in wanted and path.is_file():
                    path.unlink(missing_ok=True)
