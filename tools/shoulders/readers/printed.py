"""A work as a reading list prints it on a line or two: title, authors, place, links.

Knows the common shapes and takes from each what it is sure of: first the title, by how it is set off; then what reads
as names; then the place. Nothing is looked up. Lists, tables and headings are the business of `markdown`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile

from shoulders.names import Name
from shoulders.problems import expected
from shoulders.readers import Entry, Fault, find
from shoulders.readers.list_links import Link, is_label, with_links
from shoulders.readers.people import are_names, people
from shoulders.readers.pieces import (
    BRACKETS,
    POINTS,
    Piece,
    Shape,
    is_tag,
    parts,
    read_place,
    read_year,
    text_of,
    trimmed,
    without_number,
)
from shoulders.readers.prose import clean

MAX_PIECES = 200  # no work has so many links and words set off
_QUOTED = re.compile(r"[\"“]([^\"“”]{4,400}?)[,.]?[\"”]")
_OTHERS = re.compile(r"[(（\[]([^()（）\[\]]{1,200}?\bet\.? ?al\b\.?)")
_LAST_BRACKETS = re.compile(r"[(（]((?:[^()（）]|[(（][^()（）]{0,60}[)）]){1,60})[)）][\W_]{0,20}$")
_PROSE = re.compile(r"\s*(?!(?:by|in) )[a-z]{2,} ")


@dataclass
class _Work:
    """What has been understood of a work, and the pieces that have not."""

    shape: Shape = ""
    title: str = ""
    nickname: str = ""
    authors: str = ""
    place: str = ""
    rest: list[Piece] = field(default_factory=list)


def read_work(pieces: Sequence[Piece], *, line: int, section: str = "", heads: bool = False) -> Entry | Fault | None:
    """The work that the pieces print.

    Args:
        pieces: a line or two.
        line: where they stand.
        section: the heading above them.
        heads: whether a list of others stands under them, so that a title alone is rather a heading.

    Returns:
        A fault when they link to a paper but have no title, None when they are prose.
    """
    pieces = pieces[:MAX_PIECES]
    found = [Link(piece.text, piece.address) for piece in pieces if piece.address]
    if named := find.arxiv(text_of(pieces)):
        found.append(Link("arXiv", f"https://arxiv.org/abs/{named}"))
    is_evident = any(link.is_evident for link in found)
    work = _titled(list(pieces))
    if not work.title:
        return Fault(line, expected("a title", clean(text_of(pieces)))) if is_evident else None
    _take_authors(work)
    container, year = _place(work)
    is_alone = not heads and len(work.title.split()) > 2 and not re.search(r"\w", text_of(work.rest))
    if not (_is_work(work, is_evident=is_evident, year=year) or (work.shape == "bold" and is_alone)):
        return None
    authors, complete = printed_people(work.authors)
    entry = Entry(
        line=line,
        key="",
        type="misc",
        title=work.title,
        authors=authors,
        complete=complete,
        year=year,
        container=container,
        nickname=work.nickname or _nickname(work.rest),
        section=section,
    )
    return with_links(entry, found)


def _is_work(work: _Work, *, is_evident: bool, year: int | None) -> bool:
    """Whether this is a work and no prose, which may have bold words and links, too."""
    before, behind = _around_links(work.rest)
    if work.shape == "link":
        return is_evident or not _PROSE.match(before)
    if is_evident:
        return not _PROSE.match(behind)
    if work.shape == "text":  # a year in brackets at its end
        return year is not None and not re.search(r"\w", BRACKETS.sub("", before + behind))
    return bool(work.authors or year)


def _around_links(pieces: Sequence[Piece]) -> tuple[str, str]:
    """The text before the first link, and that behind it, without other links."""
    first = next((i for i, piece in enumerate(pieces) if piece.address), len(pieces))
    return text_of(pieces[:first]), text_of([piece for piece in pieces[first:] if not piece.address])


def _titled(pieces: list[Piece], *, nested: bool = False) -> _Work:
    """A work with its title, by the first of the pieces that says more than what a link leads to, or a year."""
    tags: list[str] = []
    while pieces:
        (shape, _), group = next(groupby(pieces, key=lambda piece: (piece.shape, piece.address)))
        run = list(group)
        head, pieces = text_of(run), pieces[len(run) :]
        tag = re.match(r"\W{0,4}[(\[【][^)\]】]{1,30}[)\]】]", head) if shape == "text" else None
        if tag and is_tag(tag[0]):
            tags.append(tag[0])
            head = head[tag.end() :]
        if is_label(head):
            continue
        if shape != "link" and is_tag(head):
            tags.append(head)
            continue
        work = _with_head(shape, head, pieces, nested=nested)
        work.title = trimmed(work.title)
        work.place = " ".join([*tags, work.place])
        return work
    return _Work(place=" ".join(tags))


def _with_head(shape: Shape, head: str, rest: list[Piece], *, nested: bool) -> _Work:
    """A work whose title is the head, or what the head announces."""
    following = rest[0].text if rest and rest[0].shape == "text" else ""
    if shape == "text":
        return _from_text(head, rest)
    if shape == "italic" and are_names(head) and not nested and not _begins_with_names(following):
        work = _titled(rest, nested=True)
        if work.place.strip() or work.shape in ("bold", "link") or len(work.title.split()) > 3:
            work.authors = head
            return work
    if shape == "italic" and (bracket := _LAST_BRACKETS.search(head)):  # (Good, Ida et al.)
        return _Work(shape, head[: bracket.start()], rest=[Piece(head[bracket.start() :]), *rest])
    if shape == "bold" and (quoted := re.match(rf"\W{{0,4}}?{_QUOTED.pattern}", following)):
        return _Work(shape, quoted[1], trimmed(head), rest=[Piece(following[quoted.end() :]), *rest[1:]])
    if shape == "bold" and not nested and (head.rstrip().endswith(":") or following.lstrip().startswith(":")):
        announced = _titled([Piece(following.lstrip(" :")), *rest[bool(following) :]], nested=True)
        if announced.shape == "link" or (announced.shape == "text" and not are_names(announced.title)):
            before = f"{trimmed(head)}: " if announced.shape == "text" else ""
            announced.shape, announced.nickname = shape, trimmed(head)
            announced.title = before + announced.title
            return announced
    return _Work(shape, head, rest=rest)


def _from_text(text: str, rest: list[Piece]) -> _Work:
    """A work whose title nothing sets off: it ends with its quotation marks, before a bracket, a sentence or names."""
    text = without_number(text)
    if quoted := _QUOTED.search(text):
        before = text[: quoted.start()].strip(POINTS)
        authors = before if are_names(before) else ""
        return _Work("text", quoted[1], authors=authors, rest=[Piece(text[quoted.end() :]), *rest])
    brackets = (found for found in BRACKETS.finditer(text) if read_year(found[0]) or _OTHERS.match(found[0]))
    bracket = next(brackets, None)
    found = parts(text[: bracket.start()] if bracket else text)
    if not found:
        return _Work(rest=[Piece(text), *rest])
    first = len(list(takewhile(lambda part: are_names(part.text), found)))
    if not (0 < first < len(found) and found[first].behind_stop and len(found[first].text.split()) > 3):
        first = 0  # what reads as names is the title: "Memory Networks. CIL 2015"
    ends = (part.behind_stop or are_names(part.text) or bool(read_year(part.text)) for part in found[first + 1 :])
    last = first + next((i for i, is_end in enumerate(ends) if is_end), len(found) - first - 1)
    authors = text[: found[first].start].strip(POINTS)
    title = text[found[first].start : found[last].end]
    return _Work("text", title, authors=authors, rest=[Piece(text[found[last].end :]), *rest])


def _begins_with_names(text: str) -> bool:
    first = next(iter(parts(text)), None)
    return first is not None and are_names(first.text)


def _take_authors(work: _Work) -> None:
    """Move the authors out of the rest: what stands in italics, else the names with which it begins."""
    if work.authors or not work.rest:
        return
    for i, piece in enumerate(work.rest):
        in_brackets = text_of(work.rest[:i]).rstrip().endswith(("(", "（", "["))
        if piece.shape == "italic" and not in_brackets and (work.shape == "bold" or are_names(piece.text)):
            run = list(takewhile(lambda other: other.shape == "italic", work.rest[i:]))
            if read_year(text_of(run)):
                continue  # the place
            work.authors = text_of(run)
            work.rest = [*work.rest[:i], Piece(". "), *work.rest[i + len(run) :]]
            return
    first = work.rest[0]
    if first.shape != "text":
        return
    if others := _OTHERS.search(first.text):
        work.authors = others[1]
        work.rest[0] = Piece(f"{first.text[: others.start() + 1]}{first.text[others.end() :]}")
        return
    start = re.match(r"[\W_]*(?:by )?", first.text)
    text = first.text[start.end() :] if start else first.text
    names = list(takewhile(lambda part: are_names(part.text), parts(BRACKETS.split(text)[0])))
    if names:
        work.authors = text[: names[-1].end]
        work.rest[0] = Piece(text[names[-1].end :])


def printed_people(text: str) -> tuple[tuple[Name, ...], bool]:
    """The persons of a text; while a paper is under review they are not told."""
    return ((), False) if "anonymous" in text.casefold() else people(text)


def _place(work: _Work) -> tuple[str, int | None]:
    """The place and year: what is left before the links, else what stands in brackets."""
    before, behind = _around_links([piece for piece in work.rest if not piece.strong])
    plain = BRACKETS.sub("", before)
    bracketed = [found[1] for found in BRACKETS.finditer(before + behind) if read_year(found[1])]
    candidates = [*bracketed, work.place] if not read_year(plain) else [plain]
    for text in candidates:
        place, year = read_place(text)
        if year:
            return place, year
    may_be_place = work.authors or work.shape in ("bold", "italic")
    return read_place(plain) if may_be_place else ("", None)


def _nickname(rest: Sequence[Piece]) -> str:
    """What the field calls a work: bold behind it, or in brackets behind its links."""
    bold = (piece.text.strip() for piece in rest if piece.shape == "bold" and not is_label(piece.text))
    found = next(bold, "")
    if not found:
        bracket = _LAST_BRACKETS.search(_around_links(rest)[1])
        found = bracket[1] if bracket and not read_year(bracket[1]) and not is_label(bracket[1]) else ""
    whole = _LAST_BRACKETS.fullmatch(found)
    return clean(whole[1] if whole else found)
