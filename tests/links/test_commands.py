"""`shoulders links` as a person, a pipe and a workflow see it: two days, records, exit codes, interruptions."""

from __future__ import annotations

import json
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import time

import pytest
from tests.links.web import copy, make_project
from tests.processes import Running

from shoulders.build import open_project
from shoulders.links import commands
from shoulders.links.record import FILE, Link, Record, dump, read
from shoulders.problems import ProblemsError

KEY = "ashdown-2010-dark"


def record(root):
    """The record of a project, which has to be sound."""
    found, problems = read(root)
    assert problems == []
    return found


def states(root):
    """What is known of each link that is not fine, by its last word."""
    return {address.rsplit("/", 1)[1]: (link.state, link.since) for address, link in record(root).links.items()}


def test_what_is_missing_on_two_days_is_dead_and_has_a_copy(tmp_path, web, archive, links, clock):
    gone, here = web("/gone", 410), web("/here")
    archive.archived[gone] = copy()
    project = make_project(tmp_path, gone, here)
    first = links(project)
    assert (first.exit_code, states(project)) == (0, {"gone": ("suspect", "2026-01-02")})
    assert "2 links: 1 fine, 0 dead, 1 suspect, 0 cannot tell\n" in first.stderr
    clock.later(hours=10)
    assert links(project).exit_code == 0, "the same day says nothing new"
    clock.later(days=7)
    again = links(project)
    archived = f"https://web.archive.org/web/20240109080706/{gone}"
    assert again.exit_code == 1
    assert record(project) == Record(
        checked="2026-01-09",
        links={
            gone: Link(
                state="dead",
                since="2026-01-02",
                said="127.0.0.1 has nothing at that address (410)",
                archived=archived,
            )
        },
    )
    assert again.stdout == (
        f"data/papers.yaml:11: {KEY}: sources[1]: dead since 2026-01-02: {gone} "
        f"(127.0.0.1 has nothing at that address (410)); archived copy: {archived}\n"
    )
    shutil.rmtree(project / ".cache")
    assert links(project).exit_code == 1
    (asked,) = archive.asked
    assert "timestamp=20240102" in asked, "near the day on which the work was added"


def test_a_dead_link_stays_dead_until_it_answers(tmp_path, web, links, clock):
    gone = web("/gone", 404)
    project = make_project(tmp_path, gone, web("/here"))
    for _ in range(3):
        last = links(project)
        clock.later(days=7)
    assert last.exit_code == 1
    assert "no archived copy is known" in last.stdout
    web("/gone", 403)
    assert links(project).exit_code == 1, "who will not tell clears nothing"
    web("/gone", 200)
    cleared = links(project)
    assert (cleared.exit_code, cleared.stdout, states(project)) == (0, "", {})
    assert f"fine again: {gone}\n" in cleared.stderr


def test_who_will_not_tell_is_no_fault_and_is_recorded(tmp_path, web, links):
    closed, plain = web("/closed", 403), "http://10.0.0.1/page"
    result = links(make_project(tmp_path, closed, plain, web("/head", {"HEAD": 405})))
    assert (result.exit_code, states(tmp_path)) == (
        0,
        {"closed": ("unsure", "2026-01-02"), "page": ("unsure", "2026-01-02")},
    )
    assert result.stdout.splitlines() == [
        f"data/papers.yaml:11: {KEY}: sources[1]: cannot tell since 2026-01-02: {closed} "
        "(127.0.0.1 does not answer programs (403))",
        f"data/papers.yaml:11: {KEY}: sources[2]: cannot tell since 2026-01-02: {plain} (plain http is not asked)",
    ]
    assert "3 links: 1 fine, 0 dead, 0 suspect, 2 cannot tell" in result.stderr


def test_links_of_pages_are_asked_for_too(tmp_path, web, links):
    project = make_project(tmp_path, web("/here"), page=f"# About\n\nSee [this]({web('/gone', 404)}).\n")
    assert links(project).stdout.startswith("docs/en/about.md:3: missing on 2026-01-02, and dead when it is missing on")


def test_we_say_who_we_are(tmp_path, web, links):
    project = make_project(tmp_path, web("/here"))
    settings = project / "mkdocs.yml"
    settings.write_text(settings.read_text() + 'extra: {contact: "邮箱 a@example.org\\n"}\n', "utf-8")
    assert links(project).exit_code == 0
    (agent,) = web.agents
    assert re.fullmatch(r"shoulders/[\d.]+ \(\+https://shoulders\.example\.org/;  a@example\.org\)", agent)


class TestChoosing:
    def test_addresses_that_are_named_are_asked_for_alone(self, tmp_path, web, links, clock):
        gone, other = web("/gone", 404), web("/other", 404)
        project = make_project(tmp_path, gone, other, web("/here"))
        assert links(project, gone).exit_code == 0
        assert states(project) == {"gone": ("suspect", "2026-01-02")}
        assert record(project).checked is None, "only a run of all is one"
        clock.later(days=1)
        assert (links(project, web.base + "/here").exit_code, links(project, gone).exit_code) == (0, 1)
        named = links(project, web.base + "/here")
        assert (named.exit_code, named.stdout) == (0, ""), "what was not named is no matter"
        assert not any("other" in line for line in web.asked)

    def test_one_that_is_fine_makes_no_record(self, tmp_path, web, links):
        assert links(make_project(tmp_path, web("/here")), web.base + "/here").exit_code == 0
        assert not (tmp_path / FILE).exists()

    def test_an_address_that_nobody_has_is_a_wrong_call(self, tmp_path, web, links):
        result = links(make_project(tmp_path, web("/here")), f"{web.base}/heer", "\x1b[31m")
        assert (result.exit_code, web.asked) == (2, [])
        said = " ".join(result.stderr.split())
        assert f"got '{web.base}/heer' (did you mean '{web.base}/here'?)" in said
        assert r"got '\x1b[31m'" in said
        assert not (tmp_path / FILE).exists()

    @pytest.mark.parametrize(("option", "value"), [("--jobs", "0"), ("--jobs", "65"), ("--jobs", "x")])
    def test_a_wrong_number_of_jobs_is_a_wrong_call(self, tmp_path, web, links, option, value):
        assert links(make_project(tmp_path, web("/here")), option, value).exit_code == 2

    def test_an_environment_that_names_no_address_is_a_wrong_call(self, tmp_path, web, links, monkeypatch):
        monkeypatch.setenv("SHOULDERS_ACL_URL", "no\x1baddress")
        result = links(make_project(tmp_path, web("/here")))
        assert result.exit_code == 2
        assert "SHOULDERS_ACL_URL: expected an address" in result.stderr
        assert "\x1b" not in result.stderr


class TestWriting:
    def test_a_dry_run_asks_and_writes_nothing(self, tmp_path, web, links):
        project = make_project(tmp_path, web("/gone", 404), web("/here"))
        result = links(project, "--dry-run")
        assert "missing on 2026-01-02" in result.stdout
        assert not (project / FILE).exists()
        asked = list(web.asked)
        assert links(project).exit_code == 0
        assert (web.asked, states(project)) == (asked, {"gone": ("suspect", "2026-01-02")}), "what it learnt is used"

    def test_a_corrupt_record_is_told_and_left_alone(self, tmp_path, web, links):
        project = make_project(tmp_path, web("/here"))
        (project / FILE).write_text('{"links": {', "utf-8")
        result = links(project)
        assert (result.exit_code, web.asked) == (1, [])
        assert f"{FILE}:1: expected JSON as shoulders writes it" in result.stderr
        assert (project / FILE).read_text("utf-8") == '{"links": {'

    def test_one_that_somebody_changed_meanwhile_is_left_alone(self, tmp_path, web, links, monkeypatch):
        project = make_project(tmp_path, web("/gone", 404))
        learn = commands._learn

        def meanwhile(*arguments, **options):
            (project / FILE).write_text(dump(Record(checked="2025-01-01")), "utf-8")
            return learn(*arguments, **options)

        monkeypatch.setattr(commands, "_learn", meanwhile)
        result = links(project)
        assert result.exit_code == 1
        assert "was changed meanwhile; nothing was written" in result.stderr
        assert record(project) == Record(checked="2025-01-01")

    def test_a_record_of_what_stands_nowhere_is_told_by_check_and_taken_out_by_a_run(self, tmp_path, web, links):
        here = web("/here")
        project = make_project(tmp_path, here)
        old = Link(state="dead", since="2026-01-01", said="why")
        (project / FILE).write_text(dump(Record(links={"https://example.org/old": old})), "utf-8")
        with pytest.raises(ProblemsError, match=r"still stands somewhere \(take it out, or run `shoulders links`\)"):
            open_project(project)
        result = links(project, here)
        assert (result.exit_code, result.stderr) == (
            0,
            "127.0.0.1: 1 fine\n1 link: 1 fine, 0 dead, 0 suspect, 0 cannot tell\n",
        )
        assert record(project) == Record()
        assert open_project(project).links == Record()

    def test_when_no_host_answers_nothing_is_written(self, tmp_path, links, monkeypatch):
        monkeypatch.setenv("SHOULDERS_ACL_URL", "http://127.0.0.1:9")
        result = links(make_project(tmp_path, "https://192.0.2.1/a", "http://10.0.0.1/"))
        assert (result.exit_code, result.stdout) == (1, "")
        assert "no host answers; check your connection. Nothing was written" in result.stderr
        assert not (tmp_path / FILE).exists()

    def test_when_the_first_hosts_are_all_silent_the_others_are_not_waited_for(self, tmp_path, web, links, monkeypatch):
        monkeypatch.setattr(commands, "SILENT", 3)
        hosts = [f"https://10.0.0.{number}/a" for number in range(1, 6)]
        result = links(make_project(tmp_path, *hosts, web("/here")), "--jobs", "1")
        assert result.exit_code == 1
        assert "no host answers" in result.stderr
        assert web.asked == []

    def test_one_host_that_answers_is_enough_to_go_on(self, tmp_path, web, links, monkeypatch):
        monkeypatch.setattr(commands, "SILENT", 3)
        hosts = [f"https://10.0.0.{number}/a" for number in range(1, 6)]
        result = links(make_project(tmp_path, *hosts, web("/a"), web("/b")), "--jobs", "1")
        assert result.exit_code == 0, "the host with most links comes first"
        assert len(states(tmp_path)) == 1
        assert len(record(tmp_path).links) == 5

    def test_a_record_that_cannot_be_read_is_told(self, tmp_path, web, links):
        project = make_project(tmp_path, web("/here"))
        (project / FILE).symlink_to(project / FILE)
        result = links(project)
        assert (result.exit_code, web.asked) == (1, [])
        assert f"{FILE}:1: expected a readable file" in result.stderr

    def test_a_catalog_without_links_is_fine(self, tmp_path, links):
        result = links(make_project(tmp_path))
        assert (result.exit_code, record(tmp_path).checked) == (0, "2026-01-02")
        assert "0 links: 0 fine" in result.stderr

    def test_problems_of_the_data_stop_it(self, tmp_path, web, links):
        project = make_project(tmp_path, web("/here"))
        (project / "data/papers.yaml").write_text("- {key: x}\n", "utf-8")
        result = links(project)
        assert (result.exit_code, web.asked) == (1, [])
        assert "nothing was written" in result.stderr


class TestInterruption:
    @pytest.fixture
    def slow(self, tmp_path, web):
        """A project on one host that is asked some times a second, and the names of its links."""
        names = [f"{number:02}" for number in range(9)]
        return make_project(tmp_path, *(web(f"/{name}", 404 * (name == "03") or 200) for name in names)), names

    def asked(self, web):
        return [line.rsplit("/", 1)[1] for line in web.asked if line.startswith("HEAD")]

    def wait_for(self, condition):
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def test_ctrl_c_ends_it_and_the_next_run_goes_on(self, slow, web):
        project, names = slow
        running = Running("links", "--root", str(project))
        self.wait_for(lambda: len(self.asked(web)) >= 5)
        assert running.end(signal.SIGINT) == 130
        assert running.printed == ["stopped; nothing was written; within a day the next run goes on from here\n"]
        assert running.left() == []
        assert not (project / FILE).exists()
        first = self.asked(web)
        next_run = Running("links", "--root", str(project))
        assert next_run.wait(60) == 0
        assert re.match(r"\d+ of 9 links were asked for within the last day\n", next_run.printed[0])
        later = self.asked(web)[len(first) :]
        assert first + later[1:] == names or first + later == names, "at most the one that was under way comes twice"
        assert {*states(project)} == {"03"}
        assert not (project / ".cache/shoulders/links.jsonl").exists()

    def test_after_a_day_or_with_again_all_are_asked_anew(self, slow, web, links, clock):
        project, names = slow
        dry = links(project, "--dry-run")
        assert dry.exit_code == 0
        clock.later(hours=23)
        assert links(project, "--dry-run").exit_code == 0
        assert self.asked(web) == names
        links(project, "--dry-run", "--again")
        assert self.asked(web) == names * 2
        clock.later(hours=24)
        links(project, "--dry-run")
        assert self.asked(web) == names * 3

    def test_what_was_seen_yesterday_counts_for_yesterday(self, slow, links, clock):
        project, _ = slow
        links(project, "--dry-run")
        clock.later(hours=20)
        links(project)
        assert states(project) == {"03": ("suspect", "2026-01-02")}
        assert record(project).checked == "2026-01-03"

    def test_who_did_not_answer_is_asked_again(self, tmp_path, web, links):
        project = make_project(tmp_path, web("/here"), "https://192.0.2.1/silent")
        links(project, "--dry-run")
        kept = (project / ".cache/shoulders/links.jsonl").read_text("utf-8").split()
        assert [json.loads(line)["address"] for line in kept] == [f"{web.base}/here"]

    def test_killed_at_any_moment_the_record_is_whole(self, tmp_path, web):
        gone = web("/gone", 404)
        project = make_project(tmp_path, gone, web("/here"))
        command = [sys.executable, "-m", "shoulders", "links", "--root", str(project)]
        old = Record(checked="2026-01-01", links={gone: Link(state="suspect", since="2026-01-01", said="why")})
        for delay in sorted(random.Random(6).uniform(0.3, 1.8) for _ in range(5)):
            (project / FILE).write_text(dump(old), "utf-8")
            with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                time.sleep(delay)
                process.kill()
            assert record(project).links[gone].state in ("suspect", "dead")
        assert subprocess.run(command, capture_output=True, check=False).returncode == 1
        assert record(project).links[gone].state == "dead"


class TestTelling:
    def test_a_pipe_gets_a_line_for_each_host_that_is_done(self, tmp_path, web, other_web, links):
        sources = [web("/a"), web("/b", 404), web("/c", 403), other_web("/d")]
        result = links(make_project(tmp_path, *sources), "--jobs", "1")
        assert result.stderr.splitlines()[:2] == [
            "127.0.0.1: 1 fine, 1 missing, 1 cannot tell",
            "127.0.0.2: 1 fine",
        ]
        assert "\x1b" not in result.output

    def test_a_terminal_gets_a_bar_on_standard_error(self, tmp_path, web):
        project = make_project(tmp_path, web("/a"), web("/b"), web("/c", 404))
        ours, theirs = pty.openpty()
        with subprocess.Popen(
            [sys.executable, "-m", "shoulders", "links", "--root", str(project)], stdout=subprocess.PIPE, stderr=theirs
        ) as process:
            os.close(theirs)
            shown = b""
            try:
                while part := os.read(ours, 4096):
                    shown += part
            except OSError:  # how a terminal says that nobody writes any more
                pass
            os.close(ours)
            assert process.stdout
            assert process.stdout.read().count(b"\n") == 1
        assert process.returncode == 0
        text = shown.decode()
        assert "3/3" in text
        assert "127.0.0.1" in text
        assert text.endswith("3 links: 2 fine, 0 dead, 1 suspect, 0 cannot tell\r\n")
