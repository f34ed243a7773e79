"""Every page has a picture for those to whom its link is sent, and icons; each of these files is there."""

from __future__ import annotations

import struct
from pathlib import Path
from urllib.parse import urljoin

import pytest
from lxml import html
from tests.site.kinds import file_of, pages_of_each_kind

from shoulders.model import LANGUAGES
from shoulders.settings import load_settings

PICTURE = {"og:image:type": "image/png", "og:image:width": "1200", "og:image:height": "630"}


def _properties(file: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in html.parse(str(file)).iterfind(".//meta"):
        found.setdefault(meta.get("property") or meta.get("name") or "", []).append(meta.get("content"))
    return found


def _size(png: bytes) -> tuple[int, ...]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack_from(">II", png, 16)


@pytest.fixture(scope="module")
def site_url(root):
    return load_settings(root).site_url


def test_every_kind_of_page_names_one_picture_that_stands_in_its_language(real_site, site_url):
    for path in pages_of_each_kind(real_site):
        if path.endswith("404.html"):
            continue
        found = _properties(file_of(real_site, path))
        ((picture,), (alt,), (card,)) = (found[name] for name in ("og:image", "og:image:alt", "twitter:card"))
        language = "zh/" if path.startswith("zh/") else ""
        assert picture.startswith(f"{site_url}{language}og/"), path
        assert _size((real_site / picture.removeprefix(site_url)).read_bytes()) == (1200, 630), path
        assert {name: found[name] for name in PICTURE} == {name: [value] for name, value in PICTURE.items()}
        assert alt, path
        assert card == "summary_large_image"


def test_a_work_has_its_own_picture_and_other_pages_that_of_the_site(real_site, site_url):
    key = "vaswani-etal-2017-attention"
    for language in LANGUAGES:
        folder = "" if language == "en" else f"{language}/"
        work = _properties(real_site / folder / f"papers/{key}/index.html")
        assert work["og:image"] == [f"{site_url}{folder}og/{key}.png"]
        assert work["og:image:alt"][0].startswith("Attention Is All You Need · Ashish Vaswani, Noam Shazeer")
        assert work["og:image:alt"][0].count("NeurIPS 2017") == 1
        assert _properties(real_site / folder / "index.html")["og:image"] == [f"{site_url}{folder}og/site.png"]
        made = {path.stem for path in (real_site / folder / "og").iterdir()}
        pages = {path.name for path in (real_site / folder / "papers").iterdir() if path.is_dir()}
        assert made == pages | {"site"}


def test_pictures_weigh_little_and_no_page_loads_one(real_site):
    sizes = [path.stat().st_size for folder in ("og", "zh/og") for path in (real_site / folder).iterdir()]
    assert max(sizes) < 32_000
    assert sum(sizes) / len(sizes) < 22_000
    for path in pages_of_each_kind(real_site):
        page = html.parse(str(file_of(real_site, path)))
        addresses = [element.get(name) for element in page.iter("img", "source") for name in ("src", "srcset")]
        assert not any("og/" in address for address in addresses if address), path


def test_every_page_has_icons_for_old_browsers_new_ones_and_telephones(real_site):
    for path in pages_of_each_kind(real_site):
        page = html.parse(str(file_of(real_site, path)))
        icons = {link.get("href"): link for link in page.iterfind(".//link") if "icon" in link.get("rel")}
        assert [(link.get("rel"), link.get("sizes"), link.get("type")) for link in icons.values()] == [
            ("icon", "32x32", None),  # in this order: browsers that know SVG take the later one
            ("icon", None, "image/svg+xml"),
            ("apple-touch-icon", None, None),
        ], path
        files = [real_site / urljoin(f"http://x/{path}", address)[len("http://x/") :] for address in icons]
        assert [file.name for file in files] == ["favicon.ico", "favicon.svg", "apple-touch-icon.png"]
        assert all(file.is_file() for file in files), path
    assert _size((real_site / "apple-touch-icon.png").read_bytes()) == (180, 180)
    assert _size((real_site / "favicon.ico").read_bytes()[22:]) == (32, 32)
