"""Where the archive has a copy: what is asked, and how little of the answer is believed."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from tests.links.web import copy

from shoulders.fetch import FetchError
from shoulders.links.archive import PATIENCE, copies_of, copy_of

PAGE = "https://example.org/a?b=c&d=%2F"


def test_the_copy_nearest_to_a_day_is_asked_for(archive, client):
    archive.archived[PAGE] = copy()
    assert copy_of(client(), PAGE, "2024-01-02") == f"https://web.archive.org/web/20240109080706/{PAGE}"
    (asked,) = archive.asked
    assert parse_qs(urlsplit(asked.removeprefix("GET ")).query) == {"url": [PAGE], "timestamp": ["20240102"]}


def test_without_a_day_the_latest_is(archive, client):
    archive.archived[PAGE] = copy("20250304050607")
    assert copy_of(client(), PAGE) == f"https://web.archive.org/web/20250304050607/{PAGE}"
    assert "timestamp" not in archive.asked[0]


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "text",
        7,
        {},
        {"archived_snapshots": None},
        {"archived_snapshots": []},
        {"archived_snapshots": {}},
        {"archived_snapshots": {"closest": None}},
        {"archived_snapshots": {"closest": [copy()]}},
        copy(available=False),
        copy(available="true"),
        copy(status="404"),
        copy(status=None),
        copy(timestamp=None),
        copy(timestamp=20240109080706),
        copy(timestamp="2024"),
        copy(timestamp="20240109080706/../evil"),
        copy(timestamp="２０２４0109080706"),
        copy(timestamp="20240109080706\n"),
    ],
)
def test_an_odd_answer_is_no_copy(archive, client, answer):
    archive.archived[PAGE] = answer
    assert copy_of(client(), PAGE) is None


@pytest.mark.parametrize("answer", [b"<!doctype html><p>Busy", b"", b"{", b"\xff"])
def test_an_answer_that_is_no_json_is_none(archive, client, answer):
    archive.archived[PAGE] = answer
    with pytest.raises(FetchError):
        copy_of(client(), PAGE)


def test_the_address_of_a_copy_is_never_the_answer_s(archive, client):
    archive.archived[PAGE] = copy(url="javascript:alert(1)")
    assert copy_of(client(), PAGE) == f"https://web.archive.org/web/20240109080706/{PAGE}"


def test_many_are_asked_for_and_what_has_none_is_left_out(archive, client):
    pages = [f"https://example.org/{name}" for name in "abc"]
    archive.archived |= {pages[0]: copy(), pages[1]: b"<html>", pages[2]: copy("20250304050607")}
    said: list[str] = []
    found = copies_of(dict.fromkeys([*pages, "https://example.org/d"], ""), client(), said.append)
    assert found == {
        pages[0]: f"https://web.archive.org/web/20240109080706/{pages[0]}",
        pages[2]: f"https://web.archive.org/web/20250304050607/{pages[2]}",
    }
    assert [line.startswith(f"no archived copy was looked for: {pages[1]}: 127.0.0.1 sent") for line in said] == [True]


def test_an_archive_that_answers_now_and_then_is_asked_to_the_end(archive, client):
    pages = [f"https://example.org/{number}" for number in range(2 * PATIENCE + 1)]
    archive.archived |= {page: copy() if number % PATIENCE == 0 else b"<html>" for number, page in enumerate(pages)}
    assert copies_of(dict.fromkeys(pages, ""), client(), lambda _: None).keys() == {*pages[::PATIENCE]}


def test_an_archive_that_does_not_answer_is_left_alone(archive, client):
    pages = [f"https://example.org/{number}" for number in range(PATIENCE + 2)]
    archive.archived |= dict.fromkeys(pages, b"<html>")
    said: list[str] = []
    assert copies_of(dict.fromkeys(pages, ""), client(), said.append) == {}
    assert len(archive.asked) == PATIENCE
    assert [line.count(page) for line, page in zip(said, pages, strict=True)] == [1] * len(pages)
