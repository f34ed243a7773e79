"""The pieces of a printed line: text set off in one way or another, and what reads as a place and a year.

Only looks at letters and points; which piece is the title is the business of `printed`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from shoulders.readers.dates import MONTHS
from shoulders.readers.prose import clean

POINTS = " \t.,;:|·•–—-*~。，；：、"
BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,200})[)）\]】]")
MAX_PLACE = 12  # words; what is longer describes the work
_YEAR = re.compile(r"(?<![\d.])(?:(19[5-9]\d|20[0-4]\d)(?!\d|\.\d)|['’](\d\d)(?!\d)|(?<=[A-Z]{2})[ -]?(\d\d)(?=\W*$))")
_NUMBER = re.compile(r"^[\W_]{0,4}\d{1,4} ?[.)、](?=[ \"“*]|[^\W\d_])")
_BREAK = re.compile(r"[,;，；、]\s|(?P<stop>(?:(?<=[^\W_]{2})|(?<=[?!)]))[.。]\s)|\s[-–—|]\s")
_NO_PLACE = re.compile(
    r"preprint|tech(?:nical)? report|(?:in |under )?(?:review|submission)|submitted.*"
    rf"|\d* ?(?:{'|'.join(MONTHS)})[a-z]* ?\d*",
    re.IGNORECASE,
)

Shape = Literal["bold", "link", "italic", "text", ""]


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is set in one way; with an address it is a link."""

    text: str
    strong: bool = False
    emphasis: bool = False
    address: str = ""

    @property
    def shape(self) -> Shape:
        """What sets it off."""
        return "link" if self.address else "bold" if self.strong else "italic" if self.emphasis else "text"


@dataclass(frozen=True, slots=True)
class Part:
    """What stands between two points of a text, and where; `behind_stop` when it begins a sentence."""

    text: str
    start: int
    end: int
    behind_stop: bool


def text_of(pieces: Sequence[Piece]) -> str:
    """The pieces as they are read."""
    return "".join(piece.text for piece in pieces)


def trimmed(title: str) -> str:
    """A title without a number before it and the points and quotation marks around it.

    >>> trimmed(' 7. "Half-Open Doors".')
    'Half-Open Doors'
    """
    return without_number(clean(title)).strip(POINTS).strip('"“”「」《》').strip(POINTS).rstrip("[( ")


def without_number(text: str) -> str:
    """The text without the number of an item before it."""
    return _NUMBER.sub("", text, count=1)


def parts(text: str) -> list[Part]:
    """What stands between the points of a text.

    >>> [part.text for part in parts("Doors, J. Good and I. Shaw. CIL 2019")]
    ['Doors', 'J. Good and I. Shaw', 'CIL 2019']
    """
    found, start, behind_stop = [], 0, False
    for point in [*_BREAK.finditer(text), None]:
        end = point.start() if point else len(text)
        if text[start:end].strip(POINTS):
            found.append(Part(text[start:end].strip(POINTS), start, end, behind_stop))
        if point:
            start, behind_stop = point.end(), bool(point["stop"])
    return found


def read_year(text: str) -> int | None:
    """The first year of a text, in four digits or two.

    >>> read_year("CIL 2019"), read_year("(CIL'19)"), read_year("1905.01234")
    (2019, 2019, None)
    """
    found = _YEAR.search(text)
    if not found:
        return None
    if found[1]:
        return int(found[1])
    short = int(found[2] or found[3])
    return short + (1900 if short >= 50 else 2000)


def is_tag(text: str) -> bool:
    """Whether a text is only a place and a year.

    >>> is_tag("[CIL 2019]"), is_tag("Doors in 2019, a survey")
    (True, False)
    """
    text = text.strip(POINTS + "[]()【】")
    return len(text) <= 30 and len(text.split()) <= 3 and read_year(text) is not None


def read_place(text: str) -> tuple[str, int | None]:
    """The place that a text names, and the year.

    >>> read_place("In CIL, 2019"), read_place("Preprint"), read_place("a library that was written for fun in 2019")
    (('CIL', 2019), ('', None), ('', 2019))
    """
    text = clean(text).strip(POINTS + "[]()")
    year = read_year(text)
    place = clean(_YEAR.sub("", text, count=1)).strip(POINTS + "[]()'’")
    place = re.sub(r"^In:? |(?<=^arXiv):\S+", "", place, flags=re.IGNORECASE)
    describes = len(place.split()) > MAX_PLACE or (place[:1].islower() and " " in place)
    if describes or not re.search(r"[^\W\d_]", place) or _NO_PLACE.fullmatch(place):
        return "", year
    return place, year
