"""A text file of somebody else that can be changed in places, while every other byte stays what it was.

Knows nothing of what the text says, and writes nothing itself.
"""

from __future__ import annotations

import difflib
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shoulders.cite import CiteError
from shoulders.problems import visible
from shoulders.textfile import TextError, read_bytes


@dataclass(frozen=True, order=True, slots=True)
class Edit:
    """Other characters for those from `start` to `end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Source:
    """The bytes of a file, and what they say in UTF-8 or, where they are none, in Latin-1."""

    path: Path
    data: bytes

    @cached_property
    def encoding(self) -> str:
        """The name of the encoding."""
        try:
            self.data.decode("utf-8")
        except UnicodeDecodeError:
            return "latin-1"  # gives every byte a character, so that all come back
        return "utf-8"

    @cached_property
    def original(self) -> str:
        """The text with its own line ends and byte order mark."""
        return self.data.decode(self.encoding)

    @cached_property
    def text(self) -> str:
        r"""The text with `\n` line ends only; every character stands where it stands in the original."""
        return self.original.replace("\r\n", " \n").replace("\r", "\n")

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(place + 1 for place, character in enumerate(self.text) if character == "\n")]

    def line(self, place: int) -> int:
        """The line on which a character stands."""
        return bisect_right(self._starts, place)

    def can_hold(self, text: str) -> bool:
        """Whether the encoding of the file knows all characters of a text."""
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def changed(self, edits: Iterable[Edit]) -> Source:
        """The file after the edits, of which no two overlap and which it can hold, with its own line ends in them."""
        newline = "\r\n" if "\r\n" in self.original else "\r" if "\r" in self.original else "\n"
        pieces, place = [], 0
        for edit in sorted(edits):
            pieces += [self.original[place : edit.start], edit.text.replace("\n", newline)]
            place = edit.end
        pieces.append(self.original[place:])
        return Source(self.path, "".join(pieces).encode(self.encoding))


def read(path: Path) -> Source:
    """The file at `path`.

    Raises:
        CiteError: when there is no such file, when it is too big, or no text.
    """
    try:
        return Source(path, read_bytes(path))
    except TextError as error:
        raise CiteError(f"{path}:{error.line}: {error.message}") from None
    except OSError as error:
        raise CiteError(f"{path}: expected a file that can be read, got: {error.strerror or error}") from None


def difference(before: Source, after: Source) -> str:
    """What changed, as a unified diff that hides nothing from the reader of a terminal."""
    old, new = before.original.splitlines(), after.original.splitlines()
    shown = difflib.unified_diff(old, new, str(before.path), str(after.path), lineterm="")
    return "".join("\t".join(map(visible, line.split("\t"))) + "\n" for line in shown)
