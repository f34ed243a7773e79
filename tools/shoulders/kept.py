"""Files that are kept to save work the next time: each behind its own digest, so that none is used that came to harm.

They live below `.cache/` and may be deleted at any moment.
"""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

FOLDER = Path(".cache") / "shoulders"
"""Where a project keeps everything."""


def read(path: Path) -> bytes:
    """What was kept; nothing where it is absent, cut off or changed."""
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
    except OSError:
        return b""
    return body if hashlib.sha256(body).hexdigest().encode() == digest else b""


def write(path: Path, body: bytes) -> None:
    """Keep something; the file appears whole or not at all.

    Raises:
        OSError: when it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        whole = Path(folder) / path.name
        whole.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        whole.replace(path)
