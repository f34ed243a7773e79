"""What is read ahead, in several processes, is what would be read in turn; all else is left to that."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from tests.builders import paper, write_data
from tests.random_edits import random_edit
from tests.test_memory import outcome

from shoulders import read_ahead, workers
from shoulders.memory import FOLDER as RECORDS
from shoulders.memory import Memory, mark
from shoulders.model import Work

KEYS = [f"ashdown-{year}-dark" for year in range(1990, 2013)]


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """No catalog is too small. The tests' own process has threads, and forks nothing."""
    monkeypatch.setattr(read_ahead, "LARGE", 1)
    monkeypatch.setattr(workers, "cores", lambda: 2)
    monkeypatch.setattr(workers, "run", lambda tasks, _: [task() for task in tasks])


def known(folder: Path) -> dict[str, tuple[Any, bool]]:
    """The records that are kept, by their marks, and which of them are well written."""
    memory = Memory(folder)
    return {mark: (record, memory.is_well_written(mark)) for mark, record in memory._records.items()}


def test_after_edits_at_random_the_memory_and_all_problems_are_those_of_reading_in_turn(invented_root, tmp_path):
    shutil.copytree(invented_root / "data", tmp_path / "data")
    file, chance = tmp_path / "data/papers.yaml", random.Random(5)
    first = file.read_text("utf-8")
    with_problems = 0
    for number in range(25):
        text = first if number % 5 == 0 else file.read_text("utf-8")
        file.write_text(random_edit(chance, text), "utf-8")
        ahead, turn = tmp_path / f"ahead{number}", tmp_path / f"turn{number}"
        in_turn = outcome(tmp_path, Memory(turn))
        assert read_ahead.read_ahead(tmp_path, ahead)
        assert known(ahead) == known(turn)
        assert outcome(tmp_path, Memory(ahead)) == in_turn
        with_problems += bool(in_turn["problems"])
    assert 3 < with_problems < 25


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_processes_fill_the_memory(invented_root, tmp_path):
    shutil.copytree(invented_root / "data", tmp_path / "data")
    code = """
        import os, sys, time
        from pathlib import Path
        from shoulders import read_ahead, rules
        root, read_ahead.LARGE = Path(sys.argv[1]), 1
        heard, real, main, pids = [], rules.check_texts, os.getpid(), root / "pids"
        pids.mkdir()

        def noted(data):
            (pids / str(os.getpid())).touch()
            while os.getpid() == main and len(list(pids.iterdir())) < 2:  # another one does something, too
                time.sleep(0.01)
            real(data)

        rules.check_texts = noted
        print(read_ahead.read_ahead(root, root / "ahead", lambda *said: heard.append(said)))
        shelves = len(list((root / "ahead").iterdir()))
        print(heard[-1] == (shelves, shelves))
    """
    environment = os.environ | {workers.VARIABLE: "3", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
    outcome(tmp_path, Memory(tmp_path / "turn"))
    assert known(tmp_path / "ahead") == known(tmp_path / "turn")


def test_a_project_of_which_nothing_is_known_is_read_ahead_once(tmp_path, parsed, monkeypatch):
    write_data(tmp_path, papers="".join(map(paper, KEYS)) + paper("brook-2011-light", year="never"))
    calls: list[Path] = []
    real = read_ahead.read_ahead

    def heard(root: Path, folder: Path, *rest: Any) -> bool:
        calls.append(root)
        return real(root, folder, *rest)

    monkeypatch.setattr(read_ahead, "read_ahead", heard)
    memory = read_ahead.remembered(tmp_path)
    parsed.clear()
    assert len(outcome(tmp_path, memory)["papers"]) == len(KEYS) + 1
    assert [text for text in parsed if "brook" not in text] == [], "what is sound is known"
    read_ahead.remembered(tmp_path)
    assert calls == [tmp_path], "the second time something is known"


def test_a_small_catalog_or_one_core_is_not_worth_it(tmp_path, monkeypatch):
    write_data(tmp_path, papers="".join(map(paper, KEYS)))
    monkeypatch.setattr(workers, "cores", lambda: 1)
    assert not read_ahead.read_ahead(tmp_path, tmp_path / RECORDS)
    monkeypatch.setattr(workers, "cores", lambda: 2)
    monkeypatch.setattr(read_ahead, "LARGE", 1_000_000)
    assert not read_ahead.read_ahead(tmp_path, tmp_path / RECORDS)
    assert not (tmp_path / RECORDS).exists()


def test_a_shelf_with_too_many_problems_is_left_alone(tmp_path, parsed, monkeypatch):
    write_data(tmp_path, papers="".join(paper(key, year="never") for key in KEYS))
    whole = outcome(tmp_path, Memory())
    monkeypatch.setattr(read_ahead, "MANY", 0)
    parsed.clear()
    assert read_ahead.read_ahead(tmp_path, tmp_path / RECORDS)
    shelves = {mark(Work, paper(key, year="never"))[0] for key in KEYS}
    assert len(parsed) == len(shelves) < len(KEYS), "no more than the first of each shelf"
    assert outcome(tmp_path, Memory(tmp_path / RECORDS)) == whole


def test_a_disk_that_takes_nothing_harms_nothing(tmp_path):
    write_data(tmp_path, papers="".join(map(paper, KEYS)))
    whole = outcome(tmp_path, Memory())
    (tmp_path / RECORDS).parent.mkdir(parents=True)
    (tmp_path / RECORDS).write_text("a file in the place of the folder")
    assert outcome(tmp_path, read_ahead.remembered(tmp_path)) == whole


def test_a_process_that_is_lost_harms_nothing(tmp_path, monkeypatch):
    def lost(*_: object) -> None:
        raise workers.WorkerLost("gone")

    write_data(tmp_path, papers="".join(map(paper, KEYS)))
    monkeypatch.setattr(workers, "run", lost)
    assert read_ahead.remembered(tmp_path).is_empty


@pytest.mark.parametrize("harm", ["read-only", "a file in its place"])
def test_where_nothing_can_be_kept_nothing_is_read_ahead(tmp_path, parsed, monkeypatch, harm):
    write_data(tmp_path, papers="".join(map(paper, KEYS)))
    (tmp_path / RECORDS).parent.mkdir(parents=True)
    if harm == "read-only":
        monkeypatch.setattr(os, "access", lambda *_: False)
    else:
        (tmp_path / RECORDS).write_text("")
    assert read_ahead.remembered(tmp_path).is_empty
    assert parsed == []


def test_files_that_are_missing_or_no_text_are_told_as_ever(tmp_path):
    write_data(tmp_path, papers="".join(map(paper, KEYS)))
    (tmp_path / "data/venues.yaml").unlink()
    (tmp_path / "data/topics.yaml").write_bytes(b"\xff\xfe")
    whole = outcome(tmp_path, Memory())
    assert {problem.path for problem in whole["problems"]} == {"data/venues.yaml", "data/topics.yaml"}
    assert outcome(tmp_path, read_ahead.remembered(tmp_path)) == whole
