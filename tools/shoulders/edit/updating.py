"""An entry brought up to date: a preprint that was published since, identifiers that it lacks.

Asks nobody and writes nothing. What an entry says already is changed only where the version to cite is another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoulders.catalog import Catalog
from shoulders.edit.draft import draft
from shoulders.edit.join import Account
from shoulders.lookup.identifiers import Identifier
from shoulders.model import Work

VERSION = ("type", "year", "month", "venue", "booktitle", "series", "volume", "number", "pages", "publisher", "address")
IDENTIFIERS = ("doi", "arxiv", "arxiv_class", "acl", "openreview", "pdf")


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


def changes(catalog: Catalog, work: Work, account: Account) -> dict[str, Any]:
    """The fields that the entry should have, and has not; of a preprint all that its published version says."""
    fields = draft(catalog, account, added=work.added)
    published = work.entry_type == "preprint" and fields.get("type", "preprint") != "preprint"
    found: dict[str, Any] = {}
    for name in (*VERSION, *IDENTIFIERS) if published else IDENTIFIERS:
        value = fields.get(name)
        ours = getattr(work, name)
        if value and ((published and name in VERSION) or not ours) and str(value) != str(ours):
            found[name] = value
    return found


def said(work: Work, found: Mapping[str, Any]) -> str:
    """The changes in words, one a line."""
    return "".join(
        f"  {name}: {value}" + (f" (was {ours})\n" if (ours := getattr(work, name)) else "\n")
        for name, value in found.items()
    )
