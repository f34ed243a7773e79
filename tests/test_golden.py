"""Golden fragments: what the pages and exports of the invented catalog look like, to be read when they change.

`make golden` writes them anew; read the difference before it is committed. They hold our own markup only, never the
theme's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shoulders import heads, pages, stamp
from shoulders.addresses import Place
from shoulders.citations import format_citations
from shoulders.exports import FORMATS, feed
from shoulders.settings import load_settings
from shoulders.view import View

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def views(invented, root) -> dict[str, View]:
    settings = load_settings(root)
    cited = format_citations(invented, invented.works)
    lines = {work.key: ("data/papers.yaml", 7) for work in invented.works}
    return {language: View(invented, settings, language, cited, lines) for language in ("en", "zh")}


def _pages(view: View) -> Iterator[tuple[str, str]]:
    """English: every work, and the first page of each other kind. Chinese: every fourth work and the same."""
    seen: set[str] = set()
    for number, page in enumerate(pages.all_pages(view)):
        works = page.kind == "papers" and (view.language == "en" or number % 4 == 0)
        if not works and (page.kind in seen or page.kind == "papers"):
            continue
        seen.add(page.kind)
        at = Place(view.language, page.path)
        head = heads.head(view, at, page.title, page.description, page)
        yield f"{page.kind}/{page.id}.html", f"<!-- {page.title} | {page.description} -->\n{head}\n\n{page.body}\n"
    for name in (*pages.FRAGMENTS, "timeline"):
        yield f"fragments/{name}.html", pages.fragment(view, name, Place(view.language, f"{name}/")) + "\n"


def _made(views: dict[str, View]) -> dict[str, str]:
    made = {f"{language}/{name}": text for language, view in views.items() for name, text in _pages(view)}
    view = views["en"]
    for form in FORMATS.values():
        made[f"exports/papers{form.suffix}"] = form.render(view.catalog, view.catalog.works)
    made["exports/feed.xml"] = feed.render(view.catalog, "en", view.settings.site_url, view.site_name)
    return made


def test_pages_and_exports_are_as_they_were(views, request):
    made = _made(views)
    if request.config.getoption("--update-golden"):
        for path in GOLDEN.rglob("*.*"):
            if path.relative_to(GOLDEN).as_posix() not in made:
                path.unlink()
        for name, text in made.items():
            stamp.write(GOLDEN / name, text)
    kept = {path.relative_to(GOLDEN).as_posix() for path in GOLDEN.rglob("*.*") if path.is_file()}
    assert kept == set(made)
    changed = [name for name, text in made.items() if (GOLDEN / name).read_bytes() != text.encode("utf-8")]
    assert changed == [], "make golden writes them anew; read the difference"
