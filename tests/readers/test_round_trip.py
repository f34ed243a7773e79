"""What our own exports say is read back: every fact that the format has a place for, and the work it is about."""

from __future__ import annotations

import pytest
from anyascii import anyascii
from tests.exports.builders import invented as every_type
from tests.exports.readers import straight

from shoulders import readers
from shoulders.catalog import Catalog
from shoulders.exports import FORMATS
from shoulders.exports.fields import resolve
from shoulders.ids import isbn_13
from shoulders.matching import Finder
from shoulders.model import Work
from shoulders.names import Name, has_cjk
from shoulders.readers import Entry

EXPORTS = {f"works{form.suffix}": form.render for form in FORMATS.values()}
ALONE = ("preprint", "book", "techreport", "thesis", "software", "online")
"""Types of which the formats tell the place in different ways, or not at all."""


@pytest.fixture(params=["edge cases", "every type"])
def catalog(request: pytest.FixtureRequest, invented: Catalog) -> Catalog:
    """The two invented catalogs."""
    return invented if request.param == "edge cases" else every_type()


@pytest.mark.parametrize("name", EXPORTS)
def test_what_an_export_says_is_read_back(catalog: Catalog, name: str) -> None:
    found = readers.read(EXPORTS[name](catalog, catalog.works), name)
    assert found.faults == ()
    assert len(found.entries) == len(catalog.works) > 10
    for work, entry in zip(catalog.works, found.entries, strict=True):
        said = resolve(catalog, work, native=name != "works.bib")
        assert entry.key == work.key
        assert straight(entry.title) == straight(said.title)  # LaTeX has one kind of quotation marks
        assert [shown(author, name) for author in entry.authors] == [shown(author, name) for author in said.authors]
        if name != "works.ris":  # which does not tell an organisation from a person without a comma
            assert [author.organisation for author in entry.authors] == [a.organisation for a in said.authors]
        assert entry.year == said.date[0]
        assert entry.pages == (work.pages or "")
        assert entry.language in ("", work.language)
        check_identifiers(entry, work, name)
        if work.entry_type not in ALONE:
            assert entry.container == (said.container or "")
        assert entry.is_preprint == (work.entry_type == "preprint" and bool(work.arxiv))


@pytest.mark.parametrize("name", EXPORTS)
def test_every_work_is_found_again_without_its_key(catalog: Catalog, name: str) -> None:
    finder = Finder(catalog)
    found = readers.read(EXPORTS[name](catalog, catalog.works), name)
    for work, entry in zip(catalog.works, found.entries, strict=True):
        assert work in finder.find(entry)
        anonymous = Entry(line=1, key="", type=entry.type, title=entry.title, authors=entry.authors)
        assert work in finder.find(anonymous)


def shown(author: Name, name: str) -> str:
    """A name as its format can say it.

    Chinese names stand without a space; ASCII BibTeX has not every accent, and RIS no commas in an organisation.
    """
    if name == "works.ris" and author.organisation:
        return author.family.replace(",", "")
    whole = f"{author.family}{author.given}" if has_cjk(author.display) else author.display
    return anyascii(whole) if name == "works.bib" else whole


def check_identifiers(entry: Entry, work: Work, name: str) -> None:
    """The identifiers agree; CSL-JSON has no place for the arXiv id of a published work."""
    assert entry.doi == (work.doi or "")
    assert isbn_13(entry.isbn) == isbn_13(work.isbn or "")
    if name != "works.csl.json" or work.entry_type == "preprint":
        assert entry.arxiv == (work.arxiv or "")
    if work.acl and not work.url:
        assert entry.acl == work.acl
    if work.openreview and not work.url and not work.acl:
        assert entry.openreview == work.openreview
