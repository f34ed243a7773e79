"""Whether two records may be of one work: titles change until a work is published, and so do authors, but not both."""

from __future__ import annotations

import pytest

from shoulders.lookup.same import is_same, may_be_same
from shoulders.names import parse_name
from shoulders.readers import Entry


def said(title: str, *authors: str) -> Entry:
    return Entry(line=0, key="", type="", title=title, authors=tuple(map(parse_name, authors)))


DOORS = said("Half-Open Doors", "Rosa Elm", "Peter Oak")


@pytest.mark.parametrize(
    ("other", "same", "possible"),
    [
        (said("HALF OPEN DOORS.", "Elm, R."), True, True),
        (said("Half-Open Doors"), True, True),
        (said("Half-Open Doors", "Peter Oak", "Rosa Elm"), False, True),
        (said("Half-Open Doors: A Study", "Peter Oak"), False, True),
        (said("Doors", "Peter Oak"), False, True),
        (said("On Gates", "R. Elm"), False, True),
        (said("On Gates", "Peter Oak"), False, False),
        (said("On Gates"), False, False),
        (said("", "Peter Oak"), False, True),
    ],
)
def test_what_title_and_first_author_tell(other, same, possible):
    assert (is_same(DOORS, other), is_same(other, DOORS)) == (same, same)
    assert (may_be_same(DOORS, other), may_be_same(other, DOORS)) == (possible, possible)


def test_two_works_without_a_title_are_not_told_to_be_the_same():
    assert not is_same(said("", "Rosa Elm"), said("", "Rosa Elm"))
