"""A new entry from what is known of a work: what it would say, and the files that would change.

Asks nobody and writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shoulders.catalog import Catalog
from shoulders.edit import datafile
from shoulders.edit.draft import Fields, draft, known_fields
from shoulders.edit.entry_text import entry_text
from shoulders.edit.join import Account
from shoulders.edit.propose import Proposer
from shoulders.edit.workspace import Workspace
from shoulders.ids import slugify
from shoulders.model import Work
from shoulders.names import has_cjk
from shoulders.readers import Entry

VENUES = "data/venues.yaml"


@dataclass
class Plan:
    """An entry that may be added: its fields, a venue that has to be added with it, and what might be said besides."""

    entry: Entry  # what is known of the work
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


def plan(
    proposer: Proposer, account: Account, references: Iterable[Entry] = (), *, added: str, taken: Iterable[str] = ()
) -> Plan:
    """The entry for a work that is not in the catalog; `taken` are keys that others may get meanwhile."""
    catalog = proposer.catalog
    fields = draft(catalog, account, added=added, taken=taken)
    stood_upon = proposer.ancestors(references, before=str(fields.get("first_public", "9999")))
    topics = proposer.topics(account.entry.title, account.abstract, stood_upon)
    made = Plan(account.entry, fields, new_venue(catalog, account.entry, fields), topics, stood_upon)
    if made.venue:
        made.set("venue", made.venue["id"])
    return made


def new_venue(catalog: Catalog, entry: Entry, fields: Mapping[str, Any]) -> Fields | None:
    """The record of the journal of an article that the catalog does not know yet.

    None for one whose name is Chinese: what it is called in Latin script, a person has to say.
    """
    journal = entry.container
    if fields.get("type") != "article" or "venue" in fields or not journal or has_cjk(journal):
        return None
    name = slugify(journal)[:60].rstrip("-") or "journal"
    numbered = (f"{name}-{number}" for number in range(2, len(catalog.venue) + 3))
    return {"id": next(n for n in (name, *numbered) if n not in catalog.venue), "kind": "journal", "name": journal}


def files_of(workspace: Workspace, plans: Sequence[Plan], path: str) -> dict[str, bytes]:
    """The files with the entries appended to `path`, and with the venues that they need; the catalog's file last.

    Raises:
        DataFileError: when a file cannot be appended to.
    """
    files = with_venues(workspace, [made.venue for made in plans if made.venue])
    files[path] = appended(workspace.read(path), [made.fields for made in plans])
    return files


def with_venues(workspace: Workspace, venues: Iterable[Fields]) -> dict[str, bytes]:
    """The file of the venues with these, each once; no file where there are none. Raises `DataFileError`."""
    new = {venue["id"]: venue for venue in venues}
    return {VENUES: appended(workspace.read(VENUES), list(new.values()))} if new else {}


def appended(data: bytes | None, records: Iterable[Mapping[str, Any]]) -> bytes:
    """A data file with the records at its end. Raises `DataFileError` when it is no list of entries."""
    return datafile.append(data or b"", "\n".join(map(entry_text, records)))
