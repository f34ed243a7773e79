"""`shoulders add` of a work that is in the catalog already: it is shown, and what its entry could say besides."""

from __future__ import annotations

import pytest
from tests import services as invented
from tests.edit.conftest import FINISHED, PAPERS, data
from tests.services import Reply


@pytest.mark.parametrize("asked", ["1410.9998", "arxiv:1410.9998v3", "doi:10.48550/arXiv.1410.9998"])
def test_a_work_that_is_there_is_shown_without_asking_anybody(shoulders, project, served, asked):
    before = data(project)
    result = shoulders("add", asked)
    assert result.exit_code == 0
    assert result.stdout == "shao-2014-doors: Doors: a Beginning (2014) is in the catalog already: data/papers.yaml\n"
    assert result.stderr == "`shoulders update shao-2014-doors` looks it up again\n"
    assert served.asked == []
    assert data(project) == before


@pytest.mark.parametrize(
    ("field", "asked"),
    [
        ("openreview: H0kvrQ9xyz", "https://openreview.net/forum?id=H0kvrQ9xyz"),
        ("doi: 10.5555/DOORS", "doi:10.5555/doors"),
        ("acl: N14-1007", "acl:N14-1007"),
    ],
)
def test_a_work_is_there_by_each_of_its_identifiers(shoulders, project, served, field, asked):
    papers = project / "data/papers.yaml"
    papers.write_text(PAPERS.replace('arxiv: "1410.9998"', field), "utf-8")
    assert "shao-2014-doors: Doors: a Beginning (2014) is in the catalog already" in shoulders("add", asked).stdout
    assert served.asked == []


def test_a_repository_is_there_by_its_address_also_after_it_was_renamed(shoulders, project, served):
    assert shoulders("add", "github:ashdown/half-open", "--yes", *FINISHED).exit_code == 0
    (project / "data/papers.yaml").write_text(
        (project / "data/papers.yaml").read_text("utf-8").replace("title: half-open", "title: Half Open"), "utf-8"
    )
    moved = Reply("", status=301, headers={"Location": f"{served.base}/github/repos/ashdown/half-open"})
    served.answer("github", "repos/ashdown/old", moved)
    for asked in ("https://www.github.com/Ashdown/half-open.git", "github:ashdown/old"):
        result = shoulders("add", asked)
        assert "ashdown-2024-half: Half Open (2024) is in the catalog already" in result.stdout, asked


def doors_published(served, **message):
    """Let Crossref know a published version of the work that is there as a preprint."""
    item = invented.crossref()
    item["message"] |= {"title": ["DOORS – A beginning!"], "author": [{"family": "Shao", "given": "Y."}]}
    item["message"] |= {"DOI": "10.5555/doors", "relation": {}, **message}
    served.answer("crossref", "10.5555/doors", Reply(item))


RELATED = {"has-preprint": [{"id-type": "doi", "id": "10.48550/arXiv.1410.9998"}]}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"title": ["Gates: the Beginning"], "relation": RELATED},
        {"title": ["Gates: the Beginning"], "relation": RELATED, "author": [{"family": "Elm", "given": "R."}]},
    ],
    ids=["by its title", "by its preprint", "by its preprint, though all else changed"],
)
def test_a_work_that_is_there_as_a_preprint_is_shown_with_what_its_entry_could_say(shoulders, project, served, message):
    doors_published(served, **message)
    before = data(project)
    result = shoulders("add", "doi:10.5555/doors", "--yes", *FINISHED)
    assert result.exit_code == 0
    assert "shao-2014-doors: Doors: a Beginning (2014) is in the catalog already" in result.stdout
    assert "its entry could say besides:\n  doi: 10.5555/doors\n  type: inproceedings (was preprint)" in result.stderr
    assert result.stderr.endswith("`shoulders update shao-2014-doors` looks it up again\n")
    assert data(project) == before


def test_a_preprint_is_known_though_only_a_collector_tells_its_number_and_arxiv_does_not_answer(shoulders, served):
    doors_published(served, title=["Gates: the Beginning"])
    served.answer("semanticscholar", "paper/DOI:10.5555/doors", Reply({"externalIds": {"ArXiv": "1410.9998"}}))
    served.always["arxiv"] = Reply("busy", "text/plain", 503)
    result = shoulders("add", "doi:10.5555/doors", "--yes", *FINISHED)
    assert "shao-2014-doors: Doors: a Beginning (2014) is in the catalog already" in result.stdout
