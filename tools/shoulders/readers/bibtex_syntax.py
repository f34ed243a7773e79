"""Where the entries and fields of a .bib file stand; what they mean is the business of `bibtex`.

Reads as BibTeX reads and goes on where BibTeX gives up. A brace or quotation mark that is still open on a line that
begins another entry was never closed; after an entry that cannot be read to its end it goes on with that line.
`@comment` hides only its own word, and `%` nothing between entries, as in BibTeX.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shoulders.problems import Choices, expected, quoted
from shoulders.readers import Fault, Lines
from shoulders.readers.dates import MONTHS
from shoulders.readers.prose import MAX_FIELD

_COMMAND = re.compile(r"@\s*([A-Za-z][A-Za-z0-9_-]*)\s*([{(])")
_BEGINNING = re.compile(rf"^[ \t]*(?={_COMMAND.pattern})", re.MULTILINE)
_SPACE = re.compile(
    r"(?:\s++|%[^\n]*+)*+"
)  # BibTeX knows no such comments, but people write them, and biber reads them
_WORD = r"""[^\s"#%'(),={}]+"""
_VALUE = re.compile(_WORD)
_NAME = re.compile(rf"({_WORD})\s*=")
_FURTHER = re.compile(rf"\s*,\s*{_WORD}\s*=")
_KEY = {
    "{": re.compile(rf"([^\s,{{}}]++(?:[ \t]++[^\s,{{}}]++)*?)(?=\s*(?:[,}}]|{_WORD}\s*=))"),
    "(": re.compile(rf"([^\s,{{}})]++(?:[ \t]++[^\s,{{}})]++)*?)(?=\s*(?:[,)]|{_WORD}\s*=))"),
}
_NO_KEY = re.compile(rf"""{_WORD}\s*=\s*["{{]|{_WORD}\s+=\s""")
_MARK = re.compile(r'["{}]')


@dataclass(frozen=True, slots=True)
class Block:
    """An entry as it is written: its fields by their names in lower case, macros replaced, parts joined."""

    line: int
    kind: str
    key: str
    fields: dict[str, str]
    start: int  # where its `@` stands
    end: int  # behind its last brace, or behind all that could be read


class _Unreadable(Exception):
    """The rest of an entry cannot be read; says why."""


def parse(text: str) -> tuple[list[Block], list[Fault]]:
    """The entries of a .bib file, and what in it cannot be read."""
    scanner = _Scanner(text)
    scanner.scan()
    return scanner.blocks, scanner.faults


class _Scanner:
    """Goes through a text once; `_place` is where it stands and `_limit` where the next entry begins."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self.faults: list[Fault] = []
        self._text = text
        self._lines = Lines(text)
        self._macros = {month: month for month in MONTHS}
        self._undefined: list[tuple[int, str]] = []
        self._place = self._limit = 0

    def scan(self) -> None:
        """Read all commands of the text."""
        while command := _COMMAND.search(self._text, self._place):
            self._place = command.end()
            if self._limit <= command.start():
                following = _BEGINNING.search(self._text, command.end())
                self._limit = following.end() if following else len(self._text)
            kind = command[1].lower()
            try:
                if kind == "string":
                    self._macro()
                elif kind == "preamble":
                    self._value(kind)
                elif kind != "comment":
                    self._entry(kind, command)
            except _Unreadable as error:
                self._fault(str(error))
                self._place = self._limit
        defined = Choices(self._macros)
        for line, word in self._undefined:
            self.faults.append(Fault(line, expected("a word that @string defines", word, defined)))

    def _entry(self, kind: str, command: re.Match[str]) -> None:
        """Read an entry; its block holds what comes before a fault, too."""
        fields: dict[str, str] = {}
        key = ""
        try:
            key = self._key(command[2])
            self._fields(fields, "}" if command[2] == "{" else ")")
        finally:
            if key or fields:
                line = self._lines.at(command.start())
                self.blocks.append(Block(line, kind, key, fields, command.start(), self._place))

    def _key(self, opening: str) -> str:
        self._skip()
        found = None if self._match(_NO_KEY) else self._match(_KEY[opening])
        if found is None:
            self._fault("expected a key, got nothing")
            return ""
        self._place = found.end()
        self._skip()
        if self._match(_NAME):
            self._fault(f"expected a comma behind the key {quoted(found[1])}, got nothing")
        return found[1]

    def _fields(self, fields: dict[str, str], closing: str) -> None:
        """Read fields up to the end of the entry; the first of two that are called alike counts."""
        while True:
            self._skip()
            if self._next(","):
                continue
            if self._next(closing):
                if not self._match(_FURTHER):
                    return
                self._fault(f"expected the entry to go on, got {quoted(closing)} before its end")
                continue
            name = self._match(_NAME)
            if not name:
                raise _Unreadable(self._expected(f"a field or {quoted(closing)}"))
            self._place = name.end()
            value = self._value(name[1])
            end = self._place
            if fields.setdefault(name[1].lower(), value) is not value:
                self._fault(expected("each field once", name[1]))
            self._skip()
            if self._match(_NAME):
                self._fault(f"expected a comma behind the field {quoted(name[1])}, got nothing")
            elif self._text[self._place : min(self._place + 1, self._limit)] not in (",", closing):
                self._place = end
                raise _Unreadable(self._expected(f"a comma or {quoted(closing)} behind the field {quoted(name[1])}"))

    def _macro(self) -> None:
        self._skip()
        name = self._match(_NAME)
        if not name:
            raise _Unreadable(self._expected("a name and '=' in @string"))
        self._place = name.end()
        self._macros[name[1].lower()] = self._value(name[1])

    def _value(self, field: str) -> str:
        """The parts of a value, joined; `field` is named when it cannot be read."""
        parts: list[str] = []
        while True:
            self._skip()
            parts.append(self._part(field))
            end = self._place
            self._skip()
            if not self._next("#"):
                self._place = end
                return "".join(parts)[:MAX_FIELD]

    def _part(self, field: str) -> str:
        opening = self._text[self._place : self._place + 1]
        if opening and opening in '{"':
            start = self._place + 1
            end = self._closing(opening)
            if end is None:
                raise _Unreadable(f"expected the value of {quoted(field)} to end, got {quoted(opening)} left open")
            self._place = end + 1
            return self._text[start : min(end, start + MAX_FIELD)]
        word = self._match(_VALUE)
        if not word:
            self._fault(self._expected(f"a value of {quoted(field)}"))
            return ""
        self._place = word.end()
        if word[0][0].isdigit():
            return word[0]
        if word[0].lower() not in self._macros:
            self._undefined.append((self._lines.at(word.start()), word[0]))
        return self._macros.get(word[0].lower(), "")

    def _closing(self, opening: str) -> int | None:
        """Where the brace or quotation mark on which we stand is closed; braces count, whatever stands before them."""
        depth = 0
        for mark in _MARK.finditer(self._text, self._place + 1, self._limit):
            if depth == 0 and mark[0] == ("}" if opening == "{" else '"'):
                return mark.start()
            depth += {"{": 1, "}": -1}.get(mark[0], 0)
            if depth < 0:
                return None
        return None

    def _skip(self) -> None:
        space = self._match(_SPACE)
        self._place = space.end() if space else self._place

    def _next(self, character: str) -> bool:
        """Whether this character comes next, which is then behind us."""
        there = self._place < self._limit and self._text[self._place] == character
        self._place += there
        return there

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self._text, self._place, self._limit)

    def _fault(self, message: str) -> None:
        self.faults.append(Fault(self._lines.at(self._place), message))

    def _expected(self, what: str) -> str:
        """The sentence with what stands here."""
        rest = self._text[self._place : min(self._limit, self._place + 30)].partition("\n")[0].strip()
        return expected(what, rest or None)
