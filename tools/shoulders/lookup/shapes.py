"""What may be taken from data of any shape: a text, a list, a part; each is empty where there is none."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from shoulders.names import Name, parse_name
from shoulders.problems import visible
from shoulders.textfile import HIDDEN

LONGEST = 1000  # characters of a fact


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
    """The list, or one of no items."""
    return value if isinstance(value, list) else []


def text(value: Any, *, most: int = LONGEST) -> str:
    """One line of plain text: markup and what does not show taken out, spaces made one, composed; else empty.

    >>> text("<i>Deep</i>  Learning &amp; more"), text(None), text(7)
    ('Deep Learning & more', '', '7')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = f"{value:.15g}"
    if not isinstance(value, str):
        return ""
    plain = re.sub(r"</?[A-Za-z][^<>]{0,200}>", "", value[: 20 * most])
    plain = HIDDEN.sub("", html.unescape(plain).replace("\u00a0", " "))
    plain = unicodedata.normalize("NFC", " ".join(plain.split()))
    return plain[:most].strip() if plain.isprintable() else visible(plain)[:most].strip()


def bare_words(title: str) -> str:
    """The words of a title without punctuation, for a search.

    >>> bare_words("BERT: Pre-training, of Deep")
    'BERT Pre training of Deep'
    """
    return " ".join(re.findall(r"\w+", title))


def whole(value: Any, least: int, most: int) -> int | None:
    """A whole number within bounds, also one that is written as text."""
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        value = int(value)
    good = isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
    return value if good else None


def date(value: Any) -> tuple[int | None, int | None, int | None]:
    """Year, month and day of `2017-06-12T17:57:34Z`, of `[2017, 6]`, or of what there is of them."""
    if isinstance(value, str):
        value = value[:10].split("-")
    parts = [*items(value), None, None, None]
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
    """A person from a name in one text, in either order; a name that does not parse is a family name as a whole."""
    printed = text(value, most=200)
    if not any(character.isalpha() for character in printed):
        return None
    try:
        return parse_name(printed)
    except ValueError:
        return Name(family=printed)


def split_name(family: Any, given: Any, suffix: Any = "") -> Name | None:
    """A person from a family name, with its particle before it, and a given name."""
    last, first, late = text(family, most=150), text(given, most=150), text(suffix, most=20)
    if not last:
        return name(first)
    parts = [last, late, first] if late and first else [last, first]
    return name(", ".join(part.replace(",", " ") for part in parts if part)) if first else Name(family=last)


def names(values: Iterable[Name | None]) -> tuple[Name, ...]:
    """Those that are there."""
    return tuple(value for value in values if value)
