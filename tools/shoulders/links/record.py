"""What is known of the links that are not fine: `data/links.json`, and what a run makes of it.

Asks nobody and writes nothing. A link without a record is fine, or was never asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, Field, model_validator

from shoulders.ids import check_url
from shoulders.problems import Problem, expected
from shoulders.strictjson import Day, JsonError, Line, Said, Strict, parse
from shoulders.textfile import TextError, read_text

FILE = "data/links.json"
ARCHIVE = "https://web.archive.org/web/"


def _address(text: str) -> str:
    try:
        return check_url(text)
    except ValueError as error:
        raise ValueError(expected(str(error), text)) from None


Address = Annotated[str, AfterValidator(_address)]


class Sighting(Strict):
    """What came of asking for an address once."""

    address: Address
    at: AwareDatetime
    finding: Literal["fine", "missing", "unsure"]
    said: Line = ""
    status: int | None = None  # of HTTP; None where no answer came

    @model_validator(mode="after")
    def _reason(self) -> Self:
        if (self.finding == "fine") == bool(self.said):
            raise ValueError(expected("a reason where a link is not fine, and only there", self.said))
        return self

    @property
    def day(self) -> str:
        """The day in UTC, the same wherever it was asked from."""
        return self.at.astimezone(UTC).date().isoformat()


class Link(Strict):
    """A link that is not fine: missing once, missing again on a later day, or nobody would tell.

    `since` is the day of the first sighting that found it so, with no better one after it.
    """

    state: Literal["suspect", "dead", "unsure"]
    since: Day
    said: Said
    archived: str | None = None  # where the archive has a copy of what is dead

    def after(self, sighting: Sighting) -> Link | None:
        """What is known after one more sighting; None when the link is fine."""
        if sighting.finding == "fine":
            return None
        missing = self.state != "unsure"
        if sighting.finding == "unsure":  # nothing follows for what was missing
            return self if missing else self.model_copy(update={"said": sighting.said})
        if not missing:
            return _first(sighting)
        dead = self.state == "dead" or sighting.day > self.since
        return self.model_copy(update={"state": "dead" if dead else "suspect", "said": sighting.said})


def _first(sighting: Sighting) -> Link | None:
    if sighting.finding == "fine":
        return None
    state: Literal["suspect", "unsure"] = "suspect" if sighting.finding == "missing" else "unsure"
    return Link(state=state, since=sighting.day, said=sighting.said)


class Record(Strict):
    """The day of the last run that asked for every link, and the links that are not fine."""

    checked: Day | None = None
    links: dict[Address, Link] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _copies(self) -> Self:
        for address, link in self.links.items():
            if link.archived and (link.state != "dead" or not is_copy(link.archived, address)):
                raise ValueError(expected(f"a dead link's copy at {ARCHIVE}", link.archived))
        return self

    @property
    def dead(self) -> dict[str, Link]:
        """The links that are dead."""
        return {address: link for address, link in self.links.items() if link.state == "dead"}


def copy_at(moment: str, address: str) -> str:
    """Where the archive shows what it copied at a moment (14 digits)."""
    return f"{ARCHIVE}{moment}/{address}"


def is_copy(archived: str, address: str) -> bool:
    """Whether it is where the archive shows a copy of the address.

    >>> is_copy("https://web.archive.org/web/20200102030405/https://example.org/", "https://example.org/")
    True
    """
    moment = archived[len(ARCHIVE) : len(ARCHIVE) + 14]
    return bool(re.fullmatch(r"[0-9]{14}", moment)) and archived == copy_at(moment, address)


def updated(
    record: Record, sightings: Mapping[str, Sighting], known: Collection[str], *, checked: str | None
) -> Record:
    """The record after a run: of the addresses that are still known, what was seen, else what was known before."""
    links = {}
    for address in sorted(known):
        link, sighting = record.links.get(address), sightings.get(address)
        if sighting:
            link = link.after(sighting) if link else _first(sighting)
        if link:
            links[address] = link
    return Record(checked=checked or record.checked, links=links)


def with_copies(record: Record, copies: Mapping[str, str]) -> Record:
    """The record with copies of dead links, by address."""
    links = {
        address: link.model_copy(update={"archived": copies.get(address, link.archived)})
        for address, link in record.links.items()
    }
    return Record(checked=record.checked, links=links)


def dump(record: Record) -> str:
    """The record as text: sorted, indented, the same for the same record."""
    content = record.model_dump(mode="json", exclude_none=True)
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def read(root: Path) -> tuple[Record, list[Problem]]:
    """The record, and what is wrong with the file; where there is none, nothing is known."""
    text = ""
    try:
        text = read_text(root / FILE)
        return parse(Record, text), []
    except FileNotFoundError:
        return Record(), []
    except TextError as error:
        return Record(), [Problem(FILE, error.line, "", "", error.message)]
    except OSError as error:
        return Record(), [Problem(FILE, 1, "", "", f"expected a readable file: {error.strerror}")]
    except JsonError as error:
        return Record(), [Problem(FILE, _fault_line(text, field), "", field, said) for field, said in error.faults]


def stale(root: Path, addresses: Collection[str]) -> list[Problem]:
    """A problem for each of these addresses of the record, which stand nowhere any more."""
    text = read_text(root / FILE) if addresses else ""
    what = "an address that still stands somewhere (take it out, or run `shoulders links`)"
    return [Problem(FILE, _line(text, address), "", "", expected(what, address)) for address in sorted(addresses)]


def _fault_line(text: str, field: str) -> int:
    """The line of the link that a field is of; a long field comes without its end."""
    addresses = re.findall(r'^ *"(https?://[^"]*)":', text, re.MULTILINE)
    for address in sorted(addresses, key=len, reverse=True):
        start = f"links.{address}."
        if field.startswith(start) or (field.endswith("...") and start.startswith(field[:-3])):
            return _line(text, address)
    return 1


def _line(text: str, address: str) -> int:
    return text.count("\n", 0, max(text.find(f'"{address}":'), 0)) + 1
