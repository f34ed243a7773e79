"""What OpenReview says of a submission: accepted or not, in either version of its interface."""

from __future__ import annotations

from typing import Any

import pytest
from tests import services as invented
from tests.services import Reply, Services

from shoulders.fetch import FetchError, NotFoundError
from shoulders.lookup import openreview


def names(record: Any) -> list[str]:
    return [name.display for name in record.entry.authors]


def test_openreview_in_both_versions(client, served):
    found = openreview.record(client, "H0kvrQ9xyz")
    assert found.entry.container == "The Third International Conference on Imagined Doors"
    assert (found.entry.year, found.first_public, names(found)) == (2024, "2023-11-14", ["Rosa Elm", "Peter Oak"])
    old = {"notes": [{"cdate": 1500000000000, "content": {"title": "Hinges", "authors": ["Rosa Elm"]}}]}
    served.answer("openreview", "B1old", Reply({"notes": []}))
    served.answer("openreview_old", "B1old", Reply(old))
    found = openreview.record(client, "B1old")
    assert (found.entry.title, found.entry.type, found.entry.year) == ("Hinges", "preprint", 2017)


@pytest.mark.parametrize(
    ("venue", "container"),
    [
        ("ICID 2024 poster", "ICID 2024"),
        ("ICID 2019 Conference Oral", "ICID 2019"),
        ("Submitted to ICID 2025", ""),
        ("ICID 2025 Conference Withdrawn Submission", ""),
        ("", ""),
    ],
)
def submission(served: Services, **content: Any) -> None:
    """Let OpenReview say something else of the submission; None takes a part out."""
    note = invented.openreview()
    said = note["notes"][0]["content"]
    said |= {name: {"value": value} for name, value in content.items()}
    note["notes"][0]["content"] = {name: value for name, value in said.items() if value != {"value": None}}
    served.answer("openreview", "H0kvrQ9xyz", Reply(note))


@pytest.mark.parametrize(
    ("venue", "venueid", "container"),
    [
        ("ICID 2024 poster", "ICID.example/2024/Conference", "ICID 2024"),
        ("ICID 2019 Conference Oral", "", "ICID 2019"),
        ("Accepted by TID", "TID", "TID"),
        ("Submitted to ICID 2025", "ICID.example/2025/Conference", ""),
        ("ICID 2025", "ICID.example/2025/Conference/Rejected_Submission", ""),
        ("ICID 2025 Conference Withdrawn Submission", "", ""),
        ("", "", ""),
    ],
)
def test_openreview_tells_accepted_papers_from_others(client, served, venue, venueid, container):
    submission(served, venue=venue, venueid=venueid, _bibtex=None)
    found = openreview.record(client, "H0kvrQ9xyz")
    assert (found.entry.container, found.entry.type) == (container, "inproceedings" if container else "preprint")
    assert found.is_preprint is not bool(container)
    assert bool(found.warnings) is not bool(container)


def test_bibtex_of_what_is_under_review_makes_no_published_paper(client, served):
    bibtex = "@inproceedings{\nanonymous2024,\ntitle={Doors},\nauthor={Anonymous},\nnote={under review},\n"
    bibtex += "booktitle={Submitted to The Third International Conference on Imagined Doors},\nyear={2023}\n}"
    submission(served, _bibtex=bibtex, venue="Submitted to ICID 2024", authors=["Anonymous"])
    found = openreview.record(client, "H0kvrQ9xyz")
    assert (found.entry.container, found.entry.type, found.entry.authors) == ("", "preprint", ())
    assert found.warnings == ("OpenReview does not say that it was accepted (Submitted to ICID 2024)",)
    submission(served, _bibtex="@misc{x,\ntitle={Doors},\nyear={2024},\n}", venue="Submitted to ICID 2024")


def test_an_article_of_a_journal_at_openreview(client, served):
    bibtex = "@article{\nelm2023,\ntitle={Doors},\njournal={Transactions on Doors},\nyear={2023},\nnote={}\n}"
    submission(served, _bibtex=bibtex, venue="Accepted by TD", venueid="TD")
    found = openreview.record(client, "H0kvrQ9xyz").entry
    assert (found.type, found.container, found.year) == ("article", "Transactions on Doors", 2023)


def test_the_id_of_a_reply_leads_to_its_forum(client, served):
    reply = {"id": "R3plyId", "forum": "H0kvrQ9xyz", "content": {"title": {"value": "Official Review"}}}
    served.answer("openreview", "R3plyId", Reply({"notes": [reply]}))
    found = openreview.record(client, "R3plyId").entry
    assert (found.title, found.openreview) == ("Doors That Learn to Close", "H0kvrQ9xyz")


def test_when_one_version_of_openreview_refuses_the_other_is_asked(client, served):
    served.answer("openreview", "B1old", Reply({"name": "ChallengeRequiredError"}, status=403))
    with pytest.raises(FetchError, match="does not answer programs"):
        openreview.record(client, "B1old")
    old = {"notes": [{"cdate": 1500000000000, "content": {"title": "Hinges", "authors": ["Anonymous"]}}]}
    served.answer("openreview_old", "B1old", Reply(old))
    assert openreview.record(client, "B1old").entry.title == "Hinges"
    with pytest.raises(NotFoundError, match="OpenReview knows no public forum B1new; check the id"):
        openreview.record(client, "B1new")
