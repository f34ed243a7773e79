"""RIS, as reference managers and publishers write it.

The format says little about its own tags, and every program has its habits: the tags that may hold a thing are tried
in the order in which they are most often right. A record ends where it says so or where the next one begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shoulders.names import Name
from shoulders.problems import Choices, expected
from shoulders.readers import Bibliography, Entry, Fault, find
from shoulders.readers.dates import Date, read_date
from shoulders.readers.people import named, without_others
from shoulders.readers.prose import MAX_FIELD, clean, language, plain_pages

_KINDS = {
    "article": "JOUR EJOUR JFULL MGZN NEWS ABST INPR",
    "inproceedings": "CPAPER CONF",
    "book": "BOOK EBOOK SER CLSWK ENCYC DICT",
    "collection": "EDBOOK",
    "incollection": "CHAP ECHAP",
    "techreport": "RPRT GOVDOC STAND",
    "thesis": "THES",
    "unpublished": "UNPB MANSCPT PREPRINT",
    "software": "COMP",
    "dataset": "DATA AGGR DBASE",
    "online": "ELEC WEB BLOG ICOMM MULTI VIDEO ADVS",
    "patent": "PAT",
    "misc": (
        "GEN ANCIENT ART BILL CASE CHART CTLG EQUA FIGURE GRANT GRNT HEAR INTV LEGAL MAP MPCT MUSIC PAMP PCOMM POD "
        "PRESS SLIDE SOUND STAT UNBILL"
    ),
}
TYPES = {tag: kind for kind, tags in _KINDS.items() for tag in tags.split()}
OWN = frozenset(["book", "collection", "techreport", "thesis"])
"""What stands by itself: its `T2` is a series, not what holds it."""
_KNOWN = frozenset(
    "TY ER ID A1 A2 A3 A4 AB AD AN AU AV BT C1 C2 C3 C4 C5 C6 C7 C8 CA CN CP CT CY DA DB DI DO DP ED EP ET IS J1 J2 JA "
    "JF JO KW L1 L2 L3 L4 LA LB LK M1 M2 M3 N1 N2 NV OP PB PP PY RI RN RP SE SN SP ST T1 T2 T3 TA TI TT U1 U2 U3 U4 U5 "
    "UR VL VO Y1 Y2".split()
)
_TAG = re.compile(r"[ \t]{0,4}([A-Z][A-Z0-9])([ \t]{0,4}-(?:[ \t]+|$))(.*)")


@dataclass
class _Record:
    """The values of one record by tag, in their order."""

    line: int
    kind: str
    values: dict[str, list[str]] = field(default_factory=dict)

    def all(self, *tags: str) -> list[str]:
        """Every value of the tags, as plain text."""
        return [text for tag in tags for value in self.values.get(tag, ()) if (text := clean(value))]

    def first(self, *tags: str) -> str:
        """The first value of the first of the tags that has one."""
        return next(iter(self.all(*tags)), "")


def read(text: str) -> Bibliography:
    """The records of an .ris file, and what in it cannot be read."""
    entries: list[Entry] = []
    faults: list[Fault] = []
    kinds = Choices(TYPES)
    for found in _records(text):
        if isinstance(found, Fault):
            faults.append(found)
        elif not found.values:
            faults.append(Fault(found.line, expected("a tag between TY and ER", None)))
        else:
            if found.kind not in TYPES:
                faults.append(Fault(found.line, expected("a type of RIS", found.kind, kinds)))
            entries.append(_entry(found, TYPES.get(found.kind, "misc")))
    return Bibliography(tuple(entries), tuple(faults))


def _records(text: str) -> Iterator[_Record | Fault]:
    """The records as they are written, and a fault where tags stand outside of one."""
    record: _Record | None = None
    values: list[str] = []  # of the tag that a line without one continues
    astray = False
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), 1):
        tag, said = _parts(line)
        if tag in ("TY", "ER"):
            if record:
                yield record
            record = _Record(number, said.upper()) if tag == "TY" else None
            values, astray = [], False
        elif tag and record:
            values = record.values.setdefault(tag, [])
            values.append(said)
        elif tag and not astray:
            astray = True
            yield Fault(number, expected("TY before any other tag", tag))
        elif values and len(values[-1]) < MAX_FIELD:
            values[-1] += f" {said}"
    if record:
        yield record


def _parts(line: str) -> tuple[str, str]:
    """The tag of a line and what it says; programs differ in the spaces around the hyphen."""
    found = _TAG.match(line)
    if found and (found[1] in _KNOWN or found[2].startswith("  -")):
        return found[1], found[3].strip()
    return "", line.strip()


def _entry(record: _Record, kind: str) -> Entry:
    authors, complete = _names(record.all("AU", "A1"))
    editors, _ = _names(record.all("ED", "A3", "A2") if kind in OWN else record.all("ED", "A2"))
    year, month, day = _date(record)
    links = record.all("UR", "LK", "L1", "L2", "DO")
    return Entry(
        line=record.line,
        key=record.first("ID"),
        type=kind,
        title=record.first("TI", "T1", "CT", *(("BT",) if kind in OWN else ())),
        authors=() if kind == "collection" else authors,
        complete=complete,
        editors=editors or authors if kind == "collection" else editors,
        year=year,
        month=month,
        day=day,
        container=_container(record, kind),
        series=record.first("T2", "T3") if kind in OWN else record.first("T3"),
        volume=record.first("VL", "VO"),
        number=record.first("IS", "SN") if kind == "techreport" else record.first("IS"),
        pages=_pages(record),
        edition=record.first("ET"),
        publisher=record.first("PB"),
        address=record.first("CY", "PP"),
        url=find.address(*record.all("UR", "LK")),
        pdf=find.address(*record.all("L1"), *(link for link in record.all("L2") if link.lower().endswith(".pdf"))),
        doi=find.doi(*record.all("DO", "DI", "M3", "L3", "UR", "AN"), *_short_notes(record)),
        arxiv=find.arxiv(
            *links, *record.all("AN", "M1", "T2", "JF", "JO", "JA", "VL", "PB", "SP"), *_short_notes(record)
        ),
        acl=find.acl(*links),
        openreview=find.openreview(*links),
        isbn=find.isbn(record.first("SN")),
        language=language(record.first("LA")),
        keywords=", ".join(record.all("KW")),
    )


def _container(record: _Record, kind: str) -> str:
    """What it stands in: a journal's full name rather than its abbreviation."""
    if kind in OWN:
        return ""
    if kind in ("inproceedings", "incollection"):
        return record.first("T2", "BT", "C3", "JF", "JO", "JA", "J2")
    return record.first("JF", "T2", "JO", "JA", "J2", "J1")


def _short_notes(record: _Record) -> list[str]:
    """Notes that are no more than an identifier, as some programs keep it; others may speak of another work."""
    return [note for note in record.all("N1", "M2") if len(note.split()) <= 2]


def _pages(record: _Record) -> str:
    first, last = record.first("SP"), record.first("EP")
    if not first:
        return plain_pages(last or record.first("C7"))
    return plain_pages(f"{first}-{last}" if last and last != first and "-" not in first else first)


def _date(record: _Record) -> Date:
    """The date of publication; `DA` may know more of it than `PY`. Not `Y2`, when somebody looked at it."""
    published, exact = read_date(record.first("PY", "Y1")), read_date(record.first("DA"))
    if published[0] is None or (published[1] is None and exact[0] in (published[0], None)):
        return published[0] or exact[0], exact[1], exact[2]
    return published


def _names(values: Sequence[str]) -> tuple[tuple[Name, ...], bool]:
    """The persons, one to a tag or between semicolons, and whether these are all."""
    found = [without_others(value) for value in values]
    return named(name for value, _ in found for name in value.split(";")), all(complete for _, complete in found)
