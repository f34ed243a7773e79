"""`shoulders update`: preprints that were published since, and identifiers that an entry lacks."""

from __future__ import annotations

import pytest
from tests import services as invented
from tests.edit.conftest import data
from tests.services import ACL, ARXIV, ATOM, DOI, Reply

from shoulders.build import open_project

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


def test_a_dry_run_shows_and_writes_nothing(shoulders, preprint):
    before = data(preprint)
    result = shoulders("update", "ashdown-etal-2024-gated", "--dry-run")
    assert result.exit_code == 0
    assert "  year: 2025 (was 2024)" in result.stdout
    assert data(preprint) == before


def test_what_check_would_not_take_is_left_alone(shoulders, preprint, served):
    item = invented.crossref()
    item["message"]["issued"] = {"date-parts": [[2019]]}
    served.answer("crossref", DOI, Reply(item))
    served.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply({"externalIds": {"DOI": DOI}}))
    before = data(preprint)
    result = shoulders("update", "ashdown-etal-2024-gated", "--yes")
    assert "ashdown-etal-2024-gated: year: expected a year not before first_public" in result.stderr
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
