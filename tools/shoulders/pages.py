"""Every page of the catalog in one language: title, description and body, made from templates.

Pure: a view of the catalog in, text out. Where pages are written is the business of `stamp`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from shoulders import addresses, browse, machine, mathml, timeline
from shoulders.addresses import Place
from shoulders.citations import STYLE_NAMES
from shoulders.model import Work
from shoulders.opengraph import design
from shoulders.overview import overview
from shoulders.templating import macros, render
from shoulders.view import View


@dataclass(frozen=True, slots=True)
class Page:
    """One page to be stamped into the shell of its kind."""

    kind: str  # of its shell: "papers", "authors", ...
    id: str
    title: str
    description: str
    body: str
    meta: tuple[tuple[str, str], ...] = ()  # <meta name content> for machines
    graph: tuple[tuple[str, str], ...] = ()  # <meta property content>: Open Graph
    json_ld: str = ""
    picture: tuple[str, str] = ("", "")  # the address and the words of its own, where it has one

    @property
    def path(self) -> str:
        """The address within its language."""
        return f"{self.kind}/{self.id}/"


PLACE = Markup("<!-- shoulders: place -->")  # no text of the catalog can look so: it would be escaped
FRAGMENTS = (
    "home",
    "browse",
    "authors",
    "venues",
    "years",
    "topics",
    "lists",
    "books",
    "resources",
    "demos",
    "unverified",
    "export",
    "selection",
)


def fragment(view: View, name: str, at: Place) -> str:
    """What a hand-written page holds of the catalog, by the name in its `<!-- shoulders: name -->`.

    Raises:
        KeyError: when there is no such fragment.
    """
    if name == "timeline":
        return _timeline(view, at, None)
    if name not in FRAGMENTS:
        raise KeyError(name)
    if name == "home":
        return render("home.html", s=view, at=at, overview=overview(view.catalog))
    if name == "browse":
        return render("browse.html", s=view, at=at, page=browse.Browse(view))
    if name == "selection":
        return render("selection.html", s=view, at=at, styles=STYLE_NAMES)
    macro: Callable[[View, Place], Markup] = getattr(macros("fragments.html", view.language), name)
    return str(macro(view, at))


class Wanted(NamedTuple):
    """A page that is to be made: the kind of its shell, its id, and what makes it."""

    kind: str
    id: str
    make: Callable[[], Page]


def all_pages(view: View) -> Iterator[Page]:
    """Every page of the catalog that is no hand-written one."""
    yield from (work_page(view, work) for work in view.catalog.works)
    yield from (wanted.make() for wanted in other_pages(view))


def other_pages(view: View) -> Iterator[Wanted]:
    """Every page of the catalog that is no work's, those of a kind after each other."""
    catalog = view.catalog
    yield from (Wanted("authors", slug, partial(person_page, view, slug)) for slug in catalog.works_of_person)
    yield from (Wanted("venues", slug, partial(venue_page, view, slug)) for slug in catalog.works_of_venue)
    yield from (Wanted("years", str(year), partial(year_page, view, year)) for year in catalog.works_of_year)
    yield from (Wanted("topics", topic.id, partial(topic_page, view, topic.id)) for topic in catalog.topics)
    yield from (Wanted("lists", found.id, partial(list_page, view, found.id)) for found in catalog.lists)
    yield from (Wanted("timeline", found.id, partial(timeline_page, view, found.id)) for found in catalog.lists)


def work_page(view: View, work: Work, exports: Mapping[str, str] | None = None, *, placed: bool = True) -> Page:
    """The page of a work of any kind; `exports` are its texts by the names of the formats, where they are at hand.

    Without `placed` it does not say where the entry stands: `with_place` puts that in.
    """
    texts = exports or {form.name: form.one(view.catalog, work) for form in view.shown_formats}
    at = Place(view.language, addresses.work(work.key))
    url = absolute(view, at)
    body = render("work.html", s=view, at=at, work=work, exports=texts, place=PLACE)
    return Page(
        kind="papers",
        id=work.key,
        title=work.title,
        description=summarise(work.summary.get(view.language)),
        body=with_place(view, work, body) if placed else body,
        meta=tuple(machine.highwire(view.catalog, work, url)),
        graph=tuple(machine.open_graph(view.catalog, work, url, view.language)),
        json_ld=machine.json_script(machine.json_ld(view.catalog, work, url, view.language)),
        picture=(addresses.picture(work.key), design.card(view, work).alt),
    )


def with_place(view: View, work: Work, body: str) -> str:
    """The body of a work's page, with where its entry stands, which changes with the entries before it."""
    return body.replace(PLACE, str(macros("macros.html", view.language).place(view, work)), 1)


def person_page(view: View, slug: str) -> Page:
    """What a person wrote, and with whom."""
    at = Place(view.language, addresses.person(slug))
    name = view.catalog.person_names[slug]
    works = view.catalog.works_of_person[slug]
    body = render(
        "person.html",
        s=view,
        at=at,
        name=name,
        works=works,
        person=view.catalog.directory.get(slug),
        coauthors=view.coauthors(slug),
    )
    title = name.native if view.language == "zh" and name.native else name.display
    return Page("authors", slug, title, _titles(title, works), body)


def venue_page(view: View, slug: str) -> Page:
    """What was published at a venue."""
    at = Place(view.language, addresses.venue(slug))
    venue, works = view.catalog.venue[slug], view.catalog.works_of_venue[slug]
    body = render("venue.html", s=view, at=at, venue=venue, works=works)
    return Page("venues", slug, view.venue_short(venue), _titles(view.venue_name(venue), works), body)


def year_page(view: View, year: int) -> Page:
    """What was first public in a year."""
    at = Place(view.language, addresses.year(year))
    years = list(view.catalog.works_of_year)
    number = years.index(year)
    works = view.catalog.works_of_year[year]
    body = render(
        "year.html",
        s=view,
        at=at,
        year=year,
        works=works,
        before=years[number - 1] if number else None,
        after=years[number + 1] if number + 1 < len(years) else None,
    )
    return Page("years", str(year), str(year), _titles(f"{view.t('first_public_in')} {year}", works), body)


def topic_page(view: View, topic_id: str) -> Page:
    """A topic with its entry points and works."""
    at = Place(view.language, addresses.topic(topic_id))
    topic = view.catalog.topic[topic_id]
    body = render(
        "topic.html",
        s=view,
        at=at,
        topic=topic,
        children=view.children(topic_id),
        entry_points=[found for key in topic.entry_points if (found := view.catalog.find(key))],
        works=view.catalog.works_of_topic.get(topic_id, ()),
    )
    summary = summarise(topic.summary.get(view.language))
    return Page("topics", topic_id, topic.name.get(view.language), summary, body)


def list_page(view: View, list_id: str) -> Page:
    """A reading list in its order."""
    at = Place(view.language, addresses.reading_list(list_id))
    reading_list = next(found for found in view.catalog.lists if found.id == list_id)
    body = render("list.html", s=view, at=at, list=reading_list)
    summary = summarise(reading_list.summary.get(view.language))
    return Page("lists", list_id, reading_list.title.get(view.language), summary, body)


def timeline_page(view: View, list_id: str) -> Page:
    """The timeline of a reading list."""
    at = Place(view.language, addresses.timeline(list_id))
    reading_list = next(found for found in view.catalog.lists if found.id == list_id)
    name = view.t("timeline_of").replace("{list}", reading_list.title.get(view.language))
    return Page("timeline", list_id, name, f"{name}. {view.t('timeline_label')}", _timeline(view, at, list_id))


def _timeline(view: View, at: Place, list_id: str | None) -> str:
    catalog = view.catalog
    reading_list = next((found for found in catalog.lists if found.id == list_id), None)
    if reading_list:
        keys = {work.key for item in reading_list.items if (work := catalog.find(item.key))}
    else:
        keys = set(catalog.by_key)
    works = [work for work in catalog.chronological if work.key in keys]
    descents: dict[str, list[Any]] = {}
    for descent in catalog.descents:
        if descent.later.key in keys and descent.earlier.key in keys:
            descents.setdefault(descent.later.key, []).append(descent)
    pictures = timeline.pictures(
        catalog, works, view.language, lambda key: at.link(addresses.work(key)), view.gallery.verified_works
    )
    return render(
        "timeline.html",
        s=view,
        at=at,
        list=reading_list,
        works=works,
        pictures=pictures,
        descents=descents,
        limit=timeline.LIMIT,
    )


def absolute(view: View, at: Place) -> str:
    """The full address of a page."""
    return view.settings.absolute(addresses.of_language(at.language) + at.path)


def summarise(text: str, length: int = 200) -> str:
    """The beginning of a text, cut at a word or a full stop, for descriptions."""
    text = mathml.plain(" ".join(text.split()))
    if len(text) <= length:
        return text
    cut = text[:length]
    end = max(cut.rfind(". "), cut.rfind("。"))
    if end > length // 2:
        return cut[: end + 1]
    return re.sub(r"\s+\S*$", "", cut) + "…"


def _titles(head: str, works: tuple[Work, ...]) -> str:
    return summarise(f"{head}: " + "; ".join(work.title for work in works))
