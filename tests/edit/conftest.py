"""A small project with comments and odd spacing in its files, and the public services on this machine."""

from __future__ import annotations

import functools
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.services import Services, running

from shoulders.cli import main
from shoulders.fetch import Client, opening

PAPERS = """\
# yaml-language-server: $schema=schema/papers.schema.json
# What stands here stays, byte for byte.

- key: shao-2014-doors   # a comment
  kind: paper
  type: preprint
  title: "Doors: a Beginning"
  authors: [Yan Shao]
  year: 2014
  first_public:   2014-10-15
  arxiv: "1410.9998"
  topics: [doors]
  summary: {en: It counts doors., zh: 数门。}
  added: 2026-11-23
"""
OTHERS = {
    "people.yaml": "[]\n",
    "venues.yaml": "# Where works are published.\n[]\n",
    "topics.yaml": "- id: doors\n  name: {en: Doors, zh: 门}\n  summary: {en: Doors and hinges., zh: 门与铰链。}\n"
    "- id: counting\n  name: {en: Counting, zh: 计数}\n  summary: {en: Counting tokens and words., zh: 数词。}\n",
    "lists.yaml": "[]\n",
}

SUMMARY = ("--summary-en", "Counts behind doors. Then it opens them.", "--summary-zh", "先在门后数数，再把门打开。")
FINISHED = (*SUMMARY, "--topic", "doors", "--topic", "counting")

WITHOUT_WAITING = (
    sys.executable,
    "-c",
    "import time; time.sleep = lambda _: None; from shoulders.cli import main; main(prog_name='shoulders')",
)

Run = Callable[..., Result]


@pytest.fixture
def served() -> Iterator[Services]:
    """Every public service, with invented works."""
    with running() as found:
        yield found


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Path:
    """A project of one work."""
    folder = tmp_path / "project"
    (folder / "data").mkdir(parents=True)
    (folder / "data/papers.yaml").write_text(PAPERS, "utf-8")
    for name, text in OTHERS.items():
        (folder / "data" / name).write_text(text, "utf-8")
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        shutil.copy(root / name, folder / name)
    return folder


@pytest.fixture
def shoulders(project: Path, served: Services, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command on that project, its services here, without waiting."""
    for name, value in served.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(opening, "Client", functools.partial(Client, sleep=lambda _: None))

    def run(*arguments: str, **options: object) -> Result:
        command = [arguments[0], "--root", str(project), *arguments[1:]]
        return CliRunner().invoke(main, command, prog_name="shoulders", **options)  # type: ignore[arg-type]  # mypy sees no options in a mapping

    return run


def data(project: Path) -> dict[str, bytes]:
    """Every file of the data."""
    return {path.name: path.read_bytes() for path in sorted((project / "data").rglob("*")) if path.is_file()}
