"""The records of the catalog: works, people, venues, topics and reading lists.

Says what a record may hold and checks each field by itself; what records say about each other is checked
by `rules`, and who points to whom is indexed by `catalog`.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from shoulders.names import Name, parse_name
from shoulders.scalars import (
    Acl,
    Arxiv,
    ArxivClass,
    AuthorName,
    Date,
    Day,
    Doi,
    Flag,
    Isbn,
    Key,
    Line,
    Month,
    Number,
    OpenReview,
    Orcid,
    OrganisationName,
    Pages,
    PersonName,
    Prose,
    Slug,
    Url,
    Whole,
    Year,
)

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")

Kind = Literal["paper", "book", "repo", "article", "course"]
KINDS: tuple[Kind, ...] = ("paper", "book", "repo", "article", "course")

EntryType = Literal[
    "inproceedings",
    "article",
    "book",
    "incollection",
    "techreport",
    "thesis",
    "preprint",
    "software",
    "online",
]
ENTRY_TYPE_OF_KIND: dict[Kind, EntryType] = {
    "paper": "preprint",
    "book": "book",
    "repo": "software",
    "article": "online",
    "course": "online",
}

EdgeType = Literal["extends", "simplifies", "replaces", "compares", "critiques"]
EDGE_TYPES: tuple[EdgeType, ...] = ("extends", "simplifies", "replaces", "compares", "critiques")


class Record(BaseModel):
    """What all records share: frozen, and no field that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Record):
    """A text in both languages; a missing one is a problem, shown as the other one meanwhile."""

    en: Prose | None = None
    zh: Prose | None = None

    def get(self, language: Language) -> str:
        """The text in `language`, or in the other one where it is missing."""
        return (self.en if language == "en" else self.zh) or self.en or self.zh or ""

    def language(self, wanted: Language) -> Language:
        """The language that `get(wanted)` answers in."""
        if getattr(self, wanted):
            return wanted
        return "en" if self.en else "zh"


def _author(value: object) -> object:
    return {"name": value} if isinstance(value, str) else value


class Author(Record):
    """One author as this work prints them; `person` tells namesakes apart.

    In YAML a plain string is enough: `Ashish Vaswani`, `van den Oord, Aäron`, or a name in Chinese script
    that `people.yaml` knows.
    """

    name: AuthorName | None = None
    organisation: OrganisationName | None = None
    person: Slug | None = None

    @model_validator(mode="after")
    def _name_or_organisation(self) -> Self:
        if bool(self.name) == bool(self.organisation):
            raise ValueError(f"a name or an organisation, got {'both' if self.name else 'neither'}")
        return self


AuthorField = Annotated[
    Author,
    BeforeValidator(_author),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"$ref": "#/$defs/Author"}]}),
]


class Equation(Record):
    """A formula in LaTeX, what it says, and its number in the paper."""

    tex: Prose
    caption: Text
    number: Line | None = None


class Edge(Record):
    """Whose shoulders a work stands on, how, and why one may say so."""

    to: Key
    type: EdgeType
    why: Text


class Link(Record):
    """A further address, with what is found there."""

    label: Text
    url: Url


class Retraction(Record):
    """When and where a work was retracted, and why."""

    date: Date
    note: Text
    url: Url | None = None


class Work(Record):
    """One work, one entry: the published version to cite, joined with its preprint."""

    key: Key
    aliases: tuple[Key, ...] = ()
    kind: Kind
    type: EntryType | None = None
    title: Line
    language: Language = "en"
    romanised: Line | None = Field(None, description="The title in Latin script, for keys and ASCII BibTeX.")
    translated: Text | None = Field(None, description="The title in the other language.")
    nickname: Line | None = Field(None, description="What the field calls it, e.g. BERT.")
    protect: tuple[Line, ...] = Field((), description="Words of the title whose capitals BibTeX must keep.")
    authors: tuple[AuthorField, ...] = ()
    editors: tuple[AuthorField, ...] = ()
    translators: tuple[AuthorField, ...] = ()
    year: Year = Field(description="The year of the version to cite.")
    month: Month | None = None
    first_public: Date = Field(description="When anybody could first read it, often as a preprint.")
    venue: Slug | None = None
    booktitle: Line | None = None
    series: Line | None = None
    volume: Number | None = None
    number: Number | None = None
    pages: Pages | None = None
    publisher: Line | None = None
    address: Line | None = None
    institution: Line | None = None
    school: Line | None = None
    edition: Annotated[Whole, Field(ge=1)] | None = None
    isbn: Isbn | None = None
    doi: Doi | None = None
    arxiv: Arxiv | None = None
    arxiv_class: ArxivClass | None = None
    acl: Acl | None = None
    openreview: OpenReview | None = None
    url: Url | None = None
    pdf: Url | None = None
    code: Url | None = None
    licence: Text | None = None
    links: tuple[Link, ...] = ()
    topics: tuple[Slug, ...] = ()
    summary: Text
    note: Text | None = None
    equations: tuple[Equation, ...] = ()
    edges: tuple[Edge, ...] = ()
    explains: tuple[Key, ...] = Field((), description="Works that this one is a companion reading to.")
    translation_of: Key | None = None
    added: Day
    retracted: Retraction | None = None
    verified: Flag = True
    unverified: tuple[Line, ...] = Field((), description="Fields that only one source gives.")
    sources: tuple[Url, ...] = Field((), description="Where the facts were checked.")

    _selections: ClassVar[dict[frozenset[str], set[str]]] = {}  # of names of fields

    @model_validator(mode="after")
    def _share_names_of_fields(self) -> Self:
        """Keep one set of the same names for all works: a twelfth of the memory of a catalog."""
        names = self.__pydantic_fields_set__
        object.__setattr__(self, "__pydantic_fields_set__", self._selections.setdefault(frozenset(names), names))
        return self

    @property
    def entry_type(self) -> EntryType:
        """The bibliographic type, from which every export derives its own."""
        return self.type or ENTRY_TYPE_OF_KIND[self.kind]

    @property
    def year_public(self) -> int:
        """The year it was first public, by which pages and timelines order it."""
        return int(self.first_public[:4])

    @property
    def short(self) -> str:
        """The name the field uses, or the title."""
        return self.nickname or self.title


class Person(Record):
    """What a printed name does not tell: namesakes, variants, native script, ORCID."""

    id: Slug
    organisation: Flag = False  # before the names, whose check depends on it
    name: PersonName
    native: Line | None = None
    variants: tuple[PersonName, ...] = ()
    orcid: Orcid | None = None
    url: Url | None = None

    @property
    def parsed(self) -> Name:
        """The name in its parts, native script included."""
        if self.organisation:
            return Name(family=self.name, native=self.native or "", organisation=True)
        name = parse_name(self.name)
        return Name(name.family, name.given, name.particle, name.suffix, self.native or "")


class Venue(Record):
    """Where works are published: a conference series, a journal, a preprint server, a publisher or a site."""

    id: Slug
    kind: Literal["conference", "journal", "preprint", "publisher", "site"]
    name: Line
    short: Line | None = None
    name_zh: Line | None = None
    url: Url | None = None


class Topic(Record):
    """A subject, the lane of its works on the timeline; two levels by `parent`."""

    id: Slug
    parent: Slug | None = None
    name: Text
    summary: Text
    pages: tuple[Slug, ...] = Field((), description="Concept pages that explain it.")
    entry_points: tuple[Key, ...] = ()


class Item(Record):
    """One step of a reading list."""

    key: Key
    keywords: Text | None = None
    note: Text | None = None


class Section(Record):
    """A part of a reading list; its order is the reading order."""

    title: Text | None = None
    pages: tuple[Slug, ...] = Field((), description="Concept pages to read first.")
    items: tuple[Item, ...] = Field(min_length=1)


class ReadingList(Record):
    """An ordered list of works with what to look for in each."""

    id: Slug
    title: Text
    summary: Text
    sections: tuple[Section, ...] = Field(min_length=1)

    @property
    def items(self) -> tuple[Item, ...]:
        """All steps in reading order."""
        return tuple(item for section in self.sections for item in section.items)
