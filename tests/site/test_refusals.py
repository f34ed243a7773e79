"""Every text that the catalog takes is in the catalog that means harm; every other field refuses it."""

from __future__ import annotations

import copy
import re
from pathlib import Path

import pytest
from tests.site import hostile
from tests.site.hostile import IMAGE

from shoulders.load import load_data
from shoulders.model import Person, ReadingList, Record, Topic, Venue, Work
from shoulders.rules import check

RECORDS: dict[str, type[Record]] = {
    "papers": Work,
    "people": Person,
    "venues": Venue,
    "topics": Topic,
    "lists": ReadingList,
}


def told(root: Path) -> set[tuple[str, str]]:
    """The files and fields in which `check` finds problems."""
    return {(problem.path, re.sub(r"\[\d+\]", "", problem.field)) for problem in check(load_data(root))}


def test_every_text_field_holds_harm_or_refuses_it(tmp_path):
    whole = hostile.catalog()
    files = {name: entries[:2] for name, entries in whole.items()}
    for name, model in RECORDS.items():
        for way in hostile.leaves(model):
            if any(IMAGE in value for entry in whole[name] for value in hostile.values(entry, way)):
                continue
            changed = copy.deepcopy(files)
            entry = changed[name][1]
            assert hostile.put(entry, way, IMAGE)
            hostile.write(tmp_path / "data", changed)
            assert (f"data/{name}.yaml", ".".join(way)) in told(tmp_path), f"{name}: {way} takes {IMAGE}"


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,<script>alert(1)</script>", "vbscript:x"),
        *("//evil.example", "/x", "file:///etc/passwd", "https:evil.example", "https://user:pass@example.org/"),
        *('https://example.org/"onmouseover="x', "https://example.org/<b>", "https://example.org/a b", "https://"),
        *("https://example.org/\\x", "java\tscript:alert(1)", "https://example.org/\u202e", "https://exämple.org/"),
    ],
)
def test_every_field_for_an_address_refuses_what_is_none(tmp_path, address):
    files = hostile.catalog()
    ways = [(name, way) for name, model in RECORDS.items() for way in hostile.leaves(model)]
    found = [(name, way) for name, way in ways if way[-1] in ("url", "pdf", "code", "sources")]
    assert len(found) == 8
    for name, way in found:
        assert hostile.put(files[name][0], way, address)
    hostile.write(tmp_path / "data", files, escaped=True)
    assert {(f"data/{name}.yaml", ".".join(way)) for name, way in found} <= told(tmp_path)


@pytest.mark.parametrize("character", "\u202e\u2066\u200b\ufeff\u2028\u00ad\u0085\x1b\x00\x7f")
def test_characters_that_hide_are_refused_in_every_text(tmp_path, character):
    files = hostile.catalog()
    spoilt = set()
    for name, model in RECORDS.items():
        for way in hostile.leaves(model):
            if any(IMAGE in value for value in hostile.values(files[name][0], way)):
                assert hostile.put(files[name][0], way, f"a{character}中b")
                spoilt.add((f"data/{name}.yaml", ".".join(way)))
    assert len(spoilt) > 50
    hostile.write(tmp_path / "data", files, escaped=True)
    assert spoilt <= told(tmp_path)
