"""A project with the invented catalog, and the command as a person runs it in the folder of a paper."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.site.conftest import make_project
from tests.test_cli import run

PAPER = Path(__file__).parent / "paper"


@pytest.fixture(scope="session")
def project(root, invented_root, tmp_path_factory):
    """A project that commands only read."""
    return make_project(root, invented_root, tmp_path_factory.mktemp("cite") / "project")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The folder of the sample papers, which is also the current one."""
    copied = shutil.copytree(PAPER, tmp_path / "paper")
    monkeypatch.chdir(copied)
    return copied


@pytest.fixture
def cite(project) -> Callable[..., object]:
    """Runs `shoulders cite` on the invented catalog."""

    def cite_(*arguments: str | Path):
        return run("cite", "--root", project, *arguments)

    return cite_
