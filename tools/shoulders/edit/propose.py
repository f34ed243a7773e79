"""What an entry might say besides facts: its topics, and on which works of the catalog it may stand.

Proposals only: a person decides.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable

from shoulders.catalog import Catalog
from shoulders.matching import Finder
from shoulders.model import Work
from shoulders.readers import Entry

TOPICS = 3
ANCESTORS = 12


def ancestors(catalog: Catalog, references: Iterable[Entry], *, before: str) -> list[Work]:
    """The works of the catalog that a reference list names and that were public by then, most stood upon first.

    `before` is the date of the work that cites.
    """
    finder = Finder(catalog)
    found: dict[str, Work] = {}
    for reference in references:
        works = finder.find(reference) if reference.title or reference.doi or reference.arxiv or reference.acl else ()
        if len(works) == 1 and works[0].first_public[: len(before)] <= before:
            found.setdefault(works[0].key, works[0])
    heirs = {key: len(catalog.led_to.get(key, ())) for key in found}
    return sorted(found.values(), key=lambda work: (-heirs[work.key], work.first_public, work.key))[:ANCESTORS]


def topics(catalog: Catalog, title: str, abstract: str, stood_upon: Collection[Work]) -> list[str]:
    """At most three topics, the likeliest first, from the words of the work and the topics of what it cites.

    Each topic is described by its name and by the titles and summaries of its works; words that few topics share
    count for more.
    """
    described = {topic.id: _description(catalog, topic.id) for topic in catalog.topics}
    spread = Counter(word for words in described.values() for word in words)
    asked = Counter(_words(title)) + Counter(_words(title)) + Counter(_words(abstract))
    scores: dict[str, float] = {}
    for name, words in described.items():
        length = math.sqrt(sum(words.values())) or 1.0
        shared = sum(
            min(count, 3) * math.log(len(described) / spread[word]) * math.sqrt(words[word]) / length
            for word, count in asked.items()
            if word in words
        )
        cited = sum(1 / (1 + work.topics.index(name)) for work in stood_upon if name in work.topics)
        scores[name] = shared + 4 * cited / math.sqrt(1 + len(stood_upon))
    best = sorted(scores, key=lambda name: (-scores[name], name))
    floor = scores[best[0]] / 2 if best else 0
    return [name for name in best[:TOPICS] if scores[name] > max(floor, 0.5)]


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
