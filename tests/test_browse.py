"""The catalog as data for the page of all works, and citations for the selection: pieces that hold all, each once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.builders import make_work

from shoulders import browse, pages
from shoulders.addresses import Place
from shoulders.browse import Browse
from shoulders.catalog import Catalog
from shoulders.citations import STYLE_NAMES, format_citations
from shoulders.settings import load_settings
from shoulders.view import View


@pytest.fixture(scope="module")
def views(invented: Catalog, root: Path) -> dict[str, View]:
    cited = format_citations(invented, invented.works)
    return {language: View(invented, load_settings(root), language, cited) for language in ("en", "zh")}


@pytest.fixture(params=["en", "zh"])
def page(request: pytest.FixtureRequest, views: dict[str, View], monkeypatch: pytest.MonkeyPatch) -> Browse:
    monkeypatch.setattr(browse, "IN_PIECE", 7)
    monkeypatch.setattr(browse, "CITED_IN_PIECE", 4)
    return Browse(views[request.param])


def read(files: list[tuple[str, str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The last file, which names the others, and the others by address without `?v=`."""
    parsed = {address: json.loads(text) for address, text in files}
    return parsed.pop(files[-1][0]), parsed


def test_the_pieces_hold_every_work_once_in_the_order_of_the_keys(page, invented):
    index, pieces = read(list(page.files()))
    assert [f"data/{piece['file'].split('?')[0]}" for piece in index["pieces"]] == list(pieces)
    keys = [key for columns in pieces.values() for key in columns["key"]]
    assert keys == sorted(invented.by_key)
    assert [piece["from"] for piece in index["pieces"]] == keys[::7]
    assert index["count"] == len(keys)
    for columns in pieces.values():
        assert {len(column) for column in columns.values()} == {len(columns["key"])}
        for place, key in enumerate(columns["key"]):
            work = invented.by_key[key]
            assert columns["title"][place] == work.title
            assert set(columns["topics"][place].split()) <= set(index["topics"])
            assert columns["venue"][place] in (*index["venues"], "")


def test_the_orders_are_those_of_date_title_and_first_author(page, invented):
    _, pieces = read(list(page.files()))
    places = {
        name: dict(
            sorted(
                (order, key)
                for columns in pieces.values()
                for order, key in zip(columns[name], columns["key"], strict=True)
            )
        )
        for name in ("order", "title_order", "author_order")
    }
    assert list(places["order"].values()) == [work.key for work in invented.chronological]
    assert all(list(found) == list(range(len(invented.works))) for found in places.values())
    nobody = [not invented.credits[key] for key in places["author_order"].values()]
    assert nobody == sorted(nobody), "works without authors come last"


def test_former_keys_are_named(page, invented):
    index, _ = read(list(page.files()))
    assert index["former"] == invented.aliases


def test_everybody_is_found_in_both_scripts(page, invented):
    _, pieces = read(list(page.files()))
    for columns in pieces.values():
        for place, key in enumerate(columns["key"]):
            text = columns["by"][place] + columns["also"][place]
            for credit in invented.credits[key]:
                assert credit.name.display in text
                assert credit.name.native in text


def test_an_address_of_a_piece_changes_with_its_content(views, page):
    before = {piece["file"] for piece in read(list(page.files()))[0]["pieces"]}
    other = Browse(views["zh" if page.view.language == "en" else "en"])
    assert before.isdisjoint(piece["file"] for piece in read(list(other.files()))[0]["pieces"])
    assert before == {piece["file"] for piece in read(list(Browse(page.view).files()))[0]["pieces"]}


def test_citations_are_cut_where_italics_begin_and_end(page, invented):
    index, pieces = read(list(page.citation_files()))
    assert list(index["files"]) == list(STYLE_NAMES)
    for style, files in index["files"].items():
        columns = [pieces[f"data/{file.split('?')[0]}"] for file in files]
        assert index["from"] == [column["key"][0] for column in columns]
        found = {key: parts for column in columns for key, parts in zip(column["key"], column["text"], strict=True)}
        assert list(found) == sorted(invented.by_key)
        for key, parts in found.items():
            citation = page.view.citations[key][style]
            assert "".join(parts) == citation.plain
            assert len(parts[1::2]) == citation.html.count("<em>")


def test_years_say_how_many_works_lie_on_either_side(page, invented):
    for year in page.years:
        dates = [int(work.first_public[:4]) for work in invented.works]
        assert year.since == sum(date >= year.number for date in dates)
        assert year.until == sum(date <= year.number for date in dates)
        assert year.count == dates.count(year.number)


@pytest.mark.parametrize(
    ("title", "sorted_as"),
    [
        ("The Elements", "elements"),
        ("A Study", "study"),
        ("“An Idea”", 'idea"'),
        ("Anchors", "anchors"),
        ("Über", "uber"),
    ],
)
def test_titles_are_sorted_without_articles_and_quotes(title, sorted_as):
    assert browse.title_key(make_work(title=title)) == sorted_as


def test_an_empty_catalog_has_a_page(root):
    view = View(Catalog(), load_settings(root), "en")
    assert [address for address, _ in Browse(view).files()] == ["data/works.json"]
    text = pages.fragment(view, "browse", Place("en", "papers/"))
    assert re.search("0 works", text)
