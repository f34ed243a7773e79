"""What can be found: works, people, topics, reading lists, venues, and the sections of hand-written pages.

A document says under which words it is found, with which weights, and what is shown of it; how terms are made of the
words is the business of `terms`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shoulders import addresses, mathml, words
from shoulders.catalog import Catalog
from shoulders.model import KINDS, Language, Work
from shoulders.names import Name
from shoulders.search.written import Written

SHOWN_NAMES = 3
LONGEST_TEXT = 1500  # of what is shown of a section; all of it is indexed


@dataclass(frozen=True, slots=True)
class Field:
    """A text with its weight; `usual` is the number of terms such texts have, where longer ones weigh less."""

    weight: float
    text: str
    usual: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One thing to be found."""

    path: str  # from the root of its language
    kind: str
    title: str
    by: str
    text: str
    fields: tuple[Field, ...]
    year: int = 0
    boost: float = 1  # how much it weighs beside others that fit alike
    nickname: str = ""  # where the title does not hold it
    words: str = ""  # whose spelling it vouches for


def documents(catalog: Catalog, language: Language, written: Sequence[Written]) -> Iterator[Document]:
    """All documents of one language, numbered by their order: works by kind and year, latest and greatest first."""
    works = sorted(
        catalog.works, key=lambda work: (KINDS.index(work.kind), -work.year_public, -_heirs(catalog, work), work.key)
    )
    for work in works:
        yield _work(catalog, work, language)
    for slug in catalog.works_of_person:
        yield _person(catalog, slug, language)
    yield from _topics(catalog, language)
    yield from _lists(catalog, language)
    yield from _venues(catalog, language)
    for page in written:
        yield from _page(page)


def _heirs(catalog: Catalog, work: Work) -> int:
    return len(catalog.led_to.get(work.key, ()))


def _work(catalog: Catalog, work: Work, language: Language) -> Document:
    people = [credit.name for credit in catalog.credits[work.key]]
    venue = catalog.venue.get(work.venue or "")
    translated = [text for text in (work.translated.en, work.translated.zh) if text] if work.translated else []
    topics = [catalog.topic[name].name for name in work.topics if name in catalog.topic]
    topic_names = [name for topic in topics for name in (topic.en, topic.zh) if name]
    doi = (work.doi or "").removeprefix("10.")  # what all of them begin with
    ids = [work.key, *work.aliases, work.arxiv, doi, work.acl, work.openreview, work.isbn]
    demos = catalog.demos.get(work.key, ())
    fields = (
        Field(12, work.nickname or "", 1),
        Field(6, work.title, 7),
        Field(4, " ".join([*translated, work.romanised or ""]), 7),
        Field(4, " ".join(_all_names(name) for name in people[:1])),
        Field(2.5, " ".join(_all_names(name) for name in people[1:])),
        Field(2.5, " ".join(_all_names(credit.name) for credit in catalog.credit((*work.editors, *work.translators)))),
        Field(2, " ".join(part for part in ids if part)),
        Field(2, f"{work.year} {work.year_public}"),
        Field(1.5, f"{venue.short or ''} {venue.name} {venue.name_zh or ''}" if venue else work.booktitle or ""),
        Field(1.5, " ".join(topic_names)),
        Field(1.5, " ".join([*demos, "demo 演示"] if demos else ())),
        Field(1, work.summary.get(language), 70 if language == "en" else 150),
    )
    return Document(
        addresses.work(work.key),
        work.kind,
        work.title,
        _byline(people, language),
        _plain(work.summary.get(language)),
        fields,
        year=work.year_public,
        nickname="" if (work.nickname or "").casefold() in work.title.casefold() else work.nickname or "",
        # On equal terms a work on whose shoulders many stand comes first: with 30 of them it weighs twice as much.
        boost=1 + math.log2(1 + _heirs(catalog, work)) / 5,
        words=" ".join([work.nickname or "", work.title, *translated, *(name.display for name in people)]),
    )


def _plain(text: str) -> str:
    return mathml.plain(" ".join(text.split()))


def _all_names(name: Name) -> str:
    return f"{name.display} {name.native}".strip()


def _byline(people: Sequence[Name], language: Language) -> str:
    text = ""
    for name in people[:SHOWN_NAMES]:
        native = name.native if language == "zh" else ""
        text += (("、" if native else ", ") if text else "") + (native or name.display)
    return text + (" …" if len(people) > SHOWN_NAMES else "")


def _number_of_works(number: int, language: Language) -> str:
    return words.count("n_works", number, language) if number else ""


def _person(catalog: Catalog, slug: str, language: Language) -> Document:
    name = catalog.person_names[slug]
    works = sorted(
        catalog.works_of_person[slug], key=lambda work: (-_heirs(catalog, work), work.first_public, work.key)
    )
    record = catalog.directory.get(slug)
    variants = " ".join(record.variants) if record else ""
    return Document(
        addresses.person(slug),
        "author",
        name.native if language == "zh" and name.native else name.display,
        _number_of_works(len(works), language),
        ("；" if language == "zh" else "; ").join(work.short for work in works[:5]),
        (Field(8, _all_names(name), 2), Field(4, variants)),
        boost=1 + math.log2(len(works)) / 10,
        words=f"{name.display} {variants}",
    )


def _topics(catalog: Catalog, language: Language) -> Iterator[Document]:
    for topic in catalog.topics:
        number = len(catalog.works_of_topic.get(topic.id, ()))
        summary = topic.summary.get(language)
        yield Document(
            addresses.topic(topic.id),
            "topic",
            topic.name.get(language),
            _number_of_works(number, language),
            _plain(summary),
            (
                Field(14, topic.name.en or "", 2),
                Field(14, topic.name.zh or "", 3),
                Field(3, topic.id),
                Field(1, summary, 40),
            ),
            boost=1.5 + math.log2(1 + number) / 20,  # the page to begin with, for who asks for its name
            words=topic.name.en or "",
        )


def _lists(catalog: Catalog, language: Language) -> Iterator[Document]:
    for found in catalog.lists:
        summary = found.summary.get(language)
        yield Document(
            addresses.reading_list(found.id),
            "list",
            found.title.get(language),
            _number_of_works(len(found.items), language),
            _plain(summary),
            (
                Field(8, found.title.en or "", 3),
                Field(8, found.title.zh or "", 5),
                Field(3, found.id),
                Field(1, summary, 40),
            ),
            words=found.title.en or "",
        )


def _venues(catalog: Catalog, language: Language) -> Iterator[Document]:
    for slug in catalog.works_of_venue:
        venue = catalog.venue[slug]
        full = venue.name_zh if language == "zh" and venue.name_zh else venue.name
        names = " ".join(part for part in (venue.short, venue.name, venue.name_zh) if part)
        yield Document(
            addresses.venue(slug),
            "venue",
            venue.short or full,
            _number_of_works(len(catalog.works_of_venue[slug]), language),
            full if venue.short else "",
            (Field(9, venue.short or "", 1), Field(6, names, 8), Field(3, slug)),
            words=names,
        )


def _page(page: Written) -> Iterator[Document]:
    for anchor, heading, text in page.sections:
        yield Document(
            f"{page.path}#{anchor}" if anchor else page.path,
            "page",
            f"{page.title} › {heading}" if heading else page.title,
            "",
            text[:LONGEST_TEXT],
            (Field(2 if heading else 6, page.title, 3), Field(5, heading, 4), Field(1, text, 150)),
            boost=0.7 if anchor else 1,
            words=page.title,
        )
