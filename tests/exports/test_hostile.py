"""Text that means harm, in every field of every type: the independent readers still see the same works."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import pytest
import rispy
from tests.exports.builders import HOSTILE, flat, hostile, invented
from tests.exports.readers import decoded, pandoc_cited, pandoc_items, read_bibtex, run_biber, run_bibtex, straight

from shoulders import machine
from shoulders.exports import FORMATS, feed, papers_json

# NFC leaves the ligature alone, BibTeX spells it out.
LIGATURE = str.maketrans({"ﬁ": "fi"})
LIVE = ("\\write18", "\\input")


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def poison(request):
    return request.param


def test_bibtex_reads_it_without_a_warning(poison, tmp_path):
    works = hostile(poison)
    text = FORMATS["bibtex"].render(invented(*works), works)
    warnings, bibliography = run_bibtex(text, "plain", tmp_path)
    assert warnings == ["warning$ -- 0"]
    assert bibliography.count(r"\bibitem") == len(works)
    assert not any(command in text + bibliography for command in LIVE)


def test_biber_reads_it_without_a_warning(poison, tmp_path):
    works = hostile(poison)
    assert run_biber(FORMATS["biblatex"].render(invented(*works), works), tmp_path) == []


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_pybtex_reads_back_what_was_written(poison, form):
    works = hostile(poison)
    entries = read_bibtex(FORMATS[form].render(invented(*works), works)).entries
    assert list(entries) == [work.key for work in works]
    meant = straight(flat(poison))
    for work in works:
        fields = entries[work.key].fields
        for name in ("title", "series", "publisher", "school", "address", "location"):
            if name in fields and not (work.language == "zh" and name == "title"):
                assert decoded(fields[name]).translate(LIGATURE) == meant.translate(LIGATURE), name
        if work.authors:
            first = entries[work.key].persons["author"][0]
            assert decoded(str(first)).translate(LIGATURE) == meant.translate(LIGATURE)
            assert len(entries[work.key].persons["author"]) == len(work.authors)


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_pandoc_sees_the_same_works(poison, form):
    works = hostile(poison)
    items = pandoc_items(FORMATS[form].render(invented(*works), works), form)
    assert list(items) == [work.key for work in works]
    for work in works:
        assert len(items[work.key].get("author", [])) == len(work.authors)
        if work.url:
            assert items[work.key]["URL"] == work.url


def test_ris_holds_no_injected_line(poison):
    works = hostile(poison)
    records = rispy.loads(FORMATS["ris"].render(invented(*works), works))
    assert [record["id"] for record in records] == [work.key for work in works]
    for work, record in zip(works, records, strict=True):
        assert record["title"] == flat(poison)
        assert "unknown_tag" not in record
        assert len(record.get("authors", [])) == len(work.authors)


def test_csl_holds_the_text_as_it_is_and_pandoc_cites_it(poison, tmp_path):
    works = hostile(poison)
    text = FORMATS["csl"].render(invented(*works), works)
    assert [item["title"] for item in json.loads(text)] == [flat(poison)] * len(works)
    cited = pandoc_cited(text, tmp_path)
    assert len(cited.strip().split("\n\n")) == len(works)


def test_feed_is_well_formed(poison):
    works = hostile(poison)
    text = feed.render(invented(*works), "en", "https://example.org/", poison, subtitle=poison)
    root = ET.fromstring(text)  # noqa: S314 - our own text
    titles = [
        entry.findtext("{http://www.w3.org/2005/Atom}title")
        for entry in root.iter("{http://www.w3.org/2005/Atom}entry")
    ]
    assert titles == [flat(poison)] * len(works)


def test_json_holds_the_text(poison):
    works = hostile(poison)
    document = json.loads(papers_json.render(invented(*works)))
    assert [work["title"] for work in document["works"]] == [poison] * len(works)


def test_page_metadata_holds_the_text_and_no_script_ends_early(poison):
    works = hostile(poison)
    catalog = invented(*works)
    for work in works:
        assert dict(machine.highwire(catalog, work, "https://example.org/"))["citation_title"] == flat(poison)
        script = machine.json_script(machine.json_ld(catalog, work, "https://example.org/", "en"))
        assert not set("<>&\u2028\u2029") & set(script)
        assert json.loads(script)["name"] == flat(poison)


@pytest.mark.parametrize("shown", FORMATS.values(), ids=FORMATS)
def test_an_identifier_cannot_break_out(shown):
    """Past the model's checks: even then no address, DOI or id ends its entry."""
    evil = "https://x.org/}\n@misc{evil,\nER  - \nTY  - JOUR\n"
    works = tuple(
        work.model_copy(update={"url": evil, "doi": "10.1/}{\\x", "arxiv": "1}2", "arxiv_class": "{", "pdf": evil})
        for work in invented().works
    )
    text = shown.render(invented(*works), works)
    if shown.suffix.endswith(".bib"):
        assert len(read_bibtex(text).entries) == len(works)
    elif shown.suffix == ".ris":
        assert len(rispy.loads(text)) == len(works)
    else:
        assert len(json.loads(text)) == len(works)
