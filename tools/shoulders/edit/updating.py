"""An entry brought up to date: a preprint that was published since, identifiers that it lacks, a retraction.

Asks nobody and writes nothing. What an entry says already is changed only where the version to cite is another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shoulders import ids
from shoulders.catalog import Catalog
from shoulders.edit import adding, datafile
from shoulders.edit.draft import Fields, draft
from shoulders.edit.join import Account, people_of
from shoulders.edit.workspace import Workspace
from shoulders.lookup.identifiers import Identifier
from shoulders.matching import same_family, titles
from shoulders.model import Work
from shoulders.readers import Entry
from shoulders.rules.checked import normal_title

VERSION = (
    *("type", "year", "month", "venue", "booktitle", "editors", "series", "volume", "number", "pages"),
    *("publisher", "address", "institution", "school", "edition"),
)
"""What the published version says in place of the preprint; what it does not say, is said no longer."""
LACKING = ("doi", "arxiv", "arxiv_class", "acl", "openreview", "pdf", "retracted")


@dataclass(frozen=True, slots=True)
class Changes:
    """The fields that an entry should have, None where it should have none, and a venue that comes with them."""

    fields: Mapping[str, Any]
    venue: Fields | None = None
    by_hand: str = ""  # what a person has to change


def identifier_of(work: Work) -> Identifier | None:
    """What to ask the sources for: of a preprint its arXiv id, of others where they were published."""
    if work.entry_type == "preprint" and work.arxiv:
        return Identifier("arxiv", work.arxiv)
    if work.acl:
        return Identifier("acl", work.acl)
    if work.doi:
        return Identifier("doi", work.doi)
    if work.arxiv:
        return Identifier("arxiv", work.arxiv)
    if work.openreview:
        return Identifier("openreview", work.openreview)
    return None


def changes(catalog: Catalog, work: Work, account: Account) -> Changes:
    """What the entry should say, and does not; of a preprint all that its published version says."""
    fields = draft(catalog, account, added=work.added)
    found = {name: value for name in LACKING if not getattr(work, name) and (value := fields.get(name))}
    if "arxiv" in found and ids.is_later(work.first_public, ids.arxiv_month(found["arxiv"])):
        found["first_public"] = fields["first_public"]
    if work.entry_type != "preprint" or fields.get("type", "preprint") == "preprint" or "year" not in fields:
        return Changes(found)
    venue = adding.new_venue(catalog, account.entry, fields)
    fields |= {"venue": venue["id"]} if venue else {}
    version = {name: fields.get(name) for name in VERSION}
    if normal_title(fields["title"]) not in map(normal_title, titles(work)):
        version["title"] = fields["title"]
    found |= {name: value for name, value in version.items() if _differ(getattr(work, name), value)}
    return Changes(found, venue, _other_authors(catalog, work, account.entry))


def _other_authors(catalog: Catalog, work: Work, entry: Entry) -> str:
    """That the published version names other authors, who stand in a list that is changed by hand."""
    ours = [credit.name for credit in catalog.credits[work.key]]
    same = len(ours) == len(entry.authors) and all(map(same_family, ours, entry.authors))
    if same or not entry.authors:
        return ""
    return f"authors: it names {people_of(entry)}; change them by hand"


def _differ(ours: object, theirs: object) -> bool:
    return str(ours or "") != str(theirs or "")


def files_of(workspace: Workspace, work: Work, change: Changes) -> dict[str, bytes]:
    """The files with the changes, that of the entry last.

    Raises:
        DataFileError: when one of them cannot be changed safely.
    """
    path = workspace.paths[work.key]
    files = adding.with_venues(workspace, [change.venue] if change.venue else [])
    return files | {path: datafile.change(workspace.read(path) or b"", work.key, change.fields)}


def said(work: Work, change: Changes) -> Iterator[str]:
    """The changes in words."""
    for name, value in change.fields.items():
        ours = getattr(work, name)
        parts = value if isinstance(value, list) else [value["date"] if isinstance(value, dict) else value or "nothing"]
        yield f"{name}: {', '.join(map(str, parts))}" + (f" (was {ours})" if ours else "")
    if change.by_hand:
        yield change.by_hand
