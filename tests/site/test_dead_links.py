"""Pages say of a dead link since when it is dead and where a copy is, in both languages, on screen and on paper."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from tests.builders import make_work
from tests.site.conftest import Watched, make_project
from tests.test_view import SETTINGS

from shoulders.build import build, open_project
from shoulders.catalog import Catalog
from shoulders.links.record import FILE, Link, Record, copy_at, dump
from shoulders.pages import work_page
from shoulders.view import View

PDF, SOURCE, NOTICE = (f"https://{name}.example.org/a" for name in ("pdf", "source", "notice"))
COPY = copy_at("20240109080706", PDF)
WORK = make_work(
    pdf=PDF,
    sources=[SOURCE, "https://living.example.org/"],
    retracted={"date": "2012", "note": {"en": "No.", "zh": "否。"}, "url": NOTICE},
)
SAID = {
    "en": ["PDF dead since 2 January 2026, archived copy", "{host} dead since 3 February 2026"],
    "zh": ["PDF 自 2026 年 1 月 2 日起失效，存档副本", "{host} 自 2026 年 2 月 3 日起失效"],
}


def dead(**archived):
    """What is known of three dead links, the first of which has a copy."""
    return {
        PDF: Link(state="dead", since="2026-01-02", said="gone", archived=archived.get("copy", COPY)),
        SOURCE: Link(state="dead", since="2026-02-03", said="gone"),
        NOTICE: Link(state="dead", since="2026-02-03", said="gone"),
    }


def page(language, known):
    """The page of the work as a tree."""
    body = work_page(View(Catalog(works=(WORK,)), SETTINGS, language, {WORK.key: {}}, dead=known), WORK).body
    return html.fromstring(f"<div>{body}</div>")


def text(tree):
    return " ".join(tree.text_content().split())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_dead_link_stays_is_marked_and_says_since_when(language, monkeypatch):
    monkeypatch.setattr(View, "citations_of", lambda *_: [])
    tree = page(language, dead())
    first, second = SAID[language]
    notes = {note.get("id"): text(note) for note in tree.xpath("//*[starts-with(@id, 'dead-')]")}
    assert notes == {
        "dead-links": first,
        "dead-sources": second.format(host="source.example.org"),
        "dead-notice": second.format(host="notice.example.org"),
    }
    for address, note in ((PDF, "dead-links"), (SOURCE, "dead-sources"), (NOTICE, "dead-notice")):
        (link,) = tree.xpath(f"//a[@href='{address}']")
        assert link.get("aria-describedby") == note
        assert [child.tag for child in link] == ["s"]
    (copy,) = tree.xpath(f"//a[@href='{COPY}']")
    assert text(copy) in first


def test_a_living_link_is_not_marked_and_without_dead_ones_nothing_is_said(monkeypatch):
    monkeypatch.setattr(View, "citations_of", lambda *_: [])
    (living,) = page("en", dead()).xpath("//a[@href='https://living.example.org/']")
    assert (dict(living.attrib), len(living)) == ({"href": "https://living.example.org/"}, 0)
    assert page("en", {}).xpath("//s | //*[starts-with(@id, 'dead-')] | //*[@aria-describedby]") == []


def test_only_dead_links_reach_the_pages(tmp_path, root, invented_root):
    project = make_project(root, invented_root, tmp_path / "project")
    one, two, three = sorted({work.url for work in open_project(project).catalog.works if work.url})[:3]
    gone = Link(state="dead", since="2026-01-02", said="why")
    known = {
        one: gone.model_copy(update={"state": "suspect"}),
        two: gone,
        three: gone.model_copy(update={"state": "unsure"}),
    }
    (project / FILE).write_text(dump(Record(links=known)), "utf-8")
    assert [*open_project(project).view("en", {}).dead] == [two]


@pytest.fixture(scope="module")
def site(root, invented_root, tmp_path_factory):
    """A site whose first work with a PDF has lost it, and the page of that work."""
    project = make_project(root, invented_root, tmp_path_factory.mktemp("dead") / "project")
    key, pdf = next((work.key, work.pdf) for work in open_project(project).catalog.works if work.pdf)
    gone = Link(state="dead", since="2026-01-02", said="gone", archived=copy_at("20240109080706", pdf))
    (project / FILE).write_text(dump(Record(links={pdf: gone})), "utf-8")
    return build(project), f"papers/{key}/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_mark_can_be_read_by_all_and_is_printed(browser, site, serve, scheme, language):
    folder, path = site
    context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    watched = Watched(context.new_page(), serve(folder))
    opened = watched.open(path if language == "en" else f"zh/{path}")
    note = opened.locator("#dead-links")
    assert note.inner_text() == SAID[language][0]
    assert [violation["id"] for violation in Axe().run(opened).response["violations"]] == []
    opened.emulate_media(media="print")
    assert note.is_visible()
    assert watched.errors == []
    context.close()
