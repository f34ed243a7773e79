"""What the head of a page says to machines: address, languages, feed, Open Graph, and a work's own."""

from __future__ import annotations

from html import escape

from shoulders import addresses, machine, pages
from shoulders.addresses import Place
from shoulders.model import LANGUAGES
from shoulders.opengraph import design
from shoulders.pages import Page
from shoulders.view import View

# The space keeps Material's script, which looks for rel=alternate to the letter, from fetching a sitemap of each.
ALTERNATE = "alternate "


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


def missing_head(view: View) -> str:
    """What the head of the 404 page says: it is no page to be found, and its links work at any address."""
    feed_url, title = view.settings.absolute(addresses.feed(view.language)), view.t("feed")
    link = f'<link rel="{ALTERNATE}" type="application/atom+xml" title="{escape(title)}" href="{escape(feed_url)}">'
    return f'<meta name="robots" content="noindex">\n  {link}'


def _picture(view: View, page: Page | None) -> list[tuple[str, str]]:
    address, alt = page.picture if page and page.picture[0] else (addresses.SITE_PICTURE, design.cover(view).alt)
    return machine.picture(view.settings.absolute(addresses.of_language(view.language) + address), alt)
