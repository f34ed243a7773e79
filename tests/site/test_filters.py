"""Filters of the page of all works: the works that remain, and what every choice says it would leave."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import pytest
from lxml import html
from tests.site.browsing import box, remaining, says, shown

ADDRESSES = [
    "?q=bert",
    "?q=LUKASZ+kaiser",
    "?q=Łukasz",
    "?q=jurgen",
    "?q=JÜRGEN",
    "?q=何恺明",
    "?q=预训练",
    "?q=vaswani-etal-2017-attention",
    "?q=annual meeting association computational",
    "?kind=book,course",
    "?topic=attention-and-memory",
    "?topic=attention,sequence-to-sequence",
    "?venue=acl,emnlp",
    "?from=2014&to=2016",
    "?list=plm-papers,roots",
    "?demo=1",
    "?topic=attention&venue=neurips,iclr&from=2015&q=a",
    "?kind=paper&list=plm-papers&demo=1&to=2018",
    "?q=no+such+work",
    "?topic=attention&topic=memory",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_works_that_fit_remain(real, catalog, address):
    page = real.open(f"papers/{address}")
    expected = remaining(catalog, address.replace("topic=attention&topic=memory", "topic=attention,memory"))
    says(page, f"^{len(expected)} of {len(catalog.works)} works$")
    assert set(shown(page)) == expected
    assert real.errors == []


@pytest.mark.parametrize(
    "address", ["?q=bert", "?topic=attention-and-memory&to=2018", "?venue=acl&list=plm-papers", "?sort=title"]
)
def test_every_choice_says_how_many_works_it_would_leave(real, catalog, address):
    page = real.open(f"papers/{address}")
    says(page, r"\d works$" if "sort" in address else " of ")
    asked = {name: values[0] for name, values in parse_qs(address[1:]).items() if name != "sort"}
    boxes = page.locator(".sh-facets input").evaluate_all(
        "boxes => boxes.map((box) => [box.name, box.value, Number(box.labels[0].lastElementChild.textContent)])"
    )
    assert len(boxes) > 100
    for name, value, count in boxes:
        several = name in ("topic", "list") and asked.get(name)  # these narrow each other down; kinds and venues add up
        wanted = {**asked, name: f"{asked[name]},{value}" if several else value}
        address = "&".join(f"{key}={val}" for key, val in wanted.items())
        assert count == len(remaining(catalog, address)), (name, value)
    for name in ("from", "to"):
        for option in page.locator(f"[name={name}] option").all_inner_texts():
            year, left = re.findall(r"\d+", option)
            address = "&".join(f"{key}={val}" for key, val in {**asked, name: year}.items())
            assert int(left) == len(remaining(catalog, address)), option


def test_the_counts_of_the_page_itself_are_those_of_the_whole_catalog(real_site, catalog):
    page = html.parse(str(real_site / "papers/index.html"))
    boxes = page.findall('.//section[@id="filters"]//input')
    for found in boxes:
        count = int(found.getparent().findtext('span[@class="sh-count"]'))
        assert count == len(remaining(catalog, f"{found.get('name')}={found.get('value')}")), found.get("value")
    for name in ("from", "to"):
        for option in page.findall(f'.//select[@name="{name}"]/option'):
            year, left = re.findall(r"\d+", option.text)
            assert int(left) == len(remaining(catalog, f"{name}={year}"))


def test_a_choice_leaves_what_its_count_said(real):
    page = real.open("papers/")
    for name, value in (("topic", "vision"), ("kind", "paper"), ("venue", "cvpr")):
        count = box(page, name, value).locator("xpath=..").locator(".sh-count").inner_text()
        box(page, name, value).check()
        says(page, f"^{count} of ")
