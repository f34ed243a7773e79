"""The commands at a terminal: they ask for what no source can tell, and no means no."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import subprocess
import termios
import time

import pytest
from tests import services as invented
from tests.edit.conftest import FINISHED, WITHOUT_WAITING, data
from tests.services import ARXIV, DOI, Reply

from shoulders.build import open_project


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
    if waiting:
        process.kill()
    code = process.wait(timeout=30)
    assert not waiting, f"never asked: {waiting[0][0]}\n{shown}"
    return shown.replace("\r\n", "\n"), code


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


SAID = (("in English", "Counts behind doors. Then it opens them."), ("in Chinese", "先在门后数数，再把门打开。"))


def registered(served, **message) -> None:
    """Let Crossref say this of doi:10.5555/odd; None takes a part out."""
    item = invented.crossref()
    item["message"] |= {"DOI": "10.5555/odd", "relation": {}, "reference": []}
    item["message"] |= {name.replace("_", "-"): value for name, value in message.items()}
    item["message"] = {name: value for name, value in item["message"].items() if value is not None}
    served.answer("crossref", "10.5555/odd", Reply(item))


def test_a_chinese_title_is_asked_for_in_pinyin_which_gives_the_key(project, served, environment):
    people = project / "data/people.yaml"
    people.write_text("- id: yan-shao\n  name: Shao, Yan\n  native: 邵砚\n", "utf-8")
    people = [{"family": "邵", "given": "砚"}, {"family": "Elm", "given": "Rosa"}]
    registered(served, title=["门的研究"], author=people, language="zh")
    shown, code = conversation(
        [*WITHOUT_WAITING, "add", "doi:10.5555/odd", "--root", str(project)],
        environment,
        [
            ("in pinyin", "Men de yanjiu"),
            ("title in English", "A Study of Doors"),
            ("What the field", ""),
            ("Topics", "doors"),
            *SAID,
            (r"Write it\? \[Y/n\]", ""),
        ],
    )
    assert code == 0, shown
    work = open_project(project).catalog.by_key["shao-elm-2025-men"]
    assert work.translated
    assert (work.title, work.romanised, work.translated.en) == ("门的研究", "Men de yanjiu", "A Study of Doors")


def test_what_the_type_requires_is_asked_for(project, served, environment):
    registered(served, type="journal-article", container_title=None, author=None, title=["Doors"])
    shown, code = conversation(
        [*WITHOUT_WAITING, "add", "doi:10.5555/odd", "--root", str(project)],
        environment,
        [
            ("Authors in the printed order", "Joris van den Berk; King, Jr., Martin"),
            ("The journal", "Journal of Doors"),
            ("What the field", ""),
            ("Topics", "doors"),
            *SAID,
            (r"Write it\? \[Y/n\]", "y"),
        ],
    )
    assert code == 0, shown
    work = open_project(project).catalog.by_key["vandenberk-king-2025-doors"]
    assert [author.name for author in work.authors] == ["Joris van den Berk", "Martin King Jr."]
    assert work.venue == "journal-of-doors"


def test_the_year_of_a_book_and_its_publisher_are_asked_for(project, served, environment):
    book = invented.openlibrary()
    del book["ISBN:9787111593737"]["publish_date"], book["ISBN:9787111593737"]["publishers"]
    served.answer("openlibrary", "ISBN:9787111593737", Reply(book))
    command = [*WITHOUT_WAITING, "add", "isbn:978-7-111-59373-7", "--root", str(project)]
    answers = [
        ("Of which year", "soon"),
        ("Of which year", "2019"),
        ("The publisher", "Imagined Press"),
        ("What the field", ""),
        ("Topics", "doors"),
        *SAID,
        (r"Write it\?", ""),
    ]
    shown, code = conversation(command, environment, answers)
    assert code == 0, shown
    assert "expected a year like 2019, got 'soon'" in shown
    work = open_project(project).catalog.by_key["elm-2019-counting"]
    assert (work.publisher, work.isbn, work.first_public) == ("Imagined Press", "978-7-111-59373-7", "2019")


@pytest.mark.parametrize(("answer", "written"), [("", True), ("n", False)], ids=["yes", "no"])
def test_what_an_entry_lacks_can_be_written_at_once(project, served, environment, answer, written):
    relation = {"has-preprint": [{"id-type": "arxiv", "id": "1410.9998"}]}
    registered(served, author=[{"family": "Shao", "given": "Yan"}], relation=relation)
    before = data(project)
    command = [*WITHOUT_WAITING, "add", "doi:10.5555/odd", "--root", str(project)]
    shown, code = conversation(command, environment, [(r"Write it\? \[Y/n\]", answer)])
    assert code == (0 if written else 1), shown
    assert "shao-2014-doors: Doors: a Beginning (2014) is in the catalog already" in shown
    work = open_project(project).catalog.by_key["shao-2014-doors"]
    assert (work.doi, work.year) == (("10.5555/odd", 2025) if written else (None, 2014))
    assert (data(project) == before) is not written


def test_update_asks_for_each_entry_and_goes_on_after_a_no(project, served, environment):
    papers = project / "data/papers.yaml"
    second = (
        f"\n- key: ashdown-2024-gated\n  kind: paper\n  type: preprint\n  title: {invented.TITLE!r}\n  year: 2024\n"
    )
    second += f"  authors: [Imogen Ashdown]\n  first_public: 2024-11-15\n  arxiv: '{ARXIV}'\n  topics: [counting]\n"
    second += "  summary: {en: It counts., zh: 数数。}\n  added: 2026-11-23\n"
    papers.write_text(papers.read_text("utf-8") + second, "utf-8")
    entry = invented.ENTRY.replace(ARXIV, "1410.9998").replace("2024-11-15", "2014-10-15")
    entry = entry.replace("Gated Counting: a Study in\n  Half-Open Doors", "Doors: a Beginning")
    served.answer("arxiv", "1410.9998", Reply(invented.atom(entry), invented.ATOM))
    command = [*WITHOUT_WAITING, "update", "--all", "--root", str(project)]
    shown, code = conversation(command, environment, [(r"Write it\?", "n"), (r"Write it\?", "y")])
    assert code == 1, shown
    assert "  arxiv_class: cs.CL\n" in shown
    assert shown.endswith("1 updated, 0 up to date, 0 not looked up, 1 left alone\n")
    works = open_project(project).catalog.by_key
    assert (works["shao-2014-doors"].arxiv_class, works["ashdown-2024-gated"].doi) == (None, DOI)


def test_the_end_of_input_ends_it(project, environment):
    before = data(project)
    command = [*WITHOUT_WAITING, "add", ARXIV, "--root", str(project), *FINISHED]
    shown, code = conversation(command, environment, [("What the field", "\x04")])
    assert code == 1, shown
    assert "Aborted!" in shown
    assert data(project) == before
