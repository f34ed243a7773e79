"""What registries say of a DOI: the published record, its preprint, what happened to it since."""

from __future__ import annotations

from typing import Any

import pytest
from tests import services as invented
from tests.services import ARXIV, DOI, TITLE, Reply, Services

from shoulders.fetch import FetchError, NotFoundError
from shoulders.lookup import Retraction, crossref


def names(record: Any) -> list[str]:
    return [name.display for name in record.entry.authors]


def test_crossref(client):
    found = crossref.record(client, DOI)
    assert found.entry.title == TITLE, "without markup"
    assert names(found) == ["Imogen Ashdown", "Joris van den Berk", "Lucja Szy"]
    assert (found.entry.type, found.entry.pages) == ("inproceedings", "101-113")
    assert (found.entry.year, found.entry.month, found.first_public) == (2025, 7, "2025-06-30")
    assert (found.entry.arxiv, found.entry.doi) == (ARXIV, DOI)
    assert [reference.title for reference in found.references] == ["Nothing We Have", ""]
    assert [reference.arxiv for reference in found.references] == ["", "1501.00001"]


def registered(served: Services, doi: str = DOI, **message: Any) -> None:
    """Let Crossref say something else of a DOI; None takes a part out."""
    item = invented.crossref()
    item["message"] |= {"DOI": doi} | {name.replace("_", "-"): value for name, value in message.items()}
    item["message"] = {name: value for name, value in item["message"].items() if value is not None}
    served.answer("crossref", doi, Reply(item))


@pytest.mark.parametrize(
    ("title", "subtitle", "whole"),
    [
        (["Doors"], ["A Study"], "Doors: A Study"),
        (["Doors: a study"], ["A Study"], "Doors: a study"),
        (["Doors", "Portes"], [], "Doors"),
        (["RETRACTED ARTICLE: Doors"], None, "Doors"),
        (["<mml:math><mml:mi>k</mml:mi></mml:math>-Doors &amp; <i>Hinges</i>"], None, "k-Doors & Hinges"),
        ([r"Doors in $O(n^2)$"], None, "Doors in O(n^2)"),
    ],
)
def test_crossrefs_titles(client, served, title, subtitle, whole):
    registered(served, title=title, subtitle=subtitle)
    assert crossref.record(client, DOI).entry.title == whole


def test_crossrefs_people(client, served):
    people = [
        {"family": "Berk", "given": "Joris", "suffix": "Jr.", "sequence": "first"},
        {"name": "The Door Consortium", "sequence": "additional"},
        {"family": "邵", "given": "砚"},
        {"given": "Plato"},
        {"family": None, "given": None},
    ]
    registered(served, author=people)
    found = crossref.record(client, DOI).entry.authors
    assert [(name.display, name.organisation) for name in found] == [
        ("Joris Berk Jr.", False),
        ("The Door Consortium", True),
        ("邵砚", False),
        ("Plato", False),
    ]
    registered(served, "10.5555/nobody", author=None)
    assert crossref.record(client, "10.5555/nobody").entry.authors == ()
    registered(served, "10.5555/many", author=[{"family": f"A{'bcdefghij'[i % 9]}{i}"} for i in range(3001)])
    assert len(crossref.record(client, "10.5555/many").entry.authors) == 3001


def test_crossrefs_date_of_print_is_the_one_to_cite(client, served):
    registered(
        served,
        published_print={"date-parts": [[2026, 2]]},
        issued={"date-parts": [[2025, 6, 30]]},
        published_online={"date-parts": [[2025, 6, 30]]},
    )
    found = crossref.record(client, DOI)
    assert (found.entry.year, found.entry.month, found.entry.day, found.first_public) == (2026, 2, None, "2025-06-30")


def notice(doi: str, kind: str, day: list[int], source: str = "publisher") -> dict[str, Any]:
    """An update as Crossref reports it."""
    return {"DOI": doi, "type": kind, "label": kind.title(), "source": source, "updated": {"date-parts": [day]}}


def test_a_retraction_is_told_with_the_first_notice(client, served):
    updates = [
        notice("10.5555/later", "retraction", [2026, 3, 9], "retraction-watch"),
        notice("10.5555/notice", "retraction", [2026, 3, 7]),
        notice("10.5555/erratum", "correction", [2025, 9, 1]),
        notice("10.5555/undated", "retraction", []),
    ]
    registered(served, updated_by=updates, title=["RETRACTED: Doors"])
    found = crossref.record(client, DOI)
    assert found.retraction == Retraction("2026-03-07", "https://doi.org/10.5555/notice")
    assert found.warnings == ("it was retracted on 2026-03-07; read why at https://doi.org/10.5555/notice",)


def test_a_publisher_without_a_notice_says_that_the_work_updates_itself(client, served):
    own = {**notice(DOI.upper(), "withdrawal", []), "updated": {"date-time": "2026-03-07T00:00:00Z"}}
    registered(served, update_to=[own])
    found = crossref.record(client, DOI)
    assert found.retraction == Retraction("2026-03-07", f"https://doi.org/{DOI.upper()}")
    assert len(found.warnings) == 1, "it is no notice of another work"


@pytest.mark.parametrize(
    ("said", "warning"),
    [
        ({"title": ["RETRACTED: Doors"]}, "its title says that it was retracted; look for the notice"),
        (
            {"updated_by": [notice("10.5555/c", "expression_of_concern", [2026])]},
            "its publisher has expressed concern about it; read why",
        ),
        (
            {"update_to": [notice("10.5555/other", "retraction", [2026])]},
            f"doi:{DOI} is no work of its own but the retraction of doi:10.5555/other; add that one",
        ),
    ],
)
def test_what_a_person_should_know_of_a_doi_is_told(client, served, said, warning):
    registered(served, **said)
    found = crossref.record(client, DOI)
    assert found.retraction is None
    assert len(found.warnings) == 1
    assert warning in found.warnings[0]


@pytest.mark.parametrize("odd", [None, [], {}, "x", [None], [{"type": None, "DOI": 7, "updated": "x"}], 3])
def test_odd_updates_are_none(client, served, odd):
    registered(served, updated_by=odd if odd is not None else 0, update_to=odd)
    found = crossref.record(client, DOI)
    assert (found.retraction, found.warnings) == (None, ())


@pytest.mark.parametrize(
    ("kind", "name"),
    [("arxiv", "1410.9998"), ("arxiv", "arXiv:1410.9998v2"), ("doi", "10.48550/ARXIV.1410.9998"), ("doi", "10.1/x")],
)
def test_the_preprint_that_a_publisher_names(client, served, kind, name):
    registered(served, relation={"has-preprint": [{"id-type": kind, "id": name, "asserted-by": "subject"}]})
    assert crossref.record(client, DOI).entry.arxiv == ("" if name == "10.1/x" else "1410.9998")


def test_a_preprint_at_crossref_names_its_published_version(client, served):
    relation = {"is-preprint-of": [{"id-type": "doi", "id": f"https://doi.org/{DOI}"}]}
    registered(served, "10.5555/pre.7", type="posted-content", subtype="preprint", relation=relation)
    found = crossref.record(client, "10.5555/pre.7")
    assert (found.source, found.is_preprint, found.published) == ("Crossref (preprint)", True, DOI)
    assert found.entry.url == "https://doi.org/10.5555/pre.7", "so that it can be read somewhere"


def test_a_reference_in_loose_words_tells_its_doi_too(client, served):
    registered(served, reference=[{"key": "7", "unstructured": "Elm, R. Doors. https://doi.org/10.5555/elm.3."}])
    assert [reference.doi for reference in crossref.record(client, DOI).references] == ["10.5555/elm.3"]


def test_a_doi_of_another_registry_is_asked_of_the_resolver(client, served):
    item = {
        "type": "article-journal",
        "id": "https://doi.org/10.5072/hinges",
        "title": "Hinges",
        "author": [{"family": "Elm", "given": "Rosa"}, {"literal": "Door Lab"}],
        "issued": {"date-parts": [[2021]]},
        "container-title": "Journal of Doors",
        "DOI": "10.5072/HINGES",
    }
    served.answer("doi", "10.5072/hinges", Reply(item, invented.CSL))
    found = crossref.record(client, "10.5072/hinges")
    assert (found.source, found.entry.title, found.entry.year) == ("doi.org", "Hinges", 2021)
    assert (found.entry.key, found.entry.doi, found.first_public) == ("", "10.5072/hinges", "2021")
    assert [name.display for name in found.entry.authors] == ["Rosa Elm", "Door Lab"]
    with pytest.raises(NotFoundError, match=r"no registry knows doi:10\.5072/unknown; check it"):
        crossref.record(client, "10.5072/unknown")
    served.answer("doi", "10.5072/nameless", Reply({"type": "dataset", "title": ""}, invented.CSL))
    with pytest.raises(FetchError, match="has no title; add the entry by hand"):
        crossref.record(client, "10.5072/nameless")


def test_a_record_without_a_title_at_crossref_is_asked_of_the_resolver(client, served):
    registered(served, title=[])
    served.answer("doi", DOI, Reply({"type": "paper-conference", "title": "Doors"}, invented.CSL))
    assert crossref.record(client, DOI).entry.title == "Doors"
