"""Every internal link, anchor, picture, script and style of the built site resolves, from any sub-path."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from lxml import etree, html

ROOT = "http://site.test/sub/path/"
ATTRIBUTES = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "iframe": "src"}
POINTING_AWAY = ("canonical", "alternate")


def _pages(site: Path) -> dict[str, etree._ElementTree]:
    return {path.relative_to(site).as_posix(): html.parse(str(path)) for path in site.rglob("*.html")}


def _broken(site: Path) -> list[str]:
    pages = _pages(site)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    anchors = {name: {e.get("id") for e in page.iter() if e.get("id")} for name, page in pages.items()}
    broken = []
    for name, page in pages.items():
        if name.endswith("404.html"):
            continue  # served at any depth, so its addresses are absolute; the browser tests open it
        here = ROOT + name.removesuffix("index.html")
        for element in page.iter(*ATTRIBUTES):
            address = element.get(ATTRIBUTES[element.tag])
            if not address or (element.tag == "link" and element.get("rel").strip() in POINTING_AWAY):
                continue
            target, anchor = urldefrag(urljoin(here, address))
            if not target.startswith(ROOT):
                if target.startswith("http://site.test"):
                    broken.append(f"{name}: {address} leaves the site's folder")
                continue
            file = unquote(target.removeprefix(ROOT).partition("?")[0])  # what follows is for the page's script
            file = file + "index.html" if not file or file.endswith("/") else file
            if file not in files:
                broken.append(f"{name}: {address}")
            elif anchor and unquote(anchor) not in anchors.get(file, set()):
                broken.append(f"{name}: no anchor {address}")
    return broken


@pytest.mark.parametrize("site", ["real_site", "invented_site"])
def test_every_internal_link_and_anchor_resolves(site, request):
    assert _broken(request.getfixturevalue(site)) == []


def test_a_broken_link_would_be_found(tmp_path):
    (tmp_path / "index.html").write_text(
        '<p id="here"><a href="nowhere/">x</a> <a href="#gone">y</a> <a href="/up">z</a>'
    )
    assert _broken(tmp_path) == [
        "index.html: nowhere/",
        "index.html: no anchor #gone",
        "index.html: /up leaves the site's folder",
    ]


def test_ids_are_unique_on_each_page(real_site, invented_site):
    for site in (real_site, invented_site):
        for name, page in _pages(site).items():
            ids = [element.get("id") for element in page.iter() if element.get("id")]
            assert len(ids) == len(set(ids)), f"{name}: {sorted(i for i in ids if ids.count(i) > 1)[:3]}"


def test_no_markup_names_another_origin(real_site):
    """Nothing is loaded from elsewhere: links lead away, but scripts, styles, pictures and frames never do."""
    for name, page in _pages(real_site).items():
        for element in page.iter("script", "img", "iframe", "source", "link", "object", "embed", "video", "audio"):
            for attribute in ("src", "href", "data", "srcset"):
                address = element.get(attribute) or ""
                if element.tag == "link" and element.get("rel").strip() in POINTING_AWAY:
                    continue
                assert "//" not in address, f"{name}: <{element.tag} {attribute}={address}>"
