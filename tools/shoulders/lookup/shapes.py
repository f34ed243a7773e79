"""What may be taken from data of any shape: a text, a list, a part; each is empty where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from shoulders.names import Name
from shoulders.readers.latex import plain
from shoulders.readers.people import person
from shoulders.readers.prose import clean

LONGEST = 1000  # characters of a fact
_LATEX = re.compile(r"\\[A-Za-z'\"`^~=.]|\$[^$\s](?:[^$]*[^$\s])?\$")  # a command or a formula, not `$5 and $10`
_SECRET = re.compile(r"anonymous\b|paper under double-blind review", re.IGNORECASE)


def at(value: Any, *path: str | int) -> Any:
    """The part of JSON at the end of a path; None where there is none.

    >>> at({"a": [{"b": 1}]}, "a", 0, "b"), at([], "a", 0)
    (1, None)
    """
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def items(value: Any) -> list[Any]:
    """The list; what stands alone is a list of one, and nothing a list of none.

    >>> items([1, 2]), items({"a": 1}), items(None)
    ([1, 2], [{'a': 1}], [])
    """
    return value if isinstance(value, list) else [] if value is None else [value]


def text(value: Any, *, most: int = LONGEST) -> str:
    """One line of plain text: markup and what does not show taken out, spaces made one, composed; else empty.

    >>> text("<i>Deep</i>  Learning &amp; more"), text(None), text(7)
    ('Deep Learning & more', '', '7')
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return clean(f"{value:.15g}" if isinstance(value, float) else str(value))[:most].strip()


def title(value: Any) -> str:
    r"""A title as plain text, where authors wrote LaTeX, too.

    >>> title(r"$k$NN: L\'evy Doors"), title("Doors for $5 and $10")
    ('kNN: Lévy Doors', 'Doors for $5 and $10')
    """
    said = text(value)
    return plain(said) if _LATEX.search(said) else said


def bare_words(text: str) -> str:
    """The words of a title without punctuation, for a search.

    >>> bare_words("BERT: Pre-training, of Deep")
    'BERT Pre training of Deep'
    """
    return " ".join(re.findall(r"\w+", text))


def whole(value: Any, least: int, most: int) -> int | None:
    """A whole number within bounds, also one that is written as text."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        value = int(value)
    good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    return value if good else None


def date(value: Any) -> tuple[int | None, int | None, int | None]:
    """Year, month and day of `2017-06-12T17:57:34Z`, of `[2017, 6]`, or of what there is of them."""
    parts = value[:10].split("-") if isinstance(value, str) else value if isinstance(value, list) else []
    parts = [*parts, None, None, None]
    year = whole(parts[0], 1800, 2100)
    month = whole(parts[1], 1, 12) if year else None
    return year, month, whole(parts[2], 1, 31) if month else None


def dashed(parts: tuple[int | None, int | None, int | None]) -> str:
    """A date as the catalog writes it.

    >>> dashed((2017, 6, None))
    '2017-06'
    """
    year, month, day = parts
    return f"{year}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if month and day else "") if year else ""


def name(value: Any) -> Name | None:
    """A person from a name in one text, in either order; a name that cannot be divided is a family name as a whole."""
    return person(text(value, most=200))


def names(values: Iterable[Any]) -> tuple[Name, ...]:
    """The persons whose names the texts are; where authors are kept secret for a review, none.

    >>> [name.display for name in names(["Elm, Rosa", "", "Anonymous", None])]
    ['Rosa Elm']
    """
    found = (name(value) for value in values)
    return tuple(known for known in found if known and not _SECRET.match(known.display))
