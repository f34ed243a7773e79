"""Lines of text that say what numbers are called: `347 in German is dreihundertsiebenundvierzig`.

Some numbers are held out: they occur in no line to train on.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from num2words import num2words

LANGUAGES = {"English": "en", "German": "de", "Spanish": "es"}
LIMIT = 1000


@dataclass(frozen=True)
class Line:
    """A question and its answer; the text is both."""

    prompt: str
    answer: str

    @property
    def text(self) -> str:
        """As it stands in a corpus."""
        return self.prompt + self.answer + "\n"


def make_line(number: int, language: str) -> Line:
    """What the number is called in the language."""
    return Line(f"{number} in {language} is", " " + num2words(number, lang=LANGUAGES[language]))


def make_lines(seed: int) -> tuple[list[Line], list[Line]]:
    """Lines to train on, in any order, and those of the held-out numbers, one number in five."""
    rng = random.Random(seed)
    numbers = list(range(LIMIT))
    rng.shuffle(numbers)
    parts = numbers[LIMIT // 5 :], numbers[: LIMIT // 5]
    train, held_out = ([make_line(number, language) for number in part for language in LANGUAGES] for part in parts)
    rng.shuffle(train)
    return train, held_out
