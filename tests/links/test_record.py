"""The record of links that are not fine: what one more sighting makes of it, and the file that people read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import jsonschema
import pytest
from tests.builders import paper, write_data

from shoulders.links.record import FILE, Link, Record, Sighting, dump, is_copy, read, stale, updated, with_copies

A, B = "https://example.org/a", "https://example.org/b"
COPY = f"https://web.archive.org/web/20240109080706/{A}"
# What each of a row of sightings, `day finding`, makes of a link that was never asked for: `state since`.
ROWS = {
    "2 fine": "",
    "2 missing": "suspect 2",
    "2 missing, 2 missing": "suspect 2",
    "2 missing, 3 missing": "dead 2",
    "2 missing, 3 unsure": "suspect 2",
    "2 missing, 3 unsure, 4 missing": "dead 2",
    "2 missing, 3 fine": "",
    "2 missing, 3 fine, 4 missing": "suspect 4",
    "2 missing, 3 missing, 9 missing": "dead 2",
    "2 missing, 3 missing, 9 unsure": "dead 2",
    "2 missing, 3 missing, 9 fine": "",
    "3 missing, 2 missing": "suspect 3",
    "3 missing, 4 missing, 2 missing": "dead 3",
    "2 unsure": "unsure 2",
    "2 unsure, 5 unsure": "unsure 2",
    "2 unsure, 5 missing": "suspect 5",
    "2 unsure, 5 missing, 6 missing": "dead 5",
    "2 unsure, 5 fine": "",
}


def sighting(day, finding, said="why", address=A):
    why = "" if finding == "fine" else said
    return Sighting(address=address, at=datetime(2026, 1, day, 23, 59, tzinfo=UTC), finding=finding, said=why)


def link(state="dead", since="2026-01-02", said="why", **more):
    return Link(state=state, since=since, said=said, **more)


@pytest.mark.parametrize("row", ROWS)
def test_what_sightings_make_of_a_link(row):
    record = Record()
    for step in row.split(", "):
        day, finding = step.split()
        record = updated(record, {A: sighting(int(day), finding)}, [A], checked=None)
    found = record.links.get(A)
    state, _, day = ROWS[row].partition(" ")
    assert (found.state, found.since) == (state, f"2026-01-0{day}") if found else not state


def test_a_day_is_that_of_greenwich():
    late = datetime.fromisoformat("2026-01-02T23:30:00-05:00")
    assert Sighting(address=A, at=late, finding="fine").day == "2026-01-03"


def test_the_last_reason_is_kept_but_for_what_says_nothing():
    record = Record(links={A: link("suspect"), B: link("unsure")})
    seen = {A: sighting(3, "unsure", "busy"), B: sighting(3, "unsure", "busy", B)}
    after = updated(record, seen, [A, B], checked=None)
    assert (after.links[A].said, after.links[B].said) == ("why", "busy")


def test_what_was_not_asked_for_stays_and_what_stands_nowhere_goes():
    record = Record(checked="2026-01-01", links={A: link(), B: link("unsure")})
    assert updated(record, {}, [B], checked=None) == Record(checked="2026-01-01", links={B: link("unsure")})
    assert updated(record, {}, [B], checked="2026-01-05").checked == "2026-01-05"


def test_a_copy_stays_with_a_dead_link_until_it_is_fine():
    record = with_copies(Record(links={A: link()}), {A: COPY})
    again = updated(record, {A: sighting(9, "missing", "gone")}, [A], checked=None)
    assert again.links[A] == link(said="gone", archived=COPY)
    assert with_copies(again, {}).links[A].archived == COPY
    assert updated(again, {A: sighting(9, "fine")}, [A], checked=None).links == {}


@pytest.mark.parametrize(
    "archived",
    [
        "javascript:alert(1)",
        f"https://web.archive.org.example/web/20240109080706/{A}",
        f"https://web.archive.org/web/2024/{A}",
        f"https://web.archive.org/web/20240109080706/{B}",
        f"https://web.archive.org/web/20240109080706/{A}?",
        f"https://web.archive.org/web/２０２４0109080706/{A}",
        "",
    ],
)
def test_only_the_archive_s_copy_of_the_address_is_one(archived):
    assert not is_copy(archived, A)
    assert is_copy(COPY, A)


def test_the_file_is_sorted_small_and_reads_back(tmp_path):
    record = Record(checked="2026-01-05", links={B: link("unsure", said="b 忙"), A: link(archived=COPY)})
    text = dump(record)
    assert text == (
        '{\n "checked": "2026-01-05",\n "links": {\n'
        f'  "{A}": {{\n   "archived": "{COPY}",\n'
        '   "said": "why",\n   "since": "2026-01-02",\n   "state": "dead"\n  },\n'
        f'  "{B}": {{\n   "said": "b 忙",\n   "since": "2026-01-02",\n   "state": "unsure"\n  }}\n }}\n}}\n'
    )
    assert dump(Record()) == '{\n "links": {}\n}\n'
    (tmp_path / "data").mkdir()
    (tmp_path / FILE).write_text(text, "utf-8")
    assert read(tmp_path) == (record, [])
    jsonschema.validate(json.loads(text), Record.model_json_schema())


def test_without_a_file_nothing_is_known(tmp_path):
    assert read(tmp_path) == (Record(), [])


def good(**changed):
    """A record as JSON with one link changed."""
    return {"links": {A: {"state": "dead", "since": "2026-01-02", "said": "why", **changed}}}


LINE = f"{FILE}:3: links.{A}"
BAD = {
    "": f"{FILE}:1: expected JSON as shoulders writes it",
    "<<<<<<< main\n{}": f"{FILE}:1: expected JSON as shoulders writes it",
    json.dumps(good())[:-4]: f"{FILE}:1: expected JSON as shoulders writes it",
    "[]": f"{FILE}:1: expected a mapping, got a list",
    '{"links": []}': f"{FILE}:1: links: expected a mapping, got a list",
    '{"links": {}, "chekced": "2026-01-02"}': f"{FILE}:1: chekced: expected a known field, got another",
    '{"links": {}, "checked": "2026-1-2"}': f"{FILE}:1: checked: expected a day as YYYY-MM-DD, got '2026-1-2'",
    json.dumps(good(state="gone"), indent=1): f"{LINE}.state: expected 'suspect', 'dead' or 'unsure', got 'gone'",
    json.dumps(good(since="2026-02-30"), indent=1): f"{LINE}.since: expected a day as YYYY-MM-DD, got '2026-02-30'",
    json.dumps(good(since=None), indent=1): f"{LINE}.since: expected a text, got nothing",
    json.dumps(good(said=""), indent=1): f"{LINE}.said: expected a text, got an empty one",
    json.dumps(
        good(said="a\u202eb"), indent=1
    ): f"{LINE}.said: expected a text of at most 400 characters that all show",
    json.dumps(
        good(archived="https://example.org/"), indent=1
    ): f"{FILE}:1: expected a dead link's copy at https://web",
    json.dumps(good(archived=COPY, state="unsure"), indent=1): f"{FILE}:1: expected a dead link's copy at https://web",
    json.dumps(good(more=1), indent=1): f"{LINE}.more: expected a known field, got another",
    json.dumps(
        {"links": {"javascript:x": good()["links"][A]}}
    ): "expected an http or https address, got 'javascript:x'",
    '{"links": {"a": ' * 5000: f"{FILE}:1: expected JSON as shoulders writes it",
}


@pytest.mark.parametrize("text", BAD, ids=lambda text: text[:30])
def test_what_is_wrong_with_a_file_is_told_and_nothing_of_it_is_believed(tmp_path, text):
    (tmp_path / "data").mkdir()
    (tmp_path / FILE).write_text(text, "utf-8")
    record, problems = read(tmp_path)
    assert record == Record()
    assert [str(problem) for problem in problems if BAD[text] in str(problem)], problems
    assert all(len(str(problem)) < 400 for problem in problems)


def test_the_line_of_a_fault_is_that_of_its_own_link(tmp_path):
    (tmp_path / "data").mkdir()
    links = {A: good()["links"][A], f"{A}.pdf": {**good()["links"][A], "state": "gone"}}
    (tmp_path / FILE).write_text(json.dumps({"links": links}, indent=1), "utf-8")
    assert [problem.line for problem in read(tmp_path)[1]] == [8]


@pytest.mark.parametrize(("data", "said"), [(b"\xff{}", "expected text in UTF-8"), (b"{}\0", "a NUL byte")])
def test_a_file_that_is_no_text_is_told(tmp_path, data, said):
    (tmp_path / "data").mkdir()
    (tmp_path / FILE).write_bytes(data)
    ((problem,),) = [read(tmp_path)[1]]
    assert said in str(problem)


def test_a_folder_in_its_place_is_told(tmp_path):
    (tmp_path / FILE).mkdir(parents=True)
    ((problem,),) = [read(tmp_path)[1]]
    assert "expected a file, got a folder" in str(problem)


def test_what_stands_nowhere_any_more_is_told_at_its_line(tmp_path):
    write_data(tmp_path, papers=paper())
    longer = f"{A}{'/long' * 30}"
    (tmp_path / FILE).write_text(dump(Record(links={A: link(), longer: link(), f"{longer}/x": link()})), "utf-8")
    problems = [str(problem) for problem in stale(tmp_path, [f"{longer}/x", A, longer])]
    what = "expected an address that still stands somewhere (take it out, or run `shoulders links`), got"
    assert problems == [
        f"{FILE}:3: {what} '{A}'",
        f"{FILE}:8: {what} '{longer[:57]}...'",
        f"{FILE}:13: {what} '{longer[:57]}...'",
    ]
    assert stale(tmp_path, []) == []
