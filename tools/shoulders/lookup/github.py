"""GitHub: repositories."""

from __future__ import annotations

from shoulders.fetch import Client, FetchError
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
    year, month, day = date(text(at(found, "created_at")))
    licence = text(at(found, "license", "spdx_id"))
    author = Name(family=owner, organisation=True)
    if text(at(found, "owner", "type")) == "User":
        person = name(at(client.json(f"{base}/users/{owner}"), "name"))
        author = person if person and person.given else author
    entry = Entry(
        line=0,
        key="",
        type="software",
        title=title,
        authors=(author,),
        year=year,
        month=month,
        day=day,
        url=f"https://github.com/{text(at(found, 'full_name')) or repository}",
        code=f"https://github.com/{text(at(found, 'full_name')) or repository}",
    )
    return Record(
        source=SOURCE,
        entry=entry,
        first_public=dashed((year, month, day)),
        abstract=text(at(found, "description")),
        licence="" if licence == "NOASSERTION" else licence,
    )
