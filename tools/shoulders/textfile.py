"""Read a file of text that strangers may have written, without trusting its size, kind or encoding.

Knows nothing of what the text says.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from pathlib import Path

MAX_BYTES = 32 * 1024 * 1024

HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0001\U000e0020-\U000e007f]"
)
"""Characters that nobody sees: controls, bidi controls, zero width, line ends that editors do not know."""


class TextError(Exception):
    """Text that cannot be used, with the line (counted from 1) where that shows."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of text, whatever its encoding.

    Raises:
        TextError: when the file is too big, no file, or holds NUL bytes.
        OSError: when it cannot be read.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):  # a pipe would wait for ever, a device never end
        raise TextError(1, f"expected a file, got {'a folder' if path.is_dir() else 'a pipe or device'}")
    if status.st_size > MAX_BYTES:
        size = status.st_size >> 20
        raise TextError(1, f"expected a file of at most {MAX_BYTES >> 20} MiB (split it), got {size} MiB")
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    nul = data.find(b"\0")
    if nul >= 0:
        raise TextError(data.count(b"\n", 0, nul) + 1, "expected text in UTF-8, got a NUL byte")
    return data


def read_text(path: Path) -> str:
    """The file as text with `\\n` line ends and no byte order mark.

    Raises:
        TextError: when the file is too big, no file of text, not UTF-8, or holds NUL bytes.
        OSError: when it cannot be read.
    """
    data = read_bytes(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TextError(line, f"expected text in UTF-8, got the byte 0x{data[error.start]:02x}") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def hidden_characters(text: str) -> Iterator[tuple[int, str]]:
    """The lines that hold a character nobody sees, and the first such character of each."""
    line, last, told = 1, 0, 0
    for match in HIDDEN.finditer(text):
        line += text.count("\n", last, match.start())
        last = match.start()
        if line != told:
            yield line, match[0]
            told = line
