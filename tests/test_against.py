"""`check --against`: every field on which a bibliography of independent origin disagrees, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import Result
from tests.builders import make_work, paper, write_data
from tests.exports.builders import every_type, invented
from tests.test_cli import run

from shoulders.against import compare
from shoulders.build import open_project
from shoulders.catalog import Catalog
from shoulders.exports import FORMATS
from shoulders.model import Venue
from shoulders.readers import bibtex as reader

ROOT = Path(__file__).parent.parent
WORK = make_work(
    "berk-good-2019-doors",
    type="inproceedings",
    title="GaCo: Half-Open Doors",
    authors=["van den Berk, Joris", "Ida Maria Good"],
    year=2019,
    month=7,
    first_public="2018-11-02",
    venue="cil",
    booktitle="Proceedings of the Seventh Conference on Imagined Language",
    pages="101-113",
    publisher="Association for Imagined Linguistics",
    doi="10.5555/cil.101",
    arxiv="1811.00001",
    url=None,
)
PREPRINT = make_work("good-2020-night", title="Night Doors", authors=["Ida Good"], year=2020, venue="arxiv")
CATALOG = Catalog(
    works=(WORK, PREPRINT),
    venues=(
        Venue(id="cil", kind="conference", name="Conference on Imagined Language", short="CIL"),
        Venue(id="arxiv", kind="preprint", name="arXiv"),
    ),
)
SAME = {
    "author": "van den Berk, Joris and Good, Ida Maria",
    "title": "{GaCo}: Half-Open Doors",
    "booktitle": "Proc. of the 7th CIL 2019, Brook",
    "year": "2019",
    "month": "jul",
    "pages": "101--113",
    "doi": "10.5555/CIL.101",
    "eprint": "1811.00001",
    "archiveprefix": "arXiv",
    "publisher": "Association for Imagined Linguistics, Brook",
}


def entry(**changed: str | None) -> str:
    """An entry of somebody else, equal to ours but for what is changed."""
    fields = {name: value for name, value in {**SAME, **changed}.items() if value is not None}
    return "@inproceedings{other,\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}\n"


def said(text: str) -> list[str]:
    """What is said of a bibliography."""
    return [str(problem) for problem in compare(CATALOG, reader.read(text), "other.bib").problems]


AGREE: dict[str, dict[str, str | None]] = {
    "as it is": {},
    "initials": {"author": "{van den} Berk, J. and Good, I. M."},
    "accents and case of the title": {"title": "{\\^G}aco --- half open doors"},
    "the venue's full name": {"booktitle": "Conference on Imagined Language (Volume 1)"},
    "nothing but what finds it": dict.fromkeys(
        ("author", "booktitle", "year", "month", "pages", "eprint", "publisher")
    ),
    "not all authors, and it says so": {"author": "van den Berk, J. and others"},
    "another division of the name": {"author": "Joris Van Den Berk and Ida {Maria Good}"},
    "particles behind the given name": {"author": "Berk, Joris van den and Good, Ida Maria"},
}


@pytest.mark.parametrize("what", AGREE)
def test_other_spellings_of_the_same_are_no_difference(what):
    assert said(entry(**AGREE[what])) == []


DIFFER: dict[str, tuple[dict[str, str | None], str]] = {
    "title": ({"title": "GaCo: Shut Doors"}, "title: expected 'GaCo: Half-Open Doors' as in the catalog, got 'GaCo:"),
    "author": (
        {"author": "Berk, Joris van den and Good, Ivy Maria"},
        "authors[2]: expected 'Ida Maria Good' as in the catalog, got 'Ivy Maria Good'",
    ),
    "middle name": (
        {"author": "Berk, Joris van den and Good, Ida"},
        "authors[2]: expected 'Ida Maria Good' as in the catalog, got 'Ida Good'",
    ),
    "one author too many": (
        {"author": "Berk, Joris van den and Good, Ida Maria and Else, A."},
        "authors: expected '2 of them' as in the catalog, got '3: Joris van den Berk, Ida",
    ),
    "one author too few": ({"author": "Berk, Joris van den"}, "authors: expected '2 of them' as in the catalog,"),
    "year": ({"year": "2018"}, "year: expected '2019' as in the catalog, got '2018'"),
    "month": ({"month": "aug"}, "month: expected '7' as in the catalog, got '8'"),
    "venue": ({"booktitle": "Letters of NACIL"}, "venue: expected 'Proceedings of the Seventh Conference"),
    "volume, which we lack": ({"volume": "3"}, "volume: expected nothing as in the catalog, got '3'"),
    "pages": ({"pages": "101--114"}, "pages: expected '101-113' as in the catalog, got '101-114'"),
    "publisher": ({"publisher": "Brook"}, "publisher: expected 'Association for Imagined Linguistics' as in"),
    "doi": ({"doi": "10.5555/cil.102"}, "doi: expected '10.5555/cil.101' as in the catalog, got '10.5555/cil.102'"),
    "arxiv": ({"eprint": "1811.00002"}, "arxiv: expected '1811.00001' as in the catalog, got '1811.00002'"),
    "the preprint": (
        {"booktitle": None, "journal": "arXiv preprint arXiv:1811.00001", "year": "2018", "pages": "1--9"},
        "version: expected 'Proceedings of the Seventh Conference on Imagined Languag...' as in the catalog,",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", DIFFER)
def test_a_difference_is_told_once_with_both_values(what):
    changed, beginning = DIFFER[what]
    (only,) = said(entry(**changed))
    assert only.startswith(f"other.bib:1: berk-good-2019-doors: {beginning}")


def test_a_published_version_of_what_we_have_as_a_preprint_is_told():
    text = "@article{x, title={Night Doors}, author={Good, Ida}, journal={Letters}, year={2021}, volume={4}}"
    (only,) = said(text)
    assert only.endswith("version: expected 'arXiv, 2020' as in the catalog, got 'Letters, 2021'")


def test_faults_differences_and_marks_of_two_works_come_in_the_order_of_the_lines():
    text = f"{entry(year='2018')}\n@misc{{b, title = }}\n@misc{{good-2020-night, doi = {{10.5555/cil.101}}}}\n"
    lines = said(text)
    assert [line.split(":")[1] for line in lines] == ["1", "14", "15"]
    assert lines[1] == "other.bib:14: expected a value of 'title', got '}'"
    assert lines[2].endswith("expected one work, got the marks of good-2020-night, berk-good-2019-doors")


def test_entries_that_are_no_work_of_ours_are_counted():
    found = compare(CATALOG, reader.read(entry() + "@misc{unknown-2020, title = {Unknown}}"), "other.bib")
    assert (found.matched, [entry.key for entry in found.unknown], found.problems) == (1, ["unknown-2020"], ())


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
@pytest.mark.parametrize("catalog", [invented(*every_type()), open_project(ROOT).catalog], ids=["invented", "real"])
def test_our_own_exports_agree_with_the_catalog_in_every_field(form, catalog):
    found = compare(catalog, reader.read(FORMATS[form].render(catalog, catalog.works)), "own.bib")
    assert (found.unknown, found.matched) == ((), len(catalog.works))
    assert [str(problem) for problem in found.problems] == []


def against(root: Path, text: str, *options: str) -> Result:
    """The command."""
    (root / "other.bib").write_text(text, "utf-8")
    return run("check", "--root", root, "--against", root / "other.bib", *options)


def test_the_command_lists_differences_and_says_how_much_is_shared(tmp_path):
    root = make_data(tmp_path)
    result = against(root, entry(doi=None, title="Night Doors", author="Good, Ida", eprint=None, year="2021"))
    assert result.exit_code == 1
    assert ": good-2020-night: version: expected 'arXiv, 2020'" in result.stdout
    assert result.stderr.splitlines()[-1] == "1 entry: 1 of the catalog, 0 not; 1 problem"
    same = against(root, "@misc{x, title = {Night Doors}, author = {Good, I.}}\n@misc{y, title = {Y}}")
    assert (same.exit_code, same.stdout) == (0, "")
    assert same.stderr.splitlines()[-2:] == [
        f"{root / 'other.bib'}:2: y: no work of the catalog",
        "2 entries: 1 of the catalog, 1 not; 0 problems",
    ]


def make_data(root: Path) -> Path:
    """A project with one preprint."""
    night = paper("good-2020-night", title="Night Doors", authors=["Ida Good"], year=2020, first_public="2020-03-04")
    for name in ("mkdocs.yml", "mkdocs.zh.yml"):
        shutil.copy(ROOT / name, root / name)
    return write_data(root, papers=night)


def test_a_file_that_is_no_text_is_told(tmp_path):
    root = make_data(tmp_path)
    (root / "other.bib").write_bytes(b"@misc{a,\n\xff}")
    result = run("check", "--root", root, "--against", root / "other.bib")
    assert result.exit_code == 2
    assert "other.bib:2: expected text in UTF-8, got the byte 0xff" in result.stderr
    assert run("check", "--root", root, "--against", root / "no.bib").exit_code == 2
    nothing = against(root, "# A page without any entry\n")
    assert nothing.exit_code == 2
    assert "Invalid value for --against: " in nothing.stderr
    assert "other.bib: expected entries, got none" in nothing.stderr


def test_bibliographies_of_every_format_are_compared(tmp_path):
    root = make_data(tmp_path)
    other = root / "other.ris"
    other.write_text(
        "TY  - UNPB\nTI  - Night Doors\nAU  - Good, Ida\nPY  - 2021\nER  -\nTY  - BOOK\nTI  - Lanes\nER  -\n"
    )
    result = run("check", "--root", root, "--against", other)
    assert f"{other}:1: good-2020-night: year: expected '2020' as in the catalog, got '2021'" in result.stdout
    assert f"{other}:6: Lanes: no work of the catalog" in result.stderr
    (root / "other.txt").write_text("Night Doors\n")
    result = run("check", "--root", root, "--against", root / "other.txt")
    assert result.exit_code == 2
    assert "other.txt: expected a bibliography (.bib, .ris, .json) or a reading list (.md)" in result.stderr
