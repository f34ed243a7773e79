"""However a service misbehaves, `add` says so in one sentence and every data file is byte for byte what it was."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import pytest
from tests import services as invented
from tests.edit.conftest import FINISHED, data
from tests.fetch.servers import Behaviour, Server, dripping, flood, head, leads_to, raw, reply, silent
from tests.services import ARXIV, ATOM, Reply

from shoulders.build import open_project
from shoulders.fetch import Client, opening
from shoulders.fetch import client as client_module

GOOD = reply(body=Reply(invented.atom(invented.ENTRY)).bytes, kind=ATOM)
SECONDS = 3.0
MB = 1 << 20


def page(body: str, kind: str = ATOM) -> Behaviour:
    """A body of this type."""
    return reply(body=body.encode(), kind=kind)


GROWING = "".join(f"<!ENTITY e{number} '&e{number - 1};&e{number - 1};'>" for number in range(1, 30))
BOMB = f"<!DOCTYPE x [<!ENTITY e0 'ha'>{GROWING}]><feed>&e29;</feed>"
BAD: dict[str, tuple[Behaviour, str]] = {
    "429 with Retry-After": (reply(429, "Retry-After: 1"), "has been asked too often"),
    "429 with a Retry-After beyond all patience": (reply(429, "Retry-After: 86400"), "has been asked too often"),
    "429 without": (reply(429), "has been asked too often"),
    "500": (reply(500), "has a fault of its own"),
    "silence": (silent, "does not answer"),
    "a slow drip": (dripping(head(200, [f"Content-Type: {ATOM}"])), f"took longer than {SECONDS:.0f} s"),
    "a truncated body": (raw(head(200, ["Content-Length: 900"]) + b"<feed>"), "broke off"),
    "another type": (reply(body=b"%PDF-1.7 nothing", kind="application/pdf"), "sent what is no XML"),
    "a page for robots": (page("<html><body>Are you a robot?</body></html>", "text/html"), "web page instead of data"),
    "200 MB": (flood(head(200, [f"Content-Type: {ATOM}"]), b" " * 65536, 200 * MB), "sent more than 8 MB"),
    "redirects in a circle": (leads_to("/round"), "leads from page to page without an end"),
    "a redirect to loopback": (leads_to("https://127.0.0.1/"), "which is no public https address"),
    "XML that does not end": (page("<feed><entry>"), "sent what is no XML"),
    "entities that grow": (page(BOMB), "sent what is no XML"),
    "nothing": (page(""), "sent what is no XML"),
    "nothing found": (page(invented.atom("")), "arXiv knows no preprint"),
    "a feed of odd shape": (page("<feed><entry><title/><author/><published>soon</published></entry></feed>"), "arXiv"),
}


@pytest.fixture
def misbehaving(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """What stands at arXiv's address; the client has little patience and does not wait."""
    server = Server()
    monkeypatch.setattr(client_module, "PATIENCE", 0.1)
    yield server
    server.close()


@pytest.fixture
def add(shoulders, misbehaving, monkeypatch: pytest.MonkeyPatch):
    """`shoulders add` of a preprint."""
    monkeypatch.setenv("SHOULDERS_ARXIV_URL", f"{misbehaving.origin}/query")
    hasty = functools.partial(Client, sleep=lambda _: None, seconds=SECONDS)
    monkeypatch.setattr(opening, "Client", hasty)
    return lambda what=f"arxiv:{ARXIV}": shoulders("add", what, "--yes", *FINISHED)


@pytest.mark.parametrize("case", BAD)
def test_every_file_is_as_before_and_one_sentence_says_why(add, project, misbehaving, case):
    behaviour, message = BAD[case]
    misbehaving.always(behaviour)
    before = data(project)
    result = add()
    assert result.exit_code == 1
    assert result.stdout == ""
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("shoulders: ")
    assert message in last
    assert data(project) == before


@pytest.mark.parametrize("first", [reply(500), reply(429, "Retry-After: 1"), silent, raw(b"")])
def test_what_passes_on_a_second_try_is_added(add, project, misbehaving, first):
    misbehaving.always(first, GOOD)
    assert add().exit_code == 0
    assert "ashdown-etal-2025-gated" in open_project(project).catalog.by_key


JSON = {
    "no JSON": b'{"message": ',
    "a web page": b"<!doctype html><title>Sign in</title>",
    "nulls": b'{"message": null}',
    "lists for texts and texts for lists": b'{"message": {"title": {"x": 1}, "author": "A", "issued": [1], "type": 7}}',
    "nothing but depth": b"[" * 100_000,
}


@pytest.mark.parametrize("case", JSON)
def test_json_of_odd_shape_changes_nothing(add, project, misbehaving, monkeypatch, case):
    monkeypatch.setenv("SHOULDERS_CROSSREF_URL", f"{misbehaving.origin}/works")
    misbehaving.always(reply(body=JSON[case]))
    before = data(project)
    result = add("doi:10.5555/cil.2031.7")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stderr.strip().splitlines()[-1].startswith("shoulders: ")
    assert data(project) == before
