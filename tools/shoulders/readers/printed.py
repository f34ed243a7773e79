"""A work as a reading list prints it on a line or two: title, authors, place, links.

Knows the common shapes and takes from each what it is sure of: first the title, by how it is set off; then what reads
as names; then the place. Nothing is looked up. Lists, tables and headings are the business of `markdown`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from shoulders.names import Name
from shoulders.problems import expected
from shoulders.readers import Entry, Fault
from shoulders.readers.list_links import Link, Links, is_label
from shoulders.readers.people import are_names, people, without_others
from shoulders.readers.prose import clean

_YEAR = re.compile(r"(?<![\d.])(?:(19[5-9]\d|20[0-4]\d)(?!\d|\.\d)|['’](\d\d)(?!\d)|(?<=[A-Za-z]{2})[ -]?(\d\d)$)")
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]{1,200})[)）\]】]")
_QUOTED = re.compile(r"[\"“]([^\"“”]{4,}?)[,.]?[\"”]")
_NUMBER = re.compile(r"[\W_]{0,4}\d{1,4} ?[.)、](?=[ \"“*]|[^\W\d_])")
_SENTENCE = re.compile(r"(?<=[^\W_]{2}[.。])\s+|(?<=[)?!]\.)\s+")
_UNPUBLISHED = re.compile(r"(?:preprint|(?:in|under)? ?(?:review|submission)|submitted)\b.{0,20}", re.IGNORECASE)
_PROSE = re.compile(r"\s*(?!(?:by|in) )[a-z]{2,} ")
_PUNCTUATION = " \t.,;:|·•–—-*~。，；：、"
MAX_PLACE = 15  # words; what is longer describes the work


@dataclass(frozen=True, slots=True)
class Piece:
    """Text that is set in one way; with an address it is a link."""

    text: str
    strong: bool = False
    emphasis: bool = False
    address: str = ""

    @property
    def is_plain(self) -> bool:
        """Whether nothing sets it off."""
        return not (self.strong or self.emphasis or self.address)


@dataclass
class _Work:
    """What has been understood so far, and the pieces that have not."""

    title: str = ""
    nickname: str = ""
    authors: str = ""
    rest: list[Piece] = field(default_factory=list)
    is_set_off: bool = False  # whether the title is bold, a link or the like, and not mere text


def read_work(pieces: Sequence[Piece], *, line: int, section: str = "") -> Entry | Fault | None:
    """The work that the pieces print; a fault when they link to a paper and have no title, None when they are prose."""
    found = [Link(piece.text, piece.address) for piece in pieces if piece.address]
    work = _title(list(pieces))
    title = _trimmed(work.title)
    if not title:
        shown = clean(text_of(pieces))
        return Fault(line, expected("a title", shown)) if any(map(_is_evident, found)) else None
    names, complete = _authors(work)
    place, year = _place(work)
    if not _is_work(work, found, is_placed=bool(year and (place or names))):
        return None
    links = Links(found)
    only_code = bool(links.code) and not links.papers
    return Entry(
        line=line,
        key="",
        type="software" if only_code and not names else "misc",
        title=title,
        authors=names,
        complete=complete,
        year=year,
        container=place,
        nickname=_nickname(work),
        section=section,
        url=links.url or (links.code if only_code else ""),
        pdf=links.pdf,
        code=links.code,
        doi=links.doi,
        arxiv=links.arxiv,
        acl=links.acl,
        openreview=links.openreview,
    )


def text_of(pieces: Sequence[Piece]) -> str:
    """The pieces as they are read."""
    return "".join(piece.text for piece in pieces)


def _is_evident(link: Link) -> bool:
    """Whether a link is surely one to a work: it is called so, or an identifier or PDF tells."""
    only = Links([link])
    return bool(only.arxiv or only.acl or only.doi or only.openreview or only.pdf) or (
        link.kind != "page" and is_label(link.label) and bool(re.search(r"\w", link.label))
    )


def _is_work(work: _Work, links: Sequence[Link], *, is_placed: bool) -> bool:
    """Whether all this is a work and no prose, which may have bold words and links, too."""
    following = text_of(work.rest)
    if any(map(_is_evident, links)):
        return work.is_set_off or not _PROSE.match(_behind_links(work.rest))
    if work.is_set_off:
        return bool((links and not _PROSE.match(following)) or work.authors or is_placed)
    return is_placed and not re.search(r"\w", _BRACKETS.sub("", following).removeprefix(work.authors))
