"""`shoulders add`: one command from an identifier to an entry, and nothing half-done when something fails."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time

import pytest
from tests import services as invented
from tests.edit.conftest import PAPERS, data
from tests.services import ACL, ARXIV, ATOM, DOI, Reply

from shoulders.build import open_project

SUMMARY = ("--summary-en", "Counts behind doors. Then it opens them.", "--summary-zh", "先在门后数数，再把门打开。")
FINISHED = (*SUMMARY, "--topic", "doors", "--topic", "counting")


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


def test_where_sources_disagree_is_shown_and_prefer_takes_another(shoulders, project):
    told = "  pages: 101-115 (ACL Anthology); Crossref says 101-113\n"
    assert told in shoulders("add", ARXIV, "--dry-run").stderr
    result = shoulders("add", ARXIV, "--yes", *FINISHED, "--prefer", "crossref")
    assert result.exit_code == 0, result.output
    assert open_project(project).catalog.by_key["ashdown-etal-2025-gated"].pages == "101-113"
    assert "expected a source that answered (ACL Anthology, Crossref, arXiv), got 'dblb'" in shoulders(
        "add", "openreview:H0kvrQ9xyz", "--prefer", "dblb"
    ).stderr.replace("OpenReview", "ACL Anthology, Crossref, arXiv")


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


@pytest.mark.parametrize("asked", ["1410.9998", "arxiv:1410.9998v3"])
def test_a_work_that_is_there_is_shown_without_asking_anybody(shoulders, project, served, asked):
    before = data(project)
    result = shoulders("add", asked)
    assert result.exit_code == 0
    assert result.stdout == ("shao-2014-doors: Doors: a Beginning (2014) is in the catalog already: data/papers.yaml\n")
    assert served.asked == []
    assert data(project) == before


def test_a_work_that_is_there_under_its_title_is_shown_with_what_its_entry_lacks(shoulders, project, served):
    item = invented.crossref()
    item["message"] |= {"title": ["DOORS – A beginning!"], "author": [{"family": "Shao", "given": "Y."}]}
    item["message"]["DOI"] = "10.5555/doors"
    item["message"]["relation"] = {}
    served.answer("crossref", "10.5555/doors", Reply(item))
    before = data(project)
    result = shoulders("add", "doi:10.5555/doors", "--yes", *FINISHED)
    assert result.exit_code == 0
    assert "shao-2014-doors: Doors: a Beginning (2014) is in the catalog already" in result.stdout
    assert "its entry lacks doi 10.5555/doors; `shoulders update shao-2014-doors` adds that" in result.stderr
    assert data(project) == before


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
        (("add", ARXIV, "--topic", "dors"), "expected a topic of data/topics.yaml, got 'dors' (did you mean 'doors'?)"),
        (("add", ARXIV, "--key", "Ashdown2025"), "--key: expected a key like"),
        (("add", ARXIV, "--file", "data/topics.yaml"), "expected data/papers.yaml or a .yaml file in data/papers/"),
        (("add", ARXIV, "--file", "../papers.yaml"), "expected data/papers.yaml or a .yaml file in data/papers/"),
        (("add",), "Missing argument 'IDENTIFIER'"),
    ],
)
def test_a_slip_on_the_command_line_is_told_and_exits_with_2(shoulders, project, arguments, message):
    before = data(project)
    result = shoulders(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert data(project) == before


BAD: list[tuple[str, Reply, str]] = [
    ("arxiv", Reply("busy", "text/plain", 503), "has a fault of its own"),
    ("arxiv", Reply("<html><body>Sign in to the hotel</body></html>", "text/html"), "web page instead of data"),
    ("arxiv", Reply("<feed><entry>", ATOM), "sent what is no XML"),
    ("arxiv", Reply('<!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>', ATOM), "sent what is no XML"),
    ("arxiv", Reply(invented.atom(""), ATOM), "arXiv knows no preprint"),
    ("arxiv", Reply(b"x" * (9 << 20), ATOM), "sent more than 8 MB"),
]


@pytest.mark.parametrize(("service", "reply", "message"), BAD)
def test_when_the_source_fails_one_sentence_says_so_and_the_files_are_as_before(
    shoulders, project, served, service, reply, message
):
    before = data(project)
    served.always[service] = reply
    result = shoulders("add", f"arxiv:{ARXIV}", "--yes", *FINISHED)
    assert result.exit_code == 1
    assert result.stdout == ""
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("shoulders: ")
    assert message in last
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


def test_problems_that_were_there_before_do_not_stop_it(shoulders, project):
    papers = project / "data/papers.yaml"
    papers.write_text(PAPERS.replace("topics: [doors]", "topics: [dors]"), "utf-8")
    assert shoulders("add", ARXIV, "--yes", *FINISHED).exit_code == 0


WITHOUT_WAITING = (
    sys.executable,
    "-c",
    "import time; time.sleep = lambda _: None; from shoulders.cli import main; main(prog_name='shoulders')",
)


def at_its_terminal() -> None:
    """Make the terminal that of the process, so that Ctrl-C reaches it."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def conversation(command: list[str], environment: dict[str, str], answers: list[tuple[str, str]]) -> tuple[str, int]:
    """What a terminal shows while each question is answered in turn."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, preexec_fn=at_its_terminal
    )
    os.close(follower)
    shown, waiting, end = "", list(answers), time.monotonic() + 60
    while time.monotonic() < end:
        ready, _, _ = select.select([leader], [], [], 0.2)
        try:
            part = os.read(leader, 65536).decode("utf-8", "replace") if ready else ""
        except OSError:
            break
        shown += part
        if waiting and re.search(waiting[0][0], shown.rpartition("\n")[2]):
            os.write(leader, waiting.pop(0)[1].encode() + b"\n")
        elif not part and process.poll() is not None:
            break
    os.close(leader)
    assert not waiting, f"never asked: {waiting[0][0]}\n{shown}"
    return shown.replace("\r\n", "\n"), process.wait(timeout=30)


@pytest.fixture
def environment(served):
    return {**os.environ, **served.environment, "TERM": "dumb", "COLUMNS": "200"}


def test_at_a_terminal_it_asks_for_what_is_missing(project, served, environment):
    cited = [{"title": "Doors: A Beginning", "externalIds": {}, "authors": [{"name": "Y. Shao"}]}]
    served.answer("semanticscholar", f"paper/ARXIV:{ARXIV}", Reply(invented.scholar(cited)))
    command = [*WITHOUT_WAITING, "add", ARXIV, "--root", str(project)]
    shown, code = conversation(
        command,
        environment,
        [
            ("What the field calls it", "GaCo"),
            (r"Topics.*\[", "dors, counting"),
            (r"Topics.*\[", "doors, counting"),
            ("in English", "Counts behind doors. Then it opens them."),
            ("in Chinese", "先在门后数数，再把门打开。"),
            (r"Doors: a Beginning \(shao-2014-doors\)", "extend"),
            (r"Doors: a Beginning \(shao-2014-doors\)", "extends"),
            ("one sentence in English", "Takes the doors and counts."),
            ("same in Chinese", "拿来门，数一数。"),
            (r"Write it\? \[Y/n\]", ""),
        ],
    )
    assert code == 0, shown
    assert "got 'dors' (did you mean 'doors'?)" in shown
    assert "got 'extend' (did you mean 'extends'?)" in shown
    work = open_project(project).catalog.by_key["ashdown-etal-2025-gated"]
    assert (work.nickname, work.topics) == ("GaCo", ("doors", "counting"))
    assert (work.edges[0].to, work.edges[0].type, work.edges[0].why.zh) == (
        "shao-2014-doors",
        "extends",
        "拿来门，数一数。",
    )


def test_at_a_terminal_no_means_no_and_so_does_ctrl_c(project, environment):
    before = data(project)
    command = [*WITHOUT_WAITING, "add", ARXIV, "--root", str(project), *FINISHED]
    shown, code = conversation(command, environment, [("What the field", ""), (r"Write it\?", "n")])
    assert code == 1, shown
    assert "nothing was written" in shown
    shown, code = conversation(command, environment, [("What the field", "\x03")])
    assert code == 1
    assert "Aborted!" in shown
    assert data(project) == before
