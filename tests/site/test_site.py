"""What the built site holds: addresses, both languages, feeds, sitemap, and the same bytes each time."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from lxml import html
from tests.site.conftest import make_invented, make_project
from tests.site.kinds import FIXED, file_of

from shoulders import wholefile
from shoulders.build import BuildError, ProblemsError, build, open_project
from shoulders.export import ExportError, export
from shoulders.exports import FORMATS

NS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def _files(site: Path) -> dict[str, bytes]:
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}


def test_two_builds_are_byte_identical(invented_project, invented_site, tmp_path):
    again = build(invented_project, site=tmp_path / "site")
    assert _files(again) == _files(invented_site)


def test_a_build_from_another_folder_without_caches_is_byte_identical(root, invented_root, invented_site, tmp_path):
    other = make_invented(root, invented_root, tmp_path / "elsewhere")
    assert _files(build(other)) == _files(invented_site)


def test_every_kind_of_page_stands_in_both_languages(real_site):
    english = {path.relative_to(real_site).as_posix() for path in real_site.rglob("*.html")}
    chinese = {name.removeprefix("zh/") for name in english if name.startswith("zh/")}
    assert {name for name in english if not name.startswith("zh/")} == chinese
    for path in FIXED:
        assert file_of(real_site, path).is_file(), path


def test_no_placeholder_is_left(real_site, invented_site):
    for site in (real_site, invented_site):
        for path in site.rglob("*.html"):
            text = path.read_text("utf-8")
            for token in ("@@", "__id__", "<!-- shoulders", "data-keys="):
                assert token not in text.replace("[@", ""), f"{path}: {token}"


def test_the_language_switch_stays_on_the_page(real_site):
    for path in real_site.rglob("index.html"):
        name = path.relative_to(real_site).as_posix()
        link = html.parse(str(path)).find('.//a[@class="md-header__button sh-language"]')
        if link is None:
            assert "http-equiv" in path.read_text("utf-8"), name
            continue
        target = (path.parent / link.get("href") / "index.html").resolve()
        here = path.relative_to(real_site)
        other = real_site / here.relative_to("zh") if name.startswith("zh/") else real_site / "zh" / here
        assert target == other.resolve(), name


def test_titles_and_descriptions_are_each_page_s_own(real_site):
    page = html.parse(str(real_site / "papers/vaswani-etal-2017-attention/index.html"))
    assert page.findtext(".//title").strip() == "Attention Is All You Need · Shoulders"
    assert page.find('.//meta[@name="description"]').get("content").startswith("The Transformer")
    chinese = html.parse(str(real_site / "zh/papers/vaswani-etal-2017-attention/index.html"))
    assert chinese.getroot().get("lang") == "zh"
    assert re.search("[一-鿿]", chinese.find('.//meta[@name="description"]').get("content"))


def test_every_page_links_its_feed_its_address_and_its_languages(real_site):
    for path in real_site.rglob("index.html"):
        page = html.parse(str(path))
        name = path.relative_to(real_site).as_posix().removesuffix("index.html")
        links = {(e.get("rel").strip(), e.get("hreflang")): e.get("href") for e in page.iter("link")}
        bare = name.removeprefix("zh/")
        assert links["canonical", None] == f"https://shoulders.example.org/{name}"
        if page.find('.//meta[@http-equiv="refresh"]') is not None:
            continue
        assert links["alternate", "en"] == f"https://shoulders.example.org/{bare}"
        assert links["alternate", "zh"] == f"https://shoulders.example.org/zh/{bare}"
        feed = next(e.get("href") for e in page.iter("link") if e.get("type") == "application/atom+xml")
        assert (path.parent / feed).resolve().is_file()


def test_the_sitemap_names_every_page_once_with_both_languages(real_site):
    tree = ET.parse(real_site / "sitemap.xml")  # noqa: S314 - our own file
    found = [url.findtext("s:loc", namespaces=NS) for url in tree.findall("s:url", NS)]
    pages = {
        "https://shoulders.example.org/" + path.relative_to(real_site).as_posix().removesuffix("index.html")
        for path in real_site.rglob("index.html")
        if "http-equiv" not in path.read_text("utf-8")
    }
    assert len(found) == len(set(found))
    assert set(found) == pages
    for url in tree.findall("s:url", NS):
        languages = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NS)}
        assert set(languages) == {"en", "zh"}
        assert url.findtext("s:loc", namespaces=NS) in languages.values()


def test_a_former_key_leads_to_the_page_of_the_new_one(invented, invented_site):
    assert invented.aliases
    for alias, key in invented.aliases.items():
        for prefix in ("", "zh/"):
            page = html.parse(str(invented_site / f"{prefix}papers/{alias}/index.html"))
            assert page.find('.//meta[@http-equiv="refresh"]').get("content") == f"0; url=../{key}/"
        for form in FORMATS.values():
            old, new = (invented_site / f"export/{name}{form.suffix}" for name in (alias, key))
            assert old.read_bytes() == new.read_bytes()


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_the_command_exports_the_bytes_of_the_site(real_site, root, form):
    project = open_project(root)
    suffix = FORMATS[form].suffix
    assert export(project, form).encode() == (real_site / f"papers{suffix}").read_bytes()
    key = "vaswani-etal-2017-attention"
    assert export(project, form, keys=[key]).encode() == (real_site / f"export/{key}{suffix}").read_bytes()
    whole = export(project, form, lists=["reinvent-bert"]).encode()
    assert whole == (real_site / f"export/lists/reinvent-bert{suffix}").read_bytes()


def test_export_takes_each_work_once_in_the_order_asked_for(root):
    project = open_project(root)
    keys = ["liu-etal-2019-roberta", "weston-etal-2015-memory"]
    items = json.loads(export(project, "csl", keys=keys, lists=["reinvent-bert"]))
    assert [item["id"] for item in items][:3] == [*keys, "bahdanau-etal-2015-neural"]
    assert len(items) == 14


def test_export_names_everything_unknown_at_once(root):
    with pytest.raises(ExportError) as caught:
        export(open_project(root), "ris", keys=["vaswani-etal-2017-atention"], lists=["reinvent"], topics=["x"])
    assert "did you mean 'vaswani-etal-2017-attention'?" in str(caught.value)
    assert "did you mean 'reinvent-bert'?" in str(caught.value)
    assert "expected a topic, got 'x'" in str(caught.value)


def test_papers_json_names_its_schema_and_holds_every_work(real_site, root):
    data = json.loads((real_site / "papers.json").read_text("utf-8"))
    assert len(data["works"]) == len(open_project(root).catalog.works)
    assert (real_site / Path(data["$schema"]).name).is_file()


def test_llms_txt_names_every_work(real_site, root):
    text = (real_site / "llms.txt").read_text("utf-8")
    assert text.startswith("# Shoulders\n\n> ")
    for work in open_project(root).catalog.works:
        assert text.count(f"/papers/{work.key}/)") == 1


def test_a_problem_leaves_the_previous_site_untouched(root, invented_root, tmp_path):
    project = make_project(root, invented_root, tmp_path / "project")
    site = project / "site"
    site.mkdir()
    (site / "index.html").write_text("the site of before")
    papers = project / "data/papers.yaml"
    papers.write_text(papers.read_text("utf-8") + "\n- key: broken\n", "utf-8")
    with pytest.raises(ProblemsError):
        build(project)
    assert _files(site) == {"index.html": b"the site of before"}


def test_a_failing_renderer_leaves_the_previous_site_untouched(root, invented_root, tmp_path):
    project = make_project(root, invented_root, tmp_path / "project")
    (project / "site").mkdir()
    (project / "site/index.html").write_text("the site of before")
    page = project / "docs/en/about.md"
    page.write_text(page.read_text("utf-8") + "\n[a broken link](nowhere.md)\n", "utf-8")
    with pytest.raises(BuildError, match=r"nowhere\.md"):
        build(project)
    assert _files(project / "site") == {"index.html": b"the site of before"}


def test_an_unknown_citation_is_told_with_file_and_line(root, invented_root, tmp_path):
    project = make_project(root, invented_root, tmp_path / "project")
    page = project / "docs/zh/about.md"
    page.write_text(
        "# 关于\n\n`[@in-code-2001-is]` 引用 [@nobody-2001-nothing]。\n\n```\n[@fenced-2001-x]\n```\n", "utf-8"
    )
    with pytest.raises(ProblemsError) as caught:
        open_project(project)
    assert [str(problem) for problem in caught.value.problems] == [
        "docs/zh/about.md:3: citation: expected the key of a work, got 'nobody-2001-nothing'"
    ]


def test_hand_written_pages_cite_with_a_link_a_card_and_references(real_site):
    page = html.parse(str(real_site / "how-it-works/index.html"))
    cites = page.findall('.//span[@class="sh-cite"]')
    assert cites
    assert "Vaswani et al. 2017" in [cite.findtext("a") for cite in cites]
    assert cites[0].find('span[@role="tooltip"]/strong').text == "Attention Is All You Need"
    references = page.findall('.//section[@class="sh-references"]//li')
    assert len(references) == len({cite.find("a").get("href") for cite in cites})


def test_formulas_of_hand_written_pages_are_mathml(real_site):
    page = html.parse(str(real_site / "how-it-works/index.html"))
    assert page.findall(".//math[@display='block']")
    assert "arithmatex" not in "".join(
        element.text or "" for element in page.iter("div") if element.get("class") == "arithmatex"
    )


def test_a_text_in_one_language_is_shown_in_it_and_marked(root, missing_language):
    from shoulders import pages
    from shoulders.settings import load_settings
    from shoulders.view import View

    view = View(missing_language, load_settings(root), "zh")
    work = next(work for work in missing_language.works if not work.summary.zh)
    body = pages.work_page(view, work).body
    assert 'lang="en"' in body
    assert "此段暂时只有英文" in body
    assert work.summary.en[:20] in body


def test_two_builds_of_a_site_do_not_run_at_the_same_time(invented_project, tmp_path):
    site = tmp_path / "site"
    with wholefile.alone(tmp_path), pytest.raises(BuildError, match=r"another build beside .* goes on"):
        build(invented_project, site=site)
    assert list(tmp_path.iterdir()) == []
    assert build(invented_project, site=site) == site
