"""What is remembered of records is never wrong: whatever was edited, harmed or deleted, as read from nothing."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.builders import paper, write_data
from tests.random_edits import random_edit
from tests.site.conftest import make_project

from shoulders import kept, memory, rules
from shoulders.load import load_data
from shoulders.memory import FOLDER as RECORDS
from shoulders.memory import Memory, mark
from shoulders.model import Record, Work
from shoulders.problems import ProblemsError
from shoulders.project import open_project

KEY = "ashdown-2010-dark"
NAMES = ["papers", "people", "venues", "topics", "lists"]


def shelves(root: Path) -> dict[str, bytes]:
    """What is kept of records."""
    return {path.name: path.read_bytes() for path in (root / RECORDS).iterdir()}


def outcome(root: Path, known: Memory) -> dict[str, Any]:
    """All that is found in a project's data."""
    data = load_data(root, known)
    problems = rules.check(data)
    known.save()
    records = {name: getattr(data, {"papers": "works"}.get(name, name)) for name in NAMES}
    return {"problems": problems, "wrong": data.wrong, "broken": data.broken, **records}


def test_after_edits_at_random_records_and_problems_are_those_read_from_nothing(invented_root, tmp_path):
    """With what one object remembers, and with what each run keeps on the disk for the next."""
    shutil.copytree(invented_root / "data", tmp_path / "data")
    remembered, chance = Memory(), random.Random(7)
    file = tmp_path / "data/papers.yaml"
    first = file.read_text("utf-8")
    with_problems = 0
    for _ in range(60):
        before = file.read_text("utf-8") if chance.random() < 0.8 else first
        file.write_text(random_edit(chance, before), "utf-8")
        fresh = outcome(tmp_path, Memory())
        assert outcome(tmp_path, remembered) == fresh
        assert outcome(tmp_path, Memory(tmp_path / RECORDS)) == fresh
        with_problems += bool(fresh["problems"])
    assert 10 < with_problems < 60


def test_only_what_changed_is_parsed_again(tmp_path, parsed):
    write_data(tmp_path, papers=paper(KEY) + paper("brook-2011-light"))
    outcome(tmp_path, Memory(tmp_path / RECORDS))
    assert len(parsed) == 2
    write_data(tmp_path, papers="# moved\n" + paper(KEY, year=2011) + paper("brook-2011-light"))
    parsed.clear()
    outcome(tmp_path, Memory(tmp_path / RECORDS))
    assert [text for text in parsed if KEY not in text] == []
    assert len(parsed) == 1


def test_texts_that_were_well_written_are_not_read_again(tmp_path, monkeypatch):
    write_data(tmp_path, papers=paper(KEY) + paper("brook-2011-light", summary={"en": "Two  spaces.", "zh": "空格。"}))
    first = outcome(tmp_path, Memory(tmp_path / RECORDS))["problems"]
    read: list[Record] = []
    real = rules.checked._walk

    def walk(record: Record, *rest: Any) -> Any:
        read.append(record)
        return real(record, *rest)

    monkeypatch.setattr(rules.checked, "_walk", walk)
    again = outcome(tmp_path, Memory(tmp_path / RECORDS))["problems"]
    assert [problem.id for problem in first if "single spaces" in problem.message] == ["brook-2011-light"]
    assert again == first
    assert {record.key for record in read if isinstance(record, Work)} == {"brook-2011-light"}


def test_what_another_version_of_the_code_kept_counts_for_nothing(tmp_path, parsed, monkeypatch):
    write_data(tmp_path, papers=paper(KEY))
    outcome(tmp_path, Memory(tmp_path / RECORDS))
    parsed.clear()
    monkeypatch.setattr(kept, "made_by", lambda: b"another version of the code")
    outcome(tmp_path, Memory(tmp_path / RECORDS))
    assert len(parsed) == 1


@pytest.mark.parametrize("harm", ["emptied", "cut off", "a byte changed", "deleted"])
def test_what_came_to_harm_counts_for_nothing(tmp_path, parsed, harm):
    write_data(tmp_path, papers=paper(KEY) + paper("brook-2011-light"))
    sound = outcome(tmp_path, Memory(tmp_path / RECORDS))
    for path in (tmp_path / RECORDS).iterdir():
        body = path.read_bytes()
        changed = body[:-20] + bytes([body[-20] ^ 1]) + body[-19:]
        path.write_bytes({"emptied": b"", "cut off": body[: len(body) // 2], "a byte changed": changed}.get(harm, b""))
    if harm == "deleted":
        shutil.rmtree(tmp_path / kept.FOLDER)
    parsed.clear()
    assert outcome(tmp_path, Memory(tmp_path / RECORDS)) == sound
    assert len(parsed) == 2


class Evil:
    """What a file of ours must not be able to do, though its digest is right."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("evil",)


def test_nothing_but_records_is_made_of_what_is_kept(tmp_path, parsed, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_data(tmp_path, papers=paper(KEY))
    sound = outcome(tmp_path, Memory(tmp_path / RECORDS))
    for path in (tmp_path / RECORDS).iterdir():
        kept.write_value(path, ({KEY: Evil()}, []))
    parsed.clear()
    assert outcome(tmp_path, Memory(tmp_path / RECORDS)) == sound
    assert len(parsed) == 1
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("pickled", [b"\x80\x05.", b"(i\n", b"", b"\x80\x05K\x07"])
def test_what_is_no_pickle_counts_for_nothing(tmp_path, parsed, pickled):
    write_data(tmp_path, papers=paper(KEY))
    sound = outcome(tmp_path, Memory(tmp_path / RECORDS))
    for path in (tmp_path / RECORDS).iterdir():
        kept.write(path, kept.made_by() + pickled)
    parsed.clear()
    assert outcome(tmp_path, Memory(tmp_path / RECORDS)) == sound
    assert len(parsed) == 1


def test_what_is_no_more_asked_for_is_forgotten(tmp_path):
    for number in range(40):
        write_data(tmp_path, papers=paper(KEY, title=f"Title {number} of {KEY}"))
        outcome(tmp_path, Memory(tmp_path / RECORDS))
    held = Memory(tmp_path / RECORDS)
    texts = [paper(KEY, title=f"Title {number} of {KEY}") for number in range(40)]
    assert held.find(mark(Work, texts[-1]))
    assert sum(held.find(mark(Work, text)) is not None for text in texts) <= len(memory.SHELVES)


def test_a_disk_that_takes_nothing_harms_nothing(tmp_path, parsed):
    write_data(tmp_path, papers=paper(KEY))
    (tmp_path / RECORDS).parent.mkdir(parents=True)
    (tmp_path / RECORDS).write_text("a file in the place of the folder")
    for count in (1, 2):
        outcome(tmp_path, Memory(tmp_path / RECORDS))
        assert len(parsed) == count


def test_a_project_with_problems_keeps_what_is_sound(root, invented_root, tmp_path, parsed):
    project = make_project(root, invented_root, tmp_path / "project")
    file = project / "data/papers.yaml"
    file.write_text(file.read_text("utf-8").replace("year: 2009", "year: never", 1), "utf-8")
    for _ in range(2):
        parsed.clear()
        with pytest.raises(ProblemsError):
            open_project(project)
    assert 0 < len(parsed) < 5, "the faulty entry alone"
    assert set(shelves(project))


def test_files_of_editors_beside_our_code_are_no_part_of_it(tmp_path, monkeypatch):
    (tmp_path / "one.py").write_text("one")
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "kept.py"))
    digest = kept.made_by.__wrapped__
    before = digest()
    (tmp_path / ".#one.py").symlink_to("nobody@nowhere")
    assert digest() == before
    (tmp_path / "one.py").rename(tmp_path / "two.py")
    assert digest() != before
