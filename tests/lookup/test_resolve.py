"""One identifier leads to the others; the source it belongs to must answer, the others may be silent."""

from __future__ import annotations

import pytest
from tests import services as invented
from tests.services import ACL, ARXIV, ATOM, DOI, Reply

from shoulders.fetch import FetchError
from shoulders.lookup.identifiers import parse_identifier
from shoulders.lookup.resolve import resolve


def sources(gathered):
    return [record.source for record in gathered.records]


@pytest.mark.parametrize("asked", [f"arxiv:{ARXIV}", f"doi:{DOI}", f"acl:{ACL}"])
def test_from_any_of_its_identifiers_the_whole_work_is_found(client, asked):
    found = resolve(client, parse_identifier(asked))
    assert sources(found) == ["ACL Anthology", "Crossref", "arXiv"], "who publishes first, preprints last"
    assert found.silent == []
    assert "Nothing We Have" in [reference.title for reference in found.references]


def test_a_preprint_nobody_else_knows_is_looked_for_at_dblp(client, served):
    served.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply({"externalIds": {"ArXiv": ARXIV}}))
    assert sources(resolve(client, parse_identifier(ARXIV))) == ["DBLP", "arXiv"]


def test_sources_that_may_be_silent_are_told_and_the_rest_is_there(client, served):
    served.always["semanticscholar"] = Reply("slow down", "text/plain", 429)
    served.always["dblp"] = Reply("<html>Are you a robot?</html>", "text/html")
    found = resolve(client, parse_identifier(ARXIV))
    assert sources(found) == ["arXiv"]
    assert [sentence.partition(" ")[0] for sentence in found.silent] == ["Semantic", "DBLP"]
    assert "asked too often" in found.silent[0]
    assert "web page instead of data" in found.silent[1]


@pytest.mark.parametrize(
    ("service", "asked"),
    [
        ("arxiv", f"arxiv:{ARXIV}"),
        ("acl", f"acl:{ACL}"),
        ("openreview", "openreview:H0kvrQ9xyz"),
        ("github", "github:ashdown/half-open"),
        ("openlibrary", "isbn:978-7-111-59373-7"),
    ],
)
def test_the_source_it_belongs_to_must_answer(client, served, service, asked):
    served.always[service] = Reply("out of order", "text/plain", 500)
    with pytest.raises(FetchError, match="has a fault of its own"):
        resolve(client, parse_identifier(asked))


def test_a_submission_is_joined_with_its_preprint_by_title_and_author(client, served):
    entry = invented.ENTRY.replace("Gated Counting: a Study in\n  Half-Open Doors", "Doors That Learn to Close")
    served.always["arxiv"] = Reply(invented.atom(entry.replace("Imogen Ashdown", "Rosa Elm")), ATOM)
    found = resolve(client, parse_identifier("openreview:H0kvrQ9xyz"))
    assert sources(found) == ["OpenReview", "arXiv"]


def test_a_page_that_names_its_doi_leads_to_the_registry(client, served):
    page = f'<meta name="citation_title" content="x"><meta name="citation_doi" content="{DOI}">'
    served.answer("acl", "page", Reply(page, "text/html"))
    found = resolve(client, parse_identifier("https://example.org/x").__class__("url", f"{served.base}/acl/page"))
    assert sources(found) == ["ACL Anthology", "Crossref", served.base.removeprefix("http://"), "arXiv"]


def only(served, **identifiers):
    """Let Semantic Scholar name only these identifiers of the work, whatever it is asked by."""
    for mark in (f"ARXIV:{ARXIV}", f"DOI:{DOI}", f"ACL:{ACL}"):
        served.answer("semanticscholar", f"paper/{mark}", Reply({"externalIds": identifiers}))


def test_what_dblp_finds_leads_on_to_who_published_it(client, served):
    served.always["semanticscholar"] = Reply("slow down", "text/plain", 429)
    entry = invented.dblp_record().replace("year ", f"doi = {{{DOI.upper()}}},\n  year ")
    served.answer("dblp", "rec/conf/cil/AshdownBS25.bib", Reply(entry, "text/x-bibtex"))
    served.answer("crossref", DOI.upper(), Reply(invented.crossref()))
    assert sources(resolve(client, parse_identifier(ARXIV))) == ["Crossref", "DBLP", "arXiv"]


def test_a_doi_of_the_anthology_leads_there_however_it_is_written(client, served):
    only(served, ArXiv=ARXIV, DOI="10.18653/v1/p25-1007")
    served.answer("crossref", "10.18653/v1/p25-1007", Reply(invented.crossref()))
    served.answer("acl", "P25-1007.bib", Reply(invented.anthology(), "text/plain"))
    assert sources(resolve(client, parse_identifier(ARXIV))) == ["ACL Anthology", "Crossref", "arXiv"]


def test_an_identifier_is_kept_though_its_source_does_not_answer(client, served):
    for service in ("arxiv", "dblp"):
        served.always[service] = Reply("out of order", "text/plain", 500)
    item = invented.crossref()
    item["message"]["relation"] = {}
    served.answer("crossref", DOI, Reply(item))
    found = resolve(client, parse_identifier(f"doi:{DOI}"))
    assert [sentence.partition(" ")[0] for sentence in found.silent] == ["arXiv"]
    assert [record.entry.arxiv for record in found.records] == ["", ARXIV], "as Semantic Scholar says"


def test_another_work_under_an_identifier_that_a_collector_names_is_left_out(client, served):
    only(served, ArXiv=ARXIV, DOI="10.5555/other")
    item = invented.crossref()
    item["message"] |= {"title": ["On Windows"], "author": [{"family": "Oak", "given": "Peter"}]}
    served.answer("crossref", "10.5555/other", Reply(item))
    found = resolve(client, parse_identifier(ARXIV))
    assert "Crossref" not in sources(found)
    assert found.silent == ["Crossref has another work under 10.5555/other, 'On Windows': left out"]
    assert found.value("doi") == ""


@pytest.mark.parametrize(
    "said", [{"title": ["Half-Open Doors"]}, {"author": [{"family": "Oak", "given": "Peter"}]}, {"author": []}]
)
def test_a_work_may_change_its_title_or_its_first_author_until_it_is_published(client, served, said):
    only(served, ArXiv=ARXIV, DOI=DOI)
    item = invented.crossref()
    item["message"] |= said
    served.answer("crossref", DOI, Reply(item))
    assert "Crossref" in sources(resolve(client, parse_identifier(ARXIV)))


def test_a_preprint_at_crossref_leads_to_its_published_version(client, served):
    item = invented.crossref()
    relation = {"is-preprint-of": [{"id-type": "doi", "id": DOI}]}
    item["message"] |= {"DOI": "10.5555/pre.7", "type": "posted-content", "relation": relation, "container-title": []}
    served.answer("crossref", "10.5555/pre.7", Reply(item))
    found = resolve(client, parse_identifier("doi:10.5555/pre.7"))
    assert sources(found) == ["Crossref", "arXiv", "Crossref (preprint)"]
    assert sum(asked.startswith("/crossref/") for asked in served.asked) == 2


def test_nobody_is_asked_twice(client, served):
    resolve(client, parse_identifier(f"acl:{ACL}"))
    assert len(served.asked) == len(set(served.asked)) == 4


def test_who_does_not_answer_is_not_asked_again_for_the_same(client, served):
    only(served, ArXiv=ARXIV, DOI=DOI)
    served.always["crossref"] = Reply("no", "text/plain", 400)
    found = resolve(client, parse_identifier(ARXIV))
    assert sources(found) == ["DBLP", "arXiv"]
    assert len(found.silent) == 1
    assert sum(asked.startswith("/crossref/") for asked in served.asked) == 1
