"""Where the entries and fields of a .bib file stand; what they mean is the business of `bibtex`.

Reads as BibTeX reads and goes on where BibTeX gives up. A brace or quotation mark that is still open on a line that
begins another entry was never closed; after an entry that cannot be read to its end it goes on with that line.
`@comment` hides only its own word, and `%` nothing between entries, as in BibTeX.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from shoulders.problems import Choices, expected, quoted
from shoulders.readers import Fault, Lines
from shoulders.readers.dates import MONTHS
from shoulders.readers.prose import MAX_FIELD

_COMMAND = re.compile(r"@\s*([A-Za-z][A-Za-z0-9_-]*)\s*([{(])")
_BEGINNING = re.compile(rf"^[ \t]*(?={_COMMAND.pattern})", re.MULTILINE)
_SPACE = re.compile(r"(?:\s++|%[^\n]*+)*+")  # BibTeX knows no such comments, but people write them; biber reads them
_COMMAS = re.compile(r"(?:\s++|%[^\n]*+|,)*,")
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
class Field:
    """A field: where its name begins, where its value does and ends, and where what follows the comma begins."""

    name: str  # in lower case
    start: int
    value: int
    end: int
    after: int  # the end of the value where no comma follows
    inner: tuple[int, int] | None
    """From where to where its only part says something, without delimiters; None where it has several."""


@dataclass(slots=True)
class Block:
    """An entry, a @string or a @preamble, from its `@` to its last brace or to behind all that could be read."""

    line: int
    kind: str  # in lower case
    kind_start: int
    kind_end: int
    start: int
    end: int = 0
    key: str = ""
    body: int = 0  # behind the comma after the key
    fields: list[Field] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    """What each field says, macros replaced and parts joined; the first of two that are called alike counts."""
    sound: bool = True  # whether all of it could be read

    def field(self, *names: str) -> Field | None:
        """The first field that has one of these names, by the order of the names."""
        return next((found for name in names for found in self.fields if found.name == name), None)

    def says(self, *names: str) -> str:
        """What the first of these fields that it has says, its spaces made one."""
        return " ".join(next((self.said[name] for name in names if name in self.said), "").split())


@dataclass(frozen=True, slots=True)
class Parsed:
    """The blocks of a .bib file in their order, and what in it cannot be read."""

    blocks: tuple[Block, ...]
    faults: tuple[Fault, ...]


DEFINITIONS = frozenset(["string", "preamble"])
"""Kinds of blocks that are no entries, though entries may need them."""


class _Unreadable(Exception):
    """The rest of an entry cannot be read; says why."""


def parse(text: str) -> Parsed:
    """The blocks of a .bib file, and what in it cannot be read."""
    scanner = _Scanner(text)
    scanner.scan()
    return Parsed(tuple(scanner.blocks), tuple(scanner.faults))


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
        self._sound = True  # so far, the block that is read

    def scan(self) -> None:
        """Read all commands of the text."""
        while command := _COMMAND.search(self._text, self._place):
            self._place = command.end()
            if self._limit <= command.start():
                following = _BEGINNING.search(self._text, command.end())
                self._limit = following.end() if following else len(self._text)
            if command[1].lower() != "comment":
                self._block(command)
        defined = Choices(self._macros)
        for line, word in self._undefined:
            self.faults.append(Fault(line, expected("a word that @string defines", word, defined)))

    def _block(self, command: re.Match[str]) -> None:
        """Read a block; it holds what comes before a fault, too."""
        kind, closing = command[1].lower(), "}" if command[2] == "{" else ")"
        block = Block(self._lines.at(command.start()), kind, *command.span(1), command.start())
        self._sound = True
        try:
            if kind == "string":
                self._define(closing)
            elif kind == "preamble":
                self._value(kind)
                self._close(kind, closing)
            else:
                self._entry(block, command[2], closing)
            block.end = self._place
        except _Unreadable as error:
            self._fault(str(error))
            block.end, self._place = self._place, self._limit
        block.sound = self._sound
        if block.key or block.fields or kind in DEFINITIONS:
            self.blocks.append(block)

    def _entry(self, block: Block, opening: str, closing: str) -> None:
        """Read the key and the fields of an entry up to its end."""
        self._skip()
        key = None if self._match(_NO_KEY) else self._match(_KEY[opening])
        if key:
            block.key, self._place = key[1], key.end()
            block.body = self._past_commas()
            if block.body == key.end():
                self._skip()
                if self._match(_NAME):
                    self._fault(f"expected a comma behind the key {quoted(key[1])}, got nothing")
        else:
            self._fault("expected a key, got nothing")
            self._past_commas()
        self._skip()
        while not self._next(closing) or self._goes_on(closing):
            name = self._match(_NAME)
            if not name:
                raise _Unreadable(self._expected(f"a field or {quoted(closing)}"))
            self._field(block, name, closing)
            self._skip()

    def _goes_on(self, closing: str) -> bool:
        """Whether the bracket behind us does not end the entry, as another field follows."""
        further = self._match(_FURTHER) is not None
        if further:
            self._fault(f"expected the entry to go on, got {quoted(closing)} before its end")
            self._past_commas()
            self._skip()
        return further

    def _field(self, block: Block, found: re.Match[str], closing: str) -> None:
        """Read a field, and the commas behind it."""
        name, self._place = found[1].lower(), found.end()
        said, value, inner = self._value(found[1])
        end = self._place
        if block.said.setdefault(name, said) is not said:  # both can be read, so that the block is sound
            self.faults.append(Fault(self._lines.at(end), expected("each field once", found[1])))
        block.fields.append(Field(name, found.start(), value, end, self._past_commas(), inner))
        if self._place > end:
            return
        self._skip()
        if self._match(_NAME):
            self._fault(f"expected a comma behind the field {quoted(found[1])}, got nothing")
        elif self._text[self._place : min(self._place + 1, self._limit)] != closing:
            self._place = end
            raise _Unreadable(self._expected(f"a comma or {quoted(closing)} behind the field {quoted(found[1])}"))

    def _define(self, closing: str) -> None:
        """Read a @string."""
        self._skip()
        name = self._match(_NAME)
        if not name:
            raise _Unreadable(self._expected("a name and '=' in @string"))
        self._place = name.end()
        self._macros[name[1].lower()], _, _ = self._value(name[1])
        self._past_commas()
        self._close(name[1], closing)

    def _close(self, name: str, closing: str) -> None:
        """Go past the bracket that ends a @string or @preamble."""
        end = self._place
        self._skip()
        if not self._next(closing):
            self._place = end
            raise _Unreadable(self._expected(f"{quoted(closing)} behind {quoted(name)}"))

    def _value(self, field: str) -> tuple[str, int, tuple[int, int] | None]:
        """The parts of a value, joined; where it begins, and from where to where its only part says something.

        `field` is named when it cannot be read.
        """
        self._skip()
        start = self._place
        said, inner = self._part(field)
        parts = [said]
        while True:
            end = self._place
            self._skip()
            if not self._next("#"):
                self._place = end
                return "".join(parts)[:MAX_FIELD], start, inner if len(parts) == 1 else None
            self._skip()
            parts.append(self._part(field)[0])

    def _part(self, field: str) -> tuple[str, tuple[int, int]]:
        """A part of a value, and from where to where it stands without its delimiters."""
        start = self._place
        opening = self._text[start : start + 1]
        if opening and opening in '{"':
            start += 1
            end = self._closing(opening)
            if end is None:
                raise _Unreadable(f"expected the value of {quoted(field)} to end, got {quoted(opening)} left open")
            self._place = end + 1
            return self._text[start : min(end, start + MAX_FIELD)], (start, end)
        word = self._match(_VALUE)
        if not word:
            self._fault(self._expected(f"a value of {quoted(field)}"))
            return "", (start, start)
        self._place = word.end()
        if word[0][0].isdigit():
            return word[0], word.span()
        if word[0].lower() not in self._macros:
            self._undefined.append((self._lines.at(word.start()), word[0]))
        return self._macros.get(word[0].lower(), ""), word.span()

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

    def _past_commas(self) -> int:
        """Go behind the commas that follow, if any do; where we stand then."""
        commas = self._match(_COMMAS)
        self._place = commas.end() if commas else self._place
        return self._place

    def _next(self, character: str) -> bool:
        """Whether this character comes next, which is then behind us."""
        there = self._place < self._limit and self._text[self._place] == character
        self._place += there
        return there

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        return pattern.match(self._text, self._place, self._limit)

    def _fault(self, message: str) -> None:
        self._sound = False
        self.faults.append(Fault(self._lines.at(self._place), message))

    def _expected(self, what: str) -> str:
        """The sentence with what stands here."""
        rest = self._text[self._place : min(self._limit, self._place + 30)].partition("\n")[0].strip()
        return expected(what, rest or None)
