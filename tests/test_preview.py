"""Previews of changed entries are the bytes that a build from nothing makes, whatever was edited before."""

from __future__ import annotations

import random
import re
import shutil
from pathlib import Path

import pytest
from tests.site.conftest import make_project

from shoulders import kept, preview
from shoulders.build import build
from shoulders.load import Memory, load_data
from shoulders.preview import Preview

KEY = "ashdown-2009-counting"
PAGES = ("papers/{}/index.html", "zh/papers/{}/index.html", "export/{}.bib", "export/{}.csl.json")


@pytest.fixture(scope="module")
def built(root, invented_root, tmp_path_factory):
    """A project, and its site in it."""
    project = make_project(root, invented_root, tmp_path_factory.mktemp("preview") / "project")
    build(project)
    return project


@pytest.fixture
def project(built, tmp_path):
    """A copy of its own."""
    return shutil.copytree(built, tmp_path / "project")


def edit(project: Path, old: str, new: str) -> None:
    """Change the papers."""
    file = project / "data/papers.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def files(site: Path, key: str) -> list[bytes]:
    """What a site holds of a work."""
    return [(site / place.format(key)).read_bytes() for place in PAGES]


def test_the_pages_of_a_changed_entry_are_those_of_a_whole_build(project):
    follows = Preview(project, project / "site")
    before = files(project / "site", KEY)
    edit(project, "Counting Words in the Dark", "Counting Words at Noon")
    assert follows.update() == 1
    after = files(project / "site", KEY)
    assert all(b"Counting Words at Noon" in text for text in after)
    assert all(a != b for a, b in zip(after, before, strict=True))
    assert after == files(build(project, site=project / "whole"), KEY)
    assert follows.update() == 0, "nothing more changed"


def test_what_is_wrong_is_left_to_the_whole_build(project):
    follows = Preview(project, project / "site")
    before = files(project / "site", KEY)
    edit(project, "year: 2009", "year: never")
    assert follows.update() == 0
    assert files(project / "site", KEY) == before
    edit(project, "year: never", "year: 2010")
    assert follows.update() == 1
    assert files(project / "site", KEY) == files(build(project, site=project / "whole"), KEY)


@pytest.mark.parametrize("harm", [b"", b"{", b"0" * 64 + b"\n{}"])
def test_without_shells_that_are_as_they_were_kept_nothing_is_written(project, harm):
    follows = Preview(project, project / "site")
    before = files(project / "site", KEY)
    (project / preview.SHELLS).write_bytes(harm)
    edit(project, "Counting Words in the Dark", "Counting Words at Noon")
    assert follows.update() == 0
    assert files(project / "site", KEY) == before


def test_everything_kept_may_be_deleted(project):
    follows = Preview(project, project / "site")
    shutil.rmtree(project / kept.FOLDER)
    edit(project, "Counting Words in the Dark", "Counting Words at Noon")
    assert follows.update() == 0
    assert files(build(project), KEY)
    edit(project, "Counting Words at Noon", "Counting Words at Dusk")
    assert follows.update() == 1
    assert files(project / "site", KEY) == files(build(project, site=project / "whole"), KEY)


def random_edit(chance: random.Random, text: str) -> str:
    """The papers with something changed: a title, a summary, a year, the order, an entry less, a line more, a slip."""
    entries = re.split(r"(?m)^(?=- )", text)
    number = chance.randrange(1, len(entries))
    kind = chance.randrange(6)
    if kind == 0:
        entries[number] = re.sub(
            r"(?m)^  title: .*$", f"  title: Title {chance.random():.9f}", entries[number], count=1
        )
    elif kind == 1:
        entries[number] = re.sub(r"\ben: ", f"en: Now {chance.randrange(99)} words. ", entries[number], count=1)
    elif kind == 2:
        other = chance.randrange(1, len(entries))
        entries[number], entries[other] = entries[other], entries[number]
    elif kind == 3:
        entries[0] += "# another line\n"
    elif kind == 4:
        entries[number] = entries[number].replace("year: 20", f"year: {chance.choice(['20', 'x'])}")
    else:
        del entries[number]
    return "".join(entries)


def test_what_is_remembered_is_never_wrong(project):
    """Two hundred edits at random, back to the beginning now and then; data and problems as read from nothing."""
    memory: Memory = {}
    chance = random.Random(7)
    file = project / "data/papers.yaml"
    first = file.read_text("utf-8")
    for _ in range(200):
        file.write_text(random_edit(chance, file.read_text("utf-8") if chance.random() < 0.8 else first), "utf-8")
        remembered, fresh = load_data(project, memory), load_data(project)
        assert remembered.works == fresh.works
        assert remembered.problems == fresh.problems
        assert (remembered.wrong, remembered.broken) == (fresh.wrong, fresh.broken)
    assert len(memory) > 20


def test_after_edits_at_random_the_site_is_that_of_a_build_from_nothing(project):
    """What was previewed, then built over, holds not a byte of what came before."""
    chance = random.Random(3)
    follows = Preview(project, project / "site")
    file = project / "data/papers.yaml"
    for _ in range(3):
        before = file.read_text("utf-8")
        while not (count := follows.update()):
            file.write_text(random_edit(chance, before), "utf-8")
        assert count
        site = build(project)
        nothing = project / "nothing"
        shutil.copytree(project, nothing, ignore=shutil.ignore_patterns("site*", ".cache", "nothing"))
        fresh = build(nothing)
        assert {path.relative_to(site): path.read_bytes() for path in site.rglob("*") if path.is_file()} == {
            path.relative_to(fresh): path.read_bytes() for path in fresh.rglob("*") if path.is_file()
        }
        shutil.rmtree(nothing)
