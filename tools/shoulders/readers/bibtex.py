"""BibTeX and biblatex, as they are found in the wild, read with pybtex.

After an entry that cannot be read it goes on with the next line that begins one. LaTeX becomes Unicode; months are
numbers. Names are split as BibTeX splits them, on the word "and" outside braces.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pybtex.bibtex.utils import split_name_list
from pybtex.database.input.bibtex import LowLevelParser, SkipEntry, UndefinedMacro
from pybtex.exceptions import PybtexError
from pybtex.scanner import PybtexSyntaxError
from pybtex.utils import CaseInsensitiveDict
from pylatexenc.latex2text import LatexNodes2Text

from shoulders.names import Name, parse_name
from shoulders.problems import quoted
from shoulders.readers import (
    Bibliography,
    Entry,
    Fault,
    find_acl,
    find_arxiv,
    find_doi,
    find_isbn,
    find_openreview,
    plain_pages,
)

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENTRY = re.compile(r"@[A-Za-z]+[ \t]*[{(]")
_BEGINNING = re.compile(rf"^[ \t]*{_ENTRY.pattern}", re.MULTILINE)
_MACROS = {name: name for name in MONTHS}
MAX_FIELD = 20_000  # characters; an abstract has some thousands


def read(text: str) -> Bibliography:
    """The entries of a .bib file, and what in it cannot be read."""
    parser = _Parser(text)
    entries = [_entry(line, kind, key, fields) for line, kind, key, fields in parser.commands()]
    seen: dict[str, int] = {}
    for entry in entries:
        first = seen.setdefault(entry.key.casefold(), entry.line)
        if first != entry.line:
            said = f"expected a key of its own, got {quoted(entry.key)} as on line {first}"
            parser.faults.append(Fault(entry.line, said))
    return Bibliography(tuple(entries), tuple(sorted(parser.faults, key=lambda fault: fault.line)))


class _Parser(LowLevelParser):  # type: ignore[misc]  # pybtex has no types
    """pybtex's parser, which tells of faults and goes on."""

    def __init__(self, text: str) -> None:
        super().__init__(text, macros=CaseInsensitiveDict(_MACROS))
        self.pos: int
        self.faults: list[Fault] = []
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._failed = False

    def handle_error(self, error: PybtexError) -> None:
        """Remember the fault; a word that no @string defines spoils nothing else."""
        if isinstance(error, UndefinedMacro):
            message = f"expected a word that @string defines, got {quoted(str(error.args[0]))}"
            self.faults.append(Fault(self._line(self.pos), message))
        elif not self._failed:  # what follows from the first fault of an entry is no news
            self._failed = True
            self.faults.append(Fault(self._line(self.command_start), f"cannot be read: {_said(error, self)}"))

    def commands(self) -> Iterator[tuple[int, str, str, dict[str, str]]]:
        """Every entry that has fields: its line, type, key and fields."""
        while self.skip_to([self.AT]):
            self.command_start, self._failed = self.pos - 1, False
            try:
                kind, body = self.parse_command()
            except SkipEntry:  # @comment
                continue
            except PybtexSyntaxError as error:
                if _ENTRY.match(self.text, self.command_start):  # else an address or the like between the entries
                    self.handle_error(error)
                self._recover()
                continue
            if kind.lower() not in ("string", "preamble"):
                key, fields = body
                if key is None:  # told of already
                    continue
                yield self._line(self.command_start), kind.lower(), key, _fields(fields)
            if self._failed:
                self._recover()

    def _recover(self) -> None:
        """Go on with the next line that begins an entry."""
        following = _BEGINNING.search(self.text, self.command_start + 1)
        self.pos = following.start() if following else self.end_pos

    def _line(self, place: int) -> int:
        return bisect_right(self._starts, place)


def _said(error: PybtexError, parser: _Parser) -> str:
    name = f" in {quoted(parser.current_entry_key)}" if parser.current_entry_key else ""
    field = f", field {quoted(parser.current_field_name)}" if parser.current_field_name else ""
    return f"{error.args[0] if error.args else error}{name}{field}"


def _fields(pairs: Sequence[tuple[str, Sequence[str]]]) -> dict[str, str]:
    """Fields by name, the first where one stands twice, spaces made one."""
    fields: dict[str, str] = {}
    for name, parts in pairs:
        fields.setdefault(name.lower(), " ".join("".join(parts)[:MAX_FIELD].split()))
    return fields


def _entry(line: int, kind: str, key: str, fields: Mapping[str, str]) -> Entry:
    def text(*names: str) -> str:
        return next((plain(fields[name]) for name in names if fields.get(name)), "")

    def raw(*names: str) -> str:
        return next((re.sub(r"\\([_%&#~])", r"\1", fields[name]) for name in names if fields.get(name)), "")

    authors, complete = _names(fields.get("author", ""))
    year, month, day = _date(fields)
    loose = kind in ("misc", "online", "software", "electronic", "www")
    container = text("journal", "journaltitle", "booktitle", *(("organization", "howpublished") if loose else ()))
    addresses = (raw("eprint"), raw("url"), raw("doi"), raw("ee"), raw("biburl"))
    prefix = raw("archiveprefix", "eprinttype").casefold()
    eprint = f"arxiv:{addresses[0]}" if prefix in ("arxiv", "") else ""
    return Entry(
        line=line,
        key=key,
        type=kind,
        title=text("title"),
        authors=authors,
        complete=complete,
        editors=_names(fields.get("editor", ""))[0],
        year=year,
        month=month,
        day=day,
        container=container,
        series=text("series"),
        volume=text("volume"),
        number=text("number", "issue"),
        pages=plain_pages(text("pages", "eid", "articleno")),
        edition=text("edition"),
        publisher=text("publisher", "institution", "school", *(() if loose else ("organization",))),
        address=text("address", "location"),
        url=raw("url"),
        pdf=raw("pdf"),
        code=raw("code"),
        doi=find_doi(raw("doi"), raw("url")),
        arxiv=find_arxiv(eprint, *addresses, container, fields.get("volume", ""), fields.get("note", "")),
        arxiv_class=raw("primaryclass", "eprintclass") if prefix == "arxiv" else "",
        acl=find_acl(raw("url"), raw("doi"), raw("pdf")),
        openreview=find_openreview(raw("url"), raw("pdf")),
        isbn=find_isbn(raw("isbn")),
        language=_language(text("langid", "language")),
        keywords=text("keywords"),
    )


_DECODER = LatexNodes2Text(math_mode="text", strict_latex_spaces=True)


def plain(value: str) -> str:
    r"""LaTeX as Unicode text on one line.

    >>> plain(r"{\'E}mile and {BERT} {\&} 10\,\%")
    'Émile and BERT & 10 %'
    """
    if not re.search(r"[\\{}$~%]|--|``|''", value):
        return value
    try:
        decoded: Any = _DECODER.latex_to_text(value)
    except (RecursionError, IndexError, ValueError, AttributeError):  # what its parser says of hostile LaTeX
        decoded = re.sub(r"[\\{}$]", "", value)
    return " ".join(str(decoded).split())


def _names(value: str) -> tuple[tuple[Name, ...], bool]:
    """The persons of a field, and whether it names all: `and others` says that it does not."""
    try:
        parts = [part.strip() for part in split_name_list(value)] if value else []
    except PybtexError:  # braces that do not close
        parts = [part.strip() for part in re.split(r"\s+and\s+", value)]
    named = [part for part in parts if part and part.casefold() != "others"]
    return tuple(name for part in named if (name := _name(part))), len(named) == len(parts)


def _name(part: str) -> Name | None:
    text = plain(part)
    if not text:
        return None
    if re.fullmatch(r"\{.*\}", part) and "," not in text and not re.search(r"\}.*\{", part):
        return Name(family=text, organisation=True)
    family, comma, given = text.partition(", ")
    if comma and (late := re.fullmatch(r"(\S.*?) ([^\W\d_A-Z].*)", given)) and late[2].islower():
        text = f"{late[2]} {family}, {late[1]}"  # "Berk, Joris van den", as some programs write it
    try:
        return parse_name(text)
    except ValueError:
        return Name(family=text)


def _language(value: str) -> str:
    word = value.casefold()
    return "zh" if word.startswith(("zh", "chinese")) else "en" if word.startswith(("en", "american", "brit")) else ""


def _date(fields: Mapping[str, str]) -> tuple[int | None, int | None, int | None]:
    """Year, month and day, from `date` or from `year`, `month` and `day`."""
    date = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", fields.get("date", ""))
    year = re.search(r"\d{4}", fields.get("year", ""))
    month = fields.get("month", "").casefold().strip("{} ")
    number = next((i for i, name in enumerate(MONTHS, 1) if month.startswith(name)), None)
    if number is None and month.isdigit() and 1 <= int(month) <= 12:
        number = int(month)
    if date:
        return int(date[1]), int(date[2]) if date[2] else number, int(date[3]) if date[3] else None
    day = fields.get("day", "")
    return (
        int(year[0]) if year else None,
        number,
        int(day) if day.isascii() and day.isdigit() and len(day) < 3 else None,
    )
