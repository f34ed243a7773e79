"""Stories of a small simulated world: people walk between rooms and take things; the question is where a thing is.

Two events answer it: who took the thing last, and where that person went last. No other event helps, and the answer
stands in the second, which shares no word with the question.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

PEOPLE = ("mary", "john", "sandra", "daniel")
THINGS = ("milk", "apple", "football")
ROOMS = ("kitchen", "garden", "office", "hallway", "bathroom")
WORDS = (*PEOPLE, *THINGS, *ROOMS, "went", "took", "where")
INDEX = {word: number for number, word in enumerate(WORDS)}


@dataclass(frozen=True)
class Story:
    """Events in the order in which they happened, a question, and the two events (`supports`) that answer it."""

    events: tuple[tuple[str, ...], ...]
    question: tuple[str, ...]
    answer: str
    supports: tuple[int, int]  # who took it; where that person went


def make_story(rng: random.Random, fewest: int = 6, most: int = 14) -> Story:
    """A story of `fewest` to `most` events whose question two of them answer."""
    story = None
    while story is None:
        events = []
        for _ in range(rng.randint(fewest, most)):
            person = rng.choice(PEOPLE)
            walks = rng.random() < 0.6
            events.append((person, "went", rng.choice(ROOMS)) if walks else (person, "took", rng.choice(THINGS)))
        story = ask(tuple(events), rng.choice(THINGS))
    return story


def ask(events: tuple[tuple[str, ...], ...], thing: str) -> Story | None:
    """The question where the thing is, or None when nobody took it or the taker never went anywhere."""
    taken = max((i for i, event in enumerate(events) if event[1:] == ("took", thing)), default=None)
    if taken is None:
        return None
    walked = max((i for i, event in enumerate(events) if event[:2] == (events[taken][0], "went")), default=None)
    return None if walked is None else Story(events, ("where", thing), events[walked][2], (taken, walked))


def make_stories(count: int, seed: int) -> list[Story]:
    """So many stories, the same for the same seed."""
    rng = random.Random(seed)
    return [make_story(rng) for _ in range(count)]
