"""How `shoulders serve` follows changes of the files, and how it ends."""

from __future__ import annotations

import http.client
import shutil
import signal
import time
from pathlib import Path

import pytest
from tests.processes import Running, Served
from tests.site.conftest import make_project

from shoulders.serve import _Changes

TITLE = "Counting Words in the Dark"
PAGE = "/papers/ashdown-2009-counting/"


@pytest.fixture(scope="module")
def project(root, invented_root, tmp_path_factory):
    return make_project(root, invented_root, tmp_path_factory.mktemp("serve") / "project")


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        *(
            ("data/papers.yaml", True),
            ("docs/en/index.md", True),
            ("mkdocs.yml", True),
            ("tools/shoulders/cli.py", True),
        ),
        *(("site/index.html", False), (".cache/x", False), ("README.md", False), ("site.new/data/papers.yaml", False)),
        *(("data/.papers.yaml.swp", False), ("data/papers.yaml~", False), ("tools/__pycache__/a.py", False)),
    ],
)
def test_only_what_the_site_is_made_of_counts_as_a_change(tmp_path, path, counts):
    assert bool(_Changes(tmp_path).matters(str(tmp_path / path))) is counts
    assert not _Changes(tmp_path / "other").matters(str(tmp_path / path))


class Stream:
    """The numbers of builds that an open page hears of."""

    def __init__(self, served: Served) -> None:
        self.connection = http.client.HTTPConnection(served.host, served.port, timeout=60)
        self.connection.request("GET", "/~reload")
        self.answer = self.connection.getresponse()
        assert self.answer.getheader("Content-Type") == "text/event-stream"

    def next_after(self, number: int) -> int:
        """The next number that differs."""
        deadline = time.monotonic() + 60
        while (heard := int(self._line().removeprefix("data: "))) == number:
            assert time.monotonic() < deadline, "no build was heard of"
        return heard

    def _line(self) -> str:
        while not (line := self.answer.readline().decode().strip()):
            pass
        return line


def _replace(file: Path, old: str, new: str) -> None:
    """Save as many editors do: a hidden file beside it takes its place."""
    text = file.read_text("utf-8")
    assert old in text
    beside = file.with_name(f".{file.name}.tmp")
    beside.write_text(text.replace(old, new), "utf-8")
    beside.rename(file)


def test_it_follows_changes_and_keeps_the_old_site_when_one_is_broken(project, tmp_path):
    copied = shutil.copytree(project, tmp_path / "project", ignore=shutil.ignore_patterns("site*"))
    served, papers = Served(copied, 0), copied / "data/papers.yaml"
    try:
        stream = Stream(served)
        first = stream.next_after(-1)
        assert TITLE in served.ask(PAGE)[2]

        _replace(papers, TITLE, "Counting in Daylight")
        second = stream.next_after(first)
        assert "Counting in Daylight" in served.ask(PAGE)[2]

        papers.write_text(papers.read_text("utf-8").replace("year: 2009\n", "year: never\n"), "utf-8")
        served.running.wait_for(r"data/papers.yaml:\d+: ashdown-2009-counting: year: .*, got 'never'")
        served.running.wait_for("The build failed; the site stands as it was")
        assert "Counting in Daylight" in served.ask(PAGE)[2]

        papers.write_text(papers.read_text("utf-8").replace("year: never\n", "year: 2010\n"), "utf-8")
        third = stream.next_after(second)
        served.running.wait_for("pages in")
        third = max(third, stream.next_after(third))
        assert "2010" in served.ask("/papers.bib")[2]

        _replace(copied / "mkdocs.yml", "site_name: Shoulders", "site_name: Elbows")
        fourth = stream.next_after(third)
        assert " · Elbows</title>" in served.ask("/")[2]
        _replace(copied / "mkdocs.yml", "site_name: Elbows", "site_name: Knees")
        stream.next_after(fourth)
        assert " · Knees</title>" in served.ask("/")[2]

        assert served.running.end(signal.SIGINT, seconds=10) == 0, "also with a page open"
        told = "".join(served.running.printed)
        assert told.count("Changed: ") == 5, "each change is built once"
        assert told.count("Changed: 1 entry, to be seen now. Building the rest.") == 2, "what is sound at once"
        assert stream.answer.read().strip() == b""
    finally:
        served.running.close()
    assert served.running.left() == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_by_a_signal_also_while_it_builds(project, tmp_path, number):
    copied = shutil.copytree(project, tmp_path / "project", ignore=shutil.ignore_patterns("site*"))
    running = Running("serve", "--root", str(copied), "--port", "0")
    running.wait_for("check")
    start = time.monotonic()
    assert running.end(number) == 0
    assert time.monotonic() - start < 5
    assert running.printed[-1] == "Stopped.\n"
    assert "Traceback" not in "".join(running.printed)
    assert running.left(seconds=0.3) == [], "MkDocs, which would end by itself a moment later"


def test_it_ends_by_a_signal_in_the_moment_after_a_change(project, tmp_path):
    copied = shutil.copytree(project, tmp_path / "project", ignore=shutil.ignore_patterns("site*"))
    running = Served(copied, 0).running
    _replace(copied / "data/papers.yaml", TITLE, "Counting in Daylight")
    time.sleep(0.1)  # the change is known, and waits for others
    assert running.end(signal.SIGINT) == 0
    assert running.left() == []


def test_before_the_first_site_stands_it_says_so(project, tmp_path):
    copied = shutil.copytree(project, tmp_path / "project", ignore=shutil.ignore_patterns("site*"))
    papers = copied / "data/papers.yaml"
    good = papers.read_text("utf-8")
    papers.write_text("- nonsense\n", "utf-8")
    served = Served(copied, 0)
    try:
        status, _, text = served.ask("/")
        assert status == 404
        assert "There is no site yet" in text
        assert "/~reload" in text
        papers.write_text(good, "utf-8")
        served.running.wait_for("pages in")
        deadline = time.monotonic() + 5
        while served.ask("/")[0] != 200 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert served.ask("/")[0] == 200
    finally:
        served.running.close()
