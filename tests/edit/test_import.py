"""`shoulders import`: what of somebody's list the catalog has, line by line, and what of it is new."""

from __future__ import annotations

import pytest
from tests import services as invented
from tests.edit.conftest import data
from tests.services import ARXIV, Reply

from shoulders.export import export
from shoulders.exports import FORMATS
from shoulders.load import load_data
from shoulders.project import open_project
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
    assert "elm-oak-2020-counting: Counting Tokens Behind Doors; still to be written: summary\n" in result.stdout
    assert result.stderr == ("data/papers.yaml written\n`shoulders check` lists what is still to be written\n")
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


def test_what_a_look_up_finds_in_the_catalog_is_not_new(shoulders, served, tmp_path):
    relation = {"has-preprint": [{"id-type": "arxiv", "id": "1410.9998"}]}
    item = invented.crossref()
    item["message"] |= {"DOI": "10.5555/doors", "title": ["Gates"], "relation": relation}
    served.answer("crossref", "10.5555/doors", Reply(item))
    file = tmp_path / "doors.bib"
    file.write_text("@misc{a, title={Gates}, doi={10.5555/doors}}\n@misc{b, doi={10.5555/nothing}}\n", "utf-8")
    result = shoulders("import", str(file), "--look-up")
    assert f"{file}:1: already there: shao-2014-doors: Doors: a Beginning\n" in result.stdout
    assert f"{file}:2: left for a person: b: no registry knows doi:10.5555/nothing; check it\n" in result.stdout


ODD = r"""
@inbook{a, author = {Rosa Elm}, title = {Doors, a Book}, chapter = 3, publisher = {Press}, year = 2001}
@inbook{b, author = {Rosa Elm}, title = {On Hinges}, booktitle = {D}, editor = {P. Oak}, publisher = {P}, year = 2001}
@mvbook{c, author = {Oak, Peter}, title = {Great Doors}, publisher = {Press}, date = {1999-03/1999-05}}
@patent{d, author = {Elm, Rosa}, title = {Door Device}, number = {7}, year = 2003}
@manual{e, author = {Elm, Rosa}, title = {Door Manual}, organization = {Door Lab}, year = 2005}
@mastersthesis{f, author = {Oak, P.}, title = {Thesis of Hinges}, year = 2008}
@software{g, author = {{Door Lab}}, title = {doorkit}, url = {https://example.org/doorkit}, year = 2020}
@misc{h, title = {Only a Page}, howpublished = {\url{https://example.org/page}}, year = 2019}
@article{i, author = {邵砚 and 王门}, title = {Doors in Two Names}, journal = {Journal of Doors}, year = 2012}
@article{j, author = {Shao, Yan}, title = {Doors in a Journal}, journal = {门学报}, year = 2012}
@book{o, author = {Elm, Rosa}, editor = {王门}, title = {Edited Doors}, publisher = {Press}, year = 2012}
@article{k, author = {Elm, Rosa and others}, title = {Doors and Others}, journal = {Journal of Doors}, year = 2012}
@proceedings{l, editor = {Oak, Peter}, title = {Proceedings of Doors}, year = 2013, publisher = {Press}}
@inproceedings{shao-2014-doors, author = {Elm, Rosa}, title = {Other Doors}, booktitle = {CIL}, year = 2014}
@unpublished{m, author = {Elm, Rosa}, title = {Doors to Come}, year = 2014, note = {draft}}
@dataset{n, author = {Elm, Rosa}, title = {Door Data}, year = 2014, doi = {10.5281/doors.1}}
@misc{shao-2014-doors}
"""


def test_what_becomes_of_odd_entries(shoulders, tmp_path):
    file = tmp_path / "odd.bib"
    file.write_text(ODD, "utf-8")
    result = shoulders("import", str(file))
    assert [line.removeprefix(f"{file}:") for line in result.stdout.splitlines()] == [
        "2: left for a person: Doors, a Book: it cites a part of a book without its title; add the book",
        "3: new: elm-2001-hinges: On Hinges; still to be written: summary",
        "4: new: oak-1999-great: Great Doors; still to be written: summary",
        "5: left for a person: Door Device: the catalog has no type for a work of the type patent",
        "6: new: elm-2005-door: Door Manual; still to be written: summary",
        "7: new: oak-2008-thesis: Thesis of Hinges; still to be written: school, summary",
        "8: new: doorlab-2020-doorkit: doorkit; still to be written: licence, summary",
        "9: new: onlyapage-2019-only: Only a Page; still to be written: summary",
        "10: left for a person: Doors in Two Names: people.yaml has to give 邵砚, 王门 in Latin script first",
        "11: left for a person: Doors in a Journal: venues.yaml has to give 门学报 in Latin script first",
        "12: left for a person: Edited Doors: people.yaml has to give 王门 in Latin script first",
        "13: left for a person: Doors and Others: it has no complete list of authors",
        "14: new: press-2013-proceedings: Proceedings of Doors; still to be written: summary",
        "15: left for a person: Other Doors: its key is that of another work, 'Doors: a Beginning'",
        "16: new: elm-2014-doors: Doors to Come; still to be written: arxiv, summary",
        "17: new: elm-2014-door: Door Data; still to be written: licence, summary",
        "18: left for a person: expected a key of its own, got 'shao-2014-doors' as on line 15",
        "18: already there: shao-2014-doors: Doors: a Beginning",
        "10 works understood: 9 new, 1 already there; 8 left for a person",
    ]


def test_people_and_journals_that_are_known_in_chinese_need_nobody(shoulders, project, tmp_path):
    (project / "data/people.yaml").write_text("- id: yan-shao\n  name: Shao, Yan\n  native: 邵砚\n", "utf-8")
    (project / "data/venues.yaml").write_text("- {id: jd, kind: journal, name: J. Doors, name_zh: 门学报}\n", "utf-8")
    file = tmp_path / "zh.bib"
    file.write_text("@article{a, author={邵砚}, title={门的研究}, journal={门学报}, year={2012}}", "utf-8")
    result = shoulders("import", str(file), "--write")
    assert result.stdout.splitlines()[0] == (
        f"{file}:1: new: shao-2012-mendeyanjiu: 门的研究; still to be written: romanised, summary, translated.en"
    )
    work = to_catalog(load_data(project)).by_key["shao-2012-mendeyanjiu"]
    assert (work.language, work.venue, work.authors[0].name) == ("zh", "jd", "邵砚")


def test_a_work_that_a_look_up_found_is_known_when_it_comes_again(shoulders, tmp_path):
    file = tmp_path / "again.bib"
    whole = "title={Gated Counting: a Study in Half-Open Doors}, author={Ashdown, Imogen}, year=2025"
    file.write_text(f"@misc{{a, eprint={{{ARXIV}}}, eprinttype={{arxiv}}}}\n@misc{{b, {whole}}}\n", "utf-8")
    told = [line.removeprefix(f"{file}:") for line in shoulders("import", str(file), "--look-up").stdout.splitlines()]
    assert told[0].startswith("1: new: ashdown-etal-2025-gated: ")
    assert told[1].endswith(": the same as on line 1")


def test_a_page_is_known_by_its_address(shoulders, project, tmp_path):
    papers = project / "data/papers.yaml"
    page = "kind: repo\n  type: software\n  url: https://github.com/Elm/doorkit"
    papers.write_text(papers.read_text("utf-8").replace("kind: paper\n  type: preprint", page), "utf-8")
    file = tmp_path / "pages.bib"
    entry = "@misc{%s, author={Elm, R.}, title={%s}, url={%s}, year=2020}\n"
    addresses = ("http://www.github.com/elm/doorkit.git", "https://github.com/elm/doorkit/", "https://github.com/elm/x")
    file.write_text("".join(entry % (n, f"Kit {n}", url) for n, url in enumerate(addresses)), "utf-8")
    told = [line.removeprefix(f"{file}:") for line in shoulders("import", str(file)).stdout.splitlines()]
    assert told[:2] == [f"{line}: already there: shao-2014-doors: Doors: a Beginning" for line in (1, 2)]
    assert told[2].startswith("3: new: elm-2020-kit: Kit 2")
    papers.write_text(
        papers.read_text("utf-8").replace(page, "kind: paper\n  type: preprint\n  url: https://example.org/")
    )
    file.write_text(entry % ("a", "What a Paper Links To", "https://example.org/"), "utf-8")
    assert ": new: " in shoulders("import", str(file)).stdout, "what a paper links to is no paper"


def test_of_an_entry_that_comes_again_the_first_that_is_whole_is_taken(shoulders, tmp_path):
    file = tmp_path / "again.bib"
    lines = [
        "@misc{a, title={Hinges}, doi={10.5555/h}}",
        "@misc{b, title={Hinges}, author={Oak, P.}, year=2021, doi={10.5555/h}, url={https://example.org/}}",
        "@misc{c, title={Hinges!}, author={P. Oak}, year=2020}",
    ]
    file.write_text("\n".join(lines), "utf-8")
    told = [line.removeprefix(f"{file}:") for line in shoulders("import", str(file)).stdout.splitlines()]
    assert told[0].startswith("1: left for a person: Hinges: it has no authors and no year; --look-up or")
    assert told[1:3] == [
        "2: new: oak-2021-hinges: Hinges; still to be written: summary",
        "3: already there: oak-2021-hinges: Hinges: the same as on line 2",
    ]


def test_a_long_key_is_told_what_is_to_be_written_too(shoulders, tmp_path):
    file = tmp_path / "long.bib"
    names = "van der Hinkelbergenstein-Oberdoor, Imogen and von und zu Gatterburg-Unterhinge, Joris"
    file.write_text(
        f"@misc{{a, author={{{names}}}, title={{Doors}}, url={{https://example.org/}}, year=2020}}", "utf-8"
    )
    assert ": Doors; still to be written: summary" in shoulders("import", str(file)).stdout.splitlines()[0]


def test_works_of_one_file_get_keys_and_venues_of_their_own(shoulders, project, tmp_path):
    file = tmp_path / "same.bib"
    one = "@article{%s, author={Elm, Rosa}, title={Doors and %s}, journal={Journal of Doors}, year=2012}\n"
    file.write_text("".join(one % (name, name) for name in ("Gates", "Hinges", "Locks")), "utf-8")
    assert shoulders("import", str(file), "--write").exit_code == 0
    catalog = to_catalog(load_data(project))
    assert [work.key for work in catalog.works[1:]] == [
        "elm-2012-doors",
        "elm-2012-doors-hinges",
        "elm-2012-doors-locks",
    ]
    assert [venue.id for venue in catalog.venues] == ["journal-of-doors"]
    file.write_text(one % ("Panes", "Panes"), "utf-8")
    assert shoulders("import", str(file), "--write").exit_code == 0
    catalog = to_catalog(load_data(project))
    assert ([venue.id for venue in catalog.venues], catalog.works[-1].venue) == (
        ["journal-of-doors"],
        "journal-of-doors",
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("doors.ris", "TY  - JOUR\nTI  - Hinges\nAU  - Oak, Peter\nPY  - 2021\nJO  - Journal of Doors\nER  - \n"),
        (
            "doors.json",
            '[{"type": "article-journal", "title": "Hinges", "author": [{"family": "Oak", "given": "Peter"}],'
            ' "issued": {"date-parts": [[2021]]}, "container-title": "Journal of Doors"}]',
        ),
        ("doors.bib", "@article{a, author={Oak, Peter}, title={Hinges}, journaltitle={Journal of Doors}, date={2021}}"),
        ("doors.md", "- **Hinges**. *Peter Oak*. Journal of Doors, 2021. [pdf](https://example.org/hinges.pdf)\n"),
    ],
)
def test_every_format_is_read(shoulders, project, tmp_path, name, text):
    (tmp_path / name).write_text(text, "utf-8")
    result = shoulders("import", str(tmp_path / name), "--write")
    assert ": new: oak-2021-hinges: Hinges" in result.stdout
    assert result.stdout.endswith("1 work understood: 1 new, 0 already there; 0 left for a person\n")
    assert to_catalog(load_data(project)).by_key["oak-2021-hinges"].year == 2021


MARKDOWN = """\
# Doors to read

Some words, and a [link](https://example.org/).

## Beginnings

1. **Doors: a Beginning**. *Yan Shao*. arXiv 2014. [[pdf](https://arxiv.org/abs/1410.9998)]
1. **Counting Tokens Behind Doors**. *Rosa Elm, and Peter Oak*. CIL 2020. [[pdf](https://example.org/door.pdf)]

## Hinges

3. **A Nameless Door**
4. **Doors: a Beginning**. *Yan Shao*. arXiv 2014. [[pdf](https://arxiv.org/abs/1410.9998)]
"""


def test_a_reading_list_is_made_in_the_order_and_by_the_sections_of_the_file(shoulders, project, tmp_path):
    file = tmp_path / "doors.md"
    file.write_text(MARKDOWN, "utf-8")
    result = shoulders("import", str(file), "--list", "doors-to-read", "--title", "Doors to read", "--write")
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1] == "3 works understood: 1 new, 2 already there; 1 left for a person"
    assert (project / "data/papers/doors-to-read.yaml").exists()
    assert "data/lists.yaml:2: doors-to-read: title.zh: expected a text in Chinese, got nothing\n" in result.stderr
    made = to_catalog(load_data(project)).lists[0]
    assert (made.id, made.title.en) == ("doors-to-read", "Doors to read")
    assert [section.title.en for section in made.sections if section.title] == ["Beginnings"]
    assert [item.key for item in made.items] == ["shao-2014-doors", "elm-oak-2020-counting"], "each work once"
    again = shoulders("import", str(file), "--list", "doors-to-read", "--write")
    assert again.exit_code == 2
    assert "expected the id of a new list, got 'doors-to-read', which is there" in again.stderr


def test_a_list_of_nothing_is_refused(shoulders, project, tmp_path):
    file = tmp_path / "nobody.bib"
    file.write_text("@misc{a, title={A Nameless Door}}", "utf-8")
    before = data(project)
    result = shoulders("import", str(file), "--list", "doors", "--write")
    assert result.exit_code == 1
    assert "left for a person: A Nameless Door: it has no authors and no year\n" in result.stdout
    assert "a reading list needs a work, and none of these can stand in one; nothing was written" in result.stderr
    assert data(project) == before


def test_what_a_file_says_does_not_act_on_the_terminal(shoulders, tmp_path):
    file = tmp_path / "evil.bib"
    file.write_text("@misc{a\x1b[2J, title={Doors \x1b]0;owned\x07 \u202e}, author={Elm, R.}, year=2020}", "utf-8")
    result = shoulders("import", str(file))
    assert result.exit_code == 0
    assert result.stdout.replace("\n", "").isprintable()
    assert result.stderr.replace("\n", "").isprintable()


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
        ("x.bib", b"@misc{a}", ("--into", "data/topics.yaml"), "--into: expected data/papers.yaml or a .yaml file in"),
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
