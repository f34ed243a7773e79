"""The report as a record: what changed, what is wrong, and how its JSON is read when strangers may have written it.

Every text in it is one line in which everything shows, and every list has an end; so `markdown` needs to trust nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from shoulders import ids
from shoulders.problems import expected, visible
from shoulders.strictjson import Strict, parse

Kind = Literal["works", "people", "venues", "topics", "lists"]
KINDS: tuple[Kind, ...] = ("works", "people", "venues", "topics", "lists")
State = Literal["new", "changed", "removed"]
STATES: tuple[State, ...] = ("new", "changed", "removed")

LONGEST = 20_000  # characters of a line; the authors of one work may fill thousands
MOST = 500  # changes, problems, lines of one change


def _shown(text: str) -> str:
    if not text.isprintable():
        raise ValueError(expected("a text on one line of characters that show", text))
    return text


def _like(check: Callable[[str], str]) -> Callable[[str], str]:
    def checked(value: str) -> str:
        try:
            return check(value)
        except ValueError as error:
            raise ValueError(expected(str(error), value)) from None

    return checked


Shown = Annotated[str, Field(max_length=LONGEST), AfterValidator(_shown)]
Key = Annotated[str, AfterValidator(_like(ids.check_key))]
Name = Annotated[str, AfterValidator(_like(ids.check_slug))]
Count = Annotated[int, Field(ge=0, le=10**9)]
Keys = Annotated[tuple[Key, ...], Field(max_length=MOST)]
Lines = Annotated[tuple[Shown, ...], Field(max_length=MOST)]


class Fault(Strict):
    """A problem that `check` found."""

    path: Shown
    line: Count
    id: Shown
    field: Shown
    message: Shown


class Difference(Strict):
    """A value of a field before and after; nothing on the side on which there is none."""

    field: Shown
    before: Shown = ""
    after: Shown = ""


class Change(Strict):
    """A record that is new, changed or removed; of works also how they are cited and what they have to do with."""

    kind: Kind
    id: Name
    state: State
    title: Shown = ""
    differences: Annotated[tuple[Difference, ...], Field(max_length=MOST)] = ()
    bibtex: Lines = ()
    builds_on: Keys = ()
    led_to: Keys = ()
    alike: Keys = ()  # works that were there before and may be the same


class Report(Strict):
    """What changed and what is wrong; beyond `MOST` of each, only their number is kept."""

    changes: Annotated[tuple[Change, ...], Field(max_length=MOST)] = ()
    change_count: Count = 0
    problems: Annotated[tuple[Fault, ...], Field(max_length=MOST)] = ()
    problem_count: Count = 0

    def works(self, *states: State) -> tuple[str, ...]:
        """The keys of the works in one of these states."""
        return tuple(change.id for change in self.changes if change.kind == "works" and change.state in states)


def shown(text: str, most: int = LONGEST) -> str:
    """A text as a report holds it: on one line, with nothing hidden in it, its end left out when it is long.

    >>> shown("a\\nb", 5), shown("abcdef", 5)
    ('a\\\\x0a…', 'abcd…')
    """
    text = visible(text[: most + 1])
    return text if len(text) <= most else f"{text[: most - 1]}…"


def to_json(report: Report) -> str:
    """The report as JSON."""
    return report.model_dump_json(indent=1) + "\n"


def from_json(text: str) -> Report:
    """The report of a JSON text.

    Raises:
        strictjson.JsonError: naming everything that is wrong with it.
    """
    return parse(Report, text)
