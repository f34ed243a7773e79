"""Numbers written in words, English and German: real language whose order crosses, as in twenty one, einundzwanzig.

English words stand apart, without comma and hyphen; German writes a number below a million as one word.
"""

from __future__ import annotations

import random

from num2words import num2words


def english(number: int) -> str:
    """The number in English: 121 is one hundred and twenty one."""
    return num2words(number).replace(",", "").replace("-", " ")


def german(number: int) -> str:
    """The number in German: 121 is einhunderteinundzwanzig."""
    return num2words(number, lang="de")


def split_numbers(most: int, held_out: int, seed: int) -> tuple[list[int], list[int]]:
    """The numbers from 1 to `most` in random order: those to learn from, and so many that are held out."""
    numbers = list(range(1, most + 1))
    random.Random(seed).shuffle(numbers)
    return numbers[held_out:], numbers[:held_out]
