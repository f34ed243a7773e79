"""What the page of all works shows, and the catalog as data for its script: rows, choices, pieces of JSON.

Pure: a view of the catalog in, text out. Filters nothing itself; that is done where the reader is, by
`docs/overrides/assets/filters.js`, on the pieces made here. Each piece holds columns, works in the order of their keys,
so that the piece of a key is found from the first keys alone.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from shoulders import addresses, lineage
from shoulders.citations import STYLE_NAMES
from shoulders.model import Kind, Topic, Venue, Work
from shoulders.view import View

IN_PAGE = 400
"""Rows that stand in the page itself; in a larger catalog the others are reached by script, by year and by topic."""
IN_PIECE = 500
"""Works in a piece of the catalog."""
CITED_IN_PIECE = 100
"""Works in a piece of citations: a selection wants few of them, from all over the catalog."""
COMMON = 8
"""Venues that are offered without unfolding."""
KINDS: tuple[Kind, ...] = ("paper", "book", "repo", "article", "course")
WORDS: tuple[str, ...] = ("retracted", "runs", "demo", *KINDS[1:])
_ARTICLE = re.compile(r"^(?:the|an?) (?=\w)")


@dataclass(frozen=True, slots=True)
class Row:
    """A work as one line of a list."""

    work: Work
    by: str
    where: str
    topics: tuple[Topic, ...]
    mark: str  # "runs", "demo" or nothing


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to filter by, with how many works it leaves."""

    id: str
    name: str
    count: int
    lane: int = -1
    children: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Year:
    """A year, with how many works were first public in it, since its beginning and until its end."""

    number: int
    count: int
    since: int
    until: int


@dataclass(frozen=True)
class Browse:
    """One language's page of all works."""

    view: View
    common = COMMON
    step = IN_PAGE

    @cached_property
    def in_page(self) -> tuple[Row, ...]:
        """The rows that stand in the page: the oldest works, in a catalog of usual size all."""
        return tuple(self.row(work) for work in self.view.catalog.chronological[: self.step])

    def row(self, work: Work) -> Row:
        """A work as a line."""
        view = self.view
        venue = view.catalog.venue.get(work.venue or "")
        place = view.venue_short(venue) if venue else work.publisher or ""
        demo = "demo" if work.key in view.catalog.demos else ""
        mark = "runs" if work.key in view.gallery.verified_works else demo
        return Row(work, self._by(work), f"{place} {work.year}".strip(), tuple(view.topics_of(work)), mark)

    def _by(self, work: Work) -> str:
        """The first authors as they are printed in this language."""
        view = self.view
        credits = view.catalog.credits[work.key]
        shown = credits if len(credits) <= 4 else credits[:3]
        names = "".join(view.comma(shown[i - 1].name) * bool(i) + view.name(one.name) for i, one in enumerate(shown))
        more = view.t("and_more").replace("{n}", str(len(credits) - len(shown))) if len(shown) < len(credits) else ""
        return f"{names} {more}".strip() or view.t("unknown_author")

    # choices -------------------------------------------------------------------------------------

    @property
    def kinds(self) -> list[Choice]:
        """The kinds of works there are."""
        counts = Counter(work.kind for work in self.view.catalog.works)
        return [Choice(kind, self.view.t(kind), counts[kind]) for kind in KINDS if counts[kind]]

    @property
    def topics(self) -> list[Choice]:
        """The topics of the first level that have works, each with its subtopics."""
        return [
            self._topic(topic, self.view.children(topic.id)) for topic in self.view.catalog.lanes if self._works(topic)
        ]

    def _topic(self, topic: Topic, children: Iterable[Topic] = ()) -> Choice:
        under = tuple(self._topic(child) for child in children if self._works(child))
        name, lane = topic.name.get(self.view.language), self.view.lane_of_topic(topic.id)
        return Choice(topic.id, name, len(self._works(topic)), lane, under)

    def _works(self, topic: Topic) -> tuple[Work, ...]:
        return self.view.catalog.works_of_topic.get(topic.id, ())

    @property
    def venues(self) -> list[Choice]:
        """The venues, those with most works first."""
        catalog = self.view.catalog
        found = [
            Choice(slug, self.view.venue_short(catalog.venue[slug]), len(works))
            for slug, works in catalog.works_of_venue.items()
        ]
        return sorted(found, key=lambda choice: (-choice.count, lineage.sort_key(choice.name), choice.id))

    @property
    def lists(self) -> list[Choice]:
        """The reading lists, in the order of the file."""
        counts = Counter(found.id for lists in self.view.catalog.lists_of_work.values() for found in lists)
        language = self.view.language
        return [Choice(found.id, found.title.get(language), counts[found.id]) for found in self.view.catalog.lists]

    @property
    def years(self) -> list[Year]:
        """Every year from the first to the last, also those without works."""
        works, all_works = self.view.catalog.works_of_year, len(self.view.catalog.works)
        counts = {y: len(works.get(y, ())) for y in range(min(works), max(works) + 1)} if works else {}
        until = dict(zip(counts, accumulate(counts.values()), strict=True))
        return [Year(y, count, all_works - until[y] + count, until[y]) for y, count in counts.items()]

    @property
    def demos(self) -> int:
        """How many works have a demo."""
        return sum(work.key in self.view.catalog.demos for work in self.view.catalog.works)

    # data ----------------------------------------------------------------------------------------

    @cached_property
    def _by_key(self) -> list[Work]:
        return sorted(self.view.catalog.works, key=lambda work: work.key)

    def files(self) -> Iterator[tuple[str, str]]:
        """The catalog as data: address within the language, and text; the one that names the others comes last."""
        pieces = []
        for number, works in enumerate(_portions(self._by_key, IN_PIECE)):
            text = _json(self._columns(works))
            pieces.append({"from": works[0].key, "count": len(works), "file": f"works-{number}.json?v={_digest(text)}"})
            yield addresses.data(f"works-{number}"), text
        yield addresses.data("works"), _json(self._index(pieces))

    def _index(self, pieces: list[dict[str, Any]]) -> dict[str, Any]:
        view, catalog = self.view, self.view.catalog
        return {
            "count": len(catalog.works),
            "pieces": pieces,
            "former": dict(sorted(catalog.aliases.items())),
            "topics": {
                topic.id: [topic.name.get(view.language), topic.parent or "", view.lane_of_topic(topic.id)]
                for topic in catalog.topics
            },
            "venues": {slug: _names_of(catalog.venue[slug]) for slug in catalog.works_of_venue},
            "words": {word: view.t(word) for word in WORDS},
        }

    def _columns(self, works: Iterable[Work]) -> dict[str, list[Any]]:
        """What a row shows, what it is filtered by, and where it stands in each order."""
        catalog = self.view.catalog
        columns: dict[str, list[Any]] = {}
        for work in works:
            row = self.row(work)
            values: Mapping[str, Any] = {
                "key": work.key,
                "kind": work.kind,
                "title": work.title,
                "language": "" if work.language == self.view.language else work.language,
                "nickname": work.nickname if work.nickname and work.nickname != work.title else "",
                "by": row.by,
                "where": row.where,
                "year": work.year_public,
                "venue": work.venue if work.venue in catalog.venue else "",
                "topics": " ".join(topic.id for topic in row.topics),
                "lane": self.view.lane(work),
                "lists": " ".join(found.id for found in catalog.lists_of_work.get(work.key, ())),
                "mark": row.mark,
                "retracted": int(bool(work.retracted)),
                "heirs": len(catalog.led_to.get(work.key, ())),
                "also": self._also(work, row),
                **{order: ranks[work.key] for order, ranks in self._ranks.items()},
            }
            for name, value in values.items():
                columns.setdefault(name, []).append(value)
        return columns

    def _also(self, work: Work, row: Row) -> str:
        """By what else it is found: everybody's name in both scripts, the title in other languages and letters."""
        names = [name for one in self.view.catalog.credits[work.key] for name in (one.name.display, one.name.native)]
        titles = [work.translated.en, work.translated.zh] if work.translated else []
        wanted = [*names, *titles, work.romanised]
        return " · ".join(text for text in dict.fromkeys(wanted) if text and text not in row.by)

    @cached_property
    def _ranks(self) -> dict[str, dict[str, int]]:
        """Where each work stands by date, by title and by first author, by its key."""
        by_date = self.view.catalog.chronological
        by_title = sorted(by_date, key=title_key)
        by_author = sorted(by_title, key=self._author_key)
        orders = {"order": by_date, "title_order": by_title, "author_order": by_author}
        return {name: {work.key: place for place, work in enumerate(works)} for name, works in orders.items()}

    def _author_key(self, work: Work) -> tuple[bool, str]:
        """Works without authors come last."""
        credits = self.view.catalog.credits[work.key]
        return (not credits, lineage.sort_key(credits[0].name.inverted) if credits else "")

    def citation_files(self) -> Iterator[tuple[str, str]]:
        """Everybody's formatted citations: address from the root of the site, and text."""
        cited = [work for work in self._by_key if work.key in self.view.citations]
        portions = list(_portions(cited, CITED_IN_PIECE))
        files: dict[str, list[str]] = {style: [] for style in STYLE_NAMES}
        for number, works in enumerate(portions):
            found = [self.view.citations[work.key] for work in works]
            for style, names in files.items():
                texts = [_segments(citations[style].html) for citations in found]
                text = _json({"key": [work.key for work in works], "text": texts})
                names.append(f"citations/{style}-{number}.json?v={_digest(text)}")
                yield addresses.data(f"citations/{style}-{number}"), text
        yield addresses.data("citations"), _json({"from": [works[0].key for works in portions], "files": files})


def _segments(markup: str) -> list[str]:
    """A citation cut where italics begin and end: upright, italic, upright, ...

    >>> _segments("A &amp; B. <em>Title</em>. 2017.")
    ['A & B. ', 'Title', '. 2017.']
    """
    return [html.unescape(part) for part in re.split("</?em>", markup)]


def title_key(work: Work) -> str:
    """A title as an index sorts it: without articles, quotes and the like."""
    return _ARTICLE.sub("", lineage.sort_key(work.romanised or work.title).lstrip("\"'`([{-.… "))


def _names_of(venue: Venue) -> str:
    return " · ".join(name for name in dict.fromkeys((venue.short, venue.name, venue.name_zh)) if name)


def _portions(works: list[Work], size: int) -> Iterator[list[Work]]:
    for start in range(0, len(works), size):
        yield works[start : start + size]


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _digest(text: str) -> str:
    """Changes with the text, so that a browser that kept an older piece asks anew."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
