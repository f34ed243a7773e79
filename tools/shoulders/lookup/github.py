"""GitHub: repositories."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

from shoulders.fetch import Client, FetchError, NotFoundError
from shoulders.lookup import Record
from shoulders.lookup.shapes import at, dashed, date, name, text
from shoulders.names import Name
from shoulders.readers import Entry

SOURCE = "GitHub"


def record(client: Client, repository: str) -> Record:
    """The repository `owner/name`.

    Raises:
        FetchError: when GitHub does not answer, or has no such public repository.
    """
    base = client.services["github"].base
    found = client.json(f"{base}/repos/{repository}")
    title, owner = text(at(found, "name")), text(at(found, "owner", "login"))
    if not title or not owner:
        raise FetchError(f"GitHub says nothing of {repository} that can be used; try again later")
    year, month, day = date(at(found, "created_at"))
    licence = text(at(found, "license", "spdx_id"))
    page = f"https://github.com/{text(at(found, 'full_name')) or repository}"  # another, once it was renamed
    called = ""
    with suppress(NotFoundError):
        called = text(at(client.json(f"{base}/users/{quote(owner, safe='')}"), "name"))
    entry = Entry(
        line=0,
        key="",
        type="software",
        title=title,
        authors=(_owner(called or owner, is_person=at(found, "owner", "type") == "User"),),
        year=year,
        month=month,
        day=day,
        url=page,
        code=page,
    )
    return Record(
        source=SOURCE,
        entry=entry,
        first_public=dashed((year, month, day)),
        abstract=text(at(found, "description")),
        licence="" if licence == "NOASSERTION" else licence,
    )


def _owner(printed: str, *, is_person: bool) -> Name:
    """A person where the name has the parts of one; else a body, or somebody who goes by the name of the account."""
    person = name(printed) if is_person else None
    return person if person and person.given else Name(family=printed, organisation=True)
