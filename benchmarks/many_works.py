"""An invented catalog of any size whose works are made as ours are: for measuring, not for reading.

Each work has the shape of one of ours: its type and venue, how long its texts are, how many authors, topics, edges and
formulas it has. Words, names and characters are seeded with ours; the more there are, the more often known ones come
again, and new ones keep joining (a Pitman-Yor process, whose words and authors fall off as Zipf found). Edges lead to
earlier works, most of them to recent ones or to those that many lead to. The same seed gives the same catalog.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from shoulders.catalog import Catalog
from shoulders.model import ReadingList, Text, Work
from shoulders.names import has_cjk

_WORDS = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_SIGNS = re.compile(r"[A-Za-z0-9-]+|[^\s!-~]")
_FORMULA = re.compile(r"\$[^$]*\$")
_AS_OURS = set(
    "kind type month venue booktitle series volume number pages publisher address institution topics".split()
)
SITE = "https://papers.example.org"


class Words:
    """Draws words: one that came before, the more often the likelier, or now and then a new one."""

    def __init__(
        self, chance: random.Random, seed: Iterable[str], new: Callable[[], str], *, discount: float = 0.6
    ) -> None:
        self.chance, self.new, self.discount = chance, new, discount
        self.drawn: list[str] = []
        self.first: list[bool] = []
        self.known: set[str] = set()
        for word in seed:
            self._take(word)

    def _take(self, word: str) -> str:
        self.first.append(word not in self.known)
        self.known.add(word)
        self.drawn.append(word)
        return word

    def draw(self) -> str:
        """One more word."""
        if self.chance.random() < (50 + self.discount * len(self.known)) / (50 + len(self.drawn)):
            return self._take(next(word for word in iter(self.new, "") if word not in self.known))
        while True:
            place = self.chance.randrange(len(self.drawn))
            if not self.first[place] or self.chance.random() > self.discount:
                return self._take(self.drawn[place])


def speller(chance: random.Random, words: Iterable[str]) -> Callable[[], str]:
    """Makes words that look like the given ones, letter after letter."""
    after: dict[str, list[str]] = defaultdict(list)
    for word in sorted({word.lower() for word in words if word.isascii() and word.isalpha() and len(word) > 2}):
        for place in range(len(word) + 1):
            after[f"^^{word}"[place : place + 2]].append(f"{word}$"[place])

    def spell() -> str:
        while True:
            word = "^^"
            while not word.endswith("$") and len(word) < 16:
                word += chance.choice(after[word[-2:]])
            if 3 <= len(word.strip("^$")) <= 12:
                return word.strip("^$")

    return spell


class _Inventor:
    """The parts of invented works, drawn from what the works of `real` are made of."""

    def __init__(self, real: Catalog, seed: int) -> None:
        self.chance = random.Random(seed)
        english = [word for work in real.works for word in _WORDS.findall(_FORMULA.sub(" ", work.summary.en or ""))]
        self.spell = speller(self.chance, english)
        self.prose = Words(self.chance, english, self.spell)
        titles = [word for work in real.works for word in _WORDS.findall(work.title)]
        self.titles = Words(self.chance, titles, lambda: self.spell().capitalize())
        credits = [credit for found in real.credits.values() for credit in found if not credit.name.organisation]
        names = [credit.name for credit in credits]
        family, given = ([getattr(name, part) for name in names if getattr(name, part)] for part in ("family", "given"))
        self.family = Words(self.chance, family, self._capital(speller(self.chance, family)))
        self.given = Words(self.chance, given, self._capital(speller(self.chance, given)))
        once = {credit.person: credit.name.display for credit in credits if not credit.name.native}
        printed = [once[credit.person] for credit in credits if credit.person in once]
        self.people = Words(self.chance, printed, lambda: f"{self.given.draw()} {self.family.draw()}", discount=0.7)
        self.signs: list[str] = []
        self.next: dict[str, list[str]] = defaultdict(list)
        for work in real.works:
            signs = _SIGNS.findall(_FORMULA.sub("", work.summary.zh or ""))
            self.signs += signs
            for sign, following in pairwise(signs):
                self.next[sign].append(following)
        # Books, courses and repositories are few and need what cannot be invented: a sound ISBN, a licence.
        self.shapes = [work for work in real.works if work.kind in ("paper", "article") and work.language == "en"]
        self.taken: set[str] = set()
        self.targets: list[str] = []  # of the edges so far, as often as they were led to

    @staticmethod
    def _capital(spell: Callable[[], str]) -> Callable[[], str]:
        return lambda: next(word for word in iter(spell, "") if word not in ("and", "others")).capitalize()

    def english(self, like: str) -> str:
        """Sentences of about as many characters as a text has."""
        sentences, length = [], 0
        while length < len(like):
            words = [self.prose.draw() for _ in range(max(4, int(self.chance.gauss(16, 5))))]
            sentences.append(" ".join([words[0].capitalize(), *words[1:]]) + ".")
            length += len(sentences[-1]) + 1
        return " ".join(sentences)

    def chinese(self, like: str) -> str:
        """As many characters as a text has; they follow each other as ours do, now and then as none did."""
        text, sign = "", self.chance.choice(self.signs)
        while len(text) < len(like) or not has_cjk(text):
            text += sign
            likely = self.next.get(sign) if self.chance.random() > 0.15 else None
            sign = self.chance.choice(likely or self.signs)
        return text

    def text(self, like: Text) -> dict[str, str]:
        """A text in both languages."""
        return {"en": self.english(like.en or ""), "zh": self.chinese(like.zh or "")}

    def title(self, like: str) -> str:
        """A title that no other work has, of as many words as another."""
        while True:
            title = " ".join(self.titles.draw() for _ in range(max(3, len(like.split()))))
            if title.casefold() not in self.taken:
                self.taken.add(title.casefold())
                return title

    def date(self) -> str:
        """When a work was first public: more of them each year."""
        year = max(1985, min(2025, int(2026 - self.chance.expovariate(0.22))))
        return f"{year}-{self.chance.randrange(1, 13):02d}-{self.chance.randrange(1, 28):02d}"

    def addresses(self, like: Work, number: int, date: str, year: int) -> Iterator[tuple[str, Any]]:
        """The identifiers and links that a work of this shape has."""
        if like.arxiv and date >= "2007-04":
            digits = 5 if date >= "2015" else 4
            yield "arxiv", f"{date[2:4]}{date[5:7]}.{number % 9999 + 1:0{digits}d}"
            yield "arxiv_class", like.arxiv_class
        if like.doi:
            yield "doi", f"10.5555/{number}"
        if like.acl:
            yield "acl", f"{year}.invented-long.{number}"
        if like.openreview:
            yield "openreview", f"invented{number}"
        yield "url", f"{SITE}/{number}"
        yield from ((name, f"{SITE}/{number}/{name}") for name in ("pdf", "code") if getattr(like, name))
        yield "sources", [f"{SITE}/{number}/source/{place}" for place in range(len(like.sources))]

    def edges(self, like: Work, earlier: Sequence[Work]) -> list[dict[str, Any]]:
        """As many edges as a work of this shape has: half of them to recent works, half to those often led to."""
        edges: dict[str, dict[str, Any]] = {}
        for edge in like.edges if earlier else ():
            recent = earlier[-1 - int(self.chance.expovariate(10 / len(earlier))) % len(earlier)].key
            key = self.chance.choice(self.targets) if self.targets and self.chance.random() < 0.5 else recent
            edges[key] = {"to": key, "type": edge.type, "why": self.text(edge.why)}
        self.targets += edges
        return list(edges.values())

    def work(self, number: int, date: str, earlier: Sequence[Work]) -> Work:
        """One work."""
        like = self.chance.choice(self.shapes)
        year = int(date[:4]) + (like.year - like.year_public if like.type != "preprint" else 0)
        authors = dict.fromkeys(self.people.draw() for _ in like.authors)
        name = re.sub(r"[^a-z]", "", next(iter(authors), "").split(" ")[-1].lower()) or "nobody"
        fields = {
            "key": f"{name}-etal-{year}-{self.spell()}{number}",
            **like.model_dump(include=_AS_OURS, exclude_none=True),
            "title": self.title(like.title),
            "nickname": self.spell().capitalize() + self.chance.choice(["Net", "BERT", "-v2", ""]),
            "authors": list(authors),
            "year": year,
            "first_public": date,
            **dict(self.addresses(like, number, date, year)),
            "summary": self.text(like.summary),
            "note": self.text(like.note) if like.note else None,
            "equations": [{"tex": one.tex, "caption": self.text(one.caption)} for one in like.equations],
            "edges": self.edges(like, earlier),
            "added": "2026-11-01",
        }
        return Work.model_validate(fields if like.nickname else {**fields, "nickname": None})


def many_works(real: Catalog, count: int, *, seed: int = 1) -> Catalog:
    """An invented catalog of `count` works, with the people, venues, topics and lists of `real`, oldest work first."""
    inventor = _Inventor(real, seed)
    works: list[Work] = []
    for number, date in enumerate(sorted(inventor.date() for _ in range(count))):
        works.append(inventor.work(number, date, works))
    # For each of our works an invented one takes its place in lists and at topics.
    step = max(1, count // len(real.works))
    places = {work.key: works[number * step % count].key for number, work in enumerate(real.works)}
    topics = [
        topic.model_copy(update={"entry_points": tuple(dict.fromkeys(places[key] for key in topic.entry_points))})
        for topic in real.topics
    ]
    lists = [_with_works(found, places) for found in real.lists]
    return Catalog(tuple(works), real.people, real.venues, tuple(topics), tuple(lists))


def _with_works(found: ReadingList, places: Mapping[str, str]) -> ReadingList:
    """A reading list with other works, each once."""
    left = dict.fromkeys(places[item.key] for item in found.items)
    sections = []
    for section in found.sections:
        items = []
        for item in section.items:
            if left.pop(places[item.key], "") is None:
                items.append(item.model_copy(update={"key": places[item.key]}))
        if items:
            sections.append(section.model_copy(update={"items": tuple(items)}))
    return found.model_copy(update={"sections": tuple(sections)})
