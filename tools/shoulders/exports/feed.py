"""An Atom feed (RFC 4287) of what was added last.

Its dates come from the data, never from a clock, so that equal data give an equal feed.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET

from shoulders import addresses
from shoulders.catalog import Catalog
from shoulders.exports.fields import LANGUAGE_TAGS, clean, printed_name, topic_names
from shoulders.model import Language, Work

ATOM = "http://www.w3.org/2005/Atom"
LIMIT = 50
BEGINNING = "1970-01-01T00:00:00Z"  # Atom asks for a date even where there is no entry


def render(catalog: Catalog, language: Language, site_url: str, title: str, *, subtitle: str = "") -> str:
    """The feed of a language; `site_url` is the root of the site, in any language.

    An entry's id is the address of its page: it stays when the entry changes.
    """
    root, home = site_url.rstrip("/") + "/", addresses.of_language(language)
    works = sorted(catalog.works, key=lambda work: work.key)
    works.sort(key=updated, reverse=True)
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": LANGUAGE_TAGS[language]})
    _child(feed, "title", title)
    if subtitle:
        _child(feed, "subtitle", subtitle)
    _child(feed, "id", f"{root}{home}")
    _child(feed, "link", rel="alternate", type="text/html", href=f"{root}{home}")
    _child(feed, "link", rel="self", type="application/atom+xml", href=f"{root}{addresses.feed(language)}")
    _child(feed, "updated", updated(works[0]) if works else BEGINNING)
    _child(_child(feed, "author"), "name", title)
    for work in works[:LIMIT]:
        _add_entry(feed, catalog, work, language=language, page=f"{root}{home}{addresses.work(work.key)}")
    ET.indent(feed)
    return ET.tostring(feed, encoding="unicode", xml_declaration=False).join(
        ['<?xml version="1.0" encoding="utf-8"?>\n', "\n"]
    )


def updated(work: Work) -> str:
    """When the entry last changed for readers: when it was added, or when the work was retracted."""
    dates = [work.added, *([work.retracted.date] if work.retracted else [])]
    return max(f"{date}-01-01"[:10] if len(date) < 7 else f"{date}-01"[:10] for date in dates) + "T00:00:00Z"


def _add_entry(feed: ET.Element, catalog: Catalog, work: Work, *, language: Language, page: str) -> None:
    entry = _child(feed, "entry")
    _child(entry, "title", work.title)
    _child(entry, "id", page)
    _child(entry, "link", rel="alternate", type="text/html", href=page)
    _child(entry, "updated", updated(work))
    for credit in catalog.credits[work.key]:
        name = printed_name(catalog, credit, chinese=work.language == "zh")
        _child(_child(entry, "author"), "name", name.native or name.display)
    for slug, label in zip(_topics(catalog, work), topic_names(catalog, work, language), strict=True):
        _child(entry, "category", term=slug, label=label)
    said = work.summary.language(language)
    _child(
        entry, "summary", work.summary.get(language), **({} if said == language else {"xml:lang": LANGUAGE_TAGS[said]})
    )


def _topics(catalog: Catalog, work: Work) -> list[str]:
    return [slug for slug in work.topics if slug in catalog.topic]


def _child(parent: ET.Element, tag: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = clean(text) if text is not None else None
    return child
