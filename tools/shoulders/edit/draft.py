"""From an account of a work to the fields of an entry: what the catalog calls its type, its venue, its people.

Gives plain data in the order of the fields; writing them down is the business of `entry_text`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from shoulders import ids
from shoulders.catalog import Catalog
from shoulders.edit.join import Account
from shoulders.exports.fields import clean, printed_name
from shoulders.lookup import Retraction
from shoulders.model import Author, EntryType, Kind, Venue, Work
from shoulders.names import Name, has_cjk, parse_name
from shoulders.readers import Entry, find
from shoulders.rules.checked import normal_title

Fields = dict[str, Any]

_KINDS: Mapping[EntryType, str] = {
    "article": "article",
    "inproceedings": "inproceedings conference",
    "book": "book booklet mvbook collection mvcollection proceedings mvproceedings reference mvreference",
    "incollection": "incollection inbook bookinbook suppbook suppcollection inreference",
    "techreport": "techreport report manual",
    "thesis": "phdthesis mastersthesis bathesis thesis",
    "preprint": "preprint unpublished",
    "software": "software dataset",
    "online": "online electronic www",
}
TYPES: Mapping[str, EntryType] = {name: type_ for type_, names in _KINDS.items() for name in names.split()}
"""What the catalog calls the types of BibTeX and biblatex."""
UNKNOWN = frozenset("patent periodical standard artwork audio image letter movie music performance video".split())
"""Types of what the catalog has no type for."""
KINDS: Mapping[EntryType, Kind] = {"book": "book", "software": "repo", "online": "article"}


def entry_type(entry: Entry) -> EntryType:
    """How the catalog classes an entry, whatever its format called it."""
    if entry.is_preprint:
        return "preprint"
    known = TYPES.get(entry.type)
    if known:
        return known
    if "github.com/" in entry.url:
        return "software"
    return "inproceedings" if entry.container and entry.authors else "online" if entry.url else "preprint"


def draft(catalog: Catalog, account: Account, *, added: str, taken: Iterable[str] = ()) -> Fields:
    """The fields of an entry, as far as they are known; those that are malformed are left out.

    Args:
        catalog: for its venues, people and keys.
        account: what is known of the work.
        added: today.
        taken: keys besides those of the catalog that other works have.
    """
    entry = _sound_entry(account.entry)
    type_ = entry_type(entry)
    venue = find_venue(catalog, entry, type_)
    if type_ == "article" and venue and venue.kind == "conference":
        type_ = "inproceedings"  # as some publishers call what they print of one
    found: Fields = {
        "key": propose_key(catalog, entry, entry.title, taken=taken),
        "kind": KINDS.get(type_, "paper"),
        "type": type_ if KINDS.get(type_, "paper") == "paper" else "",
        "title": entry.title,
        "language": "zh" if has_cjk(entry.title) else "",
        "nickname": entry.nickname or guess_nickname(entry.title),
        "authors": [author_field(name) for name in entry.authors],
        "editors": [author_field(name) for name in entry.editors] if type_ in ("book", "incollection") else [],
        "year": entry.year,
        "month": entry.month,
        "first_public": _not_after(account.first_public or _own_date(entry), entry),
        "venue": venue.id if venue else "",
    }
    found |= _publication(entry, type_, venue)
    found |= _identifiers(entry, type_)
    found |= {"licence": {"en": account.licence, "zh": account.licence} if account.licence else None, "added": added}
    found |= {"retracted": _retracted(account.retraction), "sources": list(sources(entry))}
    return {name: value for name, value in found.items() if value}


def propose_key(catalog: Catalog, entry: Entry, title: str, *, taken: Iterable[str] = ()) -> str:
    """A key by the grammar that no other work has, none without a year; of a Chinese title, `title` is the pinyin."""
    if not entry.year:
        return ""
    names = [_latin_family(catalog, name) for name in entry.authors] or [entry.publisher or title]
    return ids.propose_key(names, entry.year, title, [*catalog.by_key, *catalog.aliases, *taken])


def _latin_family(catalog: Catalog, name: Name) -> str:
    """The family name; of a name in Chinese script as people.yaml gives it, or else by its first characters."""
    if name.organisation or not has_cjk(name.family):
        return name.family_full
    try:
        credit = catalog.directory.credit(Author(name=name.display))
    except ValueError:  # what is no name, `check` says
        return name.family_full
    family = credit.name.family_full
    return printed_name(catalog, credit, chinese=True).family if has_cjk(family) else family


def _retracted(retraction: Retraction | None) -> Fields | None:
    """That it was retracted; why is said by a person who has read the notice."""
    if not retraction or not retraction.date:
        return None
    note = {"en": "Retracted; the notice says why.", "zh": "已撤稿，原因见撤稿声明。"}
    return {"date": retraction.date, "note": note, "url": retraction.url}


def _publication(entry: Entry, type_: EntryType, venue: Venue | None) -> Fields:
    return {
        "booktitle": entry.container if type_ in ("inproceedings", "incollection") else "",
        "series": entry.series,
        "volume": entry.volume if type_ != "preprint" else "",
        "number": entry.number if type_ != "preprint" else "",
        "pages": entry.pages if type_ != "preprint" else "",
        "publisher": entry.publisher if type_ in ("book", "incollection") else "",
        "address": entry.address if type_ in ("inproceedings", "book", "incollection") else "",
        "institution": entry.publisher or (venue.name if venue else "") if type_ == "techreport" else "",
        "school": entry.publisher if type_ == "thesis" else "",
        "edition": int(found[0]) if (found := re.match(r"[0-9]{1,2}", entry.edition)) else None,
    }


def _identifiers(entry: Entry, type_: EntryType) -> Fields:
    needs_url = type_ in ("software", "online") or (type_ == "preprint" and not entry.arxiv)
    linked = entry.doi or entry.acl or entry.arxiv or entry.openreview
    return {
        "isbn": entry.isbn if type_ == "book" else "",
        "doi": entry.doi,
        "arxiv": entry.arxiv,
        "arxiv_class": entry.arxiv_class if entry.arxiv else "",
        "acl": entry.acl,
        "openreview": entry.openreview,
        "url": entry.url or _doi_address(entry) if needs_url else "" if linked else entry.url,
        "pdf": entry.pdf,
        "code": entry.code,
    }


def _doi_address(entry: Entry) -> str:
    return find.sound(ids.check_url, f"https://doi.org/{entry.doi}") if entry.doi else ""


def sources(entry: Entry) -> Iterable[str]:
    """The public pages at which the facts can be checked."""
    if entry.acl:
        yield f"https://aclanthology.org/{entry.acl}"
    if entry.doi and not entry.acl:
        yield from filter(None, [_doi_address(entry)])
    if entry.openreview:
        yield f"https://openreview.net/forum?id={entry.openreview}"
    if entry.arxiv:
        yield f"https://arxiv.org/abs/{entry.arxiv}"
    if not (entry.acl or entry.doi or entry.openreview or entry.arxiv):
        yield from filter(None, [entry.url])


CHECKS: Mapping[str, Callable[[str], str]] = {
    "pages": ids.check_pages,
    "isbn": ids.check_isbn,
    "doi": ids.check_doi,
    "arxiv": ids.check_arxiv,
    "arxiv_class": ids.check_arxiv_class,
    "acl": ids.check_acl,
    "openreview": ids.check_openreview,
    "url": ids.check_url,
    "pdf": ids.check_url,
    "code": ids.check_url,
}


def _sound_entry(entry: Entry) -> Entry:
    """The entry without identifiers and addresses that are malformed, its texts clean."""
    texts = {part.name: clean(value) for part in fields(entry) if isinstance(value := getattr(entry, part.name), str)}
    said: dict[str, Any] = texts | {name: find.sound(check, texts[name]) for name, check in CHECKS.items()}
    return replace(entry, **said)


def _own_date(entry: Entry) -> str:
    """The date of an entry as the catalog writes it; of a preprint, the month that its id tells."""
    if entry.arxiv and (not entry.year or entry.is_preprint):
        return ids.arxiv_month(entry.arxiv)
    month = f"-{entry.month:02d}" if entry.month else ""
    return f"{entry.year}{month}" if entry.year else ""


def _not_after(date: str, entry: Entry) -> str:
    """A date that is not after the month of the arXiv id, nor after the year to cite."""
    if entry.arxiv and date and ids.is_later(date, month := ids.arxiv_month(entry.arxiv)):
        date = month
    if entry.year and date and int(date[:4]) > entry.year:
        date = str(entry.year)
    return date


def author_field(name: Name) -> str | dict[str, str]:
    """A person as an entry names them: in reading order where that is read back the same, else family name first."""
    if name.organisation:
        return {"organisation": name.family}
    plain = Name(name.family, name.given, name.particle, name.suffix)
    for printed in (plain.display, plain.inverted):
        try:
            if parse_name(printed) == plain:
                return printed
        except ValueError:
            continue
    return plain.display


def guess_nickname(title: str) -> str:
    """The name before the colon, where it looks like a name: `BERT: Pre-training …`.

    >>> guess_nickname("GloVe: Global Vectors"), guess_nickname("Attention: a Survey")
    ('GloVe', '')
    """
    head, colon, _ = title.partition(":")
    return head if colon and " " not in head and re.search(r"[a-z0-9]?[A-Z0-9].*[A-Z0-9]", head) else ""


def find_venue(catalog: Catalog, entry: Entry, type_: EntryType) -> Venue | None:
    """The venue of the catalog that a container's name means.

    By its own name, or for a conference by the longest of its names that stands in the name of the proceedings.
    """
    if type_ == "preprint":
        return catalog.venue.get("arxiv") if entry.arxiv else None
    if type_ == "software":
        return catalog.venue.get("github") if "github.com/" in entry.url else None
    said = normal_title(entry.container)
    exact = [venue for name, venue in catalog.venue_named.items() if said and normal_title(name) == said]
    if exact or type_ not in ("inproceedings", "incollection"):
        return exact[0] if exact else None
    inside: list[tuple[int, str, Venue]] = []
    for venue in catalog.venues:
        if venue.kind != "conference":
            continue
        names = [venue.name] if normal_title(venue.name) in said else []
        names += [venue.short] if venue.short and re.search(rf"\b{re.escape(venue.short)}\b", entry.container) else []
        inside += [(len(name), venue.id, venue) for name in names]
    return max(inside, key=lambda found: found[:2])[2] if inside else None


def known_fields() -> tuple[str, ...]:
    """The fields of a work in their order."""
    return tuple(Work.model_fields)
