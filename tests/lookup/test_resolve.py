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
    served.answer("semanticscholar", f"paper/arXiv:{ARXIV}", Reply({"externalIds": {"ArXiv": ARXIV}}))
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
    assert sources(found)[:2] == ["ACL Anthology", "Crossref"]
    assert "127.0.0.1" in sources(found)[-1]
