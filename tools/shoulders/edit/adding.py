"""A new entry from what is known of a work: what it would say, and the files that would change.

Asks nobody and writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shoulders.edit import datafile, propose
from shoulders.edit.draft import Fields, draft, entry_type, known_fields
from shoulders.edit.entry_text import entry_text
from shoulders.edit.join import Account
from shoulders.edit.workspace import Workspace
from shoulders.ids import slugify
from shoulders.matching import Finder
from shoulders.model import Work
from shoulders.readers import Entry

VENUES = "data/venues.yaml"


@dataclass
class Plan:
    """An entry that may be added: its fields, a venue that has to be added with it, and what might be said besides."""

    fields: Fields
    venue: Fields | None = None
    topics: list[str] = field(default_factory=list)  # proposed
    ancestors: list[Work] = field(default_factory=list)  # that its reference list names

    @property
    def key(self) -> str:
        """The citation key."""
        return str(self.fields.get("key", ""))

    def set(self, name: str, value: Any) -> None:
        """Set a field, or take it out when there is no value; the fields stay in their order."""
        merged = {**self.fields, name: value}
        self.fields = {part: merged[part] for part in known_fields() if merged.get(part)}


def known_already(workspace: Workspace, entry: Entry) -> tuple[Work, ...]:
    """The works of the catalog that the entry may be."""
    return Finder(workspace.catalog).find(entry)


def missing_identifiers(work: Work, entry: Entry) -> dict[str, str]:
    """What names the work elsewhere and its entry does not say."""
    names = ("doi", "arxiv", "acl", "openreview")
    return {name: value for name in names if (value := getattr(entry, name)) and not getattr(work, name)}


def plan(workspace: Workspace, account: Account, references: Sequence[Entry], *, added: str) -> Plan:
    """The entry for a work that is not in the catalog."""
    catalog = workspace.catalog
    fields = draft(catalog, account, added=added)
    stood_upon = propose.ancestors(catalog, references, before=str(fields.get("first_public", "9999")))
    topics = propose.topics(catalog, account.entry.title, account.abstract, stood_upon)
    venue = None
    if entry_type(account.entry) == "article" and "venue" not in fields and account.entry.container:
        venue = new_venue(workspace, account.entry.container)
    made = Plan(fields, venue, topics, stood_upon)
    made.set("venue", venue["id"] if venue else fields.get("venue"))
    return made


def new_venue(workspace: Workspace, journal: str) -> Fields:
    """The record of a journal that the catalog does not know yet."""
    name = slugify(journal)[:60].rstrip("-") or "journal"
    taken = workspace.catalog.venue
    number = next(n for n in range(1, len(taken) + 2) if (f"{name}-{n}" if n > 1 else name) not in taken)
    return {"id": f"{name}-{number}" if number > 1 else name, "kind": "journal", "name": journal}


def files_of(workspace: Workspace, plans: Sequence[Plan], path: str) -> dict[str, bytes]:
    """The files with the entries appended to `path`, and with the venues that they need; the catalog's file last.

    Raises:
        DataFileError: when a file cannot be appended to.
    """
    venues = {made.venue["id"]: made.venue for made in plans if made.venue}
    files: dict[str, bytes] = {}
    if venues:
        files[VENUES] = appended(workspace.read(VENUES), list(venues.values()))
    files[path] = appended(workspace.read(path), [made.fields for made in plans])
    return files


def appended(data: bytes | None, records: Sequence[Mapping[str, Any]]) -> bytes:
    """A data file with the records at its end. Raises `DataFileError` when it is no list of entries."""
    for record in records:
        data = datafile.append(data or b"", entry_text(record))
    return data or b""
