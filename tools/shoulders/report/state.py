"""How the data stood in another folder, or in a commit of git.

Compares nothing.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from shoulders.catalog import Catalog
from shoulders.load import load_data
from shoulders.problems import quoted
from shoulders.rules import to_catalog


class StateError(ValueError):
    """There is no such state; the message says why."""


def catalog_of(root: Path) -> Catalog:
    """The catalog of a folder that holds `data/`, as far as it can be read."""
    return to_catalog(load_data(root))


def catalog_at(root: Path, commit: str) -> Catalog:
    """The catalog that a commit of the repository in `root` holds.

    Raises:
        StateError: when git knows no such commit, or there is no git.
    """
    known = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}^{{commit}}")
    if not known:
        raise StateError(f"expected a commit of the repository, got {quoted(commit)}")
    name = known.decode("ascii").strip()
    listed = _git(root, "ls-tree", "-r", "-z", "--name-only", name, "data/").decode("utf-8", "surrogateescape")
    with tempfile.TemporaryDirectory() as folder:
        for path in listed.split("\0"):
            if path.endswith(".yaml"):
                file = Path(folder, path)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(_git(root, "show", f"{name}:./{path}"))
        return catalog_of(Path(folder))


def _git(root: Path, *arguments: str) -> bytes:
    try:
        return subprocess.run(["git", *arguments], cwd=root, capture_output=True, check=False).stdout
    except FileNotFoundError:
        raise StateError("expected git, got no such program; `--before FOLDER` needs none") from None
