"""What a reference manager needs to know of a work: its facts resolved once, for every export alike.

Decides which script names and titles stand in, where a work can be read, and of which day it is; how a format
writes that down is the format's business.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from anyascii import anyascii

from shoulders.catalog import Catalog, Credit
from shoulders.model import EntryType, Language, Work
from shoulders.names import Name, has_cjk

COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 上官 端木 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 "
    "澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 "
    "司空 令狐 段干 百里 呼延 轩辕 拓跋 谷梁 东郭 南门 西门 左丘 梁丘".split()
)
"""Chinese family names of two characters; all others are taken to have one."""


LANGUAGE_TAGS: Mapping[Language, str] = {"en": "en", "zh": "zh-CN"}
"""The languages of works as BCP 47 writes them."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One work as a bibliography cites it, in one script."""

    key: str
    type: EntryType
    title: str
    authors: tuple[Name, ...]
    editors: tuple[Name, ...]
    translators: tuple[Name, ...]
    container: str | None  # the journal, the proceedings, the book or the site it stands in
    publisher: str | None
    institution: str | None  # of a report its institution, of a thesis its school
    date: tuple[int, ...]  # the year, the month, the day: as far as known
    url: str | None
    original_title: str | None
    original_year: int | None
    retraction: str | None
    work: Work


def resolve(catalog: Catalog, work: Work, *, native: bool) -> Reference:
    """The facts of a work, in Chinese script where the work is printed so and `native` asks for it.

    Without `native` all names and titles are in Latin script, as ASCII BibTeX needs them.
    """
    if catalog.by_key.get(work.key) is not work:
        return _resolve(catalog, work, native)
    mark = ("reference", work.key, native)
    found: Reference | None = catalog.derived.get(mark)
    if found is None:
        found = catalog.derived[mark] = _resolve(catalog, work, native)
    return found


def _resolve(catalog: Catalog, work: Work, native: bool) -> Reference:
    chinese = native and work.language == "zh"

    def names(credits: Iterable[Credit]) -> tuple[Name, ...]:
        return tuple(printed_name(catalog, credit, chinese=chinese) for credit in credits)

    def text(value: str | None) -> str | None:
        return _named(catalog, value, chinese=chinese, native=native) if value else None

    original = catalog.find(work.translation_of) if work.translation_of else None
    return Reference(
        key=work.key,
        type=work.entry_type,
        title=clean(work.title if native else latin_title(work)),
        authors=names(catalog.credit(work.authors)),
        editors=names(catalog.credit(work.editors)),
        translators=names(catalog.credit(work.translators)),
        container=text(work.booktitle) or _venue_name(catalog, work, chinese=chinese),
        publisher=text(work.publisher),
        institution=text(work.institution or work.school),
        date=issued(work),
        url=address(work),
        original_title=clean(original.title) if original else None,
        original_year=original.year if original else None,
        retraction=_retraction(work, "zh" if chinese else "en"),
        work=work,
    )


def clean(text: str) -> str:
    """The text on one line, composed (NFC), each run of spaces and control characters one space."""
    composed = unicodedata.normalize("NFC", text)
    if not composed.isprintable():
        composed = "".join(c if c.isprintable() else " " for c in composed)
    return " ".join(composed.split())


def latin_title(work: Work) -> str:
    """The title in Latin script: romanised, with the English translation in brackets."""
    if not has_cjk(work.title):
        return work.title
    title = work.romanised or anyascii(work.title)
    translated = work.translated.en if work.translated else None
    return f"{title} [{translated}]" if translated else title


def printed_name(catalog: Catalog, credit: Credit, *, chinese: bool) -> Name:
    """A name for one script; its `native` is filled only where it is to be printed so.

    A native name has its family name apart (`邵` and `浩`); a foreign name in Chinese letters stays whole.
    """
    name = credit.name
    if not chinese:
        return _latin_name(catalog, credit)
    printed = name.native or (name.display if has_cjk(name.display) else "")
    if not has_cjk(printed):
        return _without_native(name)
    printed = clean(printed)
    if name.organisation or not all(has_cjk(c) for c in printed):
        return Name(family=printed, native=printed, organisation=name.organisation)
    split = _family_length(printed, name.family)
    return Name(family=printed[:split], given=printed[split:], native=printed)


def _latin_name(catalog: Catalog, credit: Credit) -> Name:
    name, person = credit.name, catalog.directory.get(credit.person)
    if has_cjk(name.display) and person and not has_cjk(person.name):
        name = person.parsed
    return _without_native(name)


def _without_native(name: Name) -> Name:
    return replace(name, native="") if name.native else name


def _family_length(printed: str, family: str) -> int:
    """How many characters are the family name: as its pinyin says, else by the compound surnames."""
    for length in range(1, len(printed)):
        if family and anyascii(printed[:length]).casefold() == family.replace(" ", "").casefold():
            return length
    return 2 if len(printed) > 2 and printed[:2] in COMPOUND_SURNAMES else min(1, len(printed))


def _named(catalog: Catalog, value: str, *, chinese: bool, native: bool) -> str:
    """A publisher or the like; in the other script where a venue of that name says how."""
    value = clean(value)
    if native and not chinese:
        return value
    venue = catalog.venue_named.get(value)
    if venue is None:
        return value
    return clean(venue.name_zh or value) if chinese else clean(venue.name)


def _venue_name(catalog: Catalog, work: Work, *, chinese: bool) -> str | None:
    venue = catalog.venue.get(work.venue or "")
    if venue is None:
        return None
    return clean(venue.name_zh if chinese and venue.name_zh else venue.name)


def issued(work: Work) -> tuple[int, ...]:
    """The date of the version to cite; of a preprint, the day it was first public."""
    public = tuple(int(part) for part in work.first_public.split("-"))
    if work.entry_type == "preprint" and public[0] == work.year and work.month in (None, *public[1:2]):
        return public
    return (work.year, work.month) if work.month else (work.year,)


def address(work: Work) -> str | None:
    """Where the work itself can be read, except by its DOI."""
    if work.url and not (work.doi and work.url.removeprefix("https://doi.org/") == work.doi):
        return work.url
    if work.acl:
        return f"https://aclanthology.org/{work.acl}"
    if work.openreview:
        return f"https://openreview.net/forum?id={work.openreview}"
    if work.arxiv:
        return f"https://arxiv.org/abs/{work.arxiv}"
    return None


def pdf(work: Work) -> str | None:
    """Where its full text is, as PDF."""
    if work.pdf:
        return work.pdf
    if work.acl:
        return f"https://aclanthology.org/{work.acl}.pdf"
    if work.openreview:
        return f"https://openreview.net/pdf?id={work.openreview}"
    return f"https://arxiv.org/pdf/{work.arxiv}" if work.arxiv else None


def topic_names(catalog: Catalog, work: Work, language: Language = "en") -> tuple[str, ...]:
    """The names of the work's topics, as keywords."""
    return tuple(clean(catalog.topic[slug].name.get(language)) for slug in work.topics if slug in catalog.topic)


def _retraction(work: Work, language: Language) -> str | None:
    if work.retracted is None:
        return None
    note = clean(work.retracted.note.get(language))
    if language == "zh":
        return f"已撤稿（{work.retracted.date}）：{note}"
    return f"Retracted {work.retracted.date}: {note}"
