"""The address of every page and file, relative to the root of its language; the only place that knows them."""

from __future__ import annotations

from dataclasses import dataclass

from shoulders.model import Language


def work(key: str) -> str:
    """The page of a work of any kind."""
    return f"papers/{key}/"


def person(slug: str) -> str:
    """The page of an author."""
    return f"authors/{slug}/"


def venue(slug: str) -> str:
    """The page of a venue."""
    return f"venues/{slug}/"


def year(number: int | str) -> str:
    """The page of a year."""
    return f"years/{number}/"


def topic(slug: str) -> str:
    """The page of a topic."""
    return f"topics/{slug}/"


def reading_list(slug: str) -> str:
    """The page of a reading list."""
    return f"lists/{slug}/"


def concept(slug: str) -> str:
    """A concept page."""
    return f"concepts/{slug}/"


def timeline(slug: str) -> str:
    """The timeline of a reading list."""
    return f"timeline/{slug}/"


def export(key: str, suffix: str) -> str:
    """A work's export, at the root of the site for both languages."""
    return f"export/{key}{suffix}"


def list_export(slug: str, suffix: str) -> str:
    """A reading list's export, at the root of the site for both languages."""
    return f"export/lists/{slug}{suffix}"


def demo(name: str, suffix: str) -> str:
    """A demo's source, notebook or figure, at the root of the site for both languages."""
    return f"demos/{name}{suffix}"


def lineage(name: str) -> str:
    """A piece of the lineage as data, at the root of the site for both languages."""
    return f"lineage/{name}.json"


def data(name: str) -> str:
    """A piece of data: of works, in the root of each language; of citations, in the root of the site."""
    return f"data/{name}.json"


def picture(key: str) -> str:
    """The picture of a work that is shown with a link to its page."""
    return f"og/{key}.png"


SITE_PICTURE = "og/site.png"  # no key is without a year
"""The picture that is shown with a link to any other page."""
FAVICON, TOUCH_ICON = "favicon.ico", "apple-touch-icon.png"
"""Where browsers and telephones look for an icon when no page tells them."""


def feed(language: Language) -> str:
    """The Atom feed of a language, from the root of the site."""
    return "feed.xml" if language == "en" else f"{language}/feed.xml"


def of_language(language: Language) -> str:
    """Where a language's pages begin, from the root of the site."""
    return "" if language == "en" else f"{language}/"


@dataclass(frozen=True, slots=True)
class Place:
    """A page's place in the site, from which relative addresses are made: the site works under any sub-path."""

    language: Language
    path: str  # "papers/devlin-etal-2019-bert/", "" for home

    @property
    def base(self) -> str:
        """The relative way from this page to the root of its language."""
        return "../" * self.path.count("/") or "./"

    @property
    def root(self) -> str:
        """The relative way from this page to the root of the site."""
        full = of_language(self.language) + self.path
        return "../" * full.count("/") or "./"

    def link(self, address: str) -> str:
        """A page of the same language."""
        return self.base + address

    def file(self, address: str) -> str:
        """A file at the root of the site."""
        return self.root + address
