"""Fill the built shells and placeholders with the catalog: the only writer of the site.

Takes what a builder (MkDocs or Zensical) left in a folder and makes the catalog's pages, exports, feeds and sitemap
of it. Knows no builder.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote

from shoulders import addresses, citing, lineage_data, llms, machine, notebook, pages, search, svg
from shoulders.addresses import Place
from shoulders.browse import Browse
from shoulders.exports import FORMATS, feed, papers_json
from shoulders.gallery import Demo
from shoulders.model import LANGUAGES, Language
from shoulders.opengraph import design
from shoulders.opengraph import site as opengraph
from shoulders.pages import Page
from shoulders.problems import expected
from shoulders.view import View

SHELL_ID = "__id__"
# The space keeps Material's script, which looks for rel=alternate to the letter, from fetching a sitemap of each.
ALTERNATE = "alternate "
HEAD, CONTENT = "<!-- shoulders: head -->", "<!-- shoulders: content -->"
_TOKENS = re.compile(r"(@@TITLE@@|@@DESCRIPTION@@|__id__|<!-- shoulders: (?:head|content) -->)")
_FRAGMENT = re.compile(r"<!-- shoulders: ([a-z-]+) -->")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
_CONTENT = re.compile(r'<div id="content">(.*)</div>\s*</article>', re.DOTALL)


class StampError(Exception):
    """What a builder left is not what we can fill."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """What was made in one language: its addresses, and the hand-written pages for the search."""

    paths: tuple[str, ...]
    written: tuple[search.Written, ...]


def stamp_language(view: View, folder: Path) -> Stamped:
    """Make every page of one language in `folder`, where its built pages stand.

    Raises:
        StampError: when a shell or a placeholder is missing.
    """
    shells = _take_shells(folder)
    paths = [_write_page(view, folder, shells, page) for page in pages.all_pages(view)]
    _write_redirects(view, folder)
    written = list(_fill_written(view, folder))
    for name in ("sitemap.xml", "sitemap.xml.gz"):  # the builder's, which knows only the shells
        (folder / name).unlink(missing_ok=True)
    feed_text = feed.render(view.catalog, view.language, view.settings.site_url, view.site_name)
    write(folder / "feed.xml", feed_text)
    for address, text in Browse(view).files():
        write(folder / address, text)
    return Stamped(tuple(sorted([*paths, *(page.path for page in written)])), tuple(written))


def language_folders(site: Path) -> dict[Language, Path]:
    """Where the rendered pages of each language stand in a site: those that were built.

    Raises:
        StampError: when there are none.
    """
    folders = {language: site / addresses.of_language(language) for language in LANGUAGES}
    built = {language: folder for language, folder in folders.items() if any(folder.glob(f"*/{SHELL_ID}/index.html"))}
    if not built:
        raise StampError(f"expected a freshly built site with its shells in {site}, got none")
    return built


def _take_shells(folder: Path) -> dict[str, list[str]]:
    """The shells cut at their tokens, by kind; their own pages are taken away."""
    shells = {}
    for file in sorted(folder.glob(f"*/{SHELL_ID}/index.html")):
        html = _tidy(file.read_text("utf-8"))
        kind = file.parent.parent.name
        for token in (HEAD, CONTENT, "@@TITLE@@"):
            if token not in html:
                raise StampError(f"{file}: expected {token} in the shell, got none")
        shells[kind] = _TOKENS.split(html)
        shutil.rmtree(file.parent)
    return shells


def _write_page(view: View, folder: Path, shells: dict[str, list[str]], page: Page) -> str:
    if page.kind not in shells:
        raise StampError(f"expected a shell {page.kind}/{SHELL_ID}/index.html in {folder}, got none")
    values = {
        "@@TITLE@@": escape(page.title),
        "@@DESCRIPTION@@": escape(page.description),
        SHELL_ID: quote(page.id),
        HEAD: head(view, Place(view.language, page.path), page.title, page.description, page),
        CONTENT: page.body,
    }
    html = "".join(values.get(part, part) for part in shells[page.kind])
    write(folder / page.path / "index.html", html)
    return page.path


def _write_redirects(view: View, folder: Path) -> None:
    """Former keys lead to the page of the key that stands now; search engines follow the canonical address."""
    for alias, key in view.catalog.aliases.items():
        target = view.settings.absolute(addresses.of_language(view.language) + addresses.work(key))
        way = f"../{quote(key)}/"
        html = (
            f'<!doctype html><html lang="{view.language}"><head><meta charset="utf-8"><title>{escape(key)}</title>'
            f'<link rel="canonical" href="{escape(target)}"><meta http-equiv="refresh" content="0; url={way}">'
            f'</head><body><p><a href="{way}">{escape(key)}</a></p></body></html>'
        )
        write(folder / addresses.work(alias) / "index.html", html)


def _fill_written(view: View, folder: Path) -> Iterator[search.Written]:
    """Fill what hand-written pages leave open: head, fragments, citations."""
    for file in sorted(folder.rglob("*.html")):
        relative = file.relative_to(folder).as_posix()
        if view.language == "en" and relative.startswith(tuple(f"{language}/" for language in LANGUAGES)):
            continue
        html = file.read_text("utf-8")
        if HEAD not in html:
            continue
        html = _tidy(html)
        path = relative.removesuffix("index.html")
        has_address = path.endswith("/") or not path  # the 404 page stands at any
        at = Place(view.language, path if has_address else "")
        title = _first(_TITLE, html) or view.site_name
        said = head(view, at, title, _first(_DESCRIPTION, html)) if has_address else _missing_head(view)
        html = html.replace(HEAD, said, 1)
        written = search.read_written(
            path, title.split(" · ")[0], _FRAGMENT.sub(" ", _first(_CONTENT, html, keep=True))
        )
        unknown = [name for name in _FRAGMENT.findall(html) if name not in (*pages.FRAGMENTS, "timeline")]
        if unknown:
            raise StampError(f"{relative}: " + expected("a fragment", unknown[0], (*pages.FRAGMENTS, "timeline")))
        html = _FRAGMENT.sub(lambda match, at=at: pages.fragment(view, match[1], at), html)  # type: ignore[misc]  # a default in a lambda
        html = citing.fill(html, view, at)
        if left := citing.PLACEHOLDER.search(html):
            raise StampError(f"{relative}: expected the keys of works, got '{left[1]}'")
        write(file, html)
        if has_address:
            yield written


def _first(pattern: re.Pattern[str], html: str, *, keep: bool = False) -> str:
    match = pattern.search(html)
    return "" if not match else match[1] if keep else unescape(match[1]).strip()


def head(view: View, at: Place, title: str, description: str, page: Page | None = None) -> str:
    """What the head of every page says to machines: address, languages, feed, Open Graph, and a work's own."""
    url = pages.absolute(view, at)
    lines = [f'<link rel="canonical" href="{escape(url)}">']
    for language in LANGUAGES:
        other = view.settings.absolute(addresses.of_language(language) + at.path)
        lines.append(f'<link rel="{ALTERNATE}" hreflang="{language}" href="{escape(other)}">')
    lines.append(f'<link rel="{ALTERNATE}" hreflang="x-default" href="{escape(view.settings.absolute(at.path))}">')
    lines.append(
        f'<link rel="{ALTERNATE}" type="application/atom+xml" title="{escape(view.t("feed"))}" '
        f'href="{escape(at.link("feed.xml"))}">'
    )
    graph = page.graph if page and page.graph else (("og:type", "website"), ("og:title", title), ("og:url", url))
    common = [("og:site_name", view.site_name), ("og:description", description), *_picture(view, page)]
    given = {name for name, _ in graph}
    for name, value in [*graph, *(pair for pair in common if pair[0] not in given)]:
        lines.append(f'<meta property="{escape(name)}" content="{escape(value)}">')
    lines.append('<meta name="twitter:card" content="summary_large_image">')
    if page:
        lines += [f'<meta name="{escape(name)}" content="{escape(value)}">' for name, value in page.meta]
        if page.json_ld:
            lines.append(f'<script type="application/ld+json">{page.json_ld}</script>')
    return "\n  ".join(lines)


def _missing_head(view: View) -> str:
    """What the head of the 404 page says: it is no page to be found, and its links work at any address."""
    feed_url, title = view.settings.absolute(addresses.feed(view.language)), view.t("feed")
    link = f'<link rel="{ALTERNATE}" type="application/atom+xml" title="{escape(title)}" href="{escape(feed_url)}">'
    return f'<meta name="robots" content="noindex">\n  {link}'


def _picture(view: View, page: Page | None) -> list[tuple[str, str]]:
    address, alt = page.picture if page and page.picture[0] else (addresses.SITE_PICTURE, design.cover(view).alt)
    return machine.picture(view.settings.absolute(addresses.of_language(view.language) + address), alt)


_FINDINGS: Sequence[tuple[re.Pattern[str], str]] = (
    # What the HTML checker finds in the theme's own markup: a checkbox completes nothing, tabindex is a number.
    (re.compile(r'(<input class="md-toggle"[^>]*?) autocomplete="off"'), r"\1"),
    (re.compile(r'(<label class="md-nav__link"[^>]*?) tabindex=""'), r'\1 tabindex="0"'),
)


def _tidy(html: str) -> str:
    for pattern, replacement in _FINDINGS:
        html = pattern.sub(replacement, html)
    return html


# files at the root of the site ---------------------------------------------------------------------


def write_exports(view: View, site: Path) -> None:
    """Every export at its address: works, lists, the whole catalog, `papers.json` with its schema."""
    catalog = view.catalog
    for form in FORMATS.values():
        for work in catalog.works:
            text = form.render(catalog, [work])
            for key in (work.key, *work.aliases):
                write(site / addresses.export(key, form.suffix), text)
        for found in catalog.lists:
            listed = [step for item in found.items if (step := catalog.find(item.key))]
            write(site / addresses.list_export(found.id, form.suffix), form.render(catalog, listed))
        write(site / f"papers{form.suffix}", form.render(catalog, catalog.works))
    for address, text in Browse(view).citation_files():
        write(site / address, text)
    for demo in view.demos.values():
        _write_demo(view, site, demo)
    write(site / "papers.json", papers_json.render(catalog))
    write(site / "papers.schema.json", papers_json.schema())
    for address, text in lineage_data.files(catalog, view.gallery.verified_works):
        write(site / address, text)


def _write_demo(view: View, site: Path, demo: Demo) -> None:
    """A demo's source, its notebook, and its figure for light and for dark pages."""
    write(site / addresses.demo(demo.name, ".py"), demo.text)
    repository = f"{view.settings.repo_url}.git" if view.settings.repo_url else ""
    write(site / addresses.demo(demo.name, ".ipynb"), notebook.render(demo.text, demo.card, repository=repository))
    if demo.figure:
        write(site / addresses.demo(demo.name, ".svg"), demo.figure)
        write(site / addresses.demo(demo.name, ".dark.svg"), svg.dark(demo.figure))


def write_pictures(views: dict[Language, View], folders: Mapping[Language, Path], cache: Path | None = None) -> None:
    """The pictures that are shown with links, and the icons, in the folder of each language; `cache` may be deleted."""
    marks = [file for folder in folders.values() if (file := folder / "assets" / "logo.svg").is_file()]
    mark = marks[0].read_text("utf-8") if marks else ""
    for language, address, data in opengraph.pictures(views, mark=mark, cache=cache):
        write(folders[language] / address, data)
    for folder in folders.values():
        icon = folder / "assets" / "favicon.svg"
        for address, data in opengraph.icon_files(icon.read_text("utf-8")) if icon.is_file() else ():
            write(folder / address, data)


def write_search(view: View, site: Path, stamped: Stamped) -> None:
    """The search index of a language."""
    for path, text in search.files(view.catalog, view.language, stamped.written):
        write(site / path, text)


def write_root(views: dict[Language, View], site: Path, stamped: dict[Language, Stamped]) -> None:
    """The sitemap of all stamped languages, robots.txt and llms.txt."""
    view = next(iter(views.values()))
    settings = view.settings
    rows = []
    paths = {language: frozenset(done.paths) for language, done in stamped.items()}
    for path in sorted(frozenset().union(*paths.values())):
        having = [language for language in stamped if path in paths[language]]
        links = {lang: settings.absolute(quote(addresses.of_language(lang) + path)) for lang in having}
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href="{escape(link)}"/>' for lang, link in links.items()
        )
        rows += [f"<url><loc>{escape(link)}</loc>{alternates}</url>" for link in links.values()]
    write(
        site / "sitemap.xml",
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' + "\n".join(rows) + "\n</urlset>\n",
    )
    write(site / "robots.txt", f"User-agent: *\nAllow: /\nSitemap: {settings.absolute('sitemap.xml')}\n")
    write(site / "llms.txt", llms.render(view))


def write(path: Path, content: str | bytes) -> None:
    """Write a file, only when its content changes, so that watchers and caches stay calm."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if path.read_bytes() == data:
            return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
