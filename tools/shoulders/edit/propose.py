"""What an entry might say besides facts: its topics, and on which works of the catalog it may stand.

Proposals only: a person decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from shoulders.catalog import Catalog
from shoulders.ids import is_later
from shoulders.matching import Finder
from shoulders.model import Work
from shoulders.readers import Entry

TOPICS = 3
ANCESTORS = 12


@dataclass(frozen=True)
class Proposer:
    """Proposes for one work after the other; the words of the catalog are counted once."""

    catalog: Catalog

    def ancestors(self, references: Iterable[Entry], *, before: str) -> list[Work]:
        """The works of the catalog that a reference list names and that were public by then, most stood upon first.

        `before` is the date of the work that cites.
        """
        found: dict[str, Work] = {}
        for reference in references:
            works = self._finder.find(reference)
            if len(works) == 1 and not is_later(works[0].first_public, before):
                found.setdefault(works[0].key, works[0])
        heirs = {key: len(self.catalog.led_to.get(key, ())) for key in found}
        return sorted(found.values(), key=lambda work: (-heirs[work.key], work.first_public, work.key))[:ANCESTORS]

    def topics(self, title: str, abstract: str, stood_upon: Collection[Work]) -> list[str]:
        """At most three topics, the likeliest first, from the words of the work and the topics of what it cites.

        Each topic is described by its name and by the titles and summaries of its works; words that few topics share
        count for more.
        """
        asked = Counter(_words(title)) + Counter(_words(title)) + Counter(_words(abstract))
        scores: dict[str, float] = {}
        for name, words in self._described.items():
            length = math.sqrt(words.total()) or 1.0
            shared = sum(
                min(count, 3) * self._weights[word] * math.sqrt(words[word]) / length
                for word, count in asked.items()
                if word in words
            )
            cited = sum(1 / (1 + work.topics.index(name)) for work in stood_upon if name in work.topics)
            scores[name] = shared + 4 * cited / math.sqrt(1 + len(stood_upon))
        best = sorted(scores, key=lambda name: (-scores[name], name))
        floor = scores[best[0]] / 2 if best else 0
        return [name for name in best[:TOPICS] if scores[name] > max(floor, 0.5)]

    @cached_property
    def _finder(self) -> Finder:
        return Finder(self.catalog)

    @cached_property
    def _described(self) -> Mapping[str, Counter[str]]:
        return {topic.id: _description(self.catalog, topic.id) for topic in self.catalog.topics}

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        spread = Counter(word for words in self._described.values() for word in words)
        return {word: math.log(len(self._described) / count) for word, count in spread.items()}


def _description(catalog: Catalog, name: str) -> Counter[str]:
    topic = catalog.topic[name]
    words = Counter(_words(f"{topic.name.en} {topic.name.en} {name} {topic.summary.en or ''}"))
    for work in catalog.works_of_topic.get(name, ()):
        if name in work.topics:
            words.update(_words(f"{work.title} {work.title} {work.summary.en or ''}"))
    return words


def _words(text: str) -> list[str]:
    """Words by their first six letters, which is stem enough here."""
    return [word[:6] for word in re.findall(r"[a-z]{3,}", text.casefold())]
