"""What each source says becomes the same kind of record; what it says in another shape is not said."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from tests import services as invented
from tests.services import ACL, ARXIV, ATOM, DOI, TITLE, Reply, Services

from shoulders.fetch import Client, FetchError, NotFoundError, services
from shoulders.lookup import (
    anthology,
    arxiv,
    crossref,
    dblp,
    github,
    openlibrary,
    openreview,
    scholar,
    webpage,
)
from shoulders.names import Name
from shoulders.readers import Entry

WANTED = Entry(line=0, key="", type="", title=TITLE, authors=(Name("Ashdown", "Imogen"),))


def names(record: Any) -> list[str]:
    return [name.display for name in record.entry.authors]


def wanted(title: str = TITLE, family: str = "Ashdown") -> Entry:
    """A work to search for."""
    return replace(WANTED, title=title, authors=(Name(family, "I."),) if family else ())


def test_arxiv(client):
    found = arxiv.record(client, ARXIV)
    assert found.entry.title == TITLE
    assert names(found) == ["Imogen Ashdown", "Joris van den Berk", "Łucja Szy"]
    assert found.entry.authors[1].particle == "van den"
    assert (found.first_public, found.entry.year, found.entry.month) == ("2024-11-15", 2024, 11)
    assert (found.entry.arxiv, found.entry.arxiv_class) == (ARXIV, "cs.CL")
    assert found.entry.pdf == f"https://arxiv.org/pdf/{ARXIV}"
    assert found.entry.is_preprint


def test_arxiv_says_with_an_entry_called_error_that_it_knows_no_such_preprint(client, served):
    entry = (
        "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_2411.00001</id><title>Error</title>"
        "<summary>incorrect id format</summary><author><name>arXiv api core</name></author></entry>"
    )
    served.answer("arxiv", "2411.00001", Reply(invented.atom(entry), ATOM))
    served.answer("arxiv", "2411.00002", Reply(invented.atom(""), ATOM))
    for number in ("2411.00001", "2411.00002"):
        with pytest.raises(NotFoundError, match=f"arXiv knows no preprint {number}; check the number"):
            arxiv.record(client, number)


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("12 pages", "This paper has been withdrawn by the authors due to an error in section 3"),
        ("12 pages", "arXiv admin note: submission was withdrawn due to text overlap"),
        ("We count tokens behind gates.", "This manuscript has been withdrawn; its counts were wrong."),
    ],
)
def test_a_preprint_that_was_withdrawn_comes_with_a_warning(client, served, said, instead):
    served.answer("arxiv", ARXIV, Reply(invented.atom(invented.ENTRY.replace(said, instead)), ATOM))
    (warning,) = arxiv.record(client, ARXIV).warnings
    assert warning.startswith(f"arXiv says that {ARXIV} was withdrawn: ")
    assert instead in warning


def test_a_preprint_about_withdrawing_was_not_withdrawn(client, served):
    entry = invented.ENTRY.replace("We count tokens", "We study each article withdrawn from a journal and count tokens")
    served.answer("arxiv", ARXIV, Reply(invented.atom(entry), ATOM))
    assert arxiv.record(client, ARXIV).warnings == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"$k$NN Doors: L\'evy \&amp; $\alpha$-Hinges", "kNN Doors: Lévy & α-Hinges"),
        ("Doors for $5 and $10", "Doors for $5 and $10"),
        ("The &lt;EOS&gt; Door: 100% of it", "The <EOS> Door: 100% of it"),
    ],
)
def test_a_title_in_latex_becomes_plain_text(client, served, written, read):
    entry = invented.ENTRY.replace("Gated Counting: a Study in\n  Half-Open Doors", written)
    served.answer("arxiv", ARXIV, Reply(invented.atom(entry), ATOM))
    assert arxiv.record(client, ARXIV).entry.title == read


def test_arxiv_is_searched_for_this_very_title_by_this_author(client, served):
    served.always["arxiv"] = Reply(invented.atom(), ATOM)
    found = arxiv.search(client, wanted(TITLE.upper(), "Ashdówn"))
    assert found
    assert found.entry.arxiv == ARXIV
    assert arxiv.search(client, wanted(family="Elm")) is None
    assert arxiv.search(client, wanted(family="Szy")) is None, "it is the first author that counts"
    assert arxiv.search(client, wanted("Gated Counting")) is None
    assert arxiv.search(client, wanted(family="")) == found


def test_the_acl_anthology(client):
    found = anthology.record(client, ACL)
    assert found.entry.title == TITLE
    assert names(found) == ["Imogen Ashdown", "Joris van den Berk", "Łucja Szy"]
    assert [name.display for name in found.entry.editors] == ["Rosa Elm", "Peter Oak"]
    assert (found.entry.pages, found.entry.acl, found.first_public) == ("101-115", ACL, "2025-07")


def test_semantic_scholar_tells_other_identifiers_and_references(client):
    found = scholar.known(client, "arxiv", ARXIV)
    assert (found.arxiv, found.doi, found.acl) == (ARXIV, DOI, ACL)
    assert [reference.title for reference in found.references] == ["Nothing We Have"]


def test_an_odd_identifier_at_semantic_scholar_is_none(client, served):
    odd = {"ArXiv": "99", "DOI": 7, "ACL": "../../secret", "CorpusId": 7}
    served.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply({"externalIds": odd, "references": None}))
    found = scholar.known(client, "arxiv", ARXIV)
    assert (found.arxiv, found.doi, found.acl, found.references) == ("", "", "", ())


def test_dblp_finds_the_published_version_only(client, served):
    found = dblp.search(client, wanted())
    assert found
    assert found.entry.container == "Proceedings of the Seventh Conference on Imagined Language, CIL 2025"
    assert dblp.search(client, wanted(family="Elm")) is None
    answer = invented.dblp()
    answer["result"]["hits"]["hit"][1]["info"]["key"] = "../../../secret"
    served.answer("dblp", "search/publ/api", Reply(answer))
    assert dblp.search(client, wanted(TITLE.upper())) is None, "a key that climbs out is not followed"


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"authors": {"author": {"@pid": "1", "text": "Imogen Ashdówn 0003"}}}, True),
        ({"venue": ["CIL", "LNCS"]}, True),
        ({"title": "Gated Counting: a Study in Half-Open Doors."}, True),
        ({"venue": ["CoRR"]}, False),
        ({"venue": None}, False),
        ({"type": "Data and Artifacts"}, False),
        ({"title": "Gated Counting &amp; More."}, False),
        ({"authors": {"author": [{"text": "Joris van den Berk"}, {"text": "Imogen Ashdown"}]}}, False),
    ],
)
def test_a_hit_of_dblp_in_each_of_its_shapes(client, served, changed, found):
    answer = invented.dblp()
    hit = answer["result"]["hits"]["hit"][1]
    answer["result"]["hits"]["hit"] = {**hit, "info": hit["info"] | changed}  # one hit alone is no list
    served.answer("dblp", "search/publ/api", Reply(answer))
    assert bool(dblp.search(client, wanted())) is found


def test_no_hit_at_dblp(client, served):
    served.answer("dblp", "search/publ/api", Reply({"result": {"hits": {"@total": "0", "@sent": "0"}}}))
    assert dblp.search(client, wanted()) is None


@pytest.mark.parametrize(
    ("printed", "year", "month"),
    [
        ("March 2019", 2019, 3),
        ("2019-03-01", 2019, 3),
        ("Mar 1, 2019", 2019, 3),
        ("2019", 2019, None),
        ("?", None, None),
    ],
)
def test_the_date_of_a_book_however_it_is_printed(client, served, printed, year, month):
    book = invented.openlibrary()
    book["ISBN:9787111593737"]["publish_date"] = printed
    served.answer("openlibrary", "ISBN:9787111593737", Reply(book))
    found = openlibrary.record(client, "9787111593737").entry
    assert (found.year, found.month) == (year, month)


def test_open_library(client, served):
    found = openlibrary.record(client, "978-7-111-59373-7")
    assert found.entry.title == "Counting Doors: an Introduction"
    assert (found.entry.year, found.entry.month, found.entry.publisher) == (2019, 3, "Imagined Press")
    served.answer("openlibrary", "ISBN:9780000000002", Reply({}))
    with pytest.raises(NotFoundError, match="Open Library does not know ISBN"):
        openlibrary.record(client, "978-0-00-000000-2")


def test_github(client):
    found = github.record(client, "ashdown/half-open")
    assert (found.entry.title, names(found), found.licence) == ("half-open", ["Imogen Ashdown"], "MIT")
    assert found.entry.code == found.entry.url == "https://github.com/ashdown/half-open"


@pytest.mark.parametrize(
    ("owner", "called", "name", "organisation"),
    [
        ({"login": "door-lab", "type": "Organization"}, "The Door Lab", "The Door Lab", True),
        ({"login": "door-lab", "type": "Organization"}, None, "door-lab", True),
        ({"login": "elm7", "type": "User"}, None, "elm7", True),
        ({"login": "elm7", "type": "User"}, "elm", "elm", True),
        ({"login": "elm7", "type": "User"}, "Rosa  van den Elm", "Rosa van den Elm", False),
    ],
)
def test_the_owner_of_a_repository(client, served, owner, called, name, organisation):
    served.answer("github", "repos/x/half-open", Reply({**invented.github(), "owner": owner}))
    served.answer("github", f"users/{owner['login']}", Reply({"login": owner["login"], "name": called}))
    (author,) = github.record(client, "x/half-open").entry.authors
    assert (author.display, author.organisation) == (name, organisation)


@pytest.mark.parametrize("licence", [None, {"key": "other", "spdx_id": "NOASSERTION", "name": "Other"}, "MIT", {}])
def test_a_licence_that_github_does_not_know_is_none(client, served, licence):
    served.answer("github", "repos/ashdown/half-open", Reply({**invented.github(), "license": licence}))
    assert github.record(client, "ashdown/half-open").licence == ""


def test_a_repository_that_was_renamed_has_its_new_address(client, served):
    moved = Reply("", status=301, headers={"Location": f"{served.base}/github/repositories/7"})
    served.answer("github", "repos/ashdown/doors", moved)
    served.answer("github", "repositories/7", Reply(invented.github()))
    assert github.record(client, "ashdown/doors").entry.url == "https://github.com/ashdown/half-open"


PAGE = """<!doctype html><html lang="en"><head><title>Doors - Journal</title>
<meta name="citation_title" content="Doors &amp; Hinges"><meta name="citation_author" content="Elm, Rosa">
<meta name="citation_author" content="Peter Oak"><meta name="citation_publication_date" content="2021/03/09">
<meta name="citation_journal_title" content="Journal of Doors"><meta name="citation_volume" content="4">
<meta name="citation_firstpage" content="11"><meta name="citation_lastpage" content="19">
<meta name="citation_doi" content="10.5555/jd.4.11"><meta name="citation_pdf_url" content="https://example.org/d.pdf">
</head><body>Text</body></html>"""


def test_a_web_page_by_what_its_head_says(client, served):
    served.answer("acl", "door.html", Reply(PAGE, "text/html; charset=utf-8"))
    found = webpage.record(client, f"{served.base}/acl/door.html")
    assert (found.entry.title, found.entry.type) == ("Doors & Hinges", "article")
    assert names(found) == ["Rosa Elm", "Peter Oak"]
    assert (found.entry.container, found.entry.volume, found.entry.pages) == ("Journal of Doors", "4", "11-19")
    assert (found.first_public, found.entry.doi) == ("2021-03-09", "10.5555/jd.4.11")


def test_a_page_without_such_a_head_is_an_article_of_its_title(client, served):
    served.answer("acl", "post", Reply("<title> A Post\n on Doors </title><h1>x</h1>", "text/html"))
    found = webpage.record(client, f"{served.base}/acl/post")
    assert (found.entry.title, found.entry.type, found.entry.year) == ("A Post on Doors", "online", None)
    served.answer("acl", "empty", Reply("<p>nothing</p>", "text/html"))
    with pytest.raises(FetchError, match="has no title; add the entry by hand"):
        webpage.record(client, f"{served.base}/acl/empty")


ASKED: list[tuple[str, str, Callable[[], Any], Callable[[Client], Any]]] = [
    ("crossref", DOI, invented.crossref, lambda client: crossref.record(client, DOI)),
    ("openreview", "H0kvrQ9xyz", invented.openreview, lambda client: openreview.record(client, "H0kvrQ9xyz")),
    (
        "semanticscholar",
        f"paper/ARXIV:{ARXIV}",
        invented.scholar,
        lambda client: scholar.known(client, "arxiv", ARXIV),
    ),
    (
        "openlibrary",
        "ISBN:9787111593737",
        invented.openlibrary,
        lambda client: openlibrary.record(client, "9787111593737"),
    ),
    ("github", "repos/ashdown/half-open", invented.github, lambda client: github.record(client, "ashdown/half-open")),
    ("dblp", "search/publ/api", invented.dblp, lambda client: dblp.search(client, WANTED)),
]
ODD: tuple[Any, ...] = (None, [], {}, "", 7, -1.5, True, [None], [[]], {"x": None}, "\u202e\x00", "x" * 5000, ["a", 3])


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in parts:
        yield from places(part, (*path, step))


@pytest.mark.parametrize(("service", "path", "answer", "ask"), ASKED, ids=[asked[0] for asked in ASKED])
def test_whatever_shape_a_part_has_the_rest_is_read_or_the_fault_is_told(
    served: Services, tmp_path, service, path, answer, ask
):
    """Each part of an answer in turn becomes null, a number, a list …: a record, or a FetchError of one line."""
    chance = random.Random(service)
    known, trusted = services(served.environment)
    for number, place in enumerate(places(answer())):
        for odd in chance.sample(ODD, 4):
            broken = copy.deepcopy(answer())
            if place:
                part = broken
                for step in place[:-1]:
                    part = part[step]
                part[place[-1]] = odd
            else:
                broken = odd
            served.answer(service, path, Reply(broken))
            cache = tmp_path / f"{service}{number}{ODD.index(odd)}"
            client = Client("test", cache, services=known, trusted=trusted, sleep=lambda _: None)
            try:
                found = ask(client)
            except FetchError:  # that each says one line is tested in tests/fetch
                continue
            if found is not None and service not in ("semanticscholar",):
                assert found.entry.title
                assert found.entry.title.isprintable()
                assert all(name.family for name in found.entry.authors)
