"""Rules on what is said about one work: years, dates, required fields, the title.

How the texts are written is checked by `wording`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from shoulders import ids
from shoulders.model import EntryType, Kind, Work
from shoulders.names import has_cjk
from shoulders.problems import Choices, Problem, expected
from shoulders.rules.checked import Checked, dangling

REQUIRED: Mapping[EntryType, Sequence[str]] = {
    "article": ("authors", "venue"),
    "inproceedings": ("authors", "booktitle"),
    "book": ("authors|editors", "publisher"),
    "incollection": ("authors", "booktitle", "publisher", "editors"),
    "techreport": ("authors", "institution"),
    "thesis": ("authors", "school"),
    "preprint": ("authors", "arxiv|url"),
    "software": ("url",),
    "online": ("url",),
}
"""What BibTeX and biblatex require of each type; `a|b` asks for one of the two."""

TYPES: Mapping[Kind, Sequence[EntryType]] = {
    "paper": ("inproceedings", "article", "incollection", "techreport", "thesis", "preprint"),
    "book": ("book", "incollection"),
    "repo": ("software", "online"),
    "article": ("online", "article", "techreport"),
    "course": ("online", "book", "techreport"),
}
"""The types that fit each kind; a paper has to say which."""


def years(checked: Checked) -> Iterator[Problem]:
    """The version to cite is not older than the first that anybody could read."""
    for work in checked.data.works:
        w = work.record
        if w.year < int(w.first_public[:4]) and not checked.is_wrong(work, "first_public"):
            yield work.problem(("year",), expected(f"a year not before first_public ({w.first_public})", w.year))


def arxiv_agrees(checked: Checked) -> Iterator[Problem]:
    """The dates agree with the arXiv id, and there is no class without an id."""
    for work in checked.data.works:
        w = work.record
        if w.arxiv_class and not w.arxiv:
            yield work.problem(("arxiv_class",), f"expected an arxiv id with it, got only '{w.arxiv_class}'")
        if not w.arxiv:
            continue
        month = ids.arxiv_month(w.arxiv)
        if ids.is_later(w.first_public, month):
            message = expected(f"a date not after the month of arXiv:{w.arxiv} ({month})", w.first_public)
            yield work.problem(("first_public",), message)
        elif w.entry_type == "preprint" and w.year not in _years_of_id(month):
            yield work.problem(("year",), expected(f"the year of arXiv:{w.arxiv} ({month[:4]})", w.year))


def _years_of_id(month: str) -> set[int]:
    """What was handed in on the last day of December has an id of January."""
    year = int(month[:4])
    return {year, year - 1} if month.endswith("-01") else {year}


def acl_agrees(checked: Checked) -> Iterator[Problem]:
    """The ACL Anthology's id tells the year of the version to cite."""
    for work in checked.data.works:
        w = work.record
        if w.acl and ids.acl_year(w.acl) != w.year and not checked.is_wrong(work, "year"):
            yield work.problem(("acl",), expected(f"an ACL id of the year {w.year}", w.acl))


def later_dates(checked: Checked) -> Iterator[Problem]:
    """Nothing is added or retracted before anybody could read it."""
    for work in checked.data.works:
        w = work.record
        if checked.is_wrong(work, "first_public"):
            continue
        if ids.is_later(w.first_public, w.added):
            yield work.problem(("added",), expected(f"a date not before first_public ({w.first_public})", w.added))
        if w.retracted and ids.is_later(w.first_public, w.retracted.date):
            message = expected(f"a date not before first_public ({w.first_public})", w.retracted.date)
            yield work.problem(("retracted", "date"), message)


def required_fields(checked: Checked) -> Iterator[Problem]:
    """What BibTeX and biblatex require of each type; a repository has a licence."""
    for work in checked.data.works:
        w = work.record
        if checked.is_wrong(work, "kind", "type"):
            continue
        if w.kind == "paper" and not w.type:
            what = ", ".join(TYPES["paper"])
            yield work.problem(("type",), f"expected one of {what}, got nothing")
            continue
        for names in REQUIRED[w.entry_type]:
            either = names.split("|")
            if not any(getattr(w, name) for name in either) and not checked.is_wrong(work, *either):
                message = f"expected {names.replace('|', ' or ')} for type {w.entry_type}, got nothing"
                yield work.problem((names.split("|")[0],), message)
        if w.kind == "repo" and not w.licence:
            message = "expected the licence of the repository, or that there is none, got nothing"
            yield work.problem(("licence",), message)


def type_fits_kind(checked: Checked) -> Iterator[Problem]:
    """A repository is no journal article."""
    for work in checked.data.works:
        w = work.record
        if w.type and w.type not in TYPES[w.kind] and not checked.is_wrong(work, "kind"):
            what = f"a type that fits the kind {w.kind} ({', '.join(TYPES[w.kind])})"
            yield work.problem(("type",), expected(what, w.type))


def titles_in_chinese(checked: Checked) -> Iterator[Problem]:
    """A title in Chinese script is romanised (for keys and ASCII BibTeX) and translated, and said to be Chinese."""
    for work in checked.data.works:
        w = work.record
        if w.romanised and not w.romanised.isascii():
            yield work.problem(("romanised",), expected("pinyin in ASCII, without tones", w.romanised))
        if checked.is_wrong(work, "title"):
            continue
        if has_cjk(w.title):
            if not w.romanised:
                yield work.problem(("romanised",), "expected the title in pinyin, got nothing")
            if not (w.translated and w.translated.en):
                yield work.problem(("translated", "en"), "expected the title in English, got nothing")
            if w.language != "zh" and not re.search(r"[A-Za-z]{3}", w.title):
                yield work.problem(("language",), expected("zh, as the title is Chinese", w.language))
        elif w.language == "zh":
            yield work.problem(("title",), expected("a title in Chinese script for language zh", w.title))


def unverified_fields_exist(checked: Checked) -> Iterator[Problem]:
    """`unverified` names fields of an entry."""
    names = Choices(frozenset(Work.model_fields))
    for work in checked.data.works:
        points = [("unverified", i, name) for i, name in enumerate(work.record.unverified)]
        yield from dangling(work, points, "a field", names)


def protected_words_stand_in_title(checked: Checked) -> Iterator[Problem]:
    """A word whose capitals are protected stands in the title."""
    for work in checked.data.works:
        for number, word in enumerate(work.record.protect):
            found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", work.record.title)
            if not found and not checked.is_wrong(work, "title"):
                yield work.problem(("protect", number), expected("a word of the title", word))
