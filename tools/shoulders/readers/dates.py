"""Dates as bibliographies write them.

Reads what is there and guesses nothing: a part that is no year, month or day of a calendar is not known.
"""

from __future__ import annotations

import re

Date = tuple[int | None, int | None, int | None]
"""Year, month and day, as far as they are known."""

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(
    r"(?<![0-9])([0-9]{4})(?:\s{0,3}[-/.年]\s{0,3}([0-9]{1,2})(?![0-9])(?:\s{0,3}[-/.月]\s{0,3}([0-9]{1,2})(?![0-9]))?)?"
)
_WORD = re.compile(rf"(?<![^\W_])({'|'.join(MONTHS)})", re.IGNORECASE)
_DAY = re.compile(r"(?<![0-9])([0-9]{1,2})(?![0-9])")


def read_date(text: str) -> Date:
    """The first date of a text.

    >>> read_date("2019-06-02/2019-07"), read_date("2 June 2019"), read_date("c. 2019"), read_date("2019年6月")
    ((2019, 6, 2), (2019, 6, 2), (2019, None, None), (2019, 6, None))
    """
    found = _NUMERIC.search(text)
    if not found:
        return None, read_month(text), None
    if found[2]:
        return checked(int(found[1]), int(found[2]), int(found[3]) if found[3] else None)
    month = _WORD.search(text)
    if not month:
        return checked(int(found[1]), None, None)
    day = _DAY.search(text)
    return checked(int(found[1]), MONTHS.index(month[1].casefold()) + 1, int(day[1]) if day else None)


def read_month(text: str) -> int | None:
    """The number of a month that is written as a word or a number.

    >>> read_month("June"), read_month("5 jun"), read_month("12"), read_month("first")
    (6, 6, 12, None)
    """
    word = _WORD.search(text)
    if word:
        return MONTHS.index(word[1].casefold()) + 1
    digits = text.strip()
    return checked(None, int(digits), None)[1] if re.fullmatch(r"[0-9]{1,2}", digits) else None


def checked(year: int | None, month: int | None, day: int | None) -> Date:
    """The parts that a calendar has, up to the first that it has not.

    >>> checked(2019, 13, 5), checked(2019, 6, 0)
    ((2019, None, None), (2019, 6, None))
    """
    good_year = year if year and 1000 <= year <= 2999 else None
    good_month = month if month and 1 <= month <= 12 else None
    return good_year, good_month, day if good_month and day and 1 <= day <= 31 else None
