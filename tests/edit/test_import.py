"""`shoulders import`: what of somebody's list the catalog has, line by line, and what of it is new."""

from __future__ import annotations

import pytest
from tests.edit.conftest import data
from tests.services import ARXIV

from shoulders.build import export, open_project
from shoulders.exports import FORMATS
from shoulders.load import load_data
from shoulders.rules import to_catalog

BIB = r"""% my papers
@string{cil = "Proceedings of the Conference on Imagined Language"}

@misc{shao14,
  title = {{Doors}: A Beginning}, author = {Shao, Yan}, year = 2014, eprint = {1410.9998}, archivePrefix = {arXiv}
}
@inproceedings{elm20,
  title = {Counting {T}okens Behind Doors}, author = "Elm, Rosa and {\'O}ak, Peter", booktitle = cil, year = 2020,
  pages = {11--19}, month = jun
}
@article{elm20b, title = {Counting Tokens Behind Doors}, author = {R. Elm and P. Oak}, year = 2020, journal = {x}}
@misc{nobody, title = {A Door Without Authors}, eprint = {2411.09998}, archivePrefix = {arXiv}}
@article{broken, title = {Open,
@book{oak21, title = "Hinges", author = {Oak, Peter}, publisher = {Imagined Press}, year = {2021}}
"""


@pytest.fixture
def bib(tmp_path):
    file = tmp_path / "mine.bib"
    file.write_text(BIB, "utf-8")
    return file


def test_every_entry_gets_a_line_and_the_last_line_counts(shoulders, project, bib):
    before = data(project)
    result = shoulders("import", str(bib))
    assert result.exit_code == 0, result.output
    lines = [line.removeprefix(f"{bib}:") for line in result.stdout.splitlines()]
    assert lines[0] == "4: already there: shao-2014-doors: Doors: a Beginning"
    assert lines[1] == "7: new: elm-oak-2020-counting: Counting Tokens Behind Doors; still to be written: summary"
    assert lines[2] == ("11: already there: elm-oak-2020-counting: Counting Tokens Behind Doors: the same as on line 7")
    assert lines[3] == (
        "12: left for a person: A Door Without Authors: it has no authors and no year; "
        "--look-up or `shoulders add arxiv:2411.09998` finds that"
    )
    assert lines[4].startswith("13: left for a person: ")
    assert lines[5] == "14: new: oak-2021-hinges: Hinges; still to be written: summary"
    assert lines[-1] == "4 works understood: 2 new, 2 already there; 2 left for a person"
    assert data(project) == before, "nothing is written without --write"


def test_write_appends_what_is_new_and_says_what_is_left_to_write(shoulders, project, bib):
    before = data(project)
    result = shoulders("import", str(bib), "--write")
    assert result.exit_code == 0
    assert data(project)["papers.yaml"].startswith(before["papers.yaml"])
    assert "elm-oak-2020-counting: summary: expected a value, got nothing" in result.stderr
    catalog = to_catalog(load_data(project))
    work = catalog.by_key["elm-oak-2020-counting"]
    assert (work.type, work.year, work.month, work.pages) == ("inproceedings", 2020, 6, "11-19")
    assert [author.name for author in work.authors] == ["Rosa Elm", "Peter Óak"]
    assert catalog.by_key["oak-2021-hinges"].publisher == "Imagined Press"
    again = shoulders("import", str(bib), "--write")
    assert again.stdout.splitlines()[-1] == "4 works understood: 0 new, 4 already there; 2 left for a person"
    assert "nothing is new; nothing was written" in again.stderr


def test_look_up_finds_what_an_entry_lacks(shoulders, project, bib):
    result = shoulders("import", str(bib), "--look-up", "--write")
    assert f"looking up arxiv:{ARXIV}" in result.stderr
    assert "new: ashdown-etal-2025-gated" in result.stdout
    assert to_catalog(load_data(project)).by_key["ashdown-etal-2025-gated"].pages == "101-115"


MARKDOWN = """\
# Doors to read

Some words, and a [link](https://example.org/).

## Beginnings

1. **Doors: a Beginning**. *Yan Shao*. arXiv 2014. [[pdf](https://arxiv.org/abs/1410.9998)]
1. **Counting Tokens Behind Doors**. *Rosa Elm, and Peter Oak*. CIL 2020. [[pdf](https://example.org/door.pdf)]

## Hinges

3. **A Nameless Door**
"""


def test_a_reading_list_is_made_in_the_order_and_by_the_sections_of_the_file(shoulders, project, tmp_path):
    file = tmp_path / "doors.md"
    file.write_text(MARKDOWN, "utf-8")
    result = shoulders("import", str(file), "--list", "doors-to-read", "--title", "Doors to read", "--write")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "2 works understood: 1 new, 1 already there; 1 left for a person"
    assert (project / "data/papers/doors-to-read.yaml").exists()
    made = to_catalog(load_data(project)).lists[0]
    assert (made.id, made.title.en) == ("doors-to-read", "Doors to read")
    assert [section.title.en for section in made.sections if section.title] == ["Beginnings"]
    assert [item.key for item in made.items] == ["shao-2014-doors", "elm-oak-2020-counting"]


def test_the_file_may_hold_nothing_that_can_be_read(shoulders, tmp_path):
    for name, text in (("empty.bib", ""), ("odd.md", "no list here\n"), ("odd.json", "[]")):
        file = tmp_path / name
        file.write_text(text, "utf-8")
        result = shoulders("import", str(file), "--write")
        assert result.exit_code == 0
        assert result.stdout == "0 works understood: 0 new, 0 already there; 0 left for a person\n"


@pytest.mark.parametrize(
    ("name", "content", "arguments", "message"),
    [
        ("x.docx", b"\xd0\xcf\x11\xe0", (), "expected text in UTF-8"),
        ("x.xyz", b"nothing known", (), "expected a bibliography (.bib, .ris, .json) or a reading list (.md)"),
        ("x.bib", b"@misc{a}", ("--list", "A b"), "--list: expected an identifier of a-z"),
        ("x.bib", b"@misc{a}", ("--title", "T"), "--title: expected --list with it"),
    ],
)
def test_a_slip_is_told_and_exits_with_2(shoulders, project, tmp_path, name, content, arguments, message):
    before = data(project)
    (tmp_path / name).write_bytes(content)
    result = shoulders("import", str(tmp_path / name), *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert data(project) == before


@pytest.mark.parametrize("form", [name for name in sorted(FORMATS) if name != "json"])
def test_importing_our_own_export_changes_nothing(root, tmp_path, form):
    """The whole catalog of this repository, in each format: every work is already there."""
    import shutil

    from click.testing import CliRunner

    from shoulders.cli import main

    project = tmp_path / "project"
    for name in ("data", "docs", "demos"):
        shutil.copytree(root / name, project / name)
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        shutil.copy(root / name, project / name)
    suffix = {"bibtex": "bib", "biblatex": "bib", "ris": "ris", "csl": "json"}[form]
    opened = open_project(project)
    (tmp_path / f"all.{suffix}").write_text(export(opened, form), "utf-8")
    before = data(project)
    result = CliRunner().invoke(main, ["import", str(tmp_path / f"all.{suffix}"), "--root", str(project), "--write"])
    count = len(opened.catalog.works)
    odd = [line for line in result.stdout.splitlines() if "already there" not in line]
    assert odd == []
    assert result.stdout.splitlines()[-1].startswith(f"{count} works understood: 0 new, {count} already there; 0 left")
    assert data(project) == before
