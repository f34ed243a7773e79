"""Previews of changed entries are the bytes that a build from nothing makes, whatever was edited before."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from tests.random_edits import random_edit
from tests.site.conftest import make_project

from shoulders import kept, preview
from shoulders.build import build
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
