"""Whatever fails while a command writes, and whenever it is killed, every file is the old or the new one."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests import services as invented
from tests.edit.conftest import FINISHED, PAPERS, WITHOUT_WAITING, data
from tests.services import ARXIV, DOI, Reply

from shoulders.build import open_project
from shoulders.load import load_data

LIST = [
    {"type": "article-journal", "title": "Hinges", "author": [{"family": "Oak", "given": "P."}], "issued": "2021",
     "container-title": "Journal of Hinges"},
]  # fmt: skip
COMMANDS = {
    "add": ("add", ARXIV, "--yes", *FINISHED),
    "update": ("update", "shao-2014-doors", "--yes"),
    "import": ("import", "hinges.json", "--write", "--list", "hinges"),
}


class Steps:
    """The steps with which the disk is written to; one of them fails."""

    def __init__(self, patch: pytest.MonkeyPatch, *, fails: int, error: BaseException) -> None:
        self.count, self.fails, self.error = 0, fails, error
        opened = Path.open

        def open_(path: Path, mode: str = "r", *arguments: Any, **options: Any) -> Any:
            if mode != "xb":
                return opened(path, mode, *arguments, **options)
            self.step()
            return Stream(opened(path, mode, *arguments, **options), self)

        patch.setattr(Path, "open", open_)
        patch.setattr(os, "fsync", self.watched(os.fsync))
        patch.setattr(os, "replace", self.watched(os.replace))

    def step(self) -> None:
        """One more; fails when it is its turn."""
        self.count += 1
        if self.count == self.fails:
            raise self.error

    def watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, each call of which is a step."""

        def call(*arguments: Any, **options: Any) -> Any:
            self.step()
            return function(*arguments, **options)

        return call


class Stream:
    """A file whose every write and flush is a step."""

    def __init__(self, stream: Any, steps: Steps) -> None:
        self._stream = stream
        self.write, self.flush = steps.watched(stream.write), steps.watched(stream.flush)
        self.fileno = stream.fileno

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()


@pytest.fixture
def command(request, project, served, monkeypatch):
    """One of the commands, which writes several files, and the data as they are before."""
    item = invented.crossref()
    item["message"] |= {"type": "journal-article", "container-title": ["Journal of Doors"], "relation": {}}
    served.answer("crossref", DOI, Reply(item))
    for number in (ARXIV, "1410.9998"):
        served.answer("semanticscholar", f"paper/ARXIV:{number}", Reply({"externalIds": {"DOI": DOI}}))
    entry = invented.ENTRY.replace(ARXIV, "1410.9998").replace("2024-11-15", "2014-10-15")
    served.answer("arxiv", "1410.9998", Reply(invented.atom(entry), invented.ATOM))
    monkeypatch.chdir(project)
    (project / "hinges.json").write_text(json.dumps(LIST), "utf-8")
    return COMMANDS[request.param]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()], ids=["full", "ctrl-c"])
@pytest.mark.parametrize("command", COMMANDS, indirect=True)
def test_at_whichever_step_a_command_fails_every_file_is_the_old_or_the_new_one(shoulders, project, command, error):
    old = data(project)
    kept = shutil.copytree(project / "data", project / "kept")
    with pytest.MonkeyPatch.context() as patch:
        steps = Steps(patch, fails=0, error=error)
        assert shoulders(*command).exit_code == 0
    new = data(project)
    changed = [name for name in new if new[name] != old.get(name)]
    assert len(changed) >= 2
    assert steps.count >= 6 * len(changed), "open, write, flush, fsync, rename and fsync of the folder for each"
    for number in range(1, steps.count + 1):
        shutil.rmtree(project / "data")
        shutil.copytree(kept, project / "data")
        with pytest.MonkeyPatch.context() as patch:
            Steps(patch, fails=number, error=error)
            result = shoulders(*command)
        now = data(project)
        assert set(now) <= set(new), "nothing is left beside them"
        assert all(now[name] in (old.get(name), new[name]) for name in now), number
        if result.exit_code:
            assert "Aborted!" in result.stderr or "cannot write" in result.stderr
        else:
            assert now == new, "at worst the disk was not told"


def test_a_disk_without_room_to_try_the_change_is_told(shoulders, project, monkeypatch):
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    before = data(project)
    monkeypatch.setattr(shutil, "copytree", full)
    for command in (COMMANDS["add"], ("import", str(project / "hinges.json"), "--write")):
        (project / "hinges.json").write_text(json.dumps(LIST), "utf-8")
        result = shoulders(*command)
        assert result.exit_code == 1
        assert result.stderr.endswith(
            "shoulders: the change cannot be checked: No space left on device; nothing was written\n"
        )
    assert data(project) == before


PROCESS = (sys.executable, "-c", "from shoulders.cli import main; main(prog_name='shoulders')")


def test_a_command_that_is_killed_leaves_the_old_or_the_new_file(shoulders, project, served):
    """`kill -9` at 40 random moments of a real process; what it left beside the file disturbs no later one."""
    environment = {**os.environ, **served.environment}
    assert shoulders("add", ARXIV, "--dry-run").exit_code == 1, "answers are kept from here on, as on a second try"
    command = [*PROCESS, "add", ARXIV, "--root", str(project), "--yes", *FINISHED]
    papers, chance = project / "data/papers.yaml", random.Random(11)
    start = time.monotonic()
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
    duration, new = time.monotonic() - start, papers.read_bytes()
    assert new.startswith(PAPERS.encode())
    for _ in range(40):
        papers.write_text(PAPERS, "utf-8")
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.1) * duration)
        process.kill()
        process.wait()
        assert papers.read_bytes() in (PAPERS.encode(), new)
    papers.write_text(PAPERS, "utf-8")
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0
    assert papers.read_bytes() == new
    assert not load_data(project).problems


def test_of_two_that_add_at_once_each_is_there_whole_or_says_that_it_is_not(project, served):
    environment = {**os.environ, **served.environment}
    added = {"ashdown-etal-2025-gated": ARXIV, "elm-oak-2024-doors": "openreview:H0kvrQ9xyz"}
    running = {
        key: subprocess.Popen(
            [*WITHOUT_WAITING, "add", asked, "--root", str(project), "--yes", *FINISHED],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for key, asked in added.items()
    }  # fmt: skip
    for key, process in running.items():
        _, told = process.communicate(timeout=120)
        there = key in open_project(project).catalog.by_key
        assert there is (process.returncode == 0), told
        assert there or "was changed meanwhile; nothing was written, please try again" in told
    assert (project / "data/papers.yaml").read_bytes().startswith(PAPERS.encode())
