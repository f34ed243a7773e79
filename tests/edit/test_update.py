"""`shoulders update`: preprints that were published since, and identifiers that an entry lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests import services as invented
from tests.builders import make_work
from tests.edit.conftest import data
from tests.services import ACL, ARXIV, ATOM, DOI, Reply

from shoulders.build import open_project
from shoulders.catalog import Catalog
from shoulders.edit.join import Account
from shoulders.edit.updating import changes
from shoulders.readers import Entry

PREPRINT = f"""
# Before the preprint.
- key: ashdown-etal-2024-gated
  kind: paper
  type: preprint   # not published yet
  title: "Gated Counting: a Study in Half-Open Doors"
  authors: [Imogen Ashdown, "van den Berk, Joris", Łucja Szy]
  year: 2024   # of the preprint
  first_public: 2024-11-15
  arxiv: "{ARXIV}"
  topics: [counting]
  summary:
    en: >-
      It counts
      doors.
    zh: 数门。
  edges:
    - {{to: shao-2014-doors, type: extends, why: {{en: It counts on., zh: 接着数。}}}}
  added: 2026-11-23
# After it.
"""


@pytest.fixture
def preprint(project):
    papers = project / "data/papers.yaml"
    papers.write_text(papers.read_text("utf-8") + PREPRINT, "utf-8")
    return project


def test_a_preprint_that_was_published_since_becomes_its_published_version(shoulders, preprint):
    before = (preprint / "data/papers.yaml").read_text("utf-8")
    result = shoulders("update", "ashdown-etal-2024-gated", "--yes")
    assert result.exit_code == 0, result.output
    assert "  type: inproceedings (was preprint)\n  year: 2025 (was 2024)\n  month: 7\n" in result.stdout
    assert result.stdout.endswith("1 updated, 0 up to date, 0 not looked up, 0 left alone\n")
    after = (preprint / "data/papers.yaml").read_text("utf-8")
    work = open_project(preprint).catalog.by_key["ashdown-etal-2024-gated"]
    assert (work.type, work.year, work.month, work.pages) == ("inproceedings", 2025, 7, "101-115")
    assert (work.doi, work.acl, work.arxiv, work.arxiv_class) == (DOI, ACL, ARXIV, "cs.CL")
    assert work.first_public == "2024-11-15"
    changed = {line for line in after.splitlines() if line not in before.splitlines()}
    kept = [line for line in after.splitlines() if line not in changed]
    lost = {line for line in before.splitlines() if line not in kept}
    assert lost == {"  type: preprint   # not published yet", "  year: 2024   # of the preprint"}
    assert "  type: inproceedings   # not published yet" in changed, "comments are a person's business"


def test_twice_is_once(shoulders, preprint):
    shoulders("update", "ashdown-etal-2024-gated", "--yes")
    before = data(preprint)
    result = shoulders("update", "ashdown-etal-2024-gated", "--yes")
    assert result.stdout == "0 updated, 1 up to date, 0 not looked up, 0 left alone\n"
    assert data(preprint) == before


def test_all_means_every_preprint_and_one_that_fails_stops_no_other(shoulders, preprint):
    before = (preprint / "data/papers.yaml").read_bytes()
    result = shoulders("update", "--all", "--yes")
    assert result.exit_code == 1
    assert "[1/2] shao-2014-doors\n" in result.stderr
    assert "has nothing at that address (404)" in result.stderr
    assert result.stdout.endswith("1 updated, 0 up to date, 1 not looked up, 0 left alone\n")
    assert (preprint / "data/papers.yaml").read_bytes() != before


def test_several_entries_of_one_file_are_brought_up_to_date_in_one_run(shoulders, preprint, served):
    entry = invented.ENTRY.replace(ARXIV, "1410.9998").replace("2024-11-15", "2014-10-15")
    entry = entry.replace("Gated Counting: a Study in\n  Half-Open Doors", "Doors: a Beginning")
    served.answer("arxiv", "1410.9998", Reply(invented.atom(entry), ATOM))
    result = shoulders("update", "ashdown-etal-2024-gated", "shao-2014-doors", "ashdown-etal-2024-gated", "--yes")
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("2 updated, 0 up to date, 0 not looked up, 0 left alone\n"), "each work once"
    works = open_project(preprint).catalog.by_key
    assert (works["ashdown-etal-2024-gated"].doi, works["shao-2014-doors"].arxiv_class) == (DOI, "cs.CL")


def test_a_problem_that_was_there_is_none_of_the_update_though_its_line_moves(shoulders, preprint):
    papers = preprint / "data/papers.yaml"
    again = "\n- key: oak-2015-hinges\n  kind: paper\n  type: preprint\n  title: Hinges\n  authors: [Peter Oak]\n"
    again += "  year: 2015\n  first_public: 2015\n  url: https://example.org/hinges\n  topics: [doors]\n"
    again += "  summary: {en: It hinges., zh: 合页。}\n  added: 2026-11-23\n"
    papers.write_text(
        papers.read_text("utf-8") + again + again.replace("oak-2015-hinges", "oak-2015-hinges-b"), "utf-8"
    )
    result = shoulders("update", "ashdown-etal-2024-gated", "--yes")
    assert result.exit_code == 0, result.output
    assert "hinges" not in result.stderr


def test_a_dry_run_shows_a_diff_and_writes_nothing(shoulders, preprint):
    before = data(preprint)
    result = shoulders("update", "ashdown-etal-2024-gated", "--dry-run")
    assert result.exit_code == 0
    assert "  year: 2025 (was 2024)" in result.stdout
    assert "\n-  year: 2024   # of the preprint\n+  year: 2025   # of the preprint\n" in result.stdout
    assert result.stdout.endswith("\n1 to update, 0 up to date, 0 not looked up, 0 left alone\n")
    assert data(preprint) == before


def registered(served, **message):
    """Let the published version be only at Crossref, where it says this; None takes a part out."""
    item = invented.crossref()
    item["message"] |= {name.replace("_", "-"): value for name, value in message.items()}
    item["message"] = {name: value for name, value in item["message"].items() if value is not None}
    served.answer("crossref", DOI, Reply(item))
    served.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply({"externalIds": {"DOI": DOI}}))


def test_what_only_the_preprint_had_goes_and_a_journal_that_is_new_comes(shoulders, preprint, served):
    papers = preprint / "data/papers.yaml"
    old = papers.read_text("utf-8")
    old = old.replace("  first_public: 2024", "  month: 11   # handed in\n  first_public: 2024")
    old = old.replace("  topics: [", "  venue: arxiv\n  topics: [")
    papers.write_text(old, "utf-8")
    (preprint / "data/venues.yaml").write_text("- {id: arxiv, kind: preprint, name: arXiv}\n", "utf-8")
    registered(
        served, type="journal-article", container_title=["Journal of Doors"], volume="4", page=None,
        published_online=None, issued={"date-parts": [[2025]]},
    )  # fmt: skip
    result = shoulders("update", "ashdown-etal-2024-gated", "--yes")
    assert result.exit_code == 0, result.output
    assert "  month: nothing (was 11)\n  venue: journal-of-doors (was arxiv)\n" in result.stdout
    catalog = open_project(preprint).catalog
    work = catalog.by_key["ashdown-etal-2024-gated"]
    assert (work.type, work.year, work.month, work.venue) == ("article", 2025, None, "journal-of-doors")
    assert catalog.venue["journal-of-doors"].name == "Journal of Doors"
    kept = old.replace("  month: 11   # handed in\n", "")
    assert [line for line in kept.splitlines() if line not in papers.read_text("utf-8").splitlines()] == [
        "  type: preprint   # not published yet",
        "  year: 2024   # of the preprint",
    ]


def test_another_title_is_taken_over_and_other_authors_are_left_to_a_person(shoulders, preprint, served):
    people = [{"family": "Ashdown", "given": "I."}, {"family": "Oak", "given": "Peter"}]
    registered(served, title=["Counting at the Gates"], author=people)
    result = shoulders("update", "ashdown-etal-2024-gated", "--yes")
    assert result.exit_code == 0, result.output
    assert f"  title: Counting at the Gates (was {invented.TITLE})\n" in result.stdout
    assert "  authors: it names I. Ashdown, Peter Oak; change them by hand\n" in result.stdout
    work = open_project(preprint).catalog.by_key["ashdown-etal-2024-gated"]
    assert (work.title, len(work.authors)) == ("Counting at the Gates", 3)


def test_a_retraction_is_written_down(shoulders, preprint, served):
    notice = {"DOI": "10.5555/n", "type": "retraction", "updated": {"date-parts": [[2026, 3, 7]]}}
    registered(served, updated_by=[notice], title=[f"WITHDRAWN: {invented.TITLE}"])
    result = shoulders("update", "ashdown-etal-2024-gated", "--yes")
    assert result.exit_code == 0, result.output
    assert "  retracted: 2026-03-07\n" in result.stdout
    assert "  it was retracted on 2026-03-07; read why at https://doi.org/10.5555/n\n" in result.stderr
    work = open_project(preprint).catalog.by_key["ashdown-etal-2024-gated"]
    assert work.retracted
    assert (work.retracted.date, work.retracted.url) == ("2026-03-07", "https://doi.org/10.5555/n")
    assert work.title == invented.TITLE


def test_with_an_older_preprint_comes_its_date(shoulders, project, served):
    papers = project / "data/papers.yaml"
    text = papers.read_text("utf-8").replace("type: preprint", "type: inproceedings\n  booktitle: Doors 2014")
    papers.write_text(text.replace('arxiv: "1410.9998"', "doi: 10.5555/doors"), "utf-8")
    relation = {"has-preprint": [{"id-type": "arxiv", "id": "1312.0007"}]}
    item = invented.crossref()
    item["message"] |= {"DOI": "10.5555/doors", "relation": relation}
    served.answer("crossref", "10.5555/doors", Reply(item))
    entry = invented.ENTRY.replace(ARXIV, "1312.0007").replace("2024-11-15", "2013-12-02")
    served.answer("arxiv", "1312.0007", Reply(invented.atom(entry), ATOM))
    result = shoulders("update", "shao-2014-doors", "--yes")
    assert result.exit_code == 0, result.output
    work = open_project(project).catalog.by_key["shao-2014-doors"]
    assert (work.arxiv, work.first_public, work.year) == ("1312.0007", "2013-12-02", 2014)


def test_a_published_version_of_no_year_changes_nothing_yet():
    work = make_work(arxiv="1003.0007", first_public="2010-03-04", url=None)
    entry = Entry(line=0, key="", type="article", title=work.title, container="Journal of Doors", doi="10.5555/doors")
    assert changes(Catalog(works=(work,)), work, Account(entry)).fields == {"doi": "10.5555/doors"}
    published = changes(Catalog(works=(work,)), work, Account(replace(entry, year=2011))).fields
    assert published == {"doi": "10.5555/doors", "type": "article", "year": 2011, "venue": "journal-of-doors"}


def test_what_has_no_identifier_cannot_be_looked_up(shoulders, project, served):
    papers = project / "data/papers.yaml"
    papers.write_text(papers.read_text("utf-8").replace('arxiv: "1410.9998"', "url: https://example.org/"), "utf-8")
    result = shoulders("update", "shao-2014-doors")
    assert result.exit_code == 1
    assert "  it has no identifier to ask for\n" in result.stderr
    assert served.asked == []


def test_what_check_would_not_take_is_left_alone(shoulders, preprint, served):
    item = invented.crossref()
    item["message"]["issued"] = {"date-parts": [[2019]]}
    served.answer("crossref", DOI, Reply(item))
    served.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply({"externalIds": {"DOI": DOI}}))
    before = data(preprint)
    result = shoulders("update", "ashdown-etal-2024-gated", "--yes")
    assert result.exit_code == 1
    assert "ashdown-etal-2024-gated: year: expected a year not before first_public" in result.stderr
    assert "  nothing was written, for the check would not pass\n" in result.stderr
    assert result.stdout.endswith("0 updated, 0 up to date, 0 not looked up, 1 left alone\n")
    assert data(preprint) == before


def test_of_a_published_work_only_what_it_lacks_is_added(shoulders, project, served):
    papers = project / "data/papers.yaml"
    papers.write_text(
        papers.read_text("utf-8").replace("type: preprint", "type: inproceedings\n  booktitle: Doors 2014"), "utf-8"
    )
    entry = invented.ENTRY.replace(ARXIV, "1410.9998").replace("2024-11-15", "2014-10-15")
    served.answer("arxiv", "1410.9998", Reply(invented.atom(entry), ATOM))
    served.answer("semanticscholar", "paper/ARXIV:1410.9998", Reply({"externalIds": {"DOI": DOI}}))
    result = shoulders("update", "shao-2014-doors", "--yes")
    assert result.exit_code == 0, result.output
    work = open_project(project).catalog.by_key["shao-2014-doors"]
    assert (work.doi, work.arxiv_class) == (DOI, "cs.CL")
    assert (work.year, work.booktitle, work.title) == (2014, "Doors 2014", "Doors: a Beginning")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "expected the keys of works, or --all, got neither"),
        (("shao-2014-doors", "--all"), "expected the keys of works, or --all, got both"),
        (("shao-2014-dors",), "got 'shao-2014-dors' (did you mean 'shao-2014-doors'?)"),
    ],
)
def test_a_slip_on_the_command_line_is_told(shoulders, arguments, message):
    result = shoulders("update", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
