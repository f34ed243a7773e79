"""arXiv: the preprint, by its Atom interface."""

from __future__ import annotations

import re
from urllib.parse import quote
from xml.etree.ElementTree import Element

from shoulders.fetch import Client, NotFoundError
from shoulders.lookup import Record
from shoulders.lookup.same import is_same
from shoulders.lookup.shapes import bare_words, dashed, date, names, text, title
from shoulders.readers import Entry, find

SOURCE = "arXiv"
_SPACES = {"a": "http://www.w3.org/2005/Atom", "x": "http://arxiv.org/schemas/atom"}
_WITHDRAWN = re.compile(
    r"\b(?:paper|submission|article|manuscript|preprint|work) (?:has been|was|is) withdrawn|^(?:this is )?withdrawn\b"
    r"|\bwithdrawn by (?:the )?(?:authors?|arxiv)",
    re.IGNORECASE,
)
"""arXiv has no field that says so: its notice stands in the comment, or in place of the abstract."""


def record(client: Client, arxiv: str) -> Record:
    """The preprint of an arXiv id.

    Raises:
        FetchError: when arXiv does not answer, or knows no such preprint.
    """
    feed = client.xml(f"{client.services['arxiv'].base}?id_list={quote(arxiv)}&max_results=1")
    entry = feed.find("a:entry", _SPACES)
    found = _record(entry) if entry is not None else None
    if not found or not found.entry.title or not found.entry.authors:  # an unknown id comes as an entry called Error
        raise NotFoundError(f"arXiv knows no preprint {arxiv}; check the number")
    return found


def search(client: Client, wanted: Entry) -> Record | None:
    """The preprint of this very title and by this first author, if there is one.

    Raises:
        FetchError: when arXiv does not answer.
    """
    query = quote(f'ti:"{bare_words(wanted.title)}"')
    feed = client.xml(f"{client.services['arxiv'].base}?search_query={query}&max_results=5")
    found = (_record(element) for element in feed.findall("a:entry", _SPACES))
    return next((record for record in found if record and is_same(record.entry, wanted)), None)


def _record(entry: Element) -> Record | None:
    def said(path: str) -> str:
        return text(entry.findtext(path, "", _SPACES), most=4000)

    arxiv = find.arxiv(said("a:id"))
    if not arxiv:
        return None
    year, month, day = date(said("a:published"))
    category = entry.find("x:primary_category", _SPACES)
    found = Entry(
        line=0,
        key="",
        type="preprint",
        title=title(entry.findtext("a:title", "", _SPACES)),
        authors=names(author.findtext("a:name", "", _SPACES) for author in entry.findall("a:author", _SPACES)),
        year=year,
        month=month,
        day=day,
        container="arXiv",
        arxiv=arxiv,
        arxiv_class=text(category.get("term", "")) if category is not None else "",
        doi=find.doi(said("x:doi")),
        url=f"https://arxiv.org/abs/{arxiv}",
        pdf=f"https://arxiv.org/pdf/{arxiv}",
    )
    notice = next((part for part in (said("x:comment"), said("a:summary")) if _WITHDRAWN.search(part)), "")
    return Record(
        source=SOURCE,
        entry=found,
        first_public=dashed((year, month, day)),
        abstract=said("a:summary"),
        warnings=(f"arXiv says that {arxiv} was withdrawn: {notice[:200]}",) if notice else (),
    )
