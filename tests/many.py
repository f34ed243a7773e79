"""A catalog of any number of invented works, for measuring and for tests of what only large catalogs show.

Words and names are drawn as they fall in life, few often and most seldom; the same every time.
"""

from __future__ import annotations

import json
import random
from itertools import accumulate
from typing import Any

from tests.builders import edge, fields

SYLLABLES = "ba do fi ga ke lu mo na pe ri sa ti vo wu xi za bren clim dral fost grun".split()
TOPICS = {"seeing": ("edges", "colours"), "reading": ("words", "sentences", "pages"), "hearing": ("tones",)}
CHINESE = dict(
    zip("seeing edges colours reading words sentences pages hearing tones".split(), "看边色读词句页听音", strict=True)
)


def many_topics() -> list[dict[str, Any]]:
    """Topics of two levels."""
    summary = {"en": "About it.", "zh": "关于它。"}
    rows = [(child, parent) for parent, children in TOPICS.items() for child in (parent, *children)]
    return [
        {"id": name, "name": {"en": name.title(), "zh": CHINESE[name]}, "summary": summary}
        | ({"parent": parent} if parent != name else {})
        for name, parent in rows
    ]


def many_venues() -> list[dict[str, Any]]:
    """Twenty conferences."""
    return [{"id": f"conf-{n}", "kind": "conference", "name": f"Conference {n}", "short": f"C{n}"} for n in range(20)]


def many_works(count: int) -> list[dict[str, Any]]:
    """The fields of `count` works, each standing on up to three earlier ones."""
    dice = random.Random(7)
    words = ["".join(dice.choices(SYLLABLES, k=dice.randint(1, 4))) for _ in range(4000)]
    people = [f"{_word(dice).title()} {_word(dice).title()}" for _ in range(max(10, count))]
    often = {len(pool): list(accumulate(1 / (rank + 3) for rank in range(len(pool)))) for pool in (words, people)}
    topics = [child for children in TOPICS.values() for child in children]
    works: list[dict[str, Any]] = []
    for number in range(count):
        year = 1990 + number * 35 // count
        title = " ".join(dice.choices(words, cum_weights=often[len(words)], k=dice.randint(4, 12)))
        authors = dict.fromkeys(dice.choices(people, cum_weights=often[len(people)], k=dice.randint(1, 8)))
        later = [work["key"] for work in dice.sample(works, min(len(works), dice.randint(0, 3)))]
        works.append(
            fields(
                f"{_word(dice)}-{year}-n{number}",
                type="inproceedings",
                title=title.capitalize(),
                authors=list(authors),
                year=year,
                first_public=f"{year}-{dice.randint(1, 12):02d}",
                venue=f"conf-{min(dice.randint(0, 19), dice.randint(0, 19))}",
                booktitle="Proceedings",
                topics=dice.sample(topics, dice.randint(1, 3)),
                edges=[edge(key) for key in later if int(key.split("-")[1]) < year],
                added="2025-01-01",
            )
        )
    return works


def as_yaml(records: list[dict[str, Any]]) -> str:
    """Records as a data file: JSON on one line each, which is YAML."""
    return "".join(f"- {json.dumps(record, ensure_ascii=False)}\n" for record in records) or "[]\n"


def _word(dice: random.Random) -> str:
    return "".join(dice.choices(SYLLABLES, k=dice.randint(2, 3)))
