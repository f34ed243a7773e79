"""The catalog as one language's templates see it: words, marks, groupings; no addresses of its own, no HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from urllib.parse import urlsplit

from markupsafe import Markup

from shoulders import addresses, ego, lineage, listing, machine, mathml, words
from shoulders.addresses import Place
from shoulders.catalog import Catalog
from shoulders.citations import STYLE_NAMES, Citation
from shoulders.exports import FORMATS
from shoulders.gallery import Demo, Gallery
from shoulders.handwritten import Concept
from shoulders.links.record import Link
from shoulders.listing import Section
from shoulders.model import Language, ReadingList, Topic, Venue, Work
from shoulders.model import Section as ListSection
from shoulders.names import Name
from shoulders.settings import Settings
from shoulders.steps import Path, Step


@dataclass(frozen=True)
class View:
    """One language's view of the catalog, handed to every template as `s`."""

    catalog: Catalog
    settings: Settings
    language: Language
    citations: Mapping[str, Mapping[str, Citation]] = field(default_factory=dict)
    edit_lines: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    demos: Mapping[str, Demo] = field(default_factory=dict)
    concepts: Mapping[str, Concept] = field(default_factory=dict)
    dead: Mapping[str, Link] = field(default_factory=dict)  # links at whose end nothing stands any more, by address
    marks: Mapping[str, str] = field(default_factory=dict)  # by key, what stands for all that an entry says

    made: dict[Hashable, Markup] = field(default_factory=dict, repr=False)
    """Fragments that stand on several pages, each made once for all pages that lie equally deep."""

    formats = tuple(FORMATS.values())
    shown_formats = (FORMATS["bibtex"], FORMATS["biblatex"])

    @cached_property
    def t(self) -> Callable[[str], str]:
        """The interface's word of an id."""
        return words.translator(self.language)

    def count(self, name: str, number: int) -> str:
        """How many there are of something, in words."""
        return words.count(name, number, self.language)

    @property
    def site_name(self) -> str:
        """What the site is called in this language."""
        return self.settings.names[self.language]

    def date(self, date: str) -> str:
        """A date as people write it."""
        return words.format_date(date, self.language)

    @staticmethod
    @lru_cache(1 << 16)
    def host(url: str) -> str:
        """The host of an address, to show where a link leads."""
        return (urlsplit(url).hostname or url).removeprefix("www.")

    # names ---------------------------------------------------------------------------------------

    def name(self, name: Name) -> str:
        """A name in reading order, in native script on Chinese pages."""
        return name.native if name.native and self.language == "zh" else name.display

    def comma(self, name: Name) -> str:
        """What stands between this name and the next: Chinese names are set apart as Chinese sets them."""
        return "、" if name.native and self.language == "zh" else ", "

    def index_name(self, name: Name) -> str:
        """A name in an alphabetical index: family name first."""
        return f"{name.inverted} {name.native}".strip()

    def people_by_letter(self) -> list[tuple[str, list[tuple[str, Name, int]]]]:
        """Everybody by the first letter of the family name, with the number of works."""
        letters: dict[str, list[tuple[str, Name, int]]] = {}
        for slug, works in self.catalog.works_of_person.items():
            name = self.catalog.person_names[slug]
            letter = lineage.sort_key(name.family)[:1].upper()
            letters.setdefault(letter if letter.isalpha() else "#", []).append((slug, name, len(works)))
        for people in letters.values():
            people.sort(key=lambda entry: (lineage.sort_key(entry[1].inverted), entry[0]))
        return sorted(letters.items())

    def coauthors(self, slug: str) -> list[tuple[str, int]]:
        """With whom a person writes, most often first."""
        together: Counter[str] = Counter()
        for work in self.catalog.works_of_person[slug]:
            together.update({credit.person for credit in self.catalog.credits[work.key]} - {slug})
        return sorted(together.items(), key=lambda pair: (-pair[1], pair[0]))

    # venues and topics ---------------------------------------------------------------------------

    def venue_name(self, venue: Venue) -> str:
        """The full name, in Chinese where there is one and it is asked for."""
        return venue.name_zh if self.language == "zh" and venue.name_zh else venue.name

    def venue_short(self, venue: Venue) -> str:
        """What people call the venue."""
        return venue.short or self.venue_name(venue)

    def topics_of(self, work: Work) -> list[Topic]:
        """The topics of a work that exist."""
        return [self.catalog.topic[name] for name in work.topics if name in self.catalog.topic]

    def children(self, topic: str) -> list[Topic]:
        """The subtopics of a topic."""
        return [child for child in self.catalog.topics if child.parent == topic]

    def lane(self, work: Work) -> int:
        """The number of a work's lane: that of its first topic."""
        return lineage.lane_number(self.catalog, work)

    def lane_of_topic(self, topic: str) -> int:
        """The number of the lane of a topic."""
        return self.catalog.lane_of_topic.get(topic, -1)

    def lane_topic(self, work: Work) -> list[Topic]:
        """The topic whose lane a work is in, as a list of at most one."""
        return [self.catalog.lanes[number]] if (number := self.lane(work)) >= 0 else []

    # concept pages -------------------------------------------------------------------------------

    def concepts_of(self, work: Work) -> list[Concept]:
        """The concept pages that cite a work, by its key or a former one."""
        keys = {work.key, *work.aliases}
        return [concept for concept in self.concepts.values() if keys & concept.cites]

    def pages_of(self, record: ListSection | Topic) -> list[Concept]:
        """The concept pages that a topic or a section of a reading list names."""
        return [self.concepts[page] for page in record.pages if page in self.concepts]

    # a work --------------------------------------------------------------------------------------

    def translated(self, work: Work) -> str:
        """The title in this page's language, where it was not written in it."""
        return (getattr(work.translated, self.language) or "") if work.translated else ""

    def work_links(self, work: Work) -> list[tuple[str, str]]:
        """Where to read it: label and address, each address once."""
        links: list[tuple[str, str]] = []
        if work.arxiv:
            links.append(("arXiv", f"https://arxiv.org/abs/{work.arxiv}"))
        if work.acl:
            links.append(("ACL Anthology", f"https://aclanthology.org/{work.acl}"))
        if work.openreview:
            links.append(("OpenReview", f"https://openreview.net/forum?id={work.openreview}"))
        if work.doi:
            links.append(("DOI", f"https://doi.org/{work.doi}"))
        if work.pdf:
            links.append(("PDF", work.pdf))
        if work.url and not any(same_page(work.url, address) for _, address in links):
            links.append((self.host(work.url), work.url))
        if work.code and work.code != work.url:
            links.append((self.t("code"), work.code))
        return links + [(link.label.get(self.language), link.url) for link in work.links]

    def sources(self, work: Work) -> list[tuple[str, str]]:
        """Where its facts were checked: host and address."""
        return [(self.host(source), source) for source in work.sources]

    def dead_among(self, links: Iterable[tuple[str, str]]) -> list[tuple[str, Link]]:
        """Those of the links, label and address, that are dead: their labels, and what is known of them."""
        return [(label, self.dead[address]) for label, address in links if address in self.dead]

    def related(self, work: Work) -> Iterator[tuple[str, tuple[Work, ...]]]:
        """Works tied to this one otherwise than by lineage, under a heading each."""
        explained = tuple(found for key in work.explains if (found := self.catalog.find(key)))
        original = self.catalog.find(work.translation_of) if work.translation_of else None
        for title, works in (
            ("companions", self.catalog.companions.get(work.key, ())),
            ("explains", explained),
            ("translation_of", (original,) if original else ()),
            ("translations", self.catalog.translations.get(work.key, ())),
        ):
            if works:
                yield self.t(title), works

    @cached_property
    def gallery(self) -> Gallery:
        """The demos and the works they show."""
        return Gallery(self.catalog, self.demos)

    def code(self, demo: Demo, section: Section) -> Markup:
        """The highlighted code of a section of a demo."""
        return listing.code(demo.name, section)

    def demo_file(self, demo: Demo, suffix: str) -> str:
        """The address of a demo's source, notebook or figure."""
        return addresses.demo(demo.name, suffix)

    def colab(self, demo: Demo) -> str:
        """Where Colab opens a demo's notebook: the branch `notebooks` of a repository at GitHub."""
        _, _, path = self.settings.repo_url.partition("github.com/")
        return f"https://colab.research.google.com/github/{path}/blob/notebooks/{demo.name}.ipynb" if path else ""

    def has_lineage(self, work: Work) -> bool:
        """Whether the page speaks of lineage: papers always do, others where an edge is known."""
        catalog = self.catalog
        return work.kind == "paper" or work.key in catalog.builds_on or work.key in catalog.led_to

    def sections(self, work: Work) -> list[tuple[str, str]]:
        """The sections of a work's page: anchor and name."""
        names = {
            "summary": self.t("summary" if work.kind == "paper" else "about_it"),
            "equations": self.t("equations") if work.equations else "",
            "lineage": self.t("lineage") if self.has_lineage(work) else "",
            "demos": self.t("demos") if work.key in self.catalog.demos else "",
            "lists": self.t("in_lists") if work.key in self.catalog.lists_of_work else "",
            "cite": self.t("cite"),
            "details": self.t("details"),
        }
        return [(anchor, name) for anchor, name in names.items() if name]

    @cached_property
    def paths(self) -> dict[str, Path]:
        """Every reading list as a path, by its id."""
        return {found.id: Path.of(self.catalog, found) for found in self.catalog.lists}

    def step(self, reading_list: ReadingList, key: str) -> Step:
        """Where a work stands in a list."""
        return self.paths[reading_list.id].step(key)

    def before(self, reading_list: ReadingList, work: Work) -> list[Work]:
        """What of a list to read before one of its works."""
        return self.paths[reading_list.id].before(self.catalog, work)

    def step_text(self, step: Step) -> str:
        """The place in words: `Step 3 of 14`."""
        if self.language == "zh":
            return f"第 {step.number} 步，共 {step.count} 步"
        return f"{self.t('step')} {step.number} {self.t('step_of')} {step.count}"

    def facts(self, work: Work) -> list[tuple[str, str]]:
        """The bibliographic details that stand nowhere else on the page."""
        facts = [
            (self.t("published_in"), work.booktitle or self._venue_of_facts(work)),
            (self.t("series"), " ".join(part for part in (work.series, work.volume and f"{work.volume}") if part)),
            (self.t("number"), work.number),
            (self.t("pages"), work.pages and work.pages.replace("-", "–")),
            (self.t("publisher"), work.publisher or work.institution),
            (self.t("place"), work.address),
            (self.t("school"), work.school),
            ("ISBN", work.isbn),
            ("DOI", work.doi),
            ("arXiv", work.arxiv and " ".join(p for p in (work.arxiv, work.arxiv_class) if p)),
            (self.t("licence"), work.licence.get(self.language) if work.licence else ""),
            (self.t("added"), self.date(work.added)),
        ]
        return [(name, value) for name, value in facts if value]

    def _venue_of_facts(self, work: Work) -> str:
        venue = self.catalog.venue.get(work.venue or "")
        return self.venue_name(venue) if venue and venue.kind != "publisher" else ""

    def edit_url(self, work: Work) -> str:
        """Where the entry stands in the repository."""
        path, line = self.edit_lines.get(work.key, ("", 0))
        return self.settings.edit_url(path, line) if path else ""

    def citations_of(self, work: Work) -> list[tuple[str, Markup]]:
        """The formatted citations by the name of their style."""
        found = self.citations[work.key]
        return [(name, Markup(found[style].html)) for style, name in STYLE_NAMES.items()]  # noqa: S704 - made safe there

    def coins(self, work: Work) -> str:
        """What Zotero reads on pages with several works."""
        return machine.coins(self.catalog, work)

    def math(self, tex: str) -> Markup:
        """A formula as MathML."""
        return mathml.display(tex)

    def prose(self, text: str) -> Markup:
        """A text of the catalog, its formulas between dollar signs as MathML."""
        return mathml.prose(text)

    def ego(self, work: Work, at: Place) -> Markup:
        """The small picture of a work's lineage."""
        return ego.ego_picture(self.catalog, work, self.language, lambda key: at.link(addresses.work(key)))


def same_page(one: str, other: str) -> bool:
    """Whether two addresses differ only in scheme and final slash."""
    return one.split("://")[-1].rstrip("/") == other.split("://")[-1].rstrip("/")
