"""An invented catalog of any size whose words come as often as those of ours would: for measuring, not for reading.

Words, names and characters are seeded with ours; the more there are, the more often known ones come again, and new ones
keep joining (a Pitman-Yor process, whose words have the long tail of real texts). The same seed gives the same catalog.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from shoulders.catalog import Catalog
from shoulders.model import Edge, Work

_WORDS = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")
_SIGNS = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*|[一-鿿，。；：、（）]")


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
        self.real = real
        self.chance = random.Random(seed)
        english = [word for work in real.works for word in _WORDS.findall(work.summary.en or "")]
        self.spell = speller(self.chance, english)
        self.prose = Words(self.chance, english, self.spell)
        titles = [word for work in real.works for word in _WORDS.findall(work.title)]
        self.titles = Words(self.chance, titles, lambda: self.spell().capitalize())
        names = [credit.name for credits in real.credits.values() for credit in credits if not credit.name.organisation]
        family, given = ([getattr(name, part) for name in names if getattr(name, part)] for part in ("family", "given"))
        self.family = Words(self.chance, family, self._capital(speller(self.chance, family)))
        self.given = Words(self.chance, given, self._capital(speller(self.chance, given)))
        printed = [name.display for name in names if not name.native]
        self.people = Words(self.chance, printed, lambda: f"{self.given.draw()} {self.family.draw()}", discount=0.7)
        self.signs: list[str] = []
        self.next: dict[str, list[str]] = defaultdict(list)
        for work in real.works:
            signs = _SIGNS.findall(work.summary.zh or "")
            self.signs += signs
            for sign, following in pairwise(signs):
                self.next[sign].append(following)

    @staticmethod
    def _capital(spell: Callable[[], str]) -> Callable[[], str]:
        return lambda: next(word for word in iter(spell, "") if word not in ("and", "others")).capitalize()

    def english(self) -> str:
        """A summary of about as many words as ours have."""
        return " ".join(self.prose.draw() for _ in range(max(20, int(self.chance.gauss(68, 20))))) + "."

    def chinese(self, length: float) -> str:
        """Characters that follow each other as ours do, now and then as none did."""
        text, sign = "文", self.chance.choice(self.signs)
        while len(text) < length:
            text += sign if sign.isascii() is not text[-1].isascii() or not sign.isascii() else f"、{sign}"
            likely = self.next.get(sign) if self.chance.random() > 0.15 else None
            sign = self.chance.choice(likely or self.signs)
        return text

    def identifiers(self, number: int, year: int, month: int) -> dict[str, str]:
        """An arXiv id or a DOI or both; where there is neither, an address."""
        found = {}
        if year > 2014 and self.chance.random() < 0.8:
            found["arxiv"] = f"{year % 100:02d}{month:02d}.{number % 100_000:05d}"
        if self.chance.random() < 0.5:
            found["doi"] = f"10.1109/{1_000_000 + 7 * number}"
        return found or {"url": f"https://example.org/{number}"}

    def edges(self, earlier: Sequence[Work], public: str) -> list[dict[str, object]]:
        """Up to three edges to works of earlier months, most of them to the same few."""
        chosen = [earlier[int(len(earlier) * self.chance.random() ** 3)] for _ in range(3)] if earlier else []
        keys = {work.key for work in chosen if work.first_public[:7] < public[:7]}
        why = {"en": "It does.", "zh": "确实如此。"}
        return [Edge(to=key, type="extends", why=why).model_dump() for key in sorted(keys)]

    def date(self) -> tuple[int, int]:
        """The year and the month of a work: the nearer to ours, the more there are."""
        return max(1985, min(2025, int(2026 - self.chance.expovariate(0.22)))), self.chance.randrange(1, 13)

    def work(self, number: int, earlier: Sequence[Work], year: int, month: int) -> Work:
        """One work."""
        chance = self.chance
        public = f"{year}-{month:02d}-{chance.randrange(1, 28):02d}"
        is_paper = chance.random() < 0.95
        title = " ".join(self.titles.draw() for _ in range(chance.randint(4, 12)))
        authors = dict.fromkeys(self.people.draw() for _ in range(1 + min(14, int(chance.expovariate(0.25)))))
        name = re.sub(r"[^a-z]", "", next(iter(authors)).split()[-1].lower()) or "nobody"
        fields = {
            "key": f"{name}-etal-{year}-{self.spell()}{number}",
            "kind": "paper" if is_paper else "article",
            "type": "inproceedings" if is_paper else None,
            "booktitle": f"Proceedings of the {year} Meeting on {self.spell().capitalize()}" if is_paper else None,
            "title": title,
            "nickname": self.spell().capitalize() + chance.choice(["Net", "BERT", "-v2", ""]),
            "authors": list(authors),
            "year": year,
            "first_public": public,
            "venue": chance.choice(self.real.venues).id,
            "topics": [topic.id for topic in chance.sample(self.real.topics, chance.randint(1, 3))],
            "summary": {"en": self.english(), "zh": self.chinese(max(60, chance.gauss(178, 40)))},
            "translated": {"zh": self.chinese(14)} if chance.random() < 0.15 else None,
            "edges": self.edges(earlier, public),
            "added": "2026-01-02",
        }
        found = {**fields, **self.identifiers(number, year, month)}
        if not is_paper:
            found["url"] = f"https://example.org/{number}"
        elif "arxiv" in found and chance.random() < 0.3:
            found |= {"type": "preprint", "booktitle": None}
        return Work.model_validate(found)


def many_works(real: Catalog, count: int, *, seed: int = 1) -> Catalog:
    """An invented catalog of `count` works, with the topics, venues and people of `real`."""
    inventor = _Inventor(real, seed)
    works: list[Work] = []
    for number, (year, month) in enumerate(sorted(inventor.date() for _ in range(count))):
        works.append(inventor.work(number, works, year, month))
    return Catalog(tuple(works), real.people, real.venues, real.topics, ())
