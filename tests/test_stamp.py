"""Filling shells: each token once, nothing of the data taken for a token, the rest of the site untouched."""

from __future__ import annotations

import io
import os

import pytest
from tests.builders import make_work

from shoulders import heads, page_tasks, pages, site_files, stamp
from shoulders.addresses import Place
from shoulders.catalog import Catalog
from shoulders.model import LANGUAGES
from shoulders.page_tasks import Target
from shoulders.search import Written
from shoulders.settings import Settings
from shoulders.stamp import CONTENT, HEAD, StampError
from shoulders.view import View

SETTINGS = Settings("https://example.org/sub/", "", "", {"en": "S", "zh": "肩"}, {"en": "An <S>.", "zh": "肩。"})
SHELL = (
    '<!doctype html><html lang="en"><head><title>@@TITLE@@ · S</title>'
    f'<meta name="description" content="@@DESCRIPTION@@">{HEAD}</head>'
    '<body><a href="../../zh/papers/__id__/">中文</a>'
    f'<article><div id="content">{CONTENT}</div></article></body></html>'
)
PAGE = (
    "<!doctype html><html><head><title>About &amp; more · S</title>"
    '<meta name="description" content="What &lt;it&gt; is">'
    '{head}</head><body><article><div id="content"><h1>About</h1>{more}</div></article></body></html>'
)
KINDS = ("papers", "authors", "years")


@pytest.fixture
def site(tmp_path):
    """What a builder leaves of a small project: shells and a hand-written page."""
    for kind in KINDS:
        stamp.write(tmp_path / kind / "__id__/index.html", SHELL)
    stamp.write(tmp_path / "about/index.html", PAGE.format(head=HEAD, more="<!-- shoulders: years -->"))
    stamp.write(tmp_path / "assets/page.html", "<p>@@TITLE@@</p>")
    return tmp_path


def view(*works, language="en"):
    """A view of these works."""
    return View(Catalog(works=works or (make_work(aliases=["old-2009-key"]),)), SETTINGS, language)


def made(shown, site):
    """What is made of a project in one language: hand-written pages, and the addresses of all others."""
    shells = {shown.language: stamp.take_shells(site)}
    targets = [Target(shown, site, shells[shown.language])]
    written = list(stamp.fill_written(shown, site, stamp.written_files(site, shown.language)))
    tasks = [*page_tasks.other_tasks(targets), *page_tasks.work_tasks(targets, site)]
    (paths,) = stamp.together([task() for task in tasks], [shown.language]).values()
    return written, paths


def test_each_page_is_its_shell_with_every_token_filled(site):
    shown = view()
    written, paths = made(shown, site)
    page = (site / "papers/ashdown-2010-dark/index.html").read_text("utf-8")
    assert "<title>Title of ashdown-2010-dark · S</title>" in page
    assert '<meta name="description" content="What it says.">' in page
    assert '<a href="../../zh/papers/ashdown-2010-dark/">中文</a>' in page
    assert pages.work_page(shown, shown.catalog.works[0]).body in page
    assert [page.path for page in written] == ["about/"]
    assert paths == ["authors/imogen-ashdown/", "papers/ashdown-2010-dark/", "years/2010/"]
    for kind in KINDS:
        assert not (site / kind / "__id__").exists(), "no shell stays in the site"


@pytest.mark.parametrize(
    "token", ["@@TITLE@@", "@@DESCRIPTION@@", "__id__", HEAD, CONTENT, "<!-- shoulders: years -->"]
)
def test_a_token_in_the_data_is_text(site, token):
    work = make_work(title=f"{token} it", nickname=token, summary={"en": token, "zh": f"词{token}"})
    made(view(work), site)
    page = (site / "papers/ashdown-2010-dark/index.html").read_text("utf-8")
    escaped = token.replace("<", "&lt;").replace(">", "&gt;")
    assert f"<title>{escaped} it · S</title>" in page
    assert f'content="{escaped}"' in page
    assert page.count("<body>") == page.count("<title>") == page.count('<div id="content">') == 1
    assert HEAD not in page
    assert CONTENT not in page


BLANK = "<nav>\n\n  \n    <a href='x'>\n      One\u3000\n\t\n  </a>  two   words\u00a0\n\n</nav>"
CLOSE = "<nav>\n<a href='x'>\nOne\u3000\n</a>  two   words\u00a0\n</nav>"


@pytest.mark.parametrize("kept", ["pre", "PRE", "textarea", "script", "style"])
def test_blank_lines_of_the_builder_go_where_they_say_nothing(site, kept):
    as_it_is = f"<{kept} id='k'>\n\n  one\n\n\n    two  \n</{kept}>"
    around = BLANK + as_it_is + BLANK
    (site / "years/__id__/index.html").write_text(SHELL.replace("<body>", f"<body>{around}"), "utf-8")
    stamp.write(site / "other/index.html", PAGE.format(head=HEAD, more=around))
    made(view(), site)
    for page in ("years/2010/index.html", "other/index.html"):
        assert CLOSE + as_it_is + CLOSE in (site / page).read_text("utf-8")


def test_hand_written_pages_get_head_and_fragments(site):
    (written,), _ = made(view(), site)
    page = (site / "about/index.html").read_text("utf-8")
    assert '<link rel="canonical" href="https://example.org/sub/about/">' in page
    assert '<meta property="og:title" content="About &amp; more · S">' in page
    assert '<meta property="og:description" content="What &lt;it&gt; is">' in page
    assert '<a href="../years/2010/">2010</a>' in page
    assert written == Written("about/", "About & more", (("", "", ""),))


def test_files_without_our_head_are_left_as_they_are(site):
    made(view(), site)
    assert (site / "assets/page.html").read_text("utf-8") == "<p>@@TITLE@@</p>"


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda site: (site / "papers/__id__/index.html").unlink(), r"expected a shell papers/__id__/index\.html"),
        *(
            (
                lambda site, token=token: stamp.write(site / "years/__id__/index.html", SHELL.replace(token, "")),
                f"expected {token}",
            )
            for token in (HEAD, CONTENT, "@@TITLE@@")
        ),
        (
            lambda site: stamp.write(
                site / "about/index.html", PAGE.format(head=HEAD, more="<!-- shoulders: yaers -->")
            ),
            r"about/index\.html: expected a fragment, got 'yaers' \(did you mean 'years'\?\)",
        ),
        (
            lambda site: stamp.write(
                site / "about/index.html",
                PAGE.format(head=HEAD, more='<cite data-keys="no-2001-x">[@no-2001-x]</cite>'),
            ),
            r"about/index\.html: expected the keys of works, got 'no-2001-x'",
        ),
    ],
)
def test_what_cannot_be_filled_is_told(site, break_it, said):
    break_it(site)
    with pytest.raises(StampError, match=said):
        made(view(), site)


def test_a_former_key_leads_on(site):
    made(view(), site)
    page = (site / "papers/old-2009-key/index.html").read_text("utf-8")
    assert '<meta http-equiv="refresh" content="0; url=../ashdown-2010-dark/">' in page
    assert '<link rel="canonical" href="https://example.org/sub/papers/ashdown-2010-dark/">' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_head_names_the_page_in_both_languages_and_its_feed(language):
    head = heads.head(view(language=language), Place(language, "papers/x/"), 'A "title"', "<b>")
    own = "https://example.org/sub/" + ("zh/" if language == "zh" else "") + "papers/x/"
    assert f'<link rel="canonical" href="{own}">' in head
    assert 'hreflang="en" href="https://example.org/sub/papers/x/"' in head
    assert 'hreflang="zh" href="https://example.org/sub/zh/papers/x/"' in head
    assert 'hreflang="x-default" href="https://example.org/sub/papers/x/"' in head
    assert 'type="application/atom+xml"' in head
    assert 'href="../../feed.xml"' in head
    assert '<meta property="og:title" content="A &quot;title&quot;">' in head
    assert '<meta property="og:description" content="&lt;b&gt;">' in head
    assert "ld+json" not in head, "only works have it"


def test_a_page_s_own_graph_comes_first():
    shown = view()
    page = pages.work_page(shown, shown.catalog.works[0])
    head = heads.head(shown, Place("en", page.path), page.title, page.description, page)
    assert head.count('property="og:type"') == head.count('property="og:description"') == 1
    assert '<meta property="og:type" content="article">' in head
    assert head.count('<script type="application/ld+json">') == 1


def test_a_file_is_written_only_when_it_changes(tmp_path):
    file = tmp_path / "deep/er/page.html"
    stamp.write(file, "ein Wört\n")
    os.utime(file, (1, 1))
    stamp.write(file, "ein Wört\n")
    assert file.stat().st_mtime == 1
    stamp.write(file, "zwei\n")
    assert file.stat().st_mtime > 1
    assert file.read_bytes() == b"zwei\n"


def test_the_sitemap_of_one_language_names_only_that_language(site):
    shown = view()
    written, paths = made(shown, site)
    site_files.write_root({"en": shown}, site, {"en": [*(page.path for page in written), *paths]})
    text = (site / "sitemap.xml").read_text("utf-8")
    assert text.count("<loc>") == 4
    assert 'hreflang="zh"' not in text
    assert "Sitemap: https://example.org/sub/sitemap.xml" in (site / "robots.txt").read_text("utf-8")


def test_languages_are_found_where_they_were_built(site):
    assert stamp.language_folders(site) == {"en": site}
    stamp.write(site / "zh/papers/__id__/index.html", SHELL)
    assert stamp.language_folders(site) == {"en": site, "zh": site / "zh"}
    with pytest.raises(StampError, match="expected a freshly built site"):
        stamp.language_folders(site / "assets")


def test_a_full_disk_is_an_error(tmp_path, monkeypatch):
    class Small(io.FileIO):
        def write(self, data):
            return super().write(bytes(data)[:3])

    monkeypatch.setattr("builtins.open", lambda name, mode, **_: Small(name, mode))
    with pytest.raises(OSError, match="No space left"):
        stamp.write(tmp_path / "page.html", "longer than three")
