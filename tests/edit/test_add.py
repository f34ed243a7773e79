"""`shoulders add`: one command from an identifier to an entry, and nothing half-done when something fails."""

from __future__ import annotations

import re

import pytest
from tests import services as invented
from tests.edit.conftest import FINISHED, PAPERS, data
from tests.services import ACL, ARXIV, ATOM, DOI, Reply

from shoulders.build import open_project


def test_an_entry_is_appended_that_passes_check_and_every_other_byte_stays(shoulders, project):
    before = data(project)
    result = shoulders("add", f"arxiv:{ARXIV}", "--yes", *FINISHED)
    assert result.exit_code == 0, result.output
    assert result.stdout == "ashdown-etal-2025-gated: data/papers.yaml written\n"
    after = data(project)
    assert {name: text for name, text in after.items() if name != "papers.yaml"} == {
        name: text for name, text in before.items() if name != "papers.yaml"
    }
    text = after["papers.yaml"].decode()
    assert text.startswith(PAPERS + "\n- key: ashdown-etal-2025-gated\n")
    work = open_project(project).catalog.by_key["ashdown-etal-2025-gated"]
    assert (work.type, work.year, work.first_public, work.pages) == ("inproceedings", 2025, "2024-11-15", "101-115")
    assert (work.arxiv, work.arxiv_class, work.doi, work.acl) == (ARXIV, "cs.CL", DOI, ACL)
    assert [author.name for author in work.authors] == ["Imogen Ashdown", "Joris van den Berk", "Łucja Szy"]
    assert work.topics == ("doors", "counting")
    assert work.summary.zh == "先在门后数数，再把门打开。"


def test_another_key_may_be_given(shoulders, project):
    result = shoulders("add", ARXIV, "--yes", *FINISHED, "--key", "ashdown-2025-doors", "--nickname", "GaCo")
    assert result.stdout == "ashdown-2025-doors: data/papers.yaml written\n", result.output
    assert open_project(project).catalog.by_key["ashdown-2025-doors"].nickname == "GaCo"


def test_where_sources_disagree_is_shown_and_prefer_takes_another(shoulders, project):
    told = "  pages: 101-115 (ACL Anthology); Crossref says 101-113\n"
    assert told in shoulders("add", ARXIV, "--dry-run").stderr
    result = shoulders("add", ARXIV, "--yes", *FINISHED, "--prefer", "crossref")
    assert result.exit_code == 0, result.output
    assert open_project(project).catalog.by_key["ashdown-etal-2025-gated"].pages == "101-113"
    slip = shoulders("add", "openreview:H0kvrQ9xyz", "--prefer", "OpenRevew")
    assert slip.exit_code == 2
    assert "(OpenReview), got 'OpenRevew' (did you mean 'OpenReview'?)" in slip.stderr


def test_a_dry_run_shows_a_diff_and_changes_nothing(shoulders, project):
    before = data(project)
    result = shoulders("add", ARXIV, "--dry-run", *FINISHED)
    assert result.exit_code == 0
    assert result.stdout.startswith("--- data/papers.yaml\n+++ data/papers.yaml\n@@ -12,3 +12,")
    added = [line[1:] for line in result.stdout.splitlines()[3:] if line.startswith("+")]
    assert added[:3] == ["", "- key: ashdown-etal-2025-gated", "  kind: paper"]
    assert data(project) == before


def test_what_only_a_person_can_say_is_asked_for_before_anything_is_written(shoulders, project):
    before = data(project)
    result = shoulders("add", ARXIV, "--yes")
    assert result.exit_code == 1
    assert "ashdown-etal-2025-gated: summary: expected a value, got nothing" in result.stderr
    assert "nothing was written: say what is missing by an option, or write it as it is with --unfinished" in (
        result.stderr
    )
    assert data(project) == before
    result = shoulders("add", ARXIV, "--yes", "--unfinished")
    assert result.exit_code == 0
    assert "summary: expected" in result.stderr
    assert data(project)["papers.yaml"].startswith(before["papers.yaml"])


def test_a_retraction_is_told_and_proposed(shoulders, project, served):
    notice = {"DOI": "10.5555/n", "type": "retraction", "updated": {"date-parts": [[2026, 3, 7]]}}
    item = invented.crossref()
    item["message"] |= {"title": [f"RETRACTED: {item['message']['title'][0]}"], "updated-by": [notice]}
    served.answer("crossref", DOI, Reply(item))
    result = shoulders("add", f"doi:{DOI}", "--yes", *FINISHED)
    assert result.exit_code == 0, result.output
    assert "note: it was retracted on 2026-03-07; read why at https://doi.org/10.5555/n\n" in result.stderr
    assert "sources disagree" in result.stderr
    assert "RETRACTED" not in result.stderr, "what is printed before the title is no other title"
    retracted = open_project(project).catalog.by_key["ashdown-etal-2025-gated"].retracted
    assert retracted
    assert (retracted.date, retracted.url) == ("2026-03-07", "https://doi.org/10.5555/n")


def test_a_withdrawn_preprint_is_told(shoulders, served):
    entry = invented.ENTRY.replace("12 pages", "This paper has been withdrawn by the author: a hinge is loose")
    served.answer("arxiv", ARXIV, Reply(invented.atom(entry), ATOM))
    result = shoulders("add", ARXIV, "--dry-run")
    assert f"note: arXiv says that {ARXIV} was withdrawn: This paper has been withdrawn by the author" in result.stderr


def test_a_page_that_does_not_say_its_year_is_left_to_a_person(shoulders, project, served, monkeypatch):
    from shoulders.lookup import identifiers

    served.answer("acl", "post", Reply("<title>A Post on Doors</title>", "text/html"))
    page = identifiers.Identifier("url", f"{served.base}/acl/post")
    monkeypatch.setattr(identifiers, "parse_identifier", lambda _: page)
    before = data(project)
    result = shoulders("add", "https://example.org/post", "--yes", *FINISHED)
    assert result.exit_code == 1
    assert f"no source says of which year {page} is; add the entry by hand" in result.stderr
    assert data(project) == before


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        (
            {"type": "dissertation", "publisher": "Door University"},
            {"type": "thesis", "school": "Door University"},
        ),
        (
            {"type": "monograph", "ISBN": ["9780306406157"], "page": None},
            {"kind": "book", "isbn": "9780306406157", "publisher": "Imagined Press"},
        ),
        (
            {"type": "report", "publisher": "Door Lab"},
            {"type": "techreport", "institution": "Door Lab"},
        ),
        (
            {"type": "posted-content", "publisher": "Door Archive", "page": None},
            {"type": "preprint", "url": "https://doi.org/10.5555/odd"},
        ),
        (
            {"author": [{"name": "The Door Consortium"}], "title": ["Doors & Hinges: 100% open"]},
            {"key": "thedoorconsortium-2025-doors", "title": "Doors & Hinges: 100% open"},
        ),
        (
            {"author": [{"family": "Berk", "given": "Joris van den", "suffix": "Jr."}]},
            {"key": "vandenberk-2025-doors"},
        ),
    ],
    ids=["thesis", "book", "report", "preprint", "organisation", "suffix"],
)
def test_works_of_all_kinds_pass_the_check(shoulders, project, served, message, fields):
    item = invented.crossref()
    item["message"] |= {"DOI": "10.5555/odd", "title": ["Doors"], "container-title": ["Odd Doors"], "relation": {}}
    item["message"] = {name: value for name, value in (item["message"] | message).items() if value is not None}
    if item["message"]["type"] != "proceedings-article":
        del item["message"]["container-title"]
    served.answer("crossref", "10.5555/odd", Reply(item))
    result = shoulders("add", "doi:10.5555/odd", "--yes", *FINISHED)
    assert result.exit_code == 0, result.output
    work = open_project(project).catalog.works[-1]
    assert {name: getattr(work, name) for name in fields} == fields


def test_likely_edges_are_the_works_of_the_catalog_that_it_cites(shoulders, served):
    cited = [{"title": "Doors: A Beginning", "externalIds": {}, "authors": [{"name": "Y. Shao"}]}]
    served.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply(invented.scholar(cited)))
    result = shoulders("add", ARXIV, "--dry-run")
    assert "likely edges, for it cites them: shao-2014-doors\n" in result.stderr


def test_topics_are_proposed_from_its_words(shoulders):
    assert "+  topics: [counting, doors]" in shoulders("add", ARXIV, "--dry-run").stdout.replace(
        "[doors, counting]", "[counting, doors]"
    )


def test_a_journal_that_is_new_comes_with_it(shoulders, project, served):
    item = invented.crossref()
    item["message"] |= {"type": "journal-article", "container-title": ["Journal of Doors"], "volume": "4"}
    served.answer("crossref", "10.5555/jd.4", Reply(item))
    served.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply({"externalIds": {}}))
    result = shoulders("add", "doi:10.5555/jd.4", "--yes", *FINISHED)
    assert result.exit_code == 0, result.output
    assert (
        "- id: journal-of-doors\n  kind: journal\n  name: Journal of Doors\n" in data(project)["venues.yaml"].decode()
    )
    assert data(project)["venues.yaml"].startswith(b"# Where works are published.\n")
    assert open_project(project).catalog.by_key["ashdown-etal-2025-gated"].venue == "journal-of-doors"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "axriv:2411.09998"), "did you mean 'arxiv:2411.09998'?"),
        (("add", ARXIV, "--key", "shao-2014-doors"), "expected a key that no work has, got 'shao-2014-doors'"),
        (("add", ARXIV, "--topic", "dors"), "expected a topic of data/topics.yaml, got 'dors' (did you mean 'doors'?)"),
        (("add", ARXIV, "--key", "Ashdown2025"), "--key: expected a key like"),
        (("add", ARXIV, "--file", "data/topics.yaml"), "expected data/papers.yaml or a .yaml file in data/papers/"),
        (("add", ARXIV, "--file", "../papers.yaml"), "expected data/papers.yaml or a .yaml file in data/papers/"),
        (("add",), "Missing argument 'IDENTIFIER'"),
    ],
)
def test_a_slip_on_the_command_line_is_told_before_anybody_is_asked(shoulders, project, served, arguments, message):
    before = data(project)
    result = shoulders(*arguments)
    assert result.exit_code == 2
    assert served.asked == []
    assert message in result.stderr
    assert data(project) == before


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (invented.ENTRY.replace("Imogen Ashdown", "and others"), "authors"),
        (invented.ENTRY.replace("2024-11-15", "2031-01-01"), ""),
        (re.sub(r"<published>.*</published>", "", invented.ENTRY), ""),
        (re.sub(r"(?s)<author>.*</author>", "", invented.ENTRY), "arXiv knows no preprint"),
        (invented.ENTRY.replace("Half-Open Doors", "Half-Open \u202eDoors &lt;script&gt;"), ""),
    ],
)
def test_odd_facts_are_never_written_without_check_saying_so(shoulders, project, served, entry, message):
    served.always["arxiv"] = Reply(invented.atom(entry), ATOM)
    for other in ("semanticscholar", "dblp"):
        served.always[other] = Reply({})
    before = data(project)
    result = shoulders("add", f"arxiv:{ARXIV}", "--yes", *FINISHED)
    assert not result.exception or isinstance(result.exception, SystemExit)
    assert message in result.stderr
    if result.exit_code:
        assert data(project) == before
    else:
        assert open_project(project)


def test_a_file_that_somebody_changed_meanwhile_is_not_overwritten(shoulders, project, monkeypatch):
    from shoulders.edit.workspace import Workspace

    checked = Workspace.problems_with

    def changed_meanwhile(self, files):
        (project / "data/papers.yaml").write_text(PAPERS + "# theirs\n", "utf-8")
        return checked(self, files)

    monkeypatch.setattr(Workspace, "problems_with", changed_meanwhile)
    result = shoulders("add", ARXIV, "--yes", *FINISHED)
    assert result.exit_code == 1
    assert "was changed meanwhile; nothing was written, please try again" in result.stderr
    assert (project / "data/papers.yaml").read_text("utf-8") == PAPERS + "# theirs\n"


def test_data_that_cannot_be_read_are_mended_first(shoulders, project):
    (project / "data/papers.yaml").write_bytes(b"\xff")
    result = shoulders("add", ARXIV, "--yes", *FINISHED)
    assert result.exit_code == 1
    assert "data/papers.yaml:1: expected text in UTF-8, got the byte 0xff" in result.stderr
    assert "the data cannot be read; mend that first" in result.stderr


def test_an_entry_may_go_into_a_file_of_its_own(shoulders, project):
    before = data(project)
    result = shoulders("add", ARXIV, "--yes", *FINISHED, "--file", "data/papers/new.yaml")
    assert result.stdout == "ashdown-etal-2025-gated: data/papers/new.yaml written\n", result.output
    after = data(project)
    assert after.pop("new.yaml").startswith(b"- key: ashdown-etal-2025-gated\n")
    assert after == before
    assert "ashdown-etal-2025-gated" in open_project(project).catalog.by_key


def test_problems_that_were_there_before_do_not_stop_it(shoulders, project):
    papers = project / "data/papers.yaml"
    papers.write_text(PAPERS.replace("topics: [doors]", "topics: [dors]"), "utf-8")
    assert shoulders("add", ARXIV, "--yes", *FINISHED).exit_code == 0
