"""Files that are kept to save work the next time: each behind its own digest, so that none is used that came to harm.

They live below `.cache/` and may be deleted at any moment. The digest guards against harm, not against malice: whoever
writes there can put any page on the site, but no code into a build.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
import tempfile
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(".cache") / "shoulders"
"""Where a project keeps everything."""
LIBRARIES = "anyascii jinja2 markupsafe math-core pydantic pydantic-core pygments pylatexenc pyyaml".split()
"""Those of which it depends what is read, and what is made of it."""


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


def read_value(path: Path, classes: Iterable[type] = ()) -> Any:
    """The value that was kept; None where there is none, or another version of our code kept it.

    It is plain data and objects of `classes`, whatever the file says.
    """
    body = read(path)
    if not body.startswith(made_by()):
        return None
    reader = _Reader(io.BytesIO(body[len(made_by()) :]))
    reader.classes = {(kind.__module__, kind.__qualname__): kind for kind in classes}
    try:
        return reader.load()
    except (pickle.UnpicklingError, AttributeError, EOFError, LookupError, TypeError, ValueError):
        return None


def write_value(path: Path, value: Any) -> None:
    """Keep a value.

    Raises:
        OSError: when it cannot be written.
    """
    write(path, made_by() + pickle.dumps(value, protocol=5))


class _Reader(pickle.Unpickler):
    classes: dict[tuple[str, str], type]

    def find_class(self, module: str, name: str) -> type:
        if (module, name) not in self.classes:
            raise pickle.UnpicklingError(f"expected plain data, got {module}.{name}")
        return self.classes[module, name]


@cache
def made_by() -> bytes:
    """The digest of our code and of the libraries of which it depends what is read, and what is made of it."""
    digest = hashlib.sha256(sys.version.encode())
    for library in LIBRARIES:
        digest.update(f"{library} {version(library)}\n".encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in (".py", ".html") and not path.name.startswith("."):  # as editors leave them beside a file
            digest.update(f"{path.relative_to(package)}\n".encode() + path.read_bytes())
    return digest.digest()
