"""Numbers written in words, English and German: real language whose order crosses, as in twenty one, einundzwanzig.

English words stand apart, without comma and hyphen; German writes a number below a million as one word.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

import torch
from num2words import num2words
from torch import Tensor

from tasks.reversal import END, PAD, START

BASIC = (*range(1, 20), *range(20, 100, 10))
ENGLISH = (*(num2words(number) for number in BASIC), "and", "hundred", "thousand")
PARTS = (*(num2words(number, lang="de") for number in BASIC), "ein", "und", "hundert", "tausend")
K_ENGLISH, K_GERMAN = END + 1 + len(ENGLISH), END + 1 + len(PARTS)  # with PAD, START and END
PART = re.compile("|".join(sorted(PARTS, key=len, reverse=True)))  # "dreizehn" is looked for before "drei"


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


def german_parts(number: int) -> list[str]:
    """The parts of the German word: 121 is ein hundert ein und zwanzig."""
    return PART.findall(german(number))


def make_batch(numbers: Sequence[int]) -> tuple[Tensor, Tensor, Tensor]:
    """English words, German parts behind START, and the same before END, padded: [B, m], [B, n + 1], [B, n + 1]."""
    source = [[END + 1 + ENGLISH.index(word) for word in english(number).split()] for number in numbers]
    target = [[END + 1 + PARTS.index(part) for part in german_parts(number)] for number in numbers]
    rows = (source, [[START, *parts] for parts in target], [[*parts, END] for parts in target])
    source_ids, before, after = (torch.tensor([row + [PAD] * (max(map(len, x)) - len(row)) for row in x]) for x in rows)
    return source_ids, before, after


def crossings(number: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where ones and tens cross: for each "und" the places (German, English) of the ones, and those of the tens."""
    words, parts = english(number).split(), german_parts(number)
    tens = [j for j in range(len(words) - 1) if words[j] in ENGLISH[19:27] and words[j + 1] in ENGLISH[:9]]
    unds = [i for i, part in enumerate(parts) if part == "und"]
    return [((i - 1, j + 1), (i + 1, j)) for i, j in zip(unds, tens, strict=True)]
