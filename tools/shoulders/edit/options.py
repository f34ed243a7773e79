"""What the commands that change data/ let one say alike.

Loads nothing but click, so that `--help` is quick.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

yes_option = click.option("--yes", is_flag=True, help="Never ask; what only a person can say comes from options.")
dry_run_option = click.option(
    "--dry-run", is_flag=True, help="Show what would change in the files, and change nothing."
)
prefer_option = click.option(
    "--prefer", default="", metavar="SOURCE", help="Believe this source first where they disagree."
)


def may_ask(*, yes: bool, dry_run: bool) -> bool:
    """Whether there is somebody to ask: a person at a terminal who did not say otherwise."""
    return not yes and not dry_run and sys.stdin.isatty() and sys.stderr.isatty()


def data_file(root: Path, path: str, *, option: str) -> str:
    """The data file of works that a person named, from the root."""
    found = (Path(path) if Path(path).is_absolute() else root / path).resolve()
    data = root / "data"
    if found != data / "papers.yaml" and not (found.parent == data / "papers" and found.suffix == ".yaml"):
        message = f"expected data/papers.yaml or a .yaml file in data/papers/, got '{path}'"
        raise click.BadParameter(message, param_hint=option)
    return found.relative_to(root).as_posix()
