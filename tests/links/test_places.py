"""Every address that a page of the site leads to is known, and where it stands."""

from __future__ import annotations

import pypandoc
import pytest
from lxml import html
from tests.builders import paper, write_data

from shoulders import pages
from shoulders.citations import format_citations
from shoulders.links.places import added, find, of_page, strays
from shoulders.load import load_data
from shoulders.settings import load_settings
from shoulders.view import View


def outside(text: str) -> set[str]:
    """Where the links of HTML lead outside."""
    return {address for address in html.fromstring(text).xpath("//a/@href") if "://" in address}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_link_of_every_page_of_the_catalog_is_found(invented, invented_root, root, language):
    view = View(invented, load_settings(root), language, format_citations(invented, invented.works))
    shown = {address for page in pages.all_pages(view) for address in outside(f"<div>{page.body}</div>")}
    found = find(load_data(invented_root), invented_root)
    assert len(shown) > 30
    assert shown <= found.keys()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_link_of_our_own_pages_is_found_as_another_reader_of_markdown_sees_it(root, language):
    compared = 0
    for file in sorted((root / "docs" / language).rglob("*.md")):
        text = file.read_text("utf-8")
        seen = outside(f"<div>{pypandoc.convert_text(text, 'html', 'markdown-implicit_figures')}</div>")
        assert {address for address, _ in of_page(text)} == seen
        compared += len(seen)
    assert compared


def test_a_place_is_file_line_entry_and_field(tmp_path):
    work = paper(
        "shell-2011-b",
        title="Shells",
        arxiv="1101.0001",
        pdf="https://example.org/b.pdf",
        sources=["https://example.org/one", "https://example.org/two"],
        links=[{"label": {"en": "Talk", "zh": "报告"}, "url": "https://example.org/talk"}],
        retracted={"date": "2012", "note": {"en": "No.", "zh": "否。"}, "url": "https://example.org/why"},
    )
    person = "- {id: imogen-ashdown, name: Imogen Ashdown, orcid: 0000-0002-1825-0097, url: 'https://example.org/ia'}\n"
    venue = "- {id: conf, kind: conference, name: Conference, url: 'https://example.org/conf'}\n"
    write_data(tmp_path, papers=paper() + work, people=person, venues=venue)
    page = tmp_path / "docs/zh/deep/page.md"
    page.parent.mkdir(parents=True)
    page.write_text("# 页\n\n见[这里](https://example.org/two)。\n", "utf-8")
    found = find(load_data(tmp_path), tmp_path)
    lines = {
        address: [f"{place.path}:{place.line}: {place.id}: {place.field}" for place in places]
        for address, places in found.items()
    }
    assert lines == {
        "https://arxiv.org/abs/1101.0001": ["data/papers.yaml:21: shell-2011-b: arxiv"],
        "https://example.org/": [
            "data/papers.yaml:8: ashdown-2010-dark: url",
            "data/papers.yaml:18: shell-2011-b: url",
        ],
        "https://example.org/b.pdf": ["data/papers.yaml:22: shell-2011-b: pdf"],
        "https://example.org/conf": ["data/venues.yaml:1: conf: url"],
        "https://example.org/ia": ["data/people.yaml:1: imogen-ashdown: url"],
        "https://example.org/one": ["data/papers.yaml:23: shell-2011-b: sources[1]"],
        "https://example.org/talk": ["data/papers.yaml:24: shell-2011-b: links[1].url"],
        "https://example.org/two": [
            "data/papers.yaml:23: shell-2011-b: sources[2]",
            "docs/zh/deep/page.md:3: : ",
        ],
        "https://example.org/why": ["data/papers.yaml:25: shell-2011-b: retracted.url"],
        "https://orcid.org/0000-0002-1825-0097": ["data/people.yaml:1: imogen-ashdown: orcid"],
    }
    assert list(found) == sorted(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[a](https://example.org/a)\n\n<https://example.org/b>",
            {"https://example.org/a": 1, "https://example.org/b": 3},
        ),
        ("One\n\n[two][t]\n\n[t]: https://example.org/t", {"https://example.org/t": 5}),
        ("![p](https://example.org/p.png)", {"https://example.org/p.png": 1}),
        ('x <a href="https://example.org/?a=1&amp;b=2">y</a>', {"https://example.org/?a=1&b=2": 1}),
        ("[w](https://example.org/w_(x))", {"https://example.org/w_(x)": 1}),
        ("[z](https://example.org/词)", {"https://example.org/%E8%AF%8D": 1}),
        ("`https://example.org/code`\n\n```yaml\nurl: <https://example.org/c>\n```\n\n    <https://example.org/d>", {}),
        ("- one\n\n    ~~~ yaml\n    url: <https://example.org/e>\n    ~~~\n", {}),
        ("https://example.org/only-a-text", {}),
        ("[a](../papers/) [b](#c) [d](mailto:e@example.org) [f](javascript:alert%281%29)", {}),
        ("[a](https://user:pass@example.org/) [b](https://) [c](https://example.org:99999/)", {}),
    ],
)
def test_what_a_page_leads_to(text, expected):
    assert dict(of_page(text)) == expected


def test_an_address_is_of_the_day_on_which_its_first_work_was_added(tmp_path):
    write_data(tmp_path, papers=paper(added="2024-05-06") + paper("b-2010-c", title="B", added="2024-05-05"))
    (places,) = find(load_data(tmp_path), tmp_path).values()
    assert (len(places), added(places), added(())) == (2, "2024-05-05", "")


def test_strays_are_those_that_neither_the_catalog_nor_a_page_has(tmp_path):
    write_data(tmp_path, papers=paper())
    (tmp_path / "docs/en").mkdir(parents=True)
    (tmp_path / "docs/en/a.md").write_text("<https://example.org/page>", "utf-8")
    asked = ["https://example.org/page", "https://example.org/gone", "https://example.org/"]
    assert strays(asked, load_data(tmp_path), tmp_path) == ["https://example.org/gone"]
    assert strays([], load_data(tmp_path), tmp_path) == []
