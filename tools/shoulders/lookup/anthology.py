"""The ACL Anthology: the published record, by the BibTeX it keeps beside each paper."""

from __future__ import annotations

from dataclasses import replace

from shoulders.fetch import Client, FetchError
from shoulders.lookup import Record
from shoulders.lookup.shapes import dashed
from shoulders.readers import bibtex

SOURCE = "ACL Anthology"


def record(client: Client, acl: str) -> Record:
    """The paper of an Anthology id.

    Raises:
        FetchError: when the Anthology does not answer, or knows no such paper.
    """
    found = bibtex.read(client.text(f"{client.services['acl'].base}/{acl}.bib")).entries
    if not found or not found[0].title:
        raise FetchError(f"the ACL Anthology sent no BibTeX for {acl}; try again later")
    page = f"https://aclanthology.org/{acl}"
    entry = replace(found[0], line=0, key="", acl=acl, url=page, pdf=f"{page}.pdf")
    return Record(source=SOURCE, entry=entry, first_public=dashed((entry.year, entry.month, entry.day)))
