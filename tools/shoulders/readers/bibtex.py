"""BibTeX and biblatex, as they are found in the wild.

How the file is written is the business of `bibtex_syntax`; here its fields become plain text, names, dates and
identifiers. What an entry does not say comes from the entries that its `xdata` and `crossref` name.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from shoulders import ids
from shoulders.names import SUFFIXES, Name
from shoulders.problems import Choices, expected, quoted
from shoulders.readers import Bibliography, Entry, Fault, find
from shoulders.readers.bibtex_syntax import DEFINITIONS, Block, Parsed, parse
from shoulders.readers.dates import Date, checked, read_date, read_month
from shoulders.readers.latex import plain as plain
from shoulders.readers.people import named, organisation, person, split_list
from shoulders.readers.prose import language, plain_pages

LOOSE = frozenset(["misc", "online", "software", "electronic", "www", "unpublished"])
"""Types whose place is told by `howpublished` or `organization`, where it is told at all."""
NO_WORKS = DEFINITIONS | {"xdata", "set", "control"}
"""Blocks that only serve others, or a style."""
INHERITED = (
    ("date", "year", "month", "day"),
    ("journal", "journaltitle"),
    ("address", "location"),
    ("number", "issue"),
    ("language", "langid"),
    *((name,) for name in ("editor", "publisher", "organization", "series", "volume", "edition", "isbn")),
)
"""What a work has from the volume that it stands in, by names for the same. Not its DOI, addresses and pages."""
MAX_PARENTS = 16
_GROUP = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}")
_HELD = {" ": "␣", ",": "‚"}  # what stands for a space and a comma that braces hold
_FREE = {mark: character for character, mark in _HELD.items()}
_UNWRAPPED = re.compile(r"\\(?:url|path)\b|\\(?=[_%&#~])|[{}]")


def read(text: str) -> Bibliography:
    """The entries of a .bib file, and what in it cannot be read."""
    return understood(parse(text))


def understood(parsed: Parsed) -> Bibliography:
    """The entries of a .bib file from its blocks."""
    blocks, faults = parsed.blocks, list(parsed.faults)
    by_key: dict[str, Block] = {}
    for block in blocks:
        first = by_key.setdefault(block.key.casefold(), block)
        if first is not block and block.key:
            said = f"expected a key of its own, got {quoted(block.key)} as on line {first.line}"
            faults.append(Fault(block.line, said))
    keys = Choices([block.key for block in by_key.values() if block.key])
    for block in blocks:
        for name, key in _parents(block):
            if key.casefold() not in by_key:
                faults.append(Fault(block.line, f"{name}: {expected('the key of an entry', key, keys)}"))
    entries = [_entry(block, _Fields(_inherited(block, by_key))) for block in blocks if block.kind not in NO_WORKS]
    return Bibliography(tuple(entries), tuple(sorted(faults, key=lambda fault: fault.line)))


def _parents(block: Block) -> Iterator[tuple[str, str]]:
    """The entries from which this one inherits: the field that names one, and its key."""
    for name in ("xdata", "crossref"):
        for key in block.said.get(name, "").split(",")[:MAX_PARENTS]:
            if key.strip():
                yield name, key.strip()


def _inherited(block: Block, by_key: Mapping[str, Block]) -> Mapping[str, str]:
    """The fields of an entry and, where it lacks one, those of its `xdata` and of its volume."""
    if not any(_parents(block)):
        return block.said

    def with_xdata(child: Block) -> ChainMap[str, str]:
        parents = (by_key.get(key.casefold()) for name, key in _parents(child) if name == "xdata")
        return ChainMap(child.said, *(parent.said for parent in parents if parent))

    own = with_xdata(block)
    volume = by_key.get(own.get("crossref", "").strip().casefold())
    if volume is None or volume is block:
        return own
    theirs = with_xdata(volume)
    title = theirs.get("booktitle") or theirs.get("title", "")
    groups = [group for group in INHERITED if not any(name in own for name in group)]
    found = {"journal" if block.kind == "article" else "booktitle": title}
    return ChainMap(*own.maps, found | {name: theirs[name] for group in groups for name in group if name in theirs})


class _Fields:
    """The fields of an entry by the names that one thing may have; the first that says something counts."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = fields

    def text(self, *names: str) -> str:
        """A field as plain text."""
        return next((text for name in names if (text := plain(self._fields.get(name, "")))), "")

    def raw(self, *names: str) -> str:
        """A field that holds an address or identifier, without what LaTeX needs around its characters."""
        found = (_UNWRAPPED.sub("", self._fields[name]) for name in names if self._fields.get(name))
        return next((text for value in found if (text := " ".join(value.split()))), "")

    def names(self, name: str) -> tuple[tuple[Name, ...], bool]:
        """The persons of a field, and whether it names all."""
        return _names(" ".join(self._fields.get(name, "").split()))


def _entry(block: Block, fields: _Fields) -> Entry:
    authors, complete = fields.names("author")
    year, month, day = _date(fields)
    arxiv = _arxiv(fields)
    return Entry(
        line=block.line,
        start=block.start,
        end=block.end,
        key=block.key,
        type=block.kind,
        title=_title(fields),
        authors=authors,
        complete=complete,
        editors=fields.names("editor")[0],
        year=year,
        month=month,
        day=day,
        container=_container(block.kind, fields),
        series=fields.text("series"),
        volume=fields.text("volume"),
        number=fields.text("number", "issue"),
        pages=plain_pages(fields.text("pages", "eid", "articleno", "article-number")),
        edition=fields.text("edition"),
        publisher=_publisher(block.kind, fields),
        address=fields.text("address", "location"),
        url=fields.raw("url") or find.address(fields.raw("howpublished"), fields.raw("note"), fields.raw("ee")),
        pdf=fields.raw("pdf"),
        code=fields.raw("code"),
        doi=find.doi(fields.raw("doi"), fields.raw("url"), fields.raw("ee")),
        arxiv=arxiv,
        arxiv_class=find.sound(ids.check_arxiv_class, fields.raw("primaryclass", "eprintclass")) if arxiv else "",
        acl=find.acl(fields.raw("url"), fields.raw("doi"), fields.raw("pdf")),
        openreview=find.openreview(fields.raw("url"), fields.raw("pdf")),
        isbn=find.isbn(fields.raw("isbn")),
        language=language(fields.text("langid", "language")),
        keywords=fields.text("keywords"),
    )


def _title(fields: _Fields) -> str:
    """The title; biblatex has the subtitle in a field of its own."""
    title, subtitle = fields.text("title"), fields.text("subtitle")
    return f"{title}: {subtitle}" if title and subtitle else title


def _container(kind: str, fields: _Fields) -> str:
    said = fields.text("journal", "journaltitle", "booktitle")
    if said or kind not in LOOSE:
        return said
    place = fields.text("organization", "howpublished")
    return "" if find.address(place) else place


def _publisher(kind: str, fields: _Fields) -> str:
    return fields.text("publisher", "institution", "school", *(() if kind in LOOSE else ("organization",)))


def _arxiv(fields: _Fields) -> str:
    """The arXiv id, wherever one put it."""
    eprint = fields.raw("eprint", "arxivid", "arxiv")
    archive = fields.raw("archiveprefix", "eprinttype", "archive").casefold()
    marked = f"arxiv:{eprint}" if eprint and archive in ("arxiv", "") else ""
    return find.arxiv(
        marked,
        *(fields.raw(name) for name in ("eprint", "url", "doi", "ee", "biburl", "eid", "number", "volume", "pages")),
        *(fields.text(name) for name in ("journal", "journaltitle", "booktitle", "howpublished", "note")),
    )


def _date(fields: _Fields) -> Date:
    """Year, month and day, from `date` or from `year`, `month` and `day`."""
    year, month, day = read_date(fields.raw("date"))
    if year is None:
        year, month, day = read_date(fields.text("year"))
    own = re.fullmatch(r"[0-9]{1,2}", fields.text("day"))
    return checked(year, month or read_month(fields.text("month")), day or (int(own[0]) if own else None))


def _names(value: str) -> tuple[tuple[Name, ...], bool]:
    """The persons of a field, and whether it names all: `and others` says that it does not."""
    parts = [part for part in _split(value) if part]
    if "{" not in value and _is_enumeration(parts):
        pieces, complete = split_list(plain(value))
        return named(pieces), complete
    known = [part for part in parts if part.casefold().strip("{}. ") not in ("others", "et al")]
    return tuple(name for part in known if (name := _name(part))), len(known) == len(parts)


def _is_enumeration(parts: Sequence[str]) -> bool:
    """Whether commas stand where BibTeX asks for "and"; a name has two at most, around its suffix."""
    if len(parts) != 1:
        return any(part.endswith(",") for part in parts)
    pieces = [piece.strip() for piece in parts[0].split(",")]
    return len(pieces) > 2 and pieces[1] not in SUFFIXES


def _split(value: str) -> Iterator[str]:
    """The parts of a field between the words "and" outside braces; a brace too many closes nothing."""
    depth = start = 0
    for mark in re.finditer(r"[{}]|(?:^|\s+)and(?=\s|$)", value, re.IGNORECASE):
        if mark[0] in "{}":
            depth = max(0, depth + (1 if mark[0] == "{" else -1))
        elif depth == 0:
            yield value[start : mark.start()].strip()
            start = mark.end()
    yield value[start:].strip()


def _name(part: str) -> Name | None:
    """A name: braces around the whole make it an organisation, those within hold words and commas together."""
    if _GROUP.fullmatch(part):
        return organisation(plain(part))
    marked = _GROUP.sub(lambda group: group[0] if group[0][1] == "\\" else _held(group[0]), part)
    name = person(plain(marked))
    if name is None or marked == part:
        return name
    family, _, suffix = _released(name.family).rpartition(", ")
    if not family or suffix not in SUFFIXES:
        family, suffix = _released(name.family), name.suffix
    return replace(name, family=family, given=_released(name.given), particle=_released(name.particle), suffix=suffix)


def _held(group: str) -> str:
    """A group with marks for its spaces and commas; those of groups within belong to accents."""
    inner = re.sub(r"\{[^{}]*\}|[ ,]", lambda match: _HELD.get(match[0], match[0]), group[1:-1])
    return f"{{{inner}}}"


def _released(text: str) -> str:
    return "".join(_FREE.get(character, character) for character in text)
